"""Contents, inspections and submissions for tests: through the vault, and the rest as saved rows or by the verbs.

Not here: what is owed (`factories/directives.py`), PDFs of every class (`tests/submissions/pdf_samples.py`).
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from itertools import count
from typing import Any

from directives.models import Obligation
from submissions.choices import Door, InspectionState
from submissions.models import Inspection, SubmissionVersion
from submissions.services.submitting import FileToSubmit, submit
from tests.factories.directives import at
from units.models import User
from vault.models import Blob
from vault.services import PDF, put

RECEIVED_AT = at(24, hour=9, minute=5)
_contents = count(1)
_keys = count(1)


def make_blob(content: bytes | None = None, *, now: datetime = RECEIVED_AT) -> Blob:
    """A stored content; without `content` one that differs from all others (its bytes only begin as a PDF)."""
    content = content if content is not None else b"%%PDF-1.7\n%% %d" % next(_contents)
    return put(stream=BytesIO(content), media_type=PDF, limit=10**8, now=now)


def make_inspected(
    content: bytes | None = None, *, state: str = InspectionState.CLEAN, pages: int | None = 2, **fields: Any
) -> Blob:
    """A stored content whose check has ended in `state`."""
    blob = make_blob(content)
    classes = {
        InspectionState.CLEAN: ("clean", ""),
        InspectionState.FLAGGED: ("repaired", "repaired"),
        InspectionState.REJECTED: ("encPW", "password"),
        InspectionState.DEAD: ("", "timeout"),
    }
    verdict_class, reason = classes.get(InspectionState(state), ("", ""))
    values = {"verdict_class": verdict_class, "reason": reason, "pages": pages, "created_at": RECEIVED_AT}
    Inspection.objects.create(blob=blob, state=state, **(values | fields))
    return blob


def make_file(blob: Blob | None = None, name: str = "bài.pdf") -> FileToSubmit:
    """A file ready to be handed in; without `blob` a clean one of its own."""
    return FileToSubmit(blob or make_inspected(), name, f"Chuẩn - {name}")


def hand_in_one(
    obligation: Obligation,
    *files: FileToSubmit,
    by: User | None = None,
    received_at: datetime = RECEIVED_AT,
    key: str | None = None,
    door: str = Door.BROWSER,
) -> SubmissionVersion:
    """The obligation answered through the verb."""
    return submit(
        obligation=obligation,
        files=files or (make_file(),),
        submitted_by=by,
        door=door,
        received_at=received_at,
        idempotency_key=key or f"key-{next(_keys)}",
    )

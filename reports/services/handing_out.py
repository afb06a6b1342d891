"""Handing out the documents of a report, to a browser or into a folder; each time is recorded.

Not here: making it (`compiling.py`), the HTTP answer (`views/summaries.py`).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from django.db import transaction

from audit import services as audit
from reports.errors import DocumentMissing
from reports.figures import collect
from reports.models import SummaryReport
from reports.report_page import document_name
from reports.report_scope import work_of
from reports.services.compiling import DOCX, PDF, XLSX
from reports.tallies import By
from units.models import User
from vault import services as vault
from vault.models import Blob

MEDIA_TYPES: Final = {"pdf": PDF, "docx": DOCX, "xlsx": XLSX}


@dataclass(frozen=True)
class HandedOut:
    """A document ready to be sent: its verified bytes, file name, media type and size in bytes."""

    stream: BinaryIO
    name: str
    media_type: str
    size: int


@transaction.atomic
def hand_out(*, report: SummaryReport, extension: str, by: User | None, now: datetime) -> HandedOut:
    """The document of the report with this `extension` (pdf, docx, xlsx); the caller closes the stream.

    Recorded as `report.download`. Raises DocumentMissing when there is none (not compiled yet, no Pango, no such
    kind), and what the vault raises for altered or missing bytes.
    """
    return _handed(report, extension, getattr(report, extension) if extension in MEDIA_TYPES else None, by, now)


@transaction.atomic
def hand_out_signed(*, report: SummaryReport, by: User | None, now: datetime) -> HandedOut:
    """The scan of the signed paper as it came; the caller closes the stream. Recorded as `report.download`.

    Raises DocumentMissing and vault errors.
    """
    return _handed(report, "signed", report.signed, by, now)


def _handed(report: SummaryReport, extension: str, blob: Blob | None, by: User | None, now: datetime) -> HandedOut:
    if blob is None:
        raise DocumentMissing
    stream = vault.open_verified(blob=blob, now=now)
    audit.record(
        action="report.download",
        actor=by,
        obj=report,
        ward_id=report.ward_id,
        detail={"kind": extension, "sha256": blob.sha256},
        at=now,
    )
    # by what the document is, not by the row of its bytes: equal bytes may have come in first by another door
    return HandedOut(stream, document_name(report, extension), MEDIA_TYPES.get(extension, PDF), blob.size)


def save_documents(*, report: SummaryReport, folder: Path, by: User | None, now: datetime) -> dict[str, str | None]:
    """Writes the report's documents and its figures by unit into `folder` (made if needed).

    Answers the paths by kind: pdf, docx, xlsx, figures; None for a document that there is not. Each file appears whole
    or not at all. Recorded as `report.download`. Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths: dict[str, str | None] = {}
    for extension in MEDIA_TYPES:
        try:
            handed = hand_out(report=report, extension=extension, by=by, now=now)
        except DocumentMissing:
            paths[extension] = None
            continue
        with handed.stream:
            paths[extension] = write_whole(folder / handed.name, handed.stream)
    sheet = collect(at=report.at, by=By.UNIT, obligations=work_of(report))
    figures = json.dumps(sheet.as_json(), ensure_ascii=False, indent=2).encode()
    paths["figures"] = write_whole(folder / document_name(report, "json"), BytesIO(figures))
    return paths


def write_whole(path: Path, stream: BinaryIO) -> str:
    """The file appears whole or not at all; its path."""
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as target:
        shutil.copyfileobj(stream, target)
    return str(unfinished.replace(path))

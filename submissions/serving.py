"""Sending a paper's file out: verified bytes under a name that is right on every system, never run in the portal's origin.

Not here: who may have it (`access.py`), what is logged (`services/opening.py`), attachments of papers (`directives.serving`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from urllib.parse import quote

from django.http import FileResponse

from interface.answers import as_data
from vault.models import Blob
from vault.services import open_verified


def file_answer(*, blob: Blob, name: str, note: Callable[[], object], now: datetime) -> FileResponse:
    """The content as a download called `name`; `note` logs it once the bytes are found whole, before they go.

    Raises VaultError when they are not whole, BlobDestroyed when they were destroyed by term; nothing is logged then.
    """
    with ExitStack() as until_answered:
        content = until_answered.enter_context(open_verified(blob=blob, now=now))
        note()
        until_answered.pop_all()  # from here on the answer closes it
    answer = FileResponse(content, content_type=blob.media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    answer["Content-Length"] = str(blob.size)
    answer["Cache-Control"] = "private, no-store"
    return as_data(answer)

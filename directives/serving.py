"""Sending a stored file out: verified bytes, always a download, never run in the page's origin.

Not here: who may have it (`access.py`), the bytes (app vault).
"""

from __future__ import annotations

from datetime import datetime

from django.http import FileResponse

from directives.models import DirectiveAttachment
from interface.answers import as_data
from vault.services import open_verified


def file_answer(attachment: DirectiveAttachment, *, now: datetime) -> FileResponse:
    """The file under its own name and the type the server determined. Raises VaultError when the bytes are not whole."""
    answer = FileResponse(
        open_verified(blob=attachment.blob, now=now),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.media_type,
    )
    answer["Cache-Control"] = "private, no-store"
    return as_data(answer)

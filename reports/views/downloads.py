"""A document handed out, as an answer: always a download, of the type the server knows.

Not here: who may have it (`access.py`), the bytes and the record (`services.handing_out`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse

from interface.answers import as_data

if TYPE_CHECKING:
    from reports.services.handing_out import HandedOut


def file_download(handed: HandedOut) -> FileResponse:
    """The stream as an attachment that no page may run or keep."""
    answer = FileResponse(handed.stream, as_attachment=True, filename=handed.name, content_type=handed.media_type)
    answer["Content-Length"] = str(handed.size)
    answer["Cache-Control"] = "private, no-store"
    return as_data(answer)

"""Answers that several pages of the app give.

Not here: what is in them.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone

from reports.matrix_workbook import MEDIA_TYPE


def workbook(content: bytes, name: str, at: datetime) -> HttpResponse:
    """An Excel file to be kept by its reader alone, named with the minute of its figures."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response

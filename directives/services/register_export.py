"""Taking the register out as a workbook, recorded.

Not here: its lines and the workbook (`directives.register_book`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit import services as audit
from audit.services import Subject
from directives.register_book import BookLine, book_workbook
from units.models import User


@transaction.atomic
def export_register(*, lines: Sequence[BookLine], title: str, by: User, at: datetime) -> bytes:
    """The bytes of the .xlsx. Recorded as `report.export` with its title and the number of lines."""
    content = book_workbook(lines, title=title, at=at)
    detail = {"rows": len(lines)}
    audit.record(action="report.export", actor=by, obj=Subject("list", "", title), detail=detail, at=at)
    return content

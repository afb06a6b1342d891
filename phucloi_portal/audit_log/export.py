"""The verb that takes a search of the log out of the portal, as a workbook or as text; recorded itself.

Cells are written as text, so that one beginning with "=" is never calculated; in CSV such a cell gets an apostrophe.
Not here: the search (`search.py`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import TYPE_CHECKING, Final

import xlsxwriter

from audit import services as audit
from audit.services import Subject
from phucloi_portal.audit_log.words import Line, lines_of
from vietnamese.dates import VIETNAM

if TYPE_CHECKING:
    from audit.querysets import AuditEntryQuerySet
    from phucloi_portal.audit_log.search import Search
    from units.models import User

MOST_ROWS: Final = 100_000
_TOGETHER: Final = 500
"""Rows whose names are looked up in one go: few enough for one list of numbers in a query."""
HEAD: Final = (
    "Dòng", "Ghi lúc", "Thời điểm", "Người", "Việc", "Loại đối tượng", "Đối tượng", "Kết quả", "Chi tiết",
    "Mã yêu cầu", "Địa chỉ máy", "Mã băm",
)  # fmt: skip
WIDTHS: Final = (9, 18, 18, 26, 28, 18, 36, 14, 50, 34, 16, 66)
MEDIA_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class TooMany(Exception):
    """The search holds more rows than a file should: narrow it, nothing is cut off unseen."""

    def __init__(self) -> None:
        super().__init__("Có hơn 100.000 dòng khớp. Hãy chọn khoảng ngày ngắn hơn rồi xuất từng phần.")


def export_log(*, entries: AuditEntryQuerySet, search: Search, extension: str, by: User, at: datetime) -> bytes:
    """The entries of the search, newest first, as xlsx or csv. Recorded as `audit.export`. Raises TooMany.

    The file is made before the entry is written, outside any transaction: nobody waits for a long one.
    """
    rows = list(_rows(entries))
    content = _workbook(rows) if extension == "xlsx" else _csv(rows)
    audit.record(
        action="audit.export",
        actor=by,
        obj=Subject("audit", "", "Nhật ký"),
        detail={"filters": search.parameters, "rows": len(rows), "format": extension},
        at=at,
    )
    return content


def _rows(entries: AuditEntryQuerySet) -> Iterator[tuple[str, ...]]:
    if entries.order_by("-seq")[MOST_ROWS : MOST_ROWS + 1].exists():
        raise TooMany
    stored = entries.order_by("-seq").iterator(chunk_size=_TOGETHER)
    while together := list(islice(stored, _TOGETHER)):
        yield from map(_row, lines_of(together))


def _row(line: Line) -> tuple[str, ...]:
    entry = line.entry
    return (
        str(entry.seq), _moment(entry.recorded_at), _moment(entry.at), line.who, entry.action_label, line.obj_word,
        entry.obj_label, line.result, "; ".join(f"{word}: {value}" for word, value in line.facts),
        entry.request_id, entry.ip, entry.entry_hash,
    )  # fmt: skip


def _moment(at: datetime) -> str:
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S")


def _workbook(rows: list[tuple[str, ...]]) -> bytes:
    out = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        plain = book.add_format({"font_name": "Times New Roman", "font_size": 11, "valign": "top"})
        head = book.add_format({"font_name": "Times New Roman", "font_size": 11, "bold": True})
        sheet = book.add_worksheet("Nhật ký")
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        for number, cells in enumerate([HEAD, *rows]):
            for column, text in enumerate(cells):
                sheet.write_string(number, column, text[:32_000], plain if number else head)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), len(HEAD) - 1)
    return out.getvalue()


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows([_harmless(text) for text in cells] for cells in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

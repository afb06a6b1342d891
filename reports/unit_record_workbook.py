"""The record of a unit as an Excel workbook: by year with a native chart, every duty, every extension.

Names are written as text, so that one beginning with "=" is never calculated.
Not here: the figures (`unit_record.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from directives.shown_state import shown_state
from interface.states import state
from interface.wording import last_day_of
from vietnamese.dates import format_date, format_moment

if TYPE_CHECKING:
    from directives.models import Extension, Obligation
    from reports.unit_record import UnitRecord

_FIGURES: Final = (
    ("Phải làm", "required"), ("Đúng hạn", "on_time"), ("Nộp muộn", "late"), ("Quá hạn chưa nộp", "overdue"),
    ("Đạt", "accepted"), ("Được miễn", "waived"),
)  # fmt: skip
_DUTIES: Final = ("TT", "Họ tên", "Đơn vị", "Việc", "Văn bản", "Ngày cuối", "Trạng thái", "Ngày nộp")
_EXTENSIONS: Final = ("Ngày ghi", "Họ tên", "Đơn vị", "Việc", "Ngày cuối cũ", "Ngày cuối mới", "Vì", "Lý do")


def record_workbook(
    record: UnitRecord,
    *,
    unit: str,
    duties: Iterable[Obligation],
    extensions: Iterable[Extension],
    at: datetime,
) -> bytes:
    """The bytes of an .xlsx with three sheets."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheets = _Sheets(book, f"{unit}. Số liệu lúc {format_moment(at)}")
        _years(book, sheets, record)
        sheets.table("Các việc", _DUTIES, (_duty(number, one, at) for number, one in enumerate(duties, start=1)))
        sheets.table("Gia hạn", _EXTENSIONS, map(_extension, extensions))
    return out.getvalue()


class _Sheets:
    """Tables of one look: a title, a head that is repeated on every page, rows with borders."""

    def __init__(self, book: xlsxwriter.Workbook, title: str) -> None:
        font = {"font_name": "Times New Roman", "font_size": 12}
        self._book, self._title = book, title
        self._bold = book.add_format({**font, "bold": True, "font_size": 14})
        self._head = book.add_format({**font, "border": 1, "bold": True, "text_wrap": True})
        self._plain = book.add_format({**font, "border": 1, "text_wrap": True, "valign": "top"})

    def table(self, name: str, head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> tuple[Any, int]:
        """The sheet and the number of its rows; the first is on line 3 (counted from 0)."""
        page, count = self._book.add_worksheet(name), 0
        page.write_string(0, 0, self._title, self._bold)
        for column, word in enumerate(head):
            page.write_string(2, column, word, self._head)
        for count, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(2 + count, column, value, self._plain)
                else:
                    page.write_number(2 + count, column, value, self._plain)
        page.set_column(0, len(head) - 1, 20)
        page.freeze_panes(3, 1)
        page.repeat_rows(2)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        return page, count


def _years(book: xlsxwriter.Workbook, sheets: _Sheets, record: UnitRecord) -> None:
    head = ("Năm", *(word for word, _ in _FIGURES), "Tỷ lệ đúng hạn (%)")
    rows = [
        (
            row.name.removeprefix("Năm "),
            *(getattr(row.tally, name) for _, name in _FIGURES),
            "" if row.tally.on_time_rate is None else float(row.tally.on_time_rate),
        )
        for row in reversed(record.years.rows)
    ]
    page, count = sheets.table("Theo năm", head, rows)
    if count:
        chart = book.add_chart({"type": "column", "subtype": "stacked"})
        for column, colour in ((2, "#3E9163"), (3, "#DFA32B"), (4, "#CE2B3C")):
            chart.add_series(
                {
                    "name": ["Theo năm", 2, column],
                    "categories": ["Theo năm", 3, 0, 2 + count, 0],
                    "values": ["Theo năm", 3, column, 2 + count, column],
                    "fill": {"color": colour},
                }
            )
        chart.set_title({"name": "Việc đã đến hạn, theo năm"})
        page.insert_chart(4 + count, 0, chart, {"x_scale": 1.4})


def _duty(number: int, duty: Obligation, at: datetime) -> tuple[Any, ...]:
    key, words = shown_state(duty, at)
    return (
        number,
        duty.member.full_name if duty.member else "",
        duty.unit.name,
        duty.title,
        duty.requirement.directive.reference,
        _last_day(duty.owed_until),
        (words or state(key).word).replace("\u00a0", " "),
        format_date(duty.first_submitted_at) if duty.first_submitted_at else "",
    )


def _extension(extension: Extension) -> tuple[str, ...]:
    duty = extension.obligation
    return (
        format_date(extension.granted_at),
        duty.member.full_name if duty.member else "",
        duty.unit.name,
        duty.title,
        _last_day(extension.old_due_at),
        _last_day(extension.new_due_at),
        extension.get_cause_display(),
        extension.reason,
    )


def _last_day(due_at: datetime | None) -> str:
    return format_date(last_day_of(due_at)) if due_at else ""

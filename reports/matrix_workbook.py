"""The compliance matrix as an Excel workbook: the same units, columns and words as the page.

Cells are written as text (`write_string`), so a name that begins with "=" stays a name.
Not here: what a cell says (`matrix.py`).
"""

from __future__ import annotations

from io import BytesIO

import xlsxwriter

from interface.wording import last_day_of
from reports.matrix import CellState, Matrix
from reports.matrix_html import plain_cell
from vietnamese.dates import format_date, format_moment
from vietnamese.numbers import format_percent

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD_ROWS = 5
_TINTS = {
    CellState.OVERDUE: ("#AE0F22", "#FDECEC"),
    CellState.SOON: ("#825000", "#FDF2DA"),
    CellState.RETURNED: ("#5A3A96", "#F1ECFA"),
    CellState.WAITING: ("#1B4F86", "#E8F1FA"),
    CellState.WAIVED: ("#57534B", "#F0EEEA"),
    CellState.ACCEPTED: ("#1A6537", "#FFFFFF"),
    CellState.ACCEPTED_LATE: ("#1A6537", "#FFFFFF"),
    CellState.OPEN: ("#676258", "#FFFFFF"),
    CellState.AWAITING_EVENT: ("#676258", "#FFFFFF"),
}


def matrix_workbook(matrix: Matrix, *, committee: str) -> bytes:
    """The bytes of an .xlsx: A3 across, heads repeated on every page, panes frozen as on the screen."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    font = {"font_name": "Times New Roman", "font_size": 11}
    plain = book.add_format({**font, "border": 1})
    number = book.add_format({**font, "border": 1, "bold": True, "font_color": "#AE0F22"})
    bold = book.add_format({**font, "bold": True})
    head = book.add_format({**font, "bold": True, "border": 1, "text_wrap": True, "valign": "top"})
    band = book.add_format({**font, "bold": True, "border": 1, "bg_color": "#EEECE7"})
    states = {
        state: book.add_format({**font, "border": 1, "font_color": ink, "bg_color": tint})
        for state, (ink, tint) in _TINTS.items()
    }

    page = book.add_worksheet("Bảng theo dõi")
    page.set_landscape()
    page.set_paper(8)  # A3
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEAD_ROWS - 2, _HEAD_ROWS - 1)
    page.freeze_panes(_HEAD_ROWS, 2)
    page.set_column(0, 0, 38)
    page.set_column(1, 1, 9)
    page.set_column(2, 1 + len(matrix.columns), 15)
    page.write_string(0, 0, f"BẢNG THEO DÕI, {committee}", bold)
    page.write_string(1, 0, f"Số liệu lúc {format_moment(matrix.at)}. {matrix.shown} đơn vị.", book.add_format(font))
    page.write_string(3, 0, "Văn bản", head)
    page.write_string(3, 1, "", head)
    page.write_string(4, 0, "Đơn vị", head)
    page.write_string(4, 1, "Quá hạn", head)
    for column, shown in enumerate(matrix.columns, start=2):
        requirement = shown.requirement
        due_at = shown.extended_to or requirement.due_at
        day = f"đến hết {format_date(last_day_of(due_at))}" if due_at else "theo ngày tổ chức"
        day = "đã rút" if requirement.withdrawn else f"{day} (đã lùi)" if shown.extended_to else day
        rate = format_percent(shown.accepted, shown.required)
        page.write_string(3, column, requirement.directive, head)
        page.write_string(4, column, f"{requirement.title}\n{day}\n{rate}", head)
    page.set_row(4, 64)
    line = _HEAD_ROWS
    for group in matrix.groups:
        page.merge_range(line, 0, line, 1 + len(matrix.columns), f"{group.name} ({len(group.rows)} đơn vị)", band)
        line += 1
        for row in group.rows:
            page.write_string(line, 0, row.unit.name, plain)
            if row.overdue:
                page.write_number(line, 1, row.overdue, number)
            else:
                page.write_blank(line, 1, None, plain)
            for column, cell in enumerate(row.cells, start=2):
                page.write_string(line, column, plain_cell(cell), plain if cell is None else states[cell.state])
            line += 1
    book.close()
    return out.getvalue()

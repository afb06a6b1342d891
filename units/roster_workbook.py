"""The roster as a file in the shape offices keep and `import_roster` reads: XLSX row by row, or CSV sheet by sheet.

A round trip changes nothing: what is written here reads back as what is stored. Text is written as text, so a cell that
begins like a formula is never calculated.
Not here: which rows, whether they may be taken out and the audit (`services.roster_export`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import BinaryIO, Final, TextIO

import xlsxwriter

from units.csv_text import neutral
from units.roster.columns import MEMBER_LABELS, UNIT_LABELS
from units.roster.records import MEMBER_SHEET, UNIT_SHEET

UNIT_HEAD: Final = ("STT", *UNIT_LABELS.values())
MEMBER_HEAD: Final = (
    "STT", MEMBER_LABELS["name"], MEMBER_LABELS["birth_year"], MEMBER_LABELS["unit"],
    "Chức vụ | Đơn vị (nhiều chức vụ cách nhau bằng dấu ;)", MEMBER_LABELS["note"], MEMBER_LABELS["status"],
    MEMBER_LABELS["decision"], MEMBER_LABELS["exempt_from"], MEMBER_LABELS["exempt_to"], MEMBER_LABELS["email"],
    MEMBER_LABELS["phone"], MEMBER_LABELS["since"],
)  # fmt: skip
_UNIT_WIDTHS: Final = (6, 12, 44, 20, 36, 26, 12, 44)
_MEMBER_WIDTHS: Final = (6, 26, 10, 40, 44, 14, 13, 18, 13, 13, 28, 14, 17)
_HEAD_ROW: Final = 2  # from 0: a title and an empty row stand above, as in the office's own lists

Cell = str | int | date | None
Rows = Iterable[Sequence[Cell]]


def write_workbook(out: BinaryIO, *, units: Rows, members: Rows) -> None:
    """Both sheets into `out`, in constant memory; rows without their number."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"})
        title = book.add_format({"bold": True, "font_size": 14})
        day = book.add_format({"num_format": "dd/mm/yyyy", "align": "left"})
        for name, words, columns, widths, rows in (
            (UNIT_SHEET, "DANH SÁCH TỔ CHỨC ĐẢNG, CƠ QUAN, ĐƠN VỊ", UNIT_HEAD, _UNIT_WIDTHS, units),
            (MEMBER_SHEET, "DANH SÁCH ĐẢNG VIÊN", MEMBER_HEAD, _MEMBER_WIDTHS, members),
        ):
            sheet = book.add_worksheet(name)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            sheet.freeze_panes(_HEAD_ROW + 1, 3)
            sheet.set_landscape()
            sheet.set_paper(9)  # A4
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(_HEAD_ROW)
            sheet.write_string(0, 0, words, title)
            for column, word in enumerate(columns):
                sheet.write_string(_HEAD_ROW, column, word, head)
            for number, row in enumerate(rows, start=1):
                line = _HEAD_ROW + number
                sheet.write_number(line, 0, number)
                for column, cell in enumerate(row, start=1):
                    if cell is None or cell == "":
                        continue
                    if type(cell) is str:
                        sheet.write_string(line, column, cell)
                    elif type(cell) is int:
                        sheet.write_number(line, column, cell)
                    else:
                        sheet.write_datetime(line, column, cell, day)


def csv_lines(head: Sequence[str], rows: Rows) -> Iterator[Sequence[str]]:
    """One sheet as records for `csv.writer`: days as dd/mm/yyyy, cells guarded against formulas."""
    yield head
    for number, row in enumerate(rows, start=1):
        yield [str(number), *(_as_csv(cell) for cell in row)]


def write_csv(out: TextIO, head: Sequence[str], rows: Rows) -> None:
    """One sheet into `out`."""
    csv.writer(out).writerows(csv_lines(head, rows))


def _as_csv(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return neutral(str(cell))

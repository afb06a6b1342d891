"""The annexes as one XLSX file, row by row in constant memory (the dashboards have workbooks of their own).

Text is written as text whatever it begins with, numbers as numbers and days as days, so that Excel can sort and
add up but never calculates a name. Not here: the rows (`annexes.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.annex_charts import add_charts
from reports.report_content import Annex, AnnexRow, Cell, CellKind, ReportContent, RowKind
from reports.tallies import rate_of
from vietnamese.dates import VIETNAM

HEAD_ROW: Final = 2  # title, remark, then the head: the shape in which offices keep their lists
_CHARACTERS_PER_PERCENT: Final = {True: 1.35, False: 0.9}
_LINE: Final = 16.5  # points, of a line of Times New Roman 12
_FILLED: Final = 1.1  # letters a line holds for sure, by the width of its column; with narrow ones up to 1.3
_LOOKS_LIKE_FORMULA: Final = re.compile(r"[=+\-@\t\r\n]")
# XML 1.0 cannot carry these at all, and xlsxwriter would write them as escapes that Excel shows.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NUMBER_FORMATS: Final[Mapping[CellKind, str]] = {
    CellKind.NUMBER: "#,##0",
    CellKind.RATE: "0.0",
    CellKind.DAY: "dd/mm/yyyy",
    CellKind.ORDINAL: "0",
}
_ALIGNMENTS: Final[Mapping[CellKind, str]] = {
    CellKind.TEXT: "left",
    CellKind.NUMBER: "right",
    CellKind.RATE: "right",
    CellKind.DAY: "center",
    CellKind.ORDINAL: "center",
}


def to_xlsx(content: ReportContent, target: BinaryIO) -> None:
    """Writes all annexes in full, one sheet each, to `target` (a file open for binary writing)."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(target, options) as book:
        letterhead = content.letterhead
        book.set_properties(
            {
                "title": f"Phụ lục {letterhead.kind_title.lower()} {letterhead.subject}",
                "author": letterhead.issuer,
                "created": content.at.astimezone(VIETNAM).replace(tzinfo=None),
            }
        )
        formats = _Formats(book)
        for annex in content.annexes:
            sheet = book.add_worksheet(annex.sheet_name)
            _write_annex(sheet, annex, formats, letterhead.issuer)
            add_charts(book, sheet, annex, head_row=HEAD_ROW, head=formats.head, cell=formats.data)


class _Formats:
    """Cell formats, made once each: a workbook may hold only 64.000, and a row asks for the same few."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[object, ...], Format] = {}
        base = {"font_name": "Times New Roman", "font_size": 12}
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.remark = book.add_format({**base, "italic": True})
        self.head = book.add_format(
            {**base, "bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        )

    def cell(self, kind: CellKind, row: RowKind, *, quoted: bool = False) -> Format:
        key = (kind, row, quoted)
        if key not in self._made:
            look = {"font_name": "Times New Roman", "font_size": 12, "border": 1, "valign": "top"}
            look |= {"align": _ALIGNMENTS[kind], "text_wrap": kind is CellKind.TEXT, "bold": row is not RowKind.DATA}
            look |= {"quote_prefix": quoted}
            if kind in _NUMBER_FORMATS:
                look["num_format"] = _NUMBER_FORMATS[kind]
            self._made[key] = self._book.add_format(look)
        return self._made[key]

    def data(self, kind: CellKind) -> Format:
        """Of a cell in an ordinary row."""
        return self.cell(kind, RowKind.DATA)


def _write_annex(sheet: Worksheet, annex: Annex, formats: _Formats, issuer: str) -> None:
    widths = [max(5, column.width * _CHARACTERS_PER_PERCENT[annex.landscape]) for column in annex.columns]
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.write_string(0, 0, f"Phụ lục {annex.number}. {annex.title}", formats.title)
    sheet.write_string(1, 0, annex.remark, formats.remark)
    _make_room(sheet, HEAD_ROW, [column.title for column in annex.columns], widths)
    for index, column in enumerate(annex.columns):
        sheet.write_string(HEAD_ROW, index, column.title, formats.head)
    for number, row in enumerate(annex.rows, start=HEAD_ROW + 1):
        _make_room(sheet, number, row.cells, widths)
        _write_row(sheet, number, row, annex, formats)
    last = HEAD_ROW + len(annex.rows)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.autofilter(HEAD_ROW, 0, max(last, HEAD_ROW + 1), len(annex.columns) - 1)
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=30 / 25.4, right=15 / 25.4, top=20 / 25.4, bottom=20 / 25.4)
    sheet.set_footer(f"&L{issuer.replace('&', '&&')}&RTrang &P/&N")
    if annex.landscape:
        sheet.set_landscape()


def _make_room(sheet: Worksheet, number: int, cells: Sequence[Cell], widths: Sequence[float]) -> None:
    """Height for a row whose words need several lines: not every program finds it out by itself. Before its cells."""
    lines = max(
        (lines_of(cell, width) for cell, width in zip(cells, widths, strict=True) if isinstance(cell, str)), default=1
    )
    if lines > 1:
        sheet.set_row(number, lines * _LINE)


def lines_of(text: str, width: float) -> int:
    """How many lines `text` takes in a column `width` characters wide, broken between words, rather one too many."""
    if len(text) <= width * _FILLED and "\n" not in text:
        return 1
    lines = 0
    for paragraph in text.split("\n"):
        lines, room = lines + 1, width * _FILLED
        for word in paragraph.split(" "):
            if len(word) > room and room < width * _FILLED:
                lines, room = lines + 1, width * _FILLED
            while len(word) > room:
                word, lines = word[int(room) or 1 :], lines + 1
            room -= len(word) + 1
    return lines


def _write_row(sheet: Worksheet, number: int, row: AnnexRow, annex: Annex, formats: _Formats) -> None:
    for index, (column, cell) in enumerate(zip(annex.columns, row.cells, strict=True)):
        _write_cell(sheet, (number, index), cell, column.kind, row.kind, formats)


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], cell: Cell, kind: CellKind, row: RowKind, formats: _Formats
) -> None:
    number = rate_of(*cell) if isinstance(cell, tuple) else cell
    if number is None:
        sheet.write_blank(*place, None, formats.cell(kind, row))
    elif isinstance(number, int | Decimal):
        sheet.write_number(*place, float(number), formats.cell(kind, row))
    elif isinstance(number, datetime):
        sheet.write_datetime(*place, number.astimezone(VIETNAM).replace(tzinfo=None), formats.cell(kind, row))
    else:
        text = _UNWRITABLE.sub(" ", number)
        quoted = bool(_LOOKS_LIKE_FORMULA.match(text))
        sheet.write_string(*place, text, formats.cell(kind, row, quoted=quoted))

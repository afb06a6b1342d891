"""Native charts of an annex in the workbook, under its table: bars of its groups, and the progress with its own small table.

They point at the cells, so that whoever corrects a number sees the chart follow. Rows only ever go down: the workbook
is written in constant memory.
Not here: what is compared (`annexes.py`), the drawings on paper (`report_drawings.py`), the charts of the screen (`charts_workbook.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.charts_svg import PARTS
from reports.report_content import Annex, BarGroups, CellKind
from reports.tallies import TrendPoint, rate_of
from vietnamese.dates import format_date

PROGRESS_HEADS: Final = ("Ngày", "Đạt", "Phải nộp", "Tỷ lệ %")
_FIRST_PART: Final = 2  # column of `accepted`; the parts follow in the order of PARTS
_PIXELS_A_ROW: Final = 20
_WIDTH: Final = 760  # pixels, about the width of the table
_LINE_HEIGHT: Final = 300
_FONT: Final = {"name": "Times New Roman", "size": 11, "bold": False}


def add_charts(
    book: Workbook, sheet: Worksheet, annex: Annex, *, head_row: int, head: Format, cell: Callable[[CellKind], Format]
) -> None:
    """Writes the charts of `annex`, whose head stands in `head_row` (from 0) of `sheet` and whose rows are written already."""
    row = head_row + len(annex.rows) + 2
    for bars in annex.bars:
        chart = _bars(book, annex, bars, head_row)
        height = 120 + 26 * (bars.last - bars.first + 1)
        chart.set_size({"width": _WIDTH, "height": height})
        sheet.insert_chart(row, 0, chart)
        row += height // _PIXELS_A_ROW + 2
    if annex.progress:
        _progress(book, sheet, annex, (row, head, cell))


def _bars(book: Workbook, annex: Annex, bars: BarGroups, head_row: int) -> Any:
    first, last = head_row + 1 + bars.first, head_row + 1 + bars.last
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for column, (_, _, colour) in enumerate(PARTS, start=_FIRST_PART):
        chart.add_series(
            {
                "name": [annex.sheet_name, head_row, column],
                "categories": [annex.sheet_name, first, 0, last, 0],
                "values": [annex.sheet_name, first, column, last, column],
                "fill": {"color": colour},
                "border": {"color": "#595959", "width": 0.5},
                "gap": 60,
            }
        )
    chart.set_title({"name": bars.title, "name_font": {**_FONT, "size": 13, "bold": True}, "overlay": False})
    chart.set_y_axis({"reverse": True, "num_font": _FONT})
    chart.set_x_axis({"num_font": _FONT, "num_format": "0%", "label_position": "high"})
    chart.set_legend({"position": "bottom", "font": _FONT})
    return chart


def _progress(
    book: Workbook, sheet: Worksheet, annex: Annex, place: tuple[int, Format, Callable[[CellKind], Format]]
) -> None:
    row, head, cell = place
    for column, word in enumerate(PROGRESS_HEADS):
        sheet.write_string(row, column, word, head)
    for number, point in enumerate(annex.progress, start=row + 1):
        sheet.write_string(number, 0, format_date(point.day), cell(CellKind.DAY))
        sheet.write_number(number, 1, point.accepted, cell(CellKind.NUMBER))
        sheet.write_number(number, 2, point.required, cell(CellKind.NUMBER))
        sheet.write_number(number, 3, _percent(point), cell(CellKind.RATE))
    last = row + len(annex.progress)
    chart = book.add_chart({"type": "line"})
    chart.add_series(
        {
            "name": "Tỷ lệ đạt (%)",
            "categories": [annex.sheet_name, row + 1, 0, last, 0],
            "values": [annex.sheet_name, row + 1, 3, last, 3],
            "line": {"color": "#3E9163", "width": 2.25},
        }
    )
    chart.set_title({"name": "Tiến độ theo ngày", "name_font": {**_FONT, "size": 13, "bold": True}})
    chart.set_y_axis({"min": 0, "max": 100, "num_font": _FONT})
    chart.set_x_axis({"num_font": _FONT})
    chart.set_legend({"none": True})
    chart.set_size({"width": _WIDTH, "height": _LINE_HEIGHT})
    sheet.insert_chart(last + 2, 0, chart)


def _percent(point: TrendPoint) -> float:
    return float(rate_of(point.accepted, point.required) or 0)

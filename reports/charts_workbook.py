"""The charts as an Excel workbook: each table with a native chart beside it, the weeks with a colour scale.

Names are written as text, so that one beginning with "=" is never calculated.
Not here: the values (`charts.py`).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter

from reports.charts_svg import PARTS
from vietnamese.dates import format_date, format_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts import BarRow, Charts


def charts_workbook(charts: Charts, *, title: str) -> bytes:
    """The bytes of an .xlsx with four sheets."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        made = _Sheets(book, f"{title}. Số liệu lúc {format_moment(charts.at)}")
        _line(book, made, charts)
        _bars(book, made, "Theo cụm", charts.clusters)
        _bars(book, made, "Theo khối", charts.blocks)
        weeks = charts.weeks
        heads = ["Cụm", *(format_date(week) for week in weeks.weeks)]
        page = made.sheet("Theo tuần", heads, [[row.name, *row.counts] for row in weeks.rows])
        if weeks.rows:
            scale = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#3E9163"}
            page.conditional_format(3, 1, 2 + len(weeks.rows), len(weeks.weeks), scale)
    return out.getvalue()


class _Sheets:
    def __init__(self, book: xlsxwriter.Workbook, title: str) -> None:
        font = {"font_name": "Times New Roman", "font_size": 12}
        self._book, self._title = book, title
        self._bold = book.add_format({**font, "bold": True, "font_size": 14})
        self._head = book.add_format({**font, "border": 1, "bold": True, "text_wrap": True})
        self._plain = book.add_format({**font, "border": 1})

    def sheet(self, name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Any:
        """A sheet with its title, a head on line 3 and the rows below."""
        page = self._book.add_worksheet(name)
        page.write_string(0, 0, self._title, self._bold)
        for column, word in enumerate(heads):
            page.write_string(2, column, word, self._head)
        for line, row in enumerate(rows, start=3):
            for column, value in enumerate(row):
                write = page.write_string if isinstance(value, str) else page.write_number
                write(line, column, value, self._plain)
        page.set_column(0, 0, 30)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        return page


def _line(book: xlsxwriter.Workbook, made: _Sheets, charts: Charts) -> None:
    rows = [
        [
            format_date(one.day),
            one.accepted,
            one.required,
            round(100 * one.accepted / one.required, 1) if one.required else 0,
        ]
        for one in charts.points
    ]
    page = made.sheet("Tiến độ", ["Ngày", "Đạt", "Phải nộp", "Tỷ lệ (%)"], rows)
    if charts.last_day:
        page.write_string(1, 0, f"Ngày cuối được nộp: {format_date(charts.last_day)}")
    if rows:
        chart = book.add_chart({"type": "line"})
        span = (3, 2 + len(rows))
        chart.add_series(
            {
                "name": "Tỷ lệ đạt (%)",
                "categories": ["Tiến độ", span[0], 0, span[1], 0],
                "values": ["Tiến độ", span[0], 3, span[1], 3],
                "line": {"color": "#3E9163", "width": 2.25},
            }
        )
        chart.set_y_axis({"min": 0, "max": 100})
        chart.set_title({"name": "Tiến độ theo ngày"})
        page.insert_chart(3, 5, chart, {"x_scale": 1.5})


def _bars(book: xlsxwriter.Workbook, made: _Sheets, name: str, rows: Sequence[BarRow]) -> None:
    heads = ["Nhóm", *(word for _, word, _ in PARTS), "Phải nộp"]
    page = made.sheet(name, heads, [[row.name, *row.parts, row.required] for row in rows])
    if not rows:
        return
    chart = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for column, (_, _, colour) in enumerate(PARTS, start=1):
        chart.add_series(
            {
                "name": [name, 2, column],
                "categories": [name, 3, 0, 2 + len(rows), 0],
                "values": [name, 3, column, 2 + len(rows), column],
                "fill": {"color": colour},
            }
        )
    chart.set_y_axis({"reverse": True})
    chart.set_title({"name": name})
    page.insert_chart(4 + len(rows), 0, chart, {"x_scale": 1.6})

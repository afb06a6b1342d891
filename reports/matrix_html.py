"""The table of the compliance matrix as HTML.

12,000 cells: written with f-strings, everything that repeats escaped once (a template tag in each cell costs sixty times
as much). Glyphs come from the class of the cell (`static/css/matrix.css`), so a cell is about 60 bytes.
Not here: what a cell says (`matrix.py`), the page around the table (`templates/reports/matrix.html`).
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from interface.wording import last_day_of, left_in_words, nearness
from reports.matrix import Cell, CellState, Matrix, MatrixColumn, MatrixGroup, MatrixRow
from vietnamese.dates import format_short_date
from vietnamese.numbers import format_number, format_percent


def draw_matrix(matrix: Matrix, *, list_url: str) -> SafeString:
    """The `<table>` of `matrix`. A cell links to `list_url` + "?don_vi=…&yeu_cau=…": the names behind it."""
    head = _head(matrix, list_url)
    bodies = "".join(_group(group, matrix, list_url) for group in matrix.groups)
    return mark_safe(f'<table class="matrix" id="matrix">{head}{bodies}</table>')  # noqa: S308 (all text is escaped below)


def _head(matrix: Matrix, list_url: str) -> str:
    papers = "".join(
        f'<th scope="colgroup" class="mx-paper" colspan="{len(list(columns))}">{escape(paper)}</th>'
        for paper, columns in groupby(matrix.columns, key=lambda column: column.requirement.directive)
    )
    columns = "".join(
        _column(column, matrix.at, list_url, first)
        for column, first in zip(matrix.columns, _starts(matrix.columns), strict=True)
    )
    return (
        '<thead><tr><th scope="col" rowspan="2" class="mx-unit mx-corner"><span>Đơn vị</span><small>số việc quá hạn</small></th>'
        f"{papers}</tr><tr>{columns}</tr></thead>"
    )


def _column(column: MatrixColumn, at: datetime, list_url: str, first: bool) -> str:
    requirement, total = column.requirement, column.total
    due_at = requirement.due_at
    day = format_short_date(last_day_of(due_at)) if due_at else "—"
    left = left_in_words(due_at, at).lower() if due_at else "theo ngày tổ chức"
    tone = nearness(due_at, at) if due_at and total.missing else "pending"
    rate = format_percent(total.accepted, total.required)
    counts = f"{format_number(total.accepted)} trong {format_number(total.required)} đạt"
    return (
        f'<th scope="col" class="mx-col{" mx-first" if first else ""}"><a href="{escape(list_url)}?yeu_cau={requirement.pk}" title="{escape(requirement.title)}: {counts}">'
        f'<span class="mx-title">{escape(requirement.title)}</span>'
        f'<span class="mx-when"><b class="mx-{tone}">{day}</b><span>{rate}</span></span>'
        f'<span class="mx-left">{left}</span></a></th>'
    )


def _starts(columns: tuple[MatrixColumn, ...]) -> list[bool]:
    """Whether each column is the first of its directive: a stronger line stands before it."""
    papers = [column.requirement.directive_id for column in columns]
    return [index == 0 or papers[index - 1] != paper for index, paper in enumerate(papers)]


def _group(group: MatrixGroup, matrix: Matrix, list_url: str) -> str:
    starts = _starts(matrix.columns)
    links = [f'<a href="{escape(list_url)}?yeu_cau={column.requirement.pk}&amp;don_vi=' for column in matrix.columns]
    opens = [
        {state: f'<td class="m-{state.value}{" mx-first" if first else ""}">{link}' for state in CellState}
        for link, first in zip(links, starts, strict=True)
    ]
    nothing = [f'<td class="m-none{" mx-first" if first else ""}">·</td>' for first in starts]
    rows = "".join([_row(row, opens, nothing, list_url) for row in group.rows])
    fine = len(group.rows) - group.late_units
    said = (
        f"{len(group.rows)} đơn vị: {group.late_units} quá hạn, {fine} không quá hạn"
        if group.late_units
        else f"{len(group.rows)} đơn vị, không đơn vị nào quá hạn"
    )
    return (
        f'<tbody class="mx-group"><tr class="mx-band"><th scope="rowgroup" class="mx-unit"><span data-fold>{escape(group.name)}</span></th>'
        f'<td colspan="{len(matrix.columns)}">{said}</td></tr></tbody><tbody class="mx-rows">{rows}</tbody>'
    )


def _row(row: MatrixRow, opens: list[dict[CellState, str]], nothing: list[str], list_url: str) -> str:
    pk = row.unit.pk
    close = f'{pk}">'
    cells = [
        blank if cell is None else f"{starts[cell.state]}{close}{cell.words}</a></td>"
        for cell, starts, blank in zip(row.cells, opens, nothing, strict=True)
    ]
    late = f'<b title="việc quá hạn">{row.total.overdue}</b>' if row.total.overdue else ""
    return (
        f'<tr><th scope="row" class="mx-unit"><a href="{escape(list_url)}?don_vi={pk}">{escape(row.unit.name)}</a>{late}</th>'
        f"{''.join(cells)}</tr>"
    )


def plain_cell(cell: Cell | None) -> str:
    """The words of a cell for a sheet of paper or a workbook: "·" = not addressed."""
    return "·" if cell is None else cell.words.replace("\u00a0", " ")

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

# Openings by state, the rest of the address, the cell that is not addressed.
_Column = tuple[dict[str, str], str, str]


def draw_matrix(matrix: Matrix, *, list_url: str) -> SafeString:
    """The `<table>` of `matrix`. A cell links to `list_url` + "?don_vi=…&yeu_cau=…": the names behind it."""
    head = _head(matrix, list_url)
    url = escape(list_url)
    plain, first_of_paper = _openings(url, ""), _openings(url, " mx-first")
    columns = [
        (
            first_of_paper if first else plain,
            f'&amp;{escape(column.requirement.query)}">',
            f'<td class="m-none{" mx-first" if first else ""}">·</td>',
        )
        for first, column in zip(_starts(matrix.columns), matrix.columns, strict=True)
    ]
    bodies = "".join([_group(group, columns, url) for group in matrix.groups])
    return mark_safe(f'<table class="matrix" id="matrix">{head}{bodies}</table>')  # noqa: S308 (all text is escaped below)


def _head(matrix: Matrix, list_url: str) -> str:
    # by their keys: two papers of different years may bear one number
    runs = [list(run) for _, run in groupby(matrix.columns, key=lambda column: column.requirement.directive_id)]
    papers = "".join(
        f'<th scope="colgroup" class="mx-paper" colspan="{len(run)}">{escape(run[0].requirement.directive)}</th>'
        for run in runs
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
    requirement = column.requirement
    due_at = column.extended_to or requirement.due_at
    day = format_short_date(last_day_of(due_at)) if due_at else "—"
    left = left_in_words(due_at, at).lower() if due_at else "theo ngày tổ chức"
    if requirement.withdrawn:
        left = "đã rút"
    elif column.extended_to:
        left = f"đã lùi, {left}"
    tone = nearness(due_at, at) if due_at and column.missing and not requirement.withdrawn else "pending"
    rate = format_percent(column.accepted, column.required)
    counts = f"{format_number(column.accepted)} trong {format_number(column.required)} đạt"
    return (
        f'<th scope="col" class="mx-col{" mx-first" if first else ""}"><a href="{escape(list_url)}?{escape(requirement.query)}" title="{escape(requirement.title)}: {counts}">'
        f'<span class="mx-title">{escape(requirement.title)}</span>'
        f'<span class="mx-when"><b class="mx-{tone}">{day}</b><span>{rate}</span></span>'
        f'<span class="mx-left">{left}</span></a></th>'
    )


def _starts(columns: tuple[MatrixColumn, ...]) -> list[bool]:
    """Whether each column is the first of its directive: a stronger line stands before it."""
    papers = [column.requirement.directive_id for column in columns]
    return [index == 0 or papers[index - 1] != paper for index, paper in enumerate(papers)]


def _group(group: MatrixGroup, columns: list[_Column], url: str) -> str:
    rows = "".join([_row(row, columns, url) for row in group.rows])
    fine = len(group.rows) - group.late_units
    said = (
        f"{len(group.rows)} đơn vị: {group.late_units} quá hạn, {fine} không quá hạn"
        if group.late_units
        else f"{len(group.rows)} đơn vị, không đơn vị nào quá hạn"
    )
    return (
        f'<tbody class="mx-group"><tr class="mx-band"><th scope="rowgroup" class="mx-unit"><span data-fold>{escape(group.name)}</span></th>'
        f'<td colspan="{len(columns)}">{said}</td></tr></tbody><tbody class="mx-rows">{rows}</tbody>'
    )


def _openings(url: str, css: str) -> dict[str, str]:
    """What stands before the numbers of a cell's address, by the state of the cell (a plain string hashes fastest)."""
    return {str(state.value): f'<td class="m-{state.value}{css}"><a href="{url}' for state in CellState}


def _row(row: MatrixRow, columns: list[_Column], url: str) -> str:
    unit = f"?don_vi={row.unit.pk}"
    cells = [
        nothing if cell is None else f"{openings[cell.state]}{unit}{requirement}{cell.words}</a></td>"
        for cell, (openings, requirement, nothing) in zip(row.cells, columns, strict=True)
    ]
    late = f'<b title="việc quá hạn">{row.overdue}</b>' if row.overdue else ""
    return (
        f'<tr><th scope="row" class="mx-unit"><a href="{url}{unit}">{escape(row.unit.name)}</a>{late}</th>'
        f"{''.join(cells)}</tr>"
    )


def plain_cell(cell: Cell | None) -> str:
    """The words of a cell for a sheet of paper or a workbook: "·" = not addressed."""
    return "·" if cell is None else cell.words.replace("\u00a0", " ")

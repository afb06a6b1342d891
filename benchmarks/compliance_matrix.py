"""Compliance matrix of 200 units × 60 requirements as HTML, against f-strings of the same cells.

The floor writes the same table from finished words, keys and classes; the product also finds out what each cell says,
groups, orders, adds up the columns. Queries are not in it (`collect_matrix` needs at most five; see `note`).
Not here: the size of the answer on the wire, which the page-weight test guards.
"""

import gzip
import random
from datetime import datetime, timedelta
from html import escape

from benchmarks.harness import Comparison, compare, start_django
from vietnamese.dates import VIETNAM

TITLE = "compliance matrix HTML, 200 units × 60 requirements"
TARGET = 3.0
UNITS, REQUIREMENTS, PAPERS = 200, 60, 12
NOW = datetime(2026, 4, 24, 14, 20, tzinfo=VIETNAM)
_BLOCKS = ("RESIDENTIAL", "SCHOOL", "ENTERPRISE", "ADMINISTRATION", "")


def run() -> Comparison:
    """Both tables from the same random figures; they have the same length to within one per cent."""
    start_django()
    from reports.matrix import CellDates, MatrixFilter, build_matrix  # noqa: PLC0415 (after start_django)
    from reports.matrix_html import draw_matrix  # noqa: PLC0415
    from reports.overview import block_names  # noqa: PLC0415
    from reports.tallies import MatrixRequirement, MatrixSheet, MatrixUnit, Tally  # noqa: PLC0415

    dice = random.Random(2026)
    units = tuple(
        MatrixUnit(
            n, f"CB{n:03}", f"Chi bộ Tổ dân phố số {n} & khu phố", "GRASSROOTS_CELL", dice.choice(_BLOCKS), n % 9
        )
        for n in range(1, UNITS + 1)
    )
    requirements = tuple(
        MatrixRequirement(
            n, n % PAPERS, f"{n % PAPERS + 100}-CV/ĐU", n, f"Báo cáo kết quả việc thứ {n}", dice.choice(("ESSAY", "REPORT")),
            NOW + timedelta(days=dice.randint(-9, 60)),
        )
        for n in sorted(range(1, REQUIREMENTS + 1), key=lambda number: number % PAPERS)
    )  # fmt: skip
    cells = {
        (unit.pk, asked.pk): _tally(dice, Tally) for unit in units for asked in requirements if dice.random() < 0.95
    }
    dates = {
        key: CellDates(NOW + timedelta(days=dice.randint(-9, 20))) for key, tally in cells.items() if tally.missing
    }
    sheet = MatrixSheet(NOW, units, requirements, cells)
    names, wanted = block_names(), MatrixFilter()

    def product() -> str:
        return draw_matrix(build_matrix(sheet, dates, names, wanted), list_url="/theo-doi/danh-sach/")

    built = build_matrix(sheet, dates, names, wanted)
    finished = [
        (row.unit.pk, row.unit.name, [None if cell is None else (cell.state.value, cell.words) for cell in row.cells])
        for group in built.groups
        for row in group.rows
    ]
    keys = [column.requirement.pk for column in built.columns]

    def floor() -> str:
        rows = []
        for pk, name, said in finished:
            line = "".join(
                [
                    '<td class="m-none">·</td>'
                    if cell is None
                    else f'<td class="m-{cell[0]}"><a href="/theo-doi/danh-sach/?don_vi={pk}&amp;yeu_cau={key}">{cell[1]}</a></td>'
                    for key, cell in zip(keys, said, strict=True)
                ]
            )
            rows.append(f'<tr><th><a href="/theo-doi/danh-sach/?don_vi={pk}">{escape(name)}</a></th>{line}</tr>')
        return f"<table>{''.join(rows)}</table>"

    html = product()
    if abs(len(html) - len(floor())) > 0.05 * len(html):
        raise AssertionError("floor and product do not write the same table")
    packed = len(gzip.compress(html.encode(), 6))
    return compare(
        floor=floor, product=product, rounds=15,
        note=f"{len(cells)} cells, {len(html.encode()) / 1000:.0f} kB of HTML, {packed / 1000:.0f} kB gzipped",
    )  # fmt: skip


def _tally(dice: random.Random, tally: type) -> object:
    assigned = dice.choice((1, 1, dice.randint(2, 60)))
    waived = dice.choice((0, 0, 0, min(1, assigned)))
    submitted = dice.randint(0, assigned - waived)
    accepted = dice.randint(0, submitted)
    returned = dice.choice((0, submitted - accepted))
    missing = assigned - waived - submitted
    overdue = dice.choice((0, missing))
    return tally(
        assigned=assigned, waived=waived, submitted=submitted, accepted=accepted, returned=returned,
        on_time=submitted, overdue=overdue, soon=dice.choice((0, missing - overdue)),
    )  # fmt: skip

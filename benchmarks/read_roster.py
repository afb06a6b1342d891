"""Reading a 100,000-row roster: the file into cells, against unzipping it.

The note tells what checking each row costs on top (names, units, days, doubles: all of `units.roster`), and how
both grow from a hundredth and a tenth of the rows.
Not here: writing it to the database (`import_roster`).
"""

import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

from benchmarks.harness import Comparison, compare, start_django
from benchmarks.roster_data import write_roster

TITLE = "read a 100,000-row roster into cells"
TARGET = 10.0
ROWS = 100_000


def run() -> Comparison:
    """Floor: every part of the ZIP unpacked. Product: every row of every sheet as Python values."""
    start_django()
    from units.cycles import without_cycle_search  # noqa: PLC0415
    from units.roster.checks import check_roster  # noqa: PLC0415 (after start_django)
    from units.services.roster import VOCABULARY  # noqa: PLC0415
    from units.spreadsheets import open_grids  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        files = {rows: write_roster(Path(folder) / f"{rows}.xlsx", rows) for rows in (ROWS // 100, ROWS // 10, ROWS)}

        def unzip() -> None:
            with zipfile.ZipFile(files[ROWS]) as archive:
                for name in archive.namelist():
                    archive.read(name)

        def read(rows: int = ROWS) -> None:
            count = sum(sum(1 for _ in grid.rows) for grid in open_grids(files[rows]))
            assert count > rows

        def check(rows: int) -> None:
            with without_cycle_search():
                roster = check_roster(open_grids(files[rows]), vocabulary=VOCABULARY, on=date(2026, 4, 24))
            assert (len(roster.members), roster.problems) == (rows, ())

        growth = [f"{rows:,}: {_best(read, rows):.2f} s, checked {_best(check, rows):.2f} s" for rows in files]
        found = compare(floor=unzip, product=read, rounds=7)
    return Comparison(**{**found.__dict__, "note": "; ".join(growth)})


def _best(work, rows: int) -> float:
    """Best of three, in seconds."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work(rows)
        times.append(time.perf_counter() - start)
    return min(times)

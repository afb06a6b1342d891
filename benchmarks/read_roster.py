"""Reading a 100,000-row roster into checked rows, against unzipping the file.

Not here: writing it to the database (`import_roster`).
"""

import tempfile
import zipfile
from datetime import date
from pathlib import Path

from benchmarks.harness import Comparison, compare, start_django
from benchmarks.roster_data import write_roster

TITLE = "read a 100,000-row roster"
TARGET = 10.0
ROWS = 100_000


def run() -> Comparison:
    """The note tells how the time grows from a hundredth and a tenth of the rows."""
    start_django()
    from units.roster.checks import check_roster  # noqa: PLC0415 (after start_django)
    from units.services.roster import VOCABULARY  # noqa: PLC0415
    from units.spreadsheets import open_grids  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        files = {rows: write_roster(Path(folder) / f"{rows}.xlsx", rows) for rows in (ROWS // 100, ROWS // 10, ROWS)}

        def unzip(rows: int) -> None:
            with zipfile.ZipFile(files[rows]) as archive:
                for name in archive.namelist():
                    archive.read(name)

        def read(rows: int) -> None:
            roster = check_roster(open_grids(files[rows]), vocabulary=VOCABULARY, on=date(2026, 4, 24))
            assert (len(roster.members), roster.problems) == (rows, ())

        smaller = {
            rows: compare(floor=lambda r=rows: unzip(r), product=lambda r=rows: read(r), rounds=3)
            for rows in (ROWS // 100, ROWS // 10)
        }
        found = compare(floor=lambda: unzip(ROWS), product=lambda: read(ROWS), rounds=5)
    growth = ", ".join(f"{rows:,} rows {one.product:.2f} s" for rows, one in smaller.items())
    return Comparison(**{**found.__dict__, "note": growth})

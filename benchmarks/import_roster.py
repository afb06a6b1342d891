"""Importing a 100,000-row roster into an empty database, against reading and checking it.

Not here: reading against unzipping (`read_roster`).
"""

import tempfile
from datetime import date
from pathlib import Path

from benchmarks.harness import Comparison, compare, fresh_database, start_django
from benchmarks.roster_data import write_roster

TITLE = "import a 100,000-row roster"
TARGET = 3.0
ROWS = 100_000
DAY = date(2026, 4, 24)


def run() -> Comparison:
    """Each round is rolled back; the note tells the second import, which finds everything unchanged."""
    start_django()
    from django.db import connection, transaction  # noqa: PLC0415 (after start_django)

    from units.cycles import without_cycle_search  # noqa: PLC0415
    from units.roster.checks import check_roster  # noqa: PLC0415
    from units.services.roster import VOCABULARY, import_roster  # noqa: PLC0415
    from units.spreadsheets import open_grids  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, fresh_database():
        path = write_roster(Path(folder) / "roster.xlsx", ROWS)

        def read() -> None:
            with without_cycle_search():
                check_roster(open_grids(path), vocabulary=VOCABULARY, on=DAY)

        def bring_in() -> None:
            with transaction.atomic():
                plan = import_roster(path=path, on=DAY, by="benchmark")
                assert plan.difference.counts()["members"]["new"] == ROWS
                transaction.set_rollback(True)

        found = compare(floor=read, product=bring_in, rounds=5, warm_up=1)
        connection.close()  # measuring the memory forked a child that held it too
        import_roster(path=path, on=DAY, by="benchmark")

        def again() -> None:
            assert import_roster(path=path, on=DAY, by="benchmark").difference.is_empty

        second = compare(floor=read, product=again, rounds=3, warm_up=0)
    note = f"the second time {second.product:.1f} s, {second.ratio:.2f}×"
    return Comparison(**{**found.__dict__, "note": note})

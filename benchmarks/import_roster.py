"""Importing a 100,000-row roster into an empty database and committing it, against reading and checking it.

Each round has a copy of the empty database: keys that PostgreSQL checks at the commit belong to what somebody waits for.
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
    """The note tells the second import, which finds everything unchanged."""
    start_django()
    from django.db import connection  # noqa: PLC0415 (after start_django)

    from units.cycles import without_cycle_search  # noqa: PLC0415
    from units.roster.checks import check_roster  # noqa: PLC0415
    from units.services.roster import VOCABULARY, import_roster  # noqa: PLC0415
    from units.spreadsheets import open_grids  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, fresh_database():
        path = write_roster(Path(folder) / "roster.xlsx", ROWS)

        def read() -> None:
            with without_cycle_search():
                check_roster(open_grids(path), vocabulary=VOCABULARY, on=DAY)

        empty = connection.settings_dict["NAME"]

        def empty_again() -> None:
            connection.close()
            connection.settings_dict["NAME"] = empty
            connection.creation.clone_test_db(suffix="round", autoclobber=True, verbosity=0)
            connection.close()  # a database with guests cannot be copied the next time
            connection.settings_dict["NAME"] = connection.creation.get_test_db_clone_settings("round")["NAME"]

        def bring_in() -> None:
            plan = import_roster(path=path, on=DAY, by="benchmark")
            assert plan.difference.counts()["members"]["new"] == ROWS

        found = compare(floor=read, product=bring_in, before=empty_again, rounds=5, warm_up=1)
        connection.close()  # measuring the memory forked a child that held it too; what that child wrote is there

        def again() -> None:
            assert import_roster(path=path, on=DAY, by="benchmark").difference.is_empty

        second = compare(floor=read, product=again, rounds=3, warm_up=0)
        connection.settings_dict["NAME"] = empty
        connection.creation.destroy_test_db(suffix="round", verbosity=0)
    note = f"the second time {second.product:.1f} s, {second.ratio:.2f}×"
    return Comparison(**{**found.__dict__, "note": note})

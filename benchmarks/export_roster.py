"""Exporting a roster of 10,000 members as XLSX, against xlsxwriter writing the same cells and nothing else.

The note tells the peak memory at a tenth of the rows: it must not grow with them.
Not here: reading one (`read_roster`), importing it (`import_roster`).
"""

import tempfile
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.harness import Comparison, compare, fresh_database, peak_memory, start_django
from benchmarks.roster_data import write_roster

TITLE = "export a roster of 10,000 rows"
TARGET = 1.3
ROWS = 10_000
DAY = date(2026, 4, 24)
NOW = datetime(2026, 4, 24, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def run() -> Comparison:
    """Floor: the cells are in memory. Product: they come from the database, and the audit entry is written."""
    start_django()
    from django.db import connection  # noqa: PLC0415 (after start_django)

    from units.models import Unit  # noqa: PLC0415
    from units.roster_workbook import write_workbook  # noqa: PLC0415
    from units.services.roster import import_roster  # noqa: PLC0415
    from units.services.roster_export import export_roster, member_rows, unit_rows  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, fresh_database():
        import_roster(path=write_roster(Path(folder) / "roster.xlsx", ROWS), on=DAY, by="benchmark")
        ward = Unit.objects.wards().get()
        units, members = list(unit_rows(ward)), list(member_rows(ward, on=DAY))
        assert len(members) == ROWS

        def bare() -> None:
            with tempfile.TemporaryFile() as out:
                write_workbook(out, units=units, members=members)

        def export() -> None:
            export_roster(ward=ward, what="xlsx", on=DAY, by="benchmark", at=NOW).stream.close()

        few = members[: ROWS // 10]

        def tenth() -> None:
            with tempfile.TemporaryFile() as out:
                write_workbook(out, units=units, members=few)

        found = compare(floor=bare, product=export, rounds=5, warm_up=1)
        small = peak_memory(tenth)
        connection.close()
    return Comparison(**{**found.__dict__, "note": f"a tenth of the rows takes {small:.0f} MiB"})

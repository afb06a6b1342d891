"""A ward that was imported once, and a file on its way in: what the tests of the browser import start from.

Not here: the assertions (`test_imports*.py`).
"""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import models

from tests.factories.rosters import UNITS, Row, write_roster
from tests.factories.units import make_user
from units.choices import Role
from units.models import RosterImport, Unit, User
from units.services.import_work import run_import
from units.services.imports import request_apply, upload_roster
from units.services.roster import import_roster
from units.services.roster_reverse import TABLES
from vietnamese.dates import VIETNAM

NOW = datetime(2026, 4, 24, 9, 30, tzinfo=VIETNAM)
DAY = date(2026, 4, 24)
ROWS = [
    Row(
        name="Nguyễn Văn An", posts="Bí thư|TDP01; Ủy viên Ban Chấp hành|DB", email="an@example.org", phone="0912345678"
    ),
    Row(name="Vũ Thị Hoà", year=1971, decision="03-QĐ/ĐU", exempt_from=date(2026, 1, 15), exempt_to=date(2026, 12, 31)),
    Row(name="Lê Bình", year=1980, unit="TDP02", status="Dự bị", since=""),
    Row(name="Lê Bình", year=1981, unit="TDP02"),
    Row(name="Đỗ Đức Mạnh", year=1982, unit="CA.1", posts="Phó Bí thư, Chủ tịch UBND phường|DB"),
]


def clock() -> datetime:
    """The instant of the tests."""
    return NOW


def ward_with(rows: list[Row], folder: Path, units: Any = UNITS) -> tuple[Unit, User]:
    """The ward of `rows`, and its administrator."""
    import_roster(path=write_roster(folder / "truoc.xlsx", rows, units=units), on=date(2026, 3, 2), by=None)
    ward = Unit.objects.get(code="DB")
    return ward, make_user(Role.ADMIN, ward)


def bring(ward: Unit, admin: User, content: bytes, name: str = "danh-sach.xlsx", on: date = DAY) -> RosterImport:
    """Uploaded and read."""
    imported = upload_roster(ward=ward, stream=BytesIO(content), file_name=name, on=on, by=admin, at=NOW)
    return worked(imported)


def worked(imported: RosterImport) -> RosterImport:
    """After a worker did what waits."""
    run_import(import_id=imported.pk, clock=clock)
    return RosterImport.objects.select_related("ward", "blob").get(pk=imported.pk)


def workbook(folder: Path, rows: list[Row], units: Any = UNITS) -> bytes:
    """The bytes of a roster of `rows`."""
    return write_roster(folder / "sau.xlsx", rows, units=units).read_bytes()


def applied(imported: RosterImport, admin: User) -> RosterImport:
    """Asked for and done."""
    return worked(request_apply(imported=imported, by=admin, at=NOW))


def rows_of(model: type[models.Model]) -> list[dict[str, Any]]:
    """Every row of the table, by key."""
    return list(model._default_manager.order_by("pk").values())


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that an import touches."""
    return {model.__name__: rows_of(model) for model in TABLES}

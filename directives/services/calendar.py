"""Entering the ward's own days off and days worked.

Deadlines that are stored do not move with the calendar; `directives.recomputing` names those that would.
Not here: which of several rows counts (`directives.working_days`).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from audit import services as audit
from directives.calendar_year import FIRST_YEAR, LAST_YEAR, not_entered
from directives.choices import DayOffKind
from directives.errors import CalendarRefused
from directives.models import DayOff
from units.models import Unit, User
from units.settings_areas import Area, Change, added, change, removed
from units.settings_history import subject_of
from vietnamese.dates import format_date
from vietnamese.text import clean


@transaction.atomic
def enter_day(*, ward: Unit, day: date, kind: str, name: str, by: User | None, at: datetime) -> DayOff:
    """The ward's own row of a day, new or in place of the one it had. Recorded as `calendar.change`.

    Raises CalendarRefused for a year outside the calendar.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CalendarRefused(f"Lịch chỉ nhận các năm từ {FIRST_YEAR} đến {LAST_YEAR}.")
    row = DayOff.objects.select_for_update().filter(ward=ward, day=day).first()
    before = _words(row) if row else ""
    kept = row or DayOff(ward=ward, day=day)
    kept.kind, kept.name = kind, clean(name)
    kept.full_clean()
    kept.save()
    if before != _words(kept):
        what = format_date(day)
        _record(ward, [change(what, before, _words(kept))] if row else added(what, _words(kept)), by, at)
    return kept


@transaction.atomic
def remove_day(*, row: DayOff, by: User | None, at: datetime) -> None:
    """The ward's own row goes; what holds for all wards or is proposed counts again. Recorded as `calendar.change`."""
    ward = row.ward
    if ward is None:
        raise CalendarRefused("Ngày này dùng chung cho mọi phường, không bỏ được ở đây.")
    what, words = format_date(row.day), _words(row)
    row.delete()
    _record(ward, removed(what, words), by, at)


@transaction.atomic
def enter_proposal(*, ward: Unit, year: int, by: User | None, at: datetime) -> int:
    """What is proposed for the year and not entered becomes the ward's own; rows it has stay. Returns how many.

    From then on another proposal of a later release changes nothing for this year. Recorded as `calendar.change`.
    """
    rows = not_entered(ward, year)
    if rows:
        DayOff.objects.bulk_create(
            [DayOff(ward=ward, day=row.day, kind=row.kind, name=row.name.capitalize()) for row in rows]
        )
        _record(ward, added(f"Đề xuất năm {year}", f"{len(rows)} ngày"), by, at)
    return len(rows)


@transaction.atomic
def repair_day(*, row: DayOff, by: User, at: datetime) -> None:
    """Save a row as the repair pages changed it, of one ward or of all. Recorded as `calendar.change`."""
    stored = DayOff.objects.select_for_update().filter(pk=row.pk).first() if row.pk else None
    before = f"{format_date(stored.day)}: {_words(stored)}" if stored else ""
    row.save()
    _record_repair(row, before, f"{format_date(row.day)}: {_words(row)}", by, at)


@transaction.atomic
def repair_away(*, row: DayOff, by: User, at: datetime) -> None:
    """Delete a row on the repair pages, of one ward or of all. Recorded as `calendar.change`."""
    _record_repair(row, f"{format_date(row.day)}: {_words(row)}", "", by, at)
    row.delete()


def _record_repair(row: DayOff, before: str, after: str, by: User, at: datetime) -> None:
    if before == after:
        return
    found = [change("Ngày dùng chung" if row.ward is None else "Ngày", before or "chưa có", after or "đã bỏ")]
    if row.ward is not None:
        _record(row.ward, found, by, at)
    else:
        audit.record(action="calendar.change", actor=by, obj=row, detail={"changes": found}, at=at)


def _words(row: DayOff) -> str:
    return f"{row.name} ({DayOffKind(row.kind).label.lower()})"


def _record(ward: Unit, found: list[Change], by: User | None, at: datetime) -> None:
    audit.record(
        action="calendar.change",
        actor=by,
        obj=subject_of(ward, Area.CALENDAR),
        ward_id=ward.pk,
        detail={"changes": found},
        at=at,
    )

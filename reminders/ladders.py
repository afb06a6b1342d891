"""The ladders and calendars of some wards for one day: which deadlines have a step, and what became of promises.

Reads only. Not here: what a ladder means (`stages.py`), changing one (`services_ladder.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q

from directives.deadlines import WorkCalendar
from directives.models import Requirement
from directives.working_days import work_calendars
from reminders.models import LadderSetting, Promise
from reminders.stages import STANDARD, Ladder, Rungs, next_open, promised_key, worked_day
from units.models import Unit
from vietnamese.dates import local_day

_DAY = timedelta(days=1)
_PROMISES_LAST = timedelta(days=31)


def calendars_of(wards: Collection[Unit], day: date) -> dict[int, WorkCalendar]:
    """The working calendar of each ward around `day`."""
    return work_calendars(range(day.year - 1, day.year + 2), wards)


def mail_opens(ward: Unit, at: datetime) -> datetime | None:
    """From when letters of the ward go next; None when they may go at `at`."""
    day = local_day(at)
    opens = next_open(at, calendars_of([ward], day)[ward.pk])
    return opens if opens > at else None


@dataclass(frozen=True)
class DayRungs:
    """For one day: the rungs of each ward, and of the requirements with a ladder of their own."""

    by_ward: dict[int, Rungs]
    by_requirement: dict[int, Rungs]

    def of(self, ward_id: int, requirement_id: int) -> Rungs:
        """Those that hold for a duty."""
        return self.by_requirement.get(requirement_id) or self.by_ward[ward_id]


def day_rungs(wards: Sequence[Unit], day: date, after: date | None = None) -> DayRungs:
    """The rungs of `day` (or of (after, day]) for these wards. Two queries."""
    calendars = calendars_of(wards, day)
    rows = LadderSetting.objects.filter(ward__in=wards)
    of_ward: dict[int, Ladder] = {}
    own: list[LadderSetting] = []
    for row in rows:
        if row.requirement_id is None:
            of_ward[row.ward_id] = row.ladder
        else:
            own.append(row)
    made: dict[tuple[Ladder, int], Rungs] = {}

    def rungs(ladder: Ladder, ward_id: int) -> Rungs:
        key = ladder, id(calendars[ward_id])
        if key not in made:
            made[key] = Rungs(ladder, calendars[ward_id], day, after)
        return made[key]

    by_ward = {ward.pk: rungs(of_ward.get(ward.pk, STANDARD), ward.pk) for ward in wards}
    return DayRungs(by_ward, {row.requirement_id: rungs(row.ladder, row.ward_id) for row in own if row.requirement_id})


def ladder_of(ward: Unit, requirement_id: int | None = None) -> Ladder:
    """The ladder of a requirement, else of its ward, else the standard. One query."""
    rows = LadderSetting.objects.filter(ward=ward).filter(Q(requirement=None) | Q(requirement=requirement_id))
    found = {row.requirement_id: row.ladder for row in rows}
    return found.get(requirement_id) or found.get(None) or STANDARD


@dataclass(frozen=True)
class Promised:
    """Debts that are silent until the day promised, and those whose promise has run out: id → stage of today."""

    silent: frozenset[int]
    due: dict[int, str]
    ward_of: Mapping[int, int]
    """Debt → ward, of all of them."""

    def within(self, ward_ids: Collection[int]) -> Promised:
        """Those of these wards alone."""
        silent = frozenset(pk for pk in self.silent if self.ward_of[pk] in ward_ids)
        due = {pk: stage for pk, stage in self.due.items() if self.ward_of[pk] in ward_ids}
        return Promised(silent, due, self.ward_of)


def promises_of(wards: Sequence[Unit], rungs: DayRungs, at: datetime) -> Promised:
    """The latest promise of each debt as known at `at`. One query."""
    day = local_day(at)
    recent = Promise.objects.filter(day__gte=day - _PROMISES_LAST, at__lte=at)
    # "+ 0": the few recent promises are found by their day, not by looking for one at each obligation of the wards
    rows = recent.annotate(ward=F("obligation__ward_id") + 0).filter(ward__in=[ward.pk for ward in wards])
    latest = {
        obligation_id: (ward_id, promised)
        for obligation_id, ward_id, promised in rows.order_by("at", "pk").values_list(
            "obligation_id", "obligation__ward_id", "day"
        )
    }
    silent, due = set(), {}
    for obligation_id, (ward_id, promised) in latest.items():
        own = rungs.by_ward[ward_id]
        step = worked_day(promised + _DAY, back=False, calendar=own.calendar)
        if own.first_day <= step <= day:
            due[obligation_id] = promised_key(promised)
        elif step > day:
            silent.add(obligation_id)
    return Promised(frozenset(silent), due, {pk: ward_id for pk, (ward_id, _) in latest.items()})


def has_own_ladder(requirement: Requirement) -> bool:
    """Whether the requirement does not follow its ward's ladder."""
    return LadderSetting.objects.filter(requirement=requirement).exists()

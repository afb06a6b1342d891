"""Running deadlines that the calendar of today would put on another day; nothing is changed by looking.

Only periods move with the calendar (R4 with R5, R6, clocks started by an event); fixed dates never do.
Not here: moving a deadline (`services.deadlines`), the calendar (`working_days.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from directives.choices import ChangeCause, DirectiveState
from directives.deadlines import EventClock, WorkCalendar, event_deadline
from directives.models import Extension, Obligation, Requirement
from directives.querysets import OPEN_STATES
from directives.settling import settle_with
from directives.working_days import YEARS_AHEAD, work_calendar
from units.models import Unit

_ROLLING_RULES = ("R4", "R5", "R6")


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline that would be counted otherwise: both instants exclusive; `parties` whose own clock it is, else 0."""

    requirement: Requirement
    stored: datetime
    counted: datetime
    parties: int = 0


def moved_deadlines(ward: Unit, now: datetime) -> list[Moved]:
    """Requirements and units' own clocks still running at `now` that would end otherwise. Four queries."""
    running = list(
        Requirement.objects.filter(
            Q(deadline_rule__in=_ROLLING_RULES) | Q(event_days__isnull=False),
            directive__ward=ward,
            directive__state=DirectiveState.ISSUED,
            directive__issued_on__isnull=False,
            due_at__gt=now,
        ).select_related("directive", "anchor")
    )
    clocks = _own_clocks(ward, now)
    held = _held_days(clocks)
    days = [*(one.directive.issued_on for one in running if one.directive.issued_on), *held.values()]
    if not days:
        return []
    years = range(min(days).year, max(days).year + YEARS_AHEAD + 1)
    calendar = work_calendar(years, ward=ward)
    return [*_requirements(running, calendar), *_units(clocks, held, calendar)]


def _requirements(running: list[Requirement], calendar: WorkCalendar) -> list[Moved]:
    found = []
    for one in running:
        issued_on, stored = one.directive.issued_on, one.due_at
        if issued_on is None or stored is None:
            continue
        counted = settle_with(calendar, one.deadline_phrase, issued_on=issued_on, anchor=one.anchor).due_at
        if counted is not None and counted != stored:
            found.append(Moved(one, stored, counted))
    return found


def _own_clocks(ward: Unit, now: datetime) -> list[Obligation]:
    """Open duties of units whose deadline hangs on their own event and was not extended."""
    return list(
        Obligation.objects.filter(
            ward=ward,
            state__in=OPEN_STATES,
            due_at__gt=now,
            member=None,
            requirement__event_days__isnull=False,
        )
        .exclude(extensions__in=Extension.objects.exclude(cause=ChangeCause.EVENT))
        .select_related("requirement__directive")
    )


def _held_days(clocks: list[Obligation]) -> Mapping[tuple[int | None, int, str], date]:
    rows = Obligation.objects.filter(
        requirement__in={one.requirement.anchor_id for one in clocks}, held_on__isnull=False
    ).values_list("requirement_id", "unit_id", "period", "held_on")
    return {(requirement, unit, period): day for requirement, unit, period, day in rows if day is not None}


def _units(
    clocks: list[Obligation], held: Mapping[tuple[int | None, int, str], date], calendar: WorkCalendar
) -> list[Moved]:
    counts: Counter[tuple[Requirement, datetime, datetime]] = Counter()
    for one in clocks:
        day = held.get((one.requirement.anchor_id, one.unit_id, one.period))
        if day is None or one.due_at is None:
            continue
        clock = EventClock(days=one.requirement.event_days or 0, working_days=one.requirement.event_working_days)
        counted = event_deadline(clock, day, calendar).due_at
        if counted != one.due_at:
            counts[one.requirement, one.due_at, counted] += 1
    return [Moved(requirement, stored, counted, number) for (requirement, stored, counted), number in counts.items()]

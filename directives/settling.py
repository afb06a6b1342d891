"""The stored deadline of a requirement: phrase + rule + exclusive instant, from a reading and its anchor.

Not here: reading the phrase (`deadlines`), writing rows (`services`), days off (`working_days.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from directives.choices import Certainty, RequirementKind
from directives.deadlines import (
    DeadlineReading,
    EventClock,
    WorkCalendar,
    back_stop,
    day_start,
    last_day_of,
    read_deadline,
)
from directives.deadlines.periods import next_occurrences, series_as_json
from directives.deadlines.recurrences import Occurrence
from directives.models import Directive, Requirement
from directives.querysets import SURE
from directives.working_days import work_calendar, years_around
from units.models import CommitteeProfile, Unit
from vietnamese.dates import local_day

DEADLINE_COLUMNS = (
    "deadline_rule",
    "certainty",
    "due_at",
    "opens_at",
    "recurrence",
    "event_days",
    "event_working_days",
)
"""The columns of a requirement that a reading of its phrase decides."""

# A clock in months is stored in days: "khoảng cách một tháng = 30 ngày" (BLDS 2015, điều 146).
_DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Settled:
    """A reading with what it becomes in the columns of a requirement.

    For a clock started by an event `due_at` is the back-stop: the deadline of a unit that declares nothing.
    """

    reading: DeadlineReading
    due_at: datetime | None
    certainty: str
    event_days: int | None = None
    event_working_days: bool = False

    @property
    def upcoming(self) -> list[Occurrence]:
        """The next four periods of a series with their last days; empty for a duty asked once."""
        series, first = self.reading.recurrence, self.reading.last_day
        return next_occurrences(series, since=first) if series is not None and first is not None else []

    def columns(self) -> dict[str, Any]:
        """Values of the requirement's deadline columns."""
        opens_on = self.reading.opens_on
        return {
            "deadline_rule": self.reading.rule or "",
            "certainty": self.certainty,
            "due_at": self.due_at,
            "opens_at": day_start(opens_on) if opens_on else None,
            "recurrence": series_as_json(self.reading.recurrence, since=self.reading.last_day),
            "event_days": self.event_days,
            "event_working_days": self.event_working_days,
        }


def settle(phrase: str, *, ward: Unit, issued_on: date, anchor: Requirement | None) -> Settled:
    """Read `phrase` against the issue date with the ward's calendar and its setting of "trước ngày X"."""
    calendar = work_calendar(years_around(issued_on), ward=ward)
    profile = CommitteeProfile.objects.filter(unit=ward).only("before_includes_day").first()
    relaxed = profile is not None and profile.before_includes_day
    return settle_with(calendar, phrase, issued_on=issued_on, anchor=anchor, relaxed_before=relaxed)


def settle_with(
    calendar: WorkCalendar, phrase: str, *, issued_on: date, anchor: Requirement | None, relaxed_before: bool = False
) -> Settled:
    """The same with a calendar at hand; an empty phrase is no deadline. No query but for the anchor.

    An event clock needs `anchor`, the activity whose declared day starts it; without one it stays without a date.
    A clock that runs before its event cannot be kept and is stored as no deadline.
    """
    reading = read_deadline(phrase, issued_on=issued_on, calendar=calendar, relaxed_before=relaxed_before)
    clock = reading.event
    if clock is None:
        return Settled(reading, reading.due_at, reading.certainty.value)
    days = clock.days + _DAYS_A_MONTH * clock.months
    if days < 0:
        return Settled(reading, None, Certainty.NONE)
    kept = EventClock(days=days, working_days=clock.working_days)
    due_at = None
    if anchor is not None and anchor.due_at is not None:
        due_at = back_stop(kept, last_day_of(anchor.due_at), calendar).due_at
    return Settled(reading, due_at, Certainty.EVENT, days, clock.working_days)


def settle_columns(settled: Settled) -> dict[str, Any]:
    """The deadline columns of a requirement whose deadline is replaced; when it opens stays as it was unless said."""
    columns = settled.columns()
    if columns["opens_at"] is None:
        del columns["opens_at"]
    return columns


def settle_draft(requirements: Sequence[Requirement], directive: Directive, at: datetime) -> None:
    """Read every phrase of a draft as it reads now (calendar and strictness may have changed); saves nothing.

    Events come before the clocks that hang on them. Both the preview and issuing stand on this one reading.
    """
    by_pk = {requirement.pk: requirement for requirement in requirements}
    for requirement in sorted(requirements, key=lambda one: one.anchor_id is not None):
        if requirement.anchor_id is not None:
            requirement.anchor = by_pk.get(requirement.anchor_id, requirement.anchor)
        settle_requirement(requirement, directive, at)


def past_due(requirements: Sequence[Requirement], at: datetime) -> list[Requirement]:
    """Those whose deadline, as settled, binds and has passed at `at`: given out then, they are overdue at once."""
    return [one for one in requirements if one.due_at is not None and one.due_at <= at and one.certainty in SURE]


def settle_requirement(requirement: Requirement, directive: Directive, at: datetime) -> None:
    """Read the phrase against the issue date (today's, while the draft has none) and set the columns; saves nothing."""
    settled = settle(
        requirement.deadline_phrase if requirement.kind != RequirementKind.STANDING else "",
        ward=directive.ward,
        issued_on=directive.issued_on or local_day(at),
        anchor=requirement.anchor,
    )
    for name, value in settled.columns().items():
        setattr(requirement, name, value)

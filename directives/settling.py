"""The stored deadline of a requirement: phrase + rule + exclusive instant, from a reading and its anchor.

Not here: reading the phrase (`deadlines`), writing rows (`services`), days off (`working_days.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from directives.choices import Certainty
from directives.deadlines import DeadlineReading, EventClock, back_stop, day_start, last_day_of, read_deadline
from directives.models import Requirement
from directives.working_days import work_calendar, years_around

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

    def columns(self) -> dict[str, Any]:
        """Values of the requirement's deadline columns."""
        opens_on = self.reading.opens_on
        return {
            "deadline_rule": self.reading.rule or "",
            "certainty": self.certainty,
            "due_at": self.due_at,
            "opens_at": day_start(opens_on) if opens_on else None,
            "event_days": self.event_days,
            "event_working_days": self.event_working_days,
        }


def settle(phrase: str, *, issued_on: date, anchor: Requirement | None) -> Settled:
    """Read `phrase` against the issue date with the office's calendar; an empty phrase is no deadline.

    An event clock needs `anchor`, the activity whose declared day starts it; without one it stays without a date.
    A clock that runs before its event cannot be kept and is stored as no deadline.
    """
    calendar = work_calendar(years_around(issued_on))
    reading = read_deadline(phrase, issued_on=issued_on, calendar=calendar)
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

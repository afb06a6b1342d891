"""The deadline rules R1–R7 and R10 of `domain.md` §5 as functions over days.

They follow Bộ luật Dân sự 2015, articles 144–148, by analogy: the day of the event is not counted,
the last day ends at 24:00. All instants are exclusive: `due_at` is the first one that is late.
Not here: what a phrase says (`phrases.py`), which days a month or quarter covers (`resolving.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from directives.deadlines.calendar import WorkCalendar
from directives.deadlines.instants import day_end, instant_after, instant_at, last_day_of
from directives.deadlines.readings import EventClock
from directives.deadlines.resolving import add_months

# "24h00", and "23h59", which people write for it: the whole day is in time.
END_OF_DAY = time(23, 59)
# Before a unit has declared its day, its report is due this long after the activity's window (`domain.md` §5).
BACK_STOP_DAYS = 3


@dataclass(frozen=True, slots=True)
class Term:
    """The end of a deadline: last day in time, and the first instant that is late."""

    last_day: date
    due_at: datetime

    @classmethod
    def through(cls, last_day: date) -> Term:
        """The whole of the last day is in time."""
        return cls(last_day, day_end(last_day))


def r1_before(first_day: date, *, relaxed: bool = False) -> Term:
    """ "trước ngày X" excludes X; a committee may relax it to include X."""
    return Term.through(first_day if relaxed else first_day - timedelta(days=1))


def r2_through(last_day: date) -> Term:
    """chậm nhất, đến (hết), không quá, muộn nhất, hạn cuối, trong ngày, bare ngày X: X is included."""
    return Term.through(last_day)


def r3_at_hour(day: date, hour: time, *, before: bool = False) -> Term:
    """A stated hour includes itself ("16h00" takes 16:00:00); "trước 16h00" excludes it."""
    if hour == END_OF_DAY:
        return Term.through(day)
    due_at = instant_at(day, hour) if before else instant_after(day, hour)
    return Term(last_day_of(due_at), due_at)


def r4_period(start: date, *, days: int = 0, months: int = 0) -> date:
    """The last day of a period; the day it starts from is not counted. Not yet rolled (R5)."""
    return add_months(start, months) + timedelta(days=days)


def r5_rolled(last_day: date, calendar: WorkCalendar) -> date:
    """A period that would end on a day off ends with the next working day. Fixed dates never roll."""
    return calendar.next_working_day(last_day)


def r6_working_period(start: date, count: int, calendar: WorkCalendar) -> date:
    """The last of `count` working days after the start, which is not counted."""
    return calendar.add_working_days(start, count) if count > 0 else start


def event_deadline(clock: EventClock, held_on: date, calendar: WorkCalendar) -> Term:
    """The own deadline of a unit that held its event on `held_on`: R4 with R5, or R6.

    A deadline before the event (negative days) does not roll: later would be too late.
    """
    if clock.working_days and clock.days > 0:
        return Term.through(r6_working_period(held_on, clock.days, calendar))
    last_day = r4_period(held_on, days=clock.days, months=clock.months)
    return Term.through(last_day if clock.days < 0 else r5_rolled(last_day, calendar))


def back_stop(clock: EventClock, window_last_day: date, calendar: WorkCalendar) -> Term:
    """The deadline of a unit that has not declared its event: end of the event's window + 3 days.

    Never earlier than the clock of a unit that held its event on the window's last day.
    """
    latest = event_deadline(clock, window_last_day, calendar).last_day
    return Term.through(max(latest, window_last_day + timedelta(days=BACK_STOP_DAYS)))

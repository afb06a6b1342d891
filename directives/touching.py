"""Every obligation that a new deadline or a withdrawal touches, with its fate: what the preview shows and applying writes.

Reads only, so the two cannot differ. Not here: the rule (`fates.py`), writing (`services.amending`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from directives.choices import AmendAction, Certainty, ChangeCause
from directives.deadlines import EventClock, WorkCalendar, back_stop, event_deadline, last_day_of
from directives.deadlines.periods import ends_of
from directives.deadlines.recurrences import Occurrence
from directives.fates import Fate, fate_of
from directives.models import Amendment, Extension, Obligation, Requirement
from directives.settling import Settled, settle
from directives.working_days import YEARS_AHEAD, work_calendar, years_around
from vietnamese.dates import local_day


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """The rule of a series replaced by another one: what it says of the periods given out, and what comes next."""

    ends: Mapping[str, datetime]
    """Given period → its end by the new rule (exclusive); a rule of another length knows none of them."""
    upcoming: tuple[Occurrence, ...]
    """The next periods to be given out."""
    moves_open: bool
    """Periods given out and still owed follow too, as far as their new end lies ahead."""

    def end_of(self, obligation: Obligation, at: datetime) -> datetime | None:
        """The new end for an obligation given out before; None when it keeps its own."""
        end = self.ends.get(obligation.period) if self.moves_open else None
        return end if end is not None and end > at else None


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """A deadline about to replace another: for an event's clock `due_at` is the back-stop. Exclusive."""

    due_at: datetime
    certainty: str
    clock: EventClock | None = None
    series: SeriesChange | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """One obligation with its fate; `new_due_at` and `certainty` are for those that move."""

    obligation: Obligation
    fate: Fate
    new_due_at: datetime | None = None
    certainty: str = ""


def new_deadline_of(settled: Settled) -> NewDeadline | None:
    """What a reading gives to those who owe; None when it gives no day that binds."""
    if settled.due_at is None or settled.certainty in (Certainty.TENTATIVE, Certainty.NONE):
        return None
    if settled.reading.recurrence is not None:
        return None
    clock = None
    if settled.certainty == Certainty.EVENT:
        clock = EventClock(days=settled.event_days or 0, working_days=settled.event_working_days)
    return NewDeadline(settled.due_at, settled.certainty, clock)


def deadline_by(amendment: Amendment, *, at: datetime) -> tuple[Settled, NewDeadline | None]:
    """The new phrase read against the later directive's date, with the clock of the requirement's own event.

    A series takes a phrase that makes a series, read from today on (nobody is made late by amending); anything else
    takes one that gives a day. None otherwise.
    """
    issued_on = amendment.directive.issued_on or local_day(at)
    if not amendment.requirement.recurrence:
        settled = _settled(amendment, issued_on)
        return settled, new_deadline_of(settled)
    settled = _settled(amendment, max(issued_on, local_day(at)))
    if settled.due_at is not None and settled.due_at <= at:  # an hour of today that is over
        settled = _settled(amendment, local_day(at) + timedelta(days=1))
    rule = settled.reading.recurrence
    if rule is None or settled.due_at is None:
        return settled, None
    given = Obligation.objects.filter(requirement=amendment.requirement).order_by()
    periods = set(given.values_list("period", flat=True).distinct())
    coming = [one for one in settled.upcoming if one.period not in periods]
    change = SeriesChange(ends_of(rule, periods), tuple(coming), amendment.moves_open)
    return settled, NewDeadline(settled.due_at, settled.certainty, series=change)


def _settled(amendment: Amendment, issued_on: date) -> Settled:
    requirement = amendment.requirement
    return settle(
        amendment.deadline_phrase, ward=requirement.directive.ward, issued_on=issued_on, anchor=requirement.anchor
    )


def anchored_to(requirement: Requirement, *, without: Sequence[int] = ()) -> list[Requirement]:
    """Requirements whose back-stop hangs on the end of this one's window."""
    found = Requirement.objects.filter(anchor=requirement, certainty=Certainty.EVENT, withdrawn_at=None)
    return list(found.exclude(pk__in=without).select_related("directive__ward").order_by("order"))


def moved_back_stop(anchored: Requirement, window_end: datetime) -> NewDeadline:
    """The back-stop after the window of the event was moved: stored clock, not the phrase, which is not read again."""
    clock = EventClock(days=anchored.event_days or 0, working_days=anchored.event_working_days)
    last_day = last_day_of(window_end)
    calendar = work_calendar(years_around(last_day), ward=anchored.directive.ward)
    return NewDeadline(back_stop(clock, last_day, calendar).due_at, Certainty.EVENT, clock)


def touched_by(
    requirement: Requirement, new: NewDeadline | None, *, at: datetime, among: QuerySet[Obligation] | None = None
) -> list[Touched]:
    """Each obligation of the requirement under `new` (None: withdrawn), by unit, then by given name. A fixed number of queries."""
    rows = list(
        (Obligation.objects.all() if among is None else among)
        .filter(requirement=requirement)
        .select_related("unit", "member")
        .order_by("unit__path", "member__sort_key", "pk")
    )
    own_days, calendar = _own_days(requirement), _calendar_of(rows, new, requirement)
    found = []
    for one in rows:
        due_at, certainty = _for_one(one, new, calendar, at) if new is not None else (None, "")
        fate = fate_of(
            state=one.state,
            due_at=one.due_at,
            first_submitted_at=one.first_submitted_at,
            has_own_day=own_days.get(one.pk) == one.due_at,
            new_due_at=due_at,
            at=at,
        )
        if fate == Fate.SAME and new is not None and new.series and new.series.ends.get(one.period) != one.due_at:
            fate = Fate.KEEPS_PERIOD
        found.append(Touched(one, fate, due_at, certainty))
    return found


def touched_by_amendment(amendment: Amendment, *, at: datetime) -> list[Touched]:
    """The same for a stored amendment of a draft; one whose phrase gives no day touches nobody."""
    if amendment.action == AmendAction.WITHDRAW:
        return touched_by(amendment.requirement, None, at=at)
    _, new = deadline_by(amendment, at=at)
    return touched_by(amendment.requirement, new, at=at) if new is not None else []


def _own_days(requirement: Requirement) -> dict[int, datetime]:
    """Obligation → the day last granted to it alone."""
    standing = Extension.objects.filter(cause=ChangeCause.EXTENDED, taken_back_at=None)
    granted = standing.filter(obligation__requirement=requirement)
    return dict(granted.order_by("granted_at", "pk").values_list("obligation_id", "new_due_at"))


def _calendar_of(rows: Sequence[Obligation], new: NewDeadline | None, requirement: Requirement) -> WorkCalendar | None:
    """The calendar for the clocks of units that declared their day; None when there is none to set."""
    held = [one.held_on for one in rows if one.held_on is not None]
    if new is None or new.clock is None or not held:
        return None
    return work_calendar(range(min(held).year, max(held).year + YEARS_AHEAD + 1), ward=requirement.directive.ward)


def _for_one(
    obligation: Obligation, new: NewDeadline, calendar: WorkCalendar | None, at: datetime
) -> tuple[datetime | None, str]:
    """A unit that declared its day has its own clock; everybody else the common date or back-stop; a period its own."""
    if new.series is not None:
        end = new.series.end_of(obligation, at)
        return (obligation.due_at, obligation.certainty) if end is None else (end, new.certainty)
    if new.clock is None or calendar is None or obligation.held_on is None:
        return new.due_at, new.certainty
    return event_deadline(new.clock, obligation.held_on, calendar).due_at, Certainty.CERTAIN

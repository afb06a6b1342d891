"""Every obligation that a new deadline or a withdrawal touches, with its fate: what the preview shows and applying writes.

Reads only, so the two cannot differ. Not here: the rule (`fates.py`), writing (`services.amending`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from directives.choices import AmendAction, Certainty, ChangeCause
from directives.deadlines import EventClock, WorkCalendar, back_stop, event_deadline, last_day_of
from directives.fates import Fate, fate_of
from directives.models import Amendment, Extension, Obligation, Requirement
from directives.settling import Settled, settle
from directives.working_days import YEARS_AHEAD, work_calendar, years_around
from vietnamese.dates import local_day


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """A deadline about to replace another: for an event's clock `due_at` is the back-stop. Exclusive."""

    due_at: datetime
    certainty: str
    clock: EventClock | None = None


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


def settle_amendment(amendment: Amendment, *, issued_on: date) -> Settled:
    """The new phrase read against the later directive's date, with the clock of the requirement's own event."""
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
        due_at, certainty = _for_one(one, new, calendar) if new is not None else (None, "")
        fate = fate_of(
            state=one.state,
            due_at=one.due_at,
            first_submitted_at=one.first_submitted_at,
            has_own_day=own_days.get(one.pk) == one.due_at,
            new_due_at=due_at,
            at=at,
        )
        found.append(Touched(one, fate, due_at, certainty))
    return found


def touched_by_amendment(amendment: Amendment, *, at: datetime) -> list[Touched]:
    """The same for a stored amendment of a draft; one whose phrase gives no day touches nobody."""
    if amendment.action == AmendAction.WITHDRAW:
        return touched_by(amendment.requirement, None, at=at)
    issued_on = amendment.directive.issued_on or local_day(at)
    new = new_deadline_of(settle_amendment(amendment, issued_on=issued_on))
    return touched_by(amendment.requirement, new, at=at) if new is not None else []


def _own_days(requirement: Requirement) -> dict[int, datetime]:
    """Obligation → the day last granted to it alone."""
    granted = Extension.objects.filter(obligation__requirement=requirement, cause=ChangeCause.EXTENDED)
    return dict(granted.order_by("granted_at", "pk").values_list("obligation_id", "new_due_at"))


def _calendar_of(rows: Sequence[Obligation], new: NewDeadline | None, requirement: Requirement) -> WorkCalendar | None:
    """The calendar for the clocks of units that declared their day; None when there is none to set."""
    held = [one.held_on for one in rows if one.held_on is not None]
    if new is None or new.clock is None or not held:
        return None
    return work_calendar(range(min(held).year, max(held).year + YEARS_AHEAD + 1), ward=requirement.directive.ward)


def _for_one(obligation: Obligation, new: NewDeadline, calendar: WorkCalendar | None) -> tuple[datetime, str]:
    """A unit that declared its day has its own clock; everybody else the common date or back-stop."""
    if new.clock is None or calendar is None or obligation.held_on is None:
        return new.due_at, new.certainty
    return event_deadline(new.clock, obligation.held_on, calendar).due_at, Certainty.CERTAIN

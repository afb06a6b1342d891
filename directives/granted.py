"""Days the office granted: the extension a deadline comes from, what the deadline would be without it, what was granted together.

Reads only, so that page and verb cannot differ. Not here: taking back (`services.taking_back_extensions`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Exists, OuterRef

from directives.choices import ChangeCause, DirectiveState
from directives.deadlines import EventClock, event_deadline
from directives.models import Extension, Obligation, Requirement
from directives.putting_back import last_that_stands
from directives.querysets import OPEN_STATES, ObligationQuerySet
from directives.working_days import work_calendar, years_around
from units.models import CommitteeProfile, Unit
from vietnamese.dates import local_day


def standing_extension(obligation: Obligation) -> Extension | None:
    """The extension that the obligation's deadline comes from; None when it comes from something else, or when there was no
    deadline before. One query."""
    return _granted(last_that_stands(obligation.extensions.all()).get(obligation.pk))


def _granted(last: Extension | None) -> Extension | None:
    if last is None or last.cause != ChangeCause.EXTENDED or last.old_due_at is None:
        return None
    return last


def day_without(extension: Extension, grace: datetime) -> datetime | None:
    """The deadline (exclusive) once the extension is taken back: the one before it, but not before the ward's grace
    (`grace_end`) has passed for who relied on the later day. None when that is no earlier than the day granted."""
    due_at = max(filter(None, (extension.old_due_at, grace)))
    return due_at if due_at < extension.new_due_at else None


def grace_end(*, ward: Unit, at: datetime) -> datetime:
    """The end (exclusive) of the ward's grace in working days, counted from the day after `at`: what somebody gets to set
    right what he could not know before."""
    profile = CommitteeProfile.objects.filter(unit=ward).first()
    days = profile.grace_working_days if profile else CommitteeProfile._meta.get_field("grace_working_days").default
    today = local_day(at)
    calendar = work_calendar(years_around(today), ward=ward)
    return event_deadline(EventClock(days=days, working_days=True), today, calendar).due_at


@dataclass(frozen=True, slots=True)
class GrantedDay:
    """One party's deadline that comes from an extension; `then`: what it would be without it (exclusive), None when it would
    be no earlier."""

    obligation: Obligation
    extension: Extension
    then: datetime | None


@dataclass(frozen=True)
class Grant:
    """One decision of the office: a day granted to several at one instant for one reason; or a day granted to one."""

    days: tuple[GrantedDay, ...]

    @property
    def extension(self) -> Extension:
        """Its first row, which names it."""
        return self.days[0].extension

    @cached_property
    def to_take_back(self) -> list[GrantedDay]:
        """Those whose deadline would become earlier."""
        return [one for one in self.days if one.then is not None]


def granted_days(requirement: Requirement, among: ObligationQuerySet, at: datetime) -> list[GrantedDay]:
    """Of those `among` the requirement's obligations that are still owed: whose deadline comes from an extension, by unit and
    given name. Four queries at most; none of a directive that ended."""
    if requirement.directive.state != DirectiveState.ISSUED:
        return []
    owed = _extended(among.filter(requirement=requirement, state__in=OPEN_STATES).of_open_units(at))
    history = Extension.objects.filter(obligation__in=owed.order_by().values("pk")).order_by("granted_at", "pk")
    last = last_that_stands(history.select_related("granted_by"))
    grace = grace_end(ward=requirement.directive.ward, at=at)
    rows = owed.select_related("unit", "member", "requirement").order_by("unit__path", "member__sort_key", "pk")
    found = [(one, _granted(last.get(one.pk))) for one in rows]
    return [GrantedDay(one, row, day_without(row, grace)) for one, row in found if row is not None]


def is_one_of_several(obligation: Obligation) -> bool:
    """Whether others of its requirement that are still owed were given a later day too. One query."""
    others = Obligation.objects.filter(requirement=obligation.requirement_id, state__in=OPEN_STATES)
    return _extended(others.exclude(pk=obligation.pk)).exists()


def _extended(found: ObligationQuerySet) -> ObligationQuerySet:
    granted = Extension.objects.filter(cause=ChangeCause.EXTENDED, taken_back_at=None)
    return found.filter(Exists(granted.filter(obligation=OuterRef("pk"))))


def of_decision(requirement: Requirement, grants: list[Grant], row_id: str) -> list[Grant]:
    """Of these, the decision that wrote the requirement's row of history with this id, whose party may be settled by now.
    One query."""
    rows = Extension.objects.filter(obligation__requirement=requirement)
    row = rows.filter(pk=row_id).first() if row_id.isdecimal() else None
    return [grant for grant in grants if row is not None and _decision(grant.extension) == _decision(row)]


def _decision(row: Extension) -> tuple[object, ...]:
    """What rows written by one decision of the office have in common."""
    return row.granted_at, row.granted_by_id, row.new_due_at, row.reason


def grants_of(days: list[GrantedDay]) -> list[Grant]:
    """What was granted together, the latest first."""
    together: defaultdict[tuple[object, ...], list[GrantedDay]] = defaultdict(list)
    for one in days:
        together[_decision(one.extension)].append(one)
    grants = [Grant(tuple(some)) for some in together.values()]
    return sorted(grants, key=lambda grant: (grant.extension.granted_at, grant.extension.pk), reverse=True)

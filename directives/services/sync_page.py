"""The difference of a synchronisation as its pages show it: counts by change and requirement, names on demand.

Not here: the difference itself (`sync_plan.py`), HTML (templates/directives/sync*.html).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from directives.choices import WaiverReason
from directives.models import Directive, Requirement
from directives.querysets import DirectiveQuerySet
from directives.services.sync_plan import Change, Line, SyncPlan, plan_sync
from units.models import Member, Unit

_SHOWN = tuple(Change)
LATEST = 10
"""How many running directives the hint of the office looks at, the latest first."""


@dataclass(frozen=True, slots=True)
class Group:
    """One change of one requirement: how many parties, how many of them late, how many for which reason."""

    change: Change
    requirement: Requirement
    count: int
    late: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """One party by name: the unit that answers after the change, the one before when it differs."""

    name: str
    birth_year: int | None
    unit: Unit
    from_unit: Unit | None
    reason: str
    late: bool
    sort_key: str


@dataclass(frozen=True, slots=True)
class OutOfDate:
    """A running directive whose rows differ from the roster of today, in so many places."""

    directive: Directive
    differences: int


def groups_of(plan: SyncPlan) -> list[Group]:
    """The plan's lines by change and requirement, in the order of the page."""
    groups = []
    for change in _SHOWN:
        for requirement in plan.requirements:
            lines = [line for line in plan.of(change) if line.requirement_id == requirement.pk]
            if lines:
                reasons = Counter(WaiverReason(line.reason).label for line in lines if line.reason)
                late = sum(line.late for line in lines)
                groups.append(Group(change, requirement, len(lines), late, tuple(reasons.most_common())))
    return groups


def named_lines(plan: SyncPlan, *, change: str, requirement: int) -> list[Named]:
    """The parties of one change of one requirement by unit and given name; unknown words find nothing. Two queries."""
    lines = [line for line in plan.lines if line.change.name == change and line.requirement_id == requirement]
    members = Member.objects.in_bulk({line.member_id for line in lines if line.member_id})
    units = Unit.objects.in_bulk({pk for line in lines for pk in (line.unit_id, line.from_unit_id) if pk})
    found = [_named(line, members, units) for line in lines]
    return sorted(found, key=lambda one: (one.unit.path, one.sort_key))


def out_of_date(directives: DirectiveQuerySet, at: datetime) -> list[OutOfDate]:
    """Of the latest running ones: those with differences, the latest first."""
    running = directives.running().select_related("ward").order_by("-issued_on", "-pk")[:LATEST]
    counted = [OutOfDate(one, plan_sync(directive=one, at=at).differences) for one in running]
    return [one for one in counted if one.differences]


def _named(line: Line, members: dict[int, Member], units: dict[int, Unit]) -> Named:
    member = members.get(line.member_id) if line.member_id else None
    unit = units[line.unit_id]
    moved = line.change is Change.MOVED and line.from_unit_id and line.from_unit_id != line.unit_id
    reason = WaiverReason(line.reason).label if line.reason else ""
    return Named(
        name=member.full_name if member else unit.name,
        birth_year=member.birth_year if member else None,
        unit=unit,
        from_unit=units[line.from_unit_id] if moved and line.from_unit_id else None,
        reason=". ".join(filter(None, (reason, line.note))),
        late=line.late,
        sort_key=member.sort_key if member else unit.sort_key,
    )

"""Whom an audience covers in the roster on a day, and whom no requirement of a directive covers.

Set-based: every answer is a query set, so that issuing can write obligations in one statement.
Not here: the rule itself (`audiences.py`), writing (`services`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from directives.audiences import Audience
from directives.choices import LEAD_KINDS, MEMBER_KINDS
from directives.models import Requirement
from units.choices import PositionGroup, UnitKind
from units.models import Appointment, Exemption, Member, Membership, Unit
from units.querysets import active_on

_NOBODY = Q(pk__in=[])


def is_owed_by_members(requirement: Requirement) -> bool:
    """The requirement is owed by single members (an essay), not by units."""
    return requirement.kind in MEMBER_KINDS


def covered_memberships(audience: Audience, *, ward: Unit, day: date, of_few: bool = False) -> QuerySet[Membership]:
    """The counted memberships of the members addressed, one a member, in open units of the ward on `day`.

    Exempt members are among them: they become waived obligations. `of_few`: for a handful of members, see `_counted`.
    """
    counted = _without(_counted(ward, day, of_few=of_few), audience, ward)
    if PositionGroup.MEMBER in audience.groups:
        return counted
    posts = Appointment.objects.active(day).filter(member=OuterRef("member"), position__group__in=audience.groups)
    conditions = [
        Q(unit__block__in=audience.blocks),
        Q(unit__kind__in=audience.unit_kinds),
        Q(member__in=audience.members),
    ]
    if audience.groups:
        conditions.append(Q(Exists(posts.filter(position__ward=ward))))
    paths = Unit.objects.filter(ward=ward, pk__in=audience.units).values_list("path", flat=True)
    conditions.extend(Q(unit__path__startswith=path) for path in paths)
    return counted.filter(reduce(or_, conditions))


def _without(found: QuerySet[Membership], audience: Audience, ward: Unit) -> QuerySet[Membership]:
    """Without the members and units that the rule leaves out by name."""
    if audience.except_members:
        found = found.exclude(member__in=audience.except_members)
    if audience.except_units:
        paths = Unit.objects.filter(ward=ward, pk__in=audience.except_units).values_list("path", flat=True)
        for path in paths:
            found = found.exclude(unit__path__startswith=path)
    return found


def addressed_memberships(
    requirement: Requirement,
    all_of_directive: Iterable[Requirement],
    *,
    ward: Unit,
    day: date,
    of_few: bool = False,
) -> QuerySet[Membership]:
    """`covered_memberships` of a requirement, without those whom an earlier one of its kind addresses, if it says so."""
    audience = Audience.from_json(requirement.audience)
    found = covered_memberships(audience, ward=ward, day=day, of_few=of_few)
    if audience.without_earlier:
        for earlier in all_of_directive:
            if earlier.kind == requirement.kind and earlier.order < requirement.order:
                covered = covered_memberships(Audience.from_json(earlier.audience), ward=ward, day=day)
                found = found.exclude(pk__in=covered.values("pk"))
    return found


def covered_units(audience: Audience, *, ward: Unit, day: date) -> QuerySet[Unit]:
    """The open units of the ward addressed on `day`; the ward's own root never owes itself."""
    return (
        owing_units(ward, day)
        .filter(Q(block__in=audience.blocks) | Q(kind__in=audience.unit_kinds) | Q(pk__in=audience.units))
        .exclude(pk__in=audience.except_units)
    )


def addressed_units(requirement: Requirement, *, ward: Unit, day: date) -> QuerySet[Unit]:
    """The units that get an obligation of a requirement owed by units, or that the leads of their cluster watch."""
    return units_for(requirement.kind, Audience.from_json(requirement.audience), ward=ward, day=day)


def units_for(kind: str, audience: Audience, *, ward: Unit, day: date) -> QuerySet[Unit]:
    """`covered_units`; for a duty of cluster leads those that stand in a cluster, all of them when none is named."""
    if kind not in LEAD_KINDS:
        return covered_units(audience, ward=ward, day=day)
    if audience.blocks or audience.unit_kinds or audience.units:
        return covered_units(audience, ward=ward, day=day).filter(cluster__isnull=False)
    return owing_units(ward, day).filter(cluster__isnull=False).exclude(pk__in=audience.except_units)


def owing_units(ward: Unit, day: date) -> QuerySet[Unit]:
    """Every open unit of the ward that can owe something on `day`."""
    return Unit.objects.filter(ward=ward).open_on(day).exclude(kind__in=(UnitKind.WARD, UnitKind.CITY))


@dataclass(frozen=True, slots=True)
class Addressed:
    """How many a rule addresses on a day: members (exempt ones among them) or units."""

    members: int
    exempt: int
    units: int

    @property
    def owing(self) -> int:
        """Members who will owe: without the exempt ones."""
        return self.members - self.exempt


def count_addressed(
    audience: Audience, *, kind: str, ward: Unit, day: date, earlier: Iterable[Audience] = ()
) -> Addressed:
    """The parties of a requirement of this kind; `units` are those responsible for the members.

    `earlier`: rules of those of its kind before it, whose members are left out if the rule says so.
    """
    if kind not in MEMBER_KINDS:
        return Addressed(0, 0, units_for(kind, audience, ward=ward, day=day).count())
    found = covered_memberships(audience, ward=ward, day=day).order_by()
    for one in earlier if audience.without_earlier else ():
        found = found.exclude(pk__in=covered_memberships(one, ward=ward, day=day).values("pk"))
    exempt = found.filter(exempt_on(day)).count()
    return Addressed(found.count(), exempt, found.values("unit").distinct().count())


def uncovered_members(requirements: Iterable[Requirement], *, ward: Unit, day: date) -> QuerySet[Membership]:
    """Counted memberships of members whom no requirement owed by members addresses: said before issuing.

    Everybody, when there is no such requirement. A real directive forgot the residential block.
    """
    found = _counted(ward, day)
    for requirement in requirements:
        if is_owed_by_members(requirement):
            covered = covered_memberships(_spoken_of(requirement), ward=ward, day=day)
            found = found.exclude(pk__in=covered.values("pk"))
    return found


def uncovered_units(requirements: Iterable[Requirement], *, ward: Unit, day: date) -> QuerySet[Unit]:
    """Open units that owe nothing and none of whose members owes anything by these requirements."""
    found = owing_units(ward, day)
    for requirement in requirements:
        if requirement.kind in LEAD_KINDS:
            continue
        audience = _spoken_of(requirement)
        if is_owed_by_members(requirement):
            memberships = covered_memberships(audience, ward=ward, day=day)
            found = found.exclude(pk__in=memberships.values("unit"))
        else:
            found = found.exclude(pk__in=covered_units(audience, ward=ward, day=day).values("pk"))
    return found


def _spoken_of(requirement: Requirement) -> Audience:
    """The rule with its exceptions: who is left out by name was thought of."""
    return Audience.from_json(requirement.audience).without_exceptions


def exempt_on(day: date) -> Exists:
    """Condition on a membership: its member is exempt from meetings and work on `day`."""
    return Exists(Exemption.objects.filter(active_on(day), member=OuterRef("member")))


def among_exempt(day: date) -> Q:
    """`exempt_on` for most of a roster at once: the exempt are gathered once instead of looked up for each."""
    return Q(member__in=Exemption.objects.active(day).order_by().values("member"))


def covers_everybody(requirements: Iterable[Requirement]) -> bool:
    """One of them addresses every member, so that nobody can be left uncovered."""
    audiences = [Audience.from_json(one.audience) for one in requirements if is_owed_by_members(one)]
    return any(PositionGroup.MEMBER in audience.groups for audience in audiences)


def exempt_members(memberships: QuerySet[Membership], day: date) -> QuerySet[Member]:
    """The members among the memberships who are exempt on `day`."""
    return Member.objects.filter(pk__in=memberships.filter(exempt_on(day)).values("member"))


def _counted(ward: Unit, day: date, *, of_few: bool = False) -> QuerySet[Membership]:
    """Counted memberships in open units of the ward.

    `of_few`, for members that a further condition picks out: unit and ward are looked up for each of them, so that no
    planner begins with the whole ward (the same answer).
    """
    units = Unit.objects.filter(ward=ward).open_on(day).order_by()
    if of_few:
        members = Member.objects.filter(ward=ward, pk=OuterRef("member"))
        return Membership.objects.counted(day).filter(Exists(units.filter(pk=OuterRef("unit"))), Exists(members))
    return Membership.objects.counted(day, of_many=True).filter(unit__in=units.values("pk"), member__ward=ward)

"""Whom a rule addresses while it is being chosen: numbers by unit, those nobody thought of, those asked twice.

Reads the coverage that issuing writes from. Not here: the rule (`audiences.py`), the whole directive's preview
(`services.preview`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from directives.audiences import Audience
from directives.choices import MEMBER_KINDS
from directives.coverage import addressed_memberships, addressed_units, exempt_on, uncovered_members, uncovered_units
from directives.models import Directive, Requirement
from units.models import Membership, Unit


@dataclass(frozen=True, slots=True)
class UnitCount:
    """One unit with how many of its members are addressed, and how many more are exempt; 1 and 0 for a unit itself."""

    unit: Unit
    required: int
    exempt: int


@dataclass(frozen=True, slots=True)
class AudienceLook:
    """What a rule would give out today, beside the other requirements of its directive."""

    by_members: bool
    shares: tuple[UnitCount, ...]
    twice: int
    """Members of the rule who have a requirement of the same kind in the directive already."""
    uncovered: int
    """With this rule: members (for a duty of members) or units whom no requirement of the directive addresses."""

    @property
    def required(self) -> int:
        """Parties that would owe."""
        return sum(share.required for share in self.shares)

    @property
    def exempt(self) -> int:
        """Members who would be waived at once."""
        return sum(share.exempt for share in self.shares)


def look_at(asked: Requirement, *, day: date) -> AudienceLook:
    """The look of a requirement that may not be saved yet; its directive's others are read. A fixed number of queries
    for a fixed number of requirements.
    """
    everyone = _with_others(asked)
    ward = asked.directive.ward
    if asked.kind not in MEMBER_KINDS:
        units = addressed_units(asked, ward=ward, day=day).order_by("path")
        shares = tuple(UnitCount(unit, 1, 0) for unit in units)
        return AudienceLook(False, shares, 0, uncovered_units(everyone, ward=ward, day=day).count())
    counted: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    addressed = addressed_memberships(asked, everyone, ward=ward, day=day).order_by()
    for unit_id, is_exempt in addressed.annotate(is_exempt=exempt_on(day)).values_list("unit_id", "is_exempt"):
        counted[unit_id][bool(is_exempt)] += 1
    units_by_pk = Unit.objects.in_bulk(counted)
    return AudienceLook(
        by_members=True,
        shares=tuple(UnitCount(unit, *counted[unit.pk]) for unit in sorted(units_by_pk.values(), key=lambda u: u.path)),
        twice=asked_twice(asked, day=day).count(),
        uncovered=uncovered_members(everyone, ward=ward, day=day).count(),
    )


def asked_twice(asked: Requirement, *, day: date) -> QuerySet[Membership]:
    """Members of the rule whom another requirement of the same kind addresses too."""
    everyone, ward = _with_others(asked), asked.directive.ward
    mine = addressed_memberships(asked, everyone, ward=ward, day=day)
    others = [one for one in everyone if one is not asked and one.kind == asked.kind]
    covered: set[int] = set()
    for other in others:
        covered.update(
            addressed_memberships(other, everyone, ward=ward, day=day).order_by().values_list("member_id", flat=True)
        )
    return _told(mine.filter(member__in=covered), day)


def members_in(asked: Requirement, unit: Unit, *, day: date) -> QuerySet[Membership]:
    """The names behind the number of one unit, by given name. Adds `is_exempt`."""
    everyone = _with_others(asked)
    return _told(addressed_memberships(asked, everyone, ward=asked.directive.ward, day=day).filter(unit=unit), day)


def _told(found: QuerySet[Membership], day: date) -> QuerySet[Membership]:
    told = found.annotate(is_exempt=exempt_on(day)).select_related("member", "unit")
    return told.order_by("member__sort_key", "pk")


def _with_others(asked: Requirement) -> list[Requirement]:
    """The directive's requirements in order, the one being written in place of its stored self, or last."""
    others = list(asked.directive.requirements.exclude(pk=asked.pk).order_by("order"))
    return sorted([*others, asked], key=lambda one: one.order)


def unsaved(directive: Directive, *, kind: str, audience: Audience, requirement: Requirement | None) -> Requirement:
    """The requirement as the form says it now, on the place of `requirement`, or behind all others."""
    last = directive.requirements.order_by("-order").values_list("order", flat=True).first() or 0
    return Requirement(
        pk=requirement.pk if requirement else None,
        directive=directive,
        kind=kind,
        audience=audience.as_json(),
        order=requirement.order if requirement else last + 1,
    )

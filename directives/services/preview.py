"""What issuing a draft would do, looked at before it is done: who gets what by unit, who is exempt, who gets nothing.

Reads the same coverage that issuing writes from, so the two cannot differ on one roster. Changes nothing.
Not here: whom an audience covers (`coverage.py`), issuing (`issuing.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from directives.audiences import Audience
from directives.coverage import (
    addressed_memberships,
    covered_units,
    exempt_on,
    is_owed_by_members,
    uncovered_members,
    uncovered_units,
)
from directives.models import Directive, Requirement
from directives.onward import slack_warnings
from directives.requirement_words import verb_of, waiting_words
from directives.services.issuing import missing_for_issue
from directives.settling import Settled, settle, settle_draft
from units.choices import Block
from units.models import Member, Membership, Unit
from vietnamese.dates import local_day


@dataclass(frozen=True, slots=True)
class UnitShare:
    """What one unit gets: `required` parties that owe, `waived` that are exempt."""

    unit: Unit
    required: int
    waived: int = 0


@dataclass(frozen=True, slots=True)
class RequirementPreview:
    """One requirement: its parties by unit and the reading of its deadline with all remarks."""

    requirement: Requirement
    settled: Settled
    by_members: bool
    shares: tuple[UnitShare, ...]

    @property
    def verb(self) -> str:
        """The verb before the last day."""
        return verb_of(self.requirement)

    @property
    def waiting(self) -> str:
        """What stands in place of a date for a clock started by an event."""
        return waiting_words(self.requirement)

    @property
    def required(self) -> int:
        """Obligations that will be owed."""
        return sum(share.required for share in self.shares)

    @property
    def waived(self) -> int:
        """Obligations that will be waived at once, because the member is exempt."""
        return sum(share.waived for share in self.shares)

    @property
    def total(self) -> int:
        """Rows that will be written."""
        return self.required + self.waived


@dataclass(frozen=True, slots=True)
class Gap:
    """Members of one block whom no requirement addresses."""

    block: str
    units: int
    members: int

    @property
    def name(self) -> str:
        """The block in words."""
        return Block(self.block).label if self.block else "chưa ghi"


@dataclass(frozen=True, slots=True)
class PreviewWarning:
    """Something to look at before issuing; `code` is for programs."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class IssuePreview:
    """The whole consequence of issuing on one day. `missing` stops issuing, `warnings` do not."""

    directive: Directive
    day: date
    requirements: tuple[RequirementPreview, ...]
    uncovered: int
    uncovered_units: tuple[Unit, ...]
    gaps: tuple[Gap, ...]
    overlapping: int
    missing: tuple[str, ...]
    warnings: tuple[PreviewWarning, ...]

    @property
    def obligations(self) -> int:
        """Rows that will be written, waived ones among them."""
        return sum(preview.total for preview in self.requirements)

    @property
    def waived(self) -> int:
        """Rows that will be written as waived."""
        return sum(preview.waived for preview in self.requirements)

    @property
    def units(self) -> int:
        """Different units that get something."""
        return len({share.unit.pk for preview in self.requirements for share in preview.shares})

    def by_kind(self) -> dict[str, int]:
        """Rows by kind of requirement."""
        counts: Counter[str] = Counter()
        for preview in self.requirements:
            counts[preview.requirement.kind] += preview.total
        return dict(counts)

    def by_unit(self) -> dict[str, int]:
        """Rows by code of the responsible unit, in the order of the tree."""
        counts: dict[str, int] = defaultdict(int)
        for share in sorted((s for p in self.requirements for s in p.shares), key=lambda share: share.unit.path):
            counts[share.unit.code] += share.required + share.waived
        return dict(counts)


def preview_issue(*, directive: Directive, at: datetime) -> IssuePreview:
    """The consequence of issuing `directive` at `at`, on the roster of that day."""
    day = local_day(at)
    requirements = list(directive.requirements.select_related("anchor").order_by("order"))
    settle_draft(requirements, directive, at)
    previews = tuple(_preview(requirement, requirements, directive, day) for requirement in requirements)
    gaps = _gaps(requirements, directive.ward, day) if any(preview.by_members for preview in previews) else ()
    idle = uncovered_units(requirements, ward=directive.ward, day=day)
    overlapping = _overlapping(requirements, directive.ward, day)
    missing = tuple(missing_for_issue(directive, requirements, at))
    return IssuePreview(
        directive=directive,
        day=day,
        requirements=previews,
        uncovered=sum(gap.members for gap in gaps),
        uncovered_units=tuple(idle),
        gaps=gaps,
        overlapping=overlapping,
        missing=missing,
        warnings=(
            *_deadline_warnings(previews),
            *_coverage_warnings(previews, gaps, overlapping),
            *(PreviewWarning("no_slack", words) for words in slack_warnings(directive, requirements)),
        ),
    )


def addressed_members(requirement: Requirement, *, unit: Unit, at: datetime) -> QuerySet[Membership]:
    """The members of one unit whom a requirement addresses, by given name: names on demand. Adds `is_exempt`."""
    day = local_day(at)
    directive = requirement.directive
    everyone = list(directive.requirements.order_by("order"))
    found = addressed_memberships(requirement, everyone, ward=directive.ward, day=day).filter(unit=unit)
    return found.annotate(is_exempt=exempt_on(day)).select_related("member").order_by("member__sort_key", "pk")


def uncovered_members_of(directive: Directive, *, block: str, at: datetime) -> QuerySet[Membership]:
    """The members of one block whom no requirement of the directive addresses, by unit and given name."""
    requirements = directive.requirements.order_by("order")
    found = uncovered_members(requirements, ward=directive.ward, day=local_day(at)).filter(unit__block=block)
    return found.select_related("member", "unit").order_by("unit__path", "member__sort_key", "pk")


def _preview(
    requirement: Requirement, everyone: Sequence[Requirement], directive: Directive, day: date
) -> RequirementPreview:
    settled = settle(
        requirement.deadline_phrase,
        ward=directive.ward,
        issued_on=directive.issued_on or day,
        anchor=requirement.anchor,
    )
    if not is_owed_by_members(requirement):
        units = covered_units(Audience.from_json(requirement.audience), ward=directive.ward, day=day)
        shares = tuple(UnitShare(unit, 1) for unit in units.order_by("path"))
        return RequirementPreview(requirement, settled, by_members=False, shares=shares)
    counted: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    addressed = addressed_memberships(requirement, everyone, ward=directive.ward, day=day).order_by()
    for unit_id, is_exempt in (
        addressed.annotate(is_exempt=exempt_on(day)).values_list("unit_id", "is_exempt").iterator()
    ):
        counted[unit_id][bool(is_exempt)] += 1
    units = Unit.objects.in_bulk(counted)
    shares = tuple(UnitShare(unit, *counted[unit.pk]) for unit in sorted(units.values(), key=lambda unit: unit.path))
    return RequirementPreview(requirement, settled, by_members=True, shares=shares)


def _gaps(requirements: Sequence[Requirement], ward: Unit, day: date) -> tuple[Gap, ...]:
    members: Counter[str] = Counter()
    units: dict[str, set[int]] = defaultdict(set)
    for block, unit_id in (
        uncovered_members(requirements, ward=ward, day=day).order_by().values_list("unit__block", "unit_id").iterator()
    ):
        members[block] += 1
        units[block].add(unit_id)
    return tuple(Gap(block, len(units[block]), count) for block, count in members.most_common())


def _overlapping(requirements: Sequence[Requirement], ward: Unit, day: date) -> int:
    """How many members get more than one requirement of one kind."""
    twice: set[int] = set()
    by_kind: dict[str, set[int]] = defaultdict(set)
    for requirement in requirements:
        if is_owed_by_members(requirement):
            addressed = addressed_memberships(requirement, requirements, ward=ward, day=day).order_by()
            now = set(addressed.values_list("member_id", flat=True))
            twice |= by_kind[requirement.kind] & now
            by_kind[requirement.kind] |= now
    return len(twice)


def overlapping_members(directive: Directive, *, at: datetime) -> QuerySet[Member]:
    """The members who get more than one requirement of one kind, by given name: the names behind the count."""
    day = local_day(at)
    requirements = list(directive.requirements.order_by("order"))
    seen: Counter[tuple[str, int]] = Counter()
    for requirement in requirements:
        if is_owed_by_members(requirement):
            addressed = addressed_memberships(requirement, requirements, ward=directive.ward, day=day).order_by()
            seen.update((requirement.kind, pk) for pk in addressed.values_list("member_id", flat=True))
    twice = {member for (_, member), times in seen.items() if times > 1}
    return Member.objects.filter(pk__in=twice).order_by("sort_key", "pk")


def _deadline_warnings(previews: Sequence[RequirementPreview]) -> list[PreviewWarning]:
    """Remarks of the deadlines, each once with the requirements it is about."""
    about: dict[tuple[str, str], list[str]] = defaultdict(list)
    for preview in previews:
        if preview.requirement.deadline_phrase:
            for warning in preview.settled.reading.warnings:
                about[warning.code, warning.message].append(str(preview.requirement.order))
    return [
        PreviewWarning(code, f"Yêu cầu {', '.join(orders)}: {message}") for (code, message), orders in about.items()
    ]


def _coverage_warnings(
    previews: Sequence[RequirementPreview], gaps: Sequence[Gap], overlapping: int
) -> list[PreviewWarning]:
    found = [
        PreviewWarning(
            "addresses_nobody", f"Yêu cầu {preview.requirement.order} không giao cho ai trong danh bạ hôm nay."
        )
        for preview in previews
        if not preview.shares
    ]
    for gap in gaps:
        found.append(
            PreviewWarning(
                "nobody_covered",
                f"Khối {gap.name} không được giao việc nào: {gap.units} đơn vị, {gap.members} đảng viên.",
            )
        )
    if overlapping:
        found.append(PreviewWarning("overlap", f"{overlapping} đảng viên được giao hai bài trở lên cùng loại."))
    return found

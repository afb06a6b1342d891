"""What issuing a draft would do, looked at before it is done: who gets what by unit, who is exempt, who gets nothing.

Reads the same coverage that issuing writes from, so the two cannot differ on one roster. Changes nothing.
Not here: whom an audience covers (`coverage.py`), issuing (`issuing.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet

from directives.choices import LEAD_KINDS
from directives.coverage import (
    addressed_memberships,
    addressed_units,
    exempt_on,
    is_owed_by_members,
    uncovered_members,
    uncovered_units,
)
from directives.deadlines import WarningCode
from directives.head_doubts import doubts_of_head
from directives.models import Directive, Requirement
from directives.numbering import out_of_order
from directives.onward import slack_warnings
from directives.requirement_words import waiting_words
from directives.services.readiness import missing_for_issue
from directives.settling import Settled, past_due, settle, settle_draft
from interface.wording import last_day_of
from units.choices import Block
from units.models import Member, Membership, Unit
from vietnamese.dates import format_date, local_day
from vietnamese.numbers import format_number

HEAD_DOUBTS = ("foreign_issuer", "future_date")
_NAMED = 3
"""Units that a warning names before it counts the others."""


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
    started_below: tuple[Unit, ...] = ()
    """Units whose clock starts with the last session of the cells below, because they hold none themselves."""

    @property
    def verb(self) -> str:
        """The verb before the last day."""
        return self.requirement.deadline_verb

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
    unit_keys: frozenset[int] = frozenset()
    asked: int = 0
    """Of the units, those that get work all the same, of the unit itself or of others in it."""
    orders: tuple[int, ...] = ()
    """The requirements that give it to them."""

    @property
    def name(self) -> str:
        """The block in words."""
        return Block(self.block).label if self.block else "chưa ghi"

    @property
    def headline(self) -> str:
        """What these members do not get: nothing at all, or nothing of their own while their units have work."""
        if not self.orders:
            return f"Khối {self.name} không được giao việc nào"
        return f"{format_number(self.members)} đảng viên khối {self.name} không được giao bài nào"

    @property
    def extent(self) -> str:
        """How many, and what their units get all the same."""
        if not self.orders:
            return f"{format_number(self.units)} đơn vị, {format_number(self.members)} đảng viên."
        who = "các đơn vị này" if self.asked == self.units else f"{format_number(self.asked)} đơn vị trong số đó"
        return f"{format_number(self.units)} đơn vị; {who} vẫn có việc ở yêu cầu {_runs(self.orders)}."


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
    past_due: tuple[RequirementPreview, ...] = ()
    """Requirements that somebody owes and whose deadline has passed: overdue as soon as they are issued."""

    @property
    def head_doubts(self) -> tuple[PreviewWarning, ...]:
        """What looks odd in the head of the paper; they stand among the warnings, too."""
        return tuple(warning for warning in self.warnings if warning.code in HEAD_DOUBTS)

    @property
    def owed(self) -> int:
        """Rows that will be owed: what every count after issuing starts from."""
        return sum(preview.required for preview in self.requirements)

    @property
    def owing_units(self) -> int:
        """Different units in which somebody will owe something."""
        return len({share.unit.pk for preview in self.requirements for share in preview.shares if share.required})

    @property
    def past_due_words(self) -> str:
        """ "Yêu cầu 1–3 có hạn đã qua (27/4/2026): ban hành là 45 việc quá hạn ngay."; "" when none has."""
        if not self.past_due:
            return ""
        days = sorted({last_day_of(item.requirement.due_at) for item in self.past_due if item.requirement.due_at})
        orders = _runs(item.requirement.order for item in self.past_due)
        owed = format_number(sum(item.required for item in self.past_due))
        said = ", ".join(format_date(day) for day in days)
        return f"Yêu cầu {orders} có hạn đã qua ({said}): ban hành là {owed} việc quá hạn ngay."

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
    previews = _with_cells_below(_preview(requirement, requirements, directive, day) for requirement in requirements)
    gaps = gaps_of(requirements, directive.ward, day) if any(preview.by_members for preview in previews) else ()
    gaps = tuple(_with_work_of_units(gap, previews) for gap in gaps)
    late = {requirement.pk for requirement in past_due(requirements, at)}
    past = tuple(item for item in previews if item.requirement.pk in late and item.required)
    idle = uncovered_units(requirements, ward=directive.ward, day=day)
    overlapping = _overlapping(requirements, directive.ward, day)
    missing = tuple(missing_for_issue(directive, requirements, at))
    found = IssuePreview(
        directive=directive,
        day=day,
        requirements=previews,
        uncovered=sum(gap.members for gap in gaps),
        uncovered_units=tuple(idle),
        gaps=gaps,
        overlapping=overlapping,
        missing=missing,
        warnings=(
            *_head_warnings(directive, day),
            *_deadline_warnings(previews, told=late),
            *_coverage_warnings(previews, gaps, overlapping),
            *_event_warnings(previews),
            *(PreviewWarning("no_slack", words) for words in slack_warnings(directive, requirements)),
            *(PreviewWarning("number_order", words) for words in out_of_order(directive)),
        ),
        past_due=past,
    )
    if not past:
        return found
    return replace(found, warnings=(PreviewWarning("past_due", found.past_due_words), *found.warnings))


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
        units = addressed_units(requirement, ward=directive.ward, day=day)
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


def gaps_of(requirements: Sequence[Requirement], ward: Unit, day: date) -> tuple[Gap, ...]:
    """The blocks whom no requirement owed by members addresses, the largest first; everybody when there is none such."""
    members: Counter[str] = Counter()
    units: dict[str, set[int]] = defaultdict(set)
    for block, unit_id in (
        uncovered_members(requirements, ward=ward, day=day).order_by().values_list("unit__block", "unit_id").iterator()
    ):
        members[block] += 1
        units[block].add(unit_id)
    return tuple(
        Gap(block, len(units[block]), count, frozenset(units[block])) for block, count in members.most_common()
    )


def _with_work_of_units(gap: Gap, previews: Sequence[RequirementPreview]) -> Gap:
    """The gap with what the units of its members get all the same; forms of cluster leads are no work of theirs."""
    asked: set[int] = set()
    orders = []
    for preview in previews:
        given = {share.unit.pk for share in preview.shares} & gap.unit_keys
        if given and preview.requirement.kind not in LEAD_KINDS:
            asked |= given
            orders.append(preview.requirement.order)
    return replace(gap, asked=len(asked), orders=tuple(orders))


def _with_cells_below(previews: Iterable[RequirementPreview]) -> tuple[RequirementPreview, ...]:
    """Each with the units that owe by an event's day without the event: it comes from the cells below them."""
    found = tuple(previews)
    holders = {item.requirement.pk: {share.unit.path for share in item.shares} for item in found}

    def below(item: RequirementPreview) -> tuple[Unit, ...]:
        paths = holders.get(item.requirement.anchor_id or 0, set())
        idle = (share.unit for share in item.shares if share.unit.path not in paths)
        return tuple(unit for unit in idle if any(path.startswith(unit.path) for path in paths))

    return tuple(replace(item, started_below=below(item)) for item in found)


def _event_warnings(previews: Sequence[RequirementPreview]) -> list[PreviewWarning]:
    """Units that owe by an event's day, while neither they nor any cell below is asked to hold the event."""
    by_pk = {item.requirement.pk: item for item in previews}
    found = []
    for item in previews:
        anchor = by_pk.get(item.requirement.anchor_id or 0)
        if anchor is None:
            continue
        started = {share.unit.pk for share in anchor.shares} | {unit.pk for unit in item.started_below}
        idle = [share.unit.name for share in item.shares if share.unit.pk not in started]
        if idle:
            names = ", ".join(idle[:_NAMED]) + (f" và {len(idle) - _NAMED} đơn vị nữa" if len(idle) > _NAMED else "")
            found.append(
                PreviewWarning(
                    "event_elsewhere",
                    f"Yêu cầu {item.requirement.order} tính hạn từ ngày tổ chức của yêu cầu {anchor.requirement.order}, "
                    f"nhưng {names} không được giao yêu cầu {anchor.requirement.order}.",
                )
            )
    return found


def _runs(numbers: Iterable[int]) -> str:
    """ "2, 4–6": numbers in rising order, neighbours joined from three on."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


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


def _head_warnings(directive: Directive, day: date) -> list[PreviewWarning]:
    profile = directive.ward.profile
    own = [*profile.names, f"phường {profile.place_name}"]
    doubts = doubts_of_head(directive.issuer, directive.issued_on, own=own, superior=profile.superior_name, today=day)
    return [PreviewWarning(code, message) for code, message in doubts]


def _deadline_warnings(previews: Sequence[RequirementPreview], *, told: Collection[int]) -> list[PreviewWarning]:
    """Remarks of the deadlines, each once with the requirements it is about; `told` is said to be over already."""
    about: dict[tuple[str, str], list[str]] = defaultdict(list)
    for preview in previews:
        if preview.requirement.deadline_phrase:
            for warning in preview.settled.reading.warnings:
                if warning.code is not WarningCode.PAST or preview.requirement.pk not in told:
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
                f"{gap.headline}: {gap.extent}",
            )
        )
    if overlapping:
        found.append(PreviewWarning("overlap", f"{overlapping} đảng viên được giao hai bài trở lên cùng loại."))
    return found

"""Gathers what a summary report is made from: one directive, one instant, a fixed number of queries.

Figures come from `collect` only; the name lists are of the obligations that it counts.
Not here: the words and tables (`narrative.py`, `annexes.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from directives.choices import ObligationState, RequirementKind, WaiverReason
from directives.deadlines import last_day_of
from directives.deadlines.periods import title_of_period
from directives.models import Directive, Obligation
from reports.errors import NoCommitteeProfile
from reports.figures import as_known_at, collect
from reports.report_facts import (
    BlockFacts,
    CommitteeFacts,
    DirectiveFacts,
    EssayFacts,
    MissingFacts,
    ReportFacts,
    RequirementFacts,
    UnitFacts,
)
from reports.tallies import By, Tally, total_of
from units.choices import GRASSROOTS_KINDS, Block, MemberStatus, Role, UnitKind
from units.models import Appointment, CommitteeProfile, Membership, RoleGrant, Unit
from units.signing import signer_on
from vietnamese.dates import local_day

PARTY_KINDS: Final = (*GRASSROOTS_KINDS, UnitKind.DEPARTMENT_COMMITTEE, UnitKind.SUB_CELL)
_NO_POST: Final = "Đảng viên"
_BLOCK_RANK: Final[Mapping[str, int]] = {block.value: rank for rank, block in enumerate(Block)}


@dataclass(frozen=True, slots=True)
class _Place:
    """A unit and where it stands in the printed order: khối by khối, inside by the tree."""

    rank: int
    code: str
    name: str
    block: str
    cluster_id: int | None
    kind: str


def gather(
    *, directive: Directive, at: datetime, with_names: bool = True, counted: QuerySet[Obligation] | None = None
) -> ReportFacts:
    """Everything the report of `directive` says at `at`.

    `counted` narrows what units and names are counted by; without it the essays, if the directive asks for any, else
    everything. `with_names=False` leaves out the lists of persons (annexes 1 and 3), for a screen that shows the text.
    Raises `NoCommitteeProfile` when the ward has not said who it is.
    """
    day = local_day(at)
    requirements = list(directive.requirements.order_by("order"))
    counted_kind = RequirementKind.ESSAY if any(r.kind == RequirementKind.ESSAY for r in requirements) else ""
    if counted is not None:
        counted_kind = RequirementKind.ESSAY if not counted.exclude(requirement__kind="ESSAY").exists() else ""
    else:
        counted = Obligation.objects.filter(requirement__directive=directive)
        if counted_kind:
            counted = counted.filter(requirement__kind=counted_kind)
    counted = counted.exclude(requirement__kind=RequirementKind.STANDING)
    by_requirement = {row.key: row.tally for row in collect(at=at, by=By.REQUIREMENT, directive=directive).rows}
    by_code = {row.key: row.tally for row in collect(at=at, by=By.UNIT, obligations=counted).rows}
    places = _places(directive.ward, day)
    roster = _roster(directive.ward, day)
    names = _Names(counted, places, at) if with_names else None
    owing_places = {pk: place for pk, place in places.items() if place.code in by_code}
    units = tuple(_unit_facts(place, roster[pk], by_code[place.code]) for pk, place in owing_places.items())
    ward_roster = _summed(roster[pk] for pk in places if pk in roster)
    return ReportFacts(
        at=at,
        committee=committee_facts(directive.ward, day),
        directive=directive_facts(directive),
        members=sum(ward_roster.values()),
        full=ward_roster[MemberStatus.FULL],
        probationary=ward_roster[MemberStatus.PROBATIONARY],
        party_units=sum(1 for place in places.values() if place.kind in PARTY_KINDS),
        counted_kind=str(counted_kind),
        total=total_of(by_requirement.values()),
        counted=total_of(by_code.values()),
        requirements=tuple(
            RequirementFacts(
                key=requirement.key,
                pk=requirement.pk,
                kind=requirement.kind,
                title=requirement.title,
                last_day=last_day_of(requirement.due_at) if requirement.due_at else None,
                tally=by_requirement.get(requirement.key, Tally()),
            )
            for requirement in requirements
        ),
        blocks=tuple(_blocks(owing_places.values(), by_code)),
        units=units,
        essays=tuple(names.essays()) if names else (),
        missing=tuple(names.missing()) if names else (),
    )


def _places(ward: Unit, day: date) -> dict[int, _Place]:
    """The ward's open units in printed order, by primary key."""
    units = sorted(
        Unit.objects.filter(ward=ward)
        .open_on(day)
        .values_list("pk", "code", "name", "block", "cluster_id", "kind", "path"),
        key=lambda unit: (_BLOCK_RANK.get(unit[3], len(_BLOCK_RANK)), unit[6]),
    )
    return {
        pk: _Place(rank, code, name, block, cluster_id, kind)
        for rank, (pk, code, name, block, cluster_id, kind, _) in enumerate(units)
    }


def _roster(ward: Unit, day: date) -> Mapping[int, Mapping[str, int]]:
    """Members counted in each unit on `day`, by status."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    rows = (
        Membership.objects.counted(day)
        .filter(unit__ward=ward)
        .values_list("unit_id", "member__status")
        .annotate(number=Count("member", distinct=True))
        .order_by()
    )
    for unit_id, status, number in rows:
        counts[unit_id][status] += number
    return counts


def _summed(rosters: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    total: dict[str, int] = defaultdict(int)
    for roster in rosters:
        for status, number in roster.items():
            total[status] += number
    return total


def _unit_facts(place: _Place, roster: Mapping[str, int], tally: Tally) -> UnitFacts:
    return UnitFacts(
        code=place.code,
        name=place.name,
        block=Block(place.block).label if place.block else "",
        members=sum(roster.values()),
        full=roster[MemberStatus.FULL],
        probationary=roster[MemberStatus.PROBATIONARY],
        tally=tally,
    )


def _blocks(places: Iterable[_Place], by_code: Mapping[str, Tally]) -> list[BlockFacts]:
    blocks = []
    for key, group in groupby(places, key=lambda place: place.block):
        tallies = [by_code[place.code] for place in group]
        owing = [tally for tally in tallies if tally.required]
        blocks.append(
            BlockFacts(
                key=key,
                name=Block(key).label if key else "khác",
                tally=total_of(tallies),
                complete_units=sum(1 for tally in owing if tally.is_complete),
                units=len(owing),
            )
        )
    return blocks


def committee_facts(ward: Unit, day: date) -> CommitteeFacts:
    """Who signs on `day`. Raises NoCommitteeProfile."""
    profile = CommitteeProfile.objects.filter(unit=ward).first()
    if profile is None:
        raise NoCommitteeProfile(ward.name)
    signer = signer_on(ward, day)
    return CommitteeFacts(
        name=profile.name,
        superior=profile.superior_name,
        place=profile.place_name,
        office=profile.office_name,
        authority=signer.authority,
        signer=signer.name,
        signer_post=signer.post,
        issuer_code=profile.issuer_code,
        recipients=(
            "Ban Tuyên giáo và Dân vận Thành ủy (để báo cáo),",
            "Thường trực Đảng ủy,",
            f"{profile.office_name},",
            "Lưu Văn phòng Đảng ủy.",
        ),
    )


def directive_facts(directive: Directive) -> DirectiveFacts:
    """The paper as it is cited."""
    return DirectiveFacts(
        kind=directive.get_kind_display(),
        reference=directive.reference,
        issued_on=directive.issued_on,
        subject=directive.subject,
        issuer=directive.issuer,
        bases=tuple(directive.legal_bases.values_list("citation", flat=True)),
    )


class _Names:
    """The persons behind annexes 1 and 3, with their posts, in printed order."""

    def __init__(self, counted: QuerySet[Obligation], places: Mapping[int, _Place], at: datetime) -> None:
        self._places = places
        self._at = at
        self._day = local_day(at)
        self._known: QuerySet[Any] = as_known_at(counted, at).filter(unit_then__in=places)
        self._posts = self._posts_by_member(counted)

    def essays(self) -> list[EssayFacts]:
        """Who handed in by `at`; of those waived only the exempt, who wrote of their own will."""
        rows = (
            self._known.filter(first_then__isnull=False)
            .exclude(Q(state_then=ObligationState.WAIVED) & ~Q(waiver_reason=WaiverReason.EXEMPT))
            .order_by("member__sort_key", "requirement__order", "pk")
            .values_list(
                "unit_then",
                "member_id",
                "member__full_name",
                "requirement__title",
                "period",
                "first_then",
                "due_then",
                "state_then",
            )
        )
        placed = [(*row[:3], title_of_period(*row[3:5]), *row[5:]) for row in self._by_place(rows)]
        times = Counter(member_id for _, member_id, *_ in placed)
        return [
            EssayFacts(
                name=name or self._places[unit_id].name,
                posts=self._posts.get(member_id, _NO_POST) if member_id else title,
                unit=self._places[unit_id].name,
                received_at=first,
                is_late=due is not None and first >= due,
                # Whoever wrote for two duties stands there twice, told apart by the duty.
                remark="; ".join(filter(None, (title if times[member_id] > 1 else "", _REMARKS.get(state, "")))),
            )
            for unit_id, member_id, name, title, first, due, state in placed
        ]

    def missing(self) -> list[MissingFacts]:
        """Who owes and has not handed in, with the lead of the cluster and the days on which mail went out."""
        leads = self._cluster_leads()
        # The reminders stand in a room beside this one; only the name of the relation is used.
        reminded = Q(reminders__dropped_at=None, reminders__digest__mail__sent_at__lte=self._at)
        rows = (
            self._known.filter(first_then__isnull=True)
            .exclude(state_then=ObligationState.WAIVED)
            .annotate(reminded=Count("reminders__digest__day", filter=reminded, distinct=True))
            .order_by("member__sort_key", "requirement__order", "pk")
            .values_list("unit_then", "member_id", "member__full_name", "requirement__title", "period", "reminded")
        )
        return [
            MissingFacts(
                name=name or self._places[unit_id].name,
                posts=self._posts.get(member_id, _NO_POST) if member_id else title_of_period(title, period),
                unit=self._places[unit_id].name,
                cluster_lead=leads.get(self._places[unit_id].cluster_id, ""),
                reminders=reminded,
            )
            for unit_id, member_id, name, title, period, reminded in self._by_place(rows)
        ]

    def _by_place(self, rows: Iterable[tuple]) -> list[tuple]:
        return sorted(rows, key=lambda row: self._places[row[0]].rank)

    def _posts_by_member(self, counted: QuerySet[Obligation]) -> dict[int, str]:
        titles: dict[int, list[str]] = defaultdict(list)
        rows = (
            Appointment.objects.active(self._day)
            .filter(member__in=counted.filter(member__isnull=False).values("member"))
            .order_by("position__order", "position__title", "pk")
            .values_list("member_id", "position__title")
        )
        for member_id, title in rows:
            if title not in titles[member_id]:
                titles[member_id].append(title)
        return {member_id: ", ".join(found) for member_id, found in titles.items()}

    def _cluster_leads(self) -> dict[int | None, str]:
        leads: dict[int | None, list[str]] = defaultdict(list)
        clusters = {place.cluster_id for place in self._places.values() if place.cluster_id}
        rows = (
            RoleGrant.objects.active(self._day)
            .of_role(Role.CLUSTER_LEAD)
            .filter(cluster__in=clusters)
            .order_by("user__full_name", "pk")
            .values_list("cluster_id", "user__full_name")
        )
        for cluster_id, name in rows:
            leads[cluster_id].append(name)
        return {cluster_id: ", ".join(names) for cluster_id, names in leads.items()}


_REMARKS: Final[Mapping[str, str]] = {
    ObligationState.SUBMITTED: "Chờ duyệt",
    ObligationState.FORWARDED: "Chờ duyệt",
    ObligationState.RETURNED: "Trả lại để sửa",
    ObligationState.WAIVED: "Tự nguyện",
}

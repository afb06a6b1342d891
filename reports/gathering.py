"""Gathers what a summary report is made from: one directive or a span of the calendar, one instant, a fixed number of queries.

Figures come from `collect` only; the name lists are of the obligations that it counts.
Not here: the words and tables (`narrative.py`, `annexes.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Count, QuerySet

from directives.choices import LEAD_KINDS, RequirementKind
from directives.deadlines import last_day_of
from directives.deadlines.periods import calendar_span, period_words
from directives.models import Directive, Obligation, Requirement
from reports.choices import REPORTABLE, ReportKind
from reports.errors import NoCommitteeProfile
from reports.figures import collect
from reports.further_facts import book, opinions, sessions, visits
from reports.group_facts import Place, blocks, clusters, progress
from reports.names import Names
from reports.report_facts import (
    CommitteeFacts,
    DirectiveFacts,
    ReportFacts,
    RequirementFacts,
    UnitFacts,
)
from reports.report_scope import span_q
from reports.tallies import By, Tally, total_of
from units.choices import GRASSROOTS_KINDS, Block, MemberStatus, UnitKind
from units.models import CommitteeProfile, Membership, Unit
from units.signing import signer_on
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet

_COMMITTEES: Final = (UnitKind.GRASSROOTS_COMMITTEE, UnitKind.DEPARTMENT_COMMITTEE)
PARTY_KINDS: Final = (*GRASSROOTS_KINDS, UnitKind.DEPARTMENT_COMMITTEE, UnitKind.SUB_CELL)

_BLOCK_RANK: Final[Mapping[str, int]] = {block.value: rank for rank, block in enumerate(Block)}


def gather(
    *,
    directive: Directive,
    at: datetime,
    with_names: bool = True,
    counted: QuerySet[Obligation] | None = None,
    period: str = "",
) -> ReportFacts:
    """Everything the report of `directive` says at `at`.

    `counted` narrows what units and names are counted by; without it the essays, if the directive asks for any, else
    everything but the forms of cluster leads. `period` narrows all of it to one period of a duty that comes again. `with_names=False` leaves out the lists of persons (annexes 1 and 3), for a screen that shows the text.
    Raises `NoCommitteeProfile` when the ward has not said who it is.
    """
    everything = Obligation.objects.filter(requirement__directive=directive)
    if period:
        everything = everything.filter(period=period)
    requirements = list(directive.requirements.select_related("anchor", "directive").order_by("order"))
    if period:
        kept = set(everything.order_by().values_list("requirement", flat=True).distinct())
        requirements = [requirement for requirement in requirements if requirement.pk in kept]
    is_whole = with_names and counted is None  # a letter about some of it has lists of its own
    counted_kind = RequirementKind.ESSAY if any(r.kind == RequirementKind.ESSAY for r in requirements) else ""
    if counted is not None:
        counted_kind = RequirementKind.ESSAY if not counted.exclude(requirement__kind="ESSAY").exists() else ""
    else:
        counted = everything.of_those_below()  # no unit owes the form that the lead of its cluster writes about it
        if counted_kind:
            counted = counted.filter(requirement__kind=counted_kind)
    return _gathered(
        _Subject(directive.ward, ReportKind.RESULT, directive, period),
        _Work(
            everything, counted, str(counted_kind), requirements, everything.of_those_below() if is_whole else counted
        ),
        at=at,
        with_names=with_names,
        is_whole=is_whole,
    )


def gather_span(*, ward: Unit, kind: str, period: str, at: datetime, with_names: bool = True) -> ReportFacts:
    """Everything a report about a span of the calendar says at `at`; `kind` is PERIODIC or OVERSIGHT (`ReportKind`).

    All duties of the span are counted, essays and others (`report_scope.span_q`). Raises NoCommitteeProfile.
    """
    everything = Obligation.objects.filter(span_q(ward.pk, kind, period))
    asked = Requirement.objects.filter(pk__in=everything.order_by().values("requirement"))
    requirements = list(
        asked.select_related("anchor", "directive").order_by("directive__issued_on", "directive_id", "order")
    )
    return _gathered(
        _Subject(ward, kind, None, period),
        _Work(everything, everything, "", requirements, everything),
        at=at,
        with_names=with_names,
        is_whole=with_names,
    )


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a report is about: one directive, or (None) a span of the calendar."""

    ward: Unit
    kind: str
    directive: Directive | None
    period: str


@dataclass(frozen=True, slots=True)
class _Work:
    """The obligations it speaks of, those that units are counted by, and what asks them."""

    everything: ObligationQuerySet
    counted: QuerySet[Obligation]
    counted_kind: str
    requirements: list[Requirement]
    listed: QuerySet[Obligation]
    """Those whose owers are named; as `counted`, or with the duties of units beside the essays."""


def _gathered(about: _Subject, work: _Work, *, at: datetime, with_names: bool, is_whole: bool) -> ReportFacts:
    day, ward, everything = local_day(at), about.ward, work.everything
    is_oversight = about.kind == ReportKind.OVERSIGHT
    counted = work.counted.exclude(requirement__kind=RequirementKind.STANDING)
    by_requirement = {row.pk: row.tally for row in collect(at=at, by=By.REQUIREMENT, obligations=everything).rows}
    by_code = {row.key: row.tally for row in collect(at=at, by=By.UNIT, obligations=counted).rows}
    places = _places(ward, day)
    roster = _roster(ward, day)
    ranks = {pk: (place.rank, place.name) for pk, place in places.items()}
    listed = work.listed.exclude(requirement__kind=RequirementKind.STANDING)
    names = Names(listed, places, at) if with_names else None
    owing_places = {pk: place for pk, place in places.items() if place.code in by_code}
    rosters = _rosters_of_rows(owing_places, places, roster)
    units = tuple(_unit_facts(place, rosters[pk], by_code[place.code]) for pk, place in owing_places.items())
    ward_roster = _summed(roster[pk] for pk in places if pk in roster)
    several = {} if about.directive else {one.directive_id: one.directive for one in work.requirements}
    held = visits if is_oversight else sessions
    words = everything if is_oversight else everything.of_those_below()
    return ReportFacts(
        at=at,
        kind=str(about.kind),
        committee=committee_facts(ward, day),
        directive=directive_facts(about.directive) if about.directive else None,
        papers=tuple(_issued(ward, about.period, of_leads=is_oversight)) if about.directive is None else (),
        members=sum(ward_roster.values()),
        full=ward_roster[MemberStatus.FULL],
        probationary=ward_roster[MemberStatus.PROBATIONARY],
        party_units=sum(1 for place in places.values() if place.kind in PARTY_KINDS),
        counted_kind=work.counted_kind,
        total=total_of(by_requirement.values()),
        counted=total_of(by_code.values()),
        requirements=tuple(
            RequirementFacts(
                key=requirement.key,
                pk=requirement.pk,
                kind=requirement.kind,
                title=requirement.title,
                last_day=last_day_of(requirement.due_at) if requirement.due_at else None,
                tally=by_requirement.get(requirement.pk, Tally()),
                paper="" if about.directive else requirement.directive.reference,
            )
            for requirement in work.requirements
        ),
        blocks=tuple(blocks(owing_places.values(), by_code)),
        units=units,
        essays=tuple(names.essays(work.counted_kind)) if names else (),
        missing=tuple(names.missing()) if names else (),
        period=period_words(about.period),
        sessions=tuple(held(everything, ranks, at)) if is_whole else (),
        opinions=tuple(opinions(words, at)) if is_whole else (),
        book=tuple(
            book(
                work.requirements,
                by_requirement,
                {pk: directive_facts(one, with_bases=False) for pk, one in several.items()},
            )
        )
        if is_whole
        else (),
        clusters=tuple(clusters(owing_places.values(), by_code)) if is_whole else (),
        progress=tuple(progress(counted, total_of(by_code.values()), at)) if is_whole else (),
    )


def _issued(ward: Unit, period: str, *, of_leads: bool) -> Iterator[DirectiveFacts]:
    """The ward's directives dated in the period that gave work (`of_leads`: to the leads of clusters), oldest first.

    One query.
    """
    span = calendar_span(period)
    issued = Directive.objects.filter(ward=ward, state__in=REPORTABLE, issued_on__range=span)
    if of_leads:
        issued = issued.filter(pk__in=Requirement.objects.filter(kind__in=LEAD_KINDS).values("directive"))
    for directive in issued.order_by("issued_on", "pk"):
        yield directive_facts(directive, with_bases=False)


def _places(ward: Unit, day: date) -> dict[int, Place]:
    """The ward's open units in printed order, by primary key."""
    units = sorted(
        Unit.objects.filter(ward=ward)
        .open_on(day)
        .values_list("pk", "code", "name", "block", "cluster_id", "kind", "cluster__order", "cluster__name", "path"),
        key=lambda unit: (_BLOCK_RANK.get(unit[3], len(_BLOCK_RANK)), unit[-1]),
    )
    return {pk: Place(rank, *columns) for rank, (pk, *columns) in enumerate(units)}


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


def _rosters_of_rows(
    rows: Mapping[int, Place], places: Mapping[int, Place], roster: Mapping[int, Mapping[str, int]]
) -> Mapping[int, Mapping[str, int]]:
    """The members of each row: its own; of a đảng bộ also those of its cells that have no row, each counted once."""
    by_path = {place.path: pk for pk, place in rows.items() if place.kind in _COMMITTEES}
    below: dict[int, list[Mapping[str, int]]] = {pk: [roster[pk]] for pk in rows}
    for pk, place in places.items():
        over = (place.path[:end] for end in range(len(place.path) - 1, 0, -1))
        if pk not in rows and (home := next((by_path[path] for path in over if path in by_path), None)) is not None:
            below[home].append(roster[pk])
    return {pk: _summed(several) for pk, several in below.items()}


def _summed(rosters: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    total: dict[str, int] = defaultdict(int)
    for roster in rosters:
        for status, number in roster.items():
            total[status] += number
    return total


def _unit_facts(place: Place, roster: Mapping[str, int], tally: Tally) -> UnitFacts:
    return UnitFacts(
        code=place.code,
        name=place.name,
        block=Block(place.block).label if place.block else "",
        members=sum(roster.values()),
        full=roster[MemberStatus.FULL],
        probationary=roster[MemberStatus.PROBATIONARY],
        tally=tally,
    )


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


def directive_facts(directive: Directive, *, with_bases: bool = True) -> DirectiveFacts:
    """The paper as it is cited; its own citations cost one query."""
    return DirectiveFacts(
        kind=directive.get_kind_display(),
        reference=directive.reference,
        issued_on=directive.issued_on,
        subject=directive.subject,
        issuer=directive.issuer,
        bases=tuple(directive.legal_bases.values_list("citation", flat=True)) if with_bases else (),
    )

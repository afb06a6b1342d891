"""What the office's and the leader's first screens show, as values, from the one `collect`.

Not here: the counting itself (`figures.py`), the pages (`views/dashboards.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery

from directives.choices import LEAD_KINDS, Certainty, DayOffKind, ObligationState, RequirementKind
from directives.models import Obligation
from directives.querysets import OPEN_STATES, owed_until
from directives.working_days import entered_days
from interface.wording import last_day_of
from reports.choices import JobState
from reports.counted import counts_are_kept, missing_by_deadline, open_ends
from reports.folding import NEVER_OVERDUE
from reports.matrix import CellDates
from reports.models import Job
from reports.tallies import ColumnKey, Figure, MatrixRequirement, MatrixSheet, MatrixUnit, Tally, bar_counts, total_of
from units.choices import Block
from units.models import Cluster, CommitteeProfile
from vietnamese.casing import lower_first
from vietnamese.dates import VIETNAM, format_date, local_day

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet

AGENDA_DAYS: Final = 7
_PART_FIGURES: Final[Mapping[str, Figure]] = {
    "accepted": Figure.ACCEPTED,
    "submitted": Figure.WAITING,
    "returned": Figure.RETURNED,
    "overdue": Figure.OVERDUE,
    "soon": Figure.SOON,
    "pending": Figure.MISSING,
}
SLOWEST: Final = 3


@dataclass(frozen=True, slots=True)
class OpenDeadlines:
    """Of what was never handed in: the nearest and the farthest deadline (first late instants; the nearest may be over)."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class RunningRequirement:
    """A requirement of a running directive with what was done about it; `units` counts the units it reaches."""

    requirement: MatrixRequirement
    tally: Tally
    units: int
    opens: OpenDeadlines | None = None
    """None when nothing is missing, or nobody asked."""

    @property
    def due_at(self) -> datetime | None:
        """The deadline that heads it: the nearest somebody still has before him, else the common one."""
        return self.opens.first if self.opens else self.requirement.due_at

    @property
    def farthest_due_at(self) -> datetime | None:
        """The farthest deadline of what is missing, where it falls on a later day than the one that heads it."""
        if self.opens and last_day_of(self.opens.last) > last_day_of(self.opens.first):
            return self.opens.last
        return None

    @property
    def is_personal(self) -> bool:
        """Owed by single members."""
        return self.requirement.kind == RequirementKind.ESSAY

    @property
    def is_of_leads(self) -> bool:
        """Owed by the leads of the units' clusters, not by the units."""
        return self.requirement.kind in LEAD_KINDS

    @property
    def counts(self) -> dict[str, int]:
        """Parts of the stacked bar; they add up to the required ones."""
        return bar_counts(self.tally)

    @property
    def links(self) -> dict[str, str]:
        """For each part of the bar the parameters of the list behind it (`drill.DrillFilter`)."""
        return {part: f"?{self.requirement.query}&so={figure}" for part, figure in _PART_FIGURES.items()}

    @property
    def is_open(self) -> bool:
        """Something is still to be accepted."""
        return not self.tally.is_complete and self.tally.required > 0


@dataclass(frozen=True, slots=True)
class Strip:
    """Counts of today's work over all running requirements."""

    waiting: int
    waiting_essays: int
    returned: int
    returned_past_fix: int
    overdue: int
    overdue_units: int
    soon: int

    @property
    def waiting_others(self) -> int:
        """Reports, plans and sessions among those waiting."""
        return self.waiting - self.waiting_essays


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One line of a day. `kind` is "due" (a last day), "fix" (returned ones to be sent again), "promise" (what people said
    they would hand in when they were called) or "off" (a day off)."""

    kind: str
    title: str
    note: str = ""
    query: str = ""
    """Of the list of what is counted; "" when a page of its own shows it, or there is none."""


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """A day with something to know."""

    day: date
    items: tuple[AgendaItem, ...]


@dataclass(frozen=True, slots=True)
class SlowUnit:
    """A unit far behind with one requirement; `overdue` counts all its overdue duties."""

    unit: MatrixUnit
    cluster: str
    tally: Tally
    overdue: int

    @property
    def counts(self) -> dict[str, int]:
        """Parts of its bar: what was handed in."""
        return {"accepted": self.tally.submitted}


@dataclass(frozen=True, slots=True)
class BlockShare:
    """What one khối did about a requirement."""

    key: str
    name: str
    tally: Tally

    @property
    def counts(self) -> dict[str, int]:
        """The filled part of its bar: what is done."""
        return {"accepted": self.tally.accepted}


def split_by_party(sheet: MatrixSheet) -> tuple[MatrixSheet, MatrixSheet]:
    """What units and members owe, and apart the forms that the leads of their clusters write about them."""
    leads = {one.key for one in sheet.requirements if one.kind in LEAD_KINDS}
    if not leads:
        return sheet, replace(sheet, units=(), requirements=(), cells={})
    return _part(sheet, {one.key for one in sheet.requirements} - leads), _part(sheet, leads)


def _part(sheet: MatrixSheet, keys: Collection[ColumnKey]) -> MatrixSheet:
    cells = {key: tally for key, tally in sheet.cells.items() if key[1] in keys}
    here = {unit for unit, _ in cells}
    return replace(
        sheet,
        units=tuple(unit for unit in sheet.units if unit.pk in here),
        requirements=tuple(one for one in sheet.requirements if one.key in keys),
        cells=cells,
    )


def running_requirements(
    sheet: MatrixSheet, deadlines: Mapping[ColumnKey, OpenDeadlines] | None = None
) -> list[RunningRequirement]:
    """Every column of the sheet with its total: nearest last day first, those without a date last.

    With `deadlines` (`open_deadlines`) a column is headed by the nearest that is still open for somebody; without, by the common one.
    What was withdrawn before anybody handed it in runs no more and is left out.
    """
    found, opens = [], deadlines or {}
    for requirement in sheet.requirements:
        tallies = [tally for (_, column), tally in sheet.cells.items() if column == requirement.key]
        if not requirement.withdrawn or any(tally.required for tally in tallies):
            units = sum(1 for tally in tallies if tally.required)
            found.append(RunningRequirement(requirement, total_of(tallies), units, opens.get(requirement.key)))
    endless = datetime.max.replace(tzinfo=VIETNAM)
    return sorted(found, key=lambda one: (one.due_at or endless, one.requirement.pk, one.requirement.period))


def open_deadlines(obligations: ObligationQuerySet, at: datetime) -> dict[ColumnKey, OpenDeadlines]:
    """Of each column with something never handed in at `at` (now): its nearest and farthest binding deadline. One query.

    A unit that was put off, or whose clock began with its own session, has a deadline of its own, nearer or farther than
    the one of the paper; a line headed by the paper's alone would say "còn 35 ngày" of what is due today.
    """
    found: dict[ColumnKey, OpenDeadlines] = {}
    for requirement, period, first, last in _open_columns(obligations, at):
        found[(requirement, period) if period else requirement] = OpenDeadlines(first, last)
    return found


def _open_columns(obligations: ObligationQuerySet, at: datetime) -> Iterable[tuple[Any, ...]]:
    """(requirement, period, nearest, farthest deadline), out of the counts kept ahead where they are."""
    if obligations.plain is not None and counts_are_kept():
        return open_ends(obligations.plain, at)
    missing = (
        obligations.filter(first_submitted_at=None, due_at__isnull=False)
        .exclude(state=ObligationState.WAIVED)
        .exclude(certainty__in=NEVER_OVERDUE)
        .filter(Q(unit__closed_on=None) | Q(unit__closed_on__gt=local_day(at)))
    )
    return missing.order_by().values_list("requirement_id", "period").annotate(first=Min("due_at"), last=Max("due_at"))


def strip_of(sheet: MatrixSheet, obligations: ObligationQuerySet) -> Strip:
    """Today's counts; one query beside the sheet, for returned work past its fix-by instant."""
    total = total_of(sheet.cells.values())
    essays = {requirement.key for requirement in sheet.requirements if requirement.kind == RequirementKind.ESSAY}
    return Strip(
        waiting=total.waiting,
        waiting_essays=sum(tally.waiting for (_, column), tally in sheet.cells.items() if column in essays),
        returned=total.returned,
        returned_past_fix=_returned(obligations, local_day(sheet.at)).filter(again_by__lte=sheet.at).count(),
        overdue=total.overdue,
        overdue_units=len({unit for (unit, _), tally in sheet.cells.items() if tally.overdue}),
        soon=total.soon,
    )


def agenda(sheet: MatrixSheet, obligations: ObligationQuerySet) -> list[AgendaDay]:
    """Today and the seven days after it: last days, returned work to be sent again, promises, days off. Empty days are left out."""
    today = local_day(sheet.at)
    end = today + timedelta(days=AGENDA_DAYS)
    lines: dict[date, list[AgendaItem]] = {}
    missing, fixing = _last_days(obligations, today, end), _fix_days(obligations, today)
    running_now = running_requirements(sheet)
    for running in running_now:
        for day, count in missing.get(running.requirement.key, {}).items():
            who = "đồng chí" if running.is_personal else "đơn vị"
            note = f"{count} {who} chưa nộp"
            if running.is_of_leads:
                note = f"phụ trách cụm còn {count} phiếu chưa nộp"
            lines.setdefault(day, []).append(
                AgendaItem(
                    "due",
                    f"Hạn {lower_first(running.requirement.title)}",
                    note,
                    f"{running.requirement.query}&{_on('missing', 'hạn', day)}",
                )
            )
    of_leads = [(one, fixing.pop(one.requirement.key, {})) for one in running_now if one.is_of_leads]
    for day, count in sum(map(Counter, fixing.values()), Counter[date]()).items():
        lines.setdefault(day, []).append(
            AgendaItem("fix", "Hạn sửa bài trả lại", f"{count} bài chưa gửi lại", _on("returned", "sửa", day))
        )
    for running, days in of_leads:
        for day, count in days.items():
            lines.setdefault(day, []).append(
                AgendaItem(
                    "fix",
                    f"Hạn sửa {lower_first(running.requirement.title)}",
                    f"phụ trách cụm còn {count} phiếu chưa gửi lại",
                    f"{running.requirement.query}&{_on('returned', 'sửa', day)}",
                )
            )
    for day, count in _promised_days(obligations, today, end):
        lines.setdefault(day, []).append(AgendaItem("promise", "Hứa nộp", f"{count} việc hẹn nộp trong ngày"))
    for off in entered_days(today, end, wards=obligations.order_by().values("ward")):
        if off.kind != DayOffKind.WORKING:
            lines.setdefault(off.day, []).append(AgendaItem("off", off.name, off.get_kind_display()))
    return [AgendaDay(day, tuple(lines[day])) for day in sorted(lines)]


def _on(figure: str, key: str, day: date) -> str:
    """The part of an address that narrows a list to a figure and to a day, in the words of the query bar."""
    return urlencode({"so": figure, "q": f"{key}:{format_date(day)}"})


def _last_days(obligations: ObligationQuerySet, today: date, end: date) -> dict[ColumnKey, dict[date, int]]:
    """Of each column: last days from `today` to `end`, both included, with how much was never handed in. One query.

    Each debt by its own deadline: one that was put off, or hangs on a session of its unit, stands at its own day.
    """
    start = datetime.combine(today, time.min, VIETNAM)
    missing = (
        obligations.exclude(state=ObligationState.WAIVED)
        .filter(Q(unit__closed_on=None) | Q(unit__closed_on__gt=today), first_submitted_at=None)
        .filter(due_at__gt=start, due_at__lte=start + timedelta(days=(end - today).days + 1))
    )
    return _by_day(missing, "due_at")


def _by_day(obligations: ObligationQuerySet, end: str) -> dict[ColumnKey, dict[date, int]]:
    """Column → last day by the exclusive instant `end` → how many."""
    found: dict[ColumnKey, dict[date, int]] = {}
    counted = obligations.order_by(end).values_list("requirement", "period", end).annotate(Count("pk"))
    for requirement, period, instant, count in counted:
        days = found.setdefault((requirement, period) if period else requirement, {})
        days[last_day_of(instant)] = days.get(last_day_of(instant), 0) + count
    return found


def _fix_days(obligations: ObligationQuerySet, today: date) -> dict[ColumnKey, dict[date, int]]:
    """Of each column: last days on which returned work may be sent again, with how many are still out. One query."""
    start = datetime.combine(today, time.min, VIETNAM)
    soon = {"again_by__gt": start, "again_by__lte": start + timedelta(days=AGENDA_DAYS + 1)}
    return _by_day(_returned(obligations, today).filter(**soon), "again_by")


def _returned(obligations: ObligationQuerySet, today: date) -> ObligationQuerySet:
    """Work sent back and still out, as the figures count it: not that of units closed by `today`. `again_by`: until when."""
    open_units = Q(unit__closed_on=None) | Q(unit__closed_on__gt=today)
    return obligations.filter(open_units, state=ObligationState.RETURNED).annotate(again_by=owed_until())


def _promised_days(obligations: ObligationQuerySet, today: date, end: date) -> Iterable[tuple[date, int]]:
    """Days (both ends included) for which something still owed was promised last, with how much. One query.

    The promises stand in a room beside this one; only the name of the relation is used.
    """
    last = Obligation.objects.filter(pk=OuterRef("pk")).order_by().values("pk").annotate(said=Max("promises__at"))
    owed = obligations.filter(
        state__in=OPEN_STATES, promises__day__range=(today, end), promises__at=Subquery(last.values("said"))
    )
    return owed.order_by("promises__day").values_list("promises__day").annotate(Count("pk", distinct=True))


def slowest_units(sheet: MatrixSheet, requirement: MatrixRequirement, clusters: Mapping[int, str]) -> list[SlowUnit]:
    """The three units where most of `requirement` is missing; of equals the smaller share handed in stands first.

    By number and not by share: one person who owes in a unit of his own would head the list with 0 %.
    """
    units = {unit.pk: unit for unit in sheet.units}
    overdue: dict[int, int] = {}
    for (unit, _), tally in sheet.cells.items():
        overdue[unit] = overdue.get(unit, 0) + tally.overdue
    behind = [
        (-tally.missing, tally.submitted / tally.required, index, pk, tally)
        for index, ((pk, column), tally) in enumerate(sheet.cells.items())
        if column == requirement.key and tally.required and tally.missing
    ]
    return [
        SlowUnit(units[pk], clusters.get(units[pk].cluster_id or 0, ""), tally, overdue[pk])
        for *_, pk, tally in sorted(behind)[:SLOWEST]
    ]


def by_block(sheet: MatrixSheet, requirement: MatrixRequirement) -> list[BlockShare]:
    """Each khối that owes `requirement`, in the order people know them."""
    blocks: dict[str, Tally] = {}
    for unit in sheet.units:
        tally = sheet.cells.get((unit.pk, requirement.key))
        if tally is not None and tally.required:
            blocks[unit.block] = blocks.get(unit.block, Tally()) + tally
    names = {block.value: block.label for block in Block} | {"": "Không thuộc khối nào"}
    return [BlockShare(key, names[key], blocks[key]) for key in names if key in blocks]


def cell_dates(obligations: ObligationQuerySet) -> dict[tuple[int, ColumnKey], CellDates]:
    """For each cell with something still owed: the nearest deadline of what was not handed in, whether an event is
    awaited, and by when the first of what was returned is to come again. Two queries."""
    dates: dict[tuple[int, ColumnKey], CellDates] = {}
    for unit, requirement, period, due_at, waits in _missing(obligations):
        key = (unit, (requirement, period) if period else requirement)
        known = dates.get(key, CellDates())
        nearest = min(filter(None, (known.due_at, due_at)), default=None)
        dates[key] = CellDates(nearest, known.awaits_event or waits > 0)
    returned = obligations.filter(state=ObligationState.RETURNED).order_by()
    cells = returned.values_list("unit_id", "requirement_id", "period").annotate(first=Min(owed_until()))
    for unit, requirement, period, again_by in cells:
        key = (unit, (requirement, period) if period else requirement)
        dates[key] = replace(dates.get(key, CellDates()), again_by=again_by)
    return dates


def _missing(obligations: ObligationQuerySet) -> Iterable[tuple[Any, ...]]:
    """(unit, requirement, period, nearest deadline, how many await an event), out of the counts kept ahead where they are."""
    if obligations.plain is not None and counts_are_kept():
        return missing_by_deadline(obligations.plain)
    missing = obligations.filter(first_submitted_at=None).exclude(state=ObligationState.WAIVED)
    return (
        missing.order_by()
        .values_list("unit_id", "requirement_id", "period")
        .annotate(nearest=Min("due_at"), awaiting=Count("pk", filter=Q(certainty=Certainty.EVENT, held_on=None)))
    )


def block_names() -> dict[str, str]:
    """Khối by key, in the order people know them."""
    return {block.value: f"Khối {lower_first(block.label)}" for block in Block}


def cluster_names(units: Iterable[MatrixUnit]) -> dict[str, str]:
    """Cụm of the units by key, in their order."""
    return {str(cluster.pk): cluster.name for cluster in clusters_of(units)}


def clusters_of(units: Iterable[MatrixUnit]) -> QuerySet[Cluster]:
    """The clusters the units stand in."""
    return Cluster.objects.filter(pk__in={unit.cluster_id for unit in units if unit.cluster_id}).order_by(
        "order", "name"
    )


def open_jobs(obligations: ObligationQuerySet) -> QuerySet[Job]:
    """Long work that waits or runs for the wards of the obligations, oldest first."""
    wards = obligations.order_by().values("ward")
    return Job.objects.filter(ward__in=wards, state__in=(JobState.WAITING, JobState.RUNNING)).order_by("asked_at")


def committee_name(obligations: ObligationQuerySet) -> str:
    """Name of the committee (or committees) whose obligations these are, for the head of a printed list."""
    wards = obligations.order_by().values("ward")
    return ", ".join(CommitteeProfile.objects.filter(unit__in=wards).order_by("name").values_list("name", flat=True))

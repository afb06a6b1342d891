"""`collect`: every figure of every screen, command and document, at any instant.

Three paths give one answer. When nothing happened after the instant of the question (the usual case: now),
the stored state of the obligations is counted, with one GROUP BY; where the database keeps counts ahead (`counted.py`)
and the question is plain enough for them, those are added up instead. Otherwise the state at that instant is
rebuilt from the versions, decisions and extensions known by then. Tests pin all of them to a recount in plain Python.
With `live` the question is about now, whatever `at` the page took when it began: what was written within a minute after
`at` counts too, so that a busy city does not have its past rebuilt for a change of the last millisecond.
Not here: what the words mean (`tallies.py`), what is grouped by (`groupings.py`), the pages and documents that show them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncWeek

from directives.choices import HANDED_IN_STATES, ObligationState, RequirementKind
from directives.deadlines.periods import first_day_of, period_ends, title_of_period
from directives.models import (
    Directive,
    Extension,
    LiftedWaiver,
    Obligation,
    ObligationMove,
    ObligationSpan,
    Requirement,
    SpanKind,
)
from interface.wording import SOON_DAYS
from reports.counted import counts_are_kept, tallies_ahead
from reports.folding import NEVER_OVERDUE, fold
from reports.groupings import GROUPINGS, Prepare
from reports.tallies import (
    By,
    ColumnKey,
    Figure,
    FigureSheet,
    MatrixRequirement,
    MatrixSheet,
    MatrixUnit,
    Tally,
    WeekRow,
    WeekSheet,
    total_of,
)
from submissions.choices import NOT_STANDING, Verdict
from submissions.models import Decision, SubmissionVersion
from units.models import Unit
from vietnamese.dates import VIETNAM, local_day

# A page about now asks its figures within a minute after it began.
_WHILE_ASKED: Final = timedelta(minutes=1)
_CHUNK: Final = 5_000  # rows read at a time
_COUNTED: Final = ("assigned", "waived", "submitted", "accepted", "returned", "on_time", "late", "overdue", "soon")


def collect(
    *,
    at: datetime,
    by: By = By.UNIT,
    directive: Directive | None = None,
    ward: Unit | None = None,
    obligations: QuerySet[Obligation] | None = None,
    live: bool = False,
) -> FigureSheet:
    """The figures at `at`, as one total and one row a group; `live` for a page about now.

    Counted are the obligations of `directive`, of the issued directives of `ward`, or of the query set
    `obligations` (say, those visible to a user); given together they narrow each other, and at least one
    must be given (ValueError). Closed units are not counted, nor standing duties, for which nothing is ever owed.
    Groups without an obligation have no row.
    """
    grouping = GROUPINGS[by]
    asked = _Asked(at, directive=directive, ward=ward, obligations=obligations, live=live)
    counts = _counts(asked, grouping.fields, grouping.prepare)
    rows = grouping.name_rows(counts)
    return FigureSheet(at=at, by=by, total=total_of(row.tally for row in rows), rows=tuple(rows))


def collect_matrix(
    *,
    at: datetime,
    directive: Directive | None = None,
    ward: Unit | None = None,
    obligations: QuerySet[Obligation] | None = None,
    live: bool = False,
) -> MatrixSheet:
    """Units × requirements at `at`, in at most six queries; arguments as for `collect`.

    Units come in tree order, requirements by issue date of their directive and then by number, a series period by period.
    """
    asked = _Asked(at, directive=directive, ward=ward, obligations=obligations, live=live)
    counted = _counts(asked, ("unit_id", "requirement_id", "period"))
    cells: dict[tuple[int, ColumnKey], Tally] = {
        (unit, (requirement, period) if period else requirement): tally
        for (unit, requirement, period), tally in counted.items()
    }
    unit_ids = {unit_id for unit_id, *_ in counted}
    requirement_ids = {requirement_id for _, requirement_id, _ in counted}
    periods: dict[int, set[str]] = defaultdict(set)
    for _, requirement_id, period in counted:
        periods[requirement_id].add(period)
    units = (
        Unit.objects.filter(pk__in=unit_ids)
        .order_by("path")
        .values_list("pk", "code", "name", "kind", "block", "cluster_id")
    )
    requirements = (
        Requirement.objects.filter(pk__in=requirement_ids)
        .select_related("directive")
        .order_by("directive__issued_on", "directive_id", "order")
    )
    return MatrixSheet(
        at=at,
        units=tuple(MatrixUnit(*unit) for unit in units),
        requirements=tuple(
            column for requirement in requirements for column in _columns_of(requirement, periods[requirement.pk], at)
        ),
        cells=cells,
    )


def _columns_of(requirement: Requirement, periods: Collection[str], at: datetime) -> Iterator[MatrixRequirement]:
    """One column, or one a period in their order, each with its own end."""
    ends = period_ends(requirement.recurrence, [period for period in periods if period])
    for period in sorted(periods, key=lambda period: (first_day_of(period) if period else date.min, period)):
        yield MatrixRequirement(
            pk=requirement.pk,
            directive_id=requirement.directive_id,
            directive=str(requirement.directive),
            number=requirement.order,
            title=title_of_period(requirement.title, period),
            kind=requirement.kind,
            due_at=ends.get(period) if period else requirement.due_at,
            period=period,
            withdrawn=requirement.withdrawn_at is not None and requirement.withdrawn_at <= at,
        )


def collect_weeks(
    *, at: datetime, obligations: QuerySet[Obligation], by: By = By.CLUSTER, weeks: int = 10
) -> WeekSheet:
    """How many obligations were handed in for the first time in each of the last `weeks` weeks (Monday to Sunday, Hà
    Nội), by group (`By.CLUSTER` or `By.BLOCK`); what is stored now, so `at` is to be now. Waived ones are left out.
    """
    monday = local_day(at) - timedelta(days=local_day(at).weekday())
    mondays = tuple(monday - timedelta(weeks=back) for back in range(weeks - 1, -1, -1))
    grouping = GROUPINGS[by]
    asked = _Asked(at, directive=None, ward=None, obligations=obligations, live=False)
    scope = _of_open_units(asked.scope(), at)
    start = datetime.combine(mondays[0], time.min, VIETNAM)
    counted = (
        scope.exclude(state=ObligationState.WAIVED)
        .filter(first_submitted_at__gte=start, first_submitted_at__lte=at)
        .values_list(*grouping.fields, TruncWeek("first_submitted_at", tzinfo=VIETNAM))
        .annotate(Count("pk"))
    )
    width = len(grouping.fields)
    found: dict[Any, dict[date, int]] = {}
    for row in counted:
        found.setdefault(row[:width] if width > 1 else row[0], {})[local_day(row[width])] = row[width + 1]
    rows = tuple(
        WeekRow(named.key, named.name, tuple(some.get(day, 0) for day in mondays))
        for key, some in found.items()
        for named in grouping.name_rows({key: Tally()})
    )
    order = [one.key for one in grouping.name_rows(dict.fromkeys(found, Tally()))]
    rows = tuple(sorted(rows, key=lambda one: order.index(one.key)))
    return WeekSheet(at, mondays, rows)


def obligations_behind(
    figure: Figure,
    *,
    at: datetime,
    directive: Directive | None = None,
    ward: Unit | None = None,
    obligations: QuerySet[Obligation] | None = None,
    live: bool = False,
) -> QuerySet[Obligation]:
    """The obligations that `collect` counts in `figure` with the same arguments: the names behind it."""
    asked = _Asked(at, directive=directive, ward=ward, obligations=obligations, live=live)
    scope = asked.scope()
    columns = _NOW if _is_settled_for(asked, scope) else _THEN
    return columns.prepare(scope, at).filter(_conditions(columns, at)[figure])


def as_known_at(obligations: QuerySet[Obligation], at: datetime) -> QuerySet[Obligation]:
    """The obligations that existed at `at`, with `state_then`, `first_then`, `due_then`, `certainty_then` and `unit_then`
    (id) of then."""
    return _THEN.prepare(obligations.filter(created_at__lte=at), at)


@dataclass(frozen=True)
class _Columns:
    """Where state, first receipt, deadline, its certainty and unit (an id) are read: stored columns, or rebuilt ones."""

    state: str
    first: str
    due: str
    certainty: str
    unit: str
    prepare: Callable[[QuerySet[Obligation], datetime], QuerySet[Obligation]]


@dataclass(frozen=True)
class _Asked:
    """Which obligations a question is about, at which instant."""

    at: datetime
    _: KW_ONLY
    directive: Directive | None
    ward: Unit | None
    obligations: QuerySet[Obligation] | None
    live: bool

    def __post_init__(self) -> None:
        if self.directive is None and self.ward is None and self.obligations is None:
            raise ValueError("figures of what? give a directive, a ward or obligations")

    @property
    def until(self) -> datetime:
        """The last instant (inclusive) whose changes count."""
        return self.at + _WHILE_ASKED if self.live else self.at

    def scope(self) -> QuerySet[Obligation]:
        """Given out by then; standing duties are out."""
        known = Obligation.objects.all() if self.obligations is None else self.obligations
        known = known.filter(self._narrowed(), created_at__lte=self.until)
        return known.exclude(requirement__kind=RequirementKind.STANDING).order_by()

    def plain(self) -> Q | None:
        """The same as a condition on unit, requirement, ward and period; None when it is about more."""
        within = Q() if self.obligations is None else getattr(self.obligations, "plain", None)
        return None if within is None else within & self._narrowed()

    def _narrowed(self) -> Q:
        narrowed = Q()
        if self.directive is not None:
            narrowed &= Q(requirement__directive=self.directive)
        if self.ward is not None:
            narrowed &= Q(ward=self.ward)
        return narrowed


def _is_settled_for(asked: _Asked, scope: QuerySet[Obligation]) -> bool:
    """`_is_settled`; a page about now asks first whether anything changed anywhere, which needs no join. One to three queries."""
    return (asked.live and _nothing_since(asked.until)) or _is_settled(scope, asked.until)


def _nothing_since(at: datetime) -> bool:
    """Nothing of any ward changed after `at`. One query."""
    own = Obligation.objects.filter(Q(submitted_at__gt=at) | Q(decided_at__gt=at) | Q(waived_at__gt=at))
    beside = [rows.order_by().values("pk") for rows in _beside_since(at)]
    return not own.order_by().values("pk").union(*beside, all=True).exists()


def _beside_since(at: datetime) -> tuple[QuerySet[Any], ...]:
    """Rows of the three tables in which a change of an obligation after `at` stands."""
    return (
        Extension.objects.filter(granted_at__gt=at),
        ObligationMove.objects.filter(moved_at__gt=at),
        LiftedWaiver.objects.filter(lifted_at__gt=at),
    )


def _is_settled(scope: QuerySet[Obligation], at: datetime) -> bool:
    """Nothing in the scope changed after `at`, so the stored state is the state at `at`. Two queries.

    What stands on the obligation itself is asked apart from what stands beside it: an OR over both would read the
    whole table, where each by itself finds by its index that there is nothing.
    """
    own = scope.filter(Q(submitted_at__gt=at) | Q(decided_at__gt=at) | Q(waived_at__gt=at))
    return not own.exists() and _is_settled_beside(scope, at)


def _is_settled_beside(scope: QuerySet[Obligation], at: datetime) -> bool:
    """No deadline, unit or waiver in the scope became another one after `at`. One query."""
    beside = [rows.filter(obligation__in=scope).order_by().values("pk") for rows in _beside_since(at)]
    return not beside[0].union(*beside[1:]).exists()


def _of_open_units(scope: QuerySet[Obligation], at: datetime) -> QuerySet[Obligation]:
    """Without the debts of units that no longer exist at `at`."""
    return scope.filter(Q(unit__closed_on=None) | Q(unit__closed_on__gt=local_day(at)))


def _rebuilt(scope: QuerySet[Obligation], at: datetime) -> QuerySet[Obligation]:
    """Annotates the state, first receipt, deadline and unit as they were at `at`; those of closed units are out.

    A version that the check refused or its sender withdrew (by `at`) was never handed in; a later decision does not count yet. What was
    accepted without a file (an activity, done by declaring its day) is dated by the stored instants. What nothing happened
    to since is as it is stored: its versions are not looked up.
    """
    lifted_since = LiftedWaiver.objects.filter(obligation=OuterRef("pk"), lifted_at__gt=at)
    untouched = ~(Q(submitted_at__gt=at) | Q(decided_at__gt=at) | Q(waived_at__gt=at)) & ~Exists(lifted_since)
    refused = Decision.objects.filter(version=OuterRef("pk"), verdict__in=NOT_STANDING, decided_at__lte=at)
    versions = SubmissionVersion.objects.filter(
        ~Exists(refused), submission__obligation=OuterRef("pk"), received_at__lte=at
    )
    decisions = Decision.objects.filter(version__submission__obligation=OuterRef("pk"))
    verdicts = decisions.filter(version=OuterRef("version_then"), decided_at__lte=at)
    later_extensions = Extension.objects.filter(obligation=OuterRef("pk"), granted_at__gt=at)
    lifted = LiftedWaiver.objects.filter(obligation=OuterRef("pk"), waived_at__lte=at, lifted_at__gt=at)
    accepted_file = decisions.filter(verdict=Verdict.ACCEPT)
    declared = Q(state=ObligationState.ACCEPTED, decided_at__lte=at) & ~Exists(accepted_file)
    taken_back_since = ObligationSpan.objects.filter(
        obligation=OuterRef("pk"), kind=SpanKind.ACCEPTED, since__lte=at, until__gt=at
    )
    closed = Unit.objects.filter(closed_on__lte=local_day(at)).order_by()
    standing = scope.with_unit_then(at).exclude(unit_then__in=closed.values("pk"))
    return standing.alias(
        version_then=Subquery(versions.order_by("-number").values("pk")[:1]),
        verdict_then=Subquery(verdicts.values("verdict")[:1]),
    ).annotate(
        first_then=Case(
            When(untouched, then=F("first_submitted_at")),
            When(declared, then=F("first_submitted_at")),
            default=Subquery(versions.by_what_counts().values("received_at")[:1]),
            output_field=DateTimeField(),
        ),
        due_then=Case(
            When(
                Exists(later_extensions),
                then=Subquery(later_extensions.order_by("granted_at", "pk").values("old_due_at")[:1]),
            ),
            default=F("due_at"),
            output_field=DateTimeField(),
        ),
        certainty_then=Coalesce(
            Subquery(
                later_extensions.exclude(old_certainty="").order_by("granted_at", "pk").values("old_certainty")[:1]
            ),
            F("certainty"),
            output_field=CharField(),
        ),
        state_then=Case(
            When(untouched, then=F("state")),
            When(state=ObligationState.WAIVED, waived_at__lte=at, then=Value(ObligationState.WAIVED)),
            When(Exists(lifted), then=Value(ObligationState.WAIVED)),
            When(declared | Q(Exists(taken_back_since)), then=Value(ObligationState.ACCEPTED)),
            When(verdict_then=Verdict.ACCEPT, then=Value(ObligationState.ACCEPTED)),
            When(verdict_then=Verdict.RETURN, then=Value(ObligationState.RETURNED)),
            When(version_then__isnull=False, then=Value(ObligationState.SUBMITTED)),
            default=Value(ObligationState.PENDING),
            output_field=CharField(),
        ),
    )


_NOW: Final = _Columns("state", "first_submitted_at", "due_at", "certainty", "unit_id", _of_open_units)
_THEN: Final = _Columns("state_then", "first_then", "due_then", "certainty_then", "unit_then", _rebuilt)


def _conditions(columns: _Columns, at: datetime) -> Mapping[Figure, Q]:
    """What each figure counts; `Tally` relies on their sums."""
    waived = Q(**{columns.state: ObligationState.WAIVED})
    handed_in = ~waived & Q(**{f"{columns.first}__isnull": False})
    missing = ~waived & Q(**{f"{columns.first}__isnull": True})
    late = handed_in & Q(**{f"{columns.due}__isnull": False}) & Q(**{f"{columns.first}__gte": F(columns.due)})
    accepted = handed_in & Q(**{columns.state: ObligationState.ACCEPTED})
    returned = handed_in & Q(**{columns.state: ObligationState.RETURNED})
    never_overdue = Q(**{f"{columns.certainty}__in": NEVER_OVERDUE})
    return {
        Figure.ASSIGNED: Q(),
        Figure.WAIVED: waived,
        Figure.REQUIRED: ~waived,
        Figure.SUBMITTED: handed_in,
        Figure.ACCEPTED: accepted,
        Figure.RETURNED: returned,
        Figure.WAITING: handed_in & Q(**{f"{columns.state}__in": HANDED_IN_STATES}),
        Figure.MISSING: missing,
        Figure.LATE: late,
        Figure.ON_TIME: handed_in
        & (Q(**{f"{columns.due}__isnull": True}) | Q(**{f"{columns.first}__lt": F(columns.due)})),
        Figure.OVERDUE: missing & Q(**{f"{columns.due}__lte": at}) & ~never_overdue,
        Figure.SOON: missing
        & Q(**{f"{columns.due}__gt": at})
        & Q(**{f"{columns.due}__lte": end_of_soon(at)})
        & ~never_overdue,
    }


def end_of_soon(at: datetime) -> datetime:
    """The last `due_at` (inclusive) still called "sắp hạn" at `at`: its last day is at most seven days ahead."""
    return datetime.combine(local_day(at) + timedelta(days=SOON_DAYS + 1), time.min, VIETNAM)


def _counts(asked: _Asked, group: tuple[str, ...], prepare: Prepare | None = None) -> dict[Any, Tally]:
    """A tally by the values of `group` (a bare value when it is one field)."""
    found = _counted_ahead(asked, group) if prepare is None else None
    if found is None:
        found = _counted_row_by_row(asked, group, prepare)
    return found if len(group) > 1 else {key: tally for (key,), tally in found.items()}


def _counted_ahead(asked: _Asked, group: tuple[str, ...]) -> dict[tuple, Tally] | None:
    """Out of the counts kept ahead; None where there are none, or they know only what came after `at`. Two queries."""
    plain = asked.plain() if counts_are_kept() else None
    if plain is None:
        return None
    settled = asked.live and _nothing_since(asked.until)
    if not settled and not _is_settled_beside(Obligation.objects.filter(plain), asked.until):
        return None
    return tallies_ahead(plain, group, at=asked.at, soon_until=end_of_soon(asked.at), unchanged_since=asked.until)


def _counted_row_by_row(asked: _Asked, group: tuple[str, ...], prepare: Prepare | None) -> dict[tuple, Tally]:
    at = asked.at
    scope = asked.scope() if prepare is None else prepare(asked.scope(), at)
    if not _is_settled_for(asked, scope):
        return _rebuilt_and_folded(scope, group, at)
    conditions = _conditions(_NOW, at)
    counted = (
        _NOW.prepare(scope, at)
        .values_list(*group)
        .annotate(
            **{
                f"n_{name}": Count("pk", filter=conditions[Figure(name)]) if conditions[Figure(name)] else Count("pk")
                for name in _COUNTED
            }
        )
    )
    width = len(group)
    return {row[:width]: Tally(**dict(zip(_COUNTED, row[width:], strict=True))) for row in counted}


def _rebuilt_and_folded(scope: QuerySet[Obligation], group: tuple[str, ...], at: datetime) -> dict[tuple, Tally]:
    """The state of `at` worked out once a row, in one statement and so at one instant, and added up here."""
    asked = _with_unit_as_id(group, _THEN.unit)
    rows = _THEN.prepare(scope, at).values_list(*asked, _THEN.state, _THEN.first, _THEN.due, _THEN.certainty)
    found = fold(rows.iterator(chunk_size=_CHUNK), at=at, soon_until=end_of_soon(at))
    return found if asked == group else _by_columns_of_units(found, group)


def _with_unit_as_id(group: tuple[str, ...], unit: str) -> tuple[str, ...]:
    """The group with one column, `unit`, in place of those of the unit; that comes first."""
    others = tuple(name for name in group if not name.startswith("unit"))
    return (unit, *others) if len(others) < len(group) else group


def _by_columns_of_units(found: dict[tuple, Tally], group: tuple[str, ...]) -> dict[tuple, Tally]:
    """Tallies by (unit id, the rest) added up by the columns of the unit that `group` names, before the rest."""
    names = [name for name in group if name.startswith("unit")]
    columns = [name.removeprefix("unit_").removeprefix("_") for name in names]
    units = Unit.objects.filter(pk__in={key[0] for key in found}).order_by().values_list("pk", *columns)
    values = {pk: rest for pk, *rest in units}
    sums: dict[tuple, Tally] = {}
    for (unit, *rest), tally in found.items():
        key = (*values[unit], *rest)
        sums[key] = sums[key] + tally if key in sums else tally
    return sums

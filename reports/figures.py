"""`collect`: every figure of every screen, command and document, at any instant.

Two paths give one answer. When nothing happened after the instant of the question (the usual case: now),
the stored state of the obligations is counted, with one GROUP BY. Otherwise the state at that instant is
rebuilt from the versions, decisions and extensions known by then. A test pins both to a recount in
plain Python.
Not here: what the words mean (`tallies.py`), what is grouped by (`groupings.py`), the pages and documents that show them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
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
from django.db.models.functions import Coalesce

from directives.choices import HANDED_IN_STATES, Certainty, ObligationState, RequirementKind
from directives.models import Directive, Extension, LiftedWaiver, Obligation, ObligationMove, Requirement
from interface.wording import SOON_DAYS
from reports.groupings import GROUPINGS
from reports.tallies import (
    By,
    Figure,
    FigureSheet,
    MatrixRequirement,
    MatrixSheet,
    MatrixUnit,
    Tally,
    total_of,
)
from submissions.choices import NOT_STANDING, Verdict
from submissions.models import Decision, SubmissionVersion
from units.models import Unit
from vietnamese.dates import VIETNAM, local_day

# A deadline that is only planned, or none, is never overdue (`domain.md` §5, R11 and R12).
NEVER_OVERDUE: Final = (Certainty.TENTATIVE, Certainty.NONE)
_COUNTED: Final = ("assigned", "waived", "submitted", "accepted", "returned", "on_time", "late", "overdue", "soon")


def collect(
    *,
    at: datetime,
    by: By = By.UNIT,
    directive: Directive | None = None,
    ward: Unit | None = None,
    obligations: QuerySet[Obligation] | None = None,
) -> FigureSheet:
    """The figures at `at`, as one total and one row a group.

    Counted are the obligations of `directive`, of the issued directives of `ward`, or of the query set
    `obligations` (say, those visible to a user); given together they narrow each other, and at least one
    must be given (ValueError). Closed units are not counted, nor standing duties, for which nothing is ever owed.
    Groups without an obligation have no row.
    """
    grouping = GROUPINGS[by]
    scope = grouping.prepare(_scope(directive=directive, ward=ward, obligations=obligations, at=at), at)
    counts = _counts(scope, grouping.fields, at)
    rows = grouping.name_rows(counts)
    return FigureSheet(at=at, by=by, total=total_of(row.tally for row in rows), rows=tuple(rows))


def collect_matrix(
    *,
    at: datetime,
    directive: Directive | None = None,
    ward: Unit | None = None,
    obligations: QuerySet[Obligation] | None = None,
) -> MatrixSheet:
    """Units × requirements at `at`, in at most six queries; arguments as for `collect`.

    Units come in tree order, requirements by issue date of their directive and then by number.
    """
    scope = _scope(directive=directive, ward=ward, obligations=obligations, at=at)
    cells = _counts(scope, ("unit_id", "requirement_id"), at)
    unit_ids = {unit_id for unit_id, _ in cells}
    requirement_ids = {requirement_id for _, requirement_id in cells}
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
            MatrixRequirement(
                pk=requirement.pk,
                directive_id=requirement.directive_id,
                directive=requirement.directive.reference,
                number=requirement.order,
                title=requirement.title,
                kind=requirement.kind,
                due_at=requirement.due_at,
            )
            for requirement in requirements
        ),
        cells=cells,
    )


def obligations_behind(
    figure: Figure,
    *,
    at: datetime,
    directive: Directive | None = None,
    ward: Unit | None = None,
    obligations: QuerySet[Obligation] | None = None,
) -> QuerySet[Obligation]:
    """The obligations that `collect` counts in `figure` with the same arguments: the names behind it."""
    scope = _scope(directive=directive, ward=ward, obligations=obligations, at=at)
    columns = _NOW if _is_settled(scope, at) else _THEN
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


def _scope(
    *, directive: Directive | None, ward: Unit | None, obligations: QuerySet[Obligation] | None, at: datetime
) -> QuerySet[Obligation]:
    if directive is None and ward is None and obligations is None:
        raise ValueError("figures of what? give a directive, a ward or obligations")
    scope = Obligation.objects.all() if obligations is None else obligations
    if directive is not None:
        scope = scope.filter(requirement__directive=directive)
    if ward is not None:
        scope = scope.filter(ward=ward)
    return scope.filter(created_at__lte=at).exclude(requirement__kind=RequirementKind.STANDING).order_by()


def _is_settled(scope: QuerySet[Obligation], at: datetime) -> bool:
    """Nothing in the scope changed after `at`, so the stored state is the state at `at`."""
    later = Q(submitted_at__gt=at) | Q(decided_at__gt=at) | Q(waived_at__gt=at) | Q(lifted_waivers__lifted_at__gt=at)
    return not (
        scope.filter(later).exists()
        or Extension.objects.filter(granted_at__gt=at, obligation__in=scope).exists()
        or ObligationMove.objects.filter(moved_at__gt=at, obligation__in=scope).exists()
    )


def _of_open_units(scope: QuerySet[Obligation], at: datetime) -> QuerySet[Obligation]:
    """Without the debts of units that no longer exist at `at`."""
    return scope.filter(Q(unit__closed_on=None) | Q(unit__closed_on__gt=local_day(at)))


def _rebuilt(scope: QuerySet[Obligation], at: datetime) -> QuerySet[Obligation]:
    """Annotates the state, first receipt, deadline and unit as they were at `at`; those of closed units are out.

    A version that the check refused or its sender withdrew (by `at`) was never handed in; a later decision does not count yet. What was
    accepted without a file (an activity, done by declaring its day) is dated by the stored instants.
    """
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
    closed = Unit.objects.filter(closed_on__lte=local_day(at)).order_by()
    standing = scope.with_unit_then(at).exclude(unit_then__in=closed.values("pk"))
    return standing.annotate(
        version_then=Subquery(versions.order_by("-number").values("pk")[:1]),
        verdict_then=Subquery(verdicts.values("verdict")[:1]),
        first_then=Case(
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
    ).annotate(
        state_then=Case(
            When(state=ObligationState.WAIVED, waived_at__lte=at, then=Value(ObligationState.WAIVED)),
            When(Exists(lifted), then=Value(ObligationState.WAIVED)),
            When(declared, then=Value(ObligationState.ACCEPTED)),
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


def _counts(scope: QuerySet[Obligation], group: tuple[str, ...], at: datetime) -> dict[Any, Tally]:
    """A tally by the values of `group` (a bare value when it is one field)."""
    settled = _is_settled(scope, at)
    columns = _NOW if settled else _THEN
    conditions = _conditions(columns, at)
    asked = group if settled else _with_unit_as_id(group, columns.unit)
    counted = (
        columns.prepare(scope, at)
        .values_list(*asked)
        .annotate(
            **{
                f"n_{name}": Count("pk", filter=conditions[Figure(name)]) if conditions[Figure(name)] else Count("pk")
                for name in _COUNTED
            }
        )
    )
    width = len(asked)
    found = {row[:width]: Tally(**dict(zip(_COUNTED, row[width:], strict=True))) for row in counted}
    if asked != group:
        found = _by_columns_of_units(found, group)
    return found if len(group) > 1 else {key: tally for (key,), tally in found.items()}


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

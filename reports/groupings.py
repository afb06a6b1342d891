"""What figures can be grouped by: the columns of each `By`, the names of its groups, their order.

Groups of one sheet are disjoint, so that their rows add up to the total; a person with several posts stands in the
group of the highest one (`domain.md` §2 names the Party post first).
Not here: the counting (`figures.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractYear

from directives.choices import RequirementKind
from directives.deadlines.periods import period_words
from directives.models import Directive, Obligation, Requirement
from reports.tallies import By, Tally, TallyRow
from units.choices import Block, PositionGroup
from units.models import Appointment
from vietnamese.dates import VIETNAM, local_day

_INSTANT: Final = timedelta(microseconds=1)
OF_UNITS: Final = "UNIT"  # group of what a unit owes, not a person


def with_position_group(obligations: QuerySet[Obligation], at: datetime) -> QuerySet[Obligation]:
    """Adds `position_group`: that of the highest post its member holds on the day of `at`, `OF_UNITS` without a member."""
    rank = Case(
        *(When(position__group=group, then=Value(rank)) for rank, group in enumerate(PositionGroup)),
        output_field=IntegerField(),
    )
    posts = Appointment.objects.active(local_day(at)).filter(member=OuterRef("member")).order_by(rank, "pk")
    return obligations.annotate(
        position_group=Case(
            When(Q(member=None), then=Value(OF_UNITS)),
            default=Coalesce(Subquery(posts.values("position__group")[:1]), Value(PositionGroup.MEMBER.value)),
            output_field=CharField(),
        )
    )


Prepare = Callable[[QuerySet[Obligation], datetime], QuerySet[Obligation]]


@dataclass(frozen=True)
class Grouping:
    """The columns of one `By` and how its groups get key, name and order; `prepare` makes a column that is not stored."""

    fields: tuple[str, ...]
    name_rows: Callable[[Mapping[Any, Tally]], list[TallyRow]]
    prepare: Prepare | None = None


def _unit_rows(counts: Mapping[Any, Tally]) -> list[TallyRow]:
    return [TallyRow(code, name, tally) for (_, code, name), tally in sorted(counts.items())]


def _block_rows(counts: Mapping[Any, Tally]) -> list[TallyRow]:
    named = [(block.value, block.label) for block in Block] + [("", "Không thuộc khối nào")]
    return [TallyRow(key, name, counts[key]) for key, name in named if key in counts]


def _cluster_rows(counts: Mapping[Any, Tally]) -> list[TallyRow]:
    ordered = sorted(counts.items(), key=lambda item: (item[0][0] is None, item[0][1] or 0, item[0][2] or ""))
    return [
        TallyRow("" if pk is None else str(pk), name or "Không thuộc cụm nào", tally)
        for (pk, _, name), tally in ordered
    ]


def _requirement_rows(counts: Mapping[Any, Tally]) -> list[TallyRow]:
    return [
        TallyRow(requirement.key, requirement.title, counts[requirement.pk], requirement.pk)
        for requirement in _in_order(Requirement.objects.filter(pk__in=counts).select_related("directive"))
    ]


def _in_order(requirements: Iterable[Requirement]) -> list[Requirement]:
    return sorted(
        requirements,
        key=lambda one: (one.directive.issued_on is None, one.directive.issued_on, one.directive_id, one.order),
    )


def _directive_rows(counts: Mapping[Any, Tally]) -> list[TallyRow]:
    directives = Directive.objects.filter(pk__in=counts).order_by("-issued_on", "-pk")
    return [TallyRow(str(directive.pk), directive.reference, counts[directive.pk]) for directive in directives]


def _position_rows(counts: Mapping[Any, Tally]) -> list[TallyRow]:
    named = [(group.value, group.label) for group in PositionGroup] + [(OF_UNITS, "Việc của đơn vị")]
    return [TallyRow(key, name, counts[key]) for key, name in named if key in counts]


def _period_rows(counts: Mapping[Any, Tally]) -> list[TallyRow]:
    return [TallyRow(key, period_words(key) or "Không theo kỳ", tally) for key, tally in sorted(counts.items())]


def _kind_rows(counts: Mapping[Any, Tally]) -> list[TallyRow]:
    return [TallyRow(kind.value, kind.label, counts[kind.value]) for kind in RequirementKind if kind.value in counts]


def _year_rows(counts: Mapping[Any, Tally]) -> list[TallyRow]:
    return [TallyRow(str(year), f"Năm {year}", tally) for year, tally in sorted(counts.items(), reverse=True)]


def with_year(obligations: QuerySet[Obligation], at: datetime) -> QuerySet[Obligation]:
    """Adds `year`: the year of the last day as it stands now, of the day it was given out where there is none."""
    last_instant = ExpressionWrapper(F("due_at") - Value(_INSTANT, DurationField()), DateTimeField())
    return obligations.annotate(year=ExtractYear(Coalesce(last_instant, "created_at"), tzinfo=VIETNAM))


GROUPINGS: Final[Mapping[By, Grouping]] = {
    By.UNIT: Grouping(("unit__path", "unit__code", "unit__name"), _unit_rows),
    By.BLOCK: Grouping(("unit__block",), _block_rows),
    By.CLUSTER: Grouping(("unit__cluster_id", "unit__cluster__order", "unit__cluster__name"), _cluster_rows),
    By.REQUIREMENT: Grouping(("requirement_id",), _requirement_rows),
    By.DIRECTIVE: Grouping(("requirement__directive_id",), _directive_rows),
    By.POSITION: Grouping(("position_group",), _position_rows, with_position_group),
    By.PERIOD: Grouping(("period",), _period_rows),
    By.KIND: Grouping(("requirement__kind",), _kind_rows),
    By.YEAR: Grouping(("year",), _year_rows, with_year),
}

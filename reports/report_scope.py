"""What a summary report is about: one paper (or one period of it), or all duties of a ward in a span of the calendar.

A duty belongs to the span in which its last day lies, one without a last day to that in which it was given out: so
every duty stands in exactly one month, quarter, half and year. What the leads of clusters write about units is no
debt of those units: it makes the oversight report and no other.
Not here: the figures (`figures.py`), gathering the facts (`gathering.py`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from directives.choices import LEAD_KINDS
from directives.deadlines import day_end, day_start
from directives.deadlines.periods import calendar_span
from directives.models import Obligation
from reports.choices import REPORTABLE, ReportKind
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from directives.querysets import ObligationQuerySet
    from reports.models import SummaryReport

_MONTHS, _QUARTERS, _HALVES, _YEARS = 13, 5, 3, 3


def work_q(report: SummaryReport) -> Q:
    """The obligations the report counts, as a condition."""
    if report.directive_id is not None:
        return Q(requirement__directive=report.directive_id) & (Q(period=report.period) if report.period else Q())
    return span_q(report.ward_id, report.kind, report.period)


def work_of(report: SummaryReport) -> ObligationQuerySet:
    """The obligations the report counts."""
    return Obligation.objects.filter(work_q(report))


def span_q(ward: int, kind: str, period: str) -> Q:
    """All that fell due in the ward in the calendar period ("2026-04", "2026-Q2", "2026-H1", "2026"). ValueError for
    a period that is none of these."""
    first, last = calendar_span(period)
    start, end = day_start(first), day_end(last)  # `due_at` is exclusive: due on the last day is due at `end`
    due = Q(due_at__gt=start, due_at__lte=end)
    given = Q(due_at=None, created_at__gte=start, created_at__lt=end)
    of_leads = Q(requirement__kind__in=LEAD_KINDS)
    asked = of_leads if kind == ReportKind.OVERSIGHT else ~of_leads
    return Q(ward=ward, requirement__directive__state__in=REPORTABLE) & (due | given) & asked


def spans_to_report(now: datetime) -> list[tuple[str, list[str]]]:
    """Calendar periods that have begun, by length ("Tháng", "Quý", …), the latest first."""
    today = local_day(now)
    months = _back(today, _MONTHS)
    return [
        ("Tháng", [f"{day.year}-{day.month:02d}" for day in months]),
        ("Quý", _each(f"{day.year}-Q{(day.month + 2) // 3}" for day in _back(today, 3 * _QUARTERS))[:_QUARTERS]),
        ("6 tháng", _each(f"{day.year}-H{(day.month + 5) // 6}" for day in _back(today, 6 * _HALVES))[:_HALVES]),
        ("Năm", [str(today.year - back) for back in range(_YEARS)]),
    ]


def _back(today: date, months: int) -> list[date]:
    """The first days of this month and of those before it."""
    found, day = [], today.replace(day=1)
    for _ in range(months):
        found.append(day)
        day = (day - timedelta(days=1)).replace(day=1)
    return found


def _each(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))

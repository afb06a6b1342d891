"""How the accepted share of a requirement grew, day by day, in three small queries.

Equal to `reports.figures.collect` at the end of each day (a test pins them on random campaigns): an accepted
obligation stays accepted and a waived one waived, so the last decision's and the waiver's instants tell every past day.
Not here: the drawing (`trend_chart.py`), today's other figures (`figures.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from directives.choices import ObligationState
from directives.models import Obligation
from vietnamese.dates import VIETNAM


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """State at the end of `day` (or now, for today): `accepted` of `required`."""

    day: date
    accepted: int
    required: int


def daily_trend(obligations: QuerySet[Obligation], *, first: date, last: date) -> list[TrendPoint]:
    """One point a day from `first` to `last`, both inclusive; closed units are the caller's to leave out."""
    given = _by_day(obligations, "created_at")
    waived = _by_day(obligations.filter(state=ObligationState.WAIVED), "waived_at")
    accepted = _by_day(obligations.filter(state=ObligationState.ACCEPTED), "decided_at")
    points, day = [], first
    while day <= last:
        points.append(
            TrendPoint(
                day,
                accepted=_until(accepted, day),
                required=_until(given, day) - _until(waived, day),
            )
        )
        day += timedelta(days=1)
    return points


def _by_day(obligations: QuerySet[Obligation], column: str) -> Counter[date]:
    counted = (
        obligations.filter(**{f"{column}__isnull": False})
        .order_by()
        .values_list(TruncDate(column, tzinfo=VIETNAM))
        .annotate(Count("pk"))
    )
    return Counter(dict(counted))


def _until(counts: Counter[date], day: date) -> int:
    return sum(count for when, count in counts.items() if when <= day)

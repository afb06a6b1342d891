"""How the accepted share of a requirement grew, day by day, in one query.

Equal to `reports.figures.collect` at the end of each day (a test pins them on random campaigns): the last decision's and
the waiver's instants tell every past day, and of acceptances that were taken back the spans that are kept of them.
Not here: the drawing (`trend_chart.py`), today's other figures (`figures.py`).
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, DateField, QuerySet, Value
from django.db.models.functions import TruncDate

from directives.choices import ObligationState
from directives.models import Obligation, ObligationSpan, SpanKind
from reports.tallies import TrendPoint
from vietnamese.dates import VIETNAM


def daily_trend(obligations: QuerySet[Obligation], *, first: date, last: date) -> list[TrendPoint]:
    """One point a day from `first` to `last`, both inclusive; closed units are the caller's to leave out. One query."""
    return _points(_by_days(obligations), first, last)


def trend_from_start(obligations: QuerySet[Obligation], *, last: date, longest: timedelta) -> list[TrendPoint]:
    """The same up to `last`, from the day on which the first was given out (at least two points), but not from further
    back than `longest`; none for no obligations. One query.
    """
    rows = _by_days(obligations)
    if not rows:
        return []
    began = min(given for given, state, *_ in rows if state != _TAKEN_BACK)
    return _points(rows, min(max(began, last - longest), last - timedelta(days=1)), last)


_Row = tuple[date, str, date | None, date | None, int]
_TAKEN_BACK: Final = "TAKEN_BACK"


def _by_days(obligations: QuerySet[Obligation]) -> list[_Row]:
    """(given out, state, waived, decided, how many), by days in Hà Nội; of acceptances that were taken back
    (accepted, _TAKEN_BACK, taken back, None, how many).
    """
    given, waived, decided, since, until = (
        TruncDate(column, tzinfo=VIETNAM) for column in ("created_at", "waived_at", "decided_at", "since", "until")
    )
    rows = obligations.order_by().values_list(given, "state", waived, decided).annotate(number=Count("pk"))
    spans = ObligationSpan.objects.filter(kind=SpanKind.ACCEPTED, obligation__in=obligations.order_by().values("pk"))
    nothing = Value(None, output_field=DateField())
    taken_back = spans.order_by().values_list(since, Value(_TAKEN_BACK), until, nothing).annotate(number=Count("pk"))
    return list(rows.union(taken_back, all=True))


def _points(rows: list[_Row], first: date, last: date) -> list[TrendPoint]:
    given, waived, accepted = Counter[date](), Counter[date](), Counter[date]()
    for given_on, state, waived_on, decided_on, count in rows:
        if state == _TAKEN_BACK:
            accepted[given_on] += count
            accepted[waived_on or last] -= count
            continue
        given[given_on] += count
        if state == ObligationState.WAIVED and waived_on:
            waived[waived_on] += count
        if state == ObligationState.ACCEPTED and decided_on:
            accepted[decided_on] += count
    points, day = [], first
    while day <= last:
        points.append(
            TrendPoint(day, accepted=_until(accepted, day), required=_until(given, day) - _until(waived, day))
        )
        day += timedelta(days=1)
    return points


def _until(counts: Counter[date], day: date) -> int:
    return sum(count for when, count in counts.items() if when <= day)

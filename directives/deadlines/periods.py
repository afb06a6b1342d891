"""The period an obligation of a series stands for: its first day and its name (R10).

A period is written "2026-05", "2026-Q2", "2026-H1", "2026", "2026-W19" or a day; one of several in a month has the day
of its end behind a stroke, "2026-05/15", one of several in a week the weekday of its end (Monday 1), "2026-W19/2".
"" is a duty asked once.
Not here: when the periods of a series end (`recurrences.py`), making their obligations (`directives.services`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any
from urllib.parse import quote

from directives.deadlines.recurrences import Every, Occurrence, Recurrence
from vietnamese.dates import format_date, format_short_date, format_weekday

_QUARTERS = {"Q1": "I", "Q2": "II", "Q3": "III", "Q4": "IV"}
_HALVES = {"H1": "6 tháng đầu năm", "H2": "6 tháng cuối năm"}


def first_day_of(period: str) -> date:
    """The day on which the period opens. Raises ValueError for a text that is no period."""
    year, _, part = period.partition("-")
    if not part:
        return date(int(year), 1, 1)
    if part in _QUARTERS:
        return date(int(year), int(part[1]) * 3 - 2, 1)
    if part in _HALVES:
        return date(int(year), int(part[1]) * 6 - 5, 1)
    part = part.partition("/")[0]
    if part.startswith("W"):
        return date.fromisocalendar(int(year), int(part[1:]), 1)
    month, _, day = part.partition("-")
    return date(int(year), int(month), int(day or 1))


def opening_of(period: str, last_day: date) -> date:
    """From which day (inclusive) a period that ends on `last_day` (inclusive) is given out and may be answered.

    Its own first day; a week's time where its end lies before that: "trước ngày 01 hằng tháng" asks in May for June.
    """
    first = first_day_of(period)
    return first if first <= last_day else last_day - timedelta(days=6)


def calendar_span(period: str) -> tuple[date, date]:
    """First and last day, both inclusive, of a month, quarter, half-year or year. Raises ValueError for another text."""
    first = first_day_of(period)
    part = period.partition("-")[2]
    months = {"": 12, "Q": 3, "H": 6}.get(part[:1], 1)
    if months == 1 and not (part.isdecimal() and len(part) == 2):
        raise ValueError(f"no month, quarter, half or year: {period!r}")
    past = first.month - 1 + months
    return first, date(first.year + past // 12, past % 12 + 1, 1) - timedelta(days=1)


def title_of_period(title: str, period: str) -> str:
    """The title with its period in words: "Báo cáo công tác đảng, tháng 5/2026"; alone for a duty asked once."""
    return ", ".join(filter(None, (title, period_words(period))))


def period_words(period: str) -> str:
    """ "tháng 5/2026", "quý II/2026", "6 tháng đầu năm 2026", "tuần từ 04/5 đến 10/5/2026"; "" for none."""
    if not period:
        return ""
    year, _, part = period.partition("-")
    first = first_day_of(period)
    if not part:
        return f"năm {year}"
    if part in _QUARTERS:
        return f"quý {_QUARTERS[part]}/{year}"
    if part in _HALVES:
        return f"{_HALVES[part]} {year}"
    end = part.partition("/")[2]
    if part.startswith("W"):
        week = f"tuần từ {format_short_date(first)} đến {format_date(first + timedelta(days=6))}"
        return week + (f", kỳ {format_weekday(first + timedelta(days=int(end) - 1))}" if end else "")
    if "-" in part:
        return f"ngày {format_date(first)}"
    return f"tháng {first.month}/{year}" + (f", kỳ ngày {end}" if end else "")


def period_query(period: str) -> str:
    """The end of an address that stays with one period, "?ky=2026-05"; "" for a duty asked once."""
    return f"?ky={quote(period, safe='')}" if period else ""


def desk_query(period: str, whose: int | None = None) -> str:
    """The end of the address of a desk: the period, and the obligation of the party one comes for."""
    query = period_query(period)
    return f"{query}{'&' if query else '?'}cua={whose}" if whose else query


def periods_to_make(series: Recurrence, *, since: date, horizon: date) -> tuple[Occurrence, ...]:
    """The occurrences to be made by now: those ending on `since` or later that open by `horizon` (inclusive).

    At least the first one, so that what was asked is seen at once. Missed ones are among them, in order.
    """
    found = tuple(takewhile(lambda one: opening_of(one.period, one.last_day) <= horizon, occurrences(series, since)))
    return found or tuple(next_occurrences(series, since=since, number=1))


def next_occurrences(series: Recurrence, *, since: date, number: int = 4) -> list[Occurrence]:
    """The next `number` occurrences, for whoever looks before issuing."""
    return list(islice(occurrences(series, since), number))


def occurrences(series: Recurrence, since: date) -> Iterator[Occurrence]:
    """Those of the series, each with a period of its own: several in a month or week are told apart by their last day.

    Such a period lies in the month or week of that day, also where the day written is the first of the next ("trước
    thứ Hai, thứ Năm hằng tuần" ends on Sundays and Wednesdays).
    """
    in_month = series.every is Every.MONTH and len(series.days) > 1
    in_week = len(series.weekdays) > 1
    for one in series.occurrences(since):
        if in_month:
            month = one.period if series.lag else f"{one.last_day:%Y-%m}"
            yield replace(one, period=f"{month}/{one.last_day.day:02d}")
        elif in_week:
            year, week, weekday = one.last_day.isocalendar()
            yield replace(one, period=f"{year}-W{week:02d}/{weekday}")
        else:
            yield one


def series_as_json(series: Recurrence | None, *, since: date | None) -> dict[str, Any]:
    """The rule as a requirement stores it, with the last day of its first period; empty for a duty asked once."""
    if series is None or since is None:
        return {}
    return {
        "since": since.isoformat(),
        "every": series.every.value,
        "months": list(series.months),
        "days": list(series.days),
        "weekdays": list(series.weekdays),
        "before": series.before,
        "lag": series.lag,
        "hour": series.hour.isoformat(timespec="minutes") if series.hour is not None else None,
        "until": series.until.isoformat() if series.until is not None else None,
    }


def amended_series(stored: dict[str, Any], *, kept: Mapping[str, datetime], amended_on: date) -> dict[str, Any]:
    """A rule that replaced another while it ran: periods given out before that keep their own end, and from which day."""
    return {
        **stored,
        "kept": {period: due_at.isoformat() for period, due_at in kept.items()},
        "amended_on": amended_on.isoformat(),
    }


def kept_deadlines(stored: dict[str, Any]) -> dict[str, datetime]:
    """Periods that do not follow the present rule, with their ends (exclusive)."""
    return {period: datetime.fromisoformat(due_at) for period, due_at in stored.get("kept", {}).items()}


def amended_on(stored: dict[str, Any]) -> date | None:
    """The day from which the present rule holds, when it replaced another."""
    day = stored.get("amended_on")
    return date.fromisoformat(day) if day else None


def ends_of(series: Recurrence, periods: Collection[str]) -> dict[str, datetime]:
    """Those of the periods that the rule knows, each with its end (exclusive)."""
    if not periods:
        return {}
    firsts = [first_day_of(period) for period in periods]
    near = takewhile(
        lambda one: first_day_of(one.period) <= max(firsts), occurrences(series, min(firsts) - timedelta(days=31))
    )
    return {one.period: one.due_at for one in near if one.period in periods}


def period_ends(stored: dict[str, Any], periods: Collection[str]) -> dict[str, datetime]:
    """Those of the periods that a stored rule knows, each with its end (exclusive); one that kept its end has that."""
    if not stored:
        return {}
    kept = kept_deadlines(stored)
    ends = ends_of(series_from_json(stored)[0], periods)
    return ends | {period: end for period, end in kept.items() if period in periods}


def series_from_json(stored: dict[str, Any]) -> tuple[Recurrence, date]:
    """The rule and the last day of its first period, back from a storage that is not empty.

    Rules stored before a series could fall on several weekdays name their one as `weekday`.
    """
    hour, until, one_weekday = stored.get("hour"), stored.get("until"), stored.get("weekday")
    series = Recurrence(
        every=Every(stored["every"]),
        months=tuple(stored.get("months", ())),
        days=tuple(stored.get("days", (0,))),
        weekdays=tuple(stored.get("weekdays", () if one_weekday is None else (one_weekday,))),
        before=bool(stored.get("before")),
        lag=int(stored.get("lag", 0)),
        hour=time.fromisoformat(hour) if hour else None,
        until=date.fromisoformat(until) if until else None,
    )
    return series, date.fromisoformat(stored["since"])

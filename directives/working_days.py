"""The working calendar as a value: the office's table where it has one for a year, else the library's proposal.

A year with at least one row in the table is the office's own: the proposal no longer counts for it.
Not here: rolling and working days as rules (`deadlines.calendar`), entering days off (admin).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays

from directives.choices import DayOffKind
from directives.deadlines import WorkCalendar
from directives.models import DayOff

YEARS_AHEAD = 2


def years_around(day: date) -> range:
    """The years a deadline written on `day` can reach: its own and the two after it."""
    return range(day.year, day.year + YEARS_AHEAD + 1)


@lru_cache(maxsize=32)
def proposed_days_off(year: int) -> tuple[tuple[date, str], ...]:
    """Public holidays of Vietnam in a year with their names, as the `holidays` library proposes them."""
    found = holidays.country_holidays("VN", years=year, language="vi")
    return tuple(sorted((day, name) for day, name in found.items() if day.year == year))


def proposed_calendar(years: Iterable[int]) -> WorkCalendar:
    """The library's proposal alone, for when the office has entered nothing."""
    return WorkCalendar({day: name for year in years for day, name in proposed_days_off(year)})


def work_calendar(years: Iterable[int]) -> WorkCalendar:
    """The calendar of some years, in one query."""
    years = list(years)
    rows = list(DayOff.objects.filter(day__year__gte=min(years), day__year__lte=max(years)))
    entered = {row.day.year for row in rows}
    off = {day: name for year in years if year not in entered for day, name in proposed_days_off(year)}
    off |= {row.day: row.name for row in rows if row.kind != DayOffKind.WORKING}
    return WorkCalendar(off, frozenset(row.day for row in rows if row.kind == DayOffKind.WORKING))

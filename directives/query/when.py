"""Days in the query bar: "<7ngày", "<=28/4", ":hôm nay", ":tuần này", as a window of days. Pure.

Of a deadline "<7ngày" means fewer than seven days are left, today being none; of a receipt ("nộp<7ngày") that fewer than
seven days have passed. Not here: instants (`directives.query_conditions`).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from directives.query.vocabulary import DAYS_NAMED, STRETCHES_NAMED, UNITS_OF_TIME
from vietnamese.dates import format_date
from vietnamese.text import fold

_DAYS = re.compile(r"^(\d{1,3})\s*([a-z]*)$")
_DATE = re.compile(r"^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?$")
_YEARS = range(1900, 2201)  # a year out of these is a slip; the last instants of the calendar are no instants in UTC
_SIGN_WORDS = {"<": "dưới", "<=": "nhiều nhất", ">": "trên", ">=": "ít nhất", ":": "đúng", "=": "đúng"}
_SIGN_DAYS = {"<": "trước ngày", "<=": "đến hết ngày", ">": "sau ngày", ">=": "từ ngày", ":": "ngày", "=": "ngày"}


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `first` to `last`, both inclusive, None = open; `words` says so."""

    first: date | None
    last: date | None
    words: str


def read_day_term(sign: str, value: str, today: date, *, overdue: bool = False, past: bool = False) -> Window | None:
    """The window that `sign` and `value` mean, or None. `overdue`: days since the last day; `past`: days gone by."""
    folded = fold(value)
    counted = _DAYS.match(folded)
    if counted and (counted[2] or "ngay") in UNITS_OF_TIME:
        days = int(counted[1]) * UNITS_OF_TIME[counted[2] or "ngay"]
        if overdue or past:
            return _gone_by(sign, days, today, "quá hạn" if overdue else "cách đây")
        return _ahead(sign, days, today)
    if overdue:
        return None
    if sign in (":", "=") and folded in STRETCHES_NAMED:
        return _stretch(STRETCHES_NAMED[folded], today, fold(value) and value)
    day = today + timedelta(days=DAYS_NAMED[folded]) if folded in DAYS_NAMED else _date(folded, today)
    if day is None:
        return None
    first, last = _bounds(sign, day)
    return Window(first, last, f"{_SIGN_DAYS[sign]} {format_date(day)}")


def _ahead(sign: str, days: int, today: date) -> Window:
    """So many days left: never a day that is over."""
    first, last = _bounds(sign, today + timedelta(days=days))
    return Window(max(first, today) if first else today, last, f"còn {_SIGN_WORDS[sign]} {days} ngày")


def _gone_by(sign: str, days: int, today: date, said: str) -> Window:
    """So many days ago: more days are earlier ones."""
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
    first, last = _bounds(turned, today - timedelta(days=days))
    return Window(first, min(last, today) if last else today, f"{said} {_SIGN_WORDS[sign]} {days} ngày")


def _bounds(sign: str, day: date) -> tuple[date | None, date | None]:
    one = timedelta(days=1)
    if sign == "<":
        return None, day - one
    if sign == "<=":
        return None, day
    if sign == ">":
        return day + one, None
    if sign == ">=":
        return day, None
    return day, day


def _stretch(which: str, today: date, words: str) -> Window:
    if which == "month":
        first = today.replace(day=1)
        return Window(first, today.replace(day=monthrange(today.year, today.month)[1]), words)
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * (which == "next_week"))
    return Window(monday, monday + timedelta(days=6), words)


def _date(folded: str, today: date) -> date | None:
    found = _DATE.match(folded)
    if not found:
        return None
    year = int(found[3] or today.year)
    if year not in _YEARS:
        return None
    try:
        return date(year, int(found[2]), int(found[1]))
    except ValueError:
        return None

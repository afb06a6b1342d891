"""The working calendar as a value: the library's proposal, and over it, day by day, what the office entered.

One entered day never silences the rest of a year: a proposed holiday that does not hold is entered as worked.
Not here: rolling and working days as rules (`deadlines.calendar`), entering days off (`services.calendar`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import holidays
from django.db.models import F, Q

from directives.choices import DayOffKind
from directives.deadlines import WorkCalendar
from directives.models import DayOff
from units.models import Unit

YEARS_AHEAD = 2


def years_around(day: date) -> range:
    """The years a deadline written on `day` can reach: its own and the two after it."""
    return range(day.year, day.year + YEARS_AHEAD + 1)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the library proposes for a year: days off with their names, and Saturdays worked in exchange."""

    days_off: tuple[tuple[date, str], ...]
    days_worked: tuple[date, ...]


@lru_cache(maxsize=32)
def propose(year: int) -> Proposal:
    """Public holidays of Vietnam in a year, with days in lieu and swap days as the government decided them."""
    found = holidays.country_holidays("VN", years=year, language="vi")
    off, worked = [], []
    for day, name in sorted(found.items()):
        if day.year != year:
            continue
        swapped = _SWAPPED.search(name)
        if swapped:
            worked.append(date(int(swapped[3]), int(swapped[2]), int(swapped[1])))
        off.append((day, _named(name)))
    return Proposal(tuple(off), tuple(worked))


# "Ngày nghỉ (thay cho ngày 22/08/2026)": the day named is worked in exchange.
_SWAPPED = re.compile(r"thay cho ngày (\d{1,2})/(\d{1,2})/(\d{4})")


def _named(name: str) -> str:
    """The library's name in the office's words: "nghỉ bù Giỗ Tổ Hùng Vương", "nghỉ hoán đổi"."""
    if _SWAPPED.search(name):
        return "nghỉ hoán đổi"
    short = name.removeprefix("Ngày ")
    return f"nghỉ bù {short.removesuffix(' (nghỉ bù)')}" if short.endswith(" (nghỉ bù)") else short


def proposed_calendar(years: Iterable[int]) -> WorkCalendar:
    """The library's proposal alone, for when the office has entered nothing."""
    proposals = [propose(year) for year in years]
    off = {day: name for proposal in proposals for day, name in proposal.days_off}
    return WorkCalendar(off, frozenset(day for proposal in proposals for day in proposal.days_worked))


def entered_days(first: date, last: date, *, wards: Any) -> list[DayOff]:
    """What is entered for `first` to `last` (inclusive): of each day the wards' own rows, else the row for all.

    `wards`: primary keys, or a subquery of them. One query.
    """
    own = DayOff.objects.filter(Q(ward__in=wards) | Q(ward=None), day__range=(first, last))
    of_day: dict[date, list[DayOff]] = {}
    for row in own.order_by("day", F("ward").asc(nulls_last=True), "pk"):
        of_day.setdefault(row.day, []).append(row)
    return [row for rows in of_day.values() for row in rows if row.ward_id is not None or len(rows) == 1]


def work_calendar(years: Iterable[int], *, ward: Unit | None) -> WorkCalendar:
    """The calendar of some years as a ward keeps it (without a ward: as it holds for all), in one query."""
    years = list(years)
    whole = date(min(years), 1, 1), date(max(years), 12, 31)
    return _over(proposed_calendar(years), entered_days(*whole, wards=[ward.pk] if ward else []))


def work_calendars(years: Iterable[int], wards: Iterable[Unit]) -> dict[int, WorkCalendar]:
    """The calendar of each ward by its id; wards that entered nothing of their own share one. One query."""
    years, wards = list(years), list(wards)
    whole = date(min(years), 1, 1), date(max(years), 12, 31)
    rows = list(DayOff.objects.filter(Q(ward__in=wards) | Q(ward=None), day__range=whole).order_by("pk"))
    proposed = proposed_calendar(years)
    for_all = [row for row in rows if row.ward_id is None]
    shared = _over(proposed, for_all)
    own: dict[int, dict[date, DayOff]] = {}
    for row in rows:
        if row.ward_id is not None:
            own.setdefault(row.ward_id, {row.day: row for row in for_all})[row.day] = row
    return {ward.pk: _over(proposed, own[ward.pk].values()) if ward.pk in own else shared for ward in wards}


def _over(proposed: WorkCalendar, rows: Iterable[DayOff]) -> WorkCalendar:
    """The proposal with entered days laid over it."""
    rows = list(rows)
    off = dict(proposed.days_off) | {row.day: row.name for row in rows if row.kind != DayOffKind.WORKING}
    entered_off = {row.day for row in rows if row.kind != DayOffKind.WORKING}
    worked = {row.day for row in rows if row.kind == DayOffKind.WORKING}
    return WorkCalendar(off, (proposed.days_worked - entered_off) | worked)

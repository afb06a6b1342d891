"""Series of periods: "trước ngày 25 hằng tháng", "tháng cuối quý", "thứ Sáu hằng tuần" (R10).

Each occurrence stands for one period and has its own last day, whatever happened to the one before:
completing one never shifts the next. Days are inclusive last days.
Not here: how the phrase is understood (`phrases.py`), making obligations of a period (services).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from directives.deadlines.instants import day_end, instant_after, instant_at

_LAST_YEAR = 2199
_LONGEST_PERIOD = 366  # days
_ICAL_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Every(StrEnum):
    """How often a period comes."""

    DAY = "DAILY"
    WEEK = "WEEKLY"
    MONTH = "MONTHLY"
    YEAR = "YEARLY"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One period and its end. `period` is "2026-04", "2026-Q2", "2026-H1", "2026", "2026-W17" or a day."""

    period: str
    last_day: date
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A series, written as days of named months, or as weekdays (Monday 0).

    `months` are the months in which an occurrence falls (1–12); `day` the day written in the phrase, 0 for
    the last day of the month; `before` excludes that day (R1); `lag` counts how many periods later than its
    own period an occurrence falls ("của tháng kế tiếp" = 1); `hour` makes it an instant (R3). `until` is the last day
    of the series, inclusive; None for a series without end. With a lag it bounds the periods reported on and not the
    days of reporting: "trước ngày 05 của tháng kế tiếp, đến hết tháng 12/2026" ends with December, on 04/01/2027.
    """

    every: Every
    months: tuple[int, ...] = ()
    days: tuple[int, ...] = (0,)
    weekdays: tuple[int, ...] = ()
    before: bool = False
    lag: int = 0
    hour: time | None = None
    until: date | None = None

    def rrule(self) -> str:
        """The series of last days as an RFC 5545 rule, the form calendars read."""
        parts = [f"FREQ={self.every}"]
        if self.every is Every.WEEK:
            shift = 1 if self._whole_day_excluded else 0
            parts.append("BYDAY=" + ",".join(_ICAL_DAYS[(weekday - shift) % 7] for weekday in self.weekdays))
        elif self.every is not Every.DAY:
            parts += self._month_parts()
        if self.hour is not None:
            parts.append(f"BYHOUR={self.hour.hour};BYMINUTE={self.hour.minute}")
        if self.until is not None:
            parts.append(f"UNTIL={self._last_of_all(self.until):%Y%m%d}")
        return ";".join(parts)

    def occurrences(self, since: date) -> Iterator[Occurrence]:
        """Occurrences whose last day is `since` or later, in order; up to the end of the series, else the year 2199."""
        return (occurrence for occurrence, _ in self._told(since))

    def first(self, since: date, *, opens_on: date | None = None) -> Occurrence | None:
        """The first occurrence whose last day is `since` or later, of a series that begins on `opens_on` (inclusive).

        With a lag the beginning bounds the periods reported on, as the end does: "trước ngày 05 của tháng kế tiếp, từ
        tháng 5" begins with May, on 04/6.
        """
        begins = opens_on or date.min
        if self.lag:
            begins = begins.replace(day=1)
        return next((occurrence for occurrence, stands_for in self._told(since) if stands_for >= begins), None)

    def _told(self, since: date) -> Iterator[tuple[Occurrence, date]]:
        """The occurrences, each with the day it stands for."""
        for period, named_day in self._named_days(since):
            occurrence = self._occurrence(period, named_day)
            stands_for = self._stands_for(occurrence, named_day)
            if self.until is not None and stands_for > self.until:
                return
            if occurrence.last_day >= since:
                yield occurrence, stands_for

    def _stands_for(self, occurrence: Occurrence, named_day: date) -> date:
        """The day that decides whether the series has ended: the last day, or with a lag the first of the period told."""
        if not self.lag:
            return occurrence.last_day
        index = named_day.year * 12 + named_day.month - 1 - self.lag * (12 // (len(self.months) or 12))
        return date(index // 12, index % 12 + 1, 1)

    def _last_of_all(self, until: date) -> date:
        """The last day of the last occurrence; `until` itself when no occurrence lies before it."""
        ends = [one.last_day for one in self.occurrences(until - timedelta(days=_LONGEST_PERIOD))]
        return ends[-1] if ends and self.lag else until

    @property
    def _whole_day_excluded(self) -> bool:
        return self.before and self.hour is None

    def _month_parts(self) -> list[str]:
        # "trước ngày 01" ends on the last day of the month before, whose number is one less.
        shift = -1 if self._whole_day_excluded else 0
        numbers = [day + shift if day else -1 + shift for day in self.days]
        months = self.months
        if 0 in numbers:
            numbers = [-1 if number == 0 else number for number in numbers]
            months = tuple(sorted((month - 2) % 12 + 1 for month in months))
        parts = [] if len(months) in (0, 12) else ["BYMONTH=" + ",".join(map(str, months))]
        if len(numbers) == 1 and numbers[0] > 28:
            # A month too short for the day ends the period on its own last day.
            choice = ",".join(str(number) for number in range(28, numbers[0] + 1))
            return [*parts, f"BYMONTHDAY={choice}", "BYSETPOS=-1"]
        return [*parts, "BYMONTHDAY=" + ",".join(map(str, numbers))]

    def _occurrence(self, period: str, named_day: date) -> Occurrence:
        if self.hour is not None:
            due_at = instant_at(named_day, self.hour) if self.before else instant_after(named_day, self.hour)
            return Occurrence(period, named_day, due_at)
        last_day = named_day - timedelta(days=1) if self.before else named_day
        return Occurrence(period, last_day, day_end(last_day))

    def _named_days(self, since: date) -> Iterator[tuple[str, date]]:
        """(period, the day the phrase names), starting safely before `since`."""
        if self.every in (Every.DAY, Every.WEEK):
            yield from self._days_of_weeks(since)
            return
        months = self.months or tuple(range(1, 13))
        for year in range(since.year - 1, _LAST_YEAR + 1):
            for month in months:
                length = calendar.monthrange(year, month)[1]
                for day in self.days:
                    yield self._period_of(year, month), self._day_in_month(year, month, day, length)

    def _day_in_month(self, year: int, month: int, day: int, length: int) -> date:
        if day == 0:
            return date(year, month, length)
        if day > length:
            # "trước ngày 31" in April ends on the 30th: the excluded day is the first of May.
            return date(year, month, length) + timedelta(days=1 if self._whole_day_excluded else 0)
        return date(year, month, day)

    def _days_of_weeks(self, since: date) -> Iterator[tuple[str, date]]:
        day = since - timedelta(days=7)
        while day.year <= _LAST_YEAR:
            if self.every is Every.DAY:
                yield day.isoformat(), day
            elif day.weekday() in self.weekdays:
                year, week, _ = day.isocalendar()
                yield f"{year}-W{week:02d}", day
            day += timedelta(days=1)

    def _period_of(self, year: int, month: int) -> str:
        """The name of the period an occurrence in this month reports on."""
        count = len(self.months) * len(self.days)
        if self.every is Every.MONTH and len(self.months) in (0, 12):
            index = year * 12 + month - 1 - self.lag
            return f"{index // 12}-{index % 12 + 1:02d}"
        if count == 4:
            index = year * 4 + (month - 1) // 3 - self.lag
            return f"{index // 4}-Q{index % 4 + 1}"
        if count == 2:
            index = year * 2 + (month - 1) // 6 - self.lag
            return f"{index // 2}-H{index % 2 + 1}"
        return str(year - self.lag) if count == 1 else f"{year}-{month:02d}"

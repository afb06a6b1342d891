"""The working calendar: which days are worked, given as values.

Not here: where the days come from (`directives.working_days` reads the office's table).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

_SATURDAY, _SUNDAY = 5, 6
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Saturdays and Sundays off, plus `days_off` (holidays, days off in lieu, each with its name),
    minus `days_worked` (days off that are worked to make up for a bridge day).
    """

    days_off: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    days_worked: frozenset[date] = frozenset()

    def is_off(self, day: date) -> bool:
        """Nobody works on `day`."""
        if day in self.days_worked:
            return False
        return day in self.days_off or day.weekday() in (_SATURDAY, _SUNDAY)

    def name_of(self, day: date) -> str:
        """Why the day is off, in the office's words; empty for a working day."""
        if not self.is_off(day):
            return ""
        if day in self.days_off:
            return self.days_off[day]
        return "Chủ nhật" if day.weekday() == _SUNDAY else "thứ Bảy"

    def next_working_day(self, day: date) -> date:
        """`day` itself when worked, else the first worked day after it."""
        while self.is_off(day):
            day += ONE_DAY
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """The `count`-th worked day after `start`, which is not counted (count ≥ 1)."""
        day = start
        for _ in range(count):
            day = self.next_working_day(day + ONE_DAY)
        return day


WEEKENDS_ONLY = WorkCalendar()

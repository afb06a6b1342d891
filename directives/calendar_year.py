"""The working calendar of one year as its page shows it: months of weeks of days, each with why it is off or worked.

Not here: which days count (`working_days.py`), entering them (`services.calendar`).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from directives.choices import DayOffKind
from directives.deadlines import WorkCalendar
from directives.models import DayOff
from directives.working_days import propose, work_calendar
from units.models import Unit

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the grid. `look`: work, weekend, off or worked; `name` says why for the last two."""

    day: date
    look: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its weeks from Monday; None where a day belongs to another month."""

    number: int
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ProposedDay:
    """What the library proposes for a day and the ward has not entered."""

    day: date
    kind: str
    name: str

    @property
    def label(self) -> str:
        """The kind in words."""
        return DayOffKind(self.kind).label


def months_of(year: int, calendar_: WorkCalendar) -> list[Month]:
    """The twelve months."""
    weeks = calendar.Calendar()
    return [
        Month(
            number,
            tuple(
                tuple(_cell(day, calendar_) if day.month == number else None for day in week)
                for week in weeks.monthdatescalendar(year, number)
            ),
        )
        for number in range(1, 13)
    ]


def named_days(months: list[Month]) -> list[Cell]:
    """Days off and days worked in exchange with their names, in order; plain weekends left out."""
    cells = [cell for month in months for week in month.weeks for cell in week if cell is not None]
    return [cell for cell in cells if cell.look in ("off", "worked")]


def proposed_rows(year: int) -> list[ProposedDay]:
    """The library's proposal as rows: holidays, days in lieu or swapped, Saturdays worked in exchange."""
    found = propose(year)
    off = [ProposedDay(day, _kind_of(name), name) for day, name in found.days_off]
    worked = [ProposedDay(day, DayOffKind.WORKING, "làm bù ngày nghỉ hoán đổi") for day in found.days_worked]
    return sorted([*off, *worked], key=lambda row: row.day)


def not_entered(ward: Unit, year: int) -> list[ProposedDay]:
    """Days of the proposal for which the ward has no row of its own; one query."""
    own = set(DayOff.objects.filter(ward=ward, day__year=year).values_list("day", flat=True))
    return [row for row in proposed_rows(year) if row.day not in own]


def own_days(ward: Unit, year: int) -> list[DayOff]:
    """What the ward entered for the year."""
    return list(DayOff.objects.filter(ward=ward, day__year=year))


def year_of(ward: Unit, year: int) -> list[Month]:
    """The year as the ward keeps it; one query."""
    return months_of(year, work_calendar([year], ward=ward))


def _cell(day: date, calendar_: WorkCalendar) -> Cell:
    if calendar_.is_off(day):
        return Cell(day, "off" if day in calendar_.days_off else "weekend", calendar_.name_of(day))
    is_exchanged = day in calendar_.days_worked
    return Cell(day, "worked" if is_exchanged else "work", "làm bù" if is_exchanged else "")


def _kind_of(name: str) -> str:
    return DayOffKind.IN_LIEU if name.startswith("nghỉ ") else DayOffKind.HOLIDAY

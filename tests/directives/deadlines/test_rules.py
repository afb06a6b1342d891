"""Rules R1–R6 over days, event clocks and the back-stop: one row, one case."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from directives.deadlines import EventClock, back_stop, event_deadline
from directives.deadlines.calendar import WEEKENDS_ONLY
from directives.deadlines.resolving import add_months
from directives.deadlines.rules import r1_before, r2_through, r3_at_hour, r4_period, r5_rolled, r6_working_period
from tests.directives.deadlines.calendars import CALENDAR_2026
from vietnamese.dates import VIETNAM


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=VIETNAM)


def test_r1_excludes_and_r2_includes_the_day() -> None:
    assert (r1_before(date(2026, 4, 28)).last_day, r1_before(date(2026, 4, 28)).due_at) == (
        date(2026, 4, 27),
        at(4, 28),
    )
    assert r1_before(date(2026, 4, 28), relaxed=True).due_at == at(4, 29)
    assert (r2_through(date(2026, 4, 28)).last_day, r2_through(date(2026, 4, 28)).due_at) == (
        date(2026, 4, 28),
        at(4, 29),
    )


@pytest.mark.parametrize(
    ("hour", "before", "last_day", "due_at"),
    [
        (time(16), False, date(2026, 4, 28), at(4, 28, 16, 0, 1)),
        (time(16), True, date(2026, 4, 28), at(4, 28, 16)),
        (time(0), True, date(2026, 4, 27), at(4, 28)),
        (time(0), False, date(2026, 4, 28), at(4, 28, 0, 0, 1)),
        (time(23, 59), False, date(2026, 4, 28), at(4, 29)),
    ],
)
def test_r3_an_hour_includes_itself_unless_before(hour: time, before: bool, last_day: date, due_at: datetime) -> None:
    term = r3_at_hour(date(2026, 4, 28), hour, before=before)

    assert (term.last_day, term.due_at) == (last_day, due_at)


@pytest.mark.parametrize(
    ("start", "days", "months", "last_day"),
    [
        (date(2026, 5, 27), 3, 0, date(2026, 5, 30)),
        (date(2026, 12, 30), 5, 0, date(2027, 1, 4)),
        (date(2026, 1, 31), 0, 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 0, 3, date(2027, 3, 15)),
        (date(2026, 5, 27), -3, 0, date(2026, 5, 24)),
    ],
)
def test_r4_does_not_count_the_day_of_the_event(start: date, days: int, months: int, last_day: date) -> None:
    assert r4_period(start, days=days, months=months) == last_day


@pytest.mark.parametrize(
    ("last_day", "rolled"),
    [
        (date(2026, 4, 24), date(2026, 4, 24)),
        (date(2026, 4, 25), date(2026, 4, 28)),  # Saturday, Sunday, day off in lieu
        (date(2026, 4, 30), date(2026, 5, 4)),  # two holidays, then a weekend
        (date(2026, 8, 22), date(2026, 8, 22)),  # a Saturday that is worked
        (date(2026, 8, 29), date(2026, 9, 3)),
    ],
)
def test_r5_a_period_ends_with_the_next_working_day(last_day: date, rolled: date) -> None:
    assert r5_rolled(last_day, CALENDAR_2026) == rolled


@pytest.mark.parametrize(
    ("start", "count", "last_day"),
    [
        (date(2026, 4, 21), 5, date(2026, 4, 29)),
        (date(2026, 4, 24), 1, date(2026, 4, 28)),
        (date(2026, 8, 21), 1, date(2026, 8, 22)),
        (date(2026, 4, 21), 0, date(2026, 4, 21)),
    ],
)
def test_r6_working_days_skip_weekends_holidays_and_days_in_lieu(start: date, count: int, last_day: date) -> None:
    assert r6_working_period(start, count, CALENDAR_2026) == last_day


EVENTS = [
    (EventClock(days=3), date(2026, 5, 27), date(2026, 6, 1)),  # Wed + 3 = Sat → Mon
    (EventClock(days=3), date(2026, 5, 12), date(2026, 5, 15)),
    (EventClock(days=15), date(2026, 5, 12), date(2026, 5, 27)),
    (EventClock(days=5, working_days=True), date(2026, 4, 23), date(2026, 5, 5)),
    (EventClock(months=1), date(2026, 5, 31), date(2026, 6, 30)),
    (EventClock(days=-3), date(2026, 5, 27), date(2026, 5, 24)),  # before an event: never rolled later
]


@pytest.mark.parametrize(("clock", "held_on", "last_day"), EVENTS)
def test_each_unit_s_own_clock_starts_with_its_event(clock: EventClock, held_on: date, last_day: date) -> None:
    assert event_deadline(clock, held_on, CALENDAR_2026).last_day == last_day


def test_before_the_event_is_declared_the_back_stop_holds() -> None:
    assert back_stop(EventClock(days=3), date(2026, 5, 31), CALENDAR_2026).due_at == at(6, 4)
    assert back_stop(EventClock(days=1), date(2026, 5, 31), CALENDAR_2026).last_day == date(2026, 6, 3)
    # Never before the deadline of a unit that holds its event on the last day of the window.
    assert back_stop(EventClock(days=15), date(2026, 5, 31), CALENDAR_2026).last_day == date(2026, 6, 15)


def test_months_end_where_they_end() -> None:
    assert add_months(date(2026, 10, 31), 4) == date(2027, 2, 28)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


def test_the_working_calendar_names_why_a_day_is_off() -> None:
    assert CALENDAR_2026.name_of(date(2026, 4, 27)) == "nghỉ bù Giỗ Tổ Hùng Vương"
    assert CALENDAR_2026.name_of(date(2026, 8, 22)) == ""
    assert WEEKENDS_ONLY.name_of(date(2026, 5, 30)) == "thứ Bảy"
    assert WEEKENDS_ONLY.name_of(date(2026, 5, 31)) == "Chủ nhật"

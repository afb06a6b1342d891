"""Readings of phrases said back in the office's words; whatever is said here reads back to the same deadline.

Not here: a stored deadline with its days left (`interface.wording`), dates and numbers (`vietnamese`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from directives.deadlines.instants import last_day_of
from directives.deadlines.readings import DeadlineReading, EventClock
from directives.deadlines.recurrences import Every, Recurrence
from interface.wording import deadline_words
from vietnamese.dates import format_date, format_long_date, format_weekday

_QUARTER_ENDS = (3, 6, 9, 12)
_NEXT_QUARTER_STARTS = (1, 4, 7, 10)


def event_words(clock: EventClock) -> str:
    """A clock that starts with an event: "chậm nhất 3 ngày sau ngày tổ chức"."""
    length = f"{abs(clock.months)} tháng" if clock.months else f"{abs(clock.days)} ngày"
    working = " làm việc" if clock.working_days else ""
    side = "trước" if clock.days < 0 or clock.months < 0 else "sau"
    event = clock.event if clock.event.startswith("ngày ") else f"ngày {clock.event or 'tổ chức'}"
    return f"chậm nhất {length}{working} {side} {event}"


def back_stop_words(due_at: datetime) -> str:
    """While the event is not declared: "Muộn nhất thứ Tư ngày 03/6/2026"."""
    return f"Muộn nhất {format_long_date(last_day_of(due_at))}"


def series_words(series: Recurrence) -> str:
    """A series: "trước ngày 25 hằng tháng, đến hết tháng 12/2026", "16:00 thứ Ba và thứ Sáu hằng tuần"."""
    return _endless_words(series) + (f", đến hết {_end_words(series.until)}" if series.until is not None else "")


def _end_words(until: date) -> str:
    if (until + timedelta(days=1)).day > 1:
        return f"ngày {format_date(until)}"
    return f"năm {until.year}" if until.month == 12 else f"tháng {until.month}/{until.year}"


def _endless_words(series: Recurrence) -> str:
    hour = f"{series.hour:%H:%M} " if series.hour is not None else ""
    before = "trước " if series.before else ""
    if series.every is Every.DAY:
        return f"{before}{hour}hằng ngày"
    if series.every is Every.WEEK:
        # 5 January 2026 was a Monday.
        *others, last = (format_weekday(date(2026, 1, 5 + weekday)) for weekday in series.weekdays)
        weekdays = f"{', '.join(others)} và {last}" if others else last
        return f"{before}{hour}{weekdays} hằng tuần"
    if series.days == (0,):
        return _rhythm_words(series)
    if series.every is Every.YEAR and series.months not in (_QUARTER_ENDS, _NEXT_QUARTER_STARTS):
        dates = " và ".join(f"{day:02d}/{month}" for month in series.months for day in series.days)
        return f"{before}{hour}ngày {dates} hằng năm"
    days = " và ".join(f"{day:02d}" for day in series.days)
    return f"{before}{hour}ngày {days} {_of_what(series)}"


def _of_what(series: Recurrence) -> str:
    if series.months == _QUARTER_ENDS:
        return "tháng cuối quý"
    if series.months == _NEXT_QUARTER_STARTS and series.lag:
        return "tháng đầu quý sau"
    if series.months == _NEXT_QUARTER_STARTS:
        return "tháng đầu quý"
    return "của tháng kế tiếp" if series.lag else "hằng tháng"


def _rhythm_words(series: Recurrence) -> str:
    if series.every is Every.MONTH:
        return "hằng tháng"
    lengths = {
        _QUARTER_ENDS: "hằng quý",
        (12,): "hằng năm",
        (6, 12): "định kỳ 6 tháng, 01 năm",
        (9,): "định kỳ 9 tháng",
    }
    return lengths.get(series.months, "định kỳ")


def reading_words(reading: DeadlineReading, verb: str = "Nộp") -> str:
    """What was understood of a phrase, in one line; empty when there is neither date nor clock nor series."""
    if reading.recurrence is not None:
        return f"{verb} {series_words(reading.recurrence)}"
    if reading.event is not None:
        return f"{verb} {event_words(reading.event)}"
    if reading.due_at is None:
        return ""
    opens = f" từ {format_long_date(reading.opens_on)}" if reading.opens_on is not None else ""
    return deadline_words(reading.due_at, reading.due_at, verb=verb + opens).day

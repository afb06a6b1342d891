"""From days and hours to exclusive instants in Asia/Ho_Chi_Minh (R1, R2, R3, R9).

The zone has had no clock change since 1975, so days are always 24 hours.
Not here: which day a phrase means (`rules.py`).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from vietnamese.dates import VIETNAM, local_day

_ONE_SECOND = timedelta(seconds=1)


def day_start(day: date) -> datetime:
    """00:00 of the day: as a deadline it excludes the whole day (R1)."""
    return datetime.combine(day, time(), tzinfo=VIETNAM)


def day_end(day: date) -> datetime:
    """24:00 of the day, that is 00:00 of the next: as a deadline it includes the whole day (R2)."""
    return day_start(day + timedelta(days=1))


def instant_at(day: date, hour: time) -> datetime:
    """The stated hour itself: as a deadline it excludes that very second ("trước 16h00")."""
    return datetime.combine(day, hour, tzinfo=VIETNAM)


def instant_after(day: date, hour: time) -> datetime:
    """The second after the stated hour: it includes 16:00:00 ("16h00 ngày …", R3).

    Receipts show whole seconds, so whatever prints as 16:00:00 is in time.
    """
    return instant_at(day, hour) + _ONE_SECOND


def last_day_of(due_at: datetime) -> date:
    """The last day (in Vietnam) on which something is still in time before the exclusive `due_at`."""
    return local_day(due_at - timedelta(microseconds=1))

"""The ladder of reminders: which step falls on which day. Pure.

A step is counted in calendar days from the last allowed day: T−7, T−3, T−1, the last day itself, one and three days
after it (issue of reminders; `domain.md` §5 for the last day). `due_at` is exclusive: the last day is the day of the
instant just before it.

Not here: who owes (`directives.querysets`), whom to write to (`recipients.py`).
"""

from datetime import date, datetime, time, timedelta

from vietnamese.dates import VIETNAM, local_day

OFFSETS: dict[str, int] = {"T-7": -7, "T-3": -3, "T-1": -1, "T0": 0, "T+1": 1, "T+3": 3}
"""Stage → days after the last allowed day; in the order in which they come."""

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


def last_day_of(due_at: datetime) -> date:
    """The last day, in Vietnam, on which handing in is still on time."""
    return local_day(due_at - _INSTANT)


def day_of_stage(stage: str, due_at: datetime) -> date:
    """The day on which a stage of this deadline falls. KeyError for an unknown stage."""
    return last_day_of(due_at) + timedelta(days=OFFSETS[stage])


def stage_on(due_at: datetime, day: date, *, after: date | None = None) -> str | None:
    """The stage of this deadline that falls on `day`; None on a day without one.

    With `after`, days that were missed are made up: the latest stage in (after, day], both days of Vietnam.
    """
    distance = (day - last_day_of(due_at)).days
    reach = (day - after).days if after is not None else 1
    for stage, offset in reversed(OFFSETS.items()):
        if 0 <= distance - offset < reach:
            return stage
    return None


def start_of(day: date) -> datetime:
    """00:00 of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def due_windows(day: date, *, after: date | None = None) -> list[tuple[datetime, datetime]]:
    """The half-open windows (start, end] of `due_at` with a stage on `day` (or in (after, day]); merged, ascending.

    A deadline lies in the window of its last day L when L 00:00 < due_at ≤ (L + 1) 00:00.
    """
    reach = (day - after).days if after is not None else 1
    last_days = sorted({day - timedelta(days=offset + late) for offset in OFFSETS.values() for late in range(reach)})
    windows: list[tuple[datetime, datetime]] = []
    for last_day in last_days:
        start, end = start_of(last_day), start_of(last_day + _DAY)
        if windows and windows[-1][1] == start:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows

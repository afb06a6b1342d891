"""The ladder: which stage falls on which day, minutes around midnight included.

Not here: who owes (`tests/directives/test_owing.py`).
"""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.choices import Stage
from reminders.stages import OFFSETS, day_of_stage, due_windows, last_day_of, stage_on
from tests.factories.directives import at
from vietnamese.dates import local_day

INSTANTS = st.integers(0, 100 * 86_400_000).map(lambda ms: at(1, 3) + timedelta(milliseconds=ms))
DUE = at(28)  # "trước ngày 28/4/2026": the last day is 27/4


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2026, 4, 19), None),
        (date(2026, 4, 20), "T-7"),
        (date(2026, 4, 21), None),
        (date(2026, 4, 23), None),
        (date(2026, 4, 24), "T-3"),
        (date(2026, 4, 25), None),
        (date(2026, 4, 26), "T-1"),
        (date(2026, 4, 27), "T0"),
        (date(2026, 4, 28), "T+1"),
        (date(2026, 4, 29), None),
        (date(2026, 4, 30), "T+3"),
        (date(2026, 5, 1), None),
    ],
)
def test_stage_of_each_day(day, stage):
    assert stage_on(DUE, day) == stage
    if stage:
        assert day_of_stage(stage, DUE) == day


@pytest.mark.parametrize(
    ("due_at", "last_day"),
    [
        (at(28), date(2026, 4, 27)),
        (at(28, hour=16), date(2026, 4, 28)),
        (at(28, second=1), date(2026, 4, 28)),
        (at(28) + timedelta(microseconds=1), date(2026, 4, 28)),
        (at(1, 5), date(2026, 4, 30)),
    ],
)
def test_last_day_is_the_day_before_an_exclusive_midnight(due_at, last_day):
    assert last_day_of(due_at) == last_day
    assert stage_on(due_at, last_day) == "T0"


def test_the_day_is_counted_in_hanoi_whatever_the_zone_of_the_instant():
    utc = datetime.fromisoformat("2026-04-27T17:00:00+00:00")
    assert utc == DUE
    assert stage_on(utc, date(2026, 4, 27)) == "T0"


@pytest.mark.parametrize(
    ("after", "day", "stage"),
    [
        (date(2026, 4, 23), date(2026, 4, 25), "T-3"),  # the 24th was missed
        (date(2026, 4, 24), date(2026, 4, 25), None),
        (date(2026, 4, 23), date(2026, 4, 26), "T-1"),  # T-3 and T-1 at once: only the later one
        (date(2026, 4, 18), date(2026, 4, 30), "T+3"),
        (date(2026, 4, 30), date(2026, 5, 1), None),
    ],
)
def test_missed_days_are_made_up_by_their_latest_stage(after, day, stage):
    assert stage_on(DUE, day, after=after) == stage


@given(
    INSTANTS,
    st.dates(date(2026, 4, 1), date(2026, 5, 31)),
    st.one_of(st.none(), st.integers(1, 5)),
)
def test_the_windows_hold_exactly_the_deadlines_with_a_stage(due_at, day, missed):
    after = day - timedelta(days=missed) if missed else None
    windows = due_windows(day, after=after)
    inside = any(start < due_at <= end for start, end in windows)
    assert inside is (stage_on(due_at, day, after=after) is not None)
    assert all(first[1] < second[0] for first, second in pairwise(windows))


@given(INSTANTS)
def test_every_deadline_has_each_stage_on_one_day(due_at):
    days = [local_day(due_at) + timedelta(days=offset) for offset in range(-12, 12)]
    assert [stage for day in days if (stage := stage_on(due_at, day))] == list(OFFSETS)


def test_stages_are_those_of_the_choices():
    assert list(OFFSETS) == Stage.values

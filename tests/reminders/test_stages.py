"""The ladder: which stage falls on which day, over weekends and holidays, minutes around midnight included.

Not here: who owes (`tests/directives/test_owing.py`).
"""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directives.deadlines import WorkCalendar
from directives.working_days import proposed_calendar
from reminders.stages import (
    ACKNOWLEDGE,
    STANDARD,
    Ladder,
    Rungs,
    last_day_of,
    next_open,
    offset_of,
    promised_key,
    schedule,
    stage_words,
)
from tests.factories.directives import at
from vietnamese.dates import local_day

INSTANTS = st.integers(0, 100 * 86_400_000).map(lambda ms: at(1, 3) + timedelta(milliseconds=ms))
EVERY_DAY = WorkCalendar(days_worked=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(400)))
OFFICE = proposed_calendar([2025, 2026, 2027])


def days(last_day: date, ladder: Ladder = STANDARD, calendar: WorkCalendar = OFFICE) -> dict[str, str]:
    return {f"{day:%d/%m}": stage for day, stage in schedule(last_day, ladder, calendar).items()}


def test_the_standard_ladder_where_every_day_is_worked():
    assert days(date(2026, 6, 10), calendar=EVERY_DAY) == {
        "03/06": "T-7", "07/06": "T-3", "09/06": "T-1", "10/06": "T0", "11/06": "T+1", "13/06": "T+3",
        "20/06": "T+10", "27/06": "T+17", "04/07": "T+24", "11/07": "T+31",
    }  # fmt: skip


def test_days_off_bring_a_step_forward_before_the_deadline_and_back_after_it():
    """27/4/2026 is a day off in lieu, 30/4 and 1/5 are holidays: what meets on Friday the 24th is one step."""
    assert days(date(2026, 4, 27), Ladder(weeks=1)) == {
        "20/04": "T-7", "24/04": "T-3", "28/04": "T+1", "04/05": "T+3", "07/05": "T+10",
    }  # fmt: skip


def test_nothing_goes_in_the_week_of_tet():
    """Tết Bính Ngọ: off from 14/2/2026 to 22/2/2026. A deadline in it is spoken of before and after, not in it."""
    found = days(date(2026, 2, 18), Ladder(weeks=1))
    assert found == {"11/02": "T-7", "13/02": "T0", "23/02": "T+3", "02/03": "T+10"}


@pytest.mark.parametrize(
    ("ladder", "expected"),
    [
        (Ladder(before=(), on_last_day=False, after=(), weeks=0), {}),
        (Ladder(before=(14,), on_last_day=True, after=(), weeks=0), {"27/05": "T-14", "10/06": "T0"}),
        (Ladder(before=(), on_last_day=False, after=(2,), weeks=2), {"12/06": "T+2", "19/06": "T+9", "26/06": "T+16"}),
    ],
)
def test_a_ladder_of_ones_own(ladder, expected):
    assert days(date(2026, 6, 10), ladder) == expected


@pytest.mark.parametrize(
    ("due_at", "last_day"),
    [
        (at(28), date(2026, 4, 27)),
        (at(28, hour=16), date(2026, 4, 28)),
        (at(28, second=1), date(2026, 4, 28)),
        (at(28) + timedelta(microseconds=1), date(2026, 4, 28)),
        (at(1, 5), date(2026, 4, 30)),
        (datetime.fromisoformat("2026-04-27T17:00:00+00:00"), date(2026, 4, 27)),
    ],
)
def test_last_day_is_the_day_before_an_exclusive_midnight_in_hanoi(due_at, last_day):
    assert last_day_of(due_at) == last_day
    assert Rungs(STANDARD, EVERY_DAY, last_day).stage_of(due_at) == "T0"


@pytest.mark.parametrize(
    ("after", "day", "stage"),
    [
        (None, date(2026, 6, 5), None),
        (date(2026, 6, 6), date(2026, 6, 8), "T-3"),  # the 7th was missed
        (date(2026, 6, 7), date(2026, 6, 8), None),
        (date(2026, 6, 6), date(2026, 6, 9), "T-1"),  # T-3 and T-1 at once: only the later one
        (date(2026, 6, 1), date(2026, 6, 13), "T+3"),
        (date(2026, 6, 13), date(2026, 6, 14), None),
    ],
)
def test_missed_days_are_made_up_by_their_latest_stage(after, day, stage):
    assert Rungs(STANDARD, EVERY_DAY, day, after).stage_of(at(11, 6)) == stage


@given(
    due_at=INSTANTS,
    day=st.dates(date(2026, 2, 20), date(2026, 7, 1)),
    reach=st.none() | st.integers(1, 9),
    ladder=st.sampled_from([STANDARD, Ladder(before=(2,), after=(), weeks=0), Ladder(before=(), on_last_day=False)]),
)
def test_windows_and_stages_are_one_rule(due_at, day, reach, ladder):
    """The form SQL is made of (windows over the column) and the pure form say the same."""
    after = day - timedelta(days=reach) if reach else None
    rungs = Rungs(ladder, OFFICE, day, after)
    windows = rungs.staged()
    assert [stage for start, end, stage in windows if start < due_at <= end] == [
        stage for stage in [rungs.stage_of(due_at)] if stage
    ]
    assert windows == sorted(windows)
    assert all(before[1] <= after[0] for before, after in pairwise(windows))


@given(due_at=INSTANTS)
def test_planned_day_by_day_every_step_comes_once_and_on_a_working_day(due_at):
    start = local_day(due_at) - timedelta(days=40)
    told = [
        (day, stage)
        for n in range(120)
        if (stage := Rungs(STANDARD, OFFICE, day := start + timedelta(days=n)).stage_of(due_at))
    ]
    assert dict(told) == schedule(last_day_of(due_at), STANDARD, OFFICE)
    assert not any(OFFICE.is_off(day) for day, _ in told)
    offsets = [offset_of(stage) for _, stage in told]
    assert offsets == sorted(set(offsets))


def test_who_is_told_grows_with_the_steps():
    ladder = Ladder(unit_from=-1, cluster_from=3)
    stages = ["T-7", "T-1", "T+1", "T+3", "T+10"]
    assert [ladder.tells_unit(stage) for stage in stages] == [False, True, True, True, True]
    assert [ladder.tells_cluster(stage) for stage in stages] == [False, False, False, True, True]
    assert not Ladder(unit_from=None, cluster_from=None).tells_unit("T+10")


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("T-7", "Trước hạn 7 ngày"),
        ("T0", "Ngày cuối"),
        ("T+10", "Quá hạn 10 ngày"),
        (ACKNOWLEDGE, "Xác nhận đã nhận văn bản"),
        (promised_key(date(2026, 4, 30)), "Sau ngày hẹn 30/4/2026"),
    ],
)
def test_stages_in_words(stage, words):
    assert stage_words(stage) == words


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(24, hour=7), at(24, hour=7)),
        (at(24, hour=6, minute=59), at(24, hour=7)),
        (at(24, hour=17, minute=59), at(24, hour=17, minute=59)),
        (at(24, hour=18), at(28, hour=7)),  # Friday evening; Monday 27/4 is off
        (at(25, hour=9), at(28, hour=7)),
        (at(30, hour=9), at(4, 5, hour=7)),
    ],
)
def test_mail_goes_in_working_hours(moment, opens):
    assert next_open(moment, OFFICE) == opens

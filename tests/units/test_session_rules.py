"""When a login ends by itself: the second of the end included."""

import pytest

from units.session_rules import Limits, is_over, is_worth_writing, seconds_left

STAFF = Limits(idle=30 * 60, absolute=12 * 3600)


@pytest.mark.parametrize(
    ("started", "worked", "now", "over", "left"),
    [
        (0, 0, 0, False, 1800),
        (0, 0, 1799, False, 1),
        (0, 0, 1799.9, False, 0),
        (0, 0, 1800, True, 0),
        (0, 43_000, 43_199, False, 1),  # at work all day: the longest time ends it
        (0, 43_199, 43_200, True, 0),
        (0, 41_000, 42_799, False, 1),
        (100, 100, 50, False, 1850),  # a clock set back ends nothing
    ],
)
def test_ends(started, worked, now, over, left):
    assert is_over(started=started, worked=worked, now=now, limits=STAFF) is over
    assert seconds_left(started=started, worked=worked, now=now, limits=STAFF) == left


@pytest.mark.parametrize(("passed", "written"), [(0, False), (59.9, False), (60, True)])
def test_work_is_written_once_a_minute(passed, written):
    assert is_worth_writing(worked=1000, now=1000 + passed) is written

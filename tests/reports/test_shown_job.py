"""What the strip of a job says."""

from datetime import datetime, timedelta

import pytest

from reports.choices import JobKind, JobState
from reports.jobs import LEASE
from reports.models import Job
from reports.shown_job import shown_job
from vietnamese.dates import VIETNAM

START = datetime(2026, 4, 28, 9, 0, tzinfo=VIETNAM)


def running(done: int, said_after: float) -> Job:
    lease = START + timedelta(seconds=said_after) + LEASE
    return Job(
        kind=JobKind.SUMMARY_REPORT, state=JobState.RUNNING, done=done, total=100, step="Đang lập bản Word",
        started_at=START, lease_until=lease,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("done", "said_after", "now", "left"),
    [
        (0, 0, 1, ""),
        (20, 2, 2, "còn khoảng 8 giây"),
        (20, 2, 6, "còn khoảng 4 giây"),  # the same step still runs: time passes, the estimate does not grow
        (20, 2, 30, "sắp xong"),
        (10, 30, 30, "còn khoảng 4 phút"),
    ],
)
def test_time_left_is_told_from_the_last_thing_said(done, said_after, now, left):
    shown = shown_job(running(done, said_after), START + timedelta(seconds=now))
    assert (shown.state, shown.left) == ("running", left)
    assert shown.what == "Báo cáo: đang lập bản Word"


@pytest.mark.parametrize(
    ("state", "shown_state", "left"),
    [
        (JobState.WAITING, "queued", ""),
        (JobState.FAILED, "failed", "Chưa khai thông tin đảng ủy."),
        (JobState.CANCELLED, "cancelled", ""),
        (JobState.DONE, "done", ""),
    ],
)
def test_other_states_say_no_time(state, shown_state, left):
    job = Job(kind=JobKind.SUMMARY_REPORT, state=state, done=40, total=100, error="Chưa khai thông tin đảng ủy.")
    shown = shown_job(job, START)
    assert (shown.state, shown.left, shown.what) == (shown_state, left, "Báo cáo")

"""A job in words: what is being done, how far it is, how long it may still take.

Not here: the row and its lease (`jobs.py`), the strip that is drawn (`templates/components/progress.html`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from reports.choices import JobState

if TYPE_CHECKING:
    from reports.models import Job

_STRIP_STATES: Final = {
    JobState.WAITING: "queued",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class ShownJob:
    """What the strip of a job says; `left` is empty while nothing can be said."""

    job: Job
    what: str
    state: str
    left: str


def shown_job(job: Job, now: datetime) -> ShownJob:
    """The job as its page shows it at `now`."""
    about = f"Báo cáo về {job.report.directive.reference}" if job.report else job.get_kind_display()
    what = f"{about}: {job.step[:1].lower()}{job.step[1:]}" if job.step else about
    return ShownJob(job, what, _STRIP_STATES[JobState(job.state)], _left(job, now))


def _left(job: Job, now: datetime) -> str:
    if job.state == JobState.FAILED:
        return job.error
    if job.state != JobState.RUNNING or not job.done or job.started_at is None:
        return ""
    seconds = (now - job.started_at).total_seconds() / job.done * (job.total - job.done)
    if seconds < 60:
        return f"còn khoảng {max(1, round(seconds))} giây"
    return f"còn khoảng {round(seconds / 60)} phút"

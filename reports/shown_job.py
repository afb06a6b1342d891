"""A job in words: what is being done, how far it is, how long it may still take.

Not here: the row and its lease (`jobs.py`), the strip that is drawn (`templates/components/progress.html`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from reports.choices import JobKind, JobState
from reports.jobs import LEASE

if TYPE_CHECKING:
    from reports.models import Job

_STRIP_STATES: Final = {
    JobState.WAITING: "queued",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
}
_NOUNS: Final = {
    JobKind.SUMMARY_REPORT: "Báo cáo",
    JobKind.CHASING_LETTER: "Công văn đôn đốc",
    JobKind.FORWARDING_BUNDLE: "Gói chuyển tiếp",
}


@dataclass(frozen=True, slots=True)
class ShownJob:
    """What the strip of a job says; `left` is empty while nothing can be said."""

    job: Job
    what: str
    state: str
    left: str
    page: str = "reports:summaries"
    page_pk: int | None = None
    verb: str = "Mở báo cáo"

    @property
    def subject(self) -> str:
        """What the job makes."""
        return subject_of(self.job)


def shown_job(job: Job, now: datetime) -> ShownJob:
    """The job as its page shows it at `now`."""
    about = subject_of(job)
    what = f"{about}: {job.step[:1].lower()}{job.step[1:]}" if job.step else about
    is_report = job.kind == JobKind.SUMMARY_REPORT
    return ShownJob(
        job,
        what,
        _STRIP_STATES[JobState(job.state)],
        _left(job, now),
        page="reports:summary" if is_report else "reports:papers",
        page_pk=job.report_id if is_report else job.directive_id,
        verb="Mở báo cáo" if is_report else "Mở trang",
    )


def subject_of(job: Job) -> str:
    """ "Công văn đôn đốc về 05-CV/ĐU", "Báo cáo định kỳ quý II/2026"."""
    noun = _NOUNS[JobKind(job.kind)]
    if job.directive:
        return f"{noun} về {job.directive.reference}"
    return job.report.title if job.report else noun


def _left(job: Job, now: datetime) -> str:
    if job.state == JobState.FAILED:
        return job.error
    if job.state != JobState.RUNNING or not job.done or job.started_at is None or job.lease_until is None:
        return ""
    # What had passed when the job last said how far it was, stretched to the whole; that it says nothing during a
    # long step does not make it longer.
    said_after = (job.lease_until - LEASE - job.started_at).total_seconds()
    seconds = said_after * job.total / job.done - (now - job.started_at).total_seconds()
    if seconds < 1:
        return "sắp xong"
    return f"còn khoảng {round(seconds)} giây" if seconds < 60 else f"còn khoảng {round(seconds / 60)} phút"

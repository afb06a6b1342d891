"""A job as a row: claiming it, saying how far it is, keeping the lease, ending it. The table is the queue.

Every change carries the number of the attempt, so that a worker whose lease ran out and whose job was taken over (or
stopped by a person) can write nothing more: it learns so by `JobLost`.
Not here: what a job does (`services/compiling.py`), who may ask for one (`rules.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from reports.choices import JobState
from reports.models import Job

Clock = Callable[[], datetime]

LEASE: Final = timedelta(seconds=60)
RENEWAL: Final = LEASE / 4
MAX_ATTEMPTS: Final = 3
WHOLE: Final = 100  # progress is said in per cent of the work


class JobLost(Exception):
    """The job was stopped or taken over: whoever sees this leaves without a trace."""


@transaction.atomic
def claim(*, job_id: int, at: datetime) -> Job | None:
    """Takes the job for this worker until `at` + LEASE; None when there is nothing to take.

    A job that was begun MAX_ATTEMPTS times already, and lost its worker each time, is given up instead.
    """
    job = Job.objects.select_for_update().claimable(at).filter(pk=job_id).first()
    if job is None:
        return None
    if job.attempts >= MAX_ATTEMPTS:
        job.state, job.lease_until, job.finished_at = JobState.FAILED, None, at
        job.error = (
            job.error or "Tiến trình lập báo cáo bị ngắt nhiều lần. Bấm “Làm lại”, nếu vẫn lỗi hãy báo quản trị."
        )
        job.save(update_fields=["state", "lease_until", "finished_at", "error"])
        return None
    job.attempts += 1
    job.state, job.lease_until, job.done, job.total, job.step = JobState.RUNNING, at + LEASE, 0, WHOLE, ""
    job.started_at = at
    job.save(update_fields=["attempts", "state", "lease_until", "done", "total", "step", "started_at"])
    return job


@dataclass(frozen=True)
class Holder:
    """A worker's hold on a claimed job."""

    job_id: int
    attempt: int
    clock: Clock

    def advance(self, step: str, done: int) -> None:
        """Says what is being done and how many per cent are behind. Raises `JobLost`."""
        self._write(step=step[:120], done=done, lease_until=self.clock() + LEASE)

    def renew(self) -> None:
        """Keeps the lease during a long step. Raises `JobLost`."""
        self._write(lease_until=self.clock() + LEASE)

    def keeps(self) -> bool:
        """Renews the lease; False when the job is no longer this worker's, who learns it at the next step."""
        try:
            self.renew()
        except JobLost:
            return False
        return True

    def finish(self, *, note: str = "") -> None:
        """Done; to be called in the transaction that stores the result. Raises `JobLost`."""
        now = self.clock()
        self._write(state=JobState.DONE, done=F("total"), step="", lease_until=None, finished_at=now, error=note[:400])

    def fail(self, sentence: str) -> None:
        """Cannot be done, and trying again would not help. Raises `JobLost`."""
        self._write(state=JobState.FAILED, lease_until=None, finished_at=self.clock(), error=sentence[:400])

    def put_back(self, sentence: str) -> None:
        """Something went wrong: it waits for another attempt, or fails after the last. Raises `JobLost`."""
        if self.attempt >= MAX_ATTEMPTS:
            self.fail(sentence)
        else:
            self._write(state=JobState.WAITING, lease_until=None, error=sentence[:400])

    def _write(self, **values: object) -> None:
        mine = Job.objects.filter(pk=self.job_id, state=JobState.RUNNING, attempts=self.attempt)
        if not mine.update(**values):
            raise JobLost

"""Doing a job to its end: the claim, the lease kept meanwhile, the work of its kind, what becomes of an error.

Not here: the work itself (`compiling.py`, `chasing.py`, `bundling.py`), claims and leases (`reports.jobs`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import structlog
from django.db import transaction

from reports.choices import JobKind
from reports.errors import ReportError
from reports.jobs import RENEWAL, Clock, Holder, JobLost, claim
from reports.models import Job
from reports.services.bundling import bundle_for
from reports.services.chasing import write_letter_for
from reports.services.compiling import compile_for
from reports.services.numbers import give_back_of_ended
from units.services.heartbeat import beating

log = structlog.get_logger(__name__)
WORK: Final[Mapping[str, Callable[[Job, Holder], None]]] = {
    JobKind.SUMMARY_REPORT: compile_for,
    JobKind.CHASING_LETTER: write_letter_for,
    JobKind.FORWARDING_BUNDLE: bundle_for,
}


def run_job(*, job_id: int, clock: Clock) -> bool:
    """Does a waiting (or abandoned) job to its end; False when there was nothing to do or it was taken away.

    May be called twice for one job, at once or later: only one caller does the work. A refusal ends the job with its
    sentence; anything unforeseen puts it back until its attempts are used up.
    """
    with transaction.atomic():
        job = claim(job_id=job_id, at=clock())
        give_back_of_ended(job_id=job_id, at=clock())  # given up after too many attempts
    if job is None:
        return False
    holder = Holder(job.pk, job.attempts, clock)
    try:
        with beating(holder.keeps, every=RENEWAL.total_seconds()):
            WORK[job.kind](job, holder)
    except JobLost:
        log.info("job_lost", job=job.pk, attempt=job.attempts)
        return False
    except ReportError as refusal:
        return _settled(holder, holder.fail, str(refusal))
    except Exception:
        log.exception("job_failed", job=job.pk, attempt=job.attempts)
        return _settled(holder, holder.put_back, "Có lỗi ngoài dự kiến khi lập văn bản.")
    return True


def _settled(holder: Holder, end: Callable[[str], None], sentence: str) -> bool:
    try:
        with transaction.atomic():
            end(sentence)
            give_back_of_ended(job_id=holder.job_id, at=holder.clock())
    except JobLost:
        return False
    return True

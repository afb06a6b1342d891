"""Celery doors of the room: one job of the documents queue, the sweeper that finds what nobody does, the counts.

Not here: the work (`services.compiling`, `services.counting`). A lost or doubled message does no harm.
"""

from celery import shared_task
from django.utils import timezone

from reports.models import Job
from reports.services.counting import fold_counts, recount_nightly
from reports.services.working import run_job


@shared_task
def run(job_id: int) -> None:
    """Do one job, if nobody else does."""
    run_job(job_id=job_id, clock=timezone.now)


@shared_task
def ring_waiting_jobs() -> None:
    """Ring again for jobs whose message was lost or whose worker died."""
    for job_id in Job.objects.claimable(timezone.now()).values_list("pk", flat=True)[:100]:
        run.delay(job_id)


@shared_task
def fold() -> None:
    """One row again for every count that changes were appended to."""
    fold_counts()


@shared_task
def recount_counts() -> None:
    """Compare the counts kept ahead with the obligations once a night; rung often, done once a day."""
    recount_nightly(at=timezone.now())

"""Celery doors of the documents queue: one job, and the sweeper that finds what nobody does.

Not here: the work (`services.compiling`). A lost or doubled message does no harm.
"""

from celery import shared_task
from django.utils import timezone

from reports.models import Job
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

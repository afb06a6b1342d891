"""Celery doors of the vault: the daily sweep and the nightly scrub.

Not here: the work (`services.py`), the hours (`phucloi_portal.queues`).
"""

import structlog
from celery import shared_task
from django.utils import timezone

from vault.services import scrub_and_mark, sweep_orphans

log = structlog.get_logger(__name__)


@shared_task
def sweep() -> None:
    """Delete orphans older than a day."""
    report = sweep_orphans(now=timezone.now())
    log.info("vault.swept", rows=report.rows, strays=report.bytes_without_row, leftovers=report.leftovers)


@shared_task
def scrub_all() -> None:
    """Hash everything; mark what is missing or altered, and log every fault."""
    for _, _, fault in scrub_and_mark(now=timezone.now()):
        if fault is not None:
            log.error("vault.fault", sha256=fault.sha256, fault=fault.fault)

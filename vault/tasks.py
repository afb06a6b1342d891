"""Celery doors of the vault: the daily sweep and the nightly scrub.

Not here: the work (`services.py`), the hours (`phucloi_portal.queues`).
"""

import structlog
from celery import shared_task
from django.utils import timezone

from vault.models import Blob
from vault.services import quarantine, scrub, sweep_orphans

log = structlog.get_logger(__name__)


@shared_task
def sweep() -> None:
    """Delete orphans older than a day."""
    report = sweep_orphans(now=timezone.now())
    log.info("vault.swept", rows=report.rows, strays=report.bytes_without_row, leftovers=report.leftovers)


@shared_task
def scrub_all() -> None:
    """Hash everything; set altered bytes aside and log every fault."""
    for _, _, fault in scrub():
        if fault is None:
            continue
        log.error("vault.fault", sha256=fault.sha256, fault=fault.fault)
        if fault.fault == "altered":
            quarantine(blob=Blob.objects.get(sha256=fault.sha256), now=timezone.now())

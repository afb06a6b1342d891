"""The doorbell of the outbox: a periodic tick that sends what is due.

Not here: how (`draining.py`). A lost tick does no harm, the next one does its work.
"""

from celery import shared_task
from django.utils import timezone

from outbox.draining import drain

BATCH = 300
"""Mails per tick at most; the minute's quota usually ends it sooner."""


@shared_task
def send_due_mail() -> None:
    """Send what is due now."""
    drain(limit=BATCH, at=timezone.now())

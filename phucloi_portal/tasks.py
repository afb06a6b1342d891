"""Celery doors of the project itself.

Not here: work of the domain (each app's `tasks.py`), the schedule (`queues.py`).
"""

from celery import shared_task
from django.utils import timezone

from phucloi_portal.health import remember_beat
from phucloi_portal.keeping.hours import keep_copies
from phucloi_portal.log_watch import watch_log


@shared_task
def heartbeat() -> None:
    """Leave the mark by which the health page knows that beat rings and a worker answers."""
    remember_beat(at=timezone.now())


@shared_task
def watch_audit_log() -> None:
    """Prove the log once a night and send its head outside; rung often, done once a day."""
    watch_log(at=timezone.now())


@shared_task
def keep_due_copies() -> None:
    """Back up and bring the cold copy up to date, what of it is set and due."""
    keep_copies(at=timezone.now())

"""Celery doors of the project itself.

Not here: work of the domain (each app's `tasks.py`), the schedule (`queues.py`).
"""

from celery import shared_task
from django.utils import timezone

from phucloi_portal.health import remember_beat


@shared_task
def heartbeat() -> None:
    """Leave the mark by which the health page knows that beat rings and a worker answers."""
    remember_beat(at=timezone.now())

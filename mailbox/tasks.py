"""The doorbell of the mailbox.

Not here: what it does (`services/polling.py`).
"""

from celery import shared_task
from django.utils import timezone

from mailbox.services.polling import poll_all


@shared_task
def poll_mailboxes() -> None:
    """One round over every account; a tick too many finds the folder held, or nothing new."""
    poll_all(now=timezone.now())

"""The daily tick that proposes what is past its term.

Not here: what it does (`services.proposing`). It destroys nothing.
"""

from celery import shared_task
from django.utils import timezone

from privacy.services.proposing import propose_due


@shared_task
def propose_destruction() -> None:
    """Make today's proposals; a second tick finds them made."""
    propose_due(at=timezone.now())

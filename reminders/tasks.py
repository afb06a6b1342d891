"""The doorbell of reminders: a periodic tick that plans the day's letters once.

Not here: what it does (`services.py`).
"""

from celery import shared_task
from django.utils import timezone

from reminders.changes import tell_changes
from reminders.services import insert_due_runs, run_due
from reminders.services.staff import tell_staff


@shared_task
def plan_due_reminders() -> None:
    """Make today's jobs and do them; a tick too many or too few does no harm."""
    now = timezone.now()
    insert_due_runs(at=now)
    run_due(at=now)


@shared_task
def tell_due_changes() -> None:
    """Queue the day's letters about changes; a second tick finds nothing."""
    tell_changes(at=timezone.now())


@shared_task
def tell_staff_of_work() -> None:
    """Tonight: what goes out tomorrow; in the morning: own work that waits too long. Once a day each."""
    tell_staff(at=timezone.now())

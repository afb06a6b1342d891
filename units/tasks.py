"""Celery doors of the roster: one import's waiting work, and the sweeper that finds what nobody does.

Not here: the work (`services.import_work`). A lost or doubled message does no harm.
"""

from celery import shared_task
from django.utils import timezone

from units.models import RosterImport
from units.services.import_work import run_import


@shared_task
def run_roster_import(import_id: int) -> None:
    """Do what one import waits for, if nobody else does."""
    run_import(import_id=import_id, clock=timezone.now)


@shared_task
def ring_waiting_imports() -> None:
    """Ring again for imports whose message was lost or whose worker died."""
    for import_id in RosterImport.objects.claimable(timezone.now()).values_list("pk", flat=True)[:50]:
        run_roster_import.delay(import_id)

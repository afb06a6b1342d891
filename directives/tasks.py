"""The doorbell of the roster: a periodic tick that lets the debts follow their members.

Not here: what follows whom (`services.following`).
"""

from celery import shared_task
from django.utils import timezone

from directives.services.following import follow_roster, wards_to_follow


@shared_task
def follow_rosters() -> None:
    """Every ward whose debts are out of line, each in its own transaction; a tick too many or too few does no harm."""
    now = timezone.now()
    for ward in wards_to_follow(now):
        follow_roster(ward=ward, at=now, by="beat")

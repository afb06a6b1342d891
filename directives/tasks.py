"""The doorbells of the roster and of the calendar: debts follow their members, periods of a series are given out.

Not here: what follows whom (`services.following`), which period is due (`services.periods`).
"""

from celery import shared_task
from django.utils import timezone

from directives.services.following import follow_roster, wards_to_follow
from directives.services.periods import make_periods, series_to_open


@shared_task
def follow_rosters() -> None:
    """Every ward whose debts are out of line, each in its own transaction; a tick too many or too few does no harm."""
    now = timezone.now()
    for ward in wards_to_follow(now):
        follow_roster(ward=ward, at=now, by="beat")


@shared_task
def open_periods() -> None:
    """Every series with a missing period, each in its own transaction; a missed tick is made up by the next one."""
    now = timezone.now()
    for requirement in series_to_open(now):
        make_periods(requirement=requirement, at=now, by="beat")

"""The doorbells of the roster and of the calendar: debts follow their members, periods of a series are given out.

Not here: what follows whom (`services.following`), which period is due (`services.periods`).
"""

import structlog
from celery import shared_task
from django.utils import timezone

from directives.services.following import follow_roster, wards_to_follow
from directives.services.onward import make_onward_periods, onward_series_to_open
from directives.services.periods import make_periods, series_to_open

log = structlog.get_logger(__name__)


@shared_task
def follow_rosters() -> None:
    """Every ward whose debts are out of line, each in its own transaction, a failing one alone; a tick too many or too few does no harm."""
    now = timezone.now()
    for ward in wards_to_follow(now):
        try:
            follow_roster(ward=ward, at=now, by="beat")
        except Exception:
            log.exception("follow_roster_failed", ward=ward.pk)


@shared_task
def open_periods() -> None:
    """Every series with a missing period, each in its own transaction; a missed tick is made up by the next one."""
    now = timezone.now()
    for requirement in series_to_open(now):
        make_periods(requirement=requirement, at=now, by="beat")
    for duty in onward_series_to_open(now):
        make_onward_periods(duty=duty, at=now, by="beat")

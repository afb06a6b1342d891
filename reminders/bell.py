"""The bell: an account's notices, without those that speak of work that is no longer owed.

Reads only. Not here: writing notices (`noticing.py`), marking them read (`outbox.services`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from directives.models import Obligation
from outbox.models import Notice
from reminders.noticing import OF_DEBTS

if TYPE_CHECKING:
    from units.models import User

SHOWN = 100
"""The latest notices an account sees; older ones were acted on long ago."""


def _still_true(notices: Iterable[Notice], at: datetime) -> list[Notice]:
    """A notice about debts stands while one of them is still owed. One query at most."""
    notices = list(notices)
    asked = {pk for notice in notices if notice.kind == OF_DEBTS for pk in notice.payload}
    owed = set(Obligation.objects.filter(pk__in=asked).owing(at).values_list("pk", flat=True)) if asked else set()
    return [one for one in notices if one.kind != OF_DEBTS or not owed.isdisjoint(one.payload)]


def notices_of(user: User, at: datetime) -> list[Notice]:
    """The account's notices, latest first."""
    return _still_true(Notice.objects.visible_to(user)[:SHOWN], at)


def unread_count(user: User, at: datetime) -> int:
    """How many of them are not read."""
    return len(_still_true(Notice.objects.visible_to(user).unread()[:SHOWN], at))

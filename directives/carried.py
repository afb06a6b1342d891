"""What became of the debts of those whom a roster file moved or put out: still to follow, moved, released.

Not here: the rule of following (`services.following`), which the tick carries out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from directives.choices import ObligationState, WaiverReason
from directives.models import Obligation, ObligationMove
from directives.querysets import OPEN_STATES
from directives.services.following import astray
from units.models import Member
from units.roster.lines import LEFT, MEMBER, MOVED

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from directives.querysets import ObligationQuerySet
    from units.models import RosterImport

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Carried:
    """Numbers of debts, and the first of the `number` people they are about."""

    waiting: int
    moved: int
    released: int
    people: list[Member]
    number: int

    @property
    def is_empty(self) -> bool:
        """Nobody whom the file moved or put out owes or owed anything."""
        return not (self.waiting or self.moved or self.released)


def carried_by(imported: RosterImport, *, day: date) -> Carried:
    """Debts of running directives that an import takes along: would take, before it is applied; else what it has taken
    and what still waits on `day`. Five queries.
    """
    members = _members(imported, MOVED, LEFT)
    if imported.applied_at is None:
        undecided = Obligation.objects.all().undecided_of_running()
        leaving = Q(member__in=_members(imported, LEFT), state__in=OPEN_STATES)
        waiting = undecided.filter(Q(member__in=_members(imported, MOVED)) | leaving)
    else:
        waiting = astray(Obligation.objects.filter(member__in=members), day)
    since = imported.applied_at or imported.asked_at
    moved = ObligationMove.objects.filter(obligation__member__in=members, moved_at__gte=since)
    released = _released(since).filter(member__in=members)
    owners = Q(pk__in=waiting.values("member")) | Q(pk__in=moved.values("obligation__member"))
    people = Member.objects.filter(owners | Q(pk__in=released.values("member"))).order_by("sort_key", "pk")
    return Carried(waiting.count(), moved.count(), released.count(), list(people[:MOST_NAMED]), people.count())


def _members(imported: RosterImport, *changes: str) -> QuerySet:
    return imported.lines.filter(part=MEMBER, change__in=changes).values("stored_id")


def _released(since: datetime) -> ObligationQuerySet:
    return Obligation.objects.filter(
        state=ObligationState.WAIVED, waiver_reason=WaiverReason.LEFT, waived_at__gte=since
    )

"""An exemption releases what its member still owes while it stands, and gives it back when it ends in time.

Debts given out before the exemption are waived like those given out during it (`domain.md` §2). When it ends they are
owed again if their deadline is still to come, and in any case when by today's roster there was no exemption on the day
of the waiver (an import undone, a decision put right). Whoever was exempt over the deadline owes nothing for it.

Not here: when this runs and what else the roster moves (`following.py`), the decision itself (`units.services`).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from directives.choices import ObligationState, WaiverReason
from directives.coverage import among_exempt
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.querysets import OPEN_STATES, ObligationQuerySet
from units.models import Exemption, Membership
from vietnamese.dates import local_day


def exempt_owing(found: ObligationQuerySet, day: date) -> ObligationQuerySet:
    """Of `found`: what is still owed in running directives by members exempt on `day`."""
    return found.running_only().filter(among_exempt(day), state__in=OPEN_STATES)


def exempt_again_owing(found: ObligationQuerySet, at: datetime) -> ObligationQuerySet:
    """Of `found`: waived as EXEMPT in running directives, to be owed again at `at` by the rule of this module."""
    day = local_day(at)
    waived_then = Exemption.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=OuterRef("waived_at__date")),
        Q(valid_to=None) | Q(valid_to__gt=OuterRef("waived_at__date")),
        member=OuterRef("member"),
    )
    in_time = Q(due_at=None) | Q(due_at__gt=at)
    counting = Membership.objects.counted(day, of_many=True).order_by()
    return (
        found.running_only()
        .filter(state=ObligationState.WAIVED, waiver_reason=WaiverReason.EXEMPT)
        .exclude(among_exempt(day))
        .filter(in_time | ~Exists(waived_then), member__in=counting.values("member"))
    )


def waive_exempt(found: ObligationQuerySet, at: datetime) -> list[int]:
    """Waives what `exempt_owing` finds on the day of `at`; returns the ids. Called inside a verb's transaction."""
    rows = list(exempt_owing(found, local_day(at)).select_for_update(of=("self",)).order_by("pk"))
    for one in rows:
        assert_can_move(OBLIGATION_MOVES, one.state, ObligationState.WAIVED)
    pks = [one.pk for one in rows]
    found.model._default_manager.filter(pk__in=pks).update(
        state=ObligationState.WAIVED, waiver_reason=WaiverReason.EXEMPT, waiver_note="", waived_at=at
    )
    return pks

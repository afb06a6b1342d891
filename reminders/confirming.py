"""The first step of the ladder: asking a unit to confirm that it received a paper that gives it dated work.

Reads only. Not here: confirming itself (`directives.services.acknowledging`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from directives.models import Acknowledgement
from directives.querysets import ObligationQuerySet
from reminders.digests import Duty
from reminders.ladders import DayRungs
from reminders.stages import ACKNOWLEDGE, start_of
from units.models import Unit
from vietnamese.dates import local_day

_LOOK_BACK = timedelta(days=45)


def waiting_then(at: datetime) -> Q:
    """Not confirmed by `at`, also when `at` is past."""
    return Q(received_at=None) | Q(received_at__gt=at)


Unconfirmed = Mapping[tuple[int, int], int]
"""(directive id, unit id) → ward id, of units to be asked today."""


def unconfirmed(wards: Sequence[Unit], at: datetime, rungs: DayRungs) -> Unconfirmed:
    """Papers and units whose day to be asked has come on the day of `at`, whether or not the paper gives them dated work.
    One query."""
    day = local_day(at)
    rows = Acknowledgement.objects.in_force(at).filter(waiting_then(at), directive__ward__in=wards)
    rows = rows.filter(asked_at__gte=start_of(day) - _LOOK_BACK)
    found: dict[tuple[int, int], int] = {}
    for directive_id, unit_id, ward_id, asked_at in rows.values_list(
        "directive_id", "unit_id", "directive__ward_id", "asked_at"
    ):
        own = rungs.by_ward[ward_id]
        days = own.ladder.ask_after
        if days and own.first_day <= own.calendar.add_working_days(local_day(asked_at), days) <= day:
            found[directive_id, unit_id] = ward_id
    return found


def asks_to_confirm(asked: Unconfirmed, owing: ObligationQuerySet) -> list[tuple[int, Duty]]:
    """(ward id, duty) for each paper and unit to be asked; the duty stands for the unit's nearest dated work of that paper.
    A paper that gives it none is not asked for. One query when somebody is asked."""
    if not asked:
        return []
    own = owing.of_those_below()
    papers, units = {paper for paper, _ in asked}, {unit_id for _, unit_id in asked}
    dated = own.filter(unit__in=units, requirement__directive__in=papers).with_binding_deadline()
    found: dict[tuple[int, int], Duty] = {}
    for pk, work, directive_id, unit_id, due_at in dated.order_by("owed_due_at", "pk").values_list(
        "pk", "requirement_id", "requirement__directive_id", "unit_id", "owed_due_at"
    ):
        key = directive_id, unit_id
        if key in asked and key not in found:
            found[key] = Duty(pk, work, unit_id, None, due_at, ACKNOWLEDGE)
    return [(asked[key], duty) for key, duty in found.items()]

"""Verbs of acknowledgement: asking every unit concerned, noting the first look, taking the confirmation.

Not here: who has not confirmed (`acknowledgement_querysets.py`), reminding (app reminders).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from audit import services as audit
from directives.choices import DirectiveState
from directives.errors import IllegalMove
from directives.models import Acknowledgement, Directive, Obligation
from units.models import Unit, User


def ask_acknowledgements(*, directive: Directive, at: datetime) -> None:
    """Every unit that answers for work of the paper is asked from `at` on; those asked before stay as they are.

    Part of issuing and of every act that gives work to further units; the act records itself.
    """
    # Asked of each unit, not of each row: with 100,000 members the distinct units of their rows cost ten times as much.
    owing = Obligation.objects.filter(
        ward=directive.ward_id, unit=OuterRef("pk"), requirement__directive=directive
    ).of_those_below()
    known = Acknowledgement.objects.filter(directive=directive).values("unit")
    units = Unit.objects.filter(Exists(owing), ward=directive.ward_id).exclude(pk__in=known).order_by("pk")
    Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(directive=directive, unit_id=unit, asked_at=at)
            for unit in units.values_list("pk", flat=True)
        ],
        ignore_conflicts=True,
    )


def ask_new_units(obligations: Collection[int], *, at: datetime) -> None:
    """The units that now answer for these obligations are asked for their papers, all papers in two statements."""
    pairs = Obligation.objects.filter(pk__in=obligations).order_by().values_list("requirement__directive", "unit")
    Acknowledgement.objects.bulk_create(
        [Acknowledgement(directive_id=paper, unit_id=unit, asked_at=at) for paper, unit in pairs.distinct()],
        ignore_conflicts=True,
    )


@transaction.atomic
def note_viewed(*, directive: Directive, by: User, at: datetime) -> list[Unit]:
    """The first time a secretary opens the paper, it counts as seen by the units he answers for; returns them.

    Recorded as `directive.view`, once a unit; later looks write nothing.
    """
    fresh = Acknowledgement.objects.answered_by(by).filter(directive=directive, seen_at=None, asked_at__lte=at)
    rows = list(fresh.select_for_update(of=("self",)).select_related("unit").order_by("pk"))
    if not rows:
        return []
    Acknowledgement.objects.filter(pk__in=[row.pk for row in rows]).update(seen_at=at, seen_by=by)
    units = [row.unit for row in rows]
    detail = {"units": [unit.code for unit in units]}
    audit.record(action="directive.view", actor=by, obj=directive, ward_id=directive.ward_id, detail=detail, at=at)
    return units


@transaction.atomic
def acknowledge_directive(*, directive: Directive, by: User, at: datetime) -> list[Unit]:
    """The secretary confirms for the units he answers for, those not confirmed yet; returns them.

    Confirming is also having seen. A second click changes nothing. Recorded as `directive.acknowledge`.
    Raises IllegalMove while the paper is a draft, or when it was revoked.
    """
    if directive.state not in (DirectiveState.ISSUED, DirectiveState.CLOSED):
        raise IllegalMove("Văn bản này không còn hiệu lực nên không cần xác nhận.")
    ask_acknowledgements(directive=directive, at=at)
    waiting = Acknowledgement.objects.answered_by(by).filter(directive=directive, received_at=None)
    rows = list(waiting.select_for_update(of=("self",)).select_related("unit").order_by("pk"))
    if not rows:
        return []
    for row in rows:
        row.received_at, row.received_by = at, by
        if row.seen_at is None:
            row.seen_at, row.seen_by = at, by
    Acknowledgement.objects.bulk_update(rows, ["received_at", "received_by", "seen_at", "seen_by"])
    units = [row.unit for row in rows]
    detail = {"units": [unit.code for unit in units]}
    audit.record(
        action="directive.acknowledge", actor=by, obj=directive, ward_id=directive.ward_id, detail=detail, at=at
    )
    return units

"""What has come to the end of its term is proposed by itself, once a day and ward; destroying it takes a person.

A proposal is what the portal said on a day, kept so that the home page asks one row and not every table. Nothing
changes by it, so nothing is recorded. Not here: destroying (`retention.py`), the terms (`privacy.terms`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from privacy.models import RetentionProposal
from privacy.terms import terms_of
from units.models import Unit
from vietnamese.dates import local_day


def propose_due(*, at: datetime) -> int:
    """For every ward without a proposal of the day of `at`, count what is due and keep it; returns how many wards.

    Asked twice it does the work once; older proposals go.
    """
    day, made = local_day(at), 0
    for ward in Unit.objects.wards().exclude(pk__in=RetentionProposal.objects.filter(day=day).values("ward")):
        made += _propose(ward, at)
    return made


@transaction.atomic
def _propose(ward: Unit, at: datetime) -> bool:
    counts = {term.kind.key.value: term.due(ward, at).count() for term in terms_of(ward)}
    day = local_day(at)
    _, is_new = RetentionProposal.objects.get_or_create(
        ward=ward, day=day, defaults={"counts": {key: count for key, count in counts.items() if count}}
    )
    RetentionProposal.objects.filter(ward=ward, day__lt=day).delete()
    return is_new

"""The verb of the call sheet: who was called promised a day.

Not here: what a promise does to the ladder (`reminders.ladders`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

import audit.services as audit
from directives.models import Obligation
from reminders.errors import PromiseRefused
from reminders.models import Promise
from units.models import Unit, User
from vietnamese.dates import local_day

FARTHEST = timedelta(days=60)


def is_promisable(day: date, at: datetime) -> bool:
    """Whether a promise for `day` can be noted at `at`."""
    today = local_day(at)
    return today <= day <= today + FARTHEST


@transaction.atomic
def note_promise(*, ward: Unit, obligations: Sequence[Obligation], day: date, note: str, by: User, at: datetime) -> int:
    """Until `day` these debts are not nudged; on the next working day after it, if still owed, they are once.

    The deadline stays what it was. A later promise replaces an earlier one. Recorded as `reminder.promise`. Raises
    PromiseRefused for a day that has passed or lies further ahead than 60 days.
    """
    if not is_promisable(day, at):
        raise PromiseRefused
    Promise.objects.bulk_create(
        [Promise(obligation=one, day=day, note=note[:255], by=by, at=at) for one in obligations], batch_size=500
    )
    detail = {"day": day, "obligations": [one.pk for one in obligations], "note": note[:255]}
    audit.record(action="reminder.promise", actor=by, obj=ward, ward_id=ward.pk, detail=detail, at=at)
    return len(obligations)

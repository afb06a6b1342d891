"""The verbs on ladders: that of a ward, that of one requirement, back to the ward's.

Not here: what a ladder means (`reminders.stages`).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

import audit.services as audit
from directives.models import Requirement
from reminders.ladder_words import LABELS, in_words
from reminders.ladders import ladder_of
from reminders.models import LadderSetting
from reminders.stages import Ladder
from units.models import Unit, User
from units.settings_areas import Area, changes
from units.settings_history import subject_of


@transaction.atomic
def set_ladder(*, ward: Unit, ladder: Ladder, by: User | None, at: datetime) -> LadderSetting:
    """The ladder of every requirement of the ward that has none of its own. Recorded as `settings.change`."""
    old = ladder_of(ward)
    row = _save(ward, None, ladder, by, at)
    found = changes(in_words(old), in_words(ladder), LABELS)
    if found:
        subject = subject_of(ward, Area.REMINDERS)
        audit.record(action="settings.change", actor=by, obj=subject, ward_id=ward.pk, detail={"changes": found}, at=at)
    return row


@transaction.atomic
def set_requirement_ladder(*, requirement: Requirement, ladder: Ladder, by: User | None, at: datetime) -> LadderSetting:
    """A ladder for this requirement alone. Recorded as `reminder.ladder`."""
    ward = requirement.directive.ward
    old = ladder_of(ward, requirement.pk)
    row = _save(ward, requirement, ladder, by, at)
    found = changes(in_words(old), in_words(ladder), LABELS)
    audit.record(action="reminder.ladder", actor=by, obj=requirement, ward_id=ward.pk, detail={"changes": found}, at=at)
    return row


@transaction.atomic
def drop_requirement_ladder(*, requirement: Requirement, by: User | None, at: datetime) -> None:
    """The ward's ladder holds for this requirement again. Recorded as `reminder.ladder` when it had one."""
    gone, _ = LadderSetting.objects.filter(requirement=requirement).delete()
    if gone:
        ward = requirement.directive.ward
        detail = {"changes": [{"what": "Các nấc nhắc", "old": "riêng", "new": "theo phường"}]}
        audit.record(action="reminder.ladder", actor=by, obj=requirement, ward_id=ward.pk, detail=detail, at=at)


def _save(ward: Unit, requirement: Requirement | None, ladder: Ladder, by: User | None, at: datetime) -> LadderSetting:
    values = asdict(ladder) | {"before": list(ladder.before), "after": list(ladder.after)}
    defaults = values | {"changed_by": by, "changed_at": at}
    row, _ = LadderSetting.objects.update_or_create(ward=ward, requirement=requirement, defaults=defaults)
    row.full_clean()
    return row

"""The words of a requirement's deadline as they stood at an instant of the past. Reads only.

Not here: amending (`services.amending`), putting back (`services.restoring`).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from directives.choices import AmendAction
from directives.models import Amendment, Requirement


def phrase_at(requirement: Requirement, at: datetime) -> str:
    """The phrase in force at `at`: the first change after it knows what stood before. One query."""
    moved = Amendment.objects.filter(requirement=requirement, action=AmendAction.RESCHEDULE)
    after = []
    for one in moved.filter(Q(applied_at__gt=at) | Q(undone_at__gt=at)):
        if one.applied_at is not None and one.applied_at > at:
            after.append((one.applied_at, one.pk, one.old_phrase))
        elif one.undone_at is not None:
            after.append((one.undone_at, one.pk, one.deadline_phrase))
    return min(after)[2] if after else requirement.deadline_phrase

"""Other deadlines for those of a draft that have passed before it is issued, all at once.

Not here: one requirement with all its fields (`drafts.py`), deadlines of issued papers (`deadlines.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from audit import services as audit
from directives.choices import DirectiveState
from directives.errors import DeadlineRefused, IllegalMove
from directives.models import Directive, Requirement
from directives.services.ending import refuse_closing
from directives.services.secret_papers import refuse_stamped
from directives.settling import DEADLINE_COLUMNS, settle_draft
from units.models import User
from vietnamese.text import clean


@transaction.atomic
def change_past_deadlines(
    *, directive: Directive, phrases: Mapping[int, str], by: User | None, at: datetime
) -> list[Requirement]:
    """The requirements (id → new phrase) of a draft get their new deadline; clocks anchored to them are set anew.

    All or none. Recorded as `requirement.change` for each. Raises IllegalMove when the paper is issued,
    DeadlineRefused naming each requirement whose phrase gives no day or one that has passed at `at`, SecretMarked.
    """
    directive = Directive.objects.select_for_update().select_related("ward").get(pk=directive.pk)
    if directive.state != DirectiveState.DRAFT:
        raise IllegalMove("Văn bản đã ban hành nên không sửa được nữa.")
    refuse_stamped(*phrases.values())
    requirements = list(directive.requirements.select_related("anchor").order_by("order"))
    changed = [one for one in requirements if one.pk in phrases]
    for one in changed:
        one.deadline_phrase = clean(phrases[one.pk])
    settle_draft(requirements, directive, at)
    # also one that is only expected: nobody means a day that is over
    late = [one for one in changed if one.due_at is not None and one.due_at <= at]
    faults = [f"Yêu cầu {one.order}: “{one.deadline_phrase}” cũng đã qua." for one in late]
    faults += [
        f"Yêu cầu {one.order}: “{one.deadline_phrase}” không cho một ngày cụ thể."
        for one in changed
        if one.due_at is None
    ]
    if faults:
        raise DeadlineRefused(" ".join(faults))
    for one in requirements:
        try:
            refuse_closing(one.closes_at, one.due_at)
        except DeadlineRefused as refusal:
            raise DeadlineRefused(f"Yêu cầu {one.order}: {refusal} Giờ đóng sửa ở trang của yêu cầu ấy.") from refusal
    Requirement.objects.bulk_update(requirements, ["deadline_phrase", *DEADLINE_COLUMNS])
    for one in changed:
        audit.record(
            action="requirement.change",
            actor=by,
            obj=one,
            ward_id=directive.ward_id,
            detail={"order": one.order, "phrase": one.deadline_phrase, "due_at": one.due_at},
            at=at,
        )
    return changed

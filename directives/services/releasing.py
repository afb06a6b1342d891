"""Releasing many at once from one requirement, and taking a release back.

Not here: releasing one party (`deadlines.waive`), withdrawing what a directive asked (`amending.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from audit import services as audit
from directives.choices import ObligationState, WaiverReason
from directives.errors import DeadlineRefused, IllegalMove
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import LiftedWaiver, Obligation, Requirement
from directives.owed_again import states_when_owed_again
from directives.querysets import OPEN_STATES
from directives.services.notices import note_released
from units.models import User


@transaction.atomic
def waive_all_owing(
    *, requirement: Requirement, obligations: Iterable[int], note: str, by: User | None, at: datetime
) -> int:
    """Release those of the requirement's `obligations` (ids) that still owe; returns how many.

    Recorded once as `obligation.waive`. Raises DeadlineRefused without a note or when nobody is left.
    """
    if not note.strip():
        raise DeadlineRefused("Ghi lý do cho miễn, lý do được lưu trong lịch sử.")
    found = list(
        Obligation.objects.select_for_update(of=("self",))
        .filter(requirement=requirement, pk__in=list(obligations), state__in=OPEN_STATES)
        .order_by("pk")
    )
    if not found:
        raise DeadlineRefused("Không còn ai nợ việc này, không có gì để cho miễn.")
    for state in {one.state for one in found}:
        assert_can_move(OBLIGATION_MOVES, state, ObligationState.WAIVED)
    pks = [one.pk for one in found]
    for start in range(0, len(pks), 1000):
        Obligation.objects.filter(pk__in=pks[start : start + 1000]).update(
            state=ObligationState.WAIVED,
            waiver_reason=WaiverReason.DECIDED,
            waiver_note=note.strip()[:255],
            waived_at=at,
        )
    note_released(pks, words=f"Cho miễn: {note.strip()}", at=at)
    audit.record(
        action="obligation.waive",
        actor=by,
        obj=requirement,
        ward_id=found[0].ward_id,
        detail={"obligations": pks, "note": note.strip()},
        at=at,
    )
    return len(pks)


@transaction.atomic
def unwaive(*, obligation: Obligation, reason: str, by: User | None, at: datetime) -> Obligation:
    """Take back a release that the office decided: the party owes again under its old deadline; a paper that came
    voluntarily meanwhile answers it.

    That it was released until now stays known to the figures. Recorded as `obligation.unwaive`. Raises DeadlineRefused
    without a reason, IllegalMove when it is not waived by decision (exempt, left, withdrawn have their own ways).
    """
    obligation = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("requirement__directive")
        .get(pk=obligation.pk)
    )
    if obligation.state != ObligationState.WAIVED or obligation.waiver_reason != WaiverReason.DECIDED:
        raise IllegalMove("Chỉ bỏ được miễn do Ban Xây dựng Đảng quyết định.")
    if not reason.strip():
        raise DeadlineRefused("Ghi lý do bỏ cho miễn, lý do được lưu trong lịch sử.")
    stood = states_when_owed_again([obligation])[obligation.pk]
    assert_can_move(OBLIGATION_MOVES, obligation.state, stood)
    LiftedWaiver.objects.create(
        obligation=obligation,
        waived_at=obligation.waived_at or at,
        lifted_at=at,
        note=obligation.waiver_note,
        reason=reason.strip(),
        lifted_by=by,
    )
    obligation.state, obligation.waived_at = stood, None
    obligation.waiver_reason = obligation.waiver_note = ""
    obligation.full_clean(validate_unique=False)
    obligation.save()
    audit.record(
        action="obligation.unwaive",
        actor=by,
        obj=obligation,
        ward_id=obligation.ward_id,
        detail={"reason": reason.strip()},
        at=at,
    )
    return obligation

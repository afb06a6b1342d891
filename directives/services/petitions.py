"""A secretary asks for a later day or an exemption; the office grants (maybe another day) or refuses with a reason.

Not here: the extension and the waiver themselves (`deadlines.py`), who may ask (`rules.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from audit import services as audit
from directives.choices import DirectiveState, PetitionKind, PetitionState
from directives.deadlines import last_day_of
from directives.errors import DeadlineRefused, IllegalMove
from directives.models import Obligation, Petition
from directives.querysets import OPEN_STATES
from directives.services.deadlines import extend_deadline, waive
from directives.services.notices import note_refused
from units.models import User
from vietnamese.dates import format_date


@transaction.atomic
def ask(
    *, obligation: Obligation, kind: str, proposed_due_at: datetime | None, reason: str, by: User, at: datetime
) -> Petition:
    """Xin gia hạn (with the proposed exclusive instant) or xin miễn (without). Recorded as `petition.ask`.

    Raises DeadlineRefused: nothing owed, no reason, a day that is over or not later than the present one, asked already.
    """
    obligation = (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("requirement__directive")
        .get(pk=obligation.pk)
    )
    if obligation.state not in OPEN_STATES or obligation.requirement.directive.state != DirectiveState.ISSUED:
        raise DeadlineRefused("Việc này không còn nợ nên không cần đề nghị.")
    if not reason.strip():
        raise DeadlineRefused("Ghi lý do để Ban Xây dựng Đảng xem xét.")
    if kind == PetitionKind.EXTEND:
        _refuse_day(obligation, proposed_due_at, at)
    else:
        proposed_due_at = None
    if obligation.petitions.filter(kind=kind, state=PetitionState.OPEN).exists():
        raise DeadlineRefused("Đã có một đề nghị đang chờ trả lời. Chờ Ban Xây dựng Đảng trả lời rồi mới gửi lại.")
    petition = Petition(
        obligation=obligation,
        kind=kind,
        proposed_due_at=proposed_due_at,
        reason=reason.strip(),
        asked_by=by,
        asked_at=at,
    )
    petition.full_clean()
    petition.save()
    audit.record(
        action="petition.ask",
        actor=by,
        obj=obligation,
        ward_id=obligation.ward_id,
        detail={"kind": kind, "due_at": proposed_due_at, "reason": petition.reason},
        at=at,
    )
    return petition


@transaction.atomic
def grant(*, petition: Petition, new_due_at: datetime | None, answer: str, by: User, at: datetime) -> Petition:
    """Đồng ý: the deadline moves to `new_due_at` (maybe another day than proposed), or the party is released.

    Recorded as `petition.grant`, beside the extension or waiver. Raises DeadlineRefused, IllegalMove when answered.
    """
    petition = _locked(petition)
    reason = f"{petition.reason} ({petition.get_kind_display().lower()})"[:255]
    if petition.kind == PetitionKind.EXTEND:
        if new_due_at is None:
            raise DeadlineRefused("Chọn ngày cuối mới.")
        extend_deadline(obligation=petition.obligation, new_due_at=new_due_at, reason=reason, by=by, at=at)
        petition.granted_due_at = new_due_at
    else:
        waive(obligation=petition.obligation, note=reason, by=by, at=at)
    _answer(petition, PetitionState.GRANTED, answer, by, at)
    audit.record(
        action="petition.grant",
        actor=by,
        obj=petition.obligation,
        ward_id=petition.obligation.ward_id,
        detail={"kind": petition.kind, "due_at": petition.granted_due_at, "note": petition.answer},
        at=at,
    )
    return petition


@transaction.atomic
def refuse(*, petition: Petition, answer: str, by: User, at: datetime) -> Petition:
    """Không đồng ý, with the reason the asker reads. Recorded as `petition.refuse`. Raises DeadlineRefused, IllegalMove."""
    petition = _locked(petition)
    if not answer.strip():
        raise DeadlineRefused("Ghi lý do không đồng ý để người đề nghị biết.")
    _answer(petition, PetitionState.REFUSED, answer, by, at)
    note_refused(petition.obligation, words=f"{petition.get_kind_display()}: {petition.answer}", at=at)
    audit.record(
        action="petition.refuse",
        actor=by,
        obj=petition.obligation,
        ward_id=petition.obligation.ward_id,
        detail={"kind": petition.kind, "reason": petition.answer},
        at=at,
    )
    return petition


def drop_petitions(obligations: Collection[int], *, at: datetime) -> int:
    """Requests about work that was handed in meanwhile wait no longer; returns how many. One statement."""
    waiting = Petition.objects.filter(obligation__in=obligations, state=PetitionState.OPEN)
    return waiting.update(state=PetitionState.DROPPED, decided_at=at)


def _refuse_day(obligation: Obligation, proposed: datetime | None, at: datetime) -> None:
    if proposed is None:
        raise DeadlineRefused("Chọn ngày xin gia hạn đến.")
    if proposed <= at:
        raise DeadlineRefused("Ngày xin gia hạn đã qua. Chọn một ngày sau hôm nay.")
    if obligation.due_at is not None and proposed <= obligation.due_at:
        raise DeadlineRefused(
            f"Ngày xin gia hạn phải sau hạn đang có ({format_date(last_day_of(obligation.due_at))}). Chọn ngày muộn hơn."
        )


def _locked(petition: Petition) -> Petition:
    # The obligation first, as everywhere: whoever hands in at this moment comes before or after.
    Obligation.objects.select_for_update().get(pk=petition.obligation_id)
    found = (
        Petition.objects.select_for_update(of=("self",))
        .select_related("obligation__requirement__directive", "obligation__unit", "obligation__member")
        .get(pk=petition.pk)
    )
    if found.state != PetitionState.OPEN:
        raise IllegalMove(f"Đề nghị này đã ở trạng thái “{found.get_state_display()}”. Hãy tải lại trang.")
    return found


def _answer(petition: Petition, state: str, answer: str, by: User, at: datetime) -> None:
    petition.state, petition.answer, petition.decided_by, petition.decided_at = state, answer.strip(), by, at
    petition.full_clean()
    petition.save()

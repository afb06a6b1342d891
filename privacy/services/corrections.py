"""Asking for a correction of a fact of the roster, and the office's answer.

Not here: dated facts such as unit and post: the office corrects them in the roster itself (app units).
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from audit import services as audit
from outbox.services import MailDraft, enqueue_mail, is_address
from privacy.choices import SIMPLE_FACTS, Fact, RequestState
from privacy.errors import AlreadyDecided, CorrectionRefused
from privacy.facts import current_value
from privacy.models import CorrectionRequest
from units.keys import member_keys
from units.models import Member, User
from vietnamese.dates import local_day
from vietnamese.text import clean

_YOUNGEST = 18


@transaction.atomic
def ask_correction(
    *, member: Member, fact: str, proposed: str, reason: str, by: User, at: datetime
) -> CorrectionRequest:
    """A request that waits for the office. Recorded as `privacy.ask_correction` (which fact, not its value).

    The same request while it waits is not written twice. Raises CorrectionRefused, ValidationError.
    """
    proposed = clean(proposed)
    waiting = CorrectionRequest.objects.filter(member=member, fact=fact, proposed=proposed, state=RequestState.OPEN)
    again = waiting.first()
    if again is not None:
        return again
    current = current_value(member, fact)
    if fact in SIMPLE_FACTS:
        if proposed == current:
            raise CorrectionRefused("Danh bạ đang ghi đúng như vậy. Sửa lại phần đề nghị, hoặc không cần gửi.")
        _changed(member, fact, proposed, at)
    asked = CorrectionRequest(
        ward=member.ward, member=member, fact=fact, current=current, proposed=proposed, reason=clean(reason), asked_by=by,
        asked_at=at,
    )  # fmt: skip
    asked.full_clean()
    asked.save()
    audit.record(
        action="privacy.ask_correction", actor=by, obj=member, ward_id=member.ward_id,
        detail={"request": asked.pk, "fact": fact}, at=at,
    )  # fmt: skip
    return asked


@transaction.atomic
def decide_correction(
    *, asked: CorrectionRequest, agree: bool, answer: str, by: User, at: datetime
) -> CorrectionRequest:
    """The office's answer, mailed to who asked. A simple fact is corrected at once when it agrees.

    Recorded as `privacy.decide_correction`. Raises AlreadyDecided, CorrectionRefused (the value cannot stand; nothing
    is decided then, or a refusal gives no reason).
    """
    asked = (
        CorrectionRequest.objects.select_for_update(of=("self",))
        .select_related("member__ward", "asked_by")
        .get(pk=asked.pk)
    )
    if asked.state != RequestState.OPEN:
        raise AlreadyDecided
    answer = clean(answer)
    if not agree and not answer:
        raise CorrectionRefused("Ghi lý do không đồng ý để người đề nghị biết.")
    if agree and asked.fact in SIMPLE_FACTS:
        member = Member.objects.select_for_update(of=("self",)).select_related("ward").get(pk=asked.member_id)
        _changed(member, asked.fact, asked.proposed, at).save()
        asked.is_applied = True
    asked.state = RequestState.ACCEPTED if agree else RequestState.REFUSED
    asked.answer, asked.decided_by, asked.decided_at = answer, by, at
    asked.full_clean()
    asked.save()
    _tell(asked, at)
    audit.record(
        action="privacy.decide_correction", actor=by, obj=asked.member, ward_id=asked.ward_id,
        detail={"request": asked.pk, "fact": asked.fact, "agreed": agree, "applied": asked.is_applied}, at=at,
    )  # fmt: skip
    return asked


def _changed(member: Member, fact: str, value: str, at: datetime) -> Member:
    """The member with the value in place, checked and not saved. Raises CorrectionRefused."""
    if fact == Fact.FULL_NAME:
        if len(value.split(" ")) < 2 or any(char.isdigit() for char in value):
            raise CorrectionRefused("Họ và tên cần ít nhất hai chữ và không có chữ số.")
        for field, key in member_keys(value).items():
            setattr(member, field, key)
    elif fact == Fact.BIRTH_YEAR:
        latest = local_day(at).year - _YOUNGEST
        if not value.isdigit() or not 1900 <= int(value) <= latest:
            raise CorrectionRefused(f"Năm sinh ghi bốn chữ số, từ 1900 đến {latest}.")
        member.birth_year = int(value)
    elif fact == Fact.EMAIL:
        if not is_address(value):
            raise CorrectionRefused("Thư điện tử chưa đúng dạng, ví dụ ten@phuong.vn.")
        member.email = value
    else:
        member.phone = value
    try:
        member.full_clean(exclude={"tone_key", "folded", "sort_key"})
    except ValidationError as fault:
        raise CorrectionRefused(" ".join(fault.messages)) from fault
    return member


def _tell(asked: CorrectionRequest, at: datetime) -> None:
    if not is_address(asked.asked_by.email):
        return
    what = f"{asked.get_fact_display().lower()} của {asked.member.full_name}"
    said = f"Đảng ủy phường {asked.get_state_display().lower()} với đề nghị sửa {what}."
    done = " Danh bạ đã được sửa." if asked.is_applied else ""
    why = f"\n\nTrả lời: {asked.answer}" if asked.answer else ""
    enqueue_mail(
        draft=MailDraft(
            to=asked.asked_by.email, to_name=asked.asked_by.full_name, subject="Trả lời đề nghị sửa thông tin cá nhân",
            text=f"Kính gửi đồng chí {asked.asked_by.full_name},\n\n{said}{done}{why}\n", kind="privacy.correction",
            dedupe_key=f"privacy.correction:{asked.pk}", ward_id=asked.ward_id,
        ),
        at=at,
    )  # fmt: skip

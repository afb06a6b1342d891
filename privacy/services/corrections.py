"""Asking for a correction of a fact of the roster, and the office's answer.

Not here: dated facts such as unit and post: the office corrects them in the roster itself (app units).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from audit import services as audit
from outbox.services import MailDraft, NoticeDraft, enqueue_mail, is_address, notify
from privacy.choices import SIMPLE_FACTS, Fact, RequestState
from privacy.errors import AlreadyDecided, CorrectionRefused
from privacy.facts import current_value, values_with
from privacy.models import CorrectionRequest
from units.errors import RosterRefused
from units.models import Member, User
from units.services.members import change_member, refuse_probation, with_values
from vietnamese.dates import local_day
from vietnamese.text import clean, fold

OF_CORRECTIONS: Final = "privacy.correction"


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
        with _in_the_words_of_this_room():
            with_values(member, on=local_day(at), **values_with(member, fact, proposed))
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
    """The office's answer, on the bell of who asked and mailed to him. A simple fact is corrected at once when it agrees, by the roster's verb.

    Recorded as `privacy.decide_correction`. Raises AlreadyDecided, CorrectionRefused (the value cannot stand, as probation
    of whoever is in a committee, also where the roster is corrected by hand; nothing is decided then, or a refusal gives
    no reason).
    """
    asked = (
        CorrectionRequest.objects.select_for_update(of=("self", "member"))
        .select_related("member__ward", "asked_by")
        .get(pk=asked.pk)
    )
    if asked.state != RequestState.OPEN:
        raise AlreadyDecided
    answer = clean(answer)
    if not agree and not answer:
        raise CorrectionRefused("Ghi lý do không đồng ý để người đề nghị biết.")
    if agree and asked.fact == Fact.STATUS and fold(asked.proposed).removeprefix("dang vien ") == "du bi":
        with _in_the_words_of_this_room():
            refuse_probation(asked.member, local_day(at))
    if agree and asked.fact in SIMPLE_FACTS:
        values = values_with(asked.member, asked.fact, asked.proposed)
        with _in_the_words_of_this_room():
            change_member(member=asked.member, on=local_day(at), by=by, is_another=True, **values)
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


@contextmanager
def _in_the_words_of_this_room() -> Iterator[None]:
    """What the roster refuses becomes CorrectionRefused with the same sentence."""
    try:
        yield
    except RosterRefused as refusal:
        raise CorrectionRefused(str(refusal)) from refusal
    except ValidationError as fault:
        raise CorrectionRefused(" ".join(fault.messages)) from fault


def _tell(asked: CorrectionRequest, at: datetime) -> None:
    notify(drafts=[_notice(asked)], at=at)
    if not is_address(asked.asked_by.email):
        return
    what = f"{asked.get_fact_display().lower()} của {asked.member.full_name}"
    said = f"Đảng ủy phường {asked.get_state_display().lower()} với đề nghị sửa {what}."
    done = " Danh bạ đã được sửa." if asked.is_applied else ""
    why = f"\n\nTrả lời: {asked.answer}" if asked.answer else ""
    enqueue_mail(
        draft=MailDraft(
            to=asked.asked_by.email, to_name=asked.asked_by.full_name, subject="Trả lời đề nghị sửa thông tin cá nhân",
            text=f"Kính gửi đồng chí {asked.asked_by.full_name},\n\n{said}{done}{why}\n", kind=OF_CORRECTIONS,
            dedupe_key=f"{OF_CORRECTIONS}:{asked.pk}", ward_id=asked.ward_id,
        ),
        at=at,
    )  # fmt: skip


def _notice(asked: CorrectionRequest) -> NoticeDraft:
    """ "Đồng ý: Năm sinh của Nguyễn Văn An", with the words of the office; it opens the request."""
    title = f"{asked.get_state_display()}: sửa {asked.get_fact_display().lower()} của {asked.member.full_name}"
    done = f"Danh bạ nay ghi “{asked.proposed}”." if asked.is_applied else ""
    return NoticeDraft(
        asked.asked_by_id, OF_CORRECTIONS, title, f"{OF_CORRECTIONS}:{asked.pk}",
        " ".join(filter(None, (done, asked.answer))), reverse("privacy:correction", args=[asked.pk]),
    )  # fmt: skip

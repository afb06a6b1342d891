"""Letters to who wrote to the office: the answer to each mail, and one later letter when more became known.

Later: a file the office attached or could take after all, or a mail that came within the hour of another answer. What
is due for one address goes in one letter, at the earliest an hour after the last one. Nothing due is dropped: a case
keeps `tell_from` until its letter stands in the outbox, or until it is clear that none may be sent.
Not here: the words (`answering.py`, `letters.py`), sending (app outbox).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from mailbox.answering import ANSWERED_LATELY, BETWEEN_ANSWERS, WHILE_DECIDING, ToldFile, subject_of, why_no_answer
from mailbox.letters import write_answer
from mailbox.matching import owed_lines
from mailbox.models import MailCase, MailFile
from mailbox.questions import THANKS
from mailbox.reading import ReadMail, read_mail
from mailbox.senders import Sender, sender_of
from outbox.errors import OutboxError
from outbox.headers import address_of, thread_of
from outbox.models import OutgoingMail
from outbox.services import MailDraft, enqueue_mail, is_address
from vault.errors import VaultError
from vault.services import read_verified

log = structlog.get_logger(__name__)
ANSWER, LATER = "mailbox.answer", "mailbox.later"


def answer_or_wait(*, case: MailCase, mail: ReadMail, sender: Sender, files: Sequence[MailFile], now: datetime) -> None:
    """Queue the answer to a mail that was read, or note on `case` why there is none; the caller saves both.

    One that was answered before, and is read anew, gets a later letter when there is news.
    """
    told = _told(files)
    if case.answer_id:
        if any(one.is_news for one in told):
            case.tell_from = now + WHILE_DECIDING
        return
    last = _last_letter(mail.sender, now)
    case.no_answer = _why_none(case, mail, lately=last is not None, is_thanks=case.reason == THANKS)
    if case.no_answer:
        may_wait = case.no_answer == ANSWERED_LATELY and sender.is_known and any(one.is_news for one in told)
        case.tell_from = last + BETWEEN_ANSWERS if last and may_wait else None
        return
    written = write_answer(
        case=case, subject=subject_of(case.subject), sender=sender, files=told, owed=owed_lines(sender, now)
    )
    draft = _draft(case, mail, sender, ANSWER, f"mailbox-answer-{case.pk}", written.text, written.html)
    try:
        case.answer = enqueue_mail(draft=draft, at=now)
    except OutboxError as refusal:
        case.no_answer = str(refusal)[:200]
        return
    case.tell_from = None
    for one in files:
        one.told = one.state


def tell_later(*, case: MailCase, at: datetime) -> None:
    """Note that the sender is to hear what was decided at `at`, once nothing more was decided for a while."""
    MailCase.objects.filter(pk=case.pk).update(tell_from=at + WHILE_DECIDING)


def tell_due(*, now: datetime, limit: int = 50) -> int:
    """Queue the later letters that are due, one an address; one that fails stops no other. Returns how many."""
    told = 0
    for pk in list(MailCase.objects.to_tell(now).values_list("pk", flat=True)[:limit]):
        try:
            told += _tell(pk, now)
        except Exception:
            log.exception("letter_failed", case=pk)
            MailCase.objects.filter(pk=pk).update(tell_from=now + BETWEEN_ANSWERS)
    return told


@transaction.atomic
def _tell(pk: int, now: datetime) -> bool:
    """The letter of one case and of every other that is due for its sender; False when none was queued."""
    lead = MailCase.objects.to_tell(now).filter(pk=pk).select_related("ward", "raw").first()
    if lead is None:
        return False  # another letter of this round told it
    due = MailCase.objects.to_tell(now).filter(
        ward=lead.ward_id, account=lead.account, sender__iexact=lead.sender
    ).select_for_update(of=("self",)).select_related("ward", "raw")  # fmt: skip
    last = _last_letter(lead.sender, now)
    if last:
        MailCase.objects.filter(pk__in=[one.pk for one in due]).update(tell_from=last + BETWEEN_ANSWERS)
        return False
    mails = {one: mail for one in due if (mail := _readable(one, now))}
    news = list(MailFile.objects.filter(case__in=mails).order_by("case__received_at", "case", "order"))
    told = [one for one in _told(news) if one.is_news]
    if not told:
        MailCase.objects.filter(pk__in=[one.pk for one in mails]).update(tell_from=None)
        return False
    lead = next(iter(mails))
    sender = sender_of(lead.sender, lead.ward, now)
    written = write_answer(
        case=lead, subject=subject_of(lead.subject), sender=sender, files=told, owed=owed_lines(sender, now),
        later_on=sorted(mails, key=lambda one: one.received_at),
    )  # fmt: skip
    key = f"mailbox-later-{lead.pk}-{lead.later.count() + 1}"
    try:
        letter = enqueue_mail(draft=_draft(lead, mails[lead], sender, LATER, key, written.text, written.html), at=now)
    except OutboxError as refusal:
        MailCase.objects.filter(pk__in=[one.pk for one in mails]).update(tell_from=None, no_answer=str(refusal)[:200])
        return False
    MailFile.objects.filter(case__in=mails).update(told=F("state"))
    MailCase.objects.filter(pk__in=[one.pk for one in mails]).update(tell_from=None)
    for one in mails:
        one.later.add(letter)
    return True


def _readable(case: MailCase, now: datetime) -> ReadMail | None:
    """The mail again, for its thread and for what forbids an answer; None when it may not be told, or not now."""
    if case.raw is None:
        MailCase.objects.filter(pk=case.pk).update(tell_from=None)
        return None
    try:
        mail = read_mail(read_verified(blob=case.raw, now=now))
    except VaultError:
        MailCase.objects.filter(pk=case.pk).update(tell_from=now + BETWEEN_ANSWERS)
        return None
    why = _why_none(case, mail, lately=False)
    if why:
        MailCase.objects.filter(pk=case.pk).update(tell_from=None, no_answer=why)
        return None
    return mail


def own_addresses(case: MailCase) -> tuple[str, str]:
    """The addresses the portal itself writes from and the mail came to."""
    return address_of(settings.DEFAULT_FROM_EMAIL)[1].lower(), case.account.lower()


def _why_none(case: MailCase, mail: ReadMail, *, lately: bool, is_thanks: bool = False) -> str:
    own = own_addresses(case)
    why = why_no_answer(
        automatic=mail.automatic,
        sender=mail.sender,
        own=own,
        is_forged=mail.is_forged,
        answered_lately=lately,
        is_thanks=is_thanks,
    )
    return why or ("" if is_address(mail.sender) else "Địa chỉ người gửi không viết thư tới được.")


def _last_letter(address: str, now: datetime) -> datetime | None:
    """When this address was last written to by the mailbox, if within the hour."""
    lately = OutgoingMail.objects.filter(
        kind__in=[ANSWER, LATER], to_address__iexact=address, created_at__gt=now - BETWEEN_ANSWERS
    )
    return lately.order_by("-created_at").values_list("created_at", flat=True).first()


def _told(files: Sequence[MailFile]) -> list[ToldFile]:
    return [ToldFile(one.name, one.state, one.receipt, one.reason, one.told) for one in files]


def _draft(case: MailCase, mail: ReadMail, sender: Sender, kind: str, key: str, text: str, html: str) -> MailDraft:
    person = sender.user or sender.member
    return MailDraft(
        to=mail.sender,
        to_name=person.full_name if person else mail.sender_name,
        reply_to=case.account if is_address(case.account) else "",
        subject=subject_of(case.subject),
        text=text,
        html=html,
        thread=thread_of(mail.message_id, mail.earlier),
        dedupe_key=key,
        kind=kind,
        ward_id=case.ward_id,
    )

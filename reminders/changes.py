"""Letters about changes: deadlines moved, work released, requests refused. One mail a person a day, nobody else.

The verbs of app directives write `ChangeNotice` rows; what stood by the hour of the batch is gathered here once, by the
same rule as reminders: roster and obligation are asked anew, whatever has not followed them yet. Who wants no mail was told
on the bell, when it changed (`change_bell.py`). `check_change` asks everything again when the mail is about to go.

Not here: writing the rows (`directives.services.notices`), to whom (`change_readers.py`), the words (`change_letters.py`),
the sending (`outbox`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

import audit.services as audit
from directives.choices import NoticeKind, ObligationState
from directives.models import ChangeNotice, Obligation
from outbox.checks import Answer, Drop, Postpone
from outbox.checks import Letter as CheckedLetter
from outbox.choices import MailState
from outbox.models import OutgoingMail
from outbox.querysets import OutgoingMailQuerySet
from outbox.services import MailDraft, cancel, enqueue_mails, is_address
from reminders.change_bell import show_to_ward
from reminders.change_letters import ChangeWriter
from reminders.change_readers import asked_at, concerns_somebody, gather_changes
from reminders.quiet import Choices, choices_of
from reminders.sending import NOT_THEIRS, kept_from
from units.models import Unit
from vietnamese.dates import VIETNAM, local_day

TELLING_TIME = time(16, 0)
"""What changed before this hour is told at the first tick after it, Asia/Ho_Chi_Minh; later changes the next day."""

KIND: Final = "reminders.change"
"""The kind of these mails, and the name of their check with the outbox."""

TAKEN_IN = "Thay đổi này nằm trong thư báo thay đổi gửi sau."
NO_LONGER_TRUE = "Điều thư báo không còn đúng: việc đã nộp, hoặc lại có thay đổi khác."


@transaction.atomic
def tell_changes(*, at: datetime) -> int:
    """Queue the letters of everything untold that changed before the last telling hour; returns how many.

    Only the latest change of an obligation is told, and none that is no longer true (handed in, moved on, ended).
    Idempotent. Recorded as `reminder.tell_changes`, once a ward.
    """
    untold = ChangeNotice.objects.filter(told_at=None, at__lt=last_telling(at))
    rows = list(owed_at(untold, at).select_for_update(skip_locked=True, of=("self",)))
    latest = {row.obligation_id: row for row in rows}
    told: dict[int, list[ChangeNotice]] = defaultdict(list)
    for row in latest.values():
        if is_still_true(row, at):
            told[row.obligation.ward_id].append(row)
    choices = choices_of() if told else None
    count = sum(_tell_ward(ward, told[ward.pk], choices, at) for ward in Unit.objects.filter(pk__in=told))
    ChangeNotice.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at)
    return count


def last_telling(at: datetime) -> datetime:
    """The latest telling hour not after `at`."""
    today = datetime.combine(local_day(at), TELLING_TIME, VIETNAM)
    return today if today <= at else today - timedelta(days=1)


def is_still_true(notice: ChangeNotice, at: datetime) -> bool:
    """Of one of `owed_at`: what it says holds then. A moved deadline is still owed, a released one still
    waived; it concerns somebody."""
    if not concerns_somebody(notice, at):
        return False
    if notice.kind == NoticeKind.RELEASED:
        return notice.obligation.state == ObligationState.WAIVED
    return notice.is_owed and (notice.kind == NoticeKind.REFUSED or notice.obligation.due_at == notice.new_due_at)


def owed_at(found: QuerySet[ChangeNotice], at: datetime) -> QuerySet[ChangeNotice]:
    """`asked_at`, and whether their work is owed at `at`."""
    owed = Obligation.objects.filter(pk=OuterRef("obligation")).owing(at)
    return asked_at(found, at).annotate(is_owed=Exists(owed))


def check_change(mail: OutgoingMail, at: datetime) -> Answer:
    """The letter with what is still true at `at`; that it must not go; or that it is to wait (`sending.kept_from`),
    also for a later one, which tells all.

    Locks the obligations it speaks of (PostgreSQL), as the check of reminders does.
    """
    later = _others(mail).filter(pk__gt=mail.pk).order_by("-pk").first()
    if later is not None:
        return Postpone(max(at, later.next_try_at))
    _take_in_older(mail)
    ward = Unit.objects.get(pk=mail.ward_id)
    told = ChangeNotice.objects.filter(pk__in=mail.payload["notices"])
    locked = Obligation.objects.filter(change_notices__in=told).order_by("pk").select_for_update(of=("self",))
    len(locked)
    newer = ChangeNotice.objects.filter(obligation=OuterRef("obligation"), at__gt=OuterRef("at"))  # told tomorrow
    notices = [row for row in owed_at(told.exclude(Exists(newer)), at) if is_still_true(row, at)]
    if not notices:
        return Drop(NO_LONGER_TRUE)
    letters = gather_changes(ward, notices, None, at).letters
    letter = next((one for one in letters if one.person.address == mail.to_address), None)
    member_id = letter.person.member_id if letter else None
    refused = kept_from(ward, mail.to_address, member_id, at)
    if refused is not None or letter is None:
        return refused or Drop(NOT_THEIRS)
    written = ChangeWriter(ward, notices).write(letter)
    return CheckedLetter(written.subject, written.text, written.html)


def _others(mail: OutgoingMail) -> OutgoingMailQuerySet:
    """Letters of changes to the same reader that wait as well, after a weekend."""
    same = {"kind": KIND, "ward_id": mail.ward_id, "to_address": mail.to_address}
    return OutgoingMail.objects.filter(**same).waiting().exclude(pk=mail.pk)


def _take_in_older(mail: OutgoingMail) -> None:
    """What earlier ones were to tell is told by this one. Not theirs whom another worker has in hand this instant."""
    notices = set(mail.payload["notices"])
    older = _others(mail).filter(pk__lt=mail.pk).exclude(state=MailState.SENDING)
    for one in older.select_for_update(skip_locked=True).order_by("pk"):
        notices.update(one.payload["notices"])
        cancel(mail=one, reason=TAKEN_IN)
    if len(notices) > len(mail.payload["notices"]):
        mail.payload = {"notices": sorted(notices)}
        mail.save(update_fields=["payload"])


def _tell_ward(ward: Unit, notices: list[ChangeNotice], choices: Choices | None, at: datetime) -> int:
    gathered = gather_changes(ward, notices, choices, at)
    writer = ChangeWriter(ward, notices)
    by_obligation = {notice.obligation_id: notice.pk for notice in notices}
    by_hour: dict[datetime, list[MailDraft]] = defaultdict(list)
    day = local_day(at)
    for letter in gathered.letters:
        subject, _ = writer.heading(letter)
        pks = sorted(by_obligation[duty.obligation_id] for duty, _ in letter.told())
        hour = choices.hour(letter.person) if choices else 0
        by_hour[max(at, datetime.combine(day, time(hour), VIETNAM))].append(
            MailDraft(
                to=letter.person.address,
                to_name=letter.person.name,
                from_name=f"{writer.profile.office_name}, {writer.profile.name}",
                reply_to=writer.profile.mailbox if is_address(writer.profile.mailbox) else "",
                subject=subject,
                text="",  # written when it goes
                dedupe_key=f"change:{ward.pk}:{day}:{letter.person.address}:{pks[-1]}",
                kind=KIND,
                ward_id=ward.pk,
                check_name=KIND,
                payload={"notices": pks},
                is_bulk=True,
            )
        )
    for not_before, drafts in by_hour.items():
        enqueue_mails(drafts=drafts, at=at, not_before=not_before)
    unseen = [notice for notice in notices if notice.shown_at is None]  # written before the bell told at once
    if unseen:
        show_to_ward(ward, unseen, at)
    audit.record(
        action="reminder.tell_changes",
        actor="beat",
        obj=ward,
        ward_id=ward.pk,
        detail={"letters": len(gathered.letters), "obligations": sorted(by_obligation)},
        at=at,
    )
    return len(gathered.letters)

"""The verbs on outgoing mail but sending: put in the queue, cancel, try again, note what came back.

They write no audit entry: this leaf may not import the log (same level), and the row itself, never deleted by a
verb, is the record. The verb above that decides on a mail records its act.

Not here: sending (`draining.py`), what mails say.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from outbox.bounces import Bounce
from outbox.choices import MailState
from outbox.errors import BodyWiped, InvalidAddress, MailNotFound
from outbox.headers import domain_of, message_id, one_line
from outbox.lifecycle import assert_can_move
from outbox.models import BadAddress, Notice, OutgoingMail


@dataclass(frozen=True)
class MailDraft:
    """A mail to be queued. `dedupe_key`: the same key is the same mail, queued once for ever."""

    to: str
    subject: str
    text: str
    dedupe_key: str
    kind: str
    html: str = ""
    to_name: str = ""
    from_name: str = ""
    reply_to: str = ""
    thread: str = ""
    """What it answers (`headers.thread_of`)."""
    ward_id: int | None = None
    check_name: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    is_bulk: bool = False
    """One of many: goes after every mail that is not."""
    secret_body: bool = False
    """Holds a link that opens something: the words are wiped once the mail has gone, is cancelled or given up."""


# The addresses nearly everybody has; all of them pass the full check, which takes twenty times as long.
_USUAL_ADDRESS = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?\.){1,4}[a-z]{2,20}"
)


_USUAL_LENGTH = 150


def is_address(address: str) -> bool:
    """Whether mail can be sent there: one plain address, no name, no line break."""
    if len(address) <= _USUAL_LENGTH and (
        _USUAL_ADDRESS.fullmatch(address) or (address.isascii() and _USUAL_ADDRESS.fullmatch(address.lower()))
    ):
        return True
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _columns(draft: MailDraft, at: datetime, not_before: datetime | None) -> dict[str, Any]:
    """What the row of a draft holds; header texts made one line. Raises InvalidAddress."""
    for address in filter(None, [draft.to or "(trống)", draft.reply_to]):
        if not is_address(address):
            raise InvalidAddress(address)
    return {
        "ward_id": draft.ward_id,
        "kind": draft.kind,
        "is_bulk": draft.is_bulk,
        "secret_body": draft.secret_body,
        "dedupe_key": draft.dedupe_key,
        "message_id": message_id(draft.dedupe_key, _own_domain(settings.DEFAULT_FROM_EMAIL)),
        "to_address": draft.to,
        "to_name": one_line(draft.to_name, 200),
        "from_name": one_line(draft.from_name, 200),
        "reply_to": draft.reply_to,
        "subject": one_line(draft.subject),
        "text": draft.text,
        "html": draft.html,
        "thread": draft.thread,
        "check_name": draft.check_name,
        "payload": dict(draft.payload),
        "next_try_at": max(at, not_before or at),
        "created_at": at,
    }


_own_domain = cache(domain_of)


def _row(draft: MailDraft, at: datetime, not_before: datetime | None) -> OutgoingMail:
    return OutgoingMail(**_columns(draft, at, not_before))


MAIL_FIELDS = (
    "ward_id", "kind", "is_bulk", "secret_body", "dedupe_key", "message_id", "to_address", "to_name", "from_name", "reply_to",
    "subject", "text", "html", "thread", "check_name", "payload", "next_try_at", "created_at", "state", "attempts", "error",
)  # fmt: skip
"""The fields of a mail that waits, in the order of `mail_values`."""


def mail_values(draft: MailDraft, at: datetime, not_before: datetime | None = None) -> tuple[Any, ...]:
    """The row of a draft as plain values, for who puts thousands of mails in the queue with keys nobody used before. It
    goes at the next sweep after `not_before` (default: at once). Raises InvalidAddress.
    """
    *texts, payload, next_try_at, created_at = _columns(draft, at, not_before).values()
    adapt = connection.ops.adapt_datetimefield_value
    return *texts, json.dumps(payload), adapt(next_try_at), adapt(created_at), MailState.QUEUED.value, 0, ""


@transaction.atomic
def enqueue_mail(*, draft: MailDraft, at: datetime, not_before: datetime | None = None) -> OutgoingMail:
    """Put one mail in the queue, or return the one already there under the same key, whatever became of it.

    It goes at the next sweep after `not_before` (default: at once). Raises InvalidAddress.
    """
    row = _row(draft, at, not_before)
    OutgoingMail.objects.bulk_create([row], ignore_conflicts=True)
    return OutgoingMail.objects.get(dedupe_key=draft.dedupe_key)


@transaction.atomic
def enqueue_mails(*, drafts: Iterable[MailDraft], at: datetime, not_before: datetime | None = None) -> int:
    """Put many mails in the queue in batches; keys already there are passed over. Returns the number of new keys.

    All or nothing: one invalid address raises InvalidAddress and queues none, so check with `is_address` first.
    """
    rows = {draft.dedupe_key: _row(draft, at, not_before) for draft in drafts}
    keys = list(rows)
    for start in range(0, len(keys), 500):
        present = OutgoingMail.objects.filter(dedupe_key__in=keys[start : start + 500])
        for key in present.values_list("dedupe_key", flat=True):
            del rows[key]
    OutgoingMail.objects.bulk_create(rows.values(), batch_size=500, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def cancel(*, mail: OutgoingMail, reason: str) -> OutgoingMail:
    """Take a mail that has not gone out of the queue; the reason is kept on the row.

    Raises WrongState when it was sent, is given up, or is cancelled already. A mail that is being handed over this
    instant (SENDING, lease running) is refused too: it can no longer be called back.
    """
    mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if mail.state == MailState.SENDING:
        assert_can_move(MailState.SENT, MailState.CANCELLED)
    assert_can_move(mail.state, MailState.CANCELLED)
    mail.error = one_line(reason, 500)
    mail.save(update_fields=["error", *mail.end_in(MailState.CANCELLED)])
    return mail


@transaction.atomic
def try_again(*, mail: OutgoingMail, at: datetime) -> OutgoingMail:
    """Put a dead or failed mail back in the queue with a fresh count of attempts. Raises WrongState otherwise,
    BodyWiped when its words are gone."""
    mail = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if mail.state == MailState.SENDING:
        assert_can_move(MailState.SENT, MailState.QUEUED)
    assert_can_move(mail.state, MailState.QUEUED)
    if mail.secret_body and not mail.text:
        raise BodyWiped
    mail.state, mail.attempts, mail.next_try_at = MailState.QUEUED, 0, at
    mail.save(update_fields=["state", "attempts", "next_try_at"])
    return mail


@transaction.atomic
def let_go(*, ward_id: int, address: str, waiting_until: datetime, at: datetime) -> int:
    """What waits for `waiting_until` or longer to go to this address of the ward may go now; each is checked again as it
    goes. Returns how many. What failed before keeps its own time."""
    there = OutgoingMail.objects.in_ward(ward_id).filter(to_address=address)
    # a worker may be putting one of them off this instant: read once it is through
    len(there.waiting().select_for_update().order_by("pk").values_list("pk"))
    return there.filter(state=MailState.QUEUED, next_try_at__gte=waiting_until).update(next_try_at=at)


@transaction.atomic
def record_bounce(
    *, message_id: str = "", address: str = "", status: str = "", reason: str = "", at: datetime
) -> OutgoingMail:
    """A mail of ours came back: the row says so, and an address that is wrong or closed is written to no more.

    `message_id` names the mail (with its brackets); without it the latest mail that went to `address` is meant.
    `status`: the code of RFC 3463 ("5.1.1"), "" when unknown. A temporary failure (4.x.x) changes nothing: the server
    is still trying. Idempotent. Raises MailNotFound when no mail of ours is meant.
    """
    sent = OutgoingMail.objects.select_for_update()
    if message_id:
        sent = sent.filter(message_id=message_id)
    else:
        gone = [MailState.SENT, MailState.BOUNCED]
        sent = sent.filter(to_address__iexact=address or "?", state__in=gone).order_by("-sent_at", "-pk")
    mail = sent.first()
    if mail is None:
        raise MailNotFound
    bounce = Bounce(address.lower() or mail.to_address.lower(), status, reason, mail.message_id)
    if not bounce.is_permanent:
        return mail
    if mail.state == MailState.SENT:
        mail.bounced_at, mail.error = at, one_line(f"{status} {reason}".strip() or "Máy chủ thư trả lại.", 500)
        mail.save(update_fields=["bounced_at", "error", *mail.end_in(MailState.BOUNCED)])
    if bounce.blames_address and bounce.address == mail.to_address.lower():
        note_bad_address(address=bounce.address, reason=mail.error, mail=mail, at=at)
    return mail


@transaction.atomic
def note_bad_address(*, address: str, reason: str, mail: OutgoingMail | None, at: datetime) -> None:
    """Keep that nothing should go to this address; the first reason stays."""
    row = BadAddress(address=address.lower(), reason=one_line(reason, 500), mail=mail, since=at)
    BadAddress.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def trust_again(*, address: str) -> bool:
    """The address works again, or was mended: mail may go there. False when it was not known as bad."""
    return bool(BadAddress.objects.filter(address=address.lower()).delete()[0])


@dataclass(frozen=True)
class NoticeDraft:
    """A notice to be written to an account; the same key is the same notice, told once for ever."""

    user_id: int
    kind: str
    title: str
    dedupe_key: str
    text: str = ""
    url: str = ""
    payload: Sequence[int] = ()


@transaction.atomic
def notify(*, drafts: Iterable[NoticeDraft], at: datetime) -> int:
    """Write notices in the portal; those told before are passed over. Returns the number of drafts."""
    rows = [
        Notice(
            user_id=draft.user_id,
            kind=draft.kind,
            title=one_line(draft.title),
            text=one_line(draft.text, 500),
            url=draft.url,
            payload=list(draft.payload),
            dedupe_key=draft.dedupe_key,
            created_at=at,
        )
        for draft in drafts
    ]
    Notice.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def mark_read(*, user: Any, pk: int | None, at: datetime) -> str:
    """Mark one notice of the account (or all: `pk` None) read; returns the page it is about, "" for all or none."""
    own = Notice.objects.visible_to(user)
    if pk is not None:
        own = own.filter(pk=pk)
    url = own.values_list("url", flat=True).first() if pk is not None else ""
    own.unread().update(read_at=at)
    return url or ""


def bad_addresses() -> frozenset[str]:
    """All addresses nothing should go to, in lower case. One query."""
    return frozenset(BadAddress.objects.values_list("address", flat=True))

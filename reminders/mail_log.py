"""The send log: every digest with what became of its mail.

Reads only. Not here: sending (`outbox`), HTTP (`views.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q

from outbox.choices import MailState
from outbox.models import OutgoingMail
from outbox.querysets import WAITING
from reminders import changes
from reminders.choices import RulingKind
from reminders.letters import WrittenLetter
from reminders.models import Digest, Reminder, Ruling
from reminders.querysets import DigestQuerySet
from reminders.sending import CHECK, preview_digest
from reminders.stages import start_of
from units.models import Unit
from vietnamese.dates import format_date, local_day
from vietnamese.text import fold


@dataclass(frozen=True)
class MailCounts:
    """The state of the ward's mails of one day, and of those still waiting."""

    sent: int
    waiting: int
    dead: int


def mail_counts(ward: Unit, day: date) -> MailCounts:
    """Sent on `day`; waiting and given up whatever their day. One query."""
    start = start_of(day)
    counts = Digest.objects.filter(ward=ward).aggregate(
        sent=Count("pk", filter=Q(mail__sent_at__gte=start, mail__sent_at__lt=start + timedelta(days=1))),
        waiting=Count("pk", filter=Q(mail__state__in=WAITING)),
        dead=Count("pk", filter=Q(mail__state__in=[MailState.DEAD, MailState.BOUNCED])),
    )
    return MailCounts(**counts)


_LOG_STATES = {
    "da-gui": [MailState.SENT],
    "cho": WAITING,
    "khong-duoc": [MailState.DEAD, MailState.BOUNCED],
    "da-huy": [MailState.CANCELLED],
}
LOG_CHIPS = (
    ("", "Tất cả"),
    ("da-gui", "Đã gửi"),
    ("cho", "Chờ gửi"),
    ("khong-duoc", "Không gửi được"),
    ("da-huy", "Đã bỏ"),
)


def send_log(ward: Unit, *, text: str = "") -> DigestQuerySet:
    """The ward's digests, latest first; `text` narrows by name (accent-insensitively for members) or address."""
    digests = Digest.objects.filter(ward=ward).select_related("mail").order_by("-day", "-pk")
    for word in text.split():
        found = Q(name__icontains=word) | Q(address__icontains=word) | Q(member__folded__contains=fold(word))
        digests = digests.filter(found)
    return digests


def in_log_state(digests: DigestQuerySet, state: str) -> DigestQuerySet:
    """Those in one of the states of `LOG_CHIPS`; an unknown one means all."""
    return digests.filter(mail__state__in=_LOG_STATES[state]) if state in _LOG_STATES else digests


def log_counts(digests: DigestQuerySet) -> dict[str, int]:
    """Digests by key of `LOG_CHIPS`; one query."""
    counted = {
        key.replace("-", "_"): Count("pk", filter=Q(mail__state__in=states)) for key, states in _LOG_STATES.items()
    }
    counts = digests.order_by().aggregate(all=Count("pk"), **counted)
    return {key: counts[key.replace("-", "_")] if key else counts["all"] for key, _ in LOG_CHIPS}


def reminders_of(digest: Digest) -> list[Reminder]:
    """What the letter speaks of, what stands first; then what was taken out, with the reason. One query."""
    chosen = digest.reminders.select_related("obligation__requirement__directive", "obligation__member", "unit")
    return list(chosen.order_by(F("dropped_at").asc(nulls_first=True), "due_at", "obligation__member__sort_key", "pk"))


def kept_back(ward: Unit, mails: Iterable[OutgoingMail], at: datetime) -> dict[int, str]:
    """Of those still to go that the office's rulings keep back at `at` or when they are next tried: why, by id. At most one
    query."""
    waiting = [mail for mail in mails if mail.state in WAITING and mail.check_name in (CHECK, changes.KIND)]
    ruled: dict[str, list[Ruling]] = {}
    if waiting:
        for one in Ruling.objects.filter(ward=ward, address__in={mail.to_address for mail in waiting}):
            ruled.setdefault(one.address, []).append(one)
    found = {mail.pk: _why_kept(mail, ruled.get(mail.to_address, []), local_day(at)) for mail in waiting}
    return {pk: why for pk, why in found.items() if why}


def _why_kept(mail: OutgoingMail, rulings: list[Ruling], today: date) -> str:
    digest, tried = getattr(mail, "digest", None), max(today, local_day(mail.next_try_at))
    struck = [one.first_day for one in rulings if one.kind == RulingKind.STRIKE]
    if digest is not None and digest.day in struck:
        return f"Văn phòng đã bỏ thư của ngày {format_date(digest.day)}: thư này không đi."
    keeping = [one for one in rulings if one.last_day >= today and one.first_day <= tried]
    if not keeping:
        return ""
    last = max(keeping, key=lambda one: (one.last_day, one.kind == RulingKind.HOLD))
    if last.kind == RulingKind.HOLD:
        return f"Văn phòng giữ thư của người này đến hết ngày {format_date(last.last_day)}."
    return f"Văn phòng đã bỏ thư ngày {format_date(last.last_day)} của người này: thư này chờ đến ngày làm việc sau."


def written_letter(digest: Digest, at: datetime) -> WrittenLetter | None:
    """The letter as it went; of one that has not gone, as it would go at `at`; None when it does not go."""
    mail = digest.mail
    if mail is None or mail.state == MailState.CANCELLED:
        return None
    return WrittenLetter(mail.subject, mail.text, mail.html, "") if mail.text else preview_digest(digest, at)

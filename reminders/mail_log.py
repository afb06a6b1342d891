"""The send log: every digest with what became of its mail.

Reads only. Not here: sending (`outbox`), HTTP (`views.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q

from outbox.choices import MailState
from outbox.querysets import WAITING
from reminders.letters import WrittenLetter
from reminders.models import Digest, Reminder
from reminders.querysets import DigestQuerySet
from reminders.sending import preview_digest
from reminders.stages import start_of
from units.models import Unit
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


def written_letter(digest: Digest, at: datetime) -> WrittenLetter | None:
    """The letter as it went; of one that has not gone, as it would go at `at`; None when it does not go."""
    mail = digest.mail
    if mail is None or mail.state == MailState.CANCELLED:
        return None
    return WrittenLetter(mail.subject, mail.text, mail.html, "") if mail.text else preview_digest(digest, at)

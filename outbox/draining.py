"""Sending what is due: claim, ask the check, hand over, settle; one mail at a time over one connection.

Progress is committed per mail, and settling one mail shares its transaction with claiming the next. So a worker that
is killed leaves exactly one mail in doubt: claimed, perhaps taken by the server, not settled. When its lease runs out
it goes again with the same Message-ID: at most one duplicate per killed worker.

Not here: the SMTP dialogue (`delivery.py`), the periods of waiting (`retry.py`).
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.db import transaction
from django.db.models import F

from outbox import checks
from outbox.bounces import Bounce, status_of
from outbox.choices import MailState
from outbox.delivery import Outcome, Postman, Result
from outbox.headers import one_line
from outbox.models import OutgoingMail, SendingMinute
from outbox.retry import LEASE, MAX_ATTEMPTS, SERVER_PAUSE, next_try
from outbox.services import note_bad_address

BROKEN_LINES_TO_STOP = 2
"""After so many broken connections in a row the batch ends: the server is ill, waiting for each time-out is no use."""

LEAST_WAIT = timedelta(minutes=1)
"""A mail that is to wait waits at least so long, whatever its check says, so that no run looks at it twice."""


@dataclass(frozen=True)
class DrainReport:
    """Counts of one run: handed over; attempts that failed (to be retried or given up); cancelled by their check;
    and what waits in the queue afterwards."""

    sent: int
    failed: int
    cancelled: int
    waiting: int


class _Step(Enum):
    """What looking for the next mail came to."""

    CLAIMED = auto()
    CANCELLED = auto()
    GIVEN_UP = auto()
    POSTPONED = auto()
    NOTHING = auto()


def _take_slot(now: datetime) -> bool:
    """Count one hand-over in this minute; False when the minute is full (`OUTBOX_PER_MINUTE`, 0 = no limit)."""
    limit: int = getattr(settings, "OUTBOX_PER_MINUTE", 60)
    if limit <= 0:
        return True
    minute = now.replace(second=0, microsecond=0)
    free = SendingMinute.objects.filter(minute=minute, begun__lt=limit)
    if free.update(begun=F("begun") + 1):
        return True
    if SendingMinute.objects.filter(minute=minute).exists():
        return False
    SendingMinute.objects.filter(minute__lt=minute - timedelta(days=1)).delete()
    SendingMinute.objects.bulk_create([SendingMinute(minute=minute)], ignore_conflicts=True)
    return bool(free.update(begun=F("begun") + 1))


def _give_up(mail: OutgoingMail, error: str) -> _Step:
    mail.error = one_line(error, 500)
    mail.save(update_fields=["error", *mail.end_in(MailState.DEAD)])
    return _Step.GIVEN_UP


def _ask(mail: OutgoingMail, now: datetime) -> checks.Answer | Exception | None:
    """The check's answer, or the error it raised; None for a mail without a check.

    In a savepoint of its own, so that a failed query spoils nothing else.
    """
    if not mail.check_name:
        return None
    try:
        with transaction.atomic():
            return checks.ask(mail, now)
    except Exception as error:
        return error


def _claim_next(now: datetime) -> tuple[_Step, OutgoingMail | None]:
    """Lock the longest-waiting mail, ask its check, and mark it SENDING; to be called inside a transaction.

    The change to SENDING is the instant of sending: what the check sees there is what the mail is judged by.
    """
    mail = OutgoingMail.objects.claimable(now).select_for_update(skip_locked=True).first()
    if mail is None:
        return _Step.NOTHING, None
    if mail.attempts >= MAX_ATTEMPTS:
        return _give_up(mail, mail.error or "Tiến trình gửi bị ngắt nhiều lần, không rõ kết quả."), mail
    answer = _ask(mail, now)
    if isinstance(answer, Exception):
        mail.attempts += 1
        _put_back(mail, f"Phép kiểm tra trước khi gửi gặp lỗi: {answer}", now)
        return _Step.GIVEN_UP, mail
    if isinstance(answer, checks.Postpone):
        mail.state, mail.lease_until = MailState.QUEUED, None
        mail.next_try_at = max(answer.until, now + LEAST_WAIT)
        mail.save(update_fields=["state", "lease_until", "next_try_at"])
        return _Step.POSTPONED, mail
    if isinstance(answer, checks.Drop):
        mail.error = one_line(answer.reason, 500)
        mail.save(update_fields=["error", *mail.end_in(MailState.CANCELLED)])
        return _Step.CANCELLED, mail
    if not _take_slot(now):
        return _Step.NOTHING, None
    changed = ["state", "attempts", "lease_until"]
    if answer is not None:
        mail.subject, mail.text, mail.html = one_line(answer.subject), answer.text, answer.html
        changed += ["subject", "text", "html"]
    mail.state, mail.attempts, mail.lease_until = MailState.SENDING, mail.attempts + 1, now + LEASE
    mail.save(update_fields=changed)
    return _Step.CLAIMED, mail


def _put_back(mail: OutgoingMail, error: str, now: datetime) -> None:
    """Failed for now: wait by the number of attempts, or give up."""
    again = next_try(mail.attempts, now)
    if again is None:
        _give_up(mail, error)
        return
    mail.state, mail.lease_until, mail.next_try_at = MailState.FAILED, None, again
    mail.error = one_line(error, 500)
    mail.save(update_fields=["state", "attempts", "lease_until", "next_try_at", "error"])


def _settle(mail: OutgoingMail, outcome: Outcome, now: datetime) -> None:
    """Write what became of a handed-over mail."""
    if outcome.result is Result.SENT:
        mail.sent_at, mail.error = now, ""
        mail.save(update_fields=["sent_at", "error", *mail.end_in(MailState.SENT)])
    elif outcome.result is Result.REFUSED:
        _give_up(mail, outcome.answer)
        if Bounce(mail.to_address, status_of(outcome.answer), "", "").blames_address:
            note_bad_address(address=mail.to_address, reason=outcome.answer, mail=mail, at=now)
    elif outcome.result is Result.UNREACHABLE:
        mail.state, mail.lease_until, mail.attempts = MailState.QUEUED, None, mail.attempts - 1
        mail.next_try_at, mail.error = now + SERVER_PAUSE, one_line(outcome.answer, 500)
        mail.save(update_fields=["state", "lease_until", "attempts", "next_try_at", "error"])
    else:
        _put_back(mail, outcome.answer, now)


def drain(*, limit: int, at: datetime) -> DrainReport:
    """Send at most `limit` due mails, beginning at instant `at`, and report.

    Stops early when the minute's quota is used up, the server is unreachable, or two connections in a row broke.
    Any number of workers may run it at once: each mail is claimed by one. `at` is the clock's start; time spent
    sending is added to it. Not atomic as a whole: every mail is committed by itself.
    """
    started = time.monotonic()
    sent = failed = cancelled = broken = 0
    stop = False
    mail: OutgoingMail | None = None
    outcome: Outcome | None = None
    with Postman() as postman:
        while True:
            now = at + timedelta(seconds=time.monotonic() - started)
            with transaction.atomic():
                if mail is not None and outcome is not None:
                    _settle(mail, outcome, now)
                stop = stop or sent + failed >= limit
                step, mail = (_Step.NOTHING, None) if stop else _claim_next(now)
            outcome = None
            cancelled += step is _Step.CANCELLED
            failed += step is _Step.GIVEN_UP
            if step is _Step.NOTHING:
                break
            if step is not _Step.CLAIMED or mail is None:
                continue
            outcome = postman.deliver(mail.parcel(), now)
            sent += outcome.result is Result.SENT
            failed += outcome.result is not Result.SENT
            broken = broken + 1 if outcome.result is Result.BROKEN else 0
            stop = outcome.result is Result.UNREACHABLE or broken >= BROKEN_LINES_TO_STOP
    return DrainReport(sent, failed, cancelled, OutgoingMail.objects.waiting().count())

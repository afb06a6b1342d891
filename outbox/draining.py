"""Sending what is due: claim a batch, then one mail after the other: ask the check, mark it begun, hand it over.

Three kinds of marks. A batch is *claimed* (lease) by a commit that is flushed to the disk. Each mail is marked *begun*
(SENDING) before the server is spoken to, in the commit that also *settles* the mail before it; these commits are not
flushed one by one: they outlive the death of the worker, and the next claim flushes them. So a worker that is killed
leaves exactly one mail in doubt: begun, perhaps taken by the server, not settled. When its lease runs out it goes again
with the same Message-ID: at most one duplicate per killed worker. The rest of its batch was never offered and goes
then too. A power cut can take back the marks since the last claim: at most `CLAIMED_AT_ONCE` duplicates.

Not here: the SMTP dialogue (`delivery.py`), how a mark is written (`marking.py`), the periods of waiting (`retry.py`),
flushing (`flushing.py`).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from outbox import checks
from outbox.bounces import Bounce, status_of
from outbox.choices import MailState
from outbox.delivery import Outcome, Postman, Result, Written, write
from outbox.flushing import FewFlushes
from outbox.headers import one_line
from outbox.marking import mark, mark_held, mark_two
from outbox.models import OutgoingMail, SendingMinute
from outbox.querysets import OutgoingMailQuerySet
from outbox.retry import LEASE, MAX_ATTEMPTS, SERVER_PAUSE, next_try
from outbox.services import note_bad_address

BROKEN_LINES_TO_STOP = 2
"""After so many broken connections in a row the batch ends: the server is ill, waiting for each time-out is no use."""

CLAIMED_AT_ONCE = 20
"""Mails a worker leases in one go."""

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
    """What beginning a claimed mail came to."""

    BEGUN = auto()
    CANCELLED = auto()
    GIVEN_UP = auto()
    POSTPONED = auto()
    LOST = auto()
    """Somebody cancelled it, or the lease ran out and another worker has it."""
    FULL = auto()
    """The minute's quota is used up."""


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


def _claim(now: datetime, number: int) -> list[OutgoingMail]:
    """Lease the longest-waiting mails; to be called inside a transaction. Their states stay what they were."""
    mails = list(OutgoingMail.objects.claimable(now).select_for_update(skip_locked=True)[:number])
    OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(lease_until=now + LEASE)
    for mail in mails:
        mail.lease_until = now + LEASE
    return mails


def _release(mails: Sequence[OutgoingMail]) -> None:
    """Let go of claimed mails that were not begun."""
    for mail in mails:
        _still_ours(mail).exclude(state=MailState.SENDING).update(lease_until=None)


def _still_ours(mail: OutgoingMail) -> OutgoingMailQuerySet:
    return OutgoingMail.objects.waiting().filter(pk=mail.pk, lease_until=mail.lease_until)


def _is_plain(mail: OutgoingMail) -> bool:
    """Whether nothing is to be asked before it goes."""
    return not mail.check_name and mail.attempts < MAX_ATTEMPTS


def _begin(mail: OutgoingMail, now: datetime) -> _Step:
    """Ask the mail's check and mark it SENDING; to be called inside a transaction, with a mail claimed before.

    The change to SENDING is the instant of sending: what the check sees there is what the mail is judged by.
    """
    if not _is_plain(mail) and not _still_ours(mail).select_for_update().values_list("pk", flat=True).first():
        return _Step.LOST
    if mail.attempts >= MAX_ATTEMPTS:
        return _give_up(mail, mail.error or "Tiến trình gửi bị ngắt nhiều lần, không rõ kết quả.")
    answer = _ask(mail, now)
    if isinstance(answer, Exception):
        mail.attempts += 1
        _put_back(mail, f"Phép kiểm tra trước khi gửi gặp lỗi: {answer}", now)
        return _Step.GIVEN_UP
    if isinstance(answer, checks.Postpone):
        mail.state, mail.lease_until = MailState.QUEUED, None
        mail.next_try_at = max(answer.until, now + LEAST_WAIT)
        mail.save(update_fields=["state", "lease_until", "next_try_at"])
        return _Step.POSTPONED
    if isinstance(answer, checks.Drop):
        mail.error = one_line(answer.reason, 500)
        mail.save(update_fields=["error", *mail.end_in(MailState.CANCELLED)])
        return _Step.CANCELLED
    if not _take_slot(now):
        return _Step.FULL
    changed = _as_begun(mail, now)
    if answer is not None:
        changed |= {"subject": one_line(answer.subject), "text": answer.text, "html": answer.html}
    if not mark_held(mail, changed, held_until=mail.lease_until):
        return _Step.LOST
    for name, value in changed.items():
        setattr(mail, name, value)
    return _Step.BEGUN


def _as_begun(mail: OutgoingMail, now: datetime) -> dict[str, Any]:
    return {"state": MailState.SENDING, "attempts": mail.attempts + 1, "lease_until": now + LEASE}


def _as_sent(mail: OutgoingMail, now: datetime) -> dict[str, Any]:
    fields = mail.end_in(MailState.SENT)
    return {"sent_at": now, "error": "", **{name: getattr(mail, name) for name in fields}}


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
        mark(mail, _as_sent(mail, now))
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
    run = _Run(limit)
    with Postman() as postman, FewFlushes() as marks:
        while True:
            now = at + timedelta(seconds=time.monotonic() - started)
            with marks.flushed(), transaction.atomic():
                run.settle(now)
                _release(run.claimed)
                run.claimed = [] if run.is_over else _claim(now, min(CLAIMED_AT_ONCE, limit - run.sent - run.failed))
            run.write_plain(now)
            if not run.claimed:
                break
            while run.claimed and not run.is_over:
                now = at + timedelta(seconds=time.monotonic() - started)
                if not run.begin_straight(now):
                    with transaction.atomic():
                        run.settle(now)
                        run.begin(now)
                run.hand_over(postman, now)
    return DrainReport(run.sent, run.failed, run.cancelled, OutgoingMail.objects.waiting().count())


class _Run:
    """One run of `drain`: its counts, what is claimed and not begun, and the mail that was handed over last."""

    def __init__(self, limit: int) -> None:
        self.sent = self.failed = self.cancelled = 0
        self.claimed: list[OutgoingMail] = []
        self.is_over = limit <= 0
        self._limit = limit
        self._broken = 0
        self._begun: OutgoingMail | None = None
        self._done: tuple[OutgoingMail, Outcome] | None = None
        self._written: dict[int, Written | Outcome] = {}

    def write_plain(self, now: datetime) -> None:
        """Write the messages of claimed mails whose words are settled; all together that takes half the time."""
        self._written = {mail.pk: write(mail.parcel(), now) for mail in self.claimed if _is_plain(mail)}

    def settle(self, now: datetime) -> None:
        """Write what became of the mail handed over last."""
        if self._done is not None:
            _settle(*self._done, now)
        self._done = None

    def begin_straight(self, now: datetime) -> bool:
        """Begin the next claimed mail and settle the one before in one statement, where nothing is to be asked and that
        one went well; False when it takes a transaction."""
        mail, before = self.claimed[0], self._done
        if not _is_plain(mail) or (before is not None and before[1].result is not Result.SENT):
            return False
        if not _take_slot(now):
            self.is_over = True
            return True
        changed, lease = _as_begun(mail, now), mail.lease_until
        if before is None:
            is_ours = mark_held(mail, changed, held_until=lease)
        else:
            is_ours = mark_two(before[0], _as_sent(before[0], now), mail, changed, held_until=lease)
        for name, value in changed.items():
            setattr(mail, name, value)
        self._done, self._begun = None, mail if is_ours else None
        self.claimed.pop(0)
        return True

    def begin(self, now: datetime) -> None:
        """Begin the next claimed mail; one that finds the minute full stays claimed, to be released."""
        mail = self.claimed[0]
        step = _begin(mail, now)
        self._begun = mail if step is _Step.BEGUN else None
        self.cancelled += step is _Step.CANCELLED
        self.failed += step is _Step.GIVEN_UP
        if step is _Step.FULL:
            self.is_over = True
        else:
            self.claimed.pop(0)
        self._stop_at_limit()

    def hand_over(self, postman: Postman, now: datetime) -> None:
        """Speak to the server about the mail that was begun, if one was."""
        if self._begun is None:
            return
        message = self._written.pop(self._begun.pk, None) or write(self._begun.parcel(), now)
        outcome = message if isinstance(message, Outcome) else postman.deliver(message)
        self._done, self._begun = (self._begun, outcome), None
        self.sent += outcome.result is Result.SENT
        self.failed += outcome.result is not Result.SENT
        self._broken = self._broken + 1 if outcome.result is Result.BROKEN else 0
        if outcome.result is Result.UNREACHABLE or self._broken >= BROKEN_LINES_TO_STOP:
            self.is_over = True
        self._stop_at_limit()

    def _stop_at_limit(self) -> None:
        self.is_over = self.is_over or self.sent + self.failed >= self._limit

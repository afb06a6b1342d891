"""Letters that waited into a later day: nobody gets two on one day, and no rung is lost that only the older one tells.

Until the round of the day has run they wait on; then the letter of the day takes in what of them it does not say itself.
Without one they go alone. Part of the last question before a digest goes (`sending.py`), inside its transaction.

Not here: whether what they say still holds (`sending.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, When

from outbox.checks import Postpone
from outbox.choices import MailState
from outbox.models import OutgoingMail
from outbox.querysets import WAITING
from outbox.services import cancel
from reminders.choices import RulingKind, RunState
from reminders.models import Digest, PlanningRun, Reminder, Ruling
from reminders.stages import ACKNOWLEDGE, OPENS
from vietnamese.dates import VIETNAM, local_day

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from units.models import Unit

NEWER_LETTER = "Đã có thư nhắc của ngày sau."
TAKEN_IN = "Việc còn phải nhắc đã chuyển sang thư nhắc của ngày sau."

ROUND_TAKES: Final = timedelta(hours=1)
"""So long after mail may go, a letter of an earlier day waits for the round of the day."""

_AGAIN: Final = timedelta(minutes=5)


def struck() -> Exists:
    """Of a digest: the office struck the letters of its day."""
    same = {"ward": OuterRef("ward"), "address": OuterRef("address")}
    return Exists(
        Ruling.objects.filter(
            **same, kind=RulingKind.STRIKE, first_day__lte=OuterRef("day"), last_day__gte=OuterRef("day")
        )
    )


def of_other_days(day: date) -> Mapping[str, Combinable]:
    """What `waits_on` asks of a digest, as annotations of it."""
    same = {"ward": OuterRef("ward"), "address": OuterRef("address")}
    newer = Digest.objects.filter(**same, day__gt=OuterRef("day"), mail__state__in=WAITING).exclude(struck())
    return {
        "is_round_done": Exists(PlanningRun.objects.filter(ward=OuterRef("ward"), day=day, state=RunState.DONE)),
        "newer_goes_at": Subquery(newer.order_by("day").values("mail__next_try_at")[:1]),
        "has_older": Exists(Digest.objects.filter(**same, day__lt=OuterRef("day"), mail__state__in=_TAKEN_FROM)),
    }


_TAKEN_FROM: Final = (MailState.QUEUED, MailState.FAILED)


def number_waiting(ward: Unit, before: date) -> int:
    """Letters of days before `before` that are still to go. One query."""
    digests = Digest.objects.filter(ward=ward, day__lt=before, mail__state__in=WAITING)
    return digests.exclude(struck()).count()


def waits_on(digest: Any, at: datetime) -> Postpone | None:
    """Of a digest with `of_other_days`: until when it gives way to the round of the day, or to a later letter."""
    day = local_day(at)
    opened = datetime.combine(day, OPENS, VIETNAM)
    if digest.day < day and not digest.is_round_done and at < opened + ROUND_TAKES:
        return Postpone(at + _AGAIN)
    if digest.newer_goes_at is not None:
        return Postpone(max(at, digest.newer_goes_at))
    return None


def take_in_older(digest: Digest, at: datetime) -> None:
    """What older letters to the same reader still had to say becomes part of this one, and they do not go. Not theirs whom
    another worker has in hand this instant, nor what the office struck.
    """
    older = Digest.objects.filter(ward=digest.ward_id, address=digest.address, day__lt=digest.day).exclude(struck())
    mails = OutgoingMail.objects.filter(digest__in=older.order_by().values("pk"), state__in=_TAKEN_FROM)
    for mail in mails.select_for_update(of=("self",), skip_locked=True).order_by("-digest__day"):
        waited = Reminder.objects.standing().filter(digest__mail=mail)
        there = Reminder.objects.standing().filter(digest=digest)
        waited.annotate(is_said=says_the_same(there)).filter(is_said=True).update(dropped_at=at, reason=NEWER_LETTER)
        cancel(mail=mail, reason=TAKEN_IN if waited.update(digest=digest) else NEWER_LETTER)


def said_later(digest: Digest) -> Case:
    """Of its reminders: whether a letter of a later day, which has gone to the same reader, says the same."""
    newer = Digest.objects.filter(ward=digest.ward_id, address=digest.address, day__gt=digest.day)
    gone = newer.filter(mail__state=MailState.SENT).order_by().values("pk")
    return says_the_same(Reminder.objects.standing().filter(digest__in=gone))


def says_the_same(among: QuerySet[Reminder]) -> Case:
    """Of a reminder: whether one of these says the same of its obligation, by the same deadline: to hand in, or to confirm
    receipt."""
    same = among.filter(obligation=OuterRef("obligation"), due_at=OuterRef("due_at"))
    return Case(
        When(stage=ACKNOWLEDGE, then=Exists(same.filter(stage=ACKNOWLEDGE))),
        default=Exists(same.exclude(stage=ACKNOWLEDGE)),
    )

"""The review queue as a list: what a page asks for, its counts, its order, who comes before and after.

Not here: rights (`querysets.reviewable_by`), one opened file (`review_deck.py`), decisions (`services.reviewing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q
from django.utils.http import urlencode

from directives.models import Requirement
from submissions.choices import InspectionState
from submissions.models import Decision, Submission
from units.choices import Block
from units.models import Cluster
from vietnamese.dates import VIETNAM, local_day

if TYPE_CHECKING:
    from submissions.querysets import SubmissionQuerySet
    from units.models import User

SITTING_GAP = timedelta(minutes=10)
"""Decisions further apart than this belong to two sittings."""
_LONGEST_SITTING = 500


class Pile(StrEnum):
    """Which part of the queue."""

    WAITING = "cho-duyet"
    LATE = "muon"
    FLAGGED = "danh-dau"
    UNCHECKED = "dang-kiem-tra"
    DEAD = "khong-kiem-tra-duoc"


PILE_WORDS: Final[Mapping[Pile, str]] = {
    Pile.WAITING: "Chờ duyệt",
    Pile.LATE: "Nộp muộn",
    Pile.FLAGGED: "Đã đánh dấu",
    Pile.UNCHECKED: "Đang kiểm tra tệp",
    Pile.DEAD: "Không kiểm tra được",
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the page asks for; None or "" = everything. Ids that are not numbers find nothing."""

    pile: Pile = Pile.WAITING
    requirement: int | None = None
    block: str = ""
    cluster: int | None = None
    text: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str]) -> QueueFilter:
        """From the parameters of a page."""
        pile = params.get("nhom", "")
        return cls(
            pile=Pile(pile) if pile in set(Pile) else Pile.WAITING,
            requirement=_number(params.get("yeu_cau")),
            block=params.get("khoi", ""),
            cluster=_number(params.get("cum")),
            text=params.get("q", "").strip(),
        )

    @property
    def query(self) -> str:
        """ "?…" that leads back to the same list; "" for the plain one."""
        given = {
            "nhom": "" if self.pile == Pile.WAITING else self.pile.value,
            "yeu_cau": self.requirement,
            "khoi": self.block,
            "cum": self.cluster,
            "q": self.text,
        }
        kept = {name: value for name, value in given.items() if value not in ("", None)}
        return f"?{urlencode(kept)}" if kept else ""

    def of(self, pile: Pile) -> QueueFilter:
        """The same list for another pile."""
        return replace(self, pile=pile)


def narrow(submissions: SubmissionQuerySet, wanted: QueueFilter) -> SubmissionQuerySet:
    """Those of the requirement, khối, cụm and text asked for, of every pile."""
    fields = {
        "obligation__requirement": wanted.requirement,
        "obligation__unit__block": wanted.block or None,
        "obligation__unit__cluster": wanted.cluster,
    }
    found = submissions.filter(**{name: value for name, value in fields.items() if value is not None})
    return found.search(wanted.text) if wanted.text else found


def in_pile(submissions: SubmissionQuerySet, pile: Pile) -> SubmissionQuerySet:
    """The part of the queue that the pile holds."""
    if pile in (Pile.UNCHECKED, Pile.DEAD):
        dead = Q(current__files__blob__inspection__state=InspectionState.DEAD)
        unchecked = submissions.unchecked()
        return unchecked.filter(dead).distinct() if pile == Pile.DEAD else unchecked.exclude(dead)
    waiting = submissions.waiting()
    return {Pile.WAITING: waiting, Pile.LATE: waiting.late(), Pile.FLAGGED: waiting.flagged()}[pile]


def queue(submissions: SubmissionQuerySet, wanted: QueueFilter) -> SubmissionQuerySet:
    """The list: oldest receipt first."""
    return in_pile(narrow(submissions, wanted), wanted.pile).oldest_first()


def counts(submissions: SubmissionQuerySet, wanted: QueueFilter) -> list[tuple[Pile, str, int]]:
    """How many each pile holds under the same filter; the two piles of trouble only when they hold something."""
    narrowed = narrow(submissions, wanted)
    counted = [(pile, PILE_WORDS[pile], in_pile(narrowed, pile).count()) for pile in Pile]
    return [one for one in counted if one[2] or one[0] not in (Pile.UNCHECKED, Pile.DEAD)]


def neighbours(
    listed: SubmissionQuerySet, current: Submission, *, ahead: int
) -> tuple[Submission | None, list[Submission]]:
    """The one before `current` in the list, and up to `ahead` after it; `current` itself need not be in the list."""
    version = current.current
    at = version.received_at if version else None
    if at is None:
        return None, list(listed[:ahead])
    before, after = _sides(current.pk, at)
    previous = listed.filter(before).order_by("-current__received_at", "-pk").first()
    return previous, list(listed.filter(after)[:ahead])


def around(listed: SubmissionQuerySet, current: Submission) -> tuple[int, int]:
    """How many of the list come before `current` and how many after it; it need not be in the list. One query."""
    version = current.current
    if version is None:
        return 0, listed.count()
    before, after = _sides(current.pk, version.received_at)
    counts = listed.order_by().aggregate(before=Count("pk", filter=before), after=Count("pk", filter=after))
    return counts["before"], counts["after"]


def _sides(pk: int, at: datetime) -> tuple[Q, Q]:
    before = Q(current__received_at__lt=at) | Q(current__received_at=at, pk__lt=pk)
    return before, Q(current__received_at__gt=at) | Q(current__received_at=at, pk__gt=pk)


@dataclass(frozen=True, slots=True)
class Sitting:
    """The reviewer's work without a longer pause: how many decisions, over how many whole minutes (at least 1)."""

    decided: int
    minutes: int


def sitting_of(user: User, at: datetime) -> Sitting:
    """The present sitting: decisions going back from `at` until a gap of more than ten minutes."""
    recent = Decision.objects.filter(decided_by=user, decided_at__lte=at).order_by("-decided_at")
    decided, edge = 0, at
    for decided_at in recent.values_list("decided_at", flat=True)[:_LONGEST_SITTING]:
        if edge - decided_at > SITTING_GAP:
            break
        decided, edge = decided + 1, decided_at
    return Sitting(decided, max(1, round((at - edge).total_seconds() / 60)))


def decided_today(user: User, at: datetime) -> int:
    """How many the reviewer decided on since midnight, Asia/Ho_Chi_Minh."""
    midnight = datetime.combine(local_day(at), time.min, VIETNAM)
    return Decision.objects.filter(decided_by=user, decided_at__gte=midnight, decided_at__lte=at).count()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters of the page offer: only what occurs in the queue."""

    requirements: list[Requirement]
    blocks: list[tuple[str, str]]
    clusters: list[Cluster]


def choices_of(submissions: SubmissionQuerySet) -> Choices:
    """Requirements, khối and cụm of everything undecided."""
    undecided = submissions.undecided()
    requirements = Requirement.objects.filter(pk__in=undecided.values("obligation__requirement"))
    present = set(undecided.order_by().values_list("obligation__unit__block", flat=True).distinct())
    return Choices(
        requirements=list(requirements.select_related("directive").order_by("directive__issued_on", "order")),
        blocks=[(value, label) for value, label in Block.choices if value in present],
        clusters=list(Cluster.objects.filter(pk__in=undecided.values("obligation__unit__cluster"))),
    )


def _number(value: str | None) -> int | None:
    if not value:
        return None
    # at most nine digits: a longer one overflows the database's integer
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else 0

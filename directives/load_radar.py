"""Load radar: what the units and people a draft addresses already owe around its last days, and how earlier like
requirements went, to help choose a date before issuing.

Reads stored obligations that are still owed on running papers; changes nothing.
Not here: whom the draft addresses (`coverage.py`), its preview (`services.preview`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final

from django.db.models import Count, F, Max, Min, Q

from directives.choices import ObligationState
from directives.deadlines import day_start
from directives.models import Directive, Obligation, Requirement
from directives.querysets import SURE, ObligationQuerySet
from directives.services.preview import IssuePreview
from interface.wording import last_day_of
from units.models import Unit, User
from vietnamese.dates import format_date, local_day
from vietnamese.text import fold

AROUND: Final = timedelta(days=7)
"""How far before and after a last day another duty counts as lying in the same days."""
WORST: Final = 10
ALIKE: Final = 5
_LEAST_LIKENESS: Final = 0.25
# Words that every paper has; likeness is in the others.
_COMMON: Final = frozenset(
    [
        "bai",
        "thu",
        "hoach",
        "bao",
        "cao",
        "ket",
        "qua",
        "sinh",
        "hoat",
        "chuyen",
        "de",
        "chuong",
        "trinh",
        "hanh",
        "dong",
        "ke",
        "hoach",
        "ve",
        "viec",
        "so",
        "cua",
        "va",
        "cac",
        "thuc",
        "hien",
        "to",
        "chuc",
        "thang",
        "nam",
        "tiep",
        "tuc",
        "trien",
        "khai",
        "hoc",
        "tap",
        "quan",
        "triet",
        "nghi",
        "quyet",
        "dang",
        "uy",
        "chi",
        "bo",
        "phuong",
    ]
)


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """What one unit, its members together, already owes around the last days: duties (each once) and rows of work."""

    unit: Unit
    duties: int
    """Different requirements of earlier papers."""
    rows: int
    """Obligations: a duty of ten members is ten."""
    weeks: tuple[int, ...]
    """Duties by week, in the order of `Radar.weeks`."""


@dataclass(frozen=True, slots=True)
class AlikeAsk:
    """An earlier requirement of the same kind on a near subject, with how it went among those who answered."""

    requirement: Requirement
    likeness: float
    sent: int
    on_time: int
    judged: int
    """Of the total, those whose deadline has passed: `on_time` is of them."""
    total: int
    median_days: int | None
    """Half of those who sent had sent after so many days from being given the work; None when nobody has."""


@dataclass(frozen=True, slots=True)
class Radar:
    """The load around the last days of a draft. `weeks` are their Mondays."""

    units: int
    """Units the draft gives work to."""
    busy: int
    """Of them, those that owe something in these days already."""
    most: int
    """Duties of the busiest unit."""
    weeks: tuple[date, ...]
    worst: tuple[UnitLoad, ...]
    alike: tuple[AlikeAsk, ...]
    last_days: tuple[date, ...] = ()
    """The last days of the draft, the nearest first."""

    @property
    def last_days_words(self) -> str:
        """ "27/4/2026 và 5/5/2026"."""
        days = [format_date(day) for day in self.last_days]
        return " và ".join(filter(None, (", ".join(days[:-1]), days[-1])))


def radar_of(preview: IssuePreview, *, user: User, at: datetime) -> Radar | None:
    """The radar of a draft's preview, as far as the reader sees; None when no requirement has a last day.

    A few queries, however many units and requirements; the database counts, for a city's radar too. Only undecided work counts: accepted and waived rows are no load.
    """
    last_days = sorted(
        {last_day_of(item.requirement.due_at) for item in preview.requirements if item.requirement.due_at}
    )
    if not last_days:
        return None
    targets = {share.unit.pk: share.unit for item in preview.requirements for share in item.shares}
    owed = _owed(preview.directive, targets, last_days, user, at)
    weeks = _weeks(last_days)
    loads = sorted(
        (_load(targets[pk], rows, weeks) for pk, rows in owed.items()),
        key=lambda load: (-load.duties, -load.rows, load.unit.path),
    )
    return Radar(
        units=len(targets),
        busy=len(loads),
        most=loads[0].duties if loads else 0,
        weeks=weeks,
        worst=tuple(loads[:WORST]),
        alike=tuple(_alike(preview, user, at)),
        last_days=tuple(last_days),
    )


def _owed(
    draft: Directive, targets: Collection[int], last_days: Sequence[date], user: User, at: datetime
) -> dict[int, list[tuple[int, date, int]]]:
    """Unit → (requirement, last day, how many rows) of what it owes within AROUND of one of the last days. One query."""
    first, end = last_days[0] - AROUND, last_days[-1] + AROUND + timedelta(days=1)
    owing = Obligation.objects.visible_in(draft.ward, user).owing(at, of_ward=draft.ward).filter(certainty__in=SURE)
    # The instant after a last day is its deadline, so the span is shifted by a day. A returned one may be owed until its
    # fix-by instant, which only puts it off: the deadline that counts is looked at of each group, not of each row.
    put_off = Q(due_at__gt=day_start(first)) | Q(state=ObligationState.RETURNED)
    near = owing.filter(put_off, due_at__lte=day_start(end)).order_by()
    found: dict[int, list[tuple[int, date, int]]] = defaultdict(list)
    grouped = near.values_list("unit_id", "requirement_id", "owed_due_at").annotate(rows=Count("pk"))
    for unit, requirement, due_at, rows in grouped:
        day = last_day_of(due_at)
        if unit in targets and any(abs(day - last) <= AROUND for last in last_days):
            found[unit].append((requirement, day, rows))
    return found


def _weeks(last_days: Sequence[date]) -> tuple[date, ...]:
    days = {last + timedelta(days=step) for last in last_days for step in range(-AROUND.days, AROUND.days + 1)}
    return tuple(sorted({day - timedelta(days=day.weekday()) for day in days}))


def _load(unit: Unit, rows: Sequence[tuple[int, date, int]], weeks: Sequence[date]) -> UnitLoad:
    asked = {(requirement, day) for requirement, day, _ in rows}
    by_week = Counter(day - timedelta(days=day.weekday()) for _, day in asked)
    return UnitLoad(
        unit=unit,
        duties=len({requirement for requirement, _ in asked}),
        rows=sum(count for _, _, count in rows),
        weeks=tuple(by_week[week] for week in weeks),
    )


def _alike(preview: IssuePreview, user: User, at: datetime) -> list[AlikeAsk]:
    """Earlier requirements of the kinds asked now whose words are near, the nearest first."""
    wanted = defaultdict(list)
    for item in preview.requirements:
        wanted[item.requirement.kind].append(_words(item.requirement.title, preview.directive.subject))
    earlier = Requirement.objects.visible_to(user).filter(kind__in=wanted, directive__ward=preview.directive.ward_id)
    earlier = earlier.exclude(directive=preview.directive).exclude(directive__issued_at=None)
    near = []
    for one in earlier.select_related("directive").order_by("-directive__issued_at", "-pk"):
        words = _words(one.title, one.directive.subject)
        likeness = max(_likeness(words, mine) for mine in wanted[one.kind])
        if likeness >= _LEAST_LIKENESS:
            near.append((likeness, one))
    nearest = sorted(near, key=lambda pair: -pair[0])[:ALIKE]
    return _with_results(nearest, preview.directive.ward, user, at)


def _with_results(near: Sequence[tuple[float, Requirement]], ward: Unit, user: User, at: datetime) -> list[AlikeAsk]:
    rows = Obligation.objects.visible_in(ward, user).filter(requirement__in=[one.pk for _, one in near])
    told = rows.exclude(state=ObligationState.WAIVED).order_by()
    passed = Q(due_at__lte=at, certainty__in=SURE)
    in_time = passed & Q(first_submitted_at__lt=F("due_at"))
    has_sent = Q(first_submitted_at__isnull=False)
    counts = {
        key: counted
        for key, *counted in told.values_list("requirement_id").annotate(
            total=Count("pk"),
            sent=Count("first_submitted_at"),
            on_time=Count("pk", filter=in_time),
            judged=Count("pk", filter=passed),
            first=Min("created_at", filter=has_sent),
            last=Max("created_at", filter=has_sent),
        )
    }
    nothing = [0, 0, 0, 0, None, None]
    found = []
    for likeness, one in near:
        total, sent, on_time, judged, first, last = counts.get(one.pk, nothing)
        days = _median_days(told.filter(requirement=one.pk), sent, given_at_once=first == last)
        found.append(AlikeAsk(one, likeness, sent=sent, on_time=on_time, judged=judged, total=total, median_days=days))
    return found


def _median_days(told: ObligationQuerySet, sent: int, *, given_at_once: bool) -> int | None:
    """Half of the `sent` who sent had sent after so many days.

    All given out at once: the middle ones in the order of sending are the middle ones in days as well.
    """
    if not sent:
        return None
    instants = told.filter(first_submitted_at__isnull=False).order_by("first_submitted_at")
    pairs = instants.values_list("created_at", "first_submitted_at")
    if given_at_once:
        pairs = pairs[(sent - 1) // 2 : sent // 2 + 1]
    return round(median(max((local_day(at) - local_day(given)).days, 0) for given, at in pairs))


def _words(*texts: str) -> frozenset[str]:
    """The words that tell a subject: folded, without those that every paper has."""
    return frozenset(word for word in fold(" ".join(texts)).split() if word not in _COMMON and len(word) > 1)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words of all words, 0 to 1."""
    return len(one & other) / len(one | other) if one | other else 0.0

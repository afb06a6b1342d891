"""What the leader's page shows: five numbers of one requirement against yesterday, its trend, the slowest units.

Not here: the counting (`figures.py`), the drawing (`trend_chart.py`, the template).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.db.models import Min
from django.utils.safestring import SafeString, mark_safe

from directives.choices import HANDED_IN_STATES, ObligationState
from directives.querysets import owed_until
from interface.wording import last_day_of
from reports.figures import collect_matrix
from reports.overview import (
    BlockShare,
    RunningRequirement,
    SlowUnit,
    by_block,
    clusters_of,
    open_deadlines,
    running_requirements,
    slowest_units,
    split_by_party,
)
from reports.tallies import MatrixSheet, TrendPoint, rate_of
from reports.trend import trend_from_start
from reports.trend_chart import NARROW, WIDE, draw_trend
from vietnamese.dates import VIETNAM, local_day
from vietnamese.numbers import format_number

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet

# The line begins when the requirement was given out, but not further back than this.
LONGEST_TREND: Final = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class RunningPaper:
    """A running directive: what is overdue in all of it, and its requirements that are still open."""

    pk: int
    reference: str
    overdue: int
    requirements: tuple[RunningRequirement, ...]


@dataclass(frozen=True, slots=True)
class LeaderOverview:
    """The page; `chosen` is None when nothing runs. Rates are per cent with one decimal, None without a denominator."""

    at: datetime
    running: list[RunningRequirement]
    chosen: RunningRequirement | None = None
    rate: str = ""
    change: Decimal | None = None
    complete_units: int = 0
    complete_units_yesterday: int = 0
    oldest_waiting_days: int | None = None
    returned_past_fix: int = 0
    slowest: tuple[SlowUnit, ...] = ()
    blocks: tuple[BlockShare, ...] = ()
    points: tuple[TrendPoint, ...] = ()
    wide_chart: str = ""
    narrow_chart: str = ""

    @property
    def papers(self) -> tuple[RunningPaper, ...]:
        """All running directives, those with most overdue first; equals in the order of their last days."""
        groups: dict[int, list[RunningRequirement]] = {}
        for one in self.running:
            groups.setdefault(one.requirement.directive_id, []).append(one)
        papers = [
            RunningPaper(
                pk,
                group[0].requirement.directive,
                sum(one.tally.overdue for one in group),
                tuple(one for one in group if one.is_open),
            )
            for pk, group in groups.items()
        ]
        return tuple(sorted(papers, key=lambda paper: -paper.overdue))

    @property
    def overdue_elsewhere(self) -> int:
        """Overdue in what runs beside the chosen requirement."""
        chosen = self.chosen.tally.overdue if self.chosen else 0
        return sum(one.tally.overdue for one in self.running) - chosen

    @property
    def change_words(self) -> str:
        """ "7,6" without its sign; the arrow beside it says the direction."""
        return format_number(abs(self.change), 1) if self.change else "0"


def leader_overview(obligations: ObligationQuerySet, *, chosen: str, at: datetime) -> LeaderOverview:
    """The page at `at` for the requirement (of a series, the period) `chosen`, or for the one that presses most."""
    sheet = collect_matrix(at=at, obligations=obligations, live=True)
    running = running_requirements(sheet, open_deadlines(obligations, at))
    below, leads = split_by_party(sheet)
    focus = next((one for one in running if one.requirement.choice == chosen), None) or pressing(running, at)
    if focus is None:
        return LeaderOverview(at, running)
    own = obligations.filter(requirement=focus.requirement.pk, period=focus.requirement.period)
    midnight = datetime.combine(local_day(at), time.min, VIETNAM)
    points = points_of(own, at)
    before = points[-2] if len(points) > 1 else None
    rate = focus.tally.rate
    rate_before = rate_of(before.accepted, before.required) if before else None
    due_at = focus.requirement.due_at
    last_day = last_day_of(due_at) if due_at else None
    returned = own.filter(state=ObligationState.RETURNED).annotate(again_by=owed_until())
    noun = "bài" if focus.is_personal else "việc"
    return LeaderOverview(
        at=at,
        running=running,
        chosen=focus,
        rate="–" if rate is None else format_number(rate, 0 if rate == rate.to_integral_value() else 1),
        change=None if rate is None or rate_before is None else rate - rate_before,
        complete_units=_complete(sheet, focus),
        complete_units_yesterday=_complete_then(own, midnight),
        oldest_waiting_days=_oldest_waiting(own, at),
        returned_past_fix=returned.filter(again_by__lte=at).count(),
        slowest=tuple(
            slowest_units(
                leads if focus.is_of_leads else below,
                focus.requirement,
                {c.pk: c.name for c in clusters_of(sheet.units)},
            )
        ),
        blocks=tuple(by_block(sheet, focus.requirement)),
        points=tuple(points),
        wide_chart=_chart(points, local_day(at), last_day, wide=True, noun=noun),
        narrow_chart=_chart(points, local_day(at), last_day, wide=False, noun=noun),
    )


def pressing(running: list[RunningRequirement], at: datetime) -> RunningRequirement | None:
    """The requirement a leader wants first: still open, nearest last day ahead; of one day the largest."""
    ahead = [one for one in running if one.is_open and one.requirement.due_at and one.requirement.due_at > at]
    behind = [one for one in running if one.is_open and one not in ahead]
    if ahead:
        return min(ahead, key=lambda one: (last_day_of(one.requirement.due_at), -one.tally.required))  # type: ignore[arg-type]
    return max(behind or running, key=lambda one: one.tally.required, default=None)


def points_of(own: ObligationQuerySet, at: datetime) -> list[TrendPoint]:
    """One point a day up to today, beginning with the day on which the first obligation was given out. One query."""
    return trend_from_start(own, last=local_day(at), longest=LONGEST_TREND)


def _complete(sheet: MatrixSheet, focus: RunningRequirement) -> int:
    return sum(1 for (_, column), tally in sheet.cells.items() if column == focus.requirement.key and tally.is_complete)


def _complete_then(own: ObligationQuerySet, midnight: datetime) -> int:
    """Units that had everything accepted at the end of yesterday."""
    sheet = collect_matrix(at=midnight, obligations=own)
    return sum(1 for tally in sheet.cells.values() if tally.is_complete)


def _oldest_waiting(own: ObligationQuerySet, at: datetime) -> int | None:
    """Full days the longest-waiting submission has waited; None when none waits."""
    oldest = own.filter(state__in=HANDED_IN_STATES).aggregate(first=Min("submitted_at"))["first"]
    return None if oldest is None else (at - oldest).days


def _chart(points: list[TrendPoint], today: date, last_day: date | None, *, wide: bool, noun: str) -> SafeString:
    svg = draw_trend(points, today=today, last_day=last_day, canvas=WIDE if wide else NARROW, noun=noun)
    return mark_safe(svg)  # noqa: S308 (numbers and dates only, drawn by trend_chart)

"""Biểu đồ: the figures of one requirement, or of all that run, as values for charts, tables, SVG and Excel.

Not here: the counting (`figures.py`, `trend.py`), the drawing (`charts_svg.py`, `trend_chart.py`, `static/js/charts.js`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.utils.safestring import SafeString, mark_safe

from interface.wording import last_day_of
from reports.charts_svg import PARTS, Bar, bars_svg, heat_svg, shade_of
from reports.figures import collect, collect_matrix, collect_weeks
from reports.leader import points_of, pressing
from reports.overview import RunningRequirement, running_requirements
from reports.tallies import By, FigureSheet, TallyRow, TrendPoint, WeekSheet, bar_counts
from reports.trend_chart import WIDE, draw_trend
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet

EVERYTHING: Final = "tat-ca"


@dataclass(frozen=True, slots=True)
class BarRow:
    """A group with the parts of its bar in the order of `PARTS`."""

    key: str
    name: str
    parts: tuple[int, ...]
    accepted: int
    required: int


@dataclass(frozen=True, slots=True)
class Charts:
    """The page; `chosen` is None for all that runs."""

    at: datetime
    running: list[RunningRequirement]
    chosen: RunningRequirement | None
    last_day: date | None
    points: tuple[TrendPoint, ...]
    clusters: tuple[BarRow, ...]
    blocks: tuple[BarRow, ...]
    weeks: WeekSheet

    @property
    def heads(self) -> tuple[str, ...]:
        """Words of the parts of a bar."""
        return tuple(word for _, word, _ in PARTS)

    @property
    def heat(self) -> list[tuple[str, list[tuple[int, int]]]]:
        """Rows of the heat map: name, and (count, shade 0 to 4) of each week."""
        most = self.weeks.most
        return [(row.name, [(count, shade_of(count, most)) for count in row.counts]) for row in self.weeks.rows]

    @property
    def line_svg(self) -> SafeString:
        """Progress up to the last day."""
        svg = draw_trend(list(self.points), today=local_day(self.at), last_day=self.last_day, canvas=WIDE)
        return mark_safe(svg)  # noqa: S308 (numbers and dates only)

    @property
    def cluster_svg(self) -> SafeString:
        """By cụm."""
        return _bars(self.clusters, "Theo cụm")

    @property
    def block_svg(self) -> SafeString:
        """By khối."""
        return _bars(self.blocks, "Theo khối")

    @property
    def heat_svg(self) -> SafeString:
        """Handed in by week."""
        rows = [(row.name, row.counts) for row in self.weeks.rows]
        return mark_safe(heat_svg(self.weeks.weeks, rows, title="Bài nộp theo tuần"))  # noqa: S308 (escaped there)


def charts_of(obligations: ObligationQuerySet, *, wanted: str, at: datetime) -> Charts:
    """The charts for the requirement (of a series, the period) `wanted`, for all that runs (`EVERYTHING`), or for what presses most."""
    running = running_requirements(collect_matrix(at=at, obligations=obligations, live=True))
    chosen = next((one for one in running if one.requirement.choice == wanted), None)
    if chosen is None and wanted != EVERYTHING:
        chosen = pressing(running, at)
    own = obligations.of_those_below()  # no unit owes the form of its cluster's lead, which may be chosen by itself
    if chosen:
        own = obligations.plainly(requirement=chosen.requirement.pk, period=chosen.requirement.period)
    due_at = chosen.requirement.due_at if chosen else None
    return Charts(
        at=at,
        running=running,
        chosen=chosen,
        last_day=last_day_of(due_at) if due_at else None,
        points=tuple(points_of(own, at)),
        clusters=_rows(collect(at=at, by=By.CLUSTER, obligations=own, live=True)),
        blocks=_rows(collect(at=at, by=By.BLOCK, obligations=own, live=True)),
        weeks=collect_weeks(at=at, obligations=own, by=By.CLUSTER),
    )


def _rows(sheet: FigureSheet) -> tuple[BarRow, ...]:
    return tuple(_row(row) for row in sheet.rows if row.tally.required)


def _row(row: TallyRow) -> BarRow:
    counts = bar_counts(row.tally)
    return BarRow(row.key, row.name, tuple(counts[key] for key, _, _ in PARTS), row.tally.accepted, row.tally.required)


def _bars(rows: tuple[BarRow, ...], title: str) -> SafeString:
    keys = [key for key, _, _ in PARTS]
    bars = [Bar(row.name, dict(zip(keys, row.parts, strict=True)), row.required) for row in rows]
    return mark_safe(bars_svg(bars, title=title))  # noqa: S308 (escaped there)

"""The line of progress up to the last day, drawn as SVG on the server: no script, prints as it is.

The filled part is what is done; the dotted line is no forecast but what is needed to make the date.
Pure. Not here: the points (`trend.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Final

from reports.tallies import TrendPoint
from vietnamese.dates import format_short_date
from vietnamese.numbers import format_number, format_percent


@dataclass(frozen=True, slots=True)
class Canvas:
    """Size in units of the view box, which the page scales; the narrow one keeps its letters readable on a phone."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    every: int  # a date under every n-th day


WIDE = Canvas(width=680, height=300, left=46, right=82, top=16, bottom=30, every=1)
NARROW = Canvas(width=330, height=150, left=40, right=18, top=12, bottom=22, every=2)
PAPER = Canvas(width=680, height=210, left=46, right=64, top=16, bottom=30, every=1)
_PAPER_STYLE: Final = (
    "<style>text { font-family: Tinos; font-size: 14px; fill: #000; } .tc-grid { stroke: #999; stroke-width: 0.6; }"
    " .tc-ground { fill: #FFF; } .tc-area { fill: #D9D9D9; } .tc-line { fill: none; stroke: #000; stroke-width: 2; }"
    " .tc-now { fill: #000; } .tc-need { fill: none; stroke: #000; stroke-width: 1.2; stroke-dasharray: 3 4; }"
    " .tc-due { fill: none; stroke: #000; stroke-width: 1.6; stroke-dasharray: 8 3; }"
    " .tc-now-text, .tc-due-text, .tc-last { font-weight: 700; }</style>"
)

_LETTER = 7.2  # width of a letter of 14 units, a little generous
_HIGH = 0.55  # up to this share the upper left of the canvas is free for the sentence; else it stands at the foot


def needed_a_day(accepted: int, required: int, today: date, last_day: date) -> int | None:
    """How many have to be accepted each day from tomorrow to `last_day` inclusive; None when done or too late."""
    days = (last_day - today).days
    if days <= 0 or accepted >= required:
        return None
    return -(-(required - accepted) // days)


def draw_trend(
    points: Sequence[TrendPoint],
    *,
    today: date,
    last_day: date | None,
    canvas: Canvas,
    noun: str = "việc",
    on_paper: bool = False,
) -> str:
    """SVG of `points`, the last of which is now; with the line of `last_day` when it is on the canvas.

    Points after today are not drawn: nothing is known of them. No points give "". The screen's style sheet gives it its
    colours; `on_paper` it brings its own, black and grey.
    """
    known = [point for point in points if point.day <= today]
    if not known:
        return ""
    first, last = known[0].day, max(known[-1].day, last_day or known[-1].day)
    scale = _Scale(canvas, first, last)
    line = [(scale.x(point.day), scale.y(_share(point))) for point in known]
    now, (now_x, now_y) = known[-1], line[-1]
    share = format_percent(now.accepted, now.required)
    share_y = max(now_y - 10, 12)
    parts = [_grid(scale), _ground(now_x - 8, share_y, share), _days(scale, today, last_day)]
    parts.append(f'<path class="tc-area" d="M{line[0][0]} {scale.y(0)}{_path(line)}L{now_x} {scale.y(0)}Z"/>')
    parts.append(f'<path class="tc-line" d="M{_path(line)[1:]}"/>')
    if last_day and last_day >= first:
        x = scale.x(last_day)
        if need := needed_a_day(now.accepted, now.required, today, last_day):
            parts.append(f'<path class="tc-need" d="M{now_x} {now_y}L{x} {scale.y(1)}"/>')
            parts.append(_needed(scale, max(map(_share, known)), f"{format_number(need)} {noun}"))
        parts.append(f'<path class="tc-due" d="M{x} {canvas.top - 4}V{scale.y(0)}"/>')
        if canvas.every == 1:
            parts.append(
                f'<text class="tc-due-text" x="{x + 8}" y="{canvas.top + 15}">Hạn</text>'
                f'<text class="tc-due-day" x="{x + 8}" y="{canvas.top + 31}">hết {format_short_date(last_day)}</text>'
            )
    parts.append(f'<circle class="tc-now" cx="{now_x}" cy="{now_y}" r="5"/>')
    parts.append(f'<text class="tc-now-text" x="{now_x - 8}" y="{share_y}" text-anchor="end">{share}</text>')
    said = (
        f"Đến {format_short_date(today)} đạt {share}, {format_number(now.accepted)} trong {format_number(now.required)}"
    )
    return (
        f'<svg class="trend" viewBox="0 0 {canvas.width} {canvas.height}" role="img" aria-label="{escape(said)}">'
        f"{_PAPER_STYLE if on_paper else ''}{''.join(parts)}</svg>"
    )


def _share(point: TrendPoint) -> float:
    return point.accepted / point.required if point.required else 0.0


class _Scale:
    """From days and shares to places on the canvas."""

    def __init__(self, canvas: Canvas, first: date, last: date) -> None:
        self.canvas, self.first, self.last = canvas, first, last
        self._days = max((last - first).days, 1)

    def x(self, day: date) -> float:
        room = self.canvas.width - self.canvas.left - self.canvas.right
        return round(self.canvas.left + room * (day - self.first).days / self._days, 1)

    def y(self, share: float) -> float:
        room = self.canvas.height - self.canvas.top - self.canvas.bottom
        return round(self.canvas.top + room * (1 - min(share, 1.0)), 1)


def _path(line: Sequence[tuple[float, float]]) -> str:
    return "".join(f"L{x} {y}" for x, y in line)


def _grid(scale: _Scale) -> str:
    end = scale.canvas.width - 8
    return "".join(
        f'<path class="tc-grid" d="M{scale.canvas.left} {scale.y(share)}H{end}"/>'
        f'<text class="tc-axis" x="{scale.canvas.left - 6}" y="{scale.y(share) + 4}" text-anchor="end">{share:.0%}</text>'
        for share in (1, 0.5, 0)
    )


def _days(scale: _Scale, today: date, last_day: date | None) -> str:
    """Dates under the axis: today and the last day always, others where there is room (about 10 in all)."""
    span = (scale.last - scale.first).days
    step = max(scale.canvas.every, -(-span // (10 // scale.canvas.every)))
    shown = {scale.first + timedelta(days=offset) for offset in range(0, span + 1, step)}
    for fixed in (today, last_day):
        if fixed and scale.first <= fixed <= scale.last:
            shown = {day for day in shown if abs((day - fixed).days) >= step} | {fixed}
    return "".join(
        f'<text class="tc-axis{_day_class(day, today, last_day)}" x="{scale.x(day)}" y="{scale.canvas.height - 8}" '
        f'text-anchor="middle">{format_short_date(day)}</text>'
        for day in sorted(shown | ({today} if scale.first <= today <= scale.last else set()))
    )


def _day_class(day: date, today: date, last_day: date | None) -> str:
    if day == last_day:
        return " tc-last"
    return " tc-today" if day == today else ""


def _needed(scale: _Scale, highest: float, number: str) -> str:
    """What the dotted line is, for it looks like a forecast: the pace from now on that makes the date."""
    y = scale.canvas.top + 18 if highest <= _HIGH else scale.y(0) - 8
    words = f"Nét chấm: cần {number}/ngày"
    if scale.canvas.every == 1:  # on a phone the heading says up to what
        words += " để kịp hạn"
    return f'<text class="tc-need-text" x="{scale.canvas.left + 6}" y="{y}">{escape(words)}</text>'


def _ground(x: float, y: float, words: str) -> str:
    """White behind `words` that end at `x`, so that no line of the grid strikes them through."""
    width = _LETTER * len(words)
    return f'<rect class="tc-ground" x="{x - width - 2:.1f}" y="{y - 13:.1f}" width="{width + 4:.1f}" height="17"/>'

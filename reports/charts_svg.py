"""Bars and heat maps as SVG with their own colours: they print, go into a PDF, and need neither script nor style sheet.

The bars for paper know no colour: greys and hatching tell the parts apart on any printer and photocopier.

Colours are those of `tokens.css`; on the screen the classes may restate them. Lengths are units of the view box.
Pure. Not here: the line of progress (`trend_chart.py`), the values (`charts.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

from vietnamese.dates import format_short_date
from vietnamese.numbers import format_number, format_percent

# Part of a bar → (word, colour), in the order in which they stand.
PARTS: Final = (
    ("accepted", "Đạt", "#3E9163"),
    ("submitted", "Chờ duyệt", "#4683BD"),
    ("returned", "Trả lại", "#8B6CC4"),
    ("overdue", "Quá hạn", "#CE2B3C"),
    ("soon", "Sắp hạn", "#DFA32B"),
    ("pending", "Chưa nộp", "#DEDAD2"),
)
_INK, _LINE = "#26211A", "#E4E0D9"
_FONT = 13
_LEFT, _WIDTH, _ROW = 230, 680, 30
# On paper: part → (ground, stroke of the hatching or None, ink of the number).
_PAPER: Final = {
    "accepted": ("#404040", "", "#FFFFFF"),
    "submitted": ("#BFBFBF", "", "#000000"),
    "returned": ("#FFFFFF", "M0 0L6 6", "#000000"),
    "overdue": ("#FFFFFF", "M0 0L6 6M6 0L0 6", "#000000"),
    "soon": ("#FFFFFF", "M3 0V6", "#000000"),
    "pending": ("#FFFFFF", "", "#000000"),
}
_NUMBER_ROOM = 9  # width of a digit in a bar, with what must stay free around it
_SHADES = ("#FFFFFF", "#E3F1E8", "#BFE0CB", "#86C3A0", "#3E9163")
_CELL = 44


@dataclass(frozen=True, slots=True)
class Bar:
    """One group: its name, the parts by key (they add up to `whole`), the whole."""

    name: str
    counts: dict[str, int]
    whole: int


def bars_svg(bars: Sequence[Bar], *, title: str) -> str:
    """Horizontal bars of equal length, each cut into its parts; the share accepted stands at the end. No bars give ""."""
    if not bars:
        return ""
    room = _WIDTH - _LEFT - 70
    drawn = []
    for index, bar in enumerate(bars):
        top, left = index * _ROW + 6, float(_LEFT)
        drawn.append(_text(_LEFT - 10, top + 14, _short(bar.name), anchor="end"))
        for key, _, colour in PARTS:
            width = room * bar.counts.get(key, 0) / bar.whole if bar.whole else 0
            if width:
                drawn.append(f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="18" fill="{colour}"/>')
                left += width
        share = format_percent(bar.counts.get("accepted", 0), bar.whole)
        drawn.append(_text(_LEFT + room + 8, top + 14, share, bold=True))
    foot = len(bars) * _ROW + 20
    place = 0
    for _, word, colour in PARTS:
        drawn.append(f'<rect x="{place}" y="{foot - 10}" width="11" height="11" fill="{colour}"/>')
        drawn.append(_text(place + 16, foot, word))
        place += 24 + 9 * len(word)
    return _svg(_WIDTH, foot + 8, title, drawn)


def paper_bars_svg(bars: Sequence[Bar], *, title: str) -> str:
    """The same bars for a printed sheet: no colour, the count in each part that has room for it. No bars give ""."""
    if not bars:
        return ""
    room = _WIDTH - _LEFT - 70
    drawn = [_hatching()]
    for index, bar in enumerate(bars):
        top, left = index * _ROW + 6, float(_LEFT)
        drawn.append(_text(_LEFT - 10, top + 14, _short(bar.name), anchor="end", ink="#000000"))
        for key, _, _ in PARTS:
            count = bar.counts.get(key, 0)
            width = room * count / bar.whole if bar.whole else 0
            if width:
                drawn.append(_paper_part(key, left, top, width))
                drawn.append(_paper_number(key, count, left, top, width))
                left += width
        share = format_percent(bar.counts.get("accepted", 0), bar.whole)
        drawn.append(_text(_LEFT + room + 8, top + 14, share, bold=True, ink="#000000"))
    foot, place = len(bars) * _ROW + 20, 0
    for key, word, _ in PARTS:
        drawn.append(_paper_part(key, place, foot - 12, 20, height=13))
        drawn.append(_text(place + 26, foot, word, ink="#000000"))
        place += 36 + 8 * len(word)
    return _svg(_WIDTH, foot + 8, title, drawn, font=' font-family="Tinos"')


def _hatching() -> str:
    """The patterns of the parts that have one, 6 × 6."""
    patterns = (
        f'<pattern id="hatch-{key}" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" '
        f'fill="{ground}"/><path d="{stroke}" stroke="#000000" stroke-width="0.8" fill="none"/></pattern>'
        for key, (ground, stroke, _) in _PAPER.items()
        if stroke
    )
    return f"<defs>{''.join(patterns)}</defs>"


def _paper_part(key: str, left: float, top: float, width: float, *, height: float = 18) -> str:
    ground, stroke, _ = _PAPER[key]
    fill = f"url(#hatch-{key})" if stroke else ground
    return (
        f'<rect x="{left:.1f}" y="{top:g}" width="{width:.1f}" height="{height:g}" fill="{fill}" stroke="#000000" '
        f'stroke-width="0.7"/>'
    )


def _paper_number(key: str, count: int, left: float, top: float, width: float) -> str:
    """The count in the middle of its part, on a white ground where there is hatching; "" without room."""
    words, (_, stroke, ink) = format_number(count), _PAPER[key]
    need = _NUMBER_ROOM * len(words) + 2
    if width < need + 2:
        return ""
    middle = left + width / 2
    ground = (
        f'<rect x="{middle - need / 2:.1f}" y="{top + 2:g}" width="{need}" height="14" fill="#FFFFFF"/>'
        if stroke
        else ""
    )
    return ground + _text(round(middle, 1), top + 14, words, anchor="middle", ink=ink)


def heat_svg(weeks: Sequence[date], rows: Sequence[tuple[str, Sequence[int]]], *, title: str) -> str:
    """Groups × weeks, darker where more was handed in; the number stands in each cell. No rows give ""."""
    if not rows:
        return ""
    most = max((count for _, counts in rows for count in counts), default=0)
    drawn = [
        _text(_LEFT + index * _CELL + _CELL / 2, 16, format_short_date(week), anchor="middle")
        for index, week in enumerate(weeks)
    ]
    for line, (name, counts) in enumerate(rows):
        top = 24 + line * _ROW
        drawn.append(_text(_LEFT - 10, top + 19, _short(name), anchor="end"))
        for index, count in enumerate(counts):
            left, level = _LEFT + index * _CELL, shade_of(count, most)
            drawn.append(
                f'<rect x="{left}" y="{top}" width="{_CELL - 2}" height="{_ROW - 2}" fill="{_SHADES[level]}" stroke="{_LINE}"/>'
            )
            ink = "#FFFFFF" if level == len(_SHADES) - 1 else _INK
            if count:
                drawn.append(_text(left + _CELL / 2 - 1, top + 19, format_number(count), anchor="middle", ink=ink))
    return _svg(_LEFT + len(weeks) * _CELL, 28 + len(rows) * _ROW, title, drawn)


def shade_of(count: int, most: int) -> int:
    """0 for nothing, 1 to 4 by quarters of the largest cell."""
    return 0 if not count else max(1, -(-4 * count // most))


def _svg(width: float, height: float, title: str, drawn: Sequence[str], *, font: str = "") -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart-svg"{font} viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(title)}">{"".join(drawn)}</svg>'
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start", bold: bool = False, ink: str = _INK) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" font-size="{_FONT}" fill="{ink}" text-anchor="{anchor}"{weight}>{escape(words)}</text>'


def _short(name: str) -> str:
    return name if len(name) <= 32 else f"{name[:31].rstrip()}…"

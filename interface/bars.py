"""Widths of the parts of a stacked bar.

Pure. Order of parts is the order of `PARTS`; a part that is there is never thinner than 1 % of the bar.
Not here: the counts (`reports.figures`), the drawing (`templates/components/stacked_bar.html`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PARTS: Final[tuple[tuple[str, str, str], ...]] = (
    # key, tone, word under the bar
    ("accepted", "ok", "đạt"),
    ("submitted", "review", "chờ duyệt"),
    ("returned", "back", "trả lại"),
    ("overdue", "late", "quá hạn"),
    ("soon", "soon", "chưa nộp"),
    ("pending", "idle", "chưa nộp"),
    ("written", "exempt", "mục đã viết"),  # of a draft: nothing of it is handed in
)
_THINNEST = 1.0


@dataclass(frozen=True)
class BarPart:
    """One part: `start` and `width` in percent of the bar."""

    key: str
    tone: str
    word: str
    count: int
    start: float
    width: float


def bar_parts(counts: Mapping[str, int], *, whole: int | None = None) -> list[BarPart]:
    """Parts of a bar of `whole` (default: the sum), left to right, empty ones left out.

    Thin parts are widened to 1 % at the cost of the others; the widths never add up to more than 100.
    """
    present = [(key, tone, word, counts.get(key, 0)) for key, tone, word in PARTS if counts.get(key, 0) > 0]
    if counts.get("soon") and counts.get("pending"):  # after extensions: two parts, two words
        present = [(key, tone, "sắp hạn" if key == "soon" else word, count) for key, tone, word, count in present]
    total = max(sum(count for *_, count in present), whole or 0)
    if not total:
        return []
    widths = [max(count * 100 / total, _THINNEST) for *_, count in present]
    surplus = sum(widths) - 100
    if surplus > 0:
        room = sum(width - _THINNEST for width in widths)
        widths = [width - surplus * (width - _THINNEST) / room for width in widths]
    parts, start = [], 0.0
    for (key, tone, word, count), width in zip(present, widths, strict=True):
        parts.append(BarPart(key, tone, word, count, round(start, 3), round(width, 3)))
        start += width
    return parts

"""Two papers page by page: which pages stand for each other, which are new, gone or changed.

Pages are paired in order, as few as possible left over, so that a page put in front does not shift all others.
Not here: where the traces come from (`inspection.likeness`), the page that shows the pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from submissions.inspection.likeness import is_alike


class Change(StrEnum):
    """What a pair says."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class PageSeen:
    """One page: the content it is of (id), its number there (from 1), its trace ("" when too empty or not drawn)."""

    content: int
    page: int
    trace: str

    def is_same(self, other: PageSeen) -> bool:
        """The same page of the same bytes, or alike to the eye."""
        return (self.content, self.page) == (other.content, other.page) or is_alike(self.trace, other.trace)


@dataclass(frozen=True, slots=True)
class Pair:
    """Places (from 0) in the older and the newer paper; None on the side that has no such page."""

    old: int | None
    new: int | None
    change: Change


def pair_pages(old: Sequence[PageSeen], new: Sequence[PageSeen]) -> list[Pair]:
    """Every page of both, once, in order. Between two pages that stayed, what is left is paired off as changed."""
    pairs: list[Pair] = []
    at_old = at_new = 0
    for same_old, same_new in [*_stayed(old, new), (len(old), len(new))]:
        pairs += _between(range(at_old, same_old), range(at_new, same_new))
        if same_old < len(old):
            pairs.append(Pair(same_old, same_new, Change.SAME))
        at_old, at_new = same_old + 1, same_new + 1
    return pairs


def _between(old: range, new: range) -> list[Pair]:
    both = min(len(old), len(new))
    changed = [Pair(one, other, Change.CHANGED) for one, other in zip(old, new, strict=False)]
    gone = [Pair(one, None, Change.GONE) for one in old[both:]]
    return [*changed, *gone, *(Pair(None, other, Change.ADDED) for other in new[both:])]


def _stayed(old: Sequence[PageSeen], new: Sequence[PageSeen]) -> list[tuple[int, int]]:
    """The longest list of pages that are the same in both, in order (at most 300 × 300 comparisons)."""
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    same = [[one.is_same(other) for other in new] for one in old]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            skipped = max(longest[i + 1][j], longest[i][j + 1])
            longest[i][j] = max(skipped, longest[i + 1][j + 1] + 1) if same[i][j] else skipped
    found, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if same[i][j] and longest[i][j] == longest[i + 1][j + 1] + 1:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return found

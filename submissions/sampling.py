"""The sample of a batch: how many papers, and which ones, so that anybody can draw the same again.

Not here: which papers may go into a batch (`services.batch_review`), the page of the sample.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

MOST_PAPERS = 200
"""In one batch; what lies beyond stays in the queue for the next."""
FEWEST, SHARE, MOST = 5, 10, 30
"""At least 5, one of 10, at most 30 [P]."""


def sample_size(papers: int) -> int:
    """How many of `papers` are looked at: all of five or fewer, else a tenth (rounded up) within the bounds."""
    return min(papers, max(FEWEST, -(-papers // SHARE)), MOST)


def draw(papers: Sequence[int], *, seed: str, size: int) -> list[int]:
    """`size` of the ids: those with the smallest SHA-256 of "seed:id". The order of `papers` does not matter."""
    return sorted(papers, key=lambda paper: hashlib.sha256(f"{seed}:{paper}".encode()).digest())[:size]

"""How alike two drawn pages are: a trace of each page, and the distance of two traces.

A trace is a difference hash: the page in 16 rows of 17 greys, one bit a pair of neighbours, set where the left one is
clearly lighter. The same sheet saved by another program, or pressed harder as JPEG, keeps its trace but for a few bits.
It compares looks and reads nothing. Not here: drawing (`rendering.py`), what is said to people (`submissions.twins`).
"""

from collections.abc import Sequence
from itertools import pairwise

ROWS, COLUMNS = 16, 17
BANDS = 4
STEP = 2
"""Greys by which a cell must be lighter than its right neighbour; less is the scanner's noise."""
FEWEST_BITS = 24
"""A page with fewer set bits is nearly empty: it is like every other empty page and has no trace."""
FEWEST_BAND_BITS = 4
FARTHEST = 10
"""Bits of 256 in which two traces of one sheet may differ."""
TRACE_DIGITS = ROWS * (COLUMNS - 1) // 4


def trace_of(greys: Sequence[int]) -> str:
    """The trace of a page as 64 hexadecimal digits from its ROWS × COLUMNS mean greys, row by row; "" when too empty."""
    bits = 0
    for row in range(ROWS):
        cells = greys[row * COLUMNS : (row + 1) * COLUMNS]
        for left, right in pairwise(cells):
            bits = bits << 1 | (left - right > STEP)
    return f"{bits:0{TRACE_DIGITS}x}" if bits.bit_count() >= FEWEST_BITS else ""


def bands_of(trace: str) -> list[tuple[int, str]]:
    """(number, digits) of the quarters of a trace that hold enough to be looked up by; none for "".

    Traces that differ in fewer than BANDS bits share at least one quarter.
    """
    width = TRACE_DIGITS // BANDS
    quarters = [(band, trace[band * width : (band + 1) * width]) for band in range(BANDS)] if trace else []
    return [(band, part) for band, part in quarters if int(part, 16).bit_count() >= FEWEST_BAND_BITS]


def is_alike(one: str, other: str) -> bool:
    """Whether two traces may be of one sheet; never for a page without a trace."""
    if not one or not other:
        return False
    return (int(one, 16) ^ int(other, 16)).bit_count() <= FARTHEST

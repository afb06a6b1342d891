"""Hints about page images: blank, too dark, pale, coarse. Hints help a person look; they never refuse a file.

A page's look is taken from the grey histogram of its image. Not here: drawing (`rendering.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

GREYS = 256
INK_DISTANCE = 48
"""A pixel this much darker than the paper is ink."""
BLANK_INK = 0.00008
"""Share of ink below which a page holds no writing: a page number alone has more."""
FAINT_SHARE = 0.005
FAINT_CONTRAST = 16
"""Below it, what little differs from the paper is the scanner's noise."""
DARK_PAPER = 120
PALE_CONTRAST = 90
COARSE_DPI = 110

BLANK, DARK, PALE, COARSE = "blank", "dark", "pale", "coarse"
UPSIDE, ACROSS, UNSIGNED = "upside", "across", "unsigned"
CODES = (BLANK, DARK, PALE, COARSE, UPSIDE, ACROSS, UNSIGNED)
LOOKS = (BLANK, DARK, PALE)
"""What a page's histogram tells; the other codes come from elsewhere and are kept when a page is drawn again."""


@dataclass(frozen=True, slots=True)
class PageLook:
    """Grey of the paper (0 black … 255 white), how much darker the writing is, share of inked pixels (0 … 1)."""

    paper: int
    contrast: int
    ink: float


def look_of(histogram: Sequence[int]) -> PageLook:
    """The look of a page from its 256-bin grey histogram. The paper is the commonest grey."""
    total = sum(histogram) or 1
    paper = max(range(GREYS), key=lambda grey: histogram[grey])
    inked = sum(histogram[: max(paper - INK_DISTANCE, 0)])
    ink = inked / total
    # Of plain writing the middle grey; of a page almost without ink the darkest half per cent.
    writing = _grey_reached(histogram, inked / 2 if ink >= BLANK_INK else total * FAINT_SHARE)
    return PageLook(paper, paper - writing, round(ink, 5))


def hint_of(look: PageLook) -> str | None:
    """`blank`, `dark` or `pale`; None for a page that looks as it should."""
    if look.paper < DARK_PAPER:
        return DARK
    if look.ink < BLANK_INK and look.contrast < FAINT_CONTRAST:
        return BLANK
    return PALE if look.contrast < PALE_CONTRAST else None


def _grey_reached(histogram: Sequence[int], count: float) -> int:
    """The lightest grey among the `count` darkest pixels."""
    met = 0
    for grey in range(GREYS):
        met += histogram[grey]
        if met >= count and met:
            return grey
    return GREYS - 1


def pages_in_words(pages: Sequence[int]) -> str:
    """Page numbers for one sentence, neighbours drawn together: [1, 2, 3, 5] → "1–3, 5"."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def hint_sentence(code: str, page: int | str | None) -> str:
    """The hint in Vietnamese; `page` is a number, several in words (`pages_in_words`), or None for the whole file."""
    return {
        BLANK: f"Trang {page} có vẻ trống",
        DARK: f"Trang {page} hơi tối",
        PALE: f"Trang {page} hơi mờ",
        COARSE: "Ảnh quét hơi thô, nên quét ở 200–300 dpi",
        UPSIDE: f"Trang {page} có vẻ bị ngược",
        ACROSS: f"Trang {page} có vẻ nằm ngang",
        UNSIGNED: f"Chưa thấy chữ ký ở trang cuối (trang {page})",
    }[code]

"""How the pages of an openable PDF look, within a few seconds: upside down, across, dark, pale, blank; is the last signed?

Runs only in the helper's children. Everything here is a hint for a person, guessed from small grey images; nothing here
refuses. The last page is looked at first, then the others for as long as the time lasts.
Not here: drawing for the eye (`rendering.py`), the sentences (`hints.py`).
"""

from __future__ import annotations

import itertools
import time
from statistics import median, pstdev

import pypdfium2
from PIL import Image, ImageChops

from submissions.inspection import hints
from submissions.inspection.documents import open_document
from submissions.inspection.hints import GREYS, INK_DISTANCE, hint_of, look_of

WIDTH = 620
"""Pixels: A4 at 75 dots an inch; a line of text is about ten rows high."""
SECONDS = 2.5
LONGEST_SIDE = 1600
INK = 255
_COLOUR_DISTANCE = 36
_DARKER_THAN_PAPER = 40
_COLOURED_SHARE = 0.0004
_ROW_IS_WRITTEN, _FEWEST_LINES = 3, 5
_TALL = 1.9
_LOWER_PART = 0.35
_UPSIDE, _STRAIGHTER, _ACROSS = 1.25, 1.15, 1.7


def look_over(source: int, *, seconds: float = SECONDS) -> list[tuple[int, str]]:
    """(page from 1, code) of what a person should look at, for the PDF behind descriptor `source`.

    Raises PdfiumError when it cannot be opened; a page that cannot be drawn has no hint.
    """
    started = time.monotonic()
    found: list[tuple[int, str]] = []
    with open_document(source) as document:
        last = len(document)
        for number in [last, *range(1, last)]:
            if number != last and time.monotonic() - started > seconds:
                break
            try:
                image = _drawn(document[number - 1])
            except (pypdfium2.PdfiumError, OSError):
                continue
            found += [(number, code) for code in codes_of(image, is_last=number == last)]
    return sorted(found)


def _drawn(sheet: pypdfium2.PdfPage) -> Image.Image:
    scale = min((WIDTH - 0.5) / sheet.get_width(), LONGEST_SIDE / sheet.get_height())
    return sheet.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")


def codes_of(image: Image.Image, *, is_last: bool) -> list[str]:
    """The codes of one page image (RGB, about `WIDTH` pixels wide)."""
    grey = image.convert("L")
    look = look_of(grey.histogram())
    bad = hint_of(look)
    if bad == hints.BLANK:
        return [bad]
    ink = grey.point([INK if value < look.paper - INK_DISTANCE else 0 for value in range(GREYS)])
    rows, columns = _profile(ink, across=False), _profile(ink, across=True)
    codes = [bad] if bad else []
    if len(_bands(columns)) >= _FEWEST_LINES and _changes(columns) > _ACROSS * _changes(rows):
        codes.append(hints.ACROSS)
    elif _is_upside_down(ink, rows):
        codes.append(hints.UPSIDE)
    elif is_last and not bad and not _has_signature(image, rows, look.paper):
        codes.append(hints.UNSIGNED)
    return codes


def _profile(ink: Image.Image, *, across: bool) -> list[int]:
    """Mean ink (0 … 255) of every row, or of every column."""
    size = (ink.width, 1) if across else (1, ink.height)
    return list(ink.resize(size, Image.Resampling.BOX).tobytes())


def _changes(profile: list[int]) -> float:
    """How much ink comes and goes from one row to the next, by ink: lines of writing make it large across them."""
    total = sum(profile) or 1
    return sum(abs(one - other) for one, other in itertools.pairwise(profile)) / total


def _bands(rows: list[int]) -> list[tuple[int, int]]:
    """Runs of written rows (start, end exclusive): lines of writing, signatures, drawings."""
    found, start = [], None
    for at, ink in enumerate([*rows, 0]):
        if ink >= _ROW_IS_WRITTEN and start is None:
            start = at
        elif ink < _ROW_IS_WRITTEN and start is not None:
            found.append((start, at))
            start = None
    return [band for band in found if band[1] - band[0] >= 3]


def _is_upside_down(ink: Image.Image, rows: list[int]) -> bool:
    """Letters reach further above their middle than below it (hats, tones, capitals), and lines begin below each other.

    Both have to speak against the page.
    """
    lines = [band for band in _bands(rows) if band[1] - band[0] <= 3 * WIDTH // 40]
    if len(lines) < _FEWEST_LINES:
        return False
    above = below = 0
    lefts, rights = [], []
    for start, end in lines:
        line = rows[start:end]
        core = [at for at, value in enumerate(line) if value >= max(line) * 0.6]
        above += sum(line[: core[0]])
        below += sum(line[core[-1] + 1 :])
        box = ink.crop((0, start, ink.width, end)).getbbox()
        if box:
            lefts.append(box[0])
            rights.append(box[2])
    return below > _UPSIDE * above and _spread(lefts) > _STRAIGHTER * _spread(rights)


def _spread(edges: list[int]) -> float:
    """How far edges stand from a straight line, the few that stand out (titles) left aside."""
    middle = median(edges)
    near = sorted(edges, key=lambda edge: abs(edge - middle))[: max(2, len(edges) * 3 // 4)]
    return pstdev(near) + 0.5


def _has_signature(image: Image.Image, rows: list[int], paper: int) -> bool:
    """Coloured ink anywhere, or in the lower part a stroke clearly higher than a line of writing; True when in doubt."""
    red, green, blue = image.split()
    colour = ImageChops.lighter(ImageChops.difference(red, blue), ImageChops.difference(green, blue))
    dark = image.convert("L").point([INK if value < paper - _DARKER_THAN_PAPER else 0 for value in range(GREYS)])
    coloured = ImageChops.darker(colour.point([INK if v > _COLOUR_DISTANCE else 0 for v in range(GREYS)]), dark)
    if coloured.histogram()[INK] > _COLOURED_SHARE * image.width * image.height:
        return True
    bands = _bands(rows)
    if len(bands) < _FEWEST_LINES:
        return True  # too little on it to tell
    usual = median(end - start for start, end in bands)
    return any(end - start >= _TALL * usual and start >= len(rows) * _LOWER_PART for start, end in bands)

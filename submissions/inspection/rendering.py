"""One page as a JPEG, and how it looks in numbers, drawn with PDFium.

Runs only in the helper's children. The whole page, or its *signature strip*: the lowest written part of the page,
three times as wide as high, for the glance "is it signed?".
Not here: which pages are wanted and where images are kept (`submissions.services`), hints (`hints.py`).
"""

import io
import os
from dataclasses import dataclass

from PIL import Image
from pypdfium2 import PdfiumError

from submissions.inspection.documents import open_document
from submissions.inspection.hints import GREYS, INK_DISTANCE, PageLook, look_of
from submissions.inspection.likeness import COLUMNS, ROWS, trace_of

__all__ = ["PdfiumError", "RenderedPage", "render_page"]

JPEG_QUALITY = 80
FOOTER_SHARE = 0.06
"""The bottom edge of a page holds page numbers and scanner shadows, no signature."""
STRIP_SHAPE = 3
LONGEST_SIDE = 4000
INK = 255
WRITTEN_ROW = 1
"""Mean ink (0 … 255) of a row that counts as written."""


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """Size of the image in pixels, its length in bytes, how the page looks, and its trace ("" of a strip)."""

    width: int
    height: int
    size: int
    look: PageLook
    trace: str = ""


def render_page(source: int, page: int, width: int, target: int, *, strip: bool = False) -> RenderedPage:
    """Draw page `page` (from 1) of the PDF behind descriptor `source`, `width` pixels wide, into `target`.

    Raises PdfiumError or IndexError when there is no such page or it cannot be drawn.
    """
    with open_document(source) as document:
        sheet = document[page - 1]
        scale = (width - 0.5) / sheet.get_width()  # the library rounds up
        # An absurdly tall page is drawn smaller, never cut.
        scale = min(scale, LONGEST_SIDE / sheet.get_height())
        image = sheet.render(scale=scale, rev_byteorder=True).to_pil()
    grey = image.convert("L")
    look = look_of(grey.histogram())
    trace = "" if strip else trace_of(list(grey.resize((COLUMNS, ROWS), Image.Resampling.BOX).getdata()))
    if strip:
        top, bottom = _strip_rows(grey, look.paper)
        image = image.crop((0, top, image.width, bottom))
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    _write_all(target, buffer.getbuffer())
    return RenderedPage(image.width, image.height, buffer.getbuffer().nbytes, look, trace)


def _strip_rows(grey: Image.Image, paper: int) -> tuple[int, int]:
    """First and last row (exclusive) of the lowest written part above the footer."""
    ink = grey.point([INK if value < paper - INK_DISTANCE else 0 for value in range(GREYS)])
    rows = list(ink.resize((1, grey.height), Image.Resampling.BOX).getdata())
    body = round(grey.height * (1 - FOOTER_SHARE))
    lowest = next((row for row in range(body - 1, -1, -1) if rows[row] >= WRITTEN_ROW), body)
    height = max(grey.width // STRIP_SHAPE, 1)
    bottom = min(grey.height, max(lowest + height // 8, height))
    return max(bottom - height, 0), bottom


def _write_all(fd: int, data: memoryview) -> None:
    while data:
        data = data[os.write(fd, data) :]

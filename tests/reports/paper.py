"""Measures a PDF page with pdfium, in millimetres from the top left corner of the sheet.

Not here: what the measures should be (the tests).
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

POINT = 25.4 / 72


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet, mm; `top` grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


class Page:
    """One page of a PDF with its text, its characters' places and its drawn lines."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._page = page
        self._height = page.get_height()
        self.width = page.get_width() * POINT
        self.height = self._height * POINT
        self._text = page.get_textpage()
        self.text = self._text.get_text_range()

    def _box(self, left: float, bottom: float, right: float, top: float) -> Box:
        return Box(left * POINT, (self._height - top) * POINT, right * POINT, (self._height - bottom) * POINT)

    def find(self, words: str) -> Box:
        """Where `words` stand: the loose boxes of the characters, so that height is the line's."""
        start = self.text.index(words)
        return _around([self.char(i) for i in range(start, start + len(words)) if not self.text[i].isspace()])

    def char(self, index: int) -> Box:
        return self._box(*self._text.get_charbox(index, loose=True))

    def font_of(self, words: str) -> tuple[str, float]:
        """Name and size in points of the first character of `words`."""
        index = self.text.index(words)
        name, style = ctypes.create_string_buffer(200), ctypes.c_int()
        raw.FPDFText_GetFontInfo(self._text, index, name, 200, ctypes.byref(style))
        # The content is set in CSS pixels under a scale of 0.75.
        return name.value.decode().split("+")[-1], raw.FPDFText_GetFontSize(self._text, index) * 0.75

    def page_number(self) -> tuple[str, Box] | None:
        """The number above the text, or None."""
        above = [
            (self.text[i], self.char(i))
            for i in range(self._text.count_chars())
            if self.text[i : i + 1].strip() and self.char(i).bottom < 19
        ]
        if not above:
            return None
        boxes = [box for _, box in above]
        place = Box(boxes[0].left, min(b.top for b in boxes), boxes[-1].right, max(b.bottom for b in boxes))
        return "".join(char for char, _ in above), place

    def body_extent(self) -> Box:
        """The box around all visible characters but the page number."""
        boxes = [self.char(i) for i in range(self._text.count_chars()) if self.text[i : i + 1].strip()]
        return _around([box for box in boxes if box.bottom >= 19])

    def lines(self) -> list[Box]:
        """Drawn shapes (rules, borders), as boxes."""
        shapes = self._page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])
        return [self._box(*shape.get_bounds()) for shape in shapes]


def _around(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def pages_of(pdf: bytes) -> list[Page]:
    return [Page(page) for page in pypdfium2.PdfDocument(pdf)]

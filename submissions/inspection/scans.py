"""Long scans: which pages bear a code, which are blank; and some pages as a PDF of their own.

Runs only in the helper's children, some pages a call, so that no call outlasts the child's time.
Not here: what the codes mean (`submissions.scan_slips`), who asks (`submissions.services.scans`).
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass

import pikepdf
import zxingcpp

from submissions.inspection import hints
from submissions.inspection.documents import open_document
from submissions.inspection.hints import hint_of, look_of

WIDTH = 900
"""Pixels: a code of 6 cm has some 6 pixels a module then."""
LONGEST_SIDE = 1800
_LONGEST_TEXT = 60


class NotASlice(Exception):
    """These pages cannot be taken out."""


@dataclass(frozen=True, slots=True)
class PagesRead:
    """Pages of the whole document, the codes found as (page, text), the blank pages among those looked at."""

    pages: int
    codes: list[tuple[int, str]]
    blank: list[int]


def read_codes(source: int, first: int, last: int) -> PagesRead:
    """Look at pages `first` to `last` (from 1). Raises PdfiumError when the document cannot be opened."""
    codes: list[tuple[int, str]] = []
    blank: list[int] = []
    with open_document(source) as document:
        pages = len(document)
        for number in range(first, min(last, pages) + 1):
            sheet = document[number - 1]
            scale = min((WIDTH - 0.5) / sheet.get_width(), LONGEST_SIDE / sheet.get_height())
            image = sheet.render(scale=scale, grayscale=True).to_pil().convert("L")
            if hint_of(look_of(image.histogram())) == hints.BLANK:
                blank.append(number)
                continue
            found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
            codes += [(number, code.text[:_LONGEST_TEXT]) for code in found[:1]]
    return PagesRead(pages, codes, blank)


def take_out(source: int, first: int, last: int, target: int) -> int:
    """Write pages `first` to `last` as a PDF into `target`; returns its bytes. The same pages give the same bytes.

    Raises NotASlice."""
    buffer = io.BytesIO()
    try:
        with pikepdf.open(f"/proc/self/fd/{source}") as pdf, pikepdf.new() as out:
            out.pages.extend(pdf.pages[first - 1 : last])
            out.save(buffer, deterministic_id=True)
    except (pikepdf.PikepdfError, RuntimeError, ValueError, TypeError, IndexError) as damage:
        raise NotASlice from damage
    data = buffer.getbuffer()
    while data:
        data = data[os.write(target, data) :]
    return buffer.getbuffer().nbytes

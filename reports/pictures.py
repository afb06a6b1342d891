"""Drawings as pixels, for Word: the SVG that is printed, laid out by the same engine with the same fonts, then rastered.

Word shows SVG only in its newest editions and LibreOffice with other fonts, so the picture itself goes in.
Not here: what is drawn (`report_drawings.py`), where it stands (`word.py`).
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pypdfium2

from reports.pdf import html_to_pdf
from reports.print_css import FONT_FAMILY, font_faces
from reports.report_content import Drawing

DOTS_PER_INCH: Final = 220
_POINTS: Final = 72
_VIEW_BOX: Final = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_ONE_AT_A_TIME: Final = threading.Lock()  # PDFium keeps state per process


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as PNG in grey, `width` mm wide where it is set."""

    png: bytes
    width: float
    caption: str


def pictures_of(drawings: Sequence[Drawing], *, width: float, font_dir: Path) -> tuple[Picture, ...]:
    """The drawings `width` mm wide, in their order. Raises PdfEngineMissing, FontsMissing."""
    if not drawings:
        return ()
    pdf = html_to_pdf(_sheets(drawings, width), font_dir=font_dir)
    with _ONE_AT_A_TIME, pypdfium2.PdfDocument(pdf) as document:
        return tuple(Picture(_png(document, place), width, drawing.caption) for place, drawing in enumerate(drawings))


def _png(document: pypdfium2.PdfDocument, place: int) -> bytes:
    target = io.BytesIO()
    page = document[place]
    try:
        image = page.render(scale=DOTS_PER_INCH / _POINTS, grayscale=True).to_pil()
        image.save(target, "PNG", optimize=True, dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    finally:
        page.close()
    return target.getvalue()


def _sheets(drawings: Sequence[Drawing], width: float) -> str:
    """A page a drawing, as large as the drawing."""
    rules, pages = [*font_faces(), f'html {{ font-family: "{FONT_FAMILY}"; }} body {{ margin: 0; }}'], []
    for place, drawing in enumerate(drawings):
        across, down = map(float, _VIEW_BOX.search(drawing.svg).groups())  # type: ignore[union-attr]
        height = width * down / across
        rules.append(f"@page drawing-{place} {{ size: {width}mm {height:.3f}mm; margin: 0; }}")
        rules.append(f".drawing-{place} {{ page: drawing-{place}; }}")
        pages.append(f'<div class="drawing-{place}">{drawing.svg}</div>')
    rules.append(f"svg {{ display: block; width: {width}mm; }}")
    return f"<!doctype html><html lang='vi'><head><style>{' '.join(rules)}</style></head><body>{''.join(pages)}</body></html>"

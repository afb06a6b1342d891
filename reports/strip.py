"""One line of small print as a PDF of its own, to be laid over the foot of finished pages.

Not here: laying it there (`interface.watermarks`), official documents (`rendering.py`).
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from reports.pdf import html_to_pdf
from reports.print_css import FONT_FAMILY, FONT_SCHEME

_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><style>
@font-face {{ font-family: "{family}"; src: url("{scheme}Tinos-Regular"); }}
@page {{ size: {width}pt {height}pt; margin: 0; }}
body {{ margin: 0 28pt; font: 6.5pt/{height}pt "{family}"; color: #595959; }}
</style></head><body>{words}</body></html>"""
STRIP_WIDTH, STRIP_HEIGHT = 595, 10
"""Points: as wide as A4 upright."""


def small_print(words: str, *, font_dir: Path) -> bytes:
    """A PDF of one low page with the words, its font embedded. Raises as `html_to_pdf`."""
    page = _PAGE.format(
        family=FONT_FAMILY, scheme=FONT_SCHEME, width=STRIP_WIDTH, height=STRIP_HEIGHT, words=escape(words)
    )
    return html_to_pdf(page, font_dir=font_dir)

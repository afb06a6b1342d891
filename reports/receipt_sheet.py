"""A receipt as an A4 PDF made on the server: the sheet of the page (app submissions) with a print style of its own.

Not here: what stands on it (`submissions.receipt_paper`), the official layout (`print_css.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from reports.print_css import FONT_FAMILY, font_faces

if TYPE_CHECKING:
    from submissions.receipt_paper import ReceiptPaper

_CSS: Final = f"""
@page {{ size: A4; margin: 20mm 15mm 18mm 25mm; @bottom-right {{ content: counter(page) "/" counter(pages); font: 9pt "{FONT_FAMILY}"; }} }}
body {{ margin: 0; font: 12pt/1.35 "{FONT_FAMILY}"; color: #111; }}
p {{ margin: 0; }}
.receipt-head {{ display: table; table-layout: fixed; width: 100%; text-align: center; margin-bottom: 8mm; font-size: 12pt; }}
.receipt-head > div {{ display: table-cell; vertical-align: top; padding: 0 2mm; }}
.receipt-party {{ border-bottom: .6pt solid #111; padding-bottom: 1pt; }}
.receipt-title {{ text-align: center; font-size: 15pt; margin: 0 0 5mm; }}
.receipt-title span {{ display: block; font-size: 13pt; }}
.receipt-what {{ display: table; width: 100%; margin-bottom: 6mm; }}
.receipt-what > div, .receipt-qr {{ display: table-cell; vertical-align: top; }}
.receipt-qr {{ width: 34mm; margin: 0; text-align: center; font-size: 9.5pt; }}
.receipt-qr .qr {{ display: block; width: 32mm; height: 32mm; margin: 0 auto 1mm; }}
.receipt-label {{ font-size: 10.5pt; color: #444; }}
.receipt-code {{ font-size: 22pt; font-weight: bold; letter-spacing: .03em; }}
.receipt-lines {{ border-collapse: collapse; margin-top: 2mm; }}
.receipt-lines th {{ font-weight: normal; text-align: left; vertical-align: top; white-space: nowrap; padding: 1pt 4mm 1pt 0; color: #444; }}
.receipt-lines td {{ padding: 1pt 0; }}
.receipt-files {{ width: 100%; border-collapse: collapse; border-top: .8pt solid #111; border-bottom: .8pt solid #111; }}
.receipt-files th, .receipt-files td {{ padding: 2pt 6pt 2pt 0; text-align: left; vertical-align: top; border-bottom: .4pt solid #999; overflow-wrap: anywhere; }}
.receipt-files thead {{ display: table-header-group; }}
.receipt-files tr {{ break-inside: avoid; }}
.receipt-files .number {{ text-align: right; }}
.receipt-files tfoot {{ display: table-row-group; font-weight: bold; }}
.receipt-hash {{ white-space: nowrap; font-size: 10.5pt; letter-spacing: .02em; }}
.receipt-note {{ margin: 4mm 0 7mm; font-size: 10.5pt; text-align: justify; }}
.receipt-sign {{ width: 60%; margin-left: auto; text-align: center; break-inside: avoid; }}
"""


def receipt_html(paper: ReceiptPaper) -> str:
    """The page to be laid out; nothing is fetched but fonts."""
    css = mark_safe("\n".join(font_faces()) + _CSS)  # noqa: S308 (a constant)
    return render_to_string("documents/receipt.html", {"paper": paper, "css": css})

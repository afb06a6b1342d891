"""Who took a document out, when, of which ward: written into the document itself.

XLSX and DOCX carry it in their properties, XLSX also in the header of every printed page; PDF in its properties, and
at the foot of each page unless the paper goes to the city, whose form allows nothing more on it. A sheet's cells are
left alone, so that a file can be read in again.
Not here: which answers are marked (`phucloi_portal.watermarking`).
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from html import escape

import pikepdf

from vietnamese.dates import format_date, format_time, local_day
from vietnamese.text import strip_marks

_LONGEST_HEADER = 200
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml\Z")
_AFTER_PAGE = (b"<pageSetup", b"<pageMargins", b"<printOptions")
_DESCRIPTION = re.compile(rb"<dc:description>.*?</dc:description>|<dc:description/>", re.DOTALL)
_POINTS = 6.5


def mark_of(who: str, ward: str, at: datetime) -> str:
    """The sentence: "Nguyễn Văn An xuất lúc 16:05, 24/4/2026 từ cổng theo dõi chỉ đạo, Đảng bộ phường Phúc Lợi"."""
    of_ward = f", {ward}" if ward else ""
    return f"{who} xuất lúc {format_time(at)}, {format_date(local_day(at))} từ cổng theo dõi chỉ đạo{of_ward}"


def mark_office_file(content: bytes, mark: str, *, on_paper: bool) -> bytes:
    """An XLSX or DOCX with the mark in its properties and, `on_paper`, in the header of each sheet that has none."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == "docProps/core.xml":
                part = _described(part, mark)
            elif on_paper and _SHEET.match(entry.filename):
                part = _headed(part, mark)
            target.writestr(entry, part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def mark_pdf(content: bytes, mark: str, *, on_paper: bool) -> bytes:
    """A PDF with the mark in its properties and, `on_paper`, small and without accents at the foot of each page."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.docinfo["/Keywords"] = pikepdf.String(mark)
        if on_paper:
            for page in pdf.pages:
                _footed(pdf, page, mark)
        pdf.save(out)
    return out.getvalue()


def _described(core: bytes, mark: str) -> bytes:
    said = f"<dc:description>{escape(mark)}</dc:description>".encode()
    if _DESCRIPTION.search(core):
        return _DESCRIPTION.sub(lambda _: said, core, count=1)
    return core.replace(b"</cp:coreProperties>", said + b"</cp:coreProperties>")


def _headed(sheet: bytes, mark: str) -> bytes:
    """A header goes after the page's setup and before its footer; one that is there already stays."""
    text = escape(mark.replace("&", "&&"))[:_LONGEST_HEADER]
    header = f"<oddHeader>&amp;R&amp;8{text}</oddHeader>".encode()
    tail = max(sheet.rfind(b"</sheetData>"), sheet.rfind(b"<sheetData/>"), 0)
    at = sheet.find(b"<headerFooter", tail)
    if at >= 0:
        end = sheet.index(b">", at) + 1
        return sheet if sheet.startswith(b"<oddHeader", end) else sheet[:end] + header + sheet[end:]
    for name in _AFTER_PAGE:
        at = sheet.find(name, tail)
        if at >= 0:
            end = sheet.index(b">", at) + 1
            return sheet[:end] + b"<headerFooter>" + header + b"</headerFooter>" + sheet[end:]
    return sheet


def _footed(pdf: pikepdf.Pdf, page: pikepdf.Page, mark: str) -> None:
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    name = page.add_resource(font, pikepdf.Name.Font, prefix="Mark")
    words = strip_marks(mark).replace("đ", "d").replace("Đ", "D").encode("ascii", "replace")
    words = words.replace(b"\\", b"").replace(b"(", b"[").replace(b")", b"]")
    drawn = b"q BT %s %.1f Tf 0.35 g 28 12 Td (%s) Tj ET Q" % (str(name).encode(), _POINTS, words)
    page.contents_add(pikepdf.Stream(pdf, b"q"), prepend=True)
    page.contents_add(pikepdf.Stream(pdf, b"Q " + drawn))

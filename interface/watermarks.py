"""Who took a document out, when, of which ward: written into the document itself.

XLSX and DOCX carry it in their properties, XLSX also in the header of every printed page; PDF in its properties, and
at the foot of each page unless the paper goes to the city, whose form allows nothing more on it. A sheet's cells are
left alone, so that a file can be read in again; a CSV has nothing but cells and says it in its name.
Not here: which answers are marked (`phucloi_portal.watermarking`), making the strip (`reports.strip`).
"""

from __future__ import annotations

import io
import re
import zipfile
from contextlib import ExitStack
from datetime import datetime
from html import escape
from typing import IO

import pikepdf

from vietnamese.dates import format_date, format_time, local_day

_LONGEST_HEADER = 200
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml\Z")
_AFTER_PAGE = (b"<pageSetup", b"<pageMargins", b"<printOptions")
_DESCRIPTION = re.compile(rb"<dc:description>.*?</dc:description>|<dc:description/>", re.DOTALL)
_FOOT = 8.0  # points from the edge of the paper to the strip
_UNFIT = re.compile(r"[\x00-\x1f\\/:*?\"<>|]+")
_FOR_FILES = str.maketrans(":/", ".-")
_LONGEST_WHO = 60


def mark_of(who: str, ward: str, at: datetime) -> str:
    """The sentence: "Nguyễn Văn An xuất lúc 16:05, 24/4/2026 từ cổng theo dõi chỉ đạo, Đảng bộ phường Phúc Lợi"."""
    of_ward = f", {ward}" if ward else ""
    return f"{who} xuất lúc {format_time(at)}, {format_date(local_day(at))} từ cổng theo dõi chỉ đạo{of_ward}"


def mark_office_file(content: IO[bytes], out: IO[bytes], mark: str, *, on_paper: bool) -> None:
    """Write an XLSX or DOCX to `out` with the mark in its properties and, `on_paper`, in the header of each sheet that
    has none. One part of it is in memory at a time.
    """
    with zipfile.ZipFile(content) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename == "docProps/core.xml":
                part = _described(part, mark)
            elif on_paper and _SHEET.match(entry.filename):
                part = _headed(part, mark)
            target.writestr(entry, part, zipfile.ZIP_DEFLATED)


def mark_pdf(content: IO[bytes], out: IO[bytes], mark: str, *, strip: bytes | None) -> None:
    """Write a PDF to `out` with the mark in its properties and, given a `strip` (a PDF of one low page), that at the foot
    of each page.
    """
    with ExitStack() as opened:
        pdf = opened.enter_context(pikepdf.open(content))
        pdf.docinfo["/Keywords"] = pikepdf.String(mark)
        if strip is not None:
            line = opened.enter_context(pikepdf.open(io.BytesIO(strip))).pages[0]
            _, _, width, height = (float(number) for number in line.mediabox)
            for page in pdf.pages:
                left, bottom, right, _ = (float(number) for number in page.cropbox)
                foot = pikepdf.Rectangle(left, bottom + _FOOT, min(left + width, right), bottom + _FOOT + height)
                page.add_overlay(line, foot)
        pdf.save(out)


def marked_name(name: str, who: str, at: datetime) -> str:
    """The name of a file that cannot be marked inside: "danh bạ.csv" → "danh bạ (Nguyễn Văn An xuất 16.05, 24-4-2026).csv"."""
    stem, dot, ending = name.rpartition(".")
    when = f"{format_time(at)}, {format_date(local_day(at))}".translate(_FOR_FILES)
    by = _UNFIT.sub(" ", who)[:_LONGEST_WHO].strip()
    return f"{stem if dot else name} ({by} xuất {when}){dot}{ending if dot else ''}"


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

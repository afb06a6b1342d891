"""A state-secret stamp in the text of a file: PDF, Word, Excel and PowerPoint of today, and the old binary ones.

Runs only in the helper's children. A scan without a text layer has no text and is judged by its name alone.
Not here: what counts as a stamp (`directives.secrecy`), what follows from a hit (`submissions.secret_papers`).
"""

import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape

import pypdfium2

from directives.secrecy import find_stamp
from submissions.inspection.documents import open_document
from submissions.inspection.verdicts import HEADER, MAX_PAGES

MOST_TEXT_BYTES = 24 * 1024 * 1024
"""Of unpacked XML of one Office file; a stamp stands at its beginning."""
_OFFICE_PARTS = re.compile(
    r"(?:word/(?:document|header\d*|footer\d*|footnotes)|xl/(?:sharedStrings|worksheets/sheet\d+)|ppt/slides/slide\d+)\.xml\Z"
)
_BREAKS = re.compile(r"</(?:w:p|a:p|si|is|row)>|<w:br/>|<w:tab/>")
_TAGS = re.compile(r"<[^>]*>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\ufffd]+")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def stamp_in_file(source: int, size: int) -> str | None:
    """The stamp found in the file behind descriptor `source`, "" when it bears none, None when it cannot be opened
    (damaged, locked by a password). A picture has no text and bears none."""
    beginning = os.pread(source, 8, 0)
    pieces = (
        _pdf_pages(source) if beginning.startswith(HEADER)
        else _office_parts(source) if beginning.startswith(b"PK\x03\x04")
        else _old_office(source, size) if beginning.startswith(_OLD_OFFICE)
        else iter(())
    )  # fmt: skip
    try:
        return next((stamp for piece in pieces if (stamp := find_stamp(piece))), "")
    except (
        pypdfium2.PdfiumError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ):
        return None


def _pdf_pages(source: int) -> Iterator[str]:
    with open_document(source) as document:
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            text = page.get_textpage()
            yield text.get_text_bounded()
            text.close()
            page.close()


def _office_parts(source: int) -> Iterator[str]:
    room = MOST_TEXT_BYTES
    with zipfile.ZipFile(f"/proc/self/fd/{source}") as packed:
        for entry in packed.infolist():
            if _OFFICE_PARTS.match(entry.filename) and room > 0:
                with packed.open(entry) as part:
                    xml = part.read(room)
                room -= len(xml)
                broken = _BREAKS.sub("\n", xml.decode("utf-8", "replace"))
                yield unescape(_TAGS.sub("", broken))


def _old_office(source: int, size: int) -> Iterator[str]:
    """Word 97–2003 keeps its text as UTF-16 in runs; at either alignment, control characters part the paragraphs."""
    raw = os.pread(source, min(size, MOST_TEXT_BYTES), 0)
    if _LOCKED in raw:
        raise ValueError("an Office file under a password")
    for shift in (0, 1):
        yield _CONTROLS.sub("\n", raw[shift:].decode("utf-16-le", "ignore"))

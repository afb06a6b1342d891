"""The text of a PDF or a Word document, as lines to read: pages in order, table rows with bars, list items with dashes.

Runs only in the helper's children. A scan has no text layer: it answers nothing, and the caller draws its pages.
Not here: what the text says (`directives.reader`), recognising letters in images (`submissions.paper_text`).
"""

import os
import re
import zipfile
import zlib
from dataclasses import dataclass
from html import unescape

from submissions.inspection.documents import open_document

MOST_PAGES = 200
MOST_XML_BYTES = 24 * 1024 * 1024
MOST_TEXT_BYTES = 4 * 1024 * 1024
_PARTS = re.compile(r"word/(?:header\d*|document)\.xml\Z")
_MACROS = re.compile(r"vbaProject|macrosheet", re.IGNORECASE)
_TOKEN = re.compile(r"<(/?)(?:w:)(tbl|tr|tc|p|t|tab|br|ilvl|pStyle)\b([^>]*?)(/?)>|<[^>]*>|([^<]+)")
_LIST_STYLE = re.compile(r'w:val="List')
_LEVEL = re.compile(r'w:val="(\d)"')


class NotReadable(Exception):
    """`reason`: `macros`, `damaged` or `pages`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class DocumentLength:
    """Bytes of UTF-8 written, and the pages (0 when the document does not say)."""

    size: int
    pages: int


def write_text(source: int, target: int) -> DocumentLength:
    """The text of the file behind `source`, as UTF-8 into `target`. Raises NotReadable."""
    beginning = os.pread(source, 8, 0)
    try:
        text, pages = _of_word(source) if beginning.startswith(b"PK\x03\x04") else _of_pdf(source)
    except (zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, RuntimeError, ValueError) as damaged:
        raise NotReadable("damaged") from damaged
    data = text.encode("utf-8", "replace")[:MOST_TEXT_BYTES]
    written = 0
    while written < len(data):
        written += os.write(target, data[written:])
    return DocumentLength(len(data), pages)


def _of_pdf(source: int) -> tuple[str, int]:
    with open_document(source) as document:
        if len(document) > MOST_PAGES:
            raise NotReadable("pages")
        pages = []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            pages.append(text.get_text_bounded().replace("\r\n", "\n").replace("\ufffe", "-"))
            text.close()
            page.close()
        return "\n\n".join(pages), len(pages)


def _of_word(source: int) -> tuple[str, int]:
    room = MOST_XML_BYTES
    said = []
    with zipfile.ZipFile(f"/proc/self/fd/{source}") as packed:
        names = packed.namelist()
        if any(_MACROS.search(name) for name in names):
            raise NotReadable("macros")
        if "word/document.xml" not in names:
            raise NotReadable("damaged")
        for name in sorted(filter(_PARTS.match, names), key=lambda name: "document" in name):
            with packed.open(name) as part:
                xml = part.read(room)
            room -= len(xml)
            said.append(_Words().read(xml.decode("utf-8", "replace")))
    return "\n".join(filter(None, said)), 0


class _Words:
    """Walks the marks of one part; nothing is resolved, so no entity can expand."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line = ""
        self.cells: list[list[str]] = []
        self.depth = 0
        self.taking = False

    def read(self, xml: str) -> str:
        for match in _TOKEN.finditer(xml):
            if match[5] is not None:
                self.line += unescape(match[5]) if self.taking else ""
            elif match[2]:
                self._mark(match[2], closing=bool(match[1]), alone=bool(match[4]), attributes=match[3])
        return "\n".join(self.lines)

    def _mark(self, name: str, *, closing: bool, alone: bool, attributes: str) -> None:
        if name == "t":
            self.taking = not closing and not alone
        elif name in ("tab", "br"):
            self.line += " " if name == "tab" else "\n"
        elif name == "ilvl" and not self.line:
            level = _LEVEL.search(attributes)
            self.line = "- " if level is None or level[1] == "0" else "+ "
        elif name == "pStyle" and _LIST_STYLE.search(attributes) and not self.line:
            self.line = "- "
        elif name == "p" and (closing or alone):
            lines = [line.strip() for line in self.line.split("\n")]
            (self.cells[-1] if self.depth and self.cells else self.lines).extend(lines)
            self.line = ""
        elif name == "tbl":
            self.depth += -1 if closing else 1
        elif name == "tr" and self.depth == 1:
            if closing:
                self.lines += _row([[line for line in cell if line] for cell in self.cells])
            self.cells = []
        elif name == "tc" and self.depth == 1 and not closing:
            self.cells.append([])


def _row(cells: list[list[str]]) -> list[str]:
    """A row of a letterhead (two cells of several lines) one cell after the other; any other row between bars."""
    if len(cells) <= 2 and (len(cells) == 1 or any(len(cell) > 1 for cell in cells)):
        return [line for cell in cells for line in cell]
    return ["| " + " | ".join(" ".join(cell) for cell in cells) + " |"]

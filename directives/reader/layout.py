"""Lines and paragraphs: what the page broke is joined, page numbers are left out, list marks become levels.

Places in paragraphs are places in the reading text: joining only turns line ends into spaces.
Not here: the head and the foot of the paper (`head.py`, `foot.py`), sentences (`sentences.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from directives.reader.names import LOWER, UPPER

_PAGE_NUMBER = re.compile(
    r"[ \t]*(?:-[ \t]*)?(?:trang[ \t]+)?\d{1,3}(?:[ \t]*/[ \t]*\d{1,3})?(?:[ \t]*-)?[ \t]*", re.IGNORECASE
)
_SIGNED_BY = re.compile(r"[ \t]*(?:người ký|ký bởi|ký số bởi|thời gian ký|ngày ký|cơ quan:)[ \t]*:?.*", re.IGNORECASE)
_RULE = re.compile(r"[ \t]*[-_=.]{3,}[ \t]*")
MARKER = re.compile(
    rf"""[ \t]*(?:
      (?P<part>(?:phần|chương|mục)[ \t]+(?:thứ[ \t]+\w+|[IVXL]{{1,5}}|\d{{1,2}})\b[ \t]*[.:/)-]?)
    | (?P<article>điều[ \t]+\d{{1,3}}[ \t]*[.:])
    | (?P<roman>(?=[IVX])(?:X{{0,2}}(?:IX|IV|V?I{{0,3}}))[ \t]*[.)/-](?![\w/]))
    | (?P<number>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}[.)]?(?=[ \t])|\d{{1,2}}[ \t]*[.)/](?![\d])(?=[ \t]*[^\W\d]|[ \t])|\d{{1,2}}-[ \t]*(?=(?-i:[{UPPER}][{LOWER}]{{2}})))
    | (?P<letter>[a-zđ][ \t]*[.)](?=[ \t]*[^\W\d_]{{2}}))
    | (?P<counted>\(\d{{1,2}}\)(?=[ \t]))
    | (?P<dash>-+(?=[ \t]*[^\s\d-]|[ \t]+\d))
    | (?P<plus>\+(?=[ \t]*\S))
    )[ \t]*""",
    re.IGNORECASE | re.VERBOSE,
)
_LEVELS = {"part": 1, "roman": 2, "article": 2, "number": 3, "letter": 7, "dash": 9, "plus": 10, "counted": 11}
BODY_LEVEL = 12
LABEL_LEVEL = 8
_ENDS = '.;:!?/”"'
_LONG_LINE = 45
_LONGEST_LABEL = 120
_NOT_A_LABEL = tuple('.;,!?/”")')
_CONTINUES = re.compile(rf"[ \t]*[{LOWER}(“\"]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the reading text, its end excluded."""

    start: int
    end: int
    text: str

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(slots=True)
class Paragraph:
    """A paragraph of the body; `text` is `source.text[start:end]` with joined line ends made spaces.

    `marker` is the list mark as written, `body_at` the offset in `text` where the words begin; `level` grows inwards.
    """

    start: int
    end: int
    text: str
    marker: str = ""
    body_at: int = 0
    level: int = BODY_LEVEL
    parent: Paragraph | None = None
    children: list[Paragraph] = field(default_factory=list)
    row: tuple[tuple[str, int, int], ...] = ()

    @property
    def body(self) -> str:
        """The words without the list mark."""
        return self.text[self.body_at :]

    def ancestors(self) -> list[Paragraph]:
        """Enclosing headings, the nearest first."""
        found, above = [], self.parent
        while above is not None:
            found.append(above)
            above = above.parent
        return found


def lines_of(text: str) -> list[Line]:
    """All lines with their places."""
    found, start = [], 0
    for line in text.split("\n"):
        found.append(Line(start, start + len(line), line))
        start += len(line) + 1
    return found


def is_noise(line: Line) -> bool:
    """A page number, a drawn rule or the mark of a signing program."""
    return bool(
        _PAGE_NUMBER.fullmatch(line.text) or _RULE.fullmatch(line.text) or _SIGNED_BY.fullmatch(line.text.strip())
    )


def paragraphs_of(lines: list[Line]) -> list[Paragraph]:
    """Paragraphs of these consecutive lines, joined over line and page ends, as a tree of levels."""
    groups: list[list[Line]] = []
    gap = False
    for line in lines:
        if line.is_blank or is_noise(line):
            gap = gap or line.is_blank
            continue
        if groups and _belongs(groups[-1][-1], line, gap=gap):
            groups[-1].append(line)
        else:
            groups.append([line])
        gap = False
    found = [_paragraph(group) for group in groups]
    _nest(found)
    return found


def _belongs(previous: Line, line: Line, *, gap: bool) -> bool:
    """The line goes on where the previous one broke off."""
    before = previous.text.rstrip()
    if "|" in before or "\t" in before.strip() or MARKER.match(line.text):
        return False
    if before[-1:] in _ENDS and not before.endswith(("ngày", "/")):
        return bool(before[-1:] == ";" and not gap and _CONTINUES.match(line.text) and len(before) > _LONG_LINE)
    if before.isupper() or line.text.isupper():
        return False
    if gap:
        return bool(_CONTINUES.match(line.text)) or _breaks_inside_date(before, line.text)
    return len(before) >= _LONG_LINE or bool(_CONTINUES.match(line.text)) or _breaks_inside_date(before, line.text)


def _breaks_inside_date(before: str, after: str) -> bool:
    return before.lower().endswith((" ngày", " tháng", " năm", " số", " quý", "/")) and after.strip()[:1].isalnum()


def _paragraph(group: list[Line]) -> Paragraph:
    pieces, at = [], group[0].start
    for line in group:
        pieces.append(" " * (line.start - at) + line.text)
        at = line.end
    text = "".join(pieces)
    match = MARKER.match(text)
    paragraph = Paragraph(group[0].start, group[-1].end, text)
    if match and match.lastgroup:
        paragraph.marker = match[0].strip()
        paragraph.body_at = match.end()
        paragraph.level = _LEVELS[match.lastgroup] + (
            paragraph.marker.count(".", 0, -1) if match.lastgroup == "number" else 0
        )
    else:
        paragraph.body_at = len(text) - len(text.lstrip())
        if len(text.strip()) < _LONGEST_LABEL and text.rstrip()[-1:] not in _NOT_A_LABEL:
            paragraph.level = LABEL_LEVEL
        elif text.isupper() and len(text.strip()) < 120:
            paragraph.level = 1
    return paragraph


def _nest(paragraphs: list[Paragraph]) -> None:
    open_ones: list[Paragraph] = []
    for paragraph in paragraphs:
        while open_ones and open_ones[-1].level >= paragraph.level:
            open_ones.pop()
        if open_ones:
            paragraph.parent = open_ones[-1]
            open_ones[-1].children.append(paragraph)
        if paragraph.level < BODY_LEVEL:
            open_ones.append(paragraph)

"""Brings a Word template of the office up to what the portal fills today; what the office changed in it stays.

A template copied years ago bears its annexes' numbers and heads as written then ("Phụ lục 3"), knows no drawings, and
lacks the annexes that came later. Numbers run and heads follow the list as in the portal's own template.
An annex that the office took out stays out. Where its own running text names an annex by the number under which this very
template had it, that number runs, too; the annex of another paper ("Phụ lục 2 Công văn số 701…") stays as written.
Not here: filling it (`word.py`), the portal's own template (`word_template.py`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from docx import Document
from docx.document import Document as DocumentType
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from reports.narrative import ROMAN
from reports.report_content import Column
from vietnamese.text import fold

# Annexes that came later → the one beside which they stand: whoever keeps that one gets them, too.
LATER_ANNEXES: Final = {8: 1, 9: 3}
LATER_LISTS: Final = {3: 2}  # of a letter
_DRAWN: Final = 7
_NUMBERED: Final = re.compile(r"^\s*phụ lục(?:\s+số)?\s+(\d+|[IVX]+)(?!\w)", re.IGNORECASE)
_PAPERS: Final = (
    "công văn|kế hoạch|hướng dẫn|quy định|nghị quyết|quyết định|thông báo|chỉ thị|kết luận|chương trình|quy chế"
    "|đề án|tờ trình|thông tri|báo cáo số"
)
_MENTIONED: Final = re.compile(
    r"\bphụ lục(?:\s+số)?\s+(\d+|[IVX]+)(?!\w)"
    rf"(?!\s*[,(]?\s*(?:(?:ban hành|kèm theo|kèm|theo|của|tại|trong)\s+)*(?:{_PAPERS})\b)",
    re.IGNORECASE,
)
_CELL: Final = re.compile(r"row\.cells\[(\d+)\]")
_OPENS: Final = re.compile(r"{%p\s*(?:if|for)\b")
_CLOSES: Final = re.compile(r"{%p\s*end(?:if|for)\b")
_STYLES: Final = ("w:pStyle", "w:rStyle", "w:tblStyle")


def brought_up(
    own: bytes, machine: bytes, columns: Mapping[int, tuple[tuple[Column, ...], ...]], later: Mapping[int, int]
) -> bytes:
    """The office's template `own` with running numbers, heads that follow their list, drawings and `later` annexes.

    `machine` is the portal's template of the same profile; `columns`, by slot, the heads the portal has used there.
    """
    document, pattern = Document(io.BytesIO(own)), Document(io.BytesIO(machine))
    for slot, beside in later.items():
        if _block(document, slot) is None:
            _graft(document, pattern, slot, beside)
    written: dict[int, int] = {}
    for slot, heads in columns.items():
        block = _block(document, slot)
        if block:
            if number := _let_number_run(document, block, slot):
                written[number] = slot
            _let_heads_follow(document, block, slot, heads)
    _let_mentions_run(document, written)
    _add_drawings(document, pattern)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _block(document: DocumentType, slot: int) -> list[Any] | None:
    """The elements from "{%p if annexN %}" to its "{%p endif %}", both included; None without one."""
    found: list[Any] = []
    depth = 0
    opening = re.compile(rf"{{%p\s*if\s+annex{slot}\s*%}}")
    for element in document.element.body:
        text = _text(element)
        if not found and not opening.search(text):
            continue
        found.append(element)
        depth += len(_OPENS.findall(text)) - len(_CLOSES.findall(text))
        if depth <= 0:
            return found
    return None


def _text(element: Any) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t"))) if element.tag == qn("w:p") else ""


def _graft(document: DocumentType, pattern: DocumentType, slot: int, beside: int) -> None:
    """The portal's own block behind the one it stands beside, with the styles it needs."""
    block, neighbour = _block(pattern, slot), _block(document, beside)
    if not block or not neighbour:
        return
    place = neighbour[-1]
    known = {style.style_id for style in document.styles}
    for element in block:
        copied = deepcopy(element)
        place.addnext(copied)
        place = copied
        for name in {node.get(qn("w:val")) for tag in _STYLES for node in copied.iter(qn(tag))} - known:
            wanted = next((style for style in pattern.styles if style.style_id == name), None)
            if wanted is not None:
                document.styles.element.append(deepcopy(wanted.element))
                known.add(name)


def _let_number_run(document: DocumentType, block: list[Any], slot: int) -> int | None:
    """ "Phụ lục 3" → the number it is printed under, written as the office writes it: 3, 03 or III.

    Returns the number that stood there; None where none did.
    """
    for element in block:
        if element.tag != qn("w:p"):
            continue
        paragraph = Paragraph(element, document)
        if (written := _NUMBERED.match(paragraph.text)) is None:
            continue
        _replace(paragraph, written.span(1), f"{{{{ annex{slot}.{_shape(written.group(1))} }}}}")
        return _value(written.group(1))
    return None


def _let_mentions_run(document: DocumentType, written: Mapping[int, int]) -> None:
    """ "(Phụ lục 3 kèm theo)" in the text, its tables, heads and feet of pages → the number of that annex today, "…" in a
    report without it.

    `written` is the number each annex had in this template → its slot.
    """
    running = [part.element for part in _running_parts(document)]
    for element in (one for root in (document.element.body, *running) for one in root.iter(qn("w:p"))):
        paragraph = Paragraph(element, document)
        for found in reversed(list(_MENTIONED.finditer(paragraph.text))):
            if slot := written.get(_value(found.group(1))):
                shape = _shape(found.group(1))
                _replace(paragraph, found.span(1), f"{{{{ annex{slot}.{shape} if annex{slot} else '…' }}}}")


def _running_parts(document: DocumentType) -> Iterator[Any]:
    """What stands at the head and foot of pages, each part once."""
    for rel in document.part.rels.values():
        if rel.reltype in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER):
            yield rel.target_part


def _shape(number: str) -> str:
    """How a number is written: "3" number, "03" padded, "III" roman."""
    if not number.isdecimal():
        return "roman"
    return "padded" if number.startswith("0") else "number"


def _value(number: str) -> int:
    """3 of "3", "03" and "III"; 0 for a roman number beyond the annexes there are."""
    return int(number) if number.isdecimal() else ROMAN.index(number.upper()) + 1 if number.upper() in ROMAN else 0


def _replace(paragraph: Paragraph, span: tuple[int, int], text: str) -> None:
    """Other words in place of the letters `span`, in the face of the first of them."""
    start = 0
    for run in paragraph.runs:
        end = start + len(run.text)
        first, last = max(span[0], start) - start, min(span[1], end) - start
        if first < last:
            old = run.text
            run.text = f"{old[:first]}{text}{old[last:]}"
            text = ""
        start = end


def _let_heads_follow(
    document: DocumentType, block: list[Any], slot: int, heads: tuple[tuple[Column, ...], ...]
) -> None:
    """A head that the portal wrote becomes a tag; one that the office worded stays."""
    for element in block:
        if element.tag != qn("w:tbl"):
            continue
        rows = Table(element, document).rows
        cells = next((list(_cells_of(row.cells)) for row in rows if "row.cells[" in _row_text(row)), [])
        for place, cell in cells:
            if cell >= len(rows[0].cells) or place >= min(len(columns) for columns in heads):
                continue
            head = rows[0].cells[cell]
            if fold(head.text.strip()) in {fold(columns[place].title) for columns in heads}:
                _reword(head, f"{{{{ annex{slot}.columns[{place}] }}}}")


def _cells_of(cells: tuple[_Cell, ...]) -> Iterator[tuple[int, int]]:
    """(column of the list, column of the table) of a row that is filled."""
    for at, cell in enumerate(cells):
        if found := _CELL.search(cell.text):
            yield int(found.group(1)), at


def _row_text(row: Any) -> str:
    return "".join(cell.text for cell in row.cells)


def _reword(cell: _Cell, text: str) -> None:
    first, *others = cell.paragraphs
    for paragraph in others:
        paragraph._p.getparent().remove(paragraph._p)
    runs = first.runs
    if not runs:
        first.add_run(text)
        return
    runs[0].text = text
    for run in runs[1:]:
        run._r.getparent().remove(run._r)


def _add_drawings(document: DocumentType, pattern: DocumentType) -> None:
    """The drawings before the table of their annex, where the template has none yet."""
    block = _block(document, _DRAWN)
    if not block or any(".drawings" in _text(element) for element in block):
        return
    table = next((element for element in block if element.tag == qn("w:tbl")), None)
    drawn = [element for element in _block(pattern, _DRAWN) or () if element.tag == qn("w:p")]
    start = next((at for at, element in enumerate(drawn) if ".drawings" in _text(element)), None)
    if table is None or start is None:
        return
    for element in drawn[start:]:
        table.addprevious(deepcopy(element))
        if "endfor" in _text(element):
            return

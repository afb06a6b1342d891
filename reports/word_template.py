"""Builds the Word template of the summary report from a format profile, byte for byte the same each time.

The office edits the built file (styles, wording, columns), not this code; `build_word_templates` makes it anew for
a changed profile. Not here: filling it (`word.py`), the numbers (`format_profiles.py`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from reports.annex_names import DONE_DUTIES, DUTIES, ESSAYS, MISSING
from reports.annexes import BOOK, GROUPS, OPINIONS, SESSIONS, unit_columns
from reports.format_profiles import Face, FormatProfile
from reports.report_content import CellKind, Column

BODY_STYLES: Final = {
    "part": "Phần",
    "section": "Mục",
    "body": "Nội dung",
    "item": "Gạch đầu dòng",
    "ending": "Câu kết",
}
_LABEL_WIDTH: Final = 55  # mm for "Kính gửi:", so that the block stands about the middle
_EIGHTHS: Final = 8  # Word counts border widths in eighths of a point
ANNEX_COLUMNS: Final = (
    (1, ESSAYS, True), (8, DONE_DUTIES, True), (2, unit_columns("ESSAY"), True), (3, MISSING, False), (9, DUTIES, False),
    (4, SESSIONS, True), (5, OPINIONS, False), (6, BOOK, True), (7, GROUPS, False),
)  # fmt: skip
DRAWN: Final = 7  # the slot of the annex that has drawings
_CELL_ALIGNMENT: Final = {
    CellKind.TEXT: WD_ALIGN_PARAGRAPH.LEFT,
    CellKind.NUMBER: WD_ALIGN_PARAGRAPH.RIGHT,
    CellKind.RATE: WD_ALIGN_PARAGRAPH.RIGHT,
    CellKind.DAY: WD_ALIGN_PARAGRAPH.CENTER,
    CellKind.ORDINAL: WD_ALIGN_PARAGRAPH.CENTER,
}


AnnexColumns = tuple[tuple[int, tuple[Column, ...], bool], ...]


def build_word_template(profile: FormatProfile) -> bytes:
    """The `.docx` with the tags that `word.py` fills: two borderless tables, a page field, the annexes."""
    return _build(profile, ANNEX_COLUMNS, letter=False)


def build_letter_template(profile: FormatProfile, annexes: AnnexColumns) -> bytes:
    """The same for a công văn: no title, the subject under the number, "Kính gửi"; its own annexes."""
    return _build(profile, annexes, letter=True)


def _build(profile: FormatProfile, annexes: AnnexColumns, *, letter: bool) -> bytes:
    document = Document()
    _set_properties(document)
    _set_styles(document, profile)
    _set_sheet(document.sections[0], profile, landscape=False)
    _set_page_number(document.sections[0], profile)
    _write_letterhead(document, profile, letter=letter)
    if letter:
        _write_addressees(document, profile)
    _write_body(document)
    _write_closing(document, profile)
    document.add_paragraph("{%p if has_annexes %}")
    _end_section(document, document.sections[0])
    document.add_paragraph("{%p endif %}")
    for number, columns, landscape in annexes:
        _write_annex(document, profile, number, columns, landscape=landscape)
    return _stable(document)


def _set_properties(document: DocumentType) -> None:
    properties = document.core_properties
    properties.author = properties.last_modified_by = ""
    properties.title, properties.language, properties.comments = "Báo cáo", "vi-VN", ""
    properties.created = properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001 (the format has no zone)
    properties.revision = 1


def _set_styles(document: DocumentType, profile: FormatProfile) -> None:
    body = profile.body
    normal = document.styles["Normal"]
    _set_font(normal, profile.font, body.face)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    normal.paragraph_format.line_spacing = Pt(body.line_pt)
    language = OxmlElement("w:lang")
    for attribute in ("w:val", "w:eastAsia"):
        language.set(qn(attribute), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
    faces = {"part": body.part, "section": body.section}
    for level, name in BODY_STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _set_font(style, profile.font, faces.get(level, body.face))
        layout = style.paragraph_format
        layout.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        layout.first_line_indent = Mm(body.indent)
        layout.space_after = Pt(body.space_pt)
        layout.widow_control = True
        layout.keep_with_next = level in {"part", "section", "ending"}
    table = document.styles.add_style("Bảng", WD_STYLE_TYPE.PARAGRAPH)
    table.base_style = normal
    _set_font(table, profile.font, profile.table.face)
    table.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def _set_font(style: Any, font: str, face: Face) -> None:
    style.font.name = font
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), font)
    style.font.size = Pt(face.pt)
    style.font.bold, style.font.italic = face.bold, face.italic


def _set_sheet(section: Section, profile: FormatProfile, *, landscape: bool) -> None:
    sheet = profile.sheet
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (
        (Mm(sheet.height), Mm(sheet.width)) if landscape else (Mm(sheet.width), Mm(sheet.height))
    )
    section.top_margin, section.bottom_margin = Mm(sheet.top), Mm(sheet.bottom)
    section.left_margin, section.right_margin = Mm(sheet.left), Mm(sheet.right)
    section.header_distance = section.footer_distance = Mm(profile.page_number_top)
    section.different_first_page_header_footer = True


def _set_page_number(section: Section, profile: FormatProfile) -> None:
    paragraph = section.header.paragraphs[0]
    paragraph.style = "Normal"
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = _add_run(paragraph, "", profile.page_number)
    for kind, text in (("begin", None), (None, "PAGE"), ("separate", None), (None, None), ("end", None)):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        elif text:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
        else:
            element = OxmlElement("w:t")
            element.text = "2"
        run._r.append(element)


def _write_letterhead(document: DocumentType, profile: FormatProfile, *, letter: bool) -> None:
    header = profile.header
    left, right = _borderless(document, (header.left_width, header.right_width)).rows[0].cells
    _centred(
        left,
        ("{{ superior }}", header.superior),
        ("{{ issuer }}", header.issuer),
        ("*", header.star),
        ("{{ number_line }}", header.number),
    )
    _centred(right, (header.party_title_text, header.party_title))
    _add_rule(right.add_paragraph(), (header.right_width - header.rule_length) / 2, header.rule_pt)
    _add_line(right, "{{ place_and_date }}", header.place_and_date)
    if letter:
        left.add_paragraph("{%p if urgency %}")
        _add_line(left, "{{ urgency }}", header.urgency)
        left.add_paragraph("{%p endif %}")
        _add_line(left, "{{ subject }}", profile.letter_subject).paragraph_format.space_before = Mm(1)
        return
    title = _add_centred(document, "{{ kind_title }}", profile.kind_title)
    title.paragraph_format.space_before = Mm(8)
    title.paragraph_format.line_spacing = Pt(profile.kind_title.pt * 1.3)
    _add_centred(document, "{{ subject }}", profile.subject)
    mark = _add_centred(document, profile.subject_mark, profile.subject)
    mark.paragraph_format.space_after = Mm(4)


def _write_addressees(document: DocumentType, profile: FormatProfile) -> None:
    """ "Kính gửi:" at the left, the names one below the other beside it."""
    document.add_paragraph()
    label, names = _borderless(document, (_LABEL_WIDTH, profile.sheet.text_width - _LABEL_WIDTH)).rows[0].cells
    label.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add_run(label.paragraphs[0], "Kính gửi:\u00a0", profile.addressee_label)
    names.paragraphs[0].add_run("{%p for line in addressees %}")
    _add_run(names.add_paragraph(), "{{ line }}", profile.body.face)
    names.add_paragraph("{%p endfor %}")
    document.add_paragraph()


def _write_body(document: DocumentType) -> None:
    document.add_paragraph("{%p for paragraph in paragraphs %}")
    for level, style in BODY_STYLES.items():
        document.add_paragraph(f'{{%p if paragraph.level == "{level}" %}}')
        document.add_paragraph("{{ paragraph.text }}", style=style)
        document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")


def _write_closing(document: DocumentType, profile: FormatProfile) -> None:
    signature = profile.signature
    left, right = _borderless(document, (signature.left_width, signature.right_width)).rows[0].cells
    _add_run(left.paragraphs[0], "Nơi nhận:", signature.recipients_label)
    left.add_paragraph("{%p for recipient in recipients %}")
    line = left.add_paragraph()
    _add_run(line, "- {{ recipient }}", signature.recipients)
    line.paragraph_format.line_spacing = Pt(signature.recipients.pt * 1.25)
    left.add_paragraph("{%p endfor %}")
    _centred(right, ("{{ authority }}", signature.authority), ("{{ post }}", signature.post))
    _add_line(right, "{{ signer }}", signature.name).paragraph_format.space_before = Mm(signature.room)


def _write_annex(
    document: DocumentType, profile: FormatProfile, number: int, columns: tuple[Column, ...], *, landscape: bool
) -> None:
    """An annex as a section of its own, ended by its own page setup, so that it can be left out as a whole."""
    document.add_paragraph(f"{{%p if annex{number} %}}")
    _add_centred(document, f"Phụ lục {{{{ annex{number}.number }}}}", profile.subject)
    _add_centred(document, f"{{{{ annex{number}.title }}}}", profile.subject)
    remark = _add_centred(document, f"({{{{ annex{number}.remark }}}})", profile.letter_subject)
    remark.paragraph_format.space_after = Mm(3)
    if number == DRAWN:
        _write_drawings(document, profile, number)
    _add_data_table(document, profile, number, columns, landscape=landscape)
    section = _end_section(document, document.sections[0])
    _set_sheet(section, profile, landscape=landscape)
    _restart_page_number(section)
    document.add_paragraph("{%p endif %}")


def _write_drawings(document: DocumentType, profile: FormatProfile, number: int) -> None:
    """A picture and its caption, kept together; in a line of exact height Word would cut the picture off."""
    document.add_paragraph(f"{{%p for drawing in annex{number}.drawings %}}")
    picture = _add_centred(document, "{{ drawing.picture }}", profile.body.face)
    picture.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    picture.paragraph_format.keep_with_next = True
    caption = _add_centred(document, "{{ drawing.caption }}", profile.letter_subject)
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Mm(1), Mm(5)
    document.add_paragraph("{%p endfor %}")


def _end_section(document: DocumentType, like: Section) -> Section:
    """Ends a section here, with the page setup (and for the first, the header) of `like`."""
    setup = deepcopy(like._sectPr)
    document.add_paragraph()._p.get_or_add_pPr().append(setup)
    section = Section(setup, like._document_part)
    if len(document.sections) > 2:  # later sections go on with the first one's header
        for reference in setup.findall(qn("w:headerReference")):
            setup.remove(reference)
    return section


def _add_data_table(
    document: DocumentType, profile: FormatProfile, number: int, columns: tuple[Column, ...], *, landscape: bool
) -> None:
    sheet = profile.sheet
    width = sheet.landscape_text_width if landscape else sheet.text_width
    table = document.add_table(rows=0, cols=len(columns))
    table.style = "Table Grid"
    _fix_widths(table, [column.width / 100 * width for column in columns], padding=1.2)
    head = table.add_row()
    for cell, column in zip(head.cells, columns, strict=True):
        title = f"{{{{ annex{number}.columns[{columns.index(column)}] }}}}"
        _fill(cell, title, profile.table.head, WD_ALIGN_PARAGRAPH.CENTER)
    _mark_row(head._tr, "w:tblHeader")
    # docxtpl drops the rows that hold a {%tr %} tag and repeats what stands between them.
    _tag_row(table, f"{{%tr for row in annex{number}.rows %}}")
    for tag, face in (("if row.is_sum", profile.table.head), ("else", profile.table.face)):
        _tag_row(table, f"{{%tr {tag} %}}")
        cells = table.add_row().cells
        for index, column in enumerate(columns):
            _fill(cells[index], f"{{{{ row.cells[{index}] }}}}", face, _CELL_ALIGNMENT[column.kind])
    _tag_row(table, "{%tr endif %}")
    _tag_row(table, "{%tr endfor %}")
    for row in table.rows:
        _mark_row(row._tr, "w:cantSplit")


def _tag_row(table: Table, tag: str) -> None:
    table.add_row().cells[0].paragraphs[0].add_run(tag)


def _mark_row(row: Any, mark: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(mark))


def _fill(cell: _Cell, text: str, face: Face, alignment: WD_ALIGN_PARAGRAPH) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = "Bảng"
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Mm(1)
    _add_run(paragraph, text, face)


def _borderless(document: DocumentType, widths: Iterable[float]) -> Table:
    """A one-row table without borders or cell padding, so that its columns are exactly as wide as said."""
    widths = list(widths)
    table = document.add_table(rows=0, cols=len(widths))
    _fix_widths(table, widths, padding=0)
    _mark_row(table.add_row()._tr, "w:cantSplit")
    return table


def _fix_widths(table: Table, widths: list[float], *, padding: float) -> None:
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    margins = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        margins.append(_measure(side, padding))
    parts = {
        "w:tblW": _measure("w:tblW", sum(widths)),
        "w:tblInd": _measure("w:tblInd", 0),
        "w:tblCellMar": margins,
    }
    properties = table._tbl.tblPr
    for name in ("w:tblStyle", "w:tblW", "w:jc", "w:tblInd", "w:tblLayout", "w:tblCellMar", "w:tblLook"):
        old = properties.find(qn(name))
        if old is not None:
            properties.remove(old)
        part = parts.get(name, old)
        if part is not None:  # taken out and put back one by one, they come into the order of the schema
            properties.append(part)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)


def _measure(name: str, mm: float) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:type"), "dxa")
    element.set(qn("w:w"), str(Mm(mm).twips))
    return element


def _centred(cell: _Cell, *lines: tuple[str, Face]) -> None:
    for index, (text, face) in enumerate(lines):
        _add_line(cell, text, face, cell.paragraphs[0] if index == 0 else None)


def _add_line(cell: _Cell, text: str, face: Face, paragraph: Paragraph | None = None) -> Paragraph:
    paragraph = paragraph or cell.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_run(paragraph, text, face)
    return paragraph


def _add_centred(document: DocumentType, text: str, face: Face) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _add_run(paragraph, text, face)
    return paragraph


def _add_rule(paragraph: Paragraph, indent: float, width_pt: float) -> None:
    """A drawn line as long as the cell less the indents: the top border of a low, empty paragraph."""
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm(indent)
    layout.line_spacing, layout.space_before = Pt(4), Pt(1.5)
    borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (
        ("val", "single"),
        ("sz", str(round(width_pt * _EIGHTHS))),
        ("space", "0"),
        ("color", "000000"),
    ):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _add_run(paragraph: Paragraph, text: str, face: Face) -> Run:
    run = paragraph.add_run(text)
    run.font.size = Pt(face.pt)
    run.font.bold, run.font.italic = face.bold, face.italic
    run.font.underline = face.underline
    run.font.all_caps = face.caps
    return run


def _restart_page_number(section: Section) -> None:
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    section._sectPr.find(qn("w:pgMar")).addnext(start)


def _stable(document: DocumentType) -> bytes:
    """The package with fixed times and order, so that the same profile gives the same bytes."""
    loose = io.BytesIO()
    document.save(loose)
    packed = io.BytesIO()
    with zipfile.ZipFile(loose) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in parts.namelist():
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), parts.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()

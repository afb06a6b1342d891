"""Fills the Word template for editing in Word or LibreOffice; the one module that imports docxtpl.

The template is the office's: one under `PORTAL_DATA_DIR/word-templates` goes before the one shipped with the product.
Not here: the template's making (`word_template.py`), the words (`narrative.py`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2.sandbox import SandboxedEnvironment

from reports.annexes import printed, printed_annexes
from reports.errors import WordTemplateMissing
from reports.narrative import ROMAN
from reports.pictures import Picture
from reports.report_content import Annex, ReportContent, RowKind, addressed
from vietnamese.dates import VIETNAM

# Word breaks a line after any hyphen: in numbers of papers ("02-NQ/TW") it is written as Word's own non-breaking one.
_PAPER_NUMBER: Final = re.compile(r"\b(\d+)-(?=[A-ZĐ/])")
_HELD: Final = "\N{NON-BREAKING HYPHEN}"
# "Tổ dân phố số 2" in a narrow cell: "số" does not stand at the end of a line without its number
_COUNTED: Final = re.compile(r"\b([Ss]ố) (?=\d{1,4}(?![\d-]))")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def template_name(profile_key: str) -> str:
    """File name of the template for a format profile."""
    return f"summary_report.{profile_key}.docx"


def find_template(profile_key: str, folders: tuple[Path, ...]) -> Path:
    """The first template for the profile in `folders`. Raises `WordTemplateMissing`."""
    name = template_name(profile_key)
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise WordTemplateMissing(name)


def to_docx(content: ReportContent, template: Path | BinaryIO, pictures: Sequence[Picture] = ()) -> bytes:
    """The report as a Word document: same words, figures and printable annexes as the PDF.

    `pictures` are the drawings of its annexes, by their captions; one that is not there is left out with its caption.
    """
    document = DocxTemplate(template)
    annexes = printed_annexes(content.annexes)
    drawn = {picture.caption: picture for picture in pictures}
    letterhead, closing = content.letterhead, content.closing
    values: dict[str, Any] = {
        "superior": letterhead.superior,
        "issuer": letterhead.issuer,
        "number_line": letterhead.number_line,
        "place_and_date": letterhead.place_and_date,
        "kind_title": letterhead.kind_title,
        "subject": letterhead.subject,
        "urgency": letterhead.urgency,
        "addressees": list(addressed(content.addressees)),
        "paragraphs": [{"level": str(one.level), "text": one.text} for one in content.paragraphs],
        "recipients": list(closing.recipients),
        "authority": closing.authority,
        "post": closing.post,
        "signer": closing.signer,
        "has_annexes": bool(annexes),
        **{f"annex{annex.slot or annex.number}": _annex(annex, document, drawn) for annex in annexes},
    }
    # A template is a document somebody edits: it may fill in values, not run code.
    document.render(_writable(values), SandboxedEnvironment(autoescape=True), autoescape=True)
    _hold_hyphens(document)
    _close_last_section(document)
    _describe_pictures(document, [one.caption for annex in annexes for one in annex.drawings if one.caption in drawn])
    properties = document.docx.core_properties
    properties.title = f"{letterhead.kind_title} {letterhead.subject}"[:255]
    properties.author = letterhead.issuer
    properties.created = properties.modified = content.at.astimezone(VIETNAM).replace(tzinfo=None)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _annex(annex: Annex, document: DocxTemplate, drawn: Mapping[str, Picture]) -> dict[str, Any]:
    return {
        "number": annex.number,
        "padded": f"{annex.number:02d}",
        "roman": ROMAN[annex.number - 1],
        "title": annex.title,
        "remark": annex.remark,
        "drawings": [
            {"picture": _picture(document, drawn[one.caption]), "caption": one.caption}
            for one in annex.drawings
            if one.caption in drawn
        ],
        "columns": [column.title for column in annex.columns],
        "rows": [
            {
                "is_sum": row.kind is not RowKind.DATA,
                "cells": [printed(cell, column.kind) for cell, column in zip(row.cells, annex.columns, strict=True)],
            }
            for row in annex.rows
        ],
    }


def _picture(document: DocxTemplate, picture: Picture) -> InlineImage:
    return InlineImage(document, io.BytesIO(picture.png), width=Mm(picture.width))


def _describe_pictures(document: DocxTemplate, captions: list[str]) -> None:
    """What a reader who cannot see the picture is told; pictures of the office's own template come with their words."""
    drawn = [one for one in document.docx.element.body.iter(qn("wp:docPr")) if not one.get("descr")]
    for element, caption in zip(drawn[-len(captions) :] if captions else (), captions, strict=False):
        element.set("descr", caption)


def _writable(value: Any) -> Any:
    """The same values without the characters that XML cannot carry, numbers of papers held together."""
    if isinstance(value, str):
        return _PAPER_NUMBER.sub(rf"\1{_HELD}", _COUNTED.sub("\\1\N{NO-BREAK SPACE}", _UNWRITABLE.sub(" ", value)))
    if isinstance(value, list):
        return [_writable(one) for one in value]
    if isinstance(value, dict):
        return {key: _writable(one) for key, one in value.items()}
    return value


def _hold_hyphens(document: DocxTemplate) -> None:
    """Each non-breaking hyphen as Word writes it: an element of its own, so that the font needs no sign for it."""
    held = [text for text in document.docx.element.body.iter(qn("w:t")) if _HELD in (text.text or "")]
    for text in held:
        first, *rest = text.text.split(_HELD)
        text.text = first
        text.set(qn("xml:space"), "preserve")
        before = text
        for part in rest:
            hyphen, after = OxmlElement("w:noBreakHyphen"), OxmlElement("w:t")
            after.text = part
            after.set(qn("xml:space"), "preserve")
            before.addnext(hyphen)
            hyphen.addnext(after)
            before = after


def _close_last_section(document: DocxTemplate) -> None:
    """Keeps a left-out last annex from ending the document with an empty sheet.

    Every annex ends with a paragraph that holds its page setup; the setup of the last one has to stand in the body
    instead, or one more, empty section would follow.
    """
    body = document.docx.element.body
    last_setup = body.find(qn("w:sectPr"))
    previous = last_setup.getprevious()
    setup = None if previous is None else previous.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
    if setup is not None:
        body.remove(previous)
        body.replace(last_setup, setup)

"""The mark inside documents: properties always, the printed page where its form allows, cells never."""

import io

import openpyxl
import pikepdf
import pypdfium2
import pytest
import xlsxwriter
from django.conf import settings
from docx import Document

from interface.watermarks import mark_of, mark_office_file, mark_pdf, marked_name
from reports.strip import small_print
from tests.factories.directives import at
from tests.submissions.pdf_samples import document, saved

MARK = mark_of("Đỗ Thị Thuỷ & Con", "Đảng bộ phường Phúc Lợi", at(24, hour=16, minute=5))


def office_marked(content: bytes, mark: str, *, on_paper: bool) -> bytes:
    out = io.BytesIO()
    mark_office_file(io.BytesIO(content), out, mark, on_paper=on_paper)
    return out.getvalue()


def pdf_marked(content: bytes, strip: bytes | None) -> bytes:
    out = io.BytesIO()
    mark_pdf(io.BytesIO(content), out, MARK, strip=strip)
    return out.getvalue()


def workbook(footer: str = "") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name in ("Một", "Hai"):
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, "=SUM(A1) <pageSetup> </sheetData>")
            sheet.autofilter(0, 0, 3, 0)
            if footer:
                sheet.set_footer(footer)
    return out.getvalue()


def test_the_sentence() -> None:
    assert MARK == "Đỗ Thị Thuỷ & Con xuất lúc 16:05, 24/4/2026 từ cổng theo dõi chỉ đạo, Đảng bộ phường Phúc Lợi"


@pytest.mark.parametrize("footer", ["", "&LĐảng ủy&RTrang &P"])
def test_a_workbook_on_screen_and_on_paper(footer: str) -> None:
    content = workbook(footer)
    marked = openpyxl.load_workbook(io.BytesIO(office_marked(content, MARK, on_paper=True)))
    plain = openpyxl.load_workbook(io.BytesIO(content))
    assert marked.properties.description == MARK
    for sheet, before in zip(marked.worksheets, plain.worksheets, strict=True):
        assert sheet.oddHeader.right.text == MARK.replace("&", "&&") or MARK in (
            sheet.oddHeader.right.text or ""
        ).replace("&&", "&")
        assert [[cell.value for cell in row] for row in sheet.rows] == [
            [cell.value for cell in row] for row in before.rows
        ]
        assert sheet.auto_filter.ref == before.auto_filter.ref
        assert sheet.oddFooter.right.text == before.oddFooter.right.text


def test_a_paper_for_the_city_stays_clean() -> None:
    marked = openpyxl.load_workbook(io.BytesIO(office_marked(workbook(), MARK, on_paper=False)))
    assert marked.properties.description == MARK
    assert marked.worksheets[0].oddHeader.right.text is None


def test_a_word_document_carries_it_in_its_properties() -> None:
    out, made = io.BytesIO(), Document()
    made.add_paragraph("Báo cáo")
    made.save(out)
    marked = Document(io.BytesIO(office_marked(out.getvalue(), MARK, on_paper=False)))
    assert marked.core_properties.comments == MARK
    assert [one.text for one in marked.paragraphs] == ["Báo cáo"]


@pytest.mark.parametrize("on_paper", [True, False])
def test_a_pdf(on_paper: bool) -> None:
    strip = small_print(MARK, font_dir=settings.FONT_DIR) if on_paper else None
    marked = pdf_marked(saved(document(2)), strip)
    with pikepdf.open(io.BytesIO(marked)) as pdf:
        assert str(pdf.docinfo["/Keywords"]) == MARK
    with pypdfium2.PdfDocument(marked) as read:
        feet = [page.get_textpage().get_text_bounded(top=24).strip() for page in read]
    assert feet == [MARK if on_paper else ""] * 2


@pytest.mark.parametrize(
    ("name", "who", "marked"),
    [
        ("danh bạ.csv", "Đỗ Thị Thuỷ", "danh bạ (Đỗ Thị Thuỷ xuất 16.05, 24-4-2026).csv"),
        ("nhat ky", 'A/B\n"C"', "nhat ky (A B C xuất 16.05, 24-4-2026)"),
    ],
)
def test_a_name(name: str, who: str, marked: str) -> None:
    assert marked_name(name, who, at(24, hour=16, minute=5)) == marked

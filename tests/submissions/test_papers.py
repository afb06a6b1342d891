"""Files that papers come in: Word, PDF with text, scans and photographs, and what is turned away.

Not here: encodings of text files (`tests/directives/test_draft_directive_command.py`), what texts say.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import date

import pytest
from django.conf import settings as portal_settings
from docx import Document
from PIL import Image, ImageDraw, ImageFont

from directives.errors import FileRefused, SecretMarked
from directives.reader import read_directive
from directives.services.papers import read_paper
from submissions import paper_text

pytestmark = pytest.mark.django_db
FONT = portal_settings.BASE_DIR / "build" / "fonts"
SENTENCES = (
    "Kính gửi: Các chi bộ trực thuộc",
    "1. Các chi bộ gửi báo cáo kết quả về Văn phòng Đảng ủy trước ngày 20/5/2026.",
)


def last_days(text: str) -> list[str]:
    draft = read_directive(text, today=date(2026, 4, 22))
    return [str(r.deadline.last_day) for r in draft.requirements if r.deadline and r.deadline.last_day]


def word(*, secret: bool = False) -> io.BytesIO:
    """A letterhead in a table, a numbered sentence, and a table of duties."""
    document = Document()
    if secret:
        document.add_paragraph("TỐI MẬT")
    head = document.add_table(1, 2)
    head.cell(0, 0).text = "ĐẢNG BỘ THÀNH PHỐ HÀ NỘI\nĐẢNG ỦY PHƯỜNG PHÚC LỢI\nSố 77-KH/ĐU"
    head.cell(0, 1).text = "ĐẢNG CỘNG SẢN VIỆT NAM\nPhúc Lợi, ngày 21 tháng 4 năm 2026"
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("triển khai công tác chuyển đổi số")
    document.add_paragraph("1. Các chi bộ gửi báo cáo về Văn phòng Đảng ủy trước ngày 20/5/2026.")
    table = document.add_table(2, 4)
    for column, (name, value) in enumerate(
        (("STT", "1"), ("Nội dung", "Tổ chức tập huấn"), ("Đơn vị", "Ban Xây dựng Đảng"), ("Thời hạn", "30/5/2026"))
    ):
        table.cell(0, column).text, table.cell(1, column).text = name, value
    kept = io.BytesIO()
    document.save(kept)
    kept.seek(0)
    return kept


def page_image() -> Image.Image:
    """A sheet as a scanner sees it, in the document font."""
    font = ImageFont.truetype(str(next(FONT.rglob("*.ttf"))), 44)
    sheet = Image.new("L", (1654, 900), 255)
    pen = ImageDraw.Draw(sheet)
    pen.text((120, 120), "Kính gửi: Các chi bộ trực thuộc", font=font, fill=0)
    pen.text((120, 220), "1. Các chi bộ gửi báo cáo kết quả về Văn phòng", font=font, fill=0)
    pen.text((120, 290), "Đảng ủy trước ngày 20/5/2026.", font=font, fill=0)
    return sheet


def stream_of(image: Image.Image, kind: str) -> io.BytesIO:
    kept = io.BytesIO()
    image.save(kept, kind)
    kept.seek(0)
    return kept


def pdf_with_text() -> io.BytesIO:
    from weasyprint import HTML  # noqa: PLC0415 (loads Pango, which a machine may lack)

    return io.BytesIO(HTML(string="".join(f"<p>{sentence}</p>" for sentence in SENTENCES)).write_pdf())


def test_word_is_read_with_letterhead_and_tables() -> None:
    text = read_paper(stream=word(), name="ke-hoach.docx").text
    draft = read_directive(text, today=date(2026, 4, 22))
    head = draft.head
    assert (head.kind, head.number, head.symbol, head.issued_on) == ("KH", 77, "KH/ĐU", date(2026, 4, 21))
    assert (head.issuer, head.place) == ("Đảng ủy phường Phúc Lợi", "Phúc Lợi")
    assert last_days(text) == ["2026-05-19", "2026-05-30"]
    assert draft.requirements[1].who == "Ban Xây dựng Đảng"


@pytest.mark.pango
def test_pdf_with_a_text_layer_is_read() -> None:
    assert last_days(read_paper(stream=pdf_with_text(), name="cv.pdf").text) == ["2026-05-19"]


@pytest.mark.tesseract
@pytest.mark.parametrize(("kind", "name"), [("JPEG", "anh.jpg"), ("PNG", "anh.png"), ("PDF", "scan.pdf")])
def test_scans_and_photographs_are_recognised(kind: str, name: str) -> None:
    text = read_paper(stream=stream_of(page_image(), kind), name=name).text
    assert "trước ngày 20/5/2026" in " ".join(text.split())
    assert last_days(text) == ["2026-05-19"]


def test_without_tesseract_a_scan_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_text.shutil, "which", lambda name: None)
    with pytest.raises(FileRefused, match="chưa cài bộ nhận dạng chữ"):
        read_paper(stream=stream_of(page_image(), "PDF"), name="scan.pdf")


def test_macros_are_refused() -> None:
    kept = word()
    with zipfile.ZipFile(kept, "a") as packed:
        packed.writestr("word/vbaProject.bin", b"x")
    kept.seek(0)
    with pytest.raises(FileRefused, match="macro"):
        read_paper(stream=kept, name="a.docx")


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "cu.doc", "lưu lại thành .docx không mật khẩu"),
        (b"%PDF-1.7\nrubbish", "hong.pdf", "cổng không mở được"),
        (b"PK\x03\x04rubbish", "hong.docx", "cổng không mở được"),
        (b"MZ\x90\x00", "a.exe", "Cổng đọc .txt, .md, .docx, .pdf và ảnh"),
    ],
)
def test_what_cannot_be_read_is_told(data: bytes, name: str, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        read_paper(stream=io.BytesIO(data), name=name)


def test_a_stamp_inside_a_file_turns_it_away() -> None:
    with pytest.raises(SecretMarked):
        read_paper(stream=word(secret=True), name="a.docx")
    with pytest.raises(SecretMarked):
        read_paper(stream=word(), name="TUYỆT MẬT.docx")


@pytest.mark.tesseract
def test_tesseract_with_vietnamese_is_here() -> None:
    assert shutil.which("tesseract")
    assert paper_text.can_recognise()

"""The produced PDF against the layout table, millimetre by millimetre (`document-format.md` §2)."""

import re
import string
import unicodedata
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from reports.errors import FontsMissing
from reports.format_profiles import HD36_2018, profile_named
from reports.narrative import compose
from reports.pdf import FetchRefused, fonts_of, html_to_pdf
from reports.print_css import print_css
from reports.rendering import render_html
from tests.reports.paper import POINT, pages_of
from tests.reports.sample_report import TEXTS, sample_facts

pytestmark = pytest.mark.pango


@pytest.fixture(scope="module")
def pages(pdf):
    return pages_of(pdf)


def flat(text: str) -> str:
    """One line, plain spaces and hyphens: what a reader sees, whatever the line breaks."""
    return re.sub(r"\s+", " ", text.replace("\ufffe", "").replace("\u2011", "-"))


def test_paper_is_a4_and_only_wide_annexes_lie_on_their_side(pages):
    sizes = [(round(page.width), round(page.height)) for page in pages]
    wide = [index for index, size in enumerate(sizes) if size == (297, 210)]
    assert set(sizes) == {(210, 297), (297, 210)}
    assert [("Phụ lục 1" in pages[i].text, "Phụ lục 2" in pages[i].text) for i in (wide[0], wide[-1])] == [
        (True, False),
        (False, True),
    ]
    assert sizes[0] == sizes[-1] == (210, 297)


def test_margins_are_20_20_30_15(pages):
    for page in pages:
        box = page.body_extent()
        assert box.left >= 30 - 0.2
        assert box.right <= page.width - 15 + 0.2
        assert box.top >= 20 - 0.2
        assert box.bottom <= page.height - 20 + 0.2
    assert pages[0].body_extent().left == pytest.approx(30, abs=0.2)
    assert pages[0].body_extent().right == pytest.approx(195, abs=0.3)


@pytest.mark.parametrize(
    ("words", "font", "size", "width"),
    [
        ("ĐẢNG BỘ THÀNH PHỐ HÀ NỘI", "Tinos", 14, 70.4),
        ("ĐẢNG ỦY PHƯỜNG PHÚC LỢI", "Tinos-Bold", 14, 71.7),
        ("ĐẢNG CỘNG SẢN VIỆT NAM", "Tinos-Bold", 15, 72.9),
        ("Phúc Lợi, ngày 27 tháng 4 năm 2026", "Tinos-Italic", 14, 73.1),
    ],
)
def test_each_line_of_the_header_stands_on_one_line(pages, words, font, size, width):
    assert pages[0].font_of(words) == (font, pytest.approx(size, abs=0.01))
    box = pages[0].find(words)
    assert box.width == pytest.approx(width, abs=0.5)
    assert box.height < 8


def test_header_columns_are_77_and_88_mm(pages):
    left = pages[0].find("ĐẢNG BỘ THÀNH PHỐ HÀ NỘI").middle
    right = pages[0].find("ĐẢNG CỘNG SẢN VIỆT NAM").middle
    assert left == pytest.approx(30 + 77 / 2, abs=0.2)
    assert right == pytest.approx(30 + 77 + 88 / 2, abs=0.2)


def test_rule_is_drawn_as_long_as_the_title(pages):
    title = pages[0].find("ĐẢNG CỘNG SẢN VIỆT NAM")
    (rule,) = pages[0].lines()
    assert rule.width == pytest.approx(72.9, abs=0.05)
    assert rule.height / POINT == pytest.approx(0.75, abs=0.01)
    assert rule.left == pytest.approx(title.left, abs=0.2)
    assert title.bottom < rule.top < pages[0].find("Phúc Lợi, ngày").top


def test_number_stands_under_the_star_without_a_colon(pages):
    assert re.search(r"\*\s+Số\s+-BC/ĐU\s", pages[0].text)
    assert "Số:" not in pages[0].text


def test_page_number_is_centred_10_mm_below_the_edge_and_absent_on_page_1(pages):
    assert pages[0].page_number() is None
    number, place = pages[1].page_number()
    assert number == "2"
    assert place.middle == pytest.approx(30 + 165 / 2, abs=0.3)
    assert place.top == pytest.approx(10, abs=1)


def test_each_annex_counts_its_pages_from_1_again(pages):
    firsts = [i for i, page in enumerate(pages) if page.text.startswith("Phụ lục")]
    assert len(firsts) == 3
    for first in firsts:
        assert pages[first].page_number() is None
    seconds = [i + 1 for i in firsts if i + 1 < len(pages) and i + 1 not in firsts]
    assert seconds
    assert {pages[i].page_number()[0] for i in seconds} == {"2"}


def test_body_is_indented_justified_and_set_on_exactly_18_points(pages):
    page = pages[0]
    first = page.find("Thực hiện Công văn số 701")
    assert first.left == pytest.approx(40, abs=0.3)
    assert page.font_of("Thực hiện Công văn số 701") == ("Tinos", pytest.approx(14, abs=0.01))
    second = page.find("giáo và Dân vận Thành ủy Hà Nội, Đảng ủy")
    assert second.left == pytest.approx(30, abs=0.2)
    assert (second.bottom - first.bottom) / POINT == pytest.approx(18, abs=0.05)


def test_signature_block_is_bold_then_plain_and_shares_a_page_with_text(pages):
    page = next(page for page in pages if "T/M BAN THƯỜNG VỤ" in page.text)
    assert page.font_of("T/M BAN THƯỜNG VỤ") == ("Tinos-Bold", pytest.approx(14, abs=0.01))
    assert page.font_of("PHÓ BÍ THƯ THƯỜNG TRỰC") == ("Tinos", pytest.approx(14, abs=0.01))
    assert page.font_of("Nguyễn Xuân Hiền") == ("Tinos-Bold", pytest.approx(14, abs=0.01))
    assert page.font_of("Nơi nhận:") == ("Tinos", pytest.approx(14, abs=0.01))
    assert page.font_of("- Thường trực Đảng ủy,") == ("Tinos", pytest.approx(12, abs=0.01))
    assert page.find("T/M BAN THƯỜNG VỤ").middle == pytest.approx(30 + 73 + 92 / 2, abs=0.3)
    assert page.find("Nơi nhận:").top == pytest.approx(page.find("T/M BAN THƯỜNG VỤ").top, abs=0.3)
    room = page.find("Nguyễn Xuân Hiền").top - page.find("PHÓ BÍ THƯ THƯỜNG TRỰC").bottom
    assert room == pytest.approx(30, abs=1.5)
    assert "Trên đây là báo cáo" in page.text


def test_only_tinos_is_embedded_each_face_once(pdf):
    fonts = {}
    with pikepdf.open(BytesIO(pdf)) as document:
        for page in document.pages:
            for font in page.Resources.get("/Font", {}).values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert "/FontFile2" in descriptor
                fonts[str(font.BaseFont).split("+")[-1]] = fonts.get(str(font.BaseFont), 0) + 1
    assert set(fonts) == {"Tinos", "Tinos-Bold", "Tinos-Italic"}


def test_every_paragraph_and_cell_can_be_read_back(pdf, content, pages):
    everything = flat(" ".join(page.text for page in pages))
    for paragraph in content.paragraphs:
        assert flat(paragraph.text) in everything, paragraph.text
    for essay in sample_facts(12).essays:
        assert essay.name in everything


def alphabet() -> str:
    """Every Vietnamese letter with every tone in both cases, and the signs of official texts."""
    letters = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
    toned = {
        unicodedata.normalize("NFC", letter + tone)
        for letter in letters
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
        if tone == "" or letter in "aăâeêioôơuưy"
    }
    return "".join(sorted(toned | {letter.upper() for letter in toned})) + string.digits + "“”‘’–—…%/()*+-.,:;§°×₫"


@pytest.mark.parametrize(
    ("weight", "style"), [("400", "normal"), ("700", "normal"), ("400", "italic"), ("700", "italic")]
)
def test_no_letter_of_the_alphabet_is_missing(font_dir, profile, weight, style):
    letters = alphabet()
    assert len(letters) > 180
    text = " ".join(letters)
    html = (
        f"<style>{print_css(profile)}</style><p style='font-weight:{weight};font-style:{style}'>{text}</p>"
        "<p>Nghị\u00a0quyết số\u00a002\u2011NQ/TW</p>"
    )
    made = html_to_pdf(html, font_dir=font_dir)
    read = "".join(page.text for page in pages_of(made))
    assert set(letters) <= set(read)
    assert "02-NQ/TW" in read.replace("\u2011", "-")  # both hyphens are one glyph
    with pikepdf.open(BytesIO(made)) as document:
        names = {str(f.BaseFont).split("+")[-1] for page in document.pages for f in page.Resources["/Font"].values()}
    assert all(name.startswith("Tinos") for name in names)


def test_nothing_is_fetched_but_the_fonts(font_dir, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\n secret")
    html = (
        f'<img src="{secret.as_uri()}"><img src="http://127.0.0.1:6379/"><link rel="stylesheet" href="http://127.0.0.1/a.css">'
        f'<link rel=attachment href="{secret.as_uri()}"><img src="data:image/png;base64,AAAA"><p>Hết</p>'
    )
    made = html_to_pdf(html, font_dir=font_dir)
    assert b"secret" not in made
    with pikepdf.open(BytesIO(made)) as document:
        assert len(document.attachments) == 0
        assert len(document.pages[0].Resources.get("/XObject", {})) == 0


def test_the_office_s_words_cannot_become_markup(profile, font_dir):
    texts = {**TEXTS, "opinion": "<script>alert(1)</script><img src=file:///etc/passwd> & “ngoặc”"}
    html = render_html(compose(sample_facts(3), texts=texts, profile=profile), profile)
    assert "<script>" not in html
    assert "<img" not in html
    read = flat(" ".join(page.text for page in pages_of(html_to_pdf(html, font_dir=font_dir))))
    assert "<script>alert(1)</script><img src=file:///etc/passwd> & “ngoặc”" in read


def test_missing_fonts_are_said_with_the_remedy(tmp_path):
    with pytest.raises(FontsMissing, match="build_fonts"):
        html_to_pdf("<p>a</p>", font_dir=tmp_path)
    assert issubclass(FetchRefused, ValueError)


def test_profile_of_2018_prints_its_own_marks(font_dir):
    content = compose(sample_facts(3), texts=TEXTS, profile=HD36_2018)
    pages = pages_of(html_to_pdf(render_html(content, HD36_2018), font_dir=font_dir))
    everything = flat(" ".join(page.text for page in pages))
    assert "I- ĐẶC ĐIỂM, TÌNH HÌNH" in everything
    assert "Đảng ủy phường Phúc Lợi./." in everything
    last = next(page for page in pages if "T/M BAN THƯỜNG VỤ" in page.text)
    assert last.font_of("PHÓ BÍ THƯ THƯỜNG TRỰC")[0] == "Tinos-Bold"


def test_a_corrected_value_reaches_the_paper(font_dir):
    corrected = profile_named("hd05_2026", {"body.line_pt": 22, "sheet.two_sided": True})
    content = compose(sample_facts(3), texts=TEXTS, profile=corrected)
    pages = pages_of(html_to_pdf(render_html(replace(content, annexes=()), corrected), font_dir=font_dir))
    first, second = (pages[0].find(words) for words in ("Thực hiện Công văn", "giáo và Dân vận"))
    assert (second.bottom - first.bottom) / POINT == pytest.approx(22, abs=0.05)
    assert pages[1].body_extent().left == pytest.approx(15, abs=0.2)


def test_fonts_are_read_once(font_dir):
    assert fonts_of(font_dir) is fonts_of(Path(font_dir))
    assert set(fonts_of(font_dir)) == {
        "font:Tinos-Regular",
        "font:Tinos-Bold",
        "font:Tinos-Italic",
        "font:Tinos-BoldItalic",
    }

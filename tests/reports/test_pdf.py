"""The produced PDF against the layout table, millimetre by millimetre (`document-format.md` §2)."""

import gc
import re
import string
import unicodedata
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import weasyprint

from reports.errors import FontsMissing
from reports.format_profiles import PROFILES, profile_named
from reports.narrative import compose
from reports.pdf import FetchRefused, _fetcher, _page_class, fonts_of, html_to_pdf
from reports.print_css import print_css
from reports.rendering import render_html, set_text
from reports.report_facts import BookFacts, ClusterFacts
from tests.reports.paper import POINT, pages_of
from tests.reports.sample_report import TEXTS, sample_facts, with_drawings

pytestmark = pytest.mark.pango


# Where the two rules differ: the post, what stands behind the roman number, how the text ends.
POST = {"hd05_2026": "Tinos", "hd36_2018": "Tinos-Bold"}
PART = {"hd05_2026": "{}. ", "hd36_2018": "{}- "}
END = {"hd05_2026": ".", "hd36_2018": "./."}


@pytest.fixture(scope="module", params=list(PROFILES))
def profile(request):
    """Every profile of the product is measured, place by place."""
    return profile_named(request.param)


@pytest.fixture(scope="module")
def content(profile):
    return compose(sample_facts(12), texts=TEXTS, profile=profile)


@pytest.fixture(scope="module")
def pdf(content, profile, font_dir):
    return html_to_pdf(render_html(content, profile), font_dir=font_dir)


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


@pytest.mark.parametrize(
    ("words", "font", "size"),
    [
        ("BÁO CÁO", "Tinos-Bold", 16),
        ("kết quả thực hiện", "Tinos-Bold", 14),
        ("-----", "Tinos-Bold", 14),
    ],
)
def test_title_subject_and_hyphens_are_bold_and_centred_over_the_text(pages, words, font, size):
    assert pages[0].font_of(words) == (font, pytest.approx(size, abs=0.01))
    lines = {"kết quả thực hiện": "kết quả thực hiện Công văn số 05-CV/ĐU về tiếp tục học tập, quán"}
    assert pages[0].find(lines.get(words, words)).middle == pytest.approx(30 + 165 / 2, abs=0.4)


def test_head_runs_from_superior_to_number_and_star_and_number_are_upright(pages):
    page = pages[0]
    order = [page.find(words).top for words in ("ĐẢNG BỘ THÀNH PHỐ HÀ NỘI", "ĐẢNG ỦY PHƯỜNG PHÚC LỢI", "*", "Số")]
    assert order == sorted(order)
    assert page.find("ĐẢNG BỘ").top == pytest.approx(page.find("ĐẢNG CỘNG SẢN").top, abs=1.5)
    for words in ("*", "Số"):
        assert page.font_of(words) == ("Tinos", pytest.approx(14, abs=0.01))
    assert page.find("*").middle == pytest.approx(30 + 77 / 2, abs=0.3)


def test_paragraphs_stand_6_points_apart_and_parts_are_bold(pages, profile):
    page = pages[0]
    above = page.find("Đảng bộ có")
    below = page.find(PART[profile.key].format("II") + "CÔNG TÁC")
    assert (below.bottom - above.bottom) / POINT == pytest.approx(18 + 6, abs=0.1)
    assert page.font_of(PART[profile.key].format("I") + "ĐẶC ĐIỂM") == ("Tinos-Bold", pytest.approx(14, abs=0.01))
    assert page.font_of("1. Nghiên cứu") == ("Tinos-Bold", pytest.approx(14, abs=0.01))


def test_page_number_is_14_points_upright(pages):
    assert pages[1].font_of("2") == ("Tinos", pytest.approx(14, abs=0.01))


def test_tables_are_set_in_11_points_and_repeat_their_head_on_each_page(pages):
    firsts = [page for page in pages if page.text.startswith("Phụ lục")]
    assert firsts[0].font_of("Họ và tên")[1] == pytest.approx(11, abs=0.01)
    assert firsts[0].font_of("Nguyễn Thị Thuỷ")[1] == pytest.approx(11, abs=0.01)
    of_first = pages[pages.index(firsts[0]) : pages.index(firsts[1])]
    assert len(of_first) > 1
    assert all("Họ và tên" in page.text for page in of_first)


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


def test_signature_block_is_set_as_the_rules_say_and_shares_a_page_with_text(pages, profile):
    page = next(page for page in pages if "T/M BAN THƯỜNG VỤ" in page.text)
    assert page.font_of("T/M BAN THƯỜNG VỤ") == ("Tinos-Bold", pytest.approx(14, abs=0.01))
    assert page.font_of("PHÓ BÍ THƯ THƯỜNG TRỰC") == (POST[profile.key], pytest.approx(14, abs=0.01))
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


def test_days_are_never_torn_and_a_small_table_stays_on_one_page(font_dir, profile):
    facts = with_drawings(sample_facts(12))
    line = BookFacts("Hội nghị quán triệt tại đơn vị", date(2026, 12, 2), "Khối trường học", "3/12 đạt")
    clusters = tuple(ClusterFacts(f"Cụm {n}", facts.counted) for n in range(1, 10))
    paper = replace(facts.about_paper, issued_on=date(2026, 11, 30))
    facts = replace(facts, book=(line,) * 3, clusters=clusters, directive=paper)
    pages = pages_of(html_to_pdf(render_html(compose(facts, texts={}, profile=profile), profile), font_dir=font_dir))
    (book,) = [page for page in pages if "Sổ theo dõi văn bản" in page.text and page.text.startswith("Phụ lục 4")]
    assert book.text.count("02/12/2026") == book.text.count("30/11/2026") == 3
    (table,) = [page for page in pages if "Cộng theo cụm" in page.text]
    assert "Cộng theo khối" in table.text
    assert table.text.count("Nhóm") == 1


def test_no_title_is_left_alone_above_a_few_tall_rows(font_dir, profile):
    line = BookFacts("Hội nghị quán triệt", date(2026, 12, 2), "Bí thư, phó bí thư các đơn vị; " * 9, "3/12 đạt")
    facts = replace(sample_facts(12), book=(line,) * 5)
    pages = pages_of(html_to_pdf(render_html(compose(facts, texts={}, profile=profile), profile), font_dir=font_dir))
    (first,) = [page for page in pages if "Sổ theo dõi văn bản" in page.text and page.text.startswith("Phụ lục")]
    rows = [page.text.count("3/12 đạt") for page in pages]
    assert sum(rows) == 5
    assert 0 < first.text.count("3/12 đạt") < 5  # the rows do not fit on one page, so they begin under their title


def test_drawings_stand_in_their_annex_with_captions_over_their_table(font_dir, profile):
    content = compose(with_drawings(sample_facts(12)), texts=TEXTS, profile=profile)
    html = render_html(content, profile)
    made = html_to_pdf(html, font_dir=font_dir)
    pages = pages_of(made)
    page = next(page for page in pages if page.text.startswith("Phụ lục 4"))
    assert (round(page.width), round(page.height)) == (210, 297)
    captions = [
        "Hình 1. Tiến độ: tỷ lệ bài đạt yêu cầu theo ngày",
        "Hình 2. Kết quả theo khối",
        "Hình 3. Kết quả theo cụm",
    ]
    places = [page.find(words) for words in captions]
    assert [place.top for place in places] == sorted(place.top for place in places)
    assert all(place.middle == pytest.approx(30 + 165 / 2, abs=0.5) for place in places)
    assert places[-1].bottom < page.find("Cộng theo cụm").top  # all on one sheet, the table below
    assert page.font_of("Hình 1.") == ("Tinos-Italic", pytest.approx(12, abs=0.01))
    # What is drawn says what the text and annex 2 say: 126 of 141 by the last day, cụm by cụm.
    assert page.font_of("89,4%")[0] == "Tinos-Bold"
    assert "hết 27/4" in page.text
    assert re.search(r"Cộng theo khối\s+141\s+126\s+0\s+3\s+0\s+0\s+12\s+89,4", page.text)
    assert re.search(r"Cộng theo cụm\s+141\s+126\s+0\s+3\s+0\s+0\s+12\s+89,4", page.text)
    assert page.body_extent().right <= 195 + 0.3
    pictures = "".join(re.findall(r"<svg.*?</svg>", html, re.DOTALL))
    assert {
        colour for colour in re.findall(r"#[0-9A-Fa-f]{6}\b", pictures) if len(set(re.findall("..", colour[1:]))) > 1
    } == set()
    with pikepdf.open(BytesIO(made)) as document:
        names = {str(f.BaseFont).split("+")[-1] for one in document.pages for f in one.Resources["/Font"].values()}
    assert names == {"Tinos", "Tinos-Bold", "Tinos-Italic"}


def test_the_text_ends_with_the_mark_of_the_rules(pages, profile):
    everything = flat(" ".join(page.text for page in pages))
    assert f"Bộ Chính trị của Đảng ủy phường Phúc Lợi{END[profile.key]} Nơi nhận:" in everything
    assert PART[profile.key].format("III") + "KẾT QUẢ THỰC HIỆN" in everything


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


def test_the_leaner_sheet_of_the_engine_changes_no_page(font_dir, profile):
    """Six styles an element less, the same pages to the byte."""
    html = render_html(compose(with_drawings(sample_facts(12)), texts=TEXTS, profile=profile), profile)
    page = weasyprint.HTML(string=html, base_url="about:blank", url_fetcher=_fetcher(fonts_of(font_dir)))
    with (
        pikepdf.open(BytesIO(page.write_pdf())) as usual,
        pikepdf.open(BytesIO(html_to_pdf(html, font_dir=font_dir))) as lean,
    ):
        assert [one.Contents.read_bytes() for one in lean.pages] == [one.Contents.read_bytes() for one in usual.pages]
    (sheet,) = _page_class(weasyprint)(string="<p>a")._ua_stylesheets()
    (whole,) = weasyprint.HTML(string="<p>a")._ua_stylesheets()
    assert len(whole.matcher.other_selectors) - len(sheet.matcher.other_selectors) == 6


def test_the_collector_is_left_as_it_was(font_dir):
    before = gc.get_threshold()
    html_to_pdf("<p>a</p>", font_dir=font_dir)
    with pytest.raises(FontsMissing):
        html_to_pdf("<p>a</p>", font_dir=font_dir / "none")
    assert gc.get_threshold() == before


def test_the_number_of_a_paper_is_never_torn_in_a_cell_that_holds_it(profile):
    """In the wide column of a list it stays whole; in a narrow one it may break rather than run over the line."""
    line = BookFacts(
        "Sinh hoạt chuyên đề Nghị quyết số 02-NQ/TW", date(2026, 12, 2), "Chi bộ theo số 02-NQ/TW", "3/12 đạt"
    )
    html = render_html(compose(replace(sample_facts(3), book=(line,)), texts={}, profile=profile), profile)
    assert '<td class="text">Sinh hoạt chuyên đề Nghị quyết <span class="keep">số 02-NQ/TW</span></td>' in html
    assert '<td class="text">Chi bộ theo số 02-NQ/TW</td>' in html
    assert '<td class="text">Chi bộ Tổ dân phố số\u00a01 Phúc Lợi</td>' in html
    assert set_text("Chi bộ Tổ dân phố số 3 (1 việc)") == 'Chi bộ Tổ dân phố <span class="keep">số 3</span> (1 việc)'

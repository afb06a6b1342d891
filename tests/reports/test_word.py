"""The Word document: page setup, fonts, tables and words, read back with python-docx (and LibreOffice if present)."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from jinja2.exceptions import SecurityError
from PIL import Image

from reports.errors import WordTemplateMissing
from reports.format_profiles import PROFILES, profile_named
from reports.narrative import compose
from reports.own_template import LATER_ANNEXES, _block, brought_up
from reports.pictures import pictures_of
from reports.report_facts import BookFacts, MissingFacts, OpinionFacts
from reports.services.compiling import word_template_for
from reports.word import find_template, template_name, to_docx
from reports.word_template import ANNEX_COLUMNS, build_word_template
from tests.reports.paper import pages_of
from tests.reports.sample_report import TEXTS, sample_facts, with_drawings

TABLE_ORDER = ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook")


@pytest.fixture(scope="module", params=list(PROFILES))
def profile(request):
    """Every profile of the product is measured."""
    return profile_named(request.param)


@pytest.fixture(scope="module")
def content(profile):
    return compose(sample_facts(12), texts=TEXTS, profile=profile)


@pytest.fixture(scope="module")
def template(tmp_path_factory, profile):
    path = tmp_path_factory.mktemp("word") / template_name(profile.key)
    path.write_bytes(build_word_template(profile))
    return path


@pytest.fixture(scope="module")
def made(content, template) -> bytes:
    return to_docx(content, template)


@pytest.fixture(scope="module")
def word(made):
    return docx.Document(io.BytesIO(made))


def sizes(document) -> list[tuple[int, int]]:
    return [(round(one.page_width / Mm(1)), round(one.page_height / Mm(1))) for one in document.sections]


@pytest.mark.parametrize("key", list(PROFILES))
def test_committed_template_is_what_the_profile_builds(repository, key):
    committed = repository / "templates" / "documents" / template_name(key)
    assert committed.read_bytes() == build_word_template(PROFILES[key])


def test_page_setup_follows_the_profile(word):
    assert sizes(word) == [(210, 297), (297, 210), (297, 210), (210, 297)]
    for section in word.sections:
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(margin / Mm(1), 1) for margin in margins] == [20, 20, 30, 15]
        assert round(section.header_distance / Mm(1), 1) == 10
        assert section.different_first_page_header_footer


def test_page_number_is_one_field_and_annexes_start_again(word):
    header = word.sections[0].header
    assert [node.text for node in header._element.iter(qn("w:instrText"))] == ["PAGE"]
    assert header.paragraphs[0].runs[0].font.size == Pt(14)
    assert all(section.header.is_linked_to_previous for section in word.sections[1:])
    starts = [section._sectPr.find(qn("w:pgNumType")) for section in word.sections]
    assert [None if start is None else start.get(qn("w:start")) for start in starts] == [None, "1", "1", "1"]


def test_everything_is_times_new_roman(made, word):
    fonts = word.styles["Normal"].element.rPr.rFonts
    assert {fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        body = parts.read("word/document.xml").decode()
    assert set(re.findall(r'w:ascii="([^"]+)"', body)) <= {"Times New Roman"}
    assert "asciiTheme" not in body


def test_letterhead_and_signature_are_borderless_tables_of_the_right_widths(word, profile):
    header, closing = word.tables[0], word.tables[1]
    assert [round(column.width / Mm(1)) for column in header.columns] == [77, 88]
    assert [round(column.width / Mm(1)) for column in closing.columns] == [73, 92]
    for table in (header, closing):
        assert table.style is None or table.style.name == "Normal Table"
        margins = table._tbl.tblPr.find(qn("w:tblCellMar"))
        assert {margin.get(qn("w:w")) for margin in margins} == {"0"}
    left, right = header.rows[0].cells
    assert [p.text for p in left.paragraphs] == [
        "Đảng bộ Thành phố Hà Nội", "Đảng ủy phường Phúc Lợi", "*", "Số\u0020" + "\u00a0" * 6 + "-BC/ĐU",
    ]  # fmt: skip
    assert left.paragraphs[0].runs[0].font.all_caps
    assert (left.paragraphs[0].runs[0].font.bold, left.paragraphs[1].runs[0].font.bold) == (False, True)
    assert right.paragraphs[0].runs[0].font.size == Pt(15)
    assert right.paragraphs[2].text == "Phúc Lợi, ngày 27 tháng 4 năm 2026"
    post = closing.rows[0].cells[1].paragraphs[1]
    is_bold = {"hd05_2026": False, "hd36_2018": True}[profile.key]
    assert (post.text, post.runs[0].font.bold) == ("PHÓ BÍ THƯ THƯỜNG TRỰC", is_bold)


@pytest.mark.parametrize(
    ("words", "size", "bold", "italic"),
    [
        ("Đảng bộ Thành phố Hà Nội", 14, False, False),
        ("Đảng ủy phường Phúc Lợi", 14, True, False),
        ("*", 14, False, False),
        ("ĐẢNG CỘNG SẢN VIỆT NAM", 15, True, False),
        ("Phúc Lợi, ngày 27 tháng 4 năm 2026", 14, False, True),
        ("Báo cáo", 16, True, False),
        ("-----", 14, True, False),
        ("T/M BAN THƯỜNG VỤ", 14, True, False),
        ("Nguyễn Xuân Hiền", 14, True, False),
        ("Nơi nhận:", 14, False, False),
        ("- Thường trực Đảng ủy,", 12, False, False),
    ],
)
def test_each_element_has_its_size_and_style(word, words, size, bold, italic):
    inside = [p for table in word.tables[:2] for cell in table.rows[0].cells for p in cell.paragraphs]
    (found,) = [one for one in (*inside, *word.paragraphs) if one.text == words]
    run = found.runs[0]
    assert (run.font.size, bool(run.font.bold), bool(run.font.italic)) == (Pt(size), bold, italic)
    assert bool(run.font.underline) == (words == "Nơi nhận:")


def test_room_for_signature_and_seal_is_30_mm(word):
    *_, name = word.tables[1].rows[0].cells[1].paragraphs
    assert round(name.paragraph_format.space_before / Mm(1)) == 30


def test_rule_is_a_drawn_border_as_long_as_the_title(word):
    rule = word.tables[0].rows[0].cells[1].paragraphs[1]
    border = rule._p.pPr.find(f"{qn('w:pBdr')}/{qn('w:top')}")
    assert (border.get(qn("w:val")), border.get(qn("w:sz"))) == ("single", "6")  # six eighths of a point
    indents = (rule.paragraph_format.left_indent + rule.paragraph_format.right_indent) / Mm(1)
    assert 88 - indents == pytest.approx(72.9, abs=0.05)


def test_body_styles_hold_the_layout(word):
    body = word.styles["Nội dung"].paragraph_format
    assert round(body.first_line_indent / Mm(1)) == 10
    assert body.space_after == Pt(6)
    assert word.styles["Normal"].paragraph_format.line_spacing == Pt(18)
    assert word.styles["Phần"].font.bold
    assert word.styles["Phần"].paragraph_format.keep_with_next


def plain(text: str) -> str:
    """Without the signs that only hold words together."""
    return text.replace("\u00a0", " ")


def test_numbers_of_papers_and_units_are_not_torn_at_the_end_of_a_line(profile, template) -> None:
    line = BookFacts("Thực hiện Nghị quyết số 02-NQ/TW", date(2026, 12, 2), "Chi bộ Tổ dân phố số 2", "3/12 đạt")
    made = to_docx(compose(replace(sample_facts(3), book=(line,)), texts={}, profile=profile), template)
    body = docx.Document(io.BytesIO(made)).element.body
    (cell,) = [
        one
        for one in body.iter(qn("w:p"))
        if "".join(t.text or "" for t in one.iter(qn("w:t"))).startswith("Thực hiện Nghị")
    ]
    parts = [(one.tag.rpartition("}")[2], one.text) for one in cell.iter(qn("w:t"), qn("w:noBreakHyphen"))]
    assert parts == [("t", "Thực hiện Nghị quyết số 02"), ("noBreakHyphen", None), ("t", "NQ/TW")]
    texts = {"".join(t.text or "" for t in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))}
    assert "Chi bộ Tổ dân phố số\u00a02" in texts
    assert not [text for text in texts if "\u2011" in text], "a sign the font may not have"


def test_the_words_are_those_of_the_content(word, content):
    styles = {"part": "Phần", "section": "Mục", "body": "Nội dung", "item": "Gạch đầu dòng", "ending": "Câu kết"}
    written = [(p.style.name, plain(p.text)) for p in word.paragraphs if p.style.name in styles.values()]
    assert written == [(styles[one.level], one.text) for one in content.paragraphs]
    recipients = [p.text for p in word.tables[1].rows[0].cells[0].paragraphs]
    assert recipients == ["Nơi nhận:", *(f"- {one}" for one in content.closing.recipients)]


def test_data_tables_repeat_their_head_and_never_split_a_row(word, content):
    for table, annex in zip(word.tables[2:], content.annexes, strict=True):
        head, *rows = table.rows
        assert [cell.text for cell in head.cells] == [column.title for column in annex.columns]
        assert head._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert len(rows) == len(annex.rows)
        assert rows[0].cells[0].paragraphs[0].runs[0].font.size == Pt(11)
    total = word.tables[3].rows[-1]
    assert total.cells[1].text == "TỔNG CỘNG"
    assert total.cells[1].paragraphs[0].runs[0].font.bold
    assert total.cells[7].text == str(sample_facts(12).counted.required)


def test_table_properties_stand_in_the_order_of_the_schema(word):
    for table in word.tables:
        order = [child.tag.split("}")[1] for child in table._tbl.tblPr]
        assert order == [name for name in TABLE_ORDER if name in order]


def test_no_tag_is_left_and_no_markup_can_be_smuggled_in(profile, template):
    texts = {**TEXTS, "opinion": "{{ 1 + 1 }} <w:br/> {%p if x %} & \x01hết"}
    document = docx.Document(io.BytesIO(to_docx(compose(sample_facts(3), texts=texts, profile=profile), template)))
    everything = "\n".join(p.text for p in document.paragraphs)
    assert "{{ 1 + 1 }} <w:br/> {%p if x %} &  hết" in everything
    assert everything.count("{") == 3


def test_left_out_annexes_leave_no_empty_sheet(content, template):
    for kept, expected in (((), [(210, 297)]), ((1,), [(210, 297), (297, 210)]), ((0, 2), None)):
        annexes = tuple(
            annex if number in kept else replace(annex, rows=()) for number, annex in enumerate(content.annexes)
        )
        document = docx.Document(io.BytesIO(to_docx(replace(content, annexes=annexes), template)))
        assert sizes(document) == (expected or [(210, 297), (297, 210), (210, 297)])
        assert len(document.tables) == 2 + len(kept)


def test_template_of_the_office_goes_first_and_runs_no_code(tmp_path, content, repository):
    shipped = repository / "templates" / "documents"
    own = docx.Document()
    own.add_paragraph("{{ kind_title.__class__.__mro__ }}{{ subject }}")
    own.save(tmp_path / template_name("hd05_2026"))
    path = find_template("hd05_2026", (tmp_path, shipped))
    assert path.parent == tmp_path
    with pytest.raises(SecurityError):
        to_docx(content, path)
    assert find_template("hd36_2018", (tmp_path, shipped)).parent == shipped
    with pytest.raises(WordTemplateMissing, match="build_word_templates"):
        find_template("hd99", (tmp_path, shipped))


@pytest.fixture(scope="module")
def drawn(profile):
    return compose(with_drawings(sample_facts(12)), texts=TEXTS, profile=profile)


def captions_of(content) -> list[str]:
    return [one.caption for annex in content.annexes for one in annex.drawings]


@pytest.mark.pango
def test_the_drawings_of_the_pdf_stand_over_their_table_as_pictures(drawn, template, font_dir):
    drawings = [one for annex in drawn.annexes for one in annex.drawings]
    pictures = pictures_of(drawings, width=165, font_dir=font_dir)
    document = docx.Document(io.BytesIO(to_docx(drawn, template, pictures)))
    shapes = document.inline_shapes
    assert [round(shape.width / Mm(1)) for shape in shapes] == [165] * 3
    assert [shape._inline.docPr.get("descr") for shape in shapes] == captions_of(drawn)
    for shape, drawing in zip(shapes, drawings, strict=True):
        across, down = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing.svg).groups())
        assert shape.height / shape.width == pytest.approx(down / across, abs=0.005)
        part = document.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
        with Image.open(io.BytesIO(part.blob)) as image:
            assert (image.mode, round(image.width / 165 * 25.4)) == ("L", 220)
            assert image.getextrema() == (0, 255)
            assert image.histogram()[255] / (image.width * image.height) < 0.95, "something is drawn"
    order = [one.tag.split("}")[1] for one in document.element.body]
    *_, table = [place for place, tag in enumerate(order) if tag == "tbl"]
    body = list(document.element.body)
    for caption in captions_of(drawn):
        (place,) = [at for at, one in enumerate(body) if one.tag == qn("w:p") and docx_text(one) == caption]
        assert place < table
        spacing = body[place - 1].find(f"{qn('w:pPr')}/{qn('w:spacing')}")
        assert spacing.get(qn("w:lineRule")) == "auto", "a line of exact height would cut the picture off"


def docx_text(element) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def test_a_picture_that_could_not_be_drawn_takes_its_caption_with_it(drawn, template):
    document = docx.Document(io.BytesIO(to_docx(drawn, template)))
    assert not document.inline_shapes
    assert not [p.text for p in document.paragraphs if p.text.startswith("Hình")]
    assert len(document.tables) == 2 + len(drawn.annexes)


def old_template(profile) -> docx.document.Document:
    """A copy that an office made when numbers and heads were fixed, before units had lists and annexes drawings.

    It calls the third annex "Phụ lục III", the first "PHỤ LỤC 01", and people "Họ tên đồng chí".
    """
    document = docx.Document(io.BytesIO(build_word_template(profile)))
    for slot in (8, 9):
        for element in _block(document, slot):
            element.getparent().remove(element)
    in_drawings = False
    for paragraph in list(document.paragraphs):
        in_drawings = in_drawings or ".drawings" in paragraph.text
        if in_drawings:
            in_drawings = "endfor" not in paragraph.text
            paragraph._p.getparent().remove(paragraph._p)
        elif found := re.fullmatch(r"Phụ lục {{ annex(\d)\.number }}", paragraph.text):
            written = {"1": "PHỤ LỤC 01", "3": "Phụ lục III"}.get(found[1], f"Phụ lục {found[1]}")
            paragraph.runs[0].text = written[:5]
            paragraph.add_run(written[5:])
    heads = {slot: columns for slot, columns, _ in ANNEX_COLUMNS}
    for table in document.tables[2:]:
        slot = int(re.search(r"annex(\d)", table.rows[0].cells[0].text)[1])
        for cell, column in zip(table.rows[0].cells, heads[slot], strict=True):
            cell.paragraphs[0].runs[0].text = "Họ tên đồng chí" if column.title == "Họ và tên" else column.title
    return document


@pytest.fixture
def own(profile, tmp_path, settings):
    """The office's old template, where the portal looks for it."""
    settings.DATA_DIR = tmp_path
    path = tmp_path / "word-templates" / template_name(profile.key)
    path.parent.mkdir()
    old_template(profile).save(path)
    return path


def test_numbers_run_in_an_old_template_of_the_office_as_in_the_portal_s(profile, own):
    facts = replace(sample_facts(12), counted_kind="")
    owed = MissingFacts("Chi bộ 1", "Báo cáo", "Chi bộ 1", "", 0, "Báo cáo", kind="REPORT", is_unit=True)
    content = compose(
        replace(facts, essays=(), missing=(*facts.missing, owed), opinions=(OpinionFacts("Cấp máy", "Chi bộ 1", ""),)),
        texts=TEXTS, profile=profile,
    )  # fmt: skip
    assert [annex.slot for annex in content.annexes] == [2, 3, 9, 5]
    document = docx.Document(io.BytesIO(to_docx(content, word_template_for(profile))))
    numbered = [p.text for p in document.paragraphs if p.text.lower().startswith("phụ lục")]
    assert numbered == ["Phụ lục 1", "Phụ lục II", "Phụ lục 3", "Phụ lục 4"]
    heads = [[cell.text for cell in table.rows[0].cells] for table in document.tables[2:]]
    expected = [[column.title for column in annex.columns] for annex in content.annexes]
    expected[1][1] = "Họ tên đồng chí"
    assert heads == expected
    assert heads[0][7] == "Phải nộp", "a head that the portal wrote follows the list"
    assert [len(table.rows) - 1 for table in document.tables[2:]] == [len(annex.rows) for annex in content.annexes]
    assert sizes(document) == [(210, 297), (297, 210), (210, 297), (210, 297), (210, 297)]


def test_a_number_with_a_nought_keeps_it_and_what_the_office_took_out_stays_out(profile, own, content):
    document = docx.Document(own)
    for element in _block(document, 3):
        element.getparent().remove(element)
    document.save(own)
    made = docx.Document(io.BytesIO(to_docx(content, word_template_for(profile))))
    assert [p.text for p in made.paragraphs if p.text.lower().startswith("phụ lục")] == ["PHỤ LỤC 01", "Phụ lục 2"]


def test_numbers_in_the_office_s_running_text_run_with_their_annexes(profile, own):
    document = docx.Document(own)
    first = _block(document, 1)[0]
    for text in (
        "Danh sách chưa nộp (Phụ lục III kèm theo), tổng hợp tại phụ lục 2; ý kiến tại Phụ lục 5.",
        "Theo Phụ lục 2 Công văn số 701-CV/BTGDVTU và Phụ lục số 3 kèm theo Kế hoạch số 53-KH/ĐU.",
        "Xem Phụ lục 2 (Công văn số 701-CV/ĐU), Phụ lục 2 ban hành theo Quyết định 5, Phụ lục 3 tại Hướng dẫn 3.",
        "Phụ lục 12 không có trong mẫu.",
    ):
        first.addprevious(document.add_paragraph(text)._p)
    for running in (document.sections[0].header, document.sections[0].footer):
        running.add_paragraph("Danh sách: Phụ lục III; theo Phụ lục 2 Công văn số 701-CV/BTGDVTU")
    document.save(own)
    facts = replace(sample_facts(12), counted_kind="", essays=())
    content = compose(facts, texts=TEXTS, profile=profile)
    assert [annex.slot for annex in content.annexes] == [2, 3]
    made = docx.Document(io.BytesIO(to_docx(content, word_template_for(profile))))
    assert [p.text for p in made.paragraphs if "hụ lục" in p.text and not p.text.startswith("Kèm theo")] == [
        "Danh sách chưa nộp (Phụ lục II kèm theo), tổng hợp tại phụ lục 1; ý kiến tại Phụ lục ….",
        "Theo Phụ lục 2 Công văn số 701-CV/BTGDVTU và Phụ lục số 3 kèm theo Kế hoạch số 53-KH/ĐU.",
        "Xem Phụ lục 2 (Công văn số 701-CV/ĐU), Phụ lục 2 ban hành theo Quyết định 5, Phụ lục 3 tại Hướng dẫn 3.",
        "Phụ lục 12 không có trong mẫu.",
        "Phụ lục 1",
        "Phụ lục II",
    ]
    for running in (made.sections[0].header, made.sections[0].footer):
        assert running.paragraphs[-1].text == "Danh sách: Phụ lục II; theo Phụ lục 2 Công văn số 701-CV/BTGDVTU"


@pytest.mark.pango
def test_an_old_template_gets_the_drawings(drawn, profile, own, font_dir):
    drawings = [one for annex in drawn.annexes for one in annex.drawings]
    pictures = pictures_of(drawings, width=165, font_dir=font_dir)
    document = docx.Document(io.BytesIO(to_docx(drawn, word_template_for(profile), pictures)))
    assert len(document.inline_shapes) == 3
    assert [p.text for p in document.paragraphs if p.text.startswith("Hình")] == captions_of(drawn)


def test_the_portal_s_own_template_needs_no_bringing_up(profile):
    machine = build_word_template(profile)
    heads = {slot: (columns,) for slot, columns, _ in ANNEX_COLUMNS}
    again = docx.Document(io.BytesIO(brought_up(machine, machine, heads, LATER_ANNEXES)))
    assert again.element.xml == docx.Document(io.BytesIO(machine)).element.xml


# Not skipped but absent without LibreOffice: it is a second reader's opinion, which no machine must have.
if shutil.which("soffice"):

    def test_libreoffice_opens_it_with_the_same_words(made, content, tmp_path, font_dir):
        fonts = tmp_path / "fonts.conf"  # the metric twin stands in for the office's Times New Roman
        fonts.write_text(
            f"<fontconfig><dir>{font_dir}</dir><cachedir>{tmp_path}</cachedir><alias binding='same'>"
            "<family>Times New Roman</family><prefer><family>Tinos</family></prefer></alias></fontconfig>"
        )
        (tmp_path / "report.docx").write_bytes(made)
        command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"]
        subprocess.run(
            [*command, "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "report.docx")],
            check=True, capture_output=True, timeout=120, env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )  # fmt: skip
        pages = pages_of((tmp_path / "report.pdf").read_bytes())
        everything = re.sub(r"\s+", " ", " ".join(page.text for page in pages)).replace("\u2011", "-")
        for paragraph in content.paragraphs:
            assert re.sub(r"\s+", " ", paragraph.text)[:40] in everything
        assert (round(pages[0].width), round(pages[-1].width)) == (210, 210)
        assert pages[0].page_number() is None
        assert pages[1].page_number()[0] == "2"

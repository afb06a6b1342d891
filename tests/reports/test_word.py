"""The Word document: page setup, fonts, tables and words, read back with python-docx (and LibreOffice if present)."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from jinja2.exceptions import SecurityError

from reports.errors import WordTemplateMissing
from reports.format_profiles import PROFILES, profile_named
from reports.narrative import compose
from reports.word import find_template, template_name, to_docx
from reports.word_template import build_word_template
from tests.reports.paper import pages_of
from tests.reports.sample_report import TEXTS, sample_facts

TABLE_ORDER = ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook")


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


def test_letterhead_and_signature_are_borderless_tables_of_the_right_widths(word):
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
    assert (post.text, post.runs[0].font.bold) == ("PHÓ BÍ THƯ THƯỜNG TRỰC", False)


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


def test_the_words_are_those_of_the_content(word, content):
    styles = {"part": "Phần", "section": "Mục", "body": "Nội dung", "item": "Gạch đầu dòng", "ending": "Câu kết"}
    written = [(p.style.name, p.text) for p in word.paragraphs if p.style.name in styles.values()]
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


def test_profile_of_2018_sets_the_post_bold(tmp_path):
    profile = profile_named("hd36_2018")
    path = tmp_path / "t.docx"
    path.write_bytes(build_word_template(profile))
    document = docx.Document(io.BytesIO(to_docx(compose(sample_facts(3), texts=TEXTS, profile=profile), path)))
    assert document.tables[1].rows[0].cells[1].paragraphs[1].runs[0].font.bold


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
        everything = re.sub(r"\s+", " ", " ".join(page.text for page in pages))
        for paragraph in content.paragraphs:
            assert re.sub(r"\s+", " ", paragraph.text)[:40] in everything
        assert (round(pages[0].width), round(pages[-1].width)) == (210, 210)
        assert pages[0].page_number() is None
        assert pages[1].page_number()[0] == "2"

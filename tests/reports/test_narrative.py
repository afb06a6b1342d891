"""The words of the report: sentences with their figures, numbering, what is left out, how many are named."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from reports.annex_names import PRINTED_NAMES
from reports.annexes import annexes_of
from reports.errors import UnknownFormatProfile, WrongCorrection
from reports.format_profiles import HD36_2018, PROFILES, corrected, profile_named
from reports.narrative import Section, basis_of, citation, compose
from reports.rendering import set_text
from reports.report_content import Level
from reports.report_facts import BookFacts, EssayFacts, MissingFacts, RequirementFacts
from reports.tallies import Tally
from tests.reports.sample_report import AT, TEXTS, sample_facts
from vietnamese.dates import VIETNAM

WHOLE = """
Thực hiện Công văn số 701-CV/BTGDVTU, ngày 21/4/2026 của Ban Tuyên giáo và Dân vận Thành ủy Hà Nội, Đảng ủy phường Phúc Lợi báo cáo kết quả như sau:
I. ĐẶC ĐIỂM, TÌNH HÌNH
Đảng bộ có 12 tổ chức đảng với 168 đảng viên (chính thức 156, dự bị 12).
II. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO
Đảng ủy phường Phúc Lợi đã ban hành Công văn số 05-CV/ĐU, ngày 21/4/2026 về tiếp tục học tập, quán triệt và triển khai Nghị quyết số 02-NQ/TW của Bộ Chính trị, giao 02 nhiệm vụ cho 12 đơn vị, cụ thể:
- Bài thu hoạch của đảng viên: hoàn thành đến hết ngày 27/4/2026.
- Sinh hoạt chuyên đề tháng 5/2026: hoàn thành đến hết ngày 31/5/2026.
III. KẾT QUẢ THỰC HIỆN
1. Nghiên cứu, học tập, quán triệt
Đảng ủy phường đã tổ chức tiếp sóng hội nghị trực tuyến toàn quốc tại 12 điểm cầu, có 3.870 lượt đảng viên tham dự, đạt 97,3%.
- Hình thức: trực tiếp kết hợp trực tuyến.
2. Viết bài thu hoạch
Đến 16:05, thứ Hai ngày 27/4/2026, toàn Đảng bộ có 141 bài thu hoạch phải viết (không tính 3 trường hợp được miễn hoặc không còn thuộc diện); đã tiếp nhận 129 bài (123 bài đúng hạn, 6 bài nộp muộn), trong đó 126 bài đạt yêu cầu, đạt tỷ lệ 89,4%; 3 bài đang sửa theo góp ý; 12 bài chưa nộp.
Kết quả theo khối:
- Khối dân cư: đạt 32/35 bài (91,4%); 1/3 đơn vị hoàn thành.
- Khối trường học: đạt 32/36 bài (88,9%); 1/3 đơn vị hoàn thành.
- Khối doanh nghiệp: đạt 31/35 bài (88,6%); 1/3 đơn vị hoàn thành.
- Khối hành chính sự nghiệp: đạt 31/35 bài (88,6%); 0/3 đơn vị hoàn thành.
3. Sinh hoạt chuyên đề
- Sinh hoạt chuyên đề tháng 5/2026: phải thực hiện 12 đơn vị; đã tổ chức 9; đạt yêu cầu 7 (58,3%); chưa tổ chức 3.
4. Dư luận xã hội, tình hình tư tưởng
Cán bộ, đảng viên và Nhân dân đồng tình, phấn khởi, tin tưởng vào các chủ trương lớn của Thành phố.
IV. ĐÁNH GIÁ
1. Ưu điểm
Về bài thu hoạch, có 3/12 đơn vị hoàn thành 100%: Chi bộ Tổ dân phố số 1 Phúc Lợi, Chi bộ Tổ dân phố số 7 Phúc Lợi, Chi bộ Tổ dân phố số 10 Phúc Lợi.
2. Hạn chế, nguyên nhân
Về bài thu hoạch, còn 8 đơn vị chưa nộp đủ: Chi bộ Tổ dân phố số 3 Phúc Lợi (2 bài), Chi bộ Tổ dân phố số 6 Phúc Lợi (2 bài), Chi bộ Tổ dân phố số 9 Phúc Lợi (2 bài), Chi bộ Tổ dân phố số 12 Phúc Lợi (2 bài), Chi bộ Tổ dân phố số 2 Phúc Lợi (1 bài), Chi bộ Tổ dân phố số 5 Phúc Lợi (1 bài), Chi bộ Tổ dân phố số 8 Phúc Lợi (1 bài), Chi bộ Tổ dân phố số 11 Phúc Lợi (1 bài).
V. NHIỆM VỤ, GIẢI PHÁP THỜI GIAN TỚI
Tiếp tục đôn đốc các đơn vị chưa hoàn thành; tổng hợp, phân loại ý kiến gửi Thành ủy.
Kèm theo báo cáo: Phụ lục 1. Danh sách nộp bài thu hoạch; Phụ lục 2. Tổng hợp kết quả theo chi bộ; Phụ lục 3. Danh sách chưa nộp.
Trên đây là báo cáo kết quả thực hiện Công văn số 05-CV/ĐU về tiếp tục học tập, quán triệt và triển khai Nghị quyết số 02-NQ/TW của Bộ Chính trị của Đảng ủy phường Phúc Lợi.
"""


@pytest.fixture
def facts():
    return sample_facts(12)


def lines(facts, profile, **texts) -> list[str]:
    return [paragraph.text for paragraph in compose(facts, texts=texts, profile=profile).paragraphs]


def test_the_whole_report_reads_as_the_outline_asks(facts, profile):
    assert lines(facts, profile, **TEXTS) == WHOLE.strip().splitlines()


def test_sections_without_text_are_left_out_and_the_rest_renumbered(facts, profile):
    said = lines(facts, profile)
    assert [line for line in said if line[:2] in {"1.", "2.", "3.", "4."}] == [
        "1. Viết bài thu hoạch", "2. Sinh hoạt chuyên đề", "1. Ưu điểm", "2. Hạn chế, nguyên nhân",
    ]  # fmt: skip
    assert not any("NHIỆM VỤ, GIẢI PHÁP" in line for line in said)
    assert "V. ĐỀ XUẤT, KIẾN NGHỊ" in lines(facts, profile, proposals="Đề nghị Thành ủy tổ chức thêm lớp.")


def test_each_figure_opens_its_own_names(facts, profile):
    content = compose(facts, texts={}, profile=profile)
    opened = {run.opens: run.text for one in content.paragraphs for run in one.runs if run.opens}
    assert opened["so=required&loai=ESSAY"] == "141"
    assert opened["so=waived&loai=ESSAY"] == "3"
    assert opened["so=submitted&loai=ESSAY"] == "129"
    assert opened["so=late&loai=ESSAY"] == "6"
    assert opened["so=missing&loai=ESSAY"] == "12"
    assert opened["so=accepted&loai=ESSAY&khoi=Dân cư"] == "32"
    assert opened["so=missing&yeu_cau=2"] == "3"
    assert all(
        run.text.replace(".", "").rstrip("%").replace(",", "").isdigit()
        for one in content.paragraphs
        for run in one.runs
        if run.opens
    )


def test_a_paper_that_asks_essays_alone_need_not_say_so(facts, profile):
    said = lines(replace(facts, requirements=facts.requirements[:1]), profile)
    assert any(line.startswith("Có 3/12 đơn vị hoàn thành 100%") for line in said)
    assert any(line.startswith("Còn 8 đơn vị chưa nộp đủ") for line in said)


def test_names_of_blocks_stand_in_small_letters_inside_a_sentence(facts, profile):
    blocks = (*facts.blocks, replace(facts.blocks[0], key="HEALTH", name="Y tế"))
    said = lines(replace(facts, blocks=blocks), profile)
    assert "- Khối y tế: đạt 32/35 bài (91,4%); 1/3 đơn vị hoàn thành." in said


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Công văn số 698-CV/BTGDVTU ngày 21/4/2026 của Ban", "Công văn số 698-CV/BTGDVTU, ngày 21/4/2026 của Ban"),
        ("Căn cứ Kế hoạch 12-KH/TU, ngày 05/9/2026;", "Kế hoạch 12-KH/TU, ngày 05/9/2026"),
        ("Nghị quyết số 02-NQ/TW ngày càng sâu rộng", "Nghị quyết số 02-NQ/TW ngày càng sâu rộng"),
    ],
)
def test_a_basis_is_cited_with_the_comma_before_its_day(facts, written, printed):
    assert basis_of(replace(facts.directive, bases=(written,))) == printed


def test_annexes_are_numbered_as_they_run(facts, profile):
    line = BookFacts("Bài thu hoạch", date(2026, 4, 27), "Khối dân cư", "3/12 đạt")
    annexes = annexes_of(replace(facts, missing=(), book=(line,)))
    assert [(annex.number, annex.slot, annex.sheet_name) for annex in annexes] == [
        (1, 1, "1 Danh sách nộp"), (2, 2, "2 Tổng hợp theo chi bộ"), (3, 6, "3 Sổ theo dõi văn bản"),
    ]  # fmt: skip
    nothing = annexes_of(replace(facts, missing=(), essays=(), units=()))
    assert [(annex.number, annex.rows) for annex in nothing] == [(1, ()), (2, ()), (3, ())]


def owed(name: str, duty: str = "Báo cáo", **kinds: str) -> MissingFacts:
    """What a unit has not handed in."""
    kinds = {"kind": "REPORT", "unit_kind": "GRASSROOTS_CELL"} | kinds
    return MissingFacts(
        name, duty, name, "Trần Văn Bình", 2, duty=duty, last_day=date(2026, 5, 4), is_unit=True, **kinds
    )


def done(name: str, duty: str = "Báo cáo", **kinds: str) -> EssayFacts:
    """What a unit handed in, late."""
    kinds = {"kind": "REPORT", "unit_kind": "GRASSROOTS_CELL"} | kinds
    return EssayFacts(name, duty, name, AT, True, "Chờ duyệt", duty, date(2026, 4, 20), is_unit=True, **kinds)


def test_what_units_owe_and_did_stands_under_heads_of_its_own(facts, profile):
    units = replace(facts, counted_kind="", essays=(done("Chi bộ 1"),), missing=(owed("Chi bộ 2"),))
    handed_in, _, missing = annexes_of(units)
    assert (handed_in.number, handed_in.slot, handed_in.title) == (1, 8, "Danh sách chi bộ đã nộp báo cáo")
    assert [column.title for column in handed_in.columns] == [
        "STT", "Chi bộ", "Nhiệm vụ", "Hạn", "Ngày nộp", "Tình trạng", "Ghi chú",
    ]  # fmt: skip
    assert handed_in.rows[0].cells == (
        1, "Chi bộ 1", "Báo cáo", datetime(2026, 4, 20, tzinfo=VIETNAM), AT, "Muộn", "Chờ duyệt",
    )  # fmt: skip
    assert (missing.number, missing.slot, missing.title) == (3, 9, "Danh sách chi bộ chưa nộp báo cáo")
    assert [column.title for column in missing.columns] == [
        "STT", "Chi bộ", "Nhiệm vụ", "Hạn", "Người theo dõi cụm", "Số lần nhắc",
    ]  # fmt: skip
    assert missing.rows[0].cells == (
        1, "Chi bộ 2", "Báo cáo", datetime(2026, 5, 4, tzinfo=VIETNAM), "Trần Văn Bình", 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("second", "title", "head"),
    [
        ({}, "Danh sách chi bộ chưa nộp báo cáo", "Chi bộ"),
        ({"unit_kind": "GRASSROOTS_COMMITTEE"}, "Danh sách tổ chức đảng chưa nộp báo cáo", "Tổ chức đảng"),
        ({"unit_kind": "OFFICE"}, "Danh sách đơn vị chưa nộp báo cáo", "Đơn vị"),
        ({"kind": "ACTIVITY"}, "Danh sách chi bộ chưa thực hiện nhiệm vụ", "Chi bộ"),
    ],
)
def test_a_list_of_units_is_called_by_what_all_of_it_is(facts, second, title, head):
    units = replace(facts, counted_kind="", essays=(), missing=(owed("Chi bộ 1"), owed("Chi bộ 2", **second)))
    annex = annexes_of(units)[-1]
    assert (annex.title, annex.columns[1].title, len(annex.rows)) == (title, head, 2)


def test_sessions_are_held_and_word_of_them_comes_in(facts):
    units = replace(facts, counted_kind="", essays=(done("Chi bộ 1", kind="ACTIVITY"),), missing=())
    annex = annexes_of(units)[0]
    assert (annex.title, annex.columns[4].title) == ("Danh sách chi bộ đã tổ chức sinh hoạt", "Ngày báo")


def test_essays_and_reports_are_two_lists_that_say_whose_they_are(facts):
    annexes = annexes_of(replace(facts, missing=(*facts.missing, owed("Chi bộ 2"))))
    assert [(annex.number, annex.slot, annex.title) for annex in annexes[2:]] == [
        (3, 3, "Danh sách đảng viên chưa nộp bài thu hoạch"), (4, 9, "Danh sách chi bộ chưa nộp báo cáo"),
    ]  # fmt: skip
    assert len(annexes[2].rows) == len(facts.missing)


def test_many_units_are_counted_after_the_tenth(profile):
    (late,) = [line for line in lines(sample_facts(60), profile) if line.startswith("Về bài thu hoạch, còn 40 đơn vị")]
    assert late.endswith("và 30 đơn vị khác.")
    assert late.count("(2 bài)") == 10


def test_nobody_handed_in_and_nobody_owes(facts, profile):
    nothing = replace(facts, counted=Tally(assigned=141, overdue=141))
    (line,) = [line for line in lines(nothing, profile) if line.startswith("Đến ")]
    assert line.endswith("đã tiếp nhận 0 bài, trong đó 0 bài đạt yêu cầu, đạt tỷ lệ 0%; 141 bài chưa nộp.")
    free = replace(facts, counted=Tally(assigned=3, waived=3), blocks=(), units=(), essays=(), missing=())
    (line,) = [line for line in lines(free, profile) if line.startswith("Đến ")]
    assert "đạt tỷ lệ –" in line


def test_several_essay_duties_are_told_apart_and_overdue_is_said(facts, profile):
    second = RequirementFacts(
        "05-CV/ĐU#3",
        3,
        "ESSAY",
        "Bài thu hoạch của cấp ủy",
        None,
        Tally(assigned=9, submitted=4, accepted=3, on_time=4, overdue=5),
    )
    said = lines(replace(facts, requirements=(*facts.requirements, second)), profile)
    assert (
        "- Bài thu hoạch của cấp ủy: phải thực hiện 9 bài; đã nộp 4; đạt yêu cầu 3 (33,3%); chưa nộp 5, trong đó quá hạn 5."
        in said
    )
    assert "- Bài thu hoạch của cấp ủy." in said


def test_head_and_foot_follow_the_office(facts, profile):
    content = compose(
        facts,
        texts={Section.SUBJECT: "kết quả học tập", Section.RECIPIENTS: "Thành ủy,\nLưu."},
        profile=profile,
        number=5,
    )
    letter = content.letterhead
    assert (letter.number_line, letter.place_and_date) == ("Số 05-BC/ĐU", "Phúc Lợi, ngày 27 tháng 4 năm 2026")
    assert (letter.kind_title, letter.subject) == ("Báo cáo", "kết quả học tập")
    assert content.closing.recipients == ("Thành ủy,", "Lưu.")
    assert content.paragraphs[-1].level == Level.ENDING
    assert compose(facts, texts={}, profile=profile).letterhead.number_line == "Số " + "\u00a0" * 6 + "-BC/ĐU"


def test_without_a_higher_document_the_own_one_is_carried_out(facts, profile):
    own = replace(facts, directive=replace(facts.directive, bases=()))
    assert lines(own, profile)[0].startswith(
        "Thực hiện Công văn số 05-CV/ĐU, ngày 21/4/2026 của Đảng ủy phường Phúc Lợi về tiếp tục học tập"
    )
    several = replace(
        facts.directive, bases=("Căn cứ Nghị quyết số 02-NQ/TW;", "Kế hoạch số 55-KH/TU.", "Công văn số 7")
    )
    assert lines(replace(facts, directive=several), profile)[0].startswith(
        "Thực hiện Nghị quyết số 02-NQ/TW, Kế hoạch số 55-KH/TU và Công văn số 7, Đảng ủy"
    )


@pytest.mark.parametrize(
    ("subject", "inside"),
    [
        ("Về việc Tăng cường kỷ luật.", "tăng cường kỷ luật"),
        ("MTTQ và đoàn thể", "MTTQ và đoàn thể"),
        ("về công tác", "công tác"),
    ],
)
def test_a_subject_inside_a_sentence(facts, subject, inside):
    assert citation(replace(facts.directive, subject=subject)).endswith(f" về {inside}")


def test_a_long_list_goes_with_the_workbook_only(profile):
    facts = sample_facts(60)
    annexes = annexes_of(facts)
    assert [annex.is_printed for annex in annexes] == [False, True, True]
    assert len(annexes[0].rows) > PRINTED_NAMES
    assert any(
        "Phụ lục 1. Danh sách nộp bài thu hoạch (tệp Excel); Phụ lục 2." in line for line in lines(facts, profile)
    )


def test_the_profile_decides_marks(facts):
    said = lines(facts, HD36_2018)
    assert said[1] == "I- ĐẶC ĐIỂM, TÌNH HÌNH"
    assert said[-1].endswith("Phúc Lợi./.")


def test_numbers_and_symbols_stay_on_one_line():
    assert set_text("theo <b> Nghị quyết số 02-NQ/TW, ngày 27/4/2026 và 53-KH/ĐU") == (
        'theo &lt;b&gt; Nghị quyết <span class="keep">số 02-NQ/TW</span>, <span class="keep">ngày 27/4/2026</span>'
        ' và <span class="keep">53-KH/ĐU</span>'
    )


def test_profiles_are_data_that_the_office_may_correct():
    profile = profile_named("", {"body.face.pt": 15, "sheet.two_sided": True, "body.end_mark": "./."})
    assert (profile.body.face.pt, profile.sheet.two_sided, profile.body.end_mark) == (15, True, "./.")
    assert profile_named("").body.face.pt == 14
    for each in PROFILES.values():
        assert each.header.left_width + each.header.right_width == each.sheet.text_width == 165
        assert each.signature.left_width + each.signature.right_width == each.sheet.text_width
        assert 18 <= each.body.line_pt <= 22
    with pytest.raises(UnknownFormatProfile, match="hd99"):
        profile_named("hd99")
    for path, value in (
        ("body.nothing", 1),
        ("body.line_pt", "x"),
        ("body.line_pt", -1),
        ("body", 1),
        ("sheet.two_sided", 1),
    ):
        with pytest.raises(WrongCorrection, match=path):
            corrected(profile, {path: value})

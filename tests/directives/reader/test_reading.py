"""The reader on any string, and on faults that pasted, converted and scanned papers show.

Not here: whole papers with their expected answers (`test_evaluation.py`), files (`test_papers.py`).
"""

import time
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directives.reader import DirectiveDraft, DraftRequirement, read_directive
from tests.directives.reader.evaluation import CALENDAR, TEXTS, TODAY

PIECES = (
    "Các chi bộ ", "gửi báo cáo ", "về Ban Xây dựng Đảng ", "trước ngày 28/4/2026", "trong tháng 5/2026", "\n", "\n\n", "- ", "+ ", "1. ",
    "II. ", "a) ", "(", ")", ":", ";", ". ", "Thời gian: ", "Số 12-KH/ĐU", "KẾ HOẠCH\n", "Kính gửi:", "Nơi nhận:\n", "T/M BAN THƯỜNG VỤ\n",
    "căn cứ Nghị quyết số 02-NQ/TW ngày 17/3/2026 của Bộ Chính trị ", "|", "\t", "STT\n", "bài thu hoạch ", "“", "”", "**", "\u0301", "\x00",
)  # fmt: skip


def read(text: str, **options: object) -> DirectiveDraft:
    return read_directive(text, today=TODAY, calendar=CALENDAR, **options)


def duties_of(sentence: str) -> tuple[DraftRequirement, ...]:
    """The duties of one sentence standing alone in a paper of 01/4/2026."""
    return tuple(read(f"1. {sentence}\n", issued_on=date(2026, 4, 1)).requirements)


def days(draft: DirectiveDraft) -> list[str]:
    return [r.deadline.last_day.isoformat() for r in draft.requirements if r.deadline and r.deadline.last_day]


def is_well_placed(draft: DirectiveDraft, text: str) -> bool:
    spans = [r.source for r in draft.requirements]
    spans += [r.deadline_source for r in draft.requirements if r.deadline_source]
    spans += [p.source for p in draft.legal_basis] + [w.source for w in draft.warnings if w.source]
    return all(0 <= span.start <= span.end <= len(text) and text[span.start : span.end] == span.text for span in spans)


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_string_is_read(text: str) -> None:
    assert is_well_placed(read(text), text)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@settings(max_examples=150, deadline=None)
def test_any_row_of_its_own_words_is_read(text: str) -> None:
    draft = read(text)
    assert is_well_placed(draft, text)
    assert draft.as_json()["requirements"] is not None


EXAMPLE = (TEXTS / "examples" / "cong_van_000.txt").read_text(encoding="utf-8")
RIGHT = ["2026-04-27", "2026-04-27", "2026-04-27", "2026-05-31"]


@pytest.mark.parametrize(
    "damaged",
    [
        unicodedata.normalize("NFD", EXAMPLE),
        EXAMPLE.replace("\n", "\r\n"),
        EXAMPLE.replace("*", ""),
        EXAMPLE.replace(" ", "\u00a0"),
        EXAMPLE.replace("“", '"').replace("”", '"').replace(" - ", " – "),
        EXAMPLE.replace("\n\n", "\n\n12\n\n"),
        EXAMPLE.replace("\n\n", "\n"),
        "\ufeff" + EXAMPLE.replace("28/4/2026", "28-4-2026").replace("tháng 5/2026", "tháng 5 năm 2026"),
        EXAMPLE.replace("trước ngày 28/4/2026", "trước ngày\n28/4/2026"),
        EXAMPLE.replace("28/4/2026", "28/4/2O26"),
        EXAMPLE[EXAMPLE.index("Thực hiện") :],
    ],
    ids=["nfd", "crlf", "no marks", "hard spaces", "quotes", "page numbers", "no blank lines", "dashes", "broken date", "ocr", "no head"],
)  # fmt: skip
def test_damage_does_not_change_the_last_days(damaged: str) -> None:
    draft = read(damaged)
    assert days(draft) == RIGHT
    assert is_well_placed(draft, damaged)
    assert [r.deadline.event.days for r in draft.requirements if r.deadline and r.deadline.event] == [3]


def test_spans_hold_the_words_of_the_page() -> None:
    draft = read(EXAMPLE)
    first = draft.requirements[0]
    assert first.source.text == (
        "Các đồng chí trong Ban Thường vụ Đảng ủy: Nộp bài thu hoạch về Đảng ủy phường (*qua Ban Xây dựng Đảng*)."
    )
    assert first.deadline_source is not None
    assert first.deadline_source.text == "trước ngày 28/4/2026"
    assert EXAMPLE[first.deadline_source.start - 2 : first.deadline_source.start] == "**"


@pytest.mark.parametrize(
    "sentence",
    [
        "Thực hiện Công văn số 698-CV/BTGDVTU ngày 21/04/2026 về tổ chức đợt sinh hoạt chuyên đề tháng 5/2026.",
        "Tổ chức tiếp sóng Hội nghị trực tuyến của Thành ủy (đã thực hiện ngày 26/3/2026).",
        "Phấn đấu đến năm 2030 có 100% chi bộ hoàn thành tốt nhiệm vụ.",
        "Trong 6 tháng đầu năm 2026, các chi bộ kết nạp 12 đảng viên, đạt 2/3 chỉ tiêu.",
        "Tuyên truyền kỷ niệm 51 năm Ngày giải phóng miền Nam (30/4/1975 - 30/4/2026).",
        "Các chi bộ đạt chuẩn theo mục 2.4 và biểu 3/5 của Hướng dẫn.",
        "Nghị quyết số 02-NQ/TW ngày 17/3/2026 của Bộ Chính trị có hiệu lực từ ngày ký.",
    ],
)
def test_no_deadline_comes_from_citations_history_and_aims(sentence: str) -> None:
    text = f"Đảng ủy phường yêu cầu các chi bộ thực hiện:\n\n1. {sentence}\n"
    draft = read(text, issued_on=date(2026, 7, 1))
    assert days(draft) == []


def test_what_the_paper_does_not_say_stays_unknown() -> None:
    head = read("1. Các chi bộ gửi báo cáo về Văn phòng Đảng ủy trước ngày 20/5/2026.").head
    assert (head.kind, head.number, head.symbol, head.issued_on, head.issuer, head.subject, head.signer) == (None,) * 7


def test_reading_time_grows_no_faster_than_the_text() -> None:
    body = EXAMPLE[EXAMPLE.index("1. Tiếp tục") : EXAMPLE.index("Nơi nhận")]
    read(EXAMPLE)

    def seconds(times: int) -> float:
        start = time.perf_counter()
        read(EXAMPLE + body * times)
        return time.perf_counter() - start

    short, long = min(seconds(4) for _ in range(2)), min(seconds(16) for _ in range(2))
    assert long < short * 4 * 2.5


@pytest.mark.parametrize(
    ("sentence", "days", "working"),
    [
        ("Sau sinh hoạt, trong vòng 03 ngày làm việc, chi bộ gửi biên bản về Ban Xây dựng Đảng.", 3, True),
        ("Trong vòng 05 ngày sau tập huấn, các chi bộ báo cáo kết quả về Văn phòng Đảng ủy.", 5, False),
        ("Kết thúc đợt kiểm tra, chậm nhất 02 ngày, chi bộ gửi biên bản về Ủy ban Kiểm tra.", 2, False),
    ],
)
def test_a_period_counts_from_the_event_named_beside_it(sentence: str, days: int, working: bool) -> None:
    (duty,) = duties_of(sentence)
    assert duty.kind == "REPORT"
    assert duty.deadline is not None
    assert duty.deadline.last_day is None
    assert duty.deadline.event is not None
    assert (duty.deadline.event.days, duty.deadline.event.working_days) == (days, working)


def test_a_period_without_an_event_still_counts_from_the_day_of_issue() -> None:
    (duty,) = duties_of("Trong vòng 03 ngày, các chi bộ gửi danh sách về Văn phòng Đảng ủy.")
    assert duty.deadline is not None
    assert duty.deadline.event is None
    assert duty.deadline.last_day is not None


def test_a_list_that_is_sent_after_a_semicolon_is_one_duty_from_its_beginning() -> None:
    (duty,) = duties_of("Các chi bộ rà soát, lập danh sách hộ khó khăn; gửi Ban Xây dựng Đảng trước ngày 05/6/2026.")
    assert duty.source.text.startswith("Các chi bộ rà soát")
    assert duty.kind == "REPORT"


def test_a_report_made_so_that_another_may_watch_is_not_oversight() -> None:
    assert duties_of("Chi bộ nào họp chuyên đề thì báo cáo trước để Ban Xây dựng Đảng cử cán bộ dự.") == ()


@pytest.mark.parametrize(
    ("sentence", "days_of"),
    [
        (
            "Các chi bộ định kỳ 6 tháng (trước ngày 10/6), năm (trước ngày 05/12) báo cáo kết quả về Ban Xây dựng Đảng.",
            ["2026-06-09", "2026-12-04"],
        ),
        (
            "Các chi bộ báo cáo kết quả về Văn phòng Đảng ủy đợt 1 (trước ngày 10/6/2026), đợt 2 (trước ngày 10/9/2026).",
            ["2026-06-09", "2026-09-09"],
        ),
    ],
)
def test_days_in_brackets_are_one_duty_each_with_the_words_they_share(sentence: str, days_of: list[str]) -> None:
    duties = duties_of(sentence)
    assert [one.deadline.last_day.isoformat() for one in duties] == days_of
    assert {(one.kind, one.who, one.route) for one in duties} == {("REPORT", "Các chi bộ", "OFFICE")}
    assert all("báo cáo kết quả" in one.what for one in duties)


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("Các chi bộ chưa nộp hồ sơ khẩn trương hoàn thiện, nộp về Ban Xây dựng Đảng trước ngày 16/5/2026.", "Các chi bộ chưa nộp hồ sơ"),
        ("Các đơn vị đã nộp nhưng bị trả lại phải gửi lại Ban Xây dựng Đảng trước ngày 16/5/2026.", "Các đơn vị đã nộp nhưng bị trả lại"),
        ("Mỗi cán bộ lãnh đạo, quản lý viết bản đăng ký, nộp về chi bộ trước ngày 16/5/2026.", "Mỗi cán bộ lãnh đạo, quản lý"),
    ],
)  # fmt: skip
def test_which_of_the_units_is_part_of_who(sentence: str, who: str) -> None:
    (duty,) = duties_of(sentence)
    assert duty.who == who


@pytest.mark.parametrize(
    "sentence",
    [
        "Đảng viên đóng đảng phí hằng tháng tại kỳ sinh hoạt chi bộ.",
        "Hằng tháng, đảng viên đóng đảng phí đầy đủ.",
        "Mốc thời gian kiểm tra: từ ngày 01/7/2025 đến ngày 30/6/2026.",
    ],
)
def test_what_is_always_due_or_only_looked_at_is_no_duty(sentence: str) -> None:
    assert duties_of(sentence) == ()


def test_an_aim_with_a_date_is_no_deadline_unless_something_is_to_be_sent() -> None:
    aims = "II. MỤC TIÊU\n\n1. Không còn báo cáo giấy trước ngày 31/12/2027.\n2. Các chi bộ gửi báo cáo về Văn phòng Đảng ủy trước ngày 20/5/2026.\n"
    assert [str(day) for day in days(read(aims))] == ["2026-05-19"]


def test_a_registration_due_before_the_work_is_as_it_should_be() -> None:
    text = (
        "1. Chi bộ tổ chức sinh hoạt chuyên đề trong tháng 6/2026.\n"
        "2. Chi bộ đăng ký ngày sinh hoạt với Ban Xây dựng Đảng chậm nhất ngày 29/5/2026.\n"
        "3. Chi bộ báo cáo kết quả tổ chức thực hiện sinh hoạt về Ban Xây dựng Đảng trước ngày 15/6/2026.\n"
    )
    early = [warning for warning in read(text).warnings if warning.code == "report_before_work"]
    assert [warning.requirement for warning in early] == [2]


@pytest.mark.parametrize(
    ("sentence", "duties"),
    [
        (
            "Các chi bộ tổ chức sinh hoạt chuyên đề, xây dựng kế hoạch hành động và gửi báo cáo kết quả về Ban Xây dựng Đảng trước ngày 30/5/2026.",
            [("ACTIVITY", "Các chi bộ", None), ("ACTION_PLAN", "Các chi bộ", "OFFICE"), ("REPORT", "Các chi bộ", "OFFICE")],
        ),
        (
            "Mỗi đảng viên viết bài thu hoạch nộp chi bộ, chi bộ tổng hợp báo cáo gửi Ban Xây dựng Đảng trước ngày 30/5/2026.",
            [("ESSAY", "Mỗi đảng viên", "UNIT"), ("REPORT", "chi bộ", "OFFICE")],
        ),
        (
            "Các chi bộ gửi: bài thu hoạch của đảng viên, kế hoạch hành động và báo cáo kết quả về Ban Xây dựng Đảng trước ngày 30/5/2026.",
            [("ESSAY", "Các chi bộ", None), ("ACTION_PLAN", "Các chi bộ", "OFFICE"), ("REPORT", "Các chi bộ", "OFFICE")],
        ),
        # parts of one report are one duty
        (
            "Các chi bộ gửi báo cáo kết quả quý II, biểu số liệu và danh sách đảng viên về Văn phòng Đảng ủy trước ngày 30/5/2026.",
            [("REPORT", "Các chi bộ", "OFFICE")],
        ),
        (
            "Các chi bộ theo dõi, đôn đốc và báo cáo kết quả về Ban Xây dựng Đảng trước ngày 30/5/2026.",
            [("REPORT", "Các chi bộ", "OFFICE")],
        ),
    ],
)  # fmt: skip
def test_each_kind_asked_for_in_one_sentence_is_a_duty_with_its_date(
    sentence: str, duties: list[tuple[str, str, str | None]]
) -> None:
    found = duties_of(sentence)
    assert [(duty.kind, duty.who, duty.route) for duty in found] == duties
    assert {duty.deadline.last_day for duty in found if duty.deadline} == {date(2026, 5, 29)}


@pytest.mark.parametrize(
    "sentence",
    [
        "Chi ủy phân công đảng viên viết tham luận, gửi chi ủy duyệt chậm nhất ngày 20/5/2026.",
        "Chi ủy chuẩn bị nhân sự, trình chi ủy xem xét trước buổi sinh hoạt 05 ngày.",
        "Để kịp thời tổng hợp báo cáo Thành ủy, Văn phòng Đảng ủy đề nghị các chi bộ quan tâm.",
    ],
)
def test_what_a_cell_settles_within_itself_is_no_duty(sentence: str) -> None:
    assert duties_of(sentence) == ()


def test_a_series_begins_with_the_period_that_opens_the_sentence() -> None:
    (duty,) = duties_of("Từ quý III/2026, các chi bộ báo cáo Văn phòng Đảng ủy trước ngày 10 của tháng cuối quý.")
    assert duty.deadline is not None
    assert duty.deadline.phrase == "trước ngày 10 của tháng cuối quý, từ quý III/2026"
    assert duty.deadline.last_day == date(2026, 9, 9)


def test_a_form_to_be_filled_in_is_no_table_of_duties() -> None:
    form = (
        "| STT | Nội dung | Đơn vị tính | Số lượng |\n|---|---|---|---|\n"
        "| 1 | Số buổi sinh hoạt chuyên đề đã tổ chức | Buổi | |\n| 2 | Số đảng viên đăng ký làm theo Bác | Người | |\n"
    )
    assert read(form).requirements == ()


def test_the_form_of_a_lead_answers_his_watching() -> None:
    text = (
        "1. Chi bộ tổ chức sinh hoạt chuyên đề trong tháng 5/2026.\n"
        "2. Các đồng chí phụ trách cụm dự sinh hoạt tại chi bộ; gửi phiếu nhận xét về Ban Xây dựng Đảng trước ngày 05/6/2026.\n"
    )
    _, watching = read(text).requirements
    assert (watching.kind, watching.who) == ("OVERSIGHT", "Các đồng chí phụ trách cụm")
    assert watching.deadline is not None
    assert watching.deadline.last_day == date(2026, 6, 4)
    assert watching.source.text.endswith("trước ngày 05/6/2026.")


def test_who_holds_a_meeting_is_not_who_comes_to_it() -> None:
    text = (
        "* Hội nghị do các tổ chức đảng trực thuộc tổ chức\n\n- Thành phần: Toàn thể cán bộ, đảng viên, lãnh đạo các đoàn thể.\n"
        "- Thời gian: Hoàn thành trong tháng 5/2026.\n"
    )
    (meeting,) = read(text).requirements
    assert (meeting.kind, meeting.who) == ("ACTIVITY", "các tổ chức đảng trực thuộc")


def test_what_a_tentative_duty_waits_for_is_its_deadline_phrase() -> None:
    (duty,) = duties_of("Tổ chức tiếp sóng Hội nghị toàn quốc (Thời gian triển khai theo Kế hoạch của Trung ương).")
    assert duty.deadline is not None
    assert (duty.deadline.phrase, duty.deadline.certainty.value) == (
        "Thời gian triển khai theo Kế hoạch của Trung ương",
        "TENTATIVE",
    )


def dated(text: str) -> list[tuple[str, str | None, str]]:
    """(kind, who, last day) of the dated duties of a body in a paper of 01/4/2026."""
    draft = read(text, issued_on=date(2026, 4, 1))
    return [
        (r.kind, r.who, r.deadline.last_day.isoformat())
        for r in draft.requirements
        if r.deadline is not None and r.deadline.last_day is not None
    ]


FAMILIES = [
    # one closing date for the papers listed above it
    (
        (
            "1. Văn phòng Đảng ủy: Báo cáo công tác văn phòng.\n2. Các chi bộ: Báo cáo tổng kết.\n\n"
            "Các báo cáo trên gửi về Văn phòng Đảng ủy trước ngày 25/4/2026.\n"
        ),
        [("REPORT", "Văn phòng Đảng ủy", "2026-04-24"), ("REPORT", "Các chi bộ", "2026-04-24")],
    ),
    # the same day as the duty before
    (
        (
            "1. Các chi bộ gửi báo cáo về Ban Xây dựng Đảng trước ngày 25/4/2026.\n"
            "2. Riêng Chi bộ Công an gửi báo cáo giải trình cùng thời hạn trên.\n"
        ),
        [("REPORT", "Các chi bộ", "2026-04-24"), ("REPORT", "Chi bộ Công an", "2026-04-24")],
    ),
    # the time two sentences behind the duty
    (
        "1. Các chi ủy nộp báo cáo về Ban Xây dựng Đảng. Báo cáo dài không quá 05 trang, có chữ ký. Thời hạn: trước ngày 25/4/2026.\n",
        [("REPORT", "Các chi ủy", "2026-04-24")],
    ),
    # what the grounds and the counts name is no deadline
    (
        (
            "Để chuẩn bị Hội nghị ngày 20/4/2026, Ban Thường vụ yêu cầu:\n\n"
            "1. Các chi bộ gửi báo cáo số liệu tính đến ngày 10/4/2026 về Văn phòng Đảng ủy trước ngày 15/4/2026.\n"
        ),
        [("REPORT", "Các chi bộ", "2026-04-14")],
    ),
    # a programme by months
    (
        "Tháng 5/2026\n- Ủy ban Kiểm tra hoàn thành kết luận giám sát đối với Chi bộ Trường học.\n- Tiếp tục tuyên truyền.\n",
        [("ACTIVITY", "Ủy ban Kiểm tra", "2026-05-31")],
    ),
    # the day of an event in brackets, alone and as the start of a period
    (
        (
            "1. Văn phòng Đảng ủy tham mưu tổ chức Hội nghị Ban Chấp hành lần thứ bảy (ngày 10/4/2026).\n"
            "2. Ngay sau hội nghị tổng kết (15/4/2026), các chi bộ gửi báo cáo về Ban Xây dựng Đảng trong vòng 07 ngày.\n"
        ),
        [("ACTIVITY", "Văn phòng Đảng ủy", "2026-04-10"), ("REPORT", "các chi bộ", "2026-04-22")],
    ),
    # aims and the life of a body
    ("1. Phấn đấu kết nạp 45 đảng viên, đạt 50% chỉ tiêu trước ngày 30/6/2026.\n", []),
    ("Điều 4. Tổ công tác tự giải thể chậm nhất ngày 31/12/2026.\n", []),
    ("1. Qua theo dõi, còn 11/52 chi bộ gửi chậm so với quy định (trước ngày 05 hằng tháng).\n", []),
]


@pytest.mark.parametrize(("text", "expected"), FAMILIES)
def test_families_of_duties_and_of_dates_that_are_none(text: str, expected: list[tuple[str, str | None, str]]) -> None:
    assert dated(text) == expected


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Ủy ban Kiểm tra xây dựng đề cương báo cáo tự kiểm tra trước ngày 29/5/2026.", "ACTION_PLAN"),
        ("Đoàn Thanh niên chuẩn bị kịch bản, trình Thường trực Đảng ủy duyệt trước ngày 06/5/2026.", "ACTION_PLAN"),
        ("Các chi bộ triển khai phiếu khảo sát (đường link gửi kèm), xong trước ngày 15/5/2026.", "ACTIVITY"),
        ("Các chi bộ gửi phiếu khảo sát về Ban Xây dựng Đảng trước ngày 15/5/2026.", "REPORT"),
    ],
)
def test_an_outline_and_a_script_are_plans_and_a_form_given_out_is_work(sentence: str, kind: str) -> None:
    assert [duty.kind for duty in duties_of(sentence)] == [kind]


@pytest.mark.parametrize(
    ("body", "papers"),
    [
        ("Đề nghị các chi bộ nộp bài thu hoạch trước ngày 28/4/2026.", []),
        ("Căn cứ Nghị quyết số 02-NQ/TW, các chi bộ nộp bài thu hoạch trước ngày 28/4/2026.", [("02-NQ/TW", None)]),
        (
            "Căn cứ Nghị quyết số 02-NQ/TW, ngày 17/3/2026 của Bộ Chính trị, các chi bộ nộp bài trước ngày 28/4/2026.",
            [("02-NQ/TW", date(2026, 3, 17))],
        ),
    ],
)
def test_what_only_the_title_names_is_no_ground(body: str, papers: list[tuple[str, date | None]]) -> None:
    head = "ĐẢNG ỦY PHƯỜNG KIM LIÊN\n*\nSố 133-CV/ĐU\nV/v nộp bài thu hoạch học tập Nghị quyết số 02-NQ/TW\n\nKính gửi: Các chi bộ\n\n"
    assert [(paper.number_symbol, paper.date) for paper in read(head + body).legal_basis] == papers


@pytest.mark.parametrize(
    ("report", "warned"),
    [
        ("Các chi bộ triển khai, báo cáo kết quả về Ban Xây dựng Đảng trước ngày 10/5/2026.", True),
        ("Các chi bộ báo cáo kết quả thực hiện về Ban Xây dựng Đảng trước ngày 10/5/2026.", True),
        ("Ủy ban MTTQ báo cáo kết quả thực hiện dân chủ ở cơ sở về Ban Xây dựng Đảng trước ngày 10/5/2026.", False),
    ],
)
def test_a_report_on_a_matter_of_its_own_waits_for_no_other_work(report: str, warned: bool) -> None:
    text = (
        f"I. NHIỆM VỤ\n1. Các chi bộ tổ chức đối thoại đến hết ngày 30/5/2026.\n\nII. TỔ CHỨC THỰC HIỆN\n1. {report}\n"
    )
    codes = {warning.code for warning in read(text, issued_on=date(2026, 4, 1)).warnings}
    assert ("report_before_work" in codes) is warned


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # what the office does with it afterwards is nobody's duty
        (
            "Các chi bộ gửi danh sách về Văn phòng Đảng ủy trước ngày 12/5/2026 để phục vụ hội nghị ngày 20/5/2026.",
            [("REPORT", "Các chi bộ", "2026-05-11")],
        ),
        # a month that is part of a name, its day right behind
        (
            "Văn phòng Đảng ủy chuẩn bị hội nghị Ban Chấp hành tháng 6, dự kiến ngày 10/6/2026.",
            [("ACTIVITY", "Văn phòng Đảng ủy", "2026-06-10")],
        ),
        ("Công đoàn lấy ý kiến đoàn viên, gửi kết quả về Ban Xây dựng Đảng trước ngày 12/5/2026.", [("REPORT", "Công đoàn", "2026-05-11")]),
    ],
)  # fmt: skip
def test_purposes_names_and_bodies_of_the_seventh_set_in_other_words(sentence, expected) -> None:
    found = [
        (one.kind, one.who, one.deadline.last_day.isoformat() if one.deadline and one.deadline.last_day else None)
        for one in duties_of(sentence)
    ]
    assert found == expected


@pytest.mark.parametrize(("subject", "kind"), [("viết bài thu hoạch đợt 2", "ESSAY"), ("hội thi chính luận", "REPORT")])
def test_a_paper_about_the_essay_means_it_by_its_papers(subject: str, kind: str) -> None:
    text = (
        "ĐẢNG BỘ THÀNH PHỐ HÀ NỘI\nĐẢNG ỦY PHƯỜNG PHÚC LỢI\n*\nSố 12-KH/ĐU\nĐẢNG CỘNG SẢN VIỆT NAM\n"
        f"Phúc Lợi, ngày 01 tháng 4 năm 2026\n\nKẾ HOẠCH\n{subject}\n-----\n\n"
        "1. Đảng viên nộp bài về Ban Xây dựng Đảng trước ngày 12/5/2026.\n"
    )
    assert [one.kind for one in read(text).requirements] == [kind]


def test_letters_of_a_school_stay_capitals_in_its_name() -> None:
    text = "ĐẢNG BỘ PHƯỜNG PHÚC LỢI\nCHI BỘ TRƯỜNG THCS PHÚC LỢI\n*\nSố 03-CV/CB\nĐẢNG CỘNG SẢN VIỆT NAM\nPhúc Lợi, ngày 01 tháng 4 năm 2026\n"
    assert read(text).head.issuer == "Chi bộ Trường THCS Phúc Lợi"

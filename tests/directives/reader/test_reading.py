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

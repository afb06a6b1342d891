"""Subjects and sentences of reminders, word by word.

Not here: the letter around them (`test_letters.py`).
"""

from datetime import datetime

import pytest

from reminders.digests import Duty, Letter, Person
from reminders.recipients import lead_post
from reminders.wording import Ask, deadline_sentence, groups_of, names_of, number_in_words, post_of, reason, subject
from tests.factories.directives import at

ESSAY, REPORT, MEETING = 1, 2, 3
ASKS = {
    ESSAY: Ask(ESSAY, "Bài thu hoạch Nghị quyết số 02-NQ/TW", "ESSAY", "Công văn 53-CV/ĐU", "trước ngày 28/4/2026", "R1", at(28)),
    REPORT: Ask(REPORT, "Báo cáo kết quả", "REPORT", "Công văn 53-CV/ĐU", "chậm nhất ngày 05/5/2026", "R2", at(6, 5)),
    MEETING: Ask(MEETING, "Sinh hoạt chuyên đề", "ACTIVITY", "Công văn 53-CV/ĐU", "trong tháng 5/2026", "R7", at(1, 6)),
}  # fmt: skip
MORNING = at(24, hour=7)
ME = Person("a@x.vn", "Nguyễn Văn An", member_id=1)


def duty(
    pk: int, requirement: int, due: datetime, *, member: str = "", returned: bool = False, born: int | None = None
) -> Duty:
    return Duty(pk, requirement, 10, pk if member else None, due, "T-3", returned, member, member, born)


def words(*own: Duty, unit: tuple[Duty, ...] = (), now: datetime = MORNING) -> str:
    return subject(groups_of(Letter(ME, list(own), {10: list(unit)} if unit else {}), ASKS), now)


@pytest.mark.parametrize(
    ("one", "now", "expected"),
    [
        (duty(1, ESSAY, at(28), member="An"), at(24), "[Cần nộp trước 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW"),
        (duty(1, ESSAY, at(28), member="An"), at(27, hour=23, minute=59), "[Cần nộp trước 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW"),
        (duty(1, ESSAY, at(28), member="An"), at(28), "[Cần nộp ngay, quá hạn từ 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW"),
        (duty(1, ESSAY, at(5, 5), member="An"), at(24), "[Cần nộp đến hết 04/5] Bài thu hoạch Nghị quyết số 02-NQ/TW"),
        (duty(1, ESSAY, at(30), member="An", returned=True), at(28), "[Cần nộp lại đến hết 29/4] Bài thu hoạch Nghị quyết số 02-NQ/TW"),
        (duty(1, REPORT, at(6, 5)), at(24), "[Cần nộp đến hết 05/5] Báo cáo kết quả"),
        (duty(1, REPORT, at(28, hour=16)), at(24), "[Cần nộp trước 16:00 28/4] Báo cáo kết quả"),
        (duty(1, REPORT, at(28, hour=16, second=1)), at(24), "[Cần nộp đến 16:00 28/4] Báo cáo kết quả"),
        (duty(1, MEETING, at(1, 6)), at(24), "[Cần tổ chức đến hết 31/5] Sinh hoạt chuyên đề"),
        (duty(1, MEETING, at(1, 6)), at(1, 6), "[Cần tổ chức ngay, quá hạn từ 01/6] Sinh hoạt chuyên đề"),
    ],
)  # fmt: skip
def test_subject_begins_with_the_verb_and_the_date(one, now, expected):
    assert words(one, now=now) == expected


def test_a_list_says_how_many_and_other_matters_are_counted():
    essays = tuple(duty(pk, ESSAY, at(28), member=f"Tên {pk}") for pk in range(1, 11))
    assert words(unit=essays) == "[Cần nộp trước 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW: còn 10 đồng chí"
    assert words(unit=(*essays, duty(99, REPORT, at(23)))) == (
        "[Cần nộp ngay, quá hạn từ 23/4] Báo cáo kết quả, và 1 việc khác"
    )
    assert words(duty(98, ESSAY, at(28), member="An"), unit=essays) == (
        "[Cần nộp trước 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW, và 1 việc khác"
    )


def test_a_long_title_is_cut():
    long = {ESSAY: Ask(ESSAY, "Bài " * 60, "ESSAY", "", "", "R1", at(28))}
    text = subject(groups_of(Letter(ME, [duty(1, ESSAY, at(28), member="An")]), long), at(24))
    assert text == "[Cần nộp trước 28/4] " + ("Bài " * 60)[:110].rstrip() + "…"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (duty(1, ESSAY, at(28), member="An"), "Hạn “trước ngày 28/4/2026”, nộp đến hết thứ Hai ngày 27/4/2026."),
        (duty(1, ESSAY, at(5, 5), member="An"), "Hạn đã điều chỉnh: nộp đến hết thứ Hai ngày 04/5/2026."),
        (duty(1, ESSAY, at(30), member="An", returned=True), "Bài đã được trả lại để sửa, nộp lại đến hết thứ Tư ngày 29/4/2026."),
        (duty(1, MEETING, at(1, 6)), "Hạn “trong tháng 5/2026”, tổ chức đến hết Chủ nhật ngày 31/5/2026."),
        (duty(1, REPORT, at(28, hour=16)), "Hạn đã điều chỉnh: nộp trước 16:00 thứ Ba ngày 28/4/2026."),
    ],
)  # fmt: skip
def test_the_last_day_stands_in_words(one, expected):
    [group] = groups_of(Letter(ME, [one]), ASKS)
    words, day = deadline_sentence(group)
    assert f"{words}{day}.".replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize(
    ("title", "unit", "expected"),
    [
        ("Bí thư", "Chi bộ Tổ dân phố số 5", "Bí thư Chi bộ Tổ dân phố số 5"),
        ("Phó Bí thư", "Đảng bộ Trường THCS Phúc Lợi", "Phó Bí thư Đảng bộ Trường THCS Phúc Lợi"),
        ("Bí thư Chi bộ", "Chi bộ Khối 6", "Bí thư Chi bộ Khối 6"),
        ("Chánh Văn phòng", "Văn phòng Đảng ủy", "Chánh Văn phòng, Văn phòng Đảng ủy"),
    ],
)
def test_posts_as_people_say_them(title, unit, expected):
    assert post_of(title, unit) == expected


def test_names_in_order_and_namesakes_told_apart():
    duties = [
        duty(1, ESSAY, at(28), member="Nguyễn Thị Lan", born=1985),
        duty(2, ESSAY, at(28), member="Nguyễn Thị Lan", born=1990),
        duty(3, ESSAY, at(28), member="Đỗ Minh Tuấn", born=1970),
        duty(4, ESSAY, at(28), member="Lê Nam"),
    ]
    assert names_of(duties) == ["Nguyễn Thị Lan (1985)", "Nguyễn Thị Lan (1990)", "Đỗ Minh Tuấn", "Lê Nam"]


def test_paragraphs_are_by_requirement_deadline_and_unit():
    late, on_time = duty(1, ESSAY, at(28), member="B"), duty(2, ESSAY, at(28), member="A")
    longer, report = duty(3, ESSAY, at(30), member="C"), duty(4, REPORT, at(23))
    letter = Letter(ME, [], {10: [late, longer, on_time, report]})
    assert [[found.obligation_id for found in group.duties] for group in groups_of(letter, ASKS)] == [[4], [2, 1], [3]]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (
            at(24),
            "Còn 3 ngày: 1 việc của bản thân, 2 đồng chí trong đơn vị chưa nộp; còn 11 ngày: 1 việc của đơn vị.",
        ),
        (
            at(27),
            "Hôm nay là ngày cuối: 1 việc của bản thân, 2 đồng chí trong đơn vị chưa nộp; còn 8 ngày: 1 việc của đơn vị.",
        ),
        (
            at(28),
            "Quá hạn 1 ngày: 1 việc của bản thân, 2 đồng chí trong đơn vị chưa nộp; còn 7 ngày: 1 việc của đơn vị.",
        ),
    ],
)
def test_reason(now, expected):
    letter = Letter(
        ME,
        [duty(1, ESSAY, at(28), member="An")],
        {10: [duty(2, ESSAY, at(28), member="B"), duty(3, ESSAY, at(28), member="C"), duty(4, REPORT, at(6, 5))]},
    )
    assert reason(letter, groups_of(letter, ASKS), now) == expected


def test_only_what_is_late_is_said_to_be_late():
    own, others = duty(1, ESSAY, at(30), member="An"), [duty(n, ESSAY, at(30), member=f"B{n}") for n in range(2, 10)]
    letter = Letter(ME, [own], {10: [duty(20, REPORT, at(26)), *others]})
    assert reason(letter, groups_of(letter, ASKS), at(27)) == (
        "Quá hạn 2 ngày: 1 việc của đơn vị; còn 2 ngày: 1 việc của bản thân, 8 đồng chí trong đơn vị chưa nộp."
    )


def test_a_reason_tells_a_few_deadlines_apart_and_counts_the_others_together():
    letter = Letter(ME, [], {10: [duty(n, REPORT, at(n)) for n in (21, 22, 23, 24, 26)]})
    assert reason(letter, groups_of(letter, ASKS), at(24)) == (
        "Quá hạn 4 ngày: 1 việc của đơn vị; quá hạn 3 ngày: 1 việc của đơn vị; quá hạn 2 ngày: 1 việc của đơn vị; "
        "hạn khác: 2 việc của đơn vị."
    )


def watched(*duties: Duty) -> Letter:
    return Letter(ME, [], {10: list(duties)}, watched={10})


@pytest.mark.parametrize(
    ("one", "now", "expected"),
    [
        (duty(1, REPORT, at(28)), at(28), "[Đơn vị trong cụm còn nợ, quá hạn từ 28/4] Báo cáo kết quả"),
        (duty(1, REPORT, at(28)), at(24), "[Đơn vị trong cụm còn nợ, hạn đến hết 27/4] Báo cáo kết quả"),
        (duty(1, REPORT, at(28, hour=16)), at(24), "[Đơn vị trong cụm còn nợ, hạn trước 16:00 28/4] Báo cáo kết quả"),
        (duty(1, MEETING, at(28)), at(28), "[Đơn vị trong cụm chưa tổ chức, quá hạn từ 28/4] Sinh hoạt chuyên đề"),
        (duty(1, ESSAY, at(28), member="An"), at(28), "[Đơn vị trong cụm còn nợ, quá hạn từ 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW: còn 1 đồng chí"),
        (duty(1, REPORT, at(28))._replace(is_of_leads=True), at(28), "[Cần nộp ngay, quá hạn từ 28/4] Báo cáo kết quả"),
    ],
)  # fmt: skip
def test_the_lead_of_a_cluster_is_not_told_to_hand_in_what_its_units_owe(one, now, expected):
    assert subject(groups_of(watched(one), ASKS), now) == expected


def test_what_the_lead_owes_stands_before_what_the_cluster_owes():
    letter = watched(duty(1, ESSAY, at(20), member="B"), duty(2, ESSAY, at(20), member="C"), duty(3, MEETING, at(21)))
    letter.own.append(duty(4, REPORT, at(28)))
    groups = groups_of(letter, ASKS)
    assert [(group.unit_id, group.is_watched) for group in groups] == [(None, False), (10, True), (10, True)]
    assert subject(groups, at(24)) == "[Cần nộp đến hết 27/4] Báo cáo kết quả, và 2 việc khác"
    assert reason(letter, groups, at(24)) == (
        "Còn 3 ngày: 1 việc của bản thân; quá hạn 5 ngày: 2 đồng chí trong cụm chưa nộp; "
        "quá hạn 4 ngày: 1 việc các đơn vị trong cụm còn nợ."
    )


@pytest.mark.parametrize("name", ["Cụm 1", "1"])
def test_the_word_of_a_cluster_is_not_said_twice(name):
    assert lead_post(name) == "Phụ trách cụm 1"


def test_numbers_in_words():
    assert [number_in_words(number) for number in (1, 2, 10, 11)] == ["một", "hai", "mười", "11"]

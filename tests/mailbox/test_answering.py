"""The answer's words: file by file, what to do next, what is owed; threads of mails.

Not here: whether it is sent (`test_ingesting.py`), the way over SMTP (`tests/e2e/test_mailbox.py`).
"""

import pytest

from mailbox.answering import Group, Line, ToldFile, groups_of, notes_of, owed_of, subject_of, text_of
from mailbox.choices import FileState

RECEIVED = ToldFile("a.pdf", FileState.ACCEPTED, "PL-1", "")
UNCLEAR = ToldFile("", FileState.UNCLEAR, "", "Chưa rõ của ai.")
REFUSED = ToldFile("b.xlsx", FileState.REFUSED, "", "Không phải tệp PDF.")
PICTURE = ToldFile("logo.png", FileState.PASSED_OVER, "", "")


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Nộp bài", "Trả lời: Nộp bài"),
        ("Re: RE: Trả lời: Nộp bài", "Trả lời: Nộp bài"),
        ("Fwd: Re: Nộp bài", "Trả lời: Nộp bài"),
        ("Report", "Trả lời: Report"),
        ("Re: ", "Trả lời: thư của đồng chí"),
        ("", "Trả lời: thư của đồng chí"),
    ],
)
def test_signs_of_answers_are_not_heaped_up(subject, answer) -> None:
    assert subject_of(subject) == answer


def test_files_are_told_by_what_became_of_them() -> None:
    assert groups_of([REFUSED, RECEIVED, PICTURE, UNCLEAR]) == [
        Group("Đã nhận", "ok", [Line("a.pdf", "mã phiếu tiếp nhận PL-1")]),
        Group("Chưa rõ, cán bộ sẽ xem", "soon", [Line("tệp không tên", "Chưa rõ của ai.")]),
        Group("Không nhận được", "late", [Line("b.xlsx", "Không phải tệp PDF.")]),
    ]


@pytest.mark.parametrize(
    ("files", "known", "account", "owes", "begin"),
    [
        ([RECEIVED], True, True, True, []),
        ([RECEIVED], True, True, False, ["Hiện không còn việc"]),
        ([PICTURE], True, True, True, ["Thư không có tệp đính kèm"]),
        ([UNCLEAR], False, False, False, ["Địa chỉ này chưa có trong danh bạ"]),
        ([UNCLEAR], True, True, True, ["Với tệp chưa rõ hoặc không nhận được, đồng chí có thể mở cổng"]),
        ([REFUSED], True, False, True, ["Với tệp chưa rõ hoặc không nhận được, xin đặt tên tệp PDF theo mẫu"]),
    ],
)
def test_what_to_do_next(files, known, account, owes, begin) -> None:
    notes = notes_of(files, is_known=known, has_account=account, owes=owes)
    assert len(notes) == len(begin)
    assert all(note.startswith(words) for note, words in zip(notes, begin, strict=True))


def test_the_text_as_a_whole() -> None:
    assert text_of(
        greeting="Kính gửi đồng chí Nguyễn Văn An,", opening="Ban Xây dựng Đảng đã nhận được thư của đồng chí.",
        groups=groups_of([RECEIVED, REFUSED]), owed=["Kế hoạch (trước ngày 28/4/2026)"], notes=["Mở cổng."],
        button="Mở việc của tôi", button_url="https://cong.example/viec/", signed=["Ban Xây dựng Đảng, Đảng ủy phường"],
    ) == """Kính gửi đồng chí Nguyễn Văn An,

Ban Xây dựng Đảng đã nhận được thư của đồng chí.

Đã nhận:
- a.pdf: mã phiếu tiếp nhận PL-1

Không nhận được:
- b.xlsx: Không phải tệp PDF.

Hiện còn phải nộp:
- Kế hoạch (trước ngày 28/4/2026)

Mở cổng.

Mở việc của tôi: https://cong.example/viec/

Trân trọng,
Ban Xây dựng Đảng, Đảng ủy phường
"""  # fmt: skip


def test_a_long_list_of_debts_is_cut_and_the_rest_counted() -> None:
    assert owed_of([str(number) for number in range(12)]) == ([str(number) for number in range(12)], 0)
    assert owed_of([str(number) for number in range(14)]) == ([str(number) for number in range(12)], 2)

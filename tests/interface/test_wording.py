"""Deadlines in words: one row, one case, the boundary minute included (domain.md §5, R1–R3)."""

from datetime import date, datetime, timedelta

import pytest

from interface.wording import deadline_words, exact_in_words, last_day_in_words, last_day_of, left_in_words, nearness
from vietnamese.dates import VIETNAM

END_OF_27 = datetime(2026, 4, 28, tzinfo=VIETNAM)  # "trước ngày 28/4/2026"
HOUR_EXCLUDED = datetime(2026, 4, 28, 16, 0, tzinfo=VIETNAM)  # "trước 16h00 ngày 28/4/2026"
HOUR_INCLUDED = HOUR_EXCLUDED + timedelta(seconds=1)  # "16h00 ngày 28/4/2026"


def plain(words: str) -> str:
    return words.replace("\u00a0", " ")


def at(day: int, hour: int = 9, minute: int = 0, second: int = 0, month: int = 4) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("due_at", "now", "left", "near"),
    [
        (END_OF_27, at(19), "Còn 8 ngày", "pending"),
        (END_OF_27, at(20, 0, 0), "Còn 7 ngày", "soon"),
        (END_OF_27, at(24), "Còn 3 ngày", "soon"),
        (END_OF_27, at(27, 0, 0), "Hôm nay", "soon"),
        (END_OF_27, at(27, 23, 59, 59), "Hôm nay", "soon"),
        (END_OF_27, at(28, 0, 0), "Quá 1 ngày", "overdue"),
        (END_OF_27, at(29, 23, 59), "Quá 2 ngày", "overdue"),
        (HOUR_EXCLUDED, at(28, 15, 59, 59), "Hôm nay", "soon"),
        (HOUR_EXCLUDED, at(28, 16, 0), "Quá hạn", "overdue"),
        (HOUR_INCLUDED, at(28, 16, 0), "Hôm nay", "soon"),
        (HOUR_INCLUDED, at(28, 16, 0, 1), "Quá hạn", "overdue"),
    ],
)
def test_days_left(due_at, now, left, near):
    assert (plain(left_in_words(due_at, now)), nearness(due_at, now)) == (left, near)


@pytest.mark.parametrize(
    ("due_at", "last_day", "exact"),
    [
        (END_OF_27, "hết thứ Hai ngày 27/4/2026", "Hết 24:00 thứ Hai ngày 27/4/2026"),
        (HOUR_EXCLUDED, "16:00 thứ Ba ngày 28/4/2026", "Trước 16:00 thứ Ba ngày 28/4/2026"),
        (HOUR_INCLUDED, "16:00 thứ Ba ngày 28/4/2026", "Đến hết 16:00 thứ Ba ngày 28/4/2026"),
    ],
)
def test_last_day_and_exact_instant(due_at, last_day, exact):
    assert plain(last_day_in_words(due_at)) == last_day
    assert plain(exact_in_words(due_at)) == exact


def test_a_day_breaks_only_before_the_word_for_day():
    assert last_day_in_words(END_OF_27) == "hết thứ\u00a0Hai ngày\u00a027/4/2026"


def test_the_last_day_is_a_day_of_vietnam_whatever_the_zone_of_the_instant():
    utc = datetime.fromisoformat("2026-04-27T17:00:00+00:00")  # 28/4 00:00 in Hà Nội
    assert last_day_of(utc) == date(2026, 4, 27)


def test_a_deadline_says_phrase_last_day_days_left():
    words = deadline_words(END_OF_27, at(24), phrase="trước ngày 28/4/2026")
    assert (words.phrase, plain(words.day), plain(words.left), words.state) == (
        "trước ngày 28/4/2026",
        "Nộp đến hết thứ Hai ngày 27/4/2026",
        "Còn 3 ngày",
        "soon",
    )
    assert plain(words.dense_day) == "Thứ Hai 27/4"
    assert words.old_day == ""


def test_an_extension_keeps_the_old_day():
    words = deadline_words(at(5, 0, month=5), at(24), old_due_at=END_OF_27)
    assert plain(words.day) == "Gia hạn đến hết thứ Hai ngày 04/5/2026"
    assert plain(words.old_day) == "hết thứ Hai ngày 27/4/2026"
    assert deadline_words(END_OF_27, at(24), old_due_at=END_OF_27).old_day == ""


def test_without_an_instant_it_says_what_it_waits_for():
    waiting = deadline_words(None, at(24), waiting="Hạn tính từ ngày tổ chức")
    assert (waiting.day, waiting.state, waiting.left, waiting.last_day) == (
        "Hạn tính từ ngày tổ chức",
        "awaiting_event",
        "",
        None,
    )
    assert deadline_words(None, at(24)).state == "standing"

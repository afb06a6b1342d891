"""Readings said back, and read again: the same deadline."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directives.deadlines import read_deadline
from directives.deadlines.words import back_stop_words, reading_words
from interface.wording import deadline_words
from tests.directives.deadlines.calendars import CALENDAR_2026, ISSUED_ON
from tests.directives.deadlines.test_series import ENDING, SERIES
from vietnamese.dates import VIETNAM

SAID = [
    ("trước ngày 28/4/2026", "Nộp đến hết thứ Hai ngày 27/4/2026"),
    ("từ ngày 20/4 đến ngày 28/4/2026", "Nộp từ thứ Hai ngày 20/4/2026 đến hết thứ Ba ngày 28/4/2026"),
    ("16h00 ngày 28/4/2026", "Nộp đến 16:00 thứ Ba ngày 28/4/2026"),
    ("trước 16h00 ngày 28/4/2026", "Nộp trước 16:00 thứ Ba ngày 28/4/2026"),
    ("chậm nhất sau 03 ngày tổ chức", "Nộp chậm nhất 3 ngày sau ngày tổ chức"),
    ("05 ngày làm việc sau hội nghị", "Nộp chậm nhất 5 ngày làm việc sau ngày hội nghị"),
    ("trước ngày 25 hằng tháng", "Nộp trước ngày 25 hằng tháng"),
    ("trước ngày 05 của tháng kế tiếp", "Nộp trước ngày 05 của tháng kế tiếp"),
    ("16h00 thứ Sáu hằng tuần", "Nộp 16:00 thứ Sáu hằng tuần"),
    ("16h00 thứ Ba, thứ Sáu hằng tuần", "Nộp 16:00 thứ Ba và thứ Sáu hằng tuần"),
    ("thứ 2, thứ 4, thứ 6 hằng tuần", "Nộp thứ Hai, thứ Tư và thứ Sáu hằng tuần"),
    ("ngày 20 hằng tháng, từ nay đến tháng 9", "Nộp ngày 20 hằng tháng, đến hết tháng 9/2026"),
    ("ngày 20 hằng tháng, cho đến hết năm 2026", "Nộp ngày 20 hằng tháng, đến hết năm 2026"),
    ("thứ Sáu hằng tuần, đến ngày 15/5/2026", "Nộp thứ Sáu hằng tuần, đến hết ngày 15/5/2026"),
    ("trước ngày 15/6 và 15/12 hằng năm", "Nộp trước ngày 15/6 và 15/12 hằng năm"),
    ("hằng quý", "Nộp hằng quý"),
    ("kịp thời", ""),
]


@pytest.mark.parametrize(("phrase", "words"), SAID)
def test_a_reading_is_said_in_the_office_s_words(phrase: str, words: str) -> None:
    reading = read_deadline(phrase, issued_on=ISSUED_ON)

    assert reading_words(reading).replace("\u00a0", " ") == words


def test_the_back_stop_in_words() -> None:
    assert back_stop_words(datetime(2026, 6, 4, tzinfo=VIETNAM)) == "Muộn nhất thứ Tư ngày 03/6/2026"


instants = st.one_of(
    st.dates(date(2000, 1, 1), date(2180, 1, 1)).map(
        lambda day: datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
    ),
    st.tuples(st.dates(date(2000, 1, 1), date(2180, 1, 1)), st.integers(1, 1438), st.sampled_from([0, 1])).map(
        lambda t: datetime(t[0].year, t[0].month, t[0].day, tzinfo=VIETNAM) + timedelta(minutes=t[1], seconds=t[2])
    ),
)


@settings(max_examples=300, deadline=None)
@given(instants)
def test_a_rendered_deadline_reads_back_to_itself(due_at: datetime) -> None:
    words = deadline_words(due_at, due_at).day

    assert read_deadline(words, issued_on=date(2000, 1, 1), calendar=CALENDAR_2026).due_at == due_at


@pytest.mark.parametrize(
    "phrase", [phrase for phrase, _ in SAID if phrase != "kịp thời"] + [row[0] for row in (*SERIES, *ENDING)]
)
def test_what_is_said_is_understood_again(phrase: str) -> None:
    reading = read_deadline(phrase, issued_on=ISSUED_ON)
    again = read_deadline(reading_words(reading), issued_on=ISSUED_ON)

    if reading.event is not None:
        assert again.event is not None
        assert replace(again.event, event="") == replace(reading.event, event="")
    elif reading.recurrence is not None:
        assert again.recurrence == reading.recurrence
    else:
        assert (again.due_at, again.opens_on) == (reading.due_at, reading.opens_on)

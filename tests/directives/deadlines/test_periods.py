"""Periods: their first day, their name, which are due to be made, and the rule kept and read back."""

from __future__ import annotations

from datetime import date

import pytest

from directives.deadlines import read_deadline
from directives.deadlines.periods import (
    first_day_of,
    next_occurrences,
    opening_of,
    period_words,
    periods_to_make,
    series_as_json,
    series_from_json,
)

ISSUED = date(2026, 4, 21)


@pytest.mark.parametrize(
    ("period", "first", "words"),
    [
        ("2026-05", date(2026, 5, 1), "tháng 5/2026"),
        ("2026-12", date(2026, 12, 1), "tháng 12/2026"),
        ("2026-05/15", date(2026, 5, 1), "tháng 5/2026, kỳ ngày 15"),
        ("2026-Q1", date(2026, 1, 1), "quý I/2026"),
        ("2026-Q4", date(2026, 10, 1), "quý IV/2026"),
        ("2026-H1", date(2026, 1, 1), "6 tháng đầu năm 2026"),
        ("2026-H2", date(2026, 7, 1), "6 tháng cuối năm 2026"),
        ("2026", date(2026, 1, 1), "năm 2026"),
        ("2026-W19", date(2026, 5, 4), "tuần từ 04/5 đến 10/5/2026"),
        ("2026-W53", date(2026, 12, 28), "tuần từ 28/12 đến 03/01/2027"),
        ("2026-W19/2", date(2026, 5, 4), "tuần từ 04/5 đến 10/5/2026, kỳ thứ Ba"),
        ("2026-05-04", date(2026, 5, 4), "ngày 04/5/2026"),
    ],
)
def test_the_first_day_and_the_name(period, first, words):
    assert first_day_of(period) == first
    assert period_words(period) == words


def test_a_duty_asked_once_has_no_name():
    assert period_words("") == ""


@pytest.mark.parametrize(
    ("phrase", "ends"),
    [
        ("trước ngày 25 hằng tháng", ["2026-04 24/4", "2026-05 24/5", "2026-06 24/6", "2026-07 24/7"]),
        ("trước ngày 05 của tháng kế tiếp", ["2026-04 4/5", "2026-05 4/6", "2026-06 4/7", "2026-07 4/8"]),
        ("ngày 20 tháng cuối quý", ["2026-Q2 20/6", "2026-Q3 20/9", "2026-Q4 20/12", "2027-Q1 20/3"]),
        ("ngày 15 và 30 hằng tháng", ["2026-04/30 30/4", "2026-05/15 15/5", "2026-05/30 30/5", "2026-06/15 15/6"]),
        ("thứ Ba và thứ Sáu hằng tuần", ["2026-W17/2 21/4", "2026-W17/5 24/4", "2026-W18/2 28/4", "2026-W18/5 1/5"]),
        (
            "trước thứ Hai, thứ Năm hằng tuần",
            ["2026-W17/3 22/4", "2026-W17/7 26/4", "2026-W18/3 29/4", "2026-W18/7 3/5"],
        ),
        (
            "trước ngày 01 và 15 hằng tháng",
            ["2026-04/30 30/4", "2026-05/14 14/5", "2026-05/31 31/5", "2026-06/14 14/6"],
        ),
        ("ngày 20 hằng tháng, đến hết năm 2026", ["2026-05 20/5", "2026-06 20/6", "2026-07 20/7", "2026-08 20/8"]),
    ],
)
def test_a_phrase_gives_periods_each_with_its_own_name(phrase, ends):
    reading = read_deadline(phrase, issued_on=ISSUED)
    found = next_occurrences(reading.recurrence, since=reading.last_day)
    assert [f"{one.period} {one.last_day.day}/{one.last_day.month}" for one in found] == ends
    assert len({one.period for one in found}) == 4
    assert series_from_json(series_as_json(reading.recurrence, since=reading.last_day)) == (
        reading.recurrence,
        reading.last_day,
    )


def made(phrase: str, horizon: date) -> list[str]:
    reading = read_deadline(phrase, issued_on=ISSUED)
    return [one.period for one in periods_to_make(reading.recurrence, since=reading.last_day, horizon=horizon)]


@pytest.mark.parametrize(
    ("phrase", "horizon", "periods"),
    [
        ("trước ngày 25 hằng tháng", date(2026, 4, 30), ["2026-04"]),
        ("trước ngày 25 hằng tháng", date(2026, 5, 1), ["2026-04", "2026-05"]),
        (
            "trước ngày 25 hằng tháng",
            date(2026, 7, 31),
            ["2026-04", "2026-05", "2026-06", "2026-07"],
        ),  # two months missed
        (
            "trước ngày 15 hằng tháng",
            date(2026, 4, 21),
            ["2026-05"],
        ),  # April is past at issue; the next is seen at once
        ("ngày 20 tháng cuối quý", date(2026, 6, 30), ["2026-Q2"]),
        ("ngày 20 tháng cuối quý", date(2026, 7, 1), ["2026-Q2", "2026-Q3"]),
        ("trước ngày 25 hằng tháng, đến hết tháng 6/2026", date(2027, 1, 1), ["2026-04", "2026-05", "2026-06"]),
        (
            "thứ Ba và thứ Sáu hằng tuần, đến hết ngày 28/4/2026",
            date(2027, 1, 1),
            ["2026-W17/2", "2026-W17/5", "2026-W18/2"],
        ),
    ],
)
def test_which_periods_are_due_to_be_made(phrase, horizon, periods):
    assert made(phrase, horizon) == periods


@pytest.mark.parametrize(
    ("phrase", "horizon", "periods"),
    [
        ("trước ngày 01 hằng tháng", date(2026, 5, 24), ["2026-05"]),  # due 30/4
        ("trước ngày 01 hằng tháng", date(2026, 5, 25), ["2026-05", "2026-06"]),  # due 31/5, a week ahead
        ("trước thứ Hai hằng tuần", date(2026, 4, 26), ["2026-W18"]),
        ("trước thứ Hai hằng tuần", date(2026, 4, 27), ["2026-W18", "2026-W19"]),  # due 03/5
        ("trước thứ Hai, thứ Năm hằng tuần", date(2026, 4, 26), ["2026-W17/3", "2026-W17/7"]),
    ],
)
def test_no_period_is_made_after_its_own_end(phrase, horizon, periods):
    assert made(phrase, horizon) == periods


@pytest.mark.parametrize(
    ("period", "last_day", "opens_on"),
    [
        ("2026-05", date(2026, 5, 24), date(2026, 5, 1)),
        ("2026-05", date(2026, 5, 1), date(2026, 5, 1)),
        ("2026-05", date(2026, 6, 4), date(2026, 5, 1)),  # with a lag
        ("2026-06", date(2026, 5, 31), date(2026, 5, 25)),
        ("2026-W19", date(2026, 5, 3), date(2026, 4, 27)),
    ],
)
def test_from_when_a_period_may_be_answered(period, last_day, opens_on):
    assert opening_of(period, last_day) == opens_on


def test_the_setting_that_relaxes_before_holds_for_every_period():
    reading = read_deadline("trước ngày 25 hằng tháng", issued_on=ISSUED, relaxed_before=True)
    found = next_occurrences(reading.recurrence, since=reading.last_day, number=2)
    assert [one.last_day for one in found] == [date(2026, 4, 25), date(2026, 5, 25)]


def test_a_rule_stored_with_its_one_weekday_is_still_read():
    stored = {
        "since": "2026-04-24",
        "every": "WEEKLY",
        "months": [],
        "days": [0],
        "weekday": 4,
        "before": False,
        "lag": 0,
        "hour": "16:00",
    }
    series, since = series_from_json(stored)
    assert (series.weekdays, series.until, since) == ((4,), None, date(2026, 4, 24))
    assert series.rrule() == "FREQ=WEEKLY;BYDAY=FR;BYHOUR=16;BYMINUTE=0"

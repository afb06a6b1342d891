"""Figures and days as the office writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from vietnamese import dates
from vietnamese.numbers import format_number, format_percent


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (3979, 0, "3.979"),
        (0, 0, "0"),
        (999, 0, "999"),
        (1234567, 0, "1.234.567"),
        (-1234, 0, "-1.234"),
        (12.5, 1, "12,5"),
        (0.05, 1, "0,1"),
        (Decimal("1234.565"), 2, "1.234,57"),
        (-0.04, 1, "0,0"),
    ],
)
def test_numbers(value, decimals, text):
    assert format_number(value, decimals) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (404, 413, "97,8%"),
        (4, 5, "80%"),
        (5, 5, "100%"),
        (0, 5, "0%"),
        (4999, 5000, "99,9%"),  # never 100% while one is missing
        (1, 5000, "0,1%"),  # never 0% while one is there
        (0, 0, "–"),
    ],
)
def test_percentages(part, whole, text):
    assert format_percent(part, whole) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 4, 27), "27/4/2026"),
        (date(2026, 4, 9), "09/4/2026"),
        (date(2026, 2, 10), "10/02/2026"),
        (date(2026, 6, 3), "03/6/2026"),
        (date(2026, 12, 31), "31/12/2026"),
    ],
)
def test_days(day, text):
    assert dates.format_date(day) == text


def test_days_in_words():
    assert dates.format_long_date(date(2026, 4, 27)) == "thứ Hai ngày 27/4/2026"
    assert dates.format_long_date(date(2026, 5, 31)) == "Chủ nhật ngày 31/5/2026"
    assert dates.format_day_of_document(date(2026, 4, 24)) == "ngày 24 tháng 4 năm 2026"
    assert dates.format_day_of_document(date(2026, 2, 1)) == "ngày 01 tháng 02 năm 2026"
    assert dates.format_short_date(date(2026, 4, 27)) == "27/4"
    assert dates.no_break("ngày 27/4/2026") == "ngày\u00a027/4/2026"


def test_all_weekdays():
    names = [dates.format_weekday(date(2026, 4, day)) for day in range(20, 27)]
    assert names == ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"]


def test_instants_are_told_in_vietnam():
    # 17:30 UTC on the 26th is already half past midnight on the 27th in Hà Nội.
    moment = datetime(2026, 4, 26, 17, 30, 12, tzinfo=UTC)
    assert dates.format_moment(moment) == "00:30, thứ Hai ngày 27/4/2026"
    assert dates.format_time(moment, seconds=True) == "00:30:12"
    assert dates.local_day(moment) == date(2026, 4, 27)


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        dates.format_date(datetime(2026, 4, 26))  # noqa: DTZ001 - the point of the test

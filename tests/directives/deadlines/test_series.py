"""Recurring phrases → series of periods (R10): one row, one case."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from directives.deadlines import Certainty, read_deadline
from tests.directives.deadlines.calendars import CALENDAR_2026, ISSUED_ON

SERIES = [
    # phrase, rule of the calendar, first three (period, last day)
    (
        "trước ngày 25 hằng tháng",
        "FREQ=MONTHLY;BYMONTHDAY=24",
        ["2026-04 24/4/2026", "2026-05 24/5/2026", "2026-06 24/6/2026"],
    ),
    (
        "ngày 20 hằng tháng",
        "FREQ=MONTHLY;BYMONTHDAY=20",
        ["2026-05 20/5/2026", "2026-06 20/6/2026", "2026-07 20/7/2026"],  # 20/4 is past at issue: skipped
    ),
    ("Hằng tháng, các chi bộ gửi báo cáo trước ngày 25", "FREQ=MONTHLY;BYMONTHDAY=24", ["2026-04 24/4/2026"]),
    (
        "trước ngày 05 của tháng kế tiếp",
        "FREQ=MONTHLY;BYMONTHDAY=4",
        ["2026-04 4/5/2026", "2026-05 4/6/2026", "2026-06 4/7/2026"],  # for month n, in month n+1
    ),
    ("trước ngày 01 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=-1", ["2026-05 30/4/2026", "2026-06 31/5/2026"]),
    (
        "trước ngày 31 hằng tháng",
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        ["2026-04 30/4/2026", "2026-05 30/5/2026"],
    ),
    ("ngày 15 và 30 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=15,30", ["2026-04 30/4/2026", "2026-05 15/5/2026"]),
    ("ngày 05 hằng tháng, từ tháng 6/2026", "FREQ=MONTHLY;BYMONTHDAY=5", ["2026-06 5/6/2026", "2026-07 5/7/2026"]),
    (
        "trước ngày 20 tháng cuối quý",
        "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=19",
        ["2026-Q2 19/6/2026", "2026-Q3 19/9/2026", "2026-Q4 19/12/2026", "2027-Q1 19/3/2027"],
    ),
    (
        "ngày 10 tháng đầu quý sau",
        "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10",
        ["2026-Q2 10/7/2026", "2026-Q3 10/10/2026"],
    ),
    ("định kỳ 6 tháng, 01 năm", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1", ["2026-H1 30/6/2026", "2026-H2 31/12/2026"]),
    ("hằng quý", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1", ["2026-Q2 30/6/2026", "2026-Q3 30/9/2026"]),
    ("trước ngày 15/12 hằng năm", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=14", ["2026 14/12/2026", "2027 14/12/2027"]),
    (
        "trước ngày 15/6 và 15/12 hằng năm",
        "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=14",
        ["2026-H1 14/6/2026", "2026-H2 14/12/2026"],
    ),
    ("ngày 03 đến ngày 05 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=5", ["2026-05 5/5/2026", "2026-06 5/6/2026"]),
    ("trước 25 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=24", ["2026-04 24/4/2026"]),
    (
        "trước ngày 20 của tháng thứ ba hằng quý",
        "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=19",
        ["2026-Q2 19/6/2026", "2026-Q3 19/9/2026"],
    ),
    (
        "trước ngày 25 tháng cuối của mỗi quý",
        "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=24",
        ["2026-Q2 24/6/2026"],
    ),
    (
        "chậm nhất ngày 05 của tháng đầu tiên quý sau",
        "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=5",
        ["2026-Q2 5/7/2026", "2026-Q3 5/10/2026"],
    ),
    (
        "trước ngày 10 của tháng đầu quý",
        "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=9",
        ["2026-Q3 9/7/2026", "2026-Q4 9/10/2026"],  # the month belongs to the quarter it opens
    ),
    (
        "trước ngày 20/3, 20/6, 20/9 và 20/12 hằng năm",
        "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=19",
        ["2026-Q2 19/6/2026", "2026-Q3 19/9/2026", "2026-Q4 19/12/2026"],
    ),
    ("6 tháng một lần", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1", ["2026-H1 30/6/2026", "2026-H2 31/12/2026"]),
    ("03 tháng/lần", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1", ["2026-Q2 30/6/2026"]),
    ("thứ Sáu hằng tuần", "FREQ=WEEKLY;BYDAY=FR", ["2026-W17 24/4/2026", "2026-W18 1/5/2026"]),
    ("trước thứ Hai hằng tuần", "FREQ=WEEKLY;BYDAY=SU", ["2026-W18 26/4/2026"]),
    (
        "thứ ba và thứ sáu hằng tuần",
        "FREQ=WEEKLY;BYDAY=TU,FR",
        ["2026-W17 21/4/2026", "2026-W17 24/4/2026", "2026-W18 28/4/2026"],
    ),
    ("thứ 2, thứ 5 hằng tuần", "FREQ=WEEKLY;BYDAY=MO,TH", ["2026-W17 23/4/2026", "2026-W18 27/4/2026"]),
    (
        "Hằng tuần, vào thứ Hai, thứ Tư và thứ Sáu",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        ["2026-W17 22/4/2026", "2026-W17 24/4/2026"],
    ),
    ("trước 16h00 thứ Ba và thứ Sáu hằng tuần", "FREQ=WEEKLY;BYDAY=TU,FR;BYHOUR=16;BYMINUTE=0", ["2026-W17 21/4/2026"]),
]

# phrase, rule with its end, the last two occurrences
ENDING = [
    ("trước ngày 25 hằng tháng, đến hết tháng 12/2026", "FREQ=MONTHLY;BYMONTHDAY=24;UNTIL=20261231", ["2026-11 24/11/2026", "2026-12 24/12/2026"]),
    ("trước ngày 25 hằng tháng, từ tháng 5 đến tháng 9", "FREQ=MONTHLY;BYMONTHDAY=24;UNTIL=20260930", ["2026-08 24/8/2026", "2026-09 24/9/2026"]),
    ("từ tháng 5 đến tháng 9, hằng tháng các chi bộ gửi báo cáo trước ngày 25", "FREQ=MONTHLY;BYMONTHDAY=24;UNTIL=20260930", ["2026-08 24/8/2026", "2026-09 24/9/2026"]),
    ("Từ nay đến hết năm 2026, trước ngày 25 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=24;UNTIL=20261231", ["2026-11 24/11/2026", "2026-12 24/12/2026"]),
    ("ngày 20 hằng tháng (từ tháng 9 đến tháng 6/2027)", "FREQ=MONTHLY;BYMONTHDAY=20;UNTIL=20270630", ["2027-05 20/5/2027", "2027-06 20/6/2027"]),
    ("trước ngày 05 của tháng kế tiếp, đến hết tháng 12/2026", "FREQ=MONTHLY;BYMONTHDAY=4;UNTIL=20270104", ["2026-11 4/12/2026", "2026-12 4/1/2027"]),
    ("trước ngày 20 tháng cuối quý, đến hết năm 2026", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=19;UNTIL=20261231", ["2026-Q3 19/9/2026", "2026-Q4 19/12/2026"]),
    ("thứ Ba và thứ Sáu hằng tuần, đến hết ngày 15/5/2026", "FREQ=WEEKLY;BYDAY=TU,FR;UNTIL=20260515", ["2026-W20 12/5/2026", "2026-W20 15/5/2026"]),
    ("báo cáo hằng tháng, đến hết tháng 12/2026", "FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20261231", ["2026-11 30/11/2026", "2026-12 31/12/2026"]),
    ("hằng ngày trước 17h, đến hết ngày 05/5/2026", "FREQ=DAILY;BYHOUR=17;BYMINUTE=0;UNTIL=20260505", ["2026-05-04 4/5/2026", "2026-05-05 5/5/2026"]),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "rrule", "first_ones"), SERIES)
def test_a_series_names_its_periods_and_their_last_days(phrase: str, rrule: str, first_ones: list[str]) -> None:
    reading = read_deadline(phrase, issued_on=ISSUED_ON, calendar=CALENDAR_2026)

    assert reading.rule == "R10"
    assert reading.recurrence is not None
    assert reading.recurrence.rrule() == rrule
    since = reading.opens_on or ISSUED_ON
    found = islice(reading.recurrence.occurrences(since), len(first_ones))
    assert [f"{o.period} {o.last_day.day}/{o.last_day.month}/{o.last_day.year}" for o in found] == first_ones
    assert reading.last_day == next(reading.recurrence.occurrences(since)).last_day


@pytest.mark.parametrize(("phrase", "rrule", "last_ones"), ENDING)
def test_a_series_ends_where_the_phrase_says(phrase: str, rrule: str, last_ones: list[str]) -> None:
    reading = read_deadline(phrase, issued_on=ISSUED_ON, calendar=CALENDAR_2026)

    assert reading.rule == "R10"
    assert reading.recurrence is not None
    assert reading.recurrence.rrule() == rrule
    found = list(reading.recurrence.occurrences(reading.opens_on or ISSUED_ON))
    assert [f"{o.period} {o.last_day.day}/{o.last_day.month}/{o.last_day.year}" for o in found[-2:]] == last_ones
    assert reading.last_day == found[0].last_day


@pytest.mark.parametrize(
    ("phrase", "opens_on"),
    [
        ("trước ngày 25 hằng tháng, từ tháng 3 đến tháng 9/2026", date(2026, 3, 1)),
        ("ngày 20 hằng tháng (từ tháng 9 đến tháng 6/2027)", date(2026, 9, 1)),
        ("thứ Sáu hằng tuần, từ ngày 04/5 đến ngày 30/6/2026", date(2026, 5, 4)),
    ],
)
def test_the_opening_of_a_series_shares_the_year_of_its_end(phrase: str, opens_on: date) -> None:
    assert read_deadline(phrase, issued_on=ISSUED_ON).opens_on == opens_on


def test_a_series_that_is_over_asks_for_another_end() -> None:
    reading = read_deadline("trước ngày 25 hằng tháng, đến hết tháng 3/2026", issued_on=ISSUED_ON)

    assert (reading.certainty, reading.last_day, reading.recurrence) == (Certainty.NONE, None, None)
    assert reading.remark == "Không còn kỳ nào: chuỗi kỳ kết thúc 31/3/2026. Sửa ngày kết thúc."


@pytest.mark.parametrize(
    "phrase", ["ngày 25 hằng tháng, số liệu tính đến ngày 20", "ngày 25 hằng tháng, xong trước ngày 30/6/2026"]
)
def test_another_day_beside_a_series_ends_nothing(phrase: str) -> None:
    reading = read_deadline(phrase, issued_on=ISSUED_ON)

    assert reading.recurrence is not None
    assert (reading.recurrence.days, reading.recurrence.until) == ((25,), None)


@pytest.mark.parametrize(
    "phrase",
    [
        "Số liệu tính từ ngày 01/01/2026 đến ngày 20/6/2026, gửi báo cáo trước ngày 25 hằng tháng",
        "Số liệu lấy từ tháng 1 đến tháng 4/2026, báo cáo trước ngày 25 hằng tháng",
        "Từ nay đến ngày 30/6/2026 hoàn thành kế hoạch, báo cáo tiến độ trước ngày 25 hằng tháng",
        "trước ngày 25 hằng tháng, đến ngày 30/6/2026 báo cáo tổng kết",
        "trước ngày 25 hằng tháng, đến ngày 30/6/2026, báo cáo tổng kết",
        "trước ngày 25 hằng tháng, đến hết ngày 15/12/2026 gửi báo cáo năm",
    ],
)
def test_a_range_of_something_else_ends_no_series_and_is_asked(phrase: str) -> None:
    reading = read_deadline(phrase, issued_on=ISSUED_ON)

    assert reading.recurrence is not None
    assert (reading.recurrence.until, reading.certainty) == (None, Certainty.CHECK)


def test_a_year_that_is_written_is_never_moved() -> None:
    reading = read_deadline("ngày 25 hằng tháng, từ tháng 6/2027 đến hết tháng 12/2026", issued_on=ISSUED_ON)

    assert reading.certainty is not Certainty.CERTAIN
    assert reading.recurrence is None
    assert "Ngày bắt đầu 01/6/2027 lại sau ngày kết thúc 31/12/2026." in [one.message for one in reading.warnings]


def test_with_a_lag_the_beginning_bounds_the_periods_reported_on() -> None:
    reading = read_deadline("trước ngày 05 của tháng kế tiếp, từ tháng 5 đến tháng 6/2026", issued_on=ISSUED_ON)

    assert reading.recurrence is not None
    found = list(reading.recurrence.occurrences(reading.last_day))
    assert [(one.period, one.last_day) for one in found] == [
        ("2026-05", date(2026, 6, 4)),
        ("2026-06", date(2026, 7, 4)),
    ]


def test_a_weekly_hour_is_an_instant_each_week() -> None:
    reading = read_deadline("trước 17h00 thứ Sáu hằng tuần", issued_on=ISSUED_ON)

    assert reading.recurrence is not None
    assert reading.recurrence.rrule() == "FREQ=WEEKLY;BYDAY=FR;BYHOUR=17;BYMINUTE=0"
    dues = [o.due_at.isoformat() for o in islice(reading.recurrence.occurrences(ISSUED_ON), 2)]
    assert dues == ["2026-04-24T17:00:00+07:00", "2026-05-01T17:00:00+07:00"]


@pytest.mark.parametrize(
    "phrase",
    [
        "trước 16h00 ngày thứ Sáu hằng tuần",
        "vào chiều thứ Sáu hằng tuần (trước 16h00)",
        "hằng tuần, trước 16 giờ thứ Sáu",
    ],
)
def test_the_hour_of_a_week_is_kept_wherever_it_stands(phrase: str) -> None:
    reading = read_deadline(phrase, issued_on=ISSUED_ON)

    assert reading.due_at is not None
    assert reading.due_at.isoformat() == "2026-04-24T16:00:00+07:00"


def test_an_hour_of_every_day() -> None:
    reading = read_deadline("hằng ngày trước 17h", issued_on=ISSUED_ON)

    assert reading.recurrence is not None
    assert reading.recurrence.rrule() == "FREQ=DAILY;BYHOUR=17;BYMINUTE=0"


def test_every_period_comes_once_and_never_shifts() -> None:
    for phrase, _, _ in SERIES:
        series = read_deadline(phrase, issued_on=ISSUED_ON).recurrence
        assert series is not None
        whole = list(islice(series.occurrences(date(2026, 1, 1)), 30))
        assert len({o.last_day for o in whole}) == 30
        assert [o.last_day for o in whole] == sorted(o.last_day for o in whole)
        later = list(islice(series.occurrences(whole[7].last_day), 20))
        assert later == whole[7:27]


@pytest.mark.parametrize(
    "phrase",
    [
        "hằng quý",
        "định kỳ 6 tháng",
        "định kỳ hằng tháng",
        "ngày 25 của tháng",
        "16h00 thứ Hai và 10h00 thứ Sáu hằng tuần",
    ],
)
def test_a_series_without_a_clear_day_is_asked(phrase: str) -> None:
    assert read_deadline(phrase, issued_on=ISSUED_ON).certainty is Certainty.CHECK


def test_an_hour_of_every_day_begins_when_it_is_said_to() -> None:
    reading = read_deadline("báo cáo nhanh hằng ngày trước 16h00 từ ngày 14/5/2026", issued_on=ISSUED_ON)

    assert (reading.opens_on, reading.last_day) == (date(2026, 5, 14), date(2026, 5, 14))

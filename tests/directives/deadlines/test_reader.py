"""Phrases of directives → last day, exclusive instant, rule and certainty: one row, one case.

The issue date is Tuesday 21/4/2026 and the calendar that of 2026 unless a row says otherwise.
"""

from __future__ import annotations

import sys
import time
import unicodedata
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directives.deadlines import Certainty, EventClock, WarningCode, read_deadline
from tests.directives.deadlines.calendars import CALENDAR_2026, ISSUED_ON
from vietnamese.dates import VIETNAM

SURE, ASK, EVENT, TENTATIVE, NONE = Certainty


def read(phrase: str, issued_on: date = ISSUED_ON):
    return read_deadline(phrase, issued_on=issued_on, calendar=CALENDAR_2026)


def midnight_after(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(days=1)


def d(text: str) -> date:
    """ "27/4" of 2026, or with a year."""
    day, month, *year = map(int, text.split("/"))
    return date(year[0] if year else 2026, month, day)


WHOLE_DAYS = [
    # R1: "trước ngày X" excludes X
    ("trước ngày 28/4/2026", "R1", "27/4", SURE),
    ("trước 28/4/2026", "R1", "27/4", SURE),
    ("trước ngày 28 tháng 4 năm 2026", "R1", "27/4", SURE),
    ("xong trước ngày 30/4/2026", "R1", "29/4", SURE),
    ("đến trước ngày 28/4/2026", "R1", "27/4", SURE),
    ("trước ngày 01/5/2026", "R1", "30/4", SURE),
    ("trước ngày 01/01/2027", "R1", "31/12", SURE),
    ("trước tháng 6/2026", "R1", "31/5", SURE),
    ("trước quý III/2026", "R1", "30/6", SURE),
    ("trước năm 2027", "R1", "31/12", SURE),
    ("chậm nhất trước 15/9", "R1", "14/9", ASK),
    ("trước kỳ nghỉ lễ 30/4", "R1", "29/4", ASK),
    ("trước khi hội nghị diễn ra ngày 28/4", "R1", "27/4", ASK),
    ("trước ngày 30/4-01/5/2026", "R1", "29/4", ASK),
    # R2: the others include X
    ("chậm nhất ngày 05/5/2026", "R2", "05/5", SURE),
    ("chậm nhất là ngày 05 tháng 5 năm 2026", "R2", "05/5", SURE),
    ("chậm nhất ngày 27/3/2020", "R2", "27/3/2020", ASK),
    ("muộn nhất ngày 28/4/2026", "R2", "28/4", SURE),
    ("không quá ngày 28/4/2026", "R2", "28/4", SURE),
    ("không muộn hơn ngày 28/4/2026", "R2", "28/4", SURE),
    ("hạn cuối: 28/4/2026", "R2", "28/4", SURE),
    ("hạn nộp 5/5", "R2", "05/5", SURE),
    ("đến ngày 28/4/2026", "R2", "28/4", SURE),
    ("đến hết ngày 30/4/2026", "R2", "30/4", SURE),
    ("hết ngày 28/4/2026", "R2", "28/4", SURE),
    ("trong ngày 28/4/2026", "R2", "28/4", SURE),
    ("ngay trong ngày 28/4/2026", "R2", "28/4", SURE),
    ("trước hoặc trong ngày 28/4/2026", "R2", "28/4", SURE),
    ("vào ngày 28/4/2026", "R2", "28/4", SURE),
    ("ngày 28/4/2026", "R2", "28/4", SURE),
    ("05/5/2026", "R2", "05/5", SURE),
    ("từ nay đến ngày 30/6/2026", "R2", "30/6", SURE),
    ("hôm nay", "R2", "21/4", SURE),
    ("chậm nhất ngày mai", "R2", "22/4", SURE),
    # R7: months, quarters, halves, years; their first, middle and last days
    ("trong tháng 5/2026", "R7", "31/5", SURE),
    ("Thời gian hoàn thành: Trong tháng 5/2026.", "R7", "31/5", SURE),
    ("trong tháng Năm năm 2026", "R7", "31/5", SURE),
    ("trong tháng 4, 5/2026", "R7", "31/5", SURE),
    ("trong tháng 2/2028", "R7", "29/2/2028", SURE),
    ("trong tháng này", "R7", "30/4", SURE),
    ("đến hết tháng 5/2026", "R7", "31/5", SURE),
    ("đến tháng 6/2026", "R7", "30/6", ASK),
    ("trong quý II/2026", "R7", "30/6", SURE),
    ("quý 2 năm 2026", "R7", "30/6", SURE),
    ("trong quý I và quý II/2026", "R7", "30/6", SURE),
    ("trong quí III", "R7", "30/9", SURE),
    ("trong 6 tháng đầu năm 2026", "R7", "30/6", SURE),
    ("sáu tháng cuối năm 2026", "R7", "31/12", SURE),
    ("9 tháng đầu năm", "R7", "30/9", SURE),
    ("nửa đầu năm 2026", "R7", "30/6", SURE),
    ("trong năm 2026", "R7", "31/12", SURE),
    ("đầu tháng 6/2026", "R7", "01/6", SURE),
    ("giữa tháng 5/2026", "R7", "15/5", SURE),
    ("cuối tháng 5/2026", "R7", "31/5", SURE),
    ("cuối quý II/2026", "R7", "30/6", SURE),
    ("giữa năm 2026", "R7", "30/6", SURE),
    ("cuối năm 2026", "R7", "31/12", SURE),
    ("từ nay đến cuối năm", "R7", "31/12", SURE),
    ("trong tuần này", "R7", "26/4", ASK),
    ("từ nay đến hết năm", "R7", "31/12", SURE),
    ("trong tuần 3 tháng 5/2026", "R7", "21/5", ASK),
    ("tuần thứ ba của tháng 5/2026", "R7", "21/5", ASK),
    ("tuần đầu tháng 5/2026", "R7", "07/5", ASK),
    ("tuần cuối tháng 4/2026", "R7", "30/4", ASK),
    ("hết giờ hành chính ngày 29/4/2026", "R2", "29/4", ASK),
    # a horn forgotten or set on the wrong letter is still "trước"
    ("truớc ngày 28/4/2026", "R1", "27/4", SURE),
    ("trứơc ngày 28/4/2026", "R1", "27/4", SURE),
    # nor does any other fault of the scan, or a lost space, take "trước" away and give a day more
    ("trươc ngày 28/4/2026", "R1", "27/4", SURE),
    ("trừơc ngày 28/4/2026", "R1", "27/4", SURE),
    ("trưởc ngày 28/4/2026", "R1", "27/4", SURE),
    ("Irước ngày 28/4/2026", "R1", "27/4", SURE),
    ("tnrớc ngày 28/4/2026", "R1", "27/4", SURE),
    ("trướcngày 28/4/2026", "R1", "27/4", SURE),
    ("chậm nhấtngày 28/4/2026", "R2", "28/4", SURE),
    ("trước ngàv 28/4/2026", "R1", "27/4", SURE),
    ("trước ngảy 28/4/2026", "R1", "27/4", SURE),
    ("trước ngày l5/5/2026", "R1", "14/5", SURE),
    ("trước ngày 28/4/2O26", "R1", "27/4", SURE),
    ("trong thảng 5/2026", "R7", "31/5", SURE),
    ("trong quỷ II/2026", "R7", "30/6", SURE),
    ("trong quý ll/2026", "R7", "30/6", SURE),
    ("trong quý hai", "R7", "30/6", SURE),
    ("ngày cuối cùng của tháng", "R7", "30/4", SURE),
    ("chiều 22/5", "R2", "22/5", SURE),
    # of a list only its last day counts; how long something takes is no period
    ("các ngày 21, 22, 23/5/2026", "R2", "23/5", SURE),
    ("trong 02 ngày 21, 22/5/2026", "R2", "22/5", SURE),
    ("trong hai ngày 21 và 22 tháng 5 năm 2026", "R2", "22/5", SURE),
    # the day in brackets is that of the event before it
    ("trước Đại hội (ngày 15/5/2026)", "R1", "14/5", ASK),
    # an hour no day has is told, never dropped in silence
    ("25h00 ngày 28/4/2026", "R2", "28/4", ASK),
    ("16h75 ngày 28/4/2026", "R2", "28/4", ASK),
    # R8: no year, no month, a weekday only
    ("trước ngày 28/4", "R1", "27/4", SURE),
    ("ngày 20/4", "R2", "20/4/2027", ASK),
    ("ngày 21/4", "R2", "21/4", SURE),
    ("ngày 21/10", "R2", "21/10", SURE),
    ("ngày 22/10", "R2", "22/10", ASK),
    ("ngày 29/02", "R2", "29/2/2028", ASK),
    ("trước ngày 28", "R1", "27/4", ASK),
    ("trước ngày 10 tháng sau", "R1", "09/5", ASK),
    ("trước thứ Sáu", "R1", "23/4", ASK),
    ("chậm nhất thứ 2 tuần sau", "R2", "27/4", ASK),
    ("chậm nhất thứ Sáu tuần này (24/4)", "R2", "24/4", SURE),
    # weekdays are checked
    ("ngày 28/4/2026 (thứ Ba)", "R2", "28/4", SURE),
    ("ngày 28/4/2026 (thứ Tư)", "R2", "28/4", ASK),
    ("thứ Hai, ngày 27/4/2026", "R2", "27/4", SURE),
    ("Chủ nhật ngày 26/4/2026", "R2", "26/4", SURE),
    ("trước ngày 28/4/2026 (T3)", "R1", "27/4", SURE),
    # R4, R5, R6: periods counted from a known day
    ("trong thời hạn 05 ngày làm việc kể từ ngày ban hành", "R6", "29/4", SURE),
    ("trong thời hạn 03 (ba) ngày kể từ ngày ký", "R4", "24/4", SURE),
    ("trong vòng một tuần kể từ ngày ban hành", "R4", "28/4", SURE),
    ("trong vòng 10 ngày kể từ ngày ban hành", "R4", "04/5", SURE),  # 01/5 is a holiday
    ("sau 5 ngày kể từ ngày ban hành", "R4", "28/4", SURE),  # 26/4, 27/4 are off
    ("trong 02 tháng kể từ ngày 28/4/2026", "R4", "29/6", SURE),  # 28/6 is a Sunday
    ("trong 1 tháng kể từ ngày 31/5/2026", "R4", "30/6", SURE),
    ("05 ngày làm việc kể từ ngày 17/8/2026", "R6", "22/8", SURE),  # a Saturday that is worked
    ("trong thời hạn 05 (năm) ngày làm việc, kể từ ngày ký", "R6", "29/4", SURE),
    ("trong vòng 5 ngày kể từ ngày ban hành Kế hoạch này", "R4", "28/4", SURE),
    ("chậm nhất 5 ngày sau hội nghị (20/5/2026)", "R4", "25/5", SURE),
    ("trong vòng 05 ngày sau hội nghị ngày 20/5/2026", "R4", "25/5", SURE),
    ("05 ngày kể từ ngày nhận được văn bản", "R4", "28/4", ASK),
    ("05 ngày kể từ ngày nhận được Công văn này", "R4", "28/4", ASK),
    ("05 ngày kể từ ngày nhận được Thông báo này", "R4", "28/4", ASK),
    ("đơn vị đã nộp nhưng bị trả lại phải nộp lại trước ngày 28/4/2026", "R1", "27/4", SURE),
    ("chậm nhất 15 ngày", "R4", "06/5", ASK),
    ("trong vòng 48 giờ kể từ ngày ban hành", "R4", "23/4", ASK),
    # several ends, a date far off or already past
    ("trước ngày 28/4/2026 và trước ngày 05/5/2026", "R1", "27/4", ASK),
    ("trước ngày 10/02/2026", "R1", "09/02", ASK),
    ("trước ngày 28/4/2062", "R1", "27/4/2062", ASK),
    # inside a sentence of a real kind
    ("Nộp bài về Ban Xây dựng Đảng trước ngày 28/4/2026 qua email: bxdd@phuong.example.", "R1", "27/4", SURE),
    ("gửi bài thu hoạch Nghị quyết số 02-NQ/TW ngày 17/3/2026 trước ngày 28/4/2026", "R1", "27/4", SURE),
    ("gửi báo cáo kịp thời, trước ngày 28/4/2026", "R1", "27/4", SURE),
    ("hoàn thành xây dựng chương trình hành động trong quý II/2026", "R7", "30/6", SURE),
]


@pytest.mark.parametrize(("phrase", "rule", "last_day", "certainty"), WHOLE_DAYS)
def test_last_day_is_the_last_whole_day(phrase: str, rule: str, last_day: str, certainty: Certainty) -> None:
    reading = read(phrase)

    assert (reading.rule, reading.last_day, reading.certainty) == (rule, d(last_day), certainty)
    assert reading.due_at == midnight_after(d(last_day))
    assert not reading.has_hour


SPELLINGS = [
    "trước ngày **28/4/2026**", "**trước ngày 28/4/2026**", "*trước* ngày _28/4/2026_", "“trước ngày 28/4/2026”",
    "TRƯỚC NGÀY 28/4/2026", "Trước Ngày 28/04/2026", "truoc ngay 28/4/2026", "truoc ngay 28 thang 4 nam 2026",
    "trước ngày 28-4-2026", "trước ngày 28–4–2026", "trước ngày 28.4.2026", "trước 28.04.2026", "trước ngày 28/4/26",
    "trước ngày 28-4-26", "trước ngày 28.4.26", "trước ngày28/4/2026", "trước  ngày\u00a028 / 4 / 2026",
    "trước\nngày\n28/4/2026", "trước ngày 28 tháng Tư năm 2026", "trước ngày 28 tháng tư", "trước ngày 28/tháng 4/2026",
    "trước ngày 28, tháng 4, năm 2026", "trước ngày 28-4", "trước ngày 28.4", "trước 28 tháng 4", "trước ngày 28/4 năm 2026",
    "tr\u200bước ngày 28/4/2026", "trước ngày 2026-04-28", "trước thứ Ba ngày 28/4/2026", "trước ngày: 28/4/2026",
    "trứơc ngày 28/4/2026", "trước ngày ２８/４/２０２６", "trước ngày 28．4．2026", "trươc ngày 28/4/2026", "trướcngày 28/4/2026",
]  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("phrase", SPELLINGS)
def test_every_spelling_of_one_deadline_reads_alike(phrase: str, form: str) -> None:
    reading = read(unicodedata.normalize(form, phrase))

    assert (reading.rule, reading.last_day, reading.certainty) == ("R1", d("27/4"), SURE)


HOURS = [
    # R3: the stated hour is in time to its second; "trước" excludes it
    ("16h00 ngày 28/4/2026", (28, 16, 0, 1)),
    ("16 giờ 00 ngày 28/4/2026", (28, 16, 0, 1)),
    ("16 giờ 00 phút, ngày 28/4/2026", (28, 16, 0, 1)),
    ("16:00 28/4/2026", (28, 16, 0, 1)),
    ("16g00 ngày 28/4/2026", (28, 16, 0, 1)),
    ("16h ngày 28/4/2026", (28, 16, 0, 1)),
    ("4 giờ chiều ngày 28/4/2026", (28, 16, 0, 1)),
    ("chậm nhất 16h00, thứ Ba (28/4/2026)", (28, 16, 0, 1)),
    ("ngày 28/4/2026, lúc 16h00", (28, 16, 0, 1)),
    ("hạn cuối cùng là 17:30, 28/04/2026", (28, 17, 30, 1)),
    ("từ 8h00 đến 11h30 ngày 28/4/2026", (28, 11, 30, 1)),
    ("trước 16h00 ngày 28/4/2026", (28, 16, 0, 0)),
    ("trước 16 giờ ngày 28/4/2026", (28, 16, 0, 0)),
    ("8h00 - 11h30 ngày 28/4/2026", (28, 11, 30, 1)),
    ("trước 17h ngày thứ Ba 28/4/2026", (28, 17, 0, 0)),
    ("ngày 28 tháng 4 năm 2026, trước 16 giờ", (28, 16, 0, 0)),
    ("ngày 28/4/2026 (trước 16h00)", (28, 16, 0, 0)),
    ("trước 0h00 ngày 28/4/2026", (28, 0, 0, 0)),
    ("trước 24h00 ngày 27/4/2026", (28, 0, 0, 0)),
    ("24h00 ngày 27/4/2026", (28, 0, 0, 0)),
    ("23h59 ngày 27/4/2026", (28, 0, 0, 0)),
]


@pytest.mark.parametrize(("phrase", "instant"), HOURS)
def test_a_stated_hour_is_an_instant(phrase: str, instant: tuple[int, int, int, int]) -> None:
    reading = read(phrase)

    day, hour, minute, second = instant
    assert (reading.rule, reading.certainty) == ("R3", SURE)
    assert reading.due_at == datetime(2026, 4, day, hour, minute, second, tzinfo=VIETNAM)
    assert reading.has_hour == ((hour, minute, second) != (0, 0, 0))


BOUNDARIES = [
    ("trước ngày 28/4/2026", "2026-04-27T23:59:59+07:00", True),
    ("trước ngày 28/4/2026", "2026-04-27T23:59:59.999999+07:00", True),
    ("trước ngày 28/4/2026", "2026-04-28T00:00:00+07:00", False),
    ("trước ngày 28/4/2026", "2026-04-27T16:59:59+00:00", True),
    ("trước ngày 28/4/2026", "2026-04-27T17:00:00+00:00", False),
    ("đến hết ngày 28/4/2026", "2026-04-28T23:59:59+07:00", True),
    ("đến hết ngày 28/4/2026", "2026-04-29T00:00:00+07:00", False),
    ("16h00 ngày 28/4/2026", "2026-04-28T15:59:59+07:00", True),
    ("16h00 ngày 28/4/2026", "2026-04-28T16:00:00+07:00", True),
    ("16h00 ngày 28/4/2026", "2026-04-28T16:00:00.900000+07:00", True),
    ("16h00 ngày 28/4/2026", "2026-04-28T16:00:01+07:00", False),
    ("trước 16h00 ngày 28/4/2026", "2026-04-28T15:59:59.999999+07:00", True),
    ("trước 16h00 ngày 28/4/2026", "2026-04-28T16:00:00+07:00", False),
    ("trong tháng 5/2026", "2026-05-31T23:59:59+07:00", True),
    ("trong tháng 5/2026", "2026-06-01T00:00:00+07:00", False),
]


@pytest.mark.parametrize(("phrase", "received", "in_time"), BOUNDARIES)
def test_the_server_s_receipt_time_decides_to_the_second(phrase: str, received: str, in_time: bool) -> None:
    reading = read(phrase)

    assert reading.due_at is not None
    assert (datetime.fromisoformat(received) < reading.due_at) is in_time


RANGES = [
    ("từ ngày 20/4 đến ngày 28/4/2026", "20/4", "28/4"),
    ("từ ngày 20 đến ngày 28/4/2026", "20/4", "28/4"),
    ("từ ngày 20/4/2026 đến hết ngày 28/4/2026", "20/4", "28/4"),
    ("từ 20/4 - 28/4/2026", "20/4", "28/4"),
    ("20-28/4/2026", "20/4", "28/4"),
    ("từ ngày 25/4 đến trước ngày 05/5/2026", "25/4", "04/5"),
    ("từ ngày 25/12 đến ngày 05/01/2027", "25/12", "05/01/2027"),
    ("từ tháng 4 đến tháng 6/2026", "01/4", "30/6"),
    ("từ hôm nay đến 28/4", "21/4", "28/4"),
]


@pytest.mark.parametrize(("phrase", "opens_on", "last_day"), RANGES)
def test_a_range_opens_and_closes(phrase: str, opens_on: str, last_day: str) -> None:
    reading = read(phrase)

    assert (reading.opens_on, reading.last_day) == (d(opens_on), d(last_day))


EVENTS = [
    ("chậm nhất sau 03 ngày tổ chức", "R4", EventClock(days=3, event="tổ chức")),
    (
        "chậm nhất sau 03 ngày tổ chức đợt sinh hoạt chuyên đề, để tổng hợp báo cáo Thành ủy",
        "R4",
        EventClock(days=3, event="tổ chức đợt sinh hoạt chuyên đề"),
    ),
    ("không quá 15 ngày sau hội nghị", "R4", EventClock(days=15, event="hội nghị")),
    ("trong vòng 7 ngày kể từ ngày tổ chức hội nghị", "R4", EventClock(days=7, event="tổ chức hội nghị")),
    ("sau hội nghị 03 ngày", "R4", EventClock(days=3, event="hội nghị")),
    ("chậm nhất 05 ngày làm việc sau khi kết thúc", "R6", EventClock(days=5, working_days=True, event="kết thúc")),
    ("01 tháng sau khi kết thúc đợt học", "R4", EventClock(months=1, event="kết thúc đợt học")),
    ("trước khi tổ chức 5 ngày", "R4", EventClock(days=-5, event="tổ chức")),
    ("03 ngày trước hội nghị", "R4", EventClock(days=-3, event="hội nghị")),
    ("trong 05 ngày kể từ ngày nhận được thông báo", "R4", EventClock(days=5, event="nhận thông báo")),
    ("chậm nhất 02 ngày sau hội nghị gửi biên bản về Văn phòng", "R4", EventClock(days=2, event="hội nghị")),
    ("05 ngày sau khi hoàn thành việc nộp bài", "R4", EventClock(days=5, event="hoàn thành việc nộp bài")),
    ("trong 03 ngày kể từ ngày nhận đủ hồ sơ", "R4", EventClock(days=3, event="nhận đủ hồ sơ")),
    ("trong 48 giờ kể từ khi kết thúc", "R4", EventClock(days=2, event="kết thúc")),
    ("chậm nhất 24 giờ sau khi kết thúc", "R4", EventClock(days=1, event="kết thúc")),
    ("trước ngày tổ chức đại hội ít nhất 10 ngày", "R4", EventClock(days=-10, event="tổ chức đại hội")),
]


@pytest.mark.parametrize(("phrase", "rule", "clock"), EVENTS)
def test_a_period_after_an_event_waits_for_the_unit_s_own_day(phrase: str, rule: str, clock: EventClock) -> None:
    reading = read(phrase)

    assert (reading.rule, reading.event, reading.certainty) == (rule, clock, EVENT)
    assert (reading.last_day, reading.due_at) == (None, None)


WITHOUT_DATE = [
    # R11: planned, waiting for another body
    ("sau khi Thành phố có kế hoạch", "R11", TENTATIVE, WarningCode.TENTATIVE),
    ("Thời gian triển khai theo Kế hoạch của Trung ương", "R11", TENTATIVE, WarningCode.TENTATIVE),
    ("sẽ thông báo sau", "R11", TENTATIVE, WarningCode.TENTATIVE),
    # R12: an adverb is no deadline
    ("kịp thời", "R12", NONE, WarningCode.ADVERB),
    ("thường xuyên", "R12", NONE, WarningCode.ADVERB),
    ("triển khai ngay", "R12", NONE, WarningCode.ADVERB),
    ("định kỳ", "R12", NONE, WarningCode.ADVERB),
    ("theo quy định", "R12", NONE, WarningCode.ADVERB),
    ("Định kỳ báo cáo việc tổ chức nghiên cứu theo quy định", "R12", NONE, WarningCode.ADVERB),
    ("ngay", "R12", NONE, WarningCode.ADVERB),
    ("ngay sau khi nhận được văn bản", "R12", NONE, WarningCode.ADVERB),
    # no deadline at all
    ("(đã thực hiện ngày 26/3/2026)", None, NONE, WarningCode.PAST_FACT),
    ("số 698-CV/BTGDVTU ngày 21/04/2026", None, NONE, WarningCode.CITATION),
    ("Thực hiện Công văn ngày 21/4/2026 của Thành ủy", None, NONE, WarningCode.CITATION),
    ("căn cứ Nghị định 30/2020/NĐ-CP ngày 05/3/2020", None, NONE, WarningCode.CITATION),
    ("từ ngày 28/4/2026", None, NONE, WarningCode.NO_END),
    ("sau hội nghị ngày 20/4/2026", None, NONE, WarningCode.NO_END),
    ("sau hội nghị tổng kết (30/6/2026)", None, NONE, WarningCode.NO_END),
    ("trước ngày …/5/2026", None, NONE, WarningCode.BLANK_DATE),
    ("ngày tháng 4 năm 2026", None, NONE, WarningCode.BLANK_DATE),
    ("trước ngày 31/4/2026", None, NONE, WarningCode.IMPOSSIBLE_DATE),
    ("ngày 30 tháng 2 năm 2026", None, NONE, WarningCode.IMPOSSIBLE_DATE),
    ("12/25/2026", None, NONE, WarningCode.IMPOSSIBLE_DATE),
    ("quý V/2026", None, NONE, WarningCode.NOT_UNDERSTOOD),
    # not understood rather than guessed
    ("", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("Hội nghị Ban Chấp hành lần thứ bảy", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("kỳ họp thứ 5", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("trước kỳ họp thường kỳ tháng 9", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("kỷ niệm 51 năm ngày 30/4/1975", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("trong 05 ngày đầu tháng", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("mỗi quý 01 lần", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("Hội nghị 30 ngày", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("đạt 2/3", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("hoạt động 24/7", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("2.4. Công tác thông tin, báo cáo", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("nhiệm vụ trọng tâm của năm 2026 và cả nhiệm kỳ 2025-2030", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("trước 16h00", None, NONE, WarningCode.NOT_UNDERSTOOD),
    ("sớm tinh mơ", "R12", NONE, WarningCode.ADVERB),
    ("tổ chức đợt sinh hoạt chuyên đề tháng 5/2026 với nội dung Nghị quyết", None, NONE, WarningCode.NOT_UNDERSTOOD),
]


@pytest.mark.parametrize(("phrase", "rule", "certainty", "code"), WITHOUT_DATE)
def test_words_without_a_last_day(phrase: str, rule: str | None, certainty: Certainty, code: WarningCode) -> None:
    reading = read(phrase)

    assert (reading.rule, reading.last_day, reading.due_at, reading.certainty) == (rule, None, None, certainty)
    assert [warning.code for warning in reading.warnings] == [code]


def test_a_planned_date_is_kept_but_tentative() -> None:
    reading = read("Dự kiến phát động trong Quý II/2026 (theo Kế hoạch của Thành phố)")

    assert (reading.rule, reading.last_day, reading.certainty) == ("R11", d("30/6"), TENTATIVE)


REMARKS = [
    ("trước ngày 28/4/2026", "27/4/2026 là ngày nghỉ (nghỉ bù Giỗ Tổ Hùng Vương), vẫn là ngày cuối."),
    ("trong tháng 5/2026", "31/5/2026 là ngày nghỉ (Chủ nhật), vẫn là ngày cuối."),
    ("ngày 28/4/2026 (thứ Tư)", "28/4/2026 là thứ Ba, không phải thứ Tư."),
    (
        "trong vòng 10 ngày kể từ ngày ban hành",
        "Ngày cuối của thời hạn, 01/5/2026, là ngày nghỉ (Quốc tế Lao động); lùi đến thứ Hai 04/5/2026.",
    ),
    ("ngày 22/10", "Không ghi năm; hiểu là 22/10/2026, sau ngày ban hành hơn 6 tháng."),
    ("trước 31/4/2026", "Không có ngày 31/4/2026 trong lịch."),
    ("xyz", "Không hiểu: không thấy ngày, tháng, quý hay thời hạn nào."),
    ("đến hết ngày 28/4/2026", ""),
]


@pytest.mark.parametrize(("phrase", "remark"), REMARKS)
def test_a_doubt_is_said_in_one_vietnamese_sentence(phrase: str, remark: str) -> None:
    assert read(phrase).remark == remark


def test_without_a_calendar_a_period_does_not_roll() -> None:
    assert read_deadline("trong vòng 5 ngày kể từ ngày ban hành", issued_on=ISSUED_ON).last_day == d("26/4")
    assert read_deadline("05 ngày làm việc kể từ ngày ban hành", issued_on=ISSUED_ON).last_day == d("28/4")


def test_a_committee_may_relax_r1() -> None:
    reading = read_deadline("trước ngày 28/4/2026", issued_on=ISSUED_ON, relaxed_before=True)

    assert (reading.rule, reading.last_day) == ("R1", d("28/4"))
    assert reading.has_warning(WarningCode.RELAXED)


def test_json_holds_exactly_the_keys_of_the_contract() -> None:
    assert read("trước 16h00 ngày 28/4/2026").as_json() == {
        "phrase": "trước 16h00 ngày 28/4/2026",
        "rule": "R3",
        "last_day": "2026-04-28",
        "due_at": "2026-04-28T16:00:00+07:00",
        "opens_on": None,
        "recurrence": None,
        "certainty": "certain",
        "remark": "",
    }


WORDS = st.sampled_from(
    [
        "trước",
        "ngày",
        "tháng",
        "năm",
        "quý",
        "đến",
        "hết",
        "từ",
        "chậm",
        "nhất",
        "trong",
        "28",
        "4",
        "2026",
        "/",
        "-",
        ".",
        ",",
        "(",
        ")",
        "h",
        "giờ",
        "thứ",
        "Hai",
        "hằng",
        "kể",
        "sau",
        "tổ",
        "chức",
        "không",
        "quá",
        "định",
        "kỳ",
        "làm",
        "việc",
        "**",
        "đã",
        "số",
        "CV",
        "ĐU",
        "II",
        "mùng",
        "đầu",
        "cuối",
        "này",
        "kế",
        "tiếp",
        "của",
        "va",
        "05",
        "28/4/2026",
        "16h00",
        "dự",
        "kiến",
        "khi",
        "có",
        "kế",
        "hoạch",
        ":",
        "0",
        "31",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=25).map(" ".join)),
    st.dates(date(1960, 1, 1), date(2180, 1, 1)),
)
def test_any_text_is_answered(phrase: str, issued_on: date) -> None:
    reading = read_deadline(phrase, issued_on=issued_on, calendar=CALENDAR_2026)

    assert (reading.due_at is None) == (reading.last_day is None)
    assert reading.is_understood or reading.remark
    if reading.due_at is not None and not reading.has_hour:
        assert reading.due_at == midnight_after(reading.last_day)


@pytest.mark.parametrize(
    "piece",
    [
        "ngày ",
        "trước ",
        "28/4/2026 ",
        "tháng 1, ",
        "hằng tháng ",
        "từ ngày ",
        "đã ",
        "(",
        "1-",
        "a",
        "03 ngày ",
        "trước ngày 28/4/2026 ",
        "20/3, ",
        "28, ",
        "trướcngày ",
        "của tháng cuối ",
    ],
)
def test_work_grows_with_the_length_only(piece: str) -> None:
    def steps(count: int) -> int:
        calls = 0

        def count_calls(frame, event, arg) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count_calls)
        try:
            read_deadline(piece * count, issued_on=ISSUED_ON, calendar=CALENDAR_2026)
        finally:
            sys.setprofile(None)
        return calls

    steps(10)
    assert steps(800) < 3 * steps(400)


def test_many_deadlines_in_one_text_cost_in_proportion() -> None:
    """Counted in processor time, because what is done to the whole text for each of them is no call of ours."""

    def seconds(count: int) -> float:
        rounds = []
        for _ in range(3):
            begun = time.process_time()
            read_deadline("trước ngày 28/4/2026 " * count, issued_on=ISSUED_ON, calendar=CALENDAR_2026)
            rounds.append(time.process_time() - begun)
        return min(rounds)

    assert seconds(2000) < 40 * seconds(200)  # ten times as long; in the square of the length it would be 100 times

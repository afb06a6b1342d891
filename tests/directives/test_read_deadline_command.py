"""`read_deadline`: exact JSON, exit codes, the office's own calendar.

Not here: phrases (`deadlines/test_reader.py`).
"""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from directives.choices import DayOffKind
from directives.models import DayOff
from directives.working_days import work_calendar

pytestmark = pytest.mark.django_db


def run(*phrases: str, **options: object) -> str:
    out = StringIO()
    call_command("read_deadline", *phrases, issued_on="2026-04-21", stdout=out, **options)
    return out.getvalue()


def test_json_is_one_document_with_one_entry_a_phrase() -> None:
    assert json.loads(
        run("trước ngày 28/4/2026", "chậm nhất sau 03 ngày tổ chức", "trước ngày 25 hằng tháng", "abc", json=True)
    ) == [
        {
            "phrase": "trước ngày 28/4/2026",
            "rule": "R1",
            "last_day": "2026-04-27",
            "due_at": "2026-04-28T00:00:00+07:00",
            "opens_on": None,
            "recurrence": None,
            "certainty": "certain",
            "remark": "27/4/2026 là ngày nghỉ (nghỉ bù Giỗ Tổ Hùng Vương), vẫn là ngày cuối.",
        },
        {
            "phrase": "chậm nhất sau 03 ngày tổ chức",
            "rule": "R4",
            "last_day": None,
            "due_at": None,
            "opens_on": None,
            "recurrence": None,
            "certainty": "event",
            "remark": "",
        },
        {
            "phrase": "trước ngày 25 hằng tháng",
            "rule": "R10",
            "last_day": "2026-04-24",
            "due_at": "2026-04-25T00:00:00+07:00",
            "opens_on": None,
            "recurrence": "FREQ=MONTHLY;BYMONTHDAY=24",
            "certainty": "certain",
            "remark": "",
        },
        {
            "phrase": "abc",
            "rule": None,
            "last_day": None,
            "due_at": None,
            "opens_on": None,
            "recurrence": None,
            "certainty": "none",
            "remark": "Không hiểu: không thấy ngày, tháng, quý hay thời hạn nào.",
        },
    ]


def test_a_day_the_office_enters_joins_those_proposed() -> None:
    DayOff.objects.create(day=date(2026, 4, 24), kind=DayOffKind.IN_LIEU, name="nghỉ hoán đổi")

    [reading] = json.loads(run("trong thời hạn 05 ngày làm việc kể từ ngày ban hành", json=True))

    # Worked are 22, 23, 28, 29/4; Friday the 24th is entered, the 27th, 30/4 and 1/5 are proposed: the fifth is 4/5.
    assert reading["last_day"] == "2026-05-04"
    [reading] = json.loads(run("trong 3 ngày kể từ ngày ban hành", json=True))
    assert reading["last_day"] == "2026-04-28"


def test_without_json_it_says_one_line_a_phrase() -> None:
    assert run("đến hết ngày 28/4/2026") == "“đến hết ngày 28/4/2026” [R2] Nộp đến hết thứ Ba ngày 28/4/2026\n"


def test_a_wrong_day_is_wrong_usage() -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("read_deadline", "trước 28/4", issued_on="21/4/2026")
    assert refusal.value.returncode == 2


def test_the_proposal_knows_days_in_lieu_and_swapped_saturdays() -> None:
    calendar = work_calendar(range(2026, 2027), ward=None)

    assert calendar.name_of(date(2026, 4, 27)) == "nghỉ bù Giỗ Tổ Hùng Vương"
    assert calendar.name_of(date(2026, 8, 31)) == "nghỉ hoán đổi"
    assert not calendar.is_off(date(2026, 8, 22))
    assert calendar.is_off(date(2026, 8, 15))


def test_what_the_office_enters_stands_over_the_proposal_day_by_day() -> None:
    DayOff.objects.create(day=date(2026, 4, 29), kind=DayOffKind.IN_LIEU, name="Nghỉ theo quyết định của Thành phố")
    DayOff.objects.create(day=date(2026, 4, 27), kind=DayOffKind.WORKING, name="Làm bù")
    DayOff.objects.create(day=date(2026, 8, 22), kind=DayOffKind.HOLIDAY, name="Không làm bù")

    calendar = work_calendar(range(2026, 2027), ward=None)

    assert calendar.name_of(date(2026, 4, 29)) == "Nghỉ theo quyết định của Thành phố"
    assert not calendar.is_off(date(2026, 4, 27))
    assert calendar.is_off(date(2026, 8, 22))
    assert calendar.is_off(date(2026, 9, 2))  # still proposed

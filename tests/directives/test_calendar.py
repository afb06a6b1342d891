"""The working calendar of a ward: whose rows count, entering and taking over, deadlines that would move."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from directives.calendar_year import months_of, not_entered, proposed_rows
from directives.choices import DayOffKind, DirectiveState
from directives.errors import CalendarRefused
from directives.models import DayOff, Requirement
from directives.recomputing import moved_deadlines
from directives.services.calendar import enter_day, enter_proposal, remove_day
from directives.settling import settle
from directives.working_days import proposed_calendar, work_calendar
from tests.factories.directives import make_directive, make_requirement
from tests.factories.units import make_user, make_ward
from units.choices import Role
from units.settings_areas import Area
from units.settings_history import history_of
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 22, 9, 0, tzinfo=VIETNAM)


@pytest.fixture
def ward():
    return make_ward()


def test_own_rows_go_before_those_for_all_and_never_reach_another_ward(ward):
    other = make_ward(name="Việt Hưng", code="VH")
    for_all = {"ward": None, "day": date(2026, 6, 10)}
    DayOff.objects.create(**for_all, kind=DayOffKind.HOLIDAY, name="Nghỉ chung")
    DayOff.objects.create(ward=ward, day=date(2026, 6, 10), kind=DayOffKind.WORKING, name="Phường làm việc")
    DayOff.objects.create(ward=other, day=date(2026, 6, 11), kind=DayOffKind.HOLIDAY, name="Việt Hưng nghỉ")
    days = (date(2026, 6, 10), date(2026, 6, 11))
    assert [work_calendar([2026], ward=ward).is_off(day) for day in days] == [False, False]
    assert [work_calendar([2026], ward=other).is_off(day) for day in days] == [True, True]
    assert [work_calendar([2026], ward=None).is_off(day) for day in days] == [True, False]


def test_the_calendar_is_one_query(ward, django_assert_num_queries):
    enter_proposal(ward=ward, year=2026, by=None, at=NOW)
    with django_assert_num_queries(1):
        work_calendar(range(2025, 2029), ward=ward)


def test_a_day_is_entered_changed_and_removed_with_its_history(ward):
    day, act = date(2026, 4, 24), {"by": "Lan", "at": NOW}
    enter_day(ward=ward, day=day, kind=DayOffKind.IN_LIEU, name="Nghỉ  bù", **act)
    row = enter_day(ward=ward, day=day, kind=DayOffKind.HOLIDAY, name="Nghỉ", **act)
    assert DayOff.objects.count() == 1
    enter_day(ward=ward, day=day, kind=DayOffKind.HOLIDAY, name="Nghỉ", **act)  # nothing new
    remove_day(row=row, **act)
    assert not work_calendar([2026], ward=ward).is_off(day)
    assert [
        [(one["what"], one["old"], one["new"]) for one in line.changes] for line in history_of(ward, Area.CALENDAR)
    ] == [
        [("24/4/2026", "Nghỉ (ngày lễ)", "đã bỏ")],
        [("24/4/2026", "Nghỉ bù (nghỉ bù, nghỉ hoán đổi)", "Nghỉ (ngày lễ)")],
        [("24/4/2026", "chưa có", "Nghỉ bù (nghỉ bù, nghỉ hoán đổi)")],
    ]
    assert set(AuditEntry.objects.values_list("action", "ward_id")) == {("calendar.change", ward.pk)}
    with pytest.raises(CalendarRefused, match="từ 2000 đến 2100"):
        enter_day(ward=ward, day=date(1999, 1, 1), kind=DayOffKind.HOLIDAY, name="x", **act)


def test_the_proposal_taken_over_changes_no_day_and_leaves_own_rows(ward):
    before = work_calendar([2026], ward=ward)
    enter_day(ward=ward, day=date(2026, 4, 27), kind=DayOffKind.WORKING, name="Làm việc", by=None, at=NOW)
    number = len(proposed_rows(2026))
    assert enter_proposal(ward=ward, year=2026, by=None, at=NOW) == number - 1
    assert not_entered(ward, 2026) == []
    after = work_calendar([2026], ward=ward)
    every = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]
    assert [day for day in every if before.is_off(day) != after.is_off(day)] == [date(2026, 4, 27)]


def test_every_day_stands_once_in_the_grid():
    cells = [cell for m in months_of(2028, proposed_calendar([2028])) for week in m.weeks for cell in week if cell]
    assert [cell.day for cell in cells] == [date.fromordinal(date(2028, 1, 1).toordinal() + n) for n in range(366)]
    looks = {cell.day: (cell.look, cell.name) for cell in cells}
    assert looks[date(2028, 9, 2)][0] == "off"
    assert looks[date(2028, 9, 9)] == ("weekend", "thứ Bảy")
    assert looks[date(2028, 9, 13)] == ("work", "")


def running(ward, phrase):
    directive = make_directive(ward, issued_on=date(2026, 4, 21))
    requirement = make_requirement(directive)
    settled = settle(phrase, ward=ward, issued_on=date(2026, 4, 21), anchor=None)
    Requirement.objects.filter(pk=requirement.pk).update(deadline_phrase=phrase, **settled.columns())
    assert directive.state == DirectiveState.ISSUED
    return Requirement.objects.get(pk=requirement.pk)


def test_a_day_off_names_running_periods_and_moves_nothing(ward):
    period = running(ward, "trong thời hạn 05 ngày làm việc kể từ ngày ban hành")
    running(ward, "trước ngày 28/4/2026")  # a fixed date never moves
    assert moved_deadlines(ward, NOW) == []
    enter_day(ward=ward, day=date(2026, 4, 24), kind=DayOffKind.IN_LIEU, name="Nghỉ", by=None, at=NOW)
    (moved,) = moved_deadlines(ward, NOW)
    assert (moved.requirement, moved.stored) == (period, datetime(2026, 4, 30, tzinfo=VIETNAM))
    assert moved.counted == datetime(2026, 5, 5, tzinfo=VIETNAM)
    period.refresh_from_db()
    assert period.due_at == moved.stored
    assert moved_deadlines(make_ward(name="Việt Hưng", code="VH"), NOW) == []
    assert moved_deadlines(ward, datetime(2026, 4, 30, tzinfo=VIETNAM)) == []  # over: nothing runs


def test_the_page_enters_previews_and_removes(ward, client, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(make_user(Role.ADMIN, ward))
    url = reverse("directives:calendar", args=[ward.pk])
    assert "ngày của năm 2026 đang lấy theo đề xuất" in client.get(url).content.decode()
    assert client.post(url, {"day": "31/2/2026", "kind": "HOLIDAY", "name": "x"}).status_code == 422
    assert client.post(url, {"day": "24/4/2026", "kind": "IN_LIEU", "name": "Nghỉ bù"}).status_code == 302
    proposal = reverse("directives:calendar_proposal", args=[ward.pk, 2026])
    assert "nghỉ bù Giỗ Tổ Hùng Vương" in client.get(proposal).content.decode()
    assert DayOff.objects.count() == 1
    assert client.post(proposal).status_code == 302
    assert DayOff.objects.filter(ward=ward).count() == len(proposed_rows(2026)) + 1
    row = DayOff.objects.get(day=date(2026, 4, 24))
    assert client.post(reverse("directives:remove_day", args=[row.pk])).status_code == 302
    assert not DayOff.objects.filter(pk=row.pk).exists()
    assert client.get(reverse("directives:calendar_year", args=[ward.pk, 1990])).status_code == 404

"""What the ward owes its superior: entered, inner day, warned of, sent with day and number; series; nobody's denominator."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.deadlines import WorkCalendar
from directives.errors import DeadlineRefused, IllegalMove
from directives.models import Obligation, OnwardDuty, Requirement
from directives.onward import inner_last_day, lines_of_directive, slack_warnings
from directives.reader import read_directive
from directives.services import onward
from directives.services.onward import OnwardAsk
from directives.services.proposals import save_draft
from tests.factories.directives import at, make_directive, make_requirement
from tests.factories.units import make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db
NOW = at(21, hour=8)
SLACK = (
    "Yêu cầu 1: Đảng ủy phải gửi Thành ủy đến hết 05/5/2026 và cần 2 ngày làm việc để tổng hợp. "
    "Đề xuất hạn trong cho các đơn vị: hết 03/5/2026."
)


class Scene:
    def __init__(self) -> None:
        self.ward = make_ward()
        self.directive = make_directive(self.ward, issued_on=date(2026, 4, 21))
        self.office = make_user(Role.OFFICE, self.ward)

    def add(self, phrase: str = "trước ngày 06/5/2026", **said: object) -> OnwardDuty:
        ask = OnwardAsk(title="Báo cáo kết quả", superior="Thành ủy", deadline_phrase=phrase, **said)
        return onward.add_onward_duty(directive=self.directive, ask=ask, by=self.office, at=NOW)


@pytest.fixture
def scene() -> Scene:
    return Scene()


HOLIDAYS = WorkCalendar({date(2026, 4, 30): "Chiến thắng", date(2026, 5, 1): "Quốc tế Lao động"})


@pytest.mark.parametrize(
    ("due_at", "slack", "inner"),
    [
        (at(6, 5), 0, date(2026, 5, 5)),  # no slack: the ward's own last day
        (at(6, 5), 1, date(2026, 5, 4)),  # Tuesday 5 May is the day to compile
        (at(6, 5), 2, date(2026, 5, 3)),  # Monday too; Sunday is the units' last day
        (at(6, 5), 3, date(2026, 4, 28)),  # the week-end and two holidays give nothing
        (at(5, 5, hour=17), 1, date(2026, 5, 4)),  # an hour: its own day counts for compiling
    ],
)
def test_the_inner_day_leaves_the_worked_days_the_office_needs(due_at, slack, inner) -> None:
    assert inner_last_day(due_at, slack_days=slack, calendar=HOLIDAYS) == inner


def test_a_duty_is_read_from_its_phrase_and_is_in_nobodys_denominator(scene) -> None:
    duty = scene.add()
    assert (duty.due_at, duty.deadline_rule, duty.slack_days, duty.period) == (at(6, 5), "R1", 3, "")
    assert Obligation.objects.count() == 0
    entry = AuditEntry.objects.get(action="onward.add")
    assert (entry.obj_type, entry.obj_id, entry.ward_id) == ("directives.onwardduty", str(duty.pk), scene.ward.pk)


@pytest.mark.parametrize("phrase", ["kịp thời", "ngày 31/4/2026", "chậm nhất sau 03 ngày tổ chức"])
def test_a_phrase_without_a_day_is_refused_with_the_next_step(scene, phrase) -> None:
    with pytest.raises(DeadlineRefused, match="Ghi một ngày cụ thể"):
        scene.add(phrase)
    assert not OnwardDuty.objects.exists()


def test_a_requirement_that_leaves_no_days_to_compile_is_named_with_the_inner_day(scene) -> None:
    late = make_requirement(scene.directive, due_at=at(6, 5))
    make_requirement(scene.directive, order=2, due_at=at(28))
    scene.add(slack_days=2)
    (line,) = lines_of_directive(scene.directive, user=scene.office)
    assert (line.inner_day, line.too_late, line.has_no_slack) == (date(2026, 5, 3), (late,), True)
    assert slack_warnings(scene.directive, scene.directive.requirements.all()) == [SLACK]
    Requirement.objects.filter(pk=late.pk).update(due_at=at(4, 5))  # ends on the inner day itself
    (line,) = lines_of_directive(scene.directive, user=scene.office)
    assert line.too_late == ()


def test_only_the_requirement_it_is_compiled_from_is_looked_at(scene) -> None:
    make_requirement(scene.directive, due_at=at(6, 5))
    report = make_requirement(scene.directive, order=2, due_at=at(28))
    scene.add(requirement=report)
    (line,) = lines_of_directive(scene.directive, user=scene.office)
    assert line.too_late == ()


def test_sent_is_written_once_with_its_day_and_taken_back(scene) -> None:
    duty = scene.add()
    said = {"duty": duty, "reference": "45-BC/ĐU", "note": "", "by": scene.office, "at": NOW}
    with pytest.raises(DeadlineRefused, match="tương lai"):
        onward.send_onward_duty(sent_on=date(2026, 4, 22), **said)
    onward.send_onward_duty(sent_on=date(2026, 4, 21), **said)
    assert OnwardDuty.objects.owed().count() == 0
    with pytest.raises(IllegalMove, match="đã ghi là gửi ngày 21/4/2026"):
        onward.send_onward_duty(sent_on=date(2026, 4, 21), **said)
    with pytest.raises(IllegalMove, match="Mở lại"):
        onward.change_onward_duty(duty=duty, ask=OnwardAsk("B", "C", "trước ngày 28/4/2026"), by=scene.office, at=NOW)
    onward.reopen_onward_duty(duty=duty, by=scene.office, at=NOW)
    again = OnwardDuty.objects.owed().get()
    assert (again.done_at, again.sent_on, again.sent_reference) == (None, None, "")


def test_overdue_begins_at_the_exclusive_instant(scene) -> None:
    scene.add()
    one = OnwardDuty.objects
    ward = one.get().ward_id
    assert one.all().counted(at(6, 5) - timedelta(microseconds=1)) == {"owed": 1, "overdue": 0, "ward": ward}
    assert one.all().counted(at(6, 5)) == {"owed": 1, "overdue": 1, "ward": ward}


def test_a_series_opens_each_period_once_whatever_became_of_the_one_before(scene) -> None:
    first = scene.add("trước ngày 05 hằng tháng")
    assert (first.due_at, first.period) == (at(5, 5), "2026-05")
    later = at(2, 7)
    assert [one.pk for one in onward.onward_series_to_open(later)] == [first.pk]
    made = onward.make_onward_periods(duty=first, at=later, by="beat")
    assert [(one.period, one.due_at) for one in made] == [("2026-06", at(5, 6)), ("2026-07", at(5, 7))]
    assert onward.make_onward_periods(duty=first, at=later, by="beat") == []
    assert onward.onward_series_to_open(later) == []
    assert made[0].full_title == "Báo cáo kết quả, tháng 6/2026"
    onward.send_onward_duty(duty=made[0], sent_on=date(2026, 7, 1), reference="1", note="", by=scene.office, at=later)
    with pytest.raises(IllegalMove, match="đã có kỳ gửi"):
        onward.remove_onward_duty(duty=first, by=scene.office, at=later)
    assert recorded() == ["onward.add", "onward.open_period", "onward.open_period", "onward.send"]


def test_a_mistake_is_corrected_and_taken_away_and_the_log_keeps_it(scene) -> None:
    duty = scene.add()
    ask = OnwardAsk("Báo cáo nhanh", "Thành ủy", "trước ngày 28/4/2026", slack_days=0)
    onward.change_onward_duty(duty=duty, ask=ask, by=scene.office, at=NOW)
    changed = OnwardDuty.objects.get()
    assert (changed.title, changed.due_at, changed.slack_days) == ("Báo cáo nhanh", at(28), 0)
    onward.send_onward_duty(duty=duty, sent_on=date(2026, 4, 21), reference="1", note="", by=scene.office, at=NOW)
    onward.reopen_onward_duty(duty=duty, by=scene.office, at=NOW)
    onward.remove_onward_duty(duty=duty, by=scene.office, at=NOW)
    assert not OnwardDuty.objects.exists()
    assert recorded() == ["onward.add", "onward.change", "onward.send", "onward.reopen", "onward.remove"]


def recorded() -> list[str]:
    """The kinds of entries about duties to the superior, in order."""
    entries = AuditEntry.objects.filter(action__startswith="onward.").order_by("seq")
    return list(entries.values_list("action", flat=True))


def test_the_leader_reads_the_list_and_a_draft_is_not_on_it(scene) -> None:
    scene.add()
    draft = make_directive(scene.ward, state="DRAFT", number=None, subject="Nháp")
    onward.add_onward_duty(
        directive=draft, ask=OnwardAsk("Việc của bản nháp", "Thành ủy", "trước ngày 28/4/2026"), by=None, at=NOW
    )
    leader = Client()
    leader.force_login(make_user(Role.LEADER, scene.ward))
    page = leader.get(reverse("directives:onward")).content.decode()
    assert "1 việc phải gửi cấp trên" in page
    assert "Việc của bản nháp" not in page
    assert "Ghi đã gửi" not in page


def test_the_page_adds_corrects_and_sends(scene) -> None:
    client = Client()
    client.force_login(scene.office)
    said = {
        "title": "Báo cáo Thành ủy",
        "superior": "Thành ủy",
        "deadline_phrase": "trước ngày 06/5/2026",
        "slack_days": 3,
    }
    answer = client.post(reverse("directives:add_onward", args=[scene.directive.pk]), said)
    assert answer.status_code == 302
    duty = OnwardDuty.objects.get()
    refused = client.post(reverse("directives:edit_onward", args=[duty.pk]), {**said, "deadline_phrase": "sớm"})
    assert refused.status_code == 422
    assert "Ghi một ngày cụ thể" in refused.content.decode()
    client.post(reverse("directives:send_onward", args=[duty.pk]), {"sent_on": "21/4/2026", "reference": "45-BC/ĐU"})
    assert OnwardDuty.objects.get().sent_reference == "45-BC/ĐU"
    shown = client.get(reverse("directives:directive", args=[scene.directive.pk])).content.decode()
    assert "văn bản 45-BC/ĐU" in shown


def test_what_the_reader_finds_for_the_superior_is_given_to_no_unit(scene) -> None:
    text = (
        "ĐẢNG BỘ THÀNH PHỐ HÀ NỘI\nĐẢNG ỦY PHƯỜNG PHÚC LỢI\nSố 12-KH/ĐU\nPhúc Lợi, ngày 21 tháng 4 năm 2026\nKẾ HOẠCH\n"
        "Học tập Nghị quyết\n1. Các chi bộ trực thuộc gửi báo cáo kết quả về Đảng ủy phường (qua Ban Xây dựng Đảng) trước ngày 28/4/2026.\n"
        "2. Ban Xây dựng Đảng tổng hợp, báo cáo Thành ủy trước ngày 06/5/2026.\n"
    )
    draft = read_directive(text, today=date(2026, 4, 21))
    kept = save_draft(ward=scene.ward, draft=draft, text=text, by=scene.office, at=NOW)
    assert [one.due_at for one in kept.onward_duties.all()] == [at(6, 5)]
    assert [one.due_at for one in kept.requirements.all()] == [at(28)]

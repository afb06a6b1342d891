"""Many at once: filtered and chosen by name; a release taken back, with the figures of the time between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.choices import ObligationState
from directives.errors import DeadlineRefused, IllegalMove
from directives.models import Obligation
from directives.services.deadlines import waive
from directives.services.releasing import unwaive, waive_all_owing
from reports.figures import collect
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_user, make_ward
from units.choices import Block, Role

pytestmark = pytest.mark.django_db
NOW = at(26, hour=8)
HOUR = timedelta(hours=1)


@pytest.fixture
def scene() -> dict[str, Obligation]:
    ward = make_ward()
    street = make_unit(ward, name="Chi bộ Ngõ Năm")
    school = make_unit(ward, name="Chi bộ Trường", block=Block.SCHOOL)
    essay = make_requirement(make_directive(ward))
    rows = {"an": (street, "Nguyễn Văn An"), "binh": (street, "Trần Thị Bình"), "lan": (school, "Nguyễn Thị Lan")}
    return {key: make_obligation(essay, make_member(unit, name=name)) for key, (unit, name) in rows.items()}


def client_of(scene) -> tuple[Client, str]:
    client = Client()
    client.force_login(make_user(Role.OFFICE, scene["an"].ward), backend="units.backends.AccountBackend")
    return client, reverse("directives:extend_all", args=[scene["an"].requirement_id])


def due(scene) -> dict[str, object]:
    return {key: Obligation.objects.get(pk=row.pk).due_at for key, row in scene.items()}


def test_only_those_ticked_are_extended(scene, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    client, where = client_of(scene)
    said = {"act": "EXTEND", "who": "chosen", "last_day": "4/5/2026", "reason": "Lũ"}
    assert client.post(where, said).status_code == 422
    answer = client.post(where, {**said, "chon": [scene["binh"].pk]}, follow=True)
    assert answer.redirect_chain[0][1] == 302
    told = "Ai có tài khoản thấy ngay trên cổng; ai nhận thư được thì có thư báo, lập lúc 16:00"
    assert f"Đã gia hạn cho 1 việc còn nợ. {told}" in answer.content.decode()
    assert due(scene) == {"an": at(28), "binh": at(5, 5), "lan": at(28)}


def test_all_with_some_ticked_is_asked_back_and_touches_nobody(scene, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    client, where = client_of(scene)
    said = {"act": "EXTEND", "who": "all", "last_day": "4/5/2026", "reason": "Lũ", "chon": [scene["binh"].pk]}
    answer = client.post(where, said)
    assert answer.status_code == 422
    assert (
        "Đã đánh dấu 1 việc. Chọn “Chỉ những việc đã đánh dấu”, hoặc bỏ dấu để làm cho tất cả."
        in answer.content.decode()
    )
    assert due(scene) == {"an": at(28), "binh": at(28), "lan": at(28)}


def test_all_means_all_that_the_filter_leaves_and_a_ticked_one_outside_it_is_not_touched(scene, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    client, where = client_of(scene)
    page = client.get(f"{where}?khoi=SCHOOL").content.decode()
    assert ("Nguyễn Thị Lan" in page, "Nguyễn Văn An" in page) == (True, False)
    said = {"act": "EXTEND", "who": "all", "last_day": "4/5/2026", "reason": "Thi học kỳ"}
    assert client.post(f"{where}?khoi=SCHOOL", {**said, "chon": [scene["an"].pk]}).status_code == 302
    assert due(scene) == {"an": at(28), "binh": at(28), "lan": at(5, 5)}


def test_names_are_found_without_accents_and_more_than_a_page_is_turned_over(scene, time_machine, monkeypatch) -> None:
    time_machine.move_to(NOW, tick=False)
    client, where = client_of(scene)
    found = client.get(where, {"tim": "nguyen thi"})
    assert [str(one.member) for one in found.context["page"]] == ["Nguyễn Thị Lan"]
    assert {str(one.member) for one in client.get(where, {"tim": "ngo nam"}).context["page"]} == {
        "Nguyễn Văn An",
        "Trần Thị Bình",
    }
    assert client.get(where, {"tim": "không ai"}).context["owing"] == 0
    monkeypatch.setattr("directives.views.bulk._SHOWN", 2)
    pages = [[one.pk for one in client.get(where, {"trang": number}).context["page"]] for number in (1, 2)]
    assert [len(page) for page in pages] == [2, 1]
    assert sorted(pages[0] + pages[1]) == sorted(row.pk for row in scene.values())
    said = {"act": "EXTEND", "who": "chosen", "last_day": "4/5/2026", "reason": "Lũ", "chon": pages[1]}
    assert client.post(f"{where}?trang=2", said).status_code == 302
    assert [row.due_at for row in Obligation.objects.filter(pk__in=pages[1])] == [at(5, 5)]
    assert {row.due_at for row in Obligation.objects.filter(pk__in=pages[0])} == {at(28)}


def test_several_are_released_at_once_with_one_entry(scene, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    client, where = client_of(scene)
    said = {"act": "WAIVE", "who": "chosen", "reason": "Đi biệt phái", "chon": [scene["an"].pk, scene["lan"].pk]}
    assert client.post(where, said).status_code == 302
    states = {key: Obligation.objects.get(pk=row.pk).state for key, row in scene.items()}
    assert states == {"an": "WAIVED", "binh": "PENDING", "lan": "WAIVED"}
    assert AuditEntry.objects.filter(action="obligation.waive").count() == 1
    asked = {"requirement": scene["an"].requirement, "by": None, "at": NOW}
    with pytest.raises(DeadlineRefused):
        waive_all_owing(obligations=[scene["an"].pk], note="Nữa", **asked)


def test_a_release_taken_back_leaves_the_figures_of_the_time_between(scene) -> None:
    row = scene["an"]
    waive(obligation=row, note="Đi học", by=None, at=NOW)
    between = collect(at=NOW + HOUR, ward=row.ward)
    assert between.total.waived == 1

    unwaive(obligation=row, reason="Về sớm", by=None, at=NOW + 2 * HOUR)

    found = Obligation.objects.get(pk=row.pk)
    assert (found.state, found.waived_at, found.due_at) == (ObligationState.PENDING, None, at(28))
    assert collect(at=NOW + HOUR, ward=row.ward) == between
    assert collect(at=NOW + 2 * HOUR, ward=row.ward).total.waived == 0
    assert row.pk not in Obligation.objects.owing_then(NOW + HOUR).values_list("pk", flat=True)
    assert row.pk in Obligation.objects.owing(NOW + 2 * HOUR).values_list("pk", flat=True)
    assert AuditEntry.objects.get(action="obligation.unwaive").obj_id == str(row.pk)


def test_only_what_the_office_decided_is_taken_back(scene) -> None:
    with pytest.raises(IllegalMove):
        unwaive(obligation=scene["an"], reason="Nhầm", by=None, at=NOW)
    waive(obligation=scene["an"], note="Đi học", by=None, at=NOW)
    with pytest.raises(DeadlineRefused):
        unwaive(obligation=scene["an"], reason=" ", by=None, at=NOW)

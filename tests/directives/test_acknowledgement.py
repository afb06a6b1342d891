"""Đã xem, đã nhận: who is asked when a paper is issued, one click for the secretary, who has not, the export."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import DirectiveState, RequirementKind
from directives.errors import IllegalMove
from directives.models import Acknowledgement
from directives.services.acknowledging import acknowledge_directive, ask_acknowledgements, note_viewed
from directives.services.drafts import Ask, add_requirement
from directives.services.issuing import issue_directive
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import appoint, make_member, make_unit, make_user, make_ward
from units.choices import PositionGroup, Role, UnitKind
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 8, 0, tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def _today(time_machine) -> None:
    time_machine.move_to(NOW, tick=False)


class Scene:
    """A paper issued to a street cell and a police committee with a cell below; a cell that gets nothing."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.street = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5", code="TDP05")
        self.base = make_unit(self.ward, name="Đảng bộ Công an", code="CA", kind=UnitKind.GRASSROOTS_COMMITTEE)
        self.below = make_unit(self.ward, name="Chi bộ Công an 1", code="CA1", kind=UnitKind.SUB_CELL, parent=self.base)
        self.idle = make_unit(self.ward, name="Chi bộ Trường Mầm non", code="MN")
        paper = make_directive(self.ward, state=DirectiveState.DRAFT, number=128)
        units = (self.street.pk, self.base.pk, self.below.pk)
        asked = Ask(kind=RequirementKind.REPORT, title="Báo cáo", audience=Audience(units=units))
        add_requirement(directive=paper, ask=asked, by=None, at=NOW)
        self.paper = issue_directive(directive=paper, by=None, at=NOW).directive
        self.office = make_user(Role.OFFICE, self.ward)
        self.secretary = make_user(Role.SECRETARY, self.base)

    def state(self) -> dict[str, tuple[datetime | None, datetime | None]]:
        return {one.unit.code: (one.seen_at, one.received_at) for one in Acknowledgement.objects.select_related("unit")}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


def entries(action: str) -> list[tuple[object, list[str]]]:
    return [(int(one.actor_id), json.loads(one.detail)["units"]) for one in AuditEntry.objects.filter(action=action)]


def test_issuing_asks_every_unit_that_answers_for_work_of_the_paper_and_nobody_else(scene: Scene) -> None:
    assert scene.state() == {"TDP05": (None, None), "CA": (None, None), "CA1": (None, None)}
    ask_acknowledgements(directive=scene.paper, at=NOW + timedelta(days=1))
    assert {one.asked_at for one in Acknowledgement.objects.all()} == {NOW}


def test_opening_counts_as_seen_once_for_the_units_of_the_secretary(scene: Scene, time_machine) -> None:
    page = reverse("directives:directive", args=[scene.paper.pk])
    logged_in(scene.office).get(page)
    logged_in(make_user(Role.LEADER, scene.ward)).get(page)
    assert scene.state() == {"TDP05": (None, None), "CA": (None, None), "CA1": (None, None)}
    client = logged_in(scene.secretary)
    assert "Đã nhận văn bản, cho 2 đơn vị" in client.get(page).content.decode()
    time_machine.move_to(NOW + timedelta(minutes=20), tick=False)
    client.get(page)
    assert scene.state() == {"TDP05": (None, None), "CA": (NOW, None), "CA1": (NOW, None)}
    assert entries("directive.view") == [(scene.secretary.pk, ["CA", "CA1"])]
    assert Acknowledgement.objects.not_acknowledged(NOW).count() == 3


def test_one_click_confirms_for_own_units_and_a_second_changes_nothing(scene: Scene, time_machine) -> None:
    client, url = logged_in(scene.secretary), reverse("directives:acknowledge", args=[scene.paper.pk])
    work = client.get(reverse("directives:my_work")).content.decode()
    assert "1 văn bản chưa xác nhận đã nhận" in work
    answer = client.post(url, {"tu": "viec"}, follow=True)
    assert answer.redirect_chain == [(reverse("directives:my_work"), 302)]
    assert "Đã ghi: Đảng bộ Công an, Chi bộ Công an 1 đã nhận Công văn 128-CV/ĐU." in answer.content.decode()
    assert "chưa xác nhận đã nhận" not in answer.content.decode()
    time_machine.move_to(NOW + timedelta(minutes=20), tick=False)
    again = client.post(url, follow=True)
    assert "đã được xác nhận từ trước" in again.content.decode()
    assert scene.state() == {"TDP05": (None, None), "CA": (NOW, NOW), "CA1": (NOW, NOW)}
    assert entries("directive.acknowledge") == [(scene.secretary.pk, ["CA", "CA1"])]


def test_only_a_secretary_of_a_unit_with_work_confirms(scene: Scene) -> None:
    url = reverse("directives:acknowledge", args=[scene.paper.pk])
    assert logged_in(scene.office).post(url).status_code == 403
    assert logged_in(make_user(Role.SECRETARY, scene.idle)).post(url).status_code == 404
    assert logged_in(make_user(Role.OFFICE, make_ward(name="Việt Hưng", code="VH"))).post(url).status_code == 404
    assert not Acknowledgement.objects.exclude(received_at=None).exists()


def test_a_unit_that_got_work_later_is_asked_when_its_secretary_confirms(scene: Scene) -> None:
    essay = make_requirement(scene.paper)
    make_obligation(essay, make_member(scene.idle, name="Trần Thị Bình"))
    secretary = make_user(Role.SECRETARY, scene.idle)
    assert acknowledge_directive(directive=scene.paper, by=secretary, at=NOW) == [scene.idle]
    assert note_viewed(directive=scene.paper, by=secretary, at=NOW) == []


def test_a_revoked_paper_takes_no_confirmation_and_nobody_owes_one(scene: Scene) -> None:
    scene.paper.state = DirectiveState.REVOKED
    scene.paper.save()
    with pytest.raises(IllegalMove, match="không cần xác nhận"):
        acknowledge_directive(directive=scene.paper, by=scene.secretary, at=NOW)
    assert not Acknowledgement.objects.not_acknowledged(NOW).exists()


def test_closed_units_and_papers_of_tomorrow_are_not_waited_for(scene: Scene) -> None:
    assert not Acknowledgement.objects.not_acknowledged(NOW - timedelta(seconds=1)).exists()
    scene.street.closed_on = NOW.date()
    scene.street.save()
    assert set(Acknowledgement.objects.not_acknowledged(NOW).values_list("unit__code", flat=True)) == {"CA", "CA1"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"TDP05", "CA1"}),
        ("buoc=chua-xem", {"TDP05"}),
        ("buoc=da-xem", {"CA1"}),
        ("buoc=da-nhan", {"CA"}),
        ("buoc=tat-ca", {"TDP05", "CA", "CA1"}),
        ("buoc=tat-ca&q=cong+an", {"CA", "CA1"}),
        ("buoc=tat-ca&khoi=SCHOOL", set()),
        ("buoc=tat-ca&van_ban=987654", set()),
        ("buoc=xyz&van_ban=abc&khoi=khong", {"TDP05", "CA1"}),
    ],
)
def test_the_office_lists_who_has_not_by_filters(scene: Scene, query: str, shown: set[str]) -> None:
    Acknowledgement.objects.filter(unit=scene.base).update(seen_at=NOW, received_at=NOW)
    Acknowledgement.objects.filter(unit=scene.below).update(seen_at=NOW)
    answer = logged_in(scene.office).get(f"{reverse('directives:acknowledgements')}?{query}")
    assert {row.unit.code for row, _ in answer.context["rows"]} == shown


def test_telephones_are_for_the_office_and_other_units_are_not_shown(scene: Scene) -> None:
    head = make_member(scene.street, name="Lê Thị Mai", phone="0912 345 678")
    appoint(head, "Bí thư", unit=scene.street, group=PositionGroup.CELL_SECRETARY)
    url = reverse("directives:acknowledgements")
    assert "0912 345 678" in logged_in(scene.office).get(url).content.decode()
    leader = logged_in(make_user(Role.LEADER, scene.ward)).get(url).content.decode()
    assert "Tổ dân phố số 5" in leader
    assert "0912" not in leader
    own = logged_in(scene.secretary).get(url)
    assert {row.unit.code for row, _ in own.context["rows"]} == {"CA", "CA1"}


@pytest.mark.parametrize(("role", "with_phone"), [(Role.OFFICE, True), (Role.LEADER, False)])
def test_the_list_goes_out_as_a_workbook_and_is_recorded(scene: Scene, role: str, with_phone: bool) -> None:
    head = make_member(scene.street, name="Lê Thị Mai", phone="0912345678")
    appoint(head, "Bí thư", unit=scene.street, group=PositionGroup.CELL_SECRETARY)
    answer = logged_in(make_user(role, scene.ward)).get(f"{reverse('directives:export_acknowledgements')}?q=to+dan+pho")
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=4, values_only=True))
    line = rows[0]
    assert (len(rows), line[1], line[4], line[5]) == (1, "Chi bộ Tổ dân phố số 5", "chưa mở", "chưa xác nhận")
    assert ("Lê Thị Mai, Bí thư: 0912345678" in line) is with_phone
    detail = json.loads(AuditEntry.objects.get(action="report.export").detail)
    assert detail == {"rows": 1, "with_contacts": with_phone}


def test_the_paper_and_the_home_page_say_how_many(scene: Scene) -> None:
    Acknowledgement.objects.filter(unit=scene.base).update(seen_at=NOW, received_at=NOW)
    client = logged_in(scene.office)
    paper = client.get(reverse("directives:directive", args=[scene.paper.pk]))
    assert paper.context["receipts"] == {"total": 3, "received": 1, "only_seen": 0, "waiting": 2, "unopened": 2}
    assert "<strong>1/3</strong> đơn vị đã xác nhận" in paper.content.decode()
    home = client.get(reverse("reports:office_home"))
    assert home.context["unconfirmed"]["total"] == 2


@pytest.mark.parametrize("extra", [0, 2])
def test_the_list_costs_the_same_for_one_and_for_three(scene: Scene, extra: int, django_assert_num_queries) -> None:
    for number in range(extra):
        unit = make_unit(scene.ward, name=f"Chi bộ thêm {number}")
        Acknowledgement.objects.create(directive=scene.paper, unit=unit, asked_at=NOW)
    client, url = logged_in(scene.office), reverse("directives:acknowledgements")
    client.get(url)
    with django_assert_num_queries(_QUERIES):
        client.get(url)


_QUERIES = 9

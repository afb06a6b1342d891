"""Whom the ticks address while one chooses: numbers by unit, exceptions by name, asked twice, by nobody; names behind them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from directives.audience_look import look_at, unsaved
from directives.audience_words import audience_words
from directives.audiences import Audience
from directives.choices import DirectiveState, RequirementKind
from directives.coverage import covered_memberships, covered_units, uncovered_members
from directives.models import Obligation, Requirement
from directives.services.drafts import Ask, add_requirement
from directives.services.issuing import issue_directive
from tests.factories.directives import make_directive
from tests.factories.units import appoint, exempt, make_member, make_unit, make_user, make_ward
from units.choices import Block, PositionGroup, Role, UnitKind
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 22)
AT = datetime(2026, 4, 22, 8, 0, tzinfo=VIETNAM)
EVERYBODY = Audience(groups=(PositionGroup.MEMBER,))


class Scene:
    """A street cell, a school cell with an exempt member, a police committee with a cell below it."""

    def __init__(self) -> None:
        self.ward = make_ward()
        self.street = make_unit(self.ward, name="Chi bộ Tổ dân phố số 5", code="TDP05")
        self.school = make_unit(self.ward, name="Chi bộ Trường THCS", code="THCS", block=Block.SCHOOL)
        police = {"block": Block.POLICE}
        self.base = make_unit(
            self.ward, name="Đảng bộ Công an", code="CA", kind=UnitKind.GRASSROOTS_COMMITTEE, **police
        )
        below = make_unit(self.ward, name="Chi bộ CA 1", code="CA1", kind=UnitKind.SUB_CELL, parent=self.base, **police)
        self.an = make_member(self.street, name="Nguyễn Văn An", title="Bí thư")
        self.binh = make_member(self.street, name="Trần Thị Bình")
        self.lan = make_member(self.school, name="Nguyễn Thị Lan")
        exempt(make_member(self.school, name="Lê Văn Miễn"))
        self.son = make_member(below, name="Hồ Văn Sơn")
        appoint(self.an, "Ủy viên Ban Chấp hành", unit=self.ward, group=PositionGroup.EXECUTIVE_COMMITTEE)
        self.draft = make_directive(self.ward, number=128, state=DirectiveState.DRAFT, issued_on=DAY)
        self.office = make_user(Role.OFFICE, self.ward)

    def names(self, audience: Audience) -> set[str]:
        found = covered_memberships(audience, ward=self.ward, day=DAY)
        return set(found.values_list("member__full_name", flat=True))

    def asked(self, audience: Audience, kind: str = RequirementKind.ESSAY) -> Requirement:
        return unsaved(self.draft, kind=kind, audience=audience, requirement=None)

    def add(self, audience: Audience) -> Requirement:
        ask = Ask(kind=RequirementKind.ESSAY, title="Bài thu hoạch", audience=audience)
        return add_requirement(directive=self.draft, ask=ask, by=None, at=AT)


@pytest.fixture
def scene(time_machine) -> Scene:
    time_machine.move_to(AT, tick=False)
    return Scene()


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="units.backends.AccountBackend")
    return client


def test_members_and_units_are_left_out_by_name_with_all_below(scene: Scene) -> None:
    everybody = {"Nguyễn Văn An", "Trần Thị Bình", "Nguyễn Thị Lan", "Lê Văn Miễn", "Hồ Văn Sơn"}
    rule = Audience(groups=(PositionGroup.MEMBER,), except_units=(scene.base.pk,), except_members=(scene.binh.pk,))
    assert scene.names(EVERYBODY) == everybody
    assert scene.names(rule) == everybody - {"Hồ Văn Sơn", "Trần Thị Bình"}
    named = Audience(units=(scene.street.pk,), except_members=(scene.an.pk,))
    assert scene.names(named) == {"Trần Thị Bình"}
    kinds = (UnitKind.GRASSROOTS_CELL, UnitKind.GRASSROOTS_COMMITTEE, UnitKind.SUB_CELL)
    units = covered_units(Audience(unit_kinds=kinds, except_units=(scene.base.pk,)), ward=scene.ward, day=DAY)
    assert set(units.values_list("code", flat=True)) == {"TDP05", "THCS", "CA1"}


def test_who_is_left_out_by_name_gets_no_row_and_is_not_called_forgotten(scene: Scene) -> None:
    rule = Audience(groups=(PositionGroup.MEMBER,), except_members=(scene.lan.pk,))
    requirement = scene.add(rule)
    assert not uncovered_members([requirement], ward=scene.ward, day=DAY).exists()
    issue_directive(directive=scene.draft, by=None, at=AT)
    assert not Obligation.objects.filter(member=scene.lan).exists()
    assert Obligation.objects.filter(requirement=requirement).count() == 4


def test_the_rule_keeps_its_exceptions_and_says_them(scene: Scene) -> None:
    rule = Audience(blocks=("SCHOOL",), except_units=(7, 3, 7), except_members=(2,), without_earlier=True)
    kept = Audience.from_json(rule.as_json())
    assert kept == Audience(blocks=("SCHOOL",), except_units=(3, 7), except_members=(2,), without_earlier=True)
    words = audience_words(kept, units={3: "Chi bộ 3", 7: "Chi bộ 7"}, members={2: "Nguyễn Thị Lan"})
    assert words == "Khối trường học (trừ Chi bộ 3, Chi bộ 7, Nguyễn Thị Lan, người đã có bài ở yêu cầu trên)"


def test_the_look_counts_by_unit_takes_out_exempt_ones_and_sees_the_other_requirements(scene: Scene) -> None:
    scene.add(Audience(groups=(PositionGroup.EXECUTIVE_COMMITTEE,)))
    look = look_at(scene.asked(Audience(units=(scene.street.pk, scene.school.pk))), day=DAY)
    assert [(one.unit.code, one.required, one.exempt) for one in look.shares] == [("TDP05", 2, 0), ("THCS", 1, 1)]
    assert (look.required, look.exempt, look.twice, look.uncovered) == (3, 1, 1, 1)
    once = look_at(scene.asked(Audience(units=(scene.street.pk,), without_earlier=True)), day=DAY)
    assert [(one.unit.code, one.required) for one in once.shares] == [("TDP05", 1)]
    assert (once.twice, once.uncovered) == (0, 3)
    report = look_at(scene.asked(Audience(blocks=(Block.SCHOOL,)), kind=RequirementKind.REPORT), day=DAY)
    assert [one.unit.code for one in report.shares] == ["THCS"]


def test_a_requirement_being_changed_is_not_its_own_double(scene: Scene) -> None:
    stored = scene.add(Audience(units=(scene.street.pk,)))
    again = unsaved(scene.draft, kind=RequirementKind.ESSAY, audience=EVERYBODY, requirement=stored)
    assert look_at(again, day=DAY).twice == 0
    new = unsaved(scene.draft, kind=RequirementKind.ESSAY, audience=EVERYBODY, requirement=None)
    assert look_at(new, day=DAY).twice == 2


@pytest.mark.parametrize("by_post", [False, True])
def test_the_office_sees_numbers_and_names_with_and_without_scripts(scene: Scene, by_post: bool) -> None:
    client, url = logged_in(scene.office), reverse("directives:count_audience", args=[scene.draft.pk])
    ticks = {"kind": "ESSAY", "blocks": ["SCHOOL", "POLICE"], "except_members": "Hồ Văn Sơn", "title": "không gửi đi"}
    answer = client.post(url, ticks) if by_post else client.get(url, ticks, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "<strong>1 đảng viên phải nộp, ở 1 đơn vị</strong>; đã trừ 1 người được miễn" in page
    assert ("<html" in page) is by_post
    link = f"{reverse('directives:audience_names', args=[scene.draft.pk])}?kind=ESSAY&blocks=SCHOOL&blocks=POLICE"
    assert f'href="{link.replace("&", "&amp;")}&amp;except_members=H' in page
    names = client.get(link, {"don_vi": scene.school.pk} | ticks)
    assert [row.member.full_name for row in names.context["rows"]] == ["Nguyễn Thị Lan", "Lê Văn Miễn"]


def test_exceptions_come_through_the_form_and_back(scene: Scene) -> None:
    client = logged_in(scene.office)
    said = {
        "kind": "ESSAY", "title": "Bài thu hoạch", "route": "OFFICE", "groups": ["MEMBER"],
        "except_units": [scene.base.pk], "except_members": "tran thi binh",
    }  # fmt: skip
    refused = client.post(reverse("directives:add_requirement", args=[scene.draft.pk]), said)
    assert refused.status_code == 422
    said["except_members"] = "Trần Thị Bình - Chi bộ Tổ dân phố số 5"
    client.post(reverse("directives:add_requirement", args=[scene.draft.pk]), said)
    stored = Requirement.objects.get(directive=scene.draft)
    assert stored.audience == {
        "groups": ["MEMBER"], "except_units": [scene.base.pk], "except_members": [scene.binh.pk],
    }  # fmt: skip
    page = client.get(reverse("directives:edit_requirement", args=[stored.pk])).content.decode()
    assert "Trần Thị Bình - Chi bộ Tổ dân phố số 5" in page


def test_ticks_of_another_directive_cannot_be_named(scene: Scene) -> None:
    url = reverse("directives:audience_names", args=[scene.draft.pk])
    client = logged_in(scene.office)
    foreign = make_unit(make_ward(name="Việt Hưng", code="VH"), name="Chi bộ khác")
    assert client.get(url, {"don_vi": foreign.pk}).status_code == 404
    assert client.get(url, {"don_vi": "x"}).status_code == 404

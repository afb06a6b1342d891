"""Pages that move a member: the preview of what goes along, the debts that follow at once, who reads of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from directives.choices import RequirementKind
from directives.models import Obligation, ObligationMove
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.units import appoint, make_member, make_unit, make_user, make_ward
from units.choices import MembershipKind, MemberStatus, Role
from units.models import Membership
from vietnamese.dates import format_date

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_day")]
TODAY = timezone.localdate()


def day(offset: int = 0) -> str:
    return format_date(TODAY + timedelta(days=offset))


def words(response) -> str:
    body = re.sub(r"(?s)<head>.*?</head>|<header.*?</header>", "", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


class Scene:
    def __init__(self) -> None:
        self.ward = make_ward()
        self.old = make_unit(self.ward, name="Chi bộ Tổ dân phố số 1")
        self.new = make_unit(self.ward, name="Chi bộ Tổ dân phố số 2")
        self.an = make_member(self.old, name="Nguyễn Văn An")
        directive = make_directive(self.ward)
        self.debt = make_obligation(make_requirement(directive), self.an)
        self.report = make_obligation(make_requirement(directive, kind=RequirementKind.REPORT), self.old)
        make_obligation(
            make_requirement(directive, kind=RequirementKind.OVERSIGHT), self.old
        )  # the lead's, not the unit's
        self.admin = make_user(Role.ADMIN, self.ward)
        self.before = make_user(Role.SECRETARY, self.old)
        self.after = make_user(Role.SECRETARY, self.new)
        self.elsewhere = make_user(Role.SECRETARY, make_unit(self.ward))


@pytest.fixture
def scene(client) -> Scene:
    made = Scene()
    client.force_login(made.admin)
    return made


def test_the_preview_names_what_goes_along_and_the_answer_what_went(client, scene):
    address = reverse("directives:transfer", args=[scene.an.pk])
    page = words(client.get(address))
    assert "Nguyễn Văn An đang có 1 việc chưa xong" in page
    assert scene.debt.requirement.title in page
    answer = client.post(address, {"to": scene.new.pk, "on": day(), "end_posts": "on"}, follow=True)
    assert "1 việc đang mở của Nguyễn Văn An đã chuyển sang Chi bộ Tổ dân phố số 2." in words(answer)
    assert Obligation.objects.get(pk=scene.debt.pk).unit == scene.new
    assert "Chuyển theo đảng viên: chuyển sinh hoạt" in words(
        client.get(reverse("directives:obligation", args=[scene.debt.pk]))
    )
    part = words(client.get(reverse("directives:member_debts", args=[scene.an.pk])))
    assert f"Chuyển sinh hoạt từ ngày {day()}" in part
    assert "từ Chi bộ Tổ dân phố số 1 sang Chi bộ Tổ dân phố số 2" in part


def test_what_stands_in_the_way_of_probation_is_said_once_with_the_way_out_of_each(client, scene):
    post = appoint(scene.an, "Bí thư", unit=scene.old)
    other = appoint(scene.an, "Ủy viên Ban Chấp hành Đảng bộ phường", unit=scene.ward)
    account = make_user(Role.SECRETARY, scene.old, member=scene.an)
    address = reverse("directives:member_status", args=[scene.an.pk])
    assert "Điều 3 Điều lệ" not in words(client.get(address))
    answer = client.post(address, {"status": MemberStatus.PROBATIONARY, "on": day()})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Điều 3 Điều lệ Đảng") == 1
    for name, of in (
        ("units:change_secretary", scene.old), ("units:end_post", post), ("units:end_post", other), ("units:account", account)
    ):  # fmt: skip
        assert page.count(f'href="{reverse(name, args=[of.pk])}"') == 1, name
    assert reverse("units:change_secretary", args=[scene.ward.pk]) not in page
    scene.an.refresh_from_db()
    assert scene.an.status == MemberStatus.FULL


def test_everybody_of_a_unit_goes_at_once_and_the_unit_can_be_closed(client, scene):
    binh, suspended = (
        make_member(scene.old, name="Trần Thị Bình"),
        make_member(scene.old, name="Lê Văn Cẩn", status=MemberStatus.SUSPENDED),
    )
    closing, all_of_it = (
        reverse(name, args=[scene.old.pk]) for name in ("units:close_unit", "directives:transfer_all")
    )
    page = client.get(closing).content.decode()
    for one in (scene.an, binh, suspended):
        assert f'href="{reverse("units:member", args=[one.pk])}"' in page
    assert page.count(all_of_it) == 1  # said once, inside the form
    assert "Chuyển tất cả 2 đảng viên sang đơn vị khác" in words(client.get(closing))
    assert "từ ngày ấy không ai phải làm nữa" in page  # what becomes of the unit's own duties
    assert "Đang mở 2 đầu việc chưa xong" in words(
        client.get(reverse("directives:handover", args=[scene.old.pk]) + "?vi=giai-the")
    )
    whole = words(client.get(all_of_it))
    assert "Trần Thị Bình" in whole
    assert whole.count("Tất cả cùng sang một đơn vị") == 1
    with zeal_ignore():  # each member is locked and written by the verb of one
        answer = words(client.post(all_of_it, {"to": scene.new.pk, "on": day()}, follow=True))
    assert "Đã chuyển 2 đảng viên sang Chi bộ Tổ dân phố số 2 từ ngày" in answer
    assert "1 việc đang mở của họ đã chuyển theo." in answer
    assert Obligation.objects.get(pk=scene.debt.pk).unit == scene.new
    assert Obligation.objects.get(pk=scene.report.pk).unit == scene.old
    now_there = Membership.objects.active(TODAY).filter(unit=scene.new).values_list("member", flat=True)
    assert set(now_there) == {scene.an.pk, binh.pk}
    assert "Còn 1 đảng viên ở đơn vị" in answer
    assert "Chuyển tất cả" not in answer  # who is suspended is not transferred
    refused = client.post(all_of_it, {"to": scene.new.pk, "on": day()})
    assert refused.status_code == 422
    assert "không còn đảng viên nào" in words(refused)


def test_when_one_cannot_go_nobody_goes(client, scene):
    make_member(scene.old, name="Trần Thị Bình", since=TODAY)
    address = reverse("directives:transfer_all", args=[scene.old.pk])
    with zeal_ignore():
        refused = client.post(address, {"to": scene.new.pk, "on": day()})
    assert refused.status_code == 422
    assert "Trần Thị Bình về “Chi bộ Tổ dân phố số 1” từ ngày" in words(refused)
    assert not Membership.objects.filter(unit=scene.new).exists()
    with zeal_ignore():
        client.post(address, {"to": scene.new.pk, "on": day(1)})
    assert Membership.objects.filter(unit=scene.new, valid_from=TODAY + timedelta(days=1)).count() == 2
    assert Obligation.objects.get(pk=scene.debt.pk).unit == scene.old  # the duties go on the day
    closing = reverse("units:close_unit", args=[scene.old.pk])
    assert client.get(closing).context["form"].initial["on"] == TODAY + timedelta(days=1)  # the first day it can be
    assert client.post(closing, {"on": day(1)}).status_code == 302


def test_both_secretaries_read_of_it_and_nobody_else(client, scene):
    client.post(reverse("directives:transfer", args=[scene.an.pk]), {"to": scene.new.pk, "on": day()})
    seen = {}
    for who in ("before", "after", "elsewhere"):
        client.force_login(getattr(scene, who))
        page = words(client.get(reverse("directives:my_work")))
        seen[who] = ("1 việc đi theo đảng viên" in page, "Nguyễn Văn An" in page)
        seen[who] += (client.get(reverse("directives:obligation", args=[scene.debt.pk])).status_code,)
    assert seen == {"before": (True, True, 404), "after": (True, True, 200), "elsewhere": (False, False, 404)}


def test_a_transfer_ahead_moves_nothing_yet_and_can_be_called_off(client, scene):
    client.post(reverse("directives:transfer", args=[scene.an.pk]), {"to": scene.new.pk, "on": day(3)})
    assert Obligation.objects.get(pk=scene.debt.pk).unit == scene.old
    place = Membership.objects.get(member=scene.an, unit=scene.new)
    assert "Hủy lần chuyển này" in words(client.get(reverse("units:member", args=[scene.an.pk])))
    answer = client.post(reverse("directives:cancel_transfer", args=[place.pk]), follow=True)
    assert "vẫn sinh hoạt tại Chi bộ Tổ dân phố số 1" in words(answer)
    assert scene.an.units_on(TODAY + timedelta(days=3)) == [scene.old]
    assert ObligationMove.objects.count() == 0


def test_a_fault_stands_at_its_field_and_nothing_moves(client, scene):
    address = reverse("directives:transfer", args=[scene.an.pk])
    answer = client.post(address, {"to": scene.old.pk, "on": day()})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["to"])
    answer = client.post(address, {"on": day()})
    assert answer.context["form"].errors["to"] == ["Chưa chọn đơn vị chuyển đến."]
    assert Obligation.objects.get(pk=scene.debt.pk).unit == scene.old


def test_a_stay_and_its_end(client, scene):
    data = {"kind": MembershipKind.TEMPORARY, "unit": scene.new.pk, "since": day(), "last_day": day(30)}
    client.post(reverse("directives:stay", args=[scene.an.pk]), data)
    stay = Membership.objects.get(member=scene.an, kind=MembershipKind.TEMPORARY)
    assert stay.valid_to == TODAY + timedelta(days=31)
    assert Obligation.objects.get(pk=scene.debt.pk).unit == scene.new
    client.post(reverse("directives:end_stay", args=[stay.pk]), {"on": day()})
    assert Obligation.objects.get(pk=scene.debt.pk).unit == scene.old


def test_who_leaves_owes_nothing_more(client, scene):
    answer = client.post(
        reverse("directives:leave", args=[scene.an.pk]),
        {"where": "Đảng bộ phường Giang Biên", "on": day()},
        follow=True,
    )
    assert "1 việc còn nợ của Nguyễn Văn An được cho miễn." in words(answer)
    binh = make_member(scene.old)
    debt = make_obligation(scene.debt.requirement, binh)
    client.post(reverse("directives:member_status", args=[binh.pk]), {"status": MemberStatus.REMOVED, "on": day()})
    assert set(Obligation.objects.filter(member__isnull=False).values_list("state", "waiver_note")) == {
        ("WAIVED", f"Thôi sinh hoạt tại Chi bộ Tổ dân phố số 1 từ ngày {day()}"),
        ("WAIVED", f"Xóa tên từ ngày {day()}"),
    }
    assert Obligation.objects.get(pk=debt.pk).state == "WAIVED"


def test_the_handover_lists_what_the_unit_owes(client, scene):
    part = words(client.get(reverse("directives:handover", args=[scene.old.pk])))
    assert "Bàn giao 2 đầu việc chưa xong" in part
    assert "còn 1/1" in part
    assert "không còn việc nào" in words(client.get(reverse("directives:handover", args=[scene.new.pk])))


class TestTheListsOfBothUnits:
    """Who left with his debt stands on the list he left, who came with one on the list it came to."""

    def open(self, client, scene, unit, who=None):
        if who is not None:
            client.force_login(who)
        return client.get(reverse("directives:unit_part", args=[scene.debt.requirement_id, unit.pk]))

    def transfer(self, client, scene):
        client.post(reverse("directives:transfer", args=[scene.an.pk]), {"to": scene.new.pk, "on": day()})

    def test_a_debt_that_went_on_does_not_count_where_it_went_first(self, client, scene):
        """Nor is the first unit told where it is now."""
        third = make_unit(scene.ward, name="Chi bộ Tổ dân phố số 3")
        for unit, on in ((scene.new, day(-1)), (third, day())):
            client.post(reverse("directives:transfer", args=[scene.an.pk]), {"to": unit.pk, "on": on}, follow=True)
        assert Obligation.objects.get(pk=scene.debt.pk).unit == third
        left = words(self.open(client, scene, scene.old, scene.before))
        assert "Chuyển sang Chi bộ Tổ dân phố số 2" in left
        assert "Từ đó đã đi tiếp, không tính và nộp ở đây nữa." in left
        assert ("Nay tính và nộp ở đó" in left, third.name in left) == (False, False)

    def test_a_transfer(self, client, scene):
        make_obligation(scene.debt.requirement, make_member(scene.old, name="Lê Thị Bình"))
        self.transfer(client, scene)

        left = self.open(client, scene, scene.old, scene.before)
        address = reverse("directives:obligation", args=[scene.debt.pk])
        gone = f"Nguyễn Văn An 1970 Chuyển sang Chi bộ Tổ dân phố số 2, từ ngày {day_zero()}. Nay tính và nộp ở đó."
        assert "Đã đi theo đảng viên sang đơn vị khác 1" in words(left)
        assert gone in words(left)
        assert f'href="{address}"' not in left.content.decode()  # not hers any more
        came = self.open(client, scene, scene.new, scene.after)
        assert f"Nguyễn Văn An 1970 Chuyển từ Chi bộ Tổ dân phố số 1, từ ngày {day_zero()}" in words(came)
        assert "Đã đi theo" not in words(came)

        office = self.open(client, scene, scene.old, scene.admin)
        assert gone in words(office)
        assert f'href="{address}"' in office.content.decode()
        assert self.open(client, scene, scene.old, scene.elsewhere).status_code == 404

    def test_the_list_that_its_last_member_left_still_says_where_he_went(self, client, scene):
        self.transfer(client, scene)
        left = self.open(client, scene, scene.old, scene.before)
        assert left.status_code == 200
        assert "Nguyễn Văn An 1970 Chuyển sang Chi bộ Tổ dân phố số 2" in words(left)
        assert self.open(client, scene, scene.new, scene.before).status_code == 404

    def test_a_stay_says_until_when_and_its_end_brings_the_debt_back(self, client, scene):
        stay = {"kind": MembershipKind.TEMPORARY, "unit": scene.new.pk, "since": day(), "last_day": day(20)}
        client.post(reverse("directives:stay", args=[scene.an.pk]), stay)
        span = f"từ ngày {day_zero()} đến hết ngày {day_zero(20)}"
        left = self.open(client, scene, scene.old, scene.before)
        assert f"Nguyễn Văn An 1970 Sinh hoạt tạm thời tại Chi bộ Tổ dân phố số 2, {span}." in words(left)
        came = self.open(client, scene, scene.new, scene.after)
        assert f"Nguyễn Văn An 1970 Sinh hoạt tạm thời, từ Chi bộ Tổ dân phố số 1, {span}" in words(came)

        place = Membership.objects.get(member=scene.an, kind=MembershipKind.TEMPORARY)
        client.force_login(scene.admin)
        client.post(reverse("directives:end_stay", args=[place.pk]), {"on": day()})
        back = self.open(client, scene, scene.old, scene.before)
        assert f"Trở về sau sinh hoạt tạm thời tại Chi bộ Tổ dân phố số 2, từ ngày {day_zero()}" in words(back)
        assert "Đã đi theo" not in words(back)
        ended = self.open(client, scene, scene.new, scene.after)
        assert "Nguyễn Văn An 1970 Hết sinh hoạt tạm thời, về Chi bộ Tổ dân phố số 1" in words(ended)


def day_zero(offset: int = 0) -> str:
    return format_date(TODAY + timedelta(days=offset))

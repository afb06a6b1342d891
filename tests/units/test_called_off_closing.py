"""A closing arranged for a day to come does not take place: what comes back, and what is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from tests.factories.units import appoint, grant, make_member, make_unit, make_user, make_ward
from units.choices import MemberStatus, Role
from units.errors import RosterRefused
from units.models import Appointment, Membership, RoleGrant
from units.services.appointments import appoint as give_post
from units.services.called_off_closing import call_off_closing
from units.services.members import add_member
from units.services.places import cancel_transfer, start_stay, transfer_all, transfer_member
from units.services.unit_changes import close_unit
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 25, 9, tzinfo=VIETNAM)
TODAY, DAY = date(2026, 4, 25), date(2026, 5, 4)


@pytest.fixture
def scene():
    """An's cell closes on `DAY` and he moves that day; the post and role of Bình of another cell end there with it."""
    ward = make_ward()
    old, new = make_unit(ward, code="TDP01"), make_unit(ward, code="TDP02")
    an, binh = make_member(old, title="Bí thư"), make_member(new)
    appoint(binh, "Tổ trưởng", unit=old)
    roles = [make_user(Role.SECRETARY, old, member=an), make_user(Role.MEMBER, old, member=binh)]
    transfer_all(unit=old, to=new, on=DAY, by=None)
    close_unit(unit=old, on=DAY, by=None)
    old.refresh_from_db()
    return old, an, roles


def called_off(unit, **said) -> None:
    call_off_closing(**{"unit": unit, "people_stay": True, "today": TODAY, "at": NOW, "by": None} | said)


def open_there(unit) -> tuple[list, ...]:
    return tuple(
        list(rows.filter(unit=unit, valid_to=None).order_by("pk").values_list(name, flat=True))
        for rows, name in (
            (Membership.objects, "member"),
            (Appointment.objects, "position__title"),
            (RoleGrant.objects, "role"),
        )
    )


def test_everything_of_that_day_goes_on(scene):
    unit, an, _ = scene
    assert open_there(unit) == ([], [], [])
    called_off(unit)
    unit.refresh_from_db()
    assert unit.closed_on is None
    assert open_there(unit) == ([an.pk], ["Bí thư", "Tổ trưởng"], ["SECRETARY", "MEMBER"])
    assert list(Membership.objects.filter(member=an).values_list("unit", flat=True)) == [unit.pk]
    assert AuditEntry.objects.get(action="unit.keep").data == {"on": "2026-05-04", "appointments": 2}
    assert AuditEntry.objects.filter(action="role.grant").count() == 2


def test_who_moves_all_the_same_leaves_what_he_holds(scene):
    unit, an, _ = scene
    called_off(unit, people_stay=False)
    assert open_there(unit) == ([], ["Tổ trưởng"], ["MEMBER"])
    assert Membership.objects.get(member=an, valid_to=None).valid_from == DAY


def test_nothing_comes_back_to_who_is_out_or_locked(scene):
    unit, an, (_, member) = scene
    an.status = MemberStatus.SUSPENDED
    an.save()
    member.is_active = False
    member.save()
    called_off(unit)
    assert open_there(unit) == ([], ["Tổ trưởng"], [])


def test_what_ended_on_another_day_stays_ended(scene):
    unit, *_ = scene
    user = make_user(Role.OFFICE, unit)
    RoleGrant.objects.filter(user=user).update(valid_to=date(2026, 5, 1))
    grant(user, Role.LEADER, unit, until=date(2026, 5, 3))
    called_off(unit)
    ends = sorted(RoleGrant.objects.filter(user=user).values_list("valid_to", flat=True))
    assert ends == [date(2026, 5, 1), date(2026, 5, 3)]


def test_a_day_that_has_come_is_not_taken_back(scene):
    with pytest.raises(RosterRefused, match="đã giải thể từ ngày 04/5/2026, không hủy được nữa"):
        called_off(scene[0], today=DAY)
    called_off(scene[0])
    with pytest.raises(RosterRefused, match="không có ngày giải thể nào được định"):
        called_off(scene[0])


def test_not_below_a_unit_that_closes(scene):
    unit, *_ = scene
    above = unit.above()
    above.closed_on = DAY
    above.save()
    with pytest.raises(RosterRefused, match="Hủy việc giải thể ấy trước"):
        called_off(unit)


def test_the_page_says_what_goes_on_and_does_it(scene, time_machine):
    time_machine.move_to(NOW, tick=False)
    unit, an, _ = scene
    client = Client()
    client.force_login(make_user(Role.ADMIN, unit.ward))
    address = reverse("units:keep_unit", args=[unit.pk])
    assert address in client.get(reverse("units:unit", args=[unit.pk])).content.decode()
    page = client.get(address).content.decode().replace("\u00a0", " ")
    assert "định giải thể ngày 04/5/2026" in page
    assert "Hủy cả việc chuyển sinh hoạt của 1 đảng viên định từ ngày ấy" in page
    assert reverse("units:member", args=[an.pk]) in page
    answer = client.post(address, {"people_stay": "on"}, follow=True)
    assert "không giải thể nữa" in answer.content.decode()
    assert open_there(unit)[0] == [an.pk]
    assert reverse("units:close_unit", args=[unit.pk]) in answer.content.decode()
    again = client.post(address)
    assert again.status_code == 422
    assert "không có gì để hủy" in again.content.decode()


@pytest.mark.parametrize(
    ("closed_on", "said"),
    [(None, "đang hoạt động, không có ngày giải thể nào được định"), (TODAY, "đã giải thể từ ngày 25/4/2026")],
)
def test_where_no_closing_is_arranged_the_page_says_so_and_shows_the_way_back(scene, time_machine, closed_on, said):
    time_machine.move_to(NOW, tick=False)
    unit, *_ = scene
    unit.closed_on = closed_on
    unit.save()
    client = Client()
    client.force_login(make_user(Role.ADMIN, unit.ward))
    page = client.get(reverse("units:keep_unit", args=[unit.pk])).content.decode().replace("\u00a0", " ")
    assert said in page
    assert "Hủy giải thể 1 đơn vị" not in page
    assert f'href="{reverse("units:unit", args=[unit.pk])}">Về trang đơn vị</a>' in page


# ---- until the day comes ---------------------------------------------------------------------------


def test_nobody_comes_to_stay_in_a_unit_that_is_about_to_close(scene):
    unit, _, _ = scene
    home = make_unit(unit.ward)
    member = make_member(home)
    arranged = "giải thể ngày 04/5/2026, từ ngày ấy không ai sinh hoạt ở đó được"
    facts = {"full_name": "Trần Bình", "birth_year": 1980, "email": "", "phone": "", "status": "FULL"}
    with pytest.raises(RosterRefused, match=f"{arranged}. Chọn đơn vị khác, hoặc hủy việc giải thể trước"):
        transfer_member(member=member, to=unit, on=TODAY, by=None)
    with pytest.raises(RosterRefused, match=arranged):
        add_member(unit=unit, since=TODAY, by=None, **facts)
    for until in (None, date(2026, 5, 5)):
        with pytest.raises(RosterRefused, match="Ghi ngày cuối trước ngày ấy"):
            start_stay(member=member, unit=unit, kind="TEMPORARY", since=TODAY, until=until, by=None)
    assert start_stay(member=member, unit=unit, kind="TEMPORARY", since=TODAY, until=DAY, by=None).valid_to == DAY
    assert not Membership.objects.counted(DAY).filter(unit=unit).exists()


def test_a_post_given_until_then_ends_with_the_unit_and_goes_on_with_it(scene):
    unit, _, _ = scene
    binh = make_member(make_unit(unit.ward))
    post = give_post(member=binh, title="Chi ủy viên", unit=unit, since=TODAY, by=None)
    assert post.valid_to == DAY
    called_off(unit)
    post.refresh_from_db()
    assert post.valid_to is None


def test_who_was_to_leave_a_closing_unit_does_not_stay_there(scene):
    _, an, _ = scene
    place = Membership.objects.get(member=an, valid_to=None)
    with pytest.raises(RosterRefused, match="Hủy việc giải thể ấy trước, hoặc ghi chuyển đến đơn vị khác"):
        cancel_transfer(place=place, today=TODAY, by=None)
    assert Membership.objects.get(member=an, valid_to=None) == place

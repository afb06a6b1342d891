"""Who sees what of the roster: `visible_to` and the permission say the same for every role, relation and day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from tests.factories.units import (
    exempt,
    grant,
    make_city,
    make_cluster,
    make_member,
    make_unit,
    make_user,
    make_ward,
)
from units.access import access_member, access_rolegrant, access_unit
from units.choices import MembershipKind, MemberStatus, Role, UnitKind
from units.models import Exemption, Member, RoleGrant, Unit, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_day")]

TODAY = timezone.localdate()


@pytest.fixture
def world():
    """Two wards; in the first a cell, a base committee with two sub-cells, an office; people in each."""
    ward, other_ward = make_ward(), make_ward(name="Giang Biên")
    cluster, other_cluster = make_cluster(ward), make_cluster(ward)
    cell = make_unit(ward, code="CELL", cluster=cluster)
    base = make_unit(ward, code="BASE", kind=UnitKind.GRASSROOTS_COMMITTEE, cluster=other_cluster)
    sub = make_unit(ward, code="SUB", kind=UnitKind.SUB_CELL, parent=base, cluster=other_cluster)
    sibling = make_unit(ward, code="SIBLING", kind=UnitKind.SUB_CELL, parent=base, cluster=other_cluster)
    foreign = make_unit(other_ward, code="FOREIGN")
    people = {
        unit.code: make_member(unit, name=f"Nguyễn Văn {unit.code.title()}")
        for unit in (cell, base, sub, sibling, foreign)
    }
    people["MOVED"] = make_member(sub, name="Lê Chuyển Đi", until=TODAY)
    people["COMING"] = make_member(sub, name="Lê Sắp Đến", since=TODAY + timedelta(days=1))
    people["DEAD"] = make_member(sub, name="Lê Đã Mất", status=MemberStatus.DECEASED)
    people["RESIDENT"] = make_member(sub, name="Lê Cư Trú", membership=MembershipKind.RESIDENCE_213)
    accounts = {
        "admin": make_user(Role.ADMIN, ward),
        "office": make_user(Role.OFFICE, ward),
        "leader": make_user(Role.LEADER, ward),
        "cluster lead": make_user(Role.CLUSTER_LEAD, cluster=cluster),
        "secretary of base": make_user(Role.SECRETARY, base),
        "secretary of sub": make_user(Role.SECRETARY, sub),
        "member": make_user(Role.MEMBER, cell, member=people["CELL"]),
        "nobody": make_user(),
        "former": make_user(Role.SECRETARY, cell, until=TODAY),
        "future": make_user(Role.SECRETARY, cell, since=TODAY + timedelta(days=1)),
    }
    return {"people": people, "accounts": accounts, "ward": ward, "cell": cell, "base": base, "sub": sub}


ALL = {"DB", "CELL", "BASE", "SUB", "SIBLING"}
PEOPLE = {"CELL", "BASE", "SUB", "SIBLING"}
FORMER = {"MOVED", "COMING", "DEAD", "RESIDENT"}
SEEN = {
    "admin": (ALL, PEOPLE | FORMER),
    "office": (ALL, PEOPLE | FORMER),
    "leader": (ALL, PEOPLE | FORMER),
    "cluster lead": ({"CELL"}, {"CELL"}),
    "secretary of base": ({"BASE", "SUB", "SIBLING"}, {"BASE", "SUB", "SIBLING"}),
    "secretary of sub": ({"SUB"}, {"SUB"}),
    "member": (set(), {"CELL"}),
    "nobody": (set(), set()),
    "former": (set(), set()),
    "future": (set(), set()),
}


@pytest.mark.parametrize("who", SEEN)
def test_what_each_sees(world, who):
    user = world["accounts"][who]
    units, people = SEEN[who]
    code_of = {member.pk: code for code, member in world["people"].items()}

    assert {unit.code for unit in Unit.objects.visible_to(user)} == units
    assert {code_of[member.pk] for member in Member.objects.visible_to(user)} == people


@pytest.mark.parametrize("who", SEEN)
def test_visible_to_is_the_permission(world, who):
    user = User.objects.get(pk=world["accounts"][who].pk)
    for rows, perm in (
        (Unit.objects, "units.view_unit"),
        (Member.objects, "units.view_member"),
        (RoleGrant.objects, "units.view_rolegrant"),
    ):
        visible = set(rows.visible_to(user))
        assert visible == {row for row in rows.all() if user.has_perm(perm, row)}, perm


def test_an_inactive_account_sees_nothing(world):
    user = world["accounts"]["office"]
    user.is_active = False
    user.save()
    user = User.objects.get(pk=user.pk)
    assert not Unit.objects.visible_to(user).exists()
    assert not Member.objects.visible_to(user).exists()


@pytest.mark.parametrize(
    ("perm", "allowed"),
    [
        ("units.view_contact", {"admin", "office", "secretary of base", "secretary of sub"}),
        ("units.view_exemption_reason", {"admin", "office"}),
        ("units.change_member", {"admin"}),
    ],
)
def test_rights_on_a_member_of_the_sub_cell(world, perm, allowed):
    member = world["people"]["SUB"]
    assert {who for who, user in world["accounts"].items() if user.has_perm(perm, member)} == allowed


@pytest.mark.parametrize("perm", ["units.change_unit", "units.import_roster"])
def test_only_the_admin_changes_units(world, perm):
    assert {who for who, user in world["accounts"].items() if user.has_perm(perm, world["ward"])} == {"admin"}
    assert {who for who, user in world["accounts"].items() if user.has_perm(perm, world["sub"])} == {"admin"}


def test_oneself(world):
    user = world["accounts"]["member"]
    assert user.has_perm("units.view_contact", world["people"]["CELL"])
    assert not user.has_perm("units.view_member", world["people"]["SUB"])


def test_foreign_is_404_and_forbidden_is_403(world):
    secretary, leader = world["accounts"]["secretary of sub"], world["accounts"]["leader"]
    assert access_unit(secretary, world["sub"].pk) == world["sub"]
    with pytest.raises(Http404):
        access_unit(secretary, world["cell"].pk)
    with pytest.raises(PermissionDenied):
        access_unit(leader, world["cell"].pk, "units.change_unit")
    with pytest.raises(Http404):
        access_member(secretary, world["people"]["MOVED"].pk)
    grant = secretary.role_grants.get()
    assert access_rolegrant(world["accounts"]["admin"], grant.pk) == grant
    with pytest.raises(Http404):
        access_rolegrant(leader, grant.pk)


def test_two_roles_add_up(world):
    user = make_user(Role.SECRETARY, world["cell"], email="hai@vai.example")
    assert {u.code for u in Unit.objects.visible_to(user)} == {"CELL"}
    RoleGrant.objects.create(user=user, role=Role.SECRETARY, unit=world["sub"], valid_from=date(2020, 1, 1))
    assert {u.code for u in Unit.objects.visible_to(User.objects.get(pk=user.pk))} == {"CELL", "SUB"}


def test_dated_sentences(world):
    member = world["people"]["SUB"]
    exempt(member, since=date(2026, 1, 1), until=date(2026, 2, 1))
    active = {day: Exemption.objects.active(day).exists() for day in (
        date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1),
    )}  # fmt: skip
    assert list(active.values()) == [False, True, True, False]


def test_search_is_blind_to_accents():
    ward = make_ward()
    unit = make_unit(ward, name="Chi bộ Tổ dân phố số 5", code="TDP05")
    an = make_member(unit, name="Nguyễn Văn An", birth_year=1961, phone="0912345678")
    dung = make_member(unit, name="Đỗ Tiến Dũng", birth_year=1970)

    def found(text):
        return set(Member.objects.search(text))

    assert found("nguyen van a") == {an}
    assert found("AN Nguyễn") == {an}
    assert found("đỗ dũng") == found("do dung") == {dung}
    assert found("0912 345") == {an}
    assert found("1961") == {an}
    assert found("") == {an, dung}
    assert found("%") == found("_") == found("không ai") == set()
    assert set(Unit.objects.search("to dan pho 5")) == set(Unit.objects.search("tdp05")) == {unit}
    assert not Unit.objects.search("tdp06").exists()


def test_member_counts():
    ward = make_ward()
    one, empty = make_unit(ward), make_unit(ward)
    make_member(one)
    make_member(one, membership=MembershipKind.TEMPORARY)
    make_member(one, membership=MembershipKind.RESIDENCE_213)
    make_member(one, status=MemberStatus.EXPELLED)
    make_member(one, until=TODAY)
    counts = {unit.pk: unit.member_count for unit in Unit.objects.with_member_counts(TODAY)}
    assert counts == {ward.pk: 0, one.pk: 2, empty.pk: 0}


def test_nobody_is_locked_from_below() -> None:
    city = make_city()
    ward = make_ward(city=city)
    above = make_user(Role.ADMIN, city)
    grant(above, Role.OFFICE, ward, until=date(2024, 1, 1))  # once worked in the ward: visible there, never its to lock
    below = make_user(Role.ADMIN, ward)
    assert below.has_perm("units.view_user", above)
    assert not below.has_perm("units.change_user", above)
    assert below.has_perm("units.change_user", make_user(Role.SECRETARY, ward))

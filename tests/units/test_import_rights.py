"""Rights end with an import as they do by hand, are told on its page and in the log, and come back with its undo."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from tests.factories.rosters import UNITS, Row
from tests.factories.units import grant, make_city, make_user
from tests.units.imports_scene import DAY, NOW, ROWS, applied, bring, everything, ward_with, workbook, worked
from units.choices import ImportState, Role
from units.models import Appointment, Member, Membership, RoleGrant, Unit
from units.services.accounts import deactivate_account, reactivate_account
from units.services.appointments import appoint
from units.services.imports import request_undo, set_extent
from units.services.places import start_stay, transfer_member
from units.services.roles import end_role, grant_role
from units.services.roster import import_roster
from units.services.unit_changes import close_unit

pytestmark = pytest.mark.django_db

BEFORE = [
    *ROWS[:2],
    Row(name="Trần Văn Bí", year=1960, unit="TDP02", posts="Bí thư|TDP02"),
    Row(name="Phạm Thị Phó", year=1961, posts="Phó Bí thư|TDP01"),
    Row(name="Hồ Văn Ở", year=1962, unit="CA.1", posts="Bí thư|CA.1"),
]
# An is struck off, TDP02 closes and its secretary is in no row, Phó is deputy no more, Ở stays as he was.
AFTER = [replace(BEFORE[0], status="Xóa tên", posts=""), BEFORE[1], replace(BEFORE[3], posts=""), BEFORE[4]]
AFTER_UNITS = [unit for unit in UNITS if unit[0] != "TDP02"]


def account_of(name, role, code):
    user = make_user()
    user.member = Member.objects.get(full_name=name)
    user.save()
    return grant(user, role, Unit.objects.get(code=code))


@pytest.fixture
def scene(tmp_path, time_machine):
    """Roles in the ward before the file; `seen` closes, and its member of the office is tied to nobody."""
    time_machine.move_to(NOW, tick=False)
    ward, admin = ward_with(BEFORE, tmp_path)
    held = {
        "struck": account_of("Nguyễn Văn An", Role.SECRETARY, "TDP01"),
        "left": account_of("Trần Văn Bí", Role.OFFICE, "BXD"),
        "closed": grant(make_user(), Role.SECRETARY, Unit.objects.get(code="TDP02")),
        "deputy": account_of("Phạm Thị Phó", Role.SECRETARY, "TDP01"),
        "stays": account_of("Hồ Văn Ở", Role.SECRETARY, "CA.1"),
    }
    grant(held["left"].user, Role.SECRETARY, Unit.objects.get(code="TDP02"), until=date(2027, 1, 1))
    return ward, admin, held


def come_in(ward, admin, tmp_path, rows=AFTER, units=AFTER_UNITS):
    imported = bring(ward, admin, workbook(tmp_path, rows, units=units))
    return applied(worked(set_extent(imported=imported, is_part=False, by=admin, at=NOW)), admin)


def undone(imported, admin):
    return worked(request_undo(imported=imported, by=admin, at=NOW))


def grants():
    return list(RoleGrant.objects.order_by("pk").values_list("pk", "valid_from", "valid_to"))


def ends(held):
    return {name: RoleGrant.objects.get(pk=one.pk).valid_to for name, one in held.items()}


def test_rights_end_on_the_day_of_the_import_and_come_back_with_its_undo(scene, tmp_path, client):
    ward, admin, held = scene
    before = grants()
    struck = held["struck"].user
    browser = Client()
    browser.force_login(struck)
    UserSession.objects.create(user=struck, ip="127.0.0.1", session_key=browser.session.session_key)
    assert browser.get(reverse("directives:list")).status_code == 200
    imported = come_in(ward, admin, tmp_path)
    assert imported.state == ImportState.APPLIED, imported.remark
    assert ends(held) == {"struck": DAY, "left": DAY, "closed": DAY, "deputy": DAY, "stays": None}
    assert not RoleGrant.objects.active(DAY).filter(user=held["left"].user).exists()
    struck.refresh_from_db()
    assert browser.get(reverse("directives:list"))["Location"].startswith(reverse("account_login"))
    assert (struck.is_active, UserSession.objects.filter(user=struck).exists()) == (False, False)
    revoked = AuditEntry.objects.filter(action="role.revoke", actor_id=str(admin.pk))
    assert revoked.count() == 5
    told = json.loads(AuditEntry.objects.get(action="roster.import", actor_id=str(admin.pk)).detail)
    assert told["rights"] == {"ended": 5, "locked": 1}
    client.force_login(admin)
    assert "5 vai trò kết thúc, 1 tài khoản bị khóa." in client.get(f"/danh-ba/nhap/{imported.pk}/").content.decode()
    imported = undone(imported, admin)
    assert (imported.state, imported.conflicts) == (ImportState.UNDONE, [])
    assert grants() == before
    struck.refresh_from_db()
    assert struck.is_active
    given = AuditEntry.objects.filter(action="role.grant", actor_id=str(admin.pk))
    assert given.count() == 5
    assert AuditEntry.objects.filter(action="account.reactivate", obj_id=str(struck.pk)).count() == 1


def test_what_was_decided_anew_since_stays_as_it_is(scene, tmp_path):
    ward, admin, held = scene
    imported = come_in(ward, admin, tmp_path)
    again = grant_role(user=held["deputy"].user, role=Role.SECRETARY, unit=held["deputy"].unit, since=DAY, by=admin)
    RoleGrant.objects.filter(pk=held["left"].pk).update(valid_to=date(2026, 4, 1))
    assert undone(imported, admin).state == ImportState.UNDONE
    assert ends(held) == {"struck": None, "left": date(2026, 4, 1), "closed": None, "deputy": DAY, "stays": None}
    end_role(grant=again, on=date(2026, 4, 25), by=admin)


def test_an_account_that_was_opened_and_locked_again_since_stays_locked(scene, tmp_path):
    ward, admin, held = scene
    imported = come_in(ward, admin, tmp_path)
    struck = held["struck"].user
    reactivate_account(user=struck, by=admin)
    deactivate_account(user=struck, by=admin)
    assert undone(imported, admin).state == ImportState.UNDONE
    struck.refresh_from_db()
    assert not struck.is_active


def test_roles_elsewhere_are_not_the_wards_to_end(scene, tmp_path):
    ward, admin, held = scene
    outside = grant(held["struck"].user, Role.LEADER, make_city())
    come_in(ward, admin, tmp_path)
    outside.refresh_from_db()
    held["struck"].user.refresh_from_db()
    assert (outside.valid_to, held["struck"].user.is_active) == (None, True)


def test_the_last_administrator_does_not_leave_by_a_file(scene, tmp_path):
    ward, admin, _ = scene
    admin.member = Member.objects.get(full_name="Trần Văn Bí")
    admin.save()
    imported = come_in(ward, admin, tmp_path)
    assert imported.state == ImportState.SHOWN
    assert "Không tự thu hồi vai trò quản trị của chính mình" in imported.remark
    assert Member.objects.get(full_name="Trần Văn Bí").memberships.get().valid_to is None


def test_the_terminal_ends_them_too(scene, tmp_path):
    ward, _, held = scene
    path = tmp_path / "lenh.xlsx"
    path.write_bytes(workbook(tmp_path, AFTER, units=AFTER_UNITS))
    import_roster(path=path, on=DAY, by="command", ward=ward)
    assert ends(held) == {"struck": DAY, "left": DAY, "closed": DAY, "deputy": DAY, "stays": None}


def test_a_transfer_ends_what_was_held_where_he_was_as_by_hand(tmp_path, time_machine):
    """Also a role that hung on no secretary's post; one who had no post there keeps his, as `transfer_member` leaves it."""
    time_machine.move_to(NOW, tick=False)
    rows = [
        Row(name="Trần Văn Ủy", year=1960, posts="Chi ủy viên|TDP01", phone="0912000001"),
        Row(name="Hồ Văn Không", year=1961, phone="0912000002"),
        Row(name="Phạm Thị Giữ", year=1962, posts="Chi ủy viên|TDP01", phone="0912000003"),
    ]
    ward, admin = ward_with(rows, tmp_path)
    held = [account_of(row.name, Role.SECRETARY, "TDP01") for row in rows]
    moved = [replace(row, unit="TDP02", posts="", since="") for row in rows[:2]]
    moved.append(replace(rows[2], unit="TDP02", since=""))  # keeps the post there
    imported = come_in(ward, admin, tmp_path, moved, UNITS)
    assert imported.state == ImportState.APPLIED, imported.remark
    assert [RoleGrant.objects.get(pk=one.pk).valid_to for one in held] == [DAY, None, None]
    assert undone(imported, admin).state == ImportState.UNDONE
    assert [RoleGrant.objects.get(pk=one.pk).valid_to for one in held] == [None, None, None]


def test_whoever_attends_in_a_unit_that_an_import_closes_is_counted_at_home_again(tmp_path):
    guest = Row(name="Trần Thị Khách", year=1975, unit="TDP02")
    ward, admin = ward_with([*ROWS, guest], tmp_path)
    closing, home = Unit.objects.get(code="CA.1"), Unit.objects.get(code="TDP02")
    member = Member.objects.get(full_name=guest.name)
    stay = start_stay(member=member, unit=closing, kind="TEMPORARY", since=date(2026, 4, 1), until=None, by=None)
    before = everything()
    rows = [row for row in [*ROWS, guest] if row.unit != "CA.1"]
    content = workbook(tmp_path, rows, units=[unit for unit in UNITS if unit[0] != "CA.1"])
    imported = worked(set_extent(imported=bring(ward, admin, content), is_part=False, by=admin, at=NOW))
    imported = applied(imported, admin)
    closing.refresh_from_db()
    stay.refresh_from_db()
    assert (imported.state, closing.closed_on, stay.valid_to) == (ImportState.APPLIED, DAY, DAY)
    assert [place.unit for place in Membership.objects.counted(DAY).filter(member=member)] == [home]
    assert worked(request_undo(imported=imported, by=admin, at=NOW)).state == ImportState.UNDONE
    assert everything() == before


def test_a_unit_that_a_file_opens_again_gets_back_nothing_that_was_to_begin_after_its_end(tmp_path):
    """What was arranged for a day after the closing went with it; the file gives the posts it names, roles are given anew."""
    ward, admin = ward_with(ROWS, tmp_path)
    cell, member = Unit.objects.get(code="CA.1"), Member.objects.get(full_name="Vũ Thị Hoà")
    user, later, closing = make_user(member=member), date(2026, 4, 20), date(2026, 4, 10)
    appoint(member=member, title="Chi ủy viên", unit=cell, since=later, by=None)
    held = grant_role(user=user, role=Role.SECRETARY, unit=cell, since=later, by=None)
    manh = Member.objects.get(birth_year=1982)
    transfer_member(member=manh, to=Unit.objects.get(code="TDP02"), on=closing, by=None)
    close_unit(unit=cell, on=closing, by=None)
    back = replace(ROWS[4], since=DAY, email="manh@example.org", posts=f"{ROWS[4].posts}; Bí thư|CA.1")
    Member.objects.filter(pk=manh.pk).update(email=back.email)
    imported = applied(bring(ward, admin, workbook(tmp_path, [*ROWS[:4], back])), admin)
    cell.refresh_from_db()
    held.refresh_from_db()
    assert (imported.state, imported.remark, cell.closed_on) == (ImportState.APPLIED, "", None)
    posts = Appointment.objects.filter(unit=cell, valid_to=None)
    assert list(posts.values_list("member__full_name", "position__title")) == [("Đỗ Đức Mạnh", "Bí thư")]
    assert (held.valid_from, held.valid_to) == (later, later)
    assert not RoleGrant.objects.active(DAY).filter(unit=cell).exists()
    assert grant_role(user=user, role=Role.SECRETARY, unit=cell, since=DAY, by=None).valid_to is None

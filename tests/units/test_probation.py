"""Nobody becomes đảng viên dự bị while he holds what only a member of a committee holds, by any door.

Not here: giving such a post or role to somebody on probation (`test_roster_verbs.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from tests.factories.units import (
    appoint,
    grant,
    make_cluster,
    make_member,
    make_unit,
    make_user,
    make_ward,
)
from tests.units.imports_scene import DAY, NOW, ROWS, applied, bring, ward_with, workbook, worked
from units.choices import ImportState, MemberStatus, PositionGroup, Role
from units.errors import ImportRefused, RoleGrantRefused, RosterRefused
from units.models import Appointment, Member, RoleGrant, Unit
from units.roster.posts import is_committee_post
from units.services.appointments import appoint as give_post
from units.services.appointments import end_appointment, position_for
from units.services.imports import correct_cell, pass_over_rows, request_apply, request_undo
from units.services.members import change_status
from units.services.roles import end_role, grant_role

pytestmark = pytest.mark.django_db
TODAY, TOMORROW = date(2026, 4, 25), date(2026, 4, 26)
AN = ROWS[0]


@pytest.fixture
def scene(tmp_path):
    return ward_with(ROWS, tmp_path)


def put_on_probation(member: Member) -> Member:
    return change_status(member=member, status=MemberStatus.PROBATIONARY, on=TODAY, today=TODAY, by=None)


@pytest.mark.parametrize("title", ["Bí thư", "Phó Bí thư", "Chi ủy viên"])
def test_who_holds_a_post_of_a_committee_is_not_put_on_probation(title):
    unit = make_unit(make_ward(), name="Chi bộ 1")
    an = make_member(unit, name="Nguyễn Văn An", title=title)
    with pytest.raises(RosterRefused) as refused:
        put_on_probation(an)
    assert refused.value.field == "status"
    assert str(refused.value) == (
        f"Nguyễn Văn An đang giữ: {title} (Chi bộ 1). Đảng viên dự bị chưa được bầu vào cấp ủy (Điều 3 Điều lệ Đảng). "
        "Ghi thôi giữ các chức vụ, vai trò ấy trước, rồi ghi dự bị; nếu chọn nhầm thì chọn lại tình trạng."
    )
    an.refresh_from_db()
    assert (an.status, AuditEntry.objects.count()) == (MemberStatus.FULL, 0)
    end_appointment(appointment=Appointment.objects.get(), on=TODAY, by=None)
    assert put_on_probation(an).status == MemberStatus.PROBATIONARY


def test_nor_who_has_a_role_that_goes_with_a_committee():
    ward = make_ward()
    unit, cluster = make_unit(ward), make_cluster(ward, name="Cụm 2")
    an = make_member(unit, name="Nguyễn Văn An")
    user = make_user(Role.MEMBER, unit, member=an)
    led = grant(user, Role.CLUSTER_LEAD, ward, cluster=cluster)
    with pytest.raises(RosterRefused, match=r"Nguyễn Văn An đang giữ: vai trò Phụ trách cụm \(Cụm 2\)\."):
        put_on_probation(an)
    end_role(grant=led, on=TODAY, by=None)
    assert put_on_probation(an).status == MemberStatus.PROBATIONARY
    for role, of in ((Role.CLUSTER_LEAD, cluster), (Role.LEADER, None), (Role.SECRETARY, None)):
        with pytest.raises(RoleGrantRefused, match="đảng viên dự bị, chưa được bầu vào cấp ủy"):
            grant_role(user=user, role=role, unit=ward, since=TODAY, by=None, cluster=of)


def test_what_is_arranged_for_a_later_day_counts_and_what_is_no_committee_does_not():
    unit = make_unit(make_ward())
    an, binh = make_member(unit), make_member(unit, title="Tổ trưởng dân phố")
    Appointment.objects.create(member=an, unit=unit, position=position_for(unit, "Phó Bí thư"), valid_from=TOMORROW)
    with pytest.raises(RosterRefused, match="Phó Bí thư"):
        put_on_probation(an)
    appoint(binh, "Ủy viên Ban Chấp hành Hội Nông dân", unit=unit)
    assert put_on_probation(binh).status == MemberStatus.PROBATIONARY


@pytest.mark.parametrize(
    ("title", "is_of_the_party"),
    [
        ("Ủy viên Ban Chấp hành Đảng bộ phường", True),
        ("Ủy viên Ban Chấp hành Hội Nông dân", False),
        ("Ủy viên Ban Thường vụ Hội Liên hiệp Phụ nữ", False),
        ("Ủy viên BCH Liên đoàn Lao động", False),
        ("Ủy viên BCH Công đoàn, Chi ủy viên", True),
        ("Phó Bí thư Đoàn phường", False),
        ("Bí thư Chi đoàn", False),
        ("Phó Bí thư Chi bộ", True),
    ],
)
def test_a_committee_of_an_association_is_none_of_the_party(title, is_of_the_party):
    assert is_committee_post(title) is is_of_the_party
    if not is_of_the_party:
        group = position_for(make_ward(), title).group
        assert group in (PositionGroup.MEMBER, PositionGroup.OFFICE_HEAD)


def test_the_form_says_so(time_machine):
    time_machine.move_to(NOW, tick=False)
    unit = make_unit(make_ward())
    an = make_member(unit, title="Bí thư")
    client = Client()
    client.force_login(make_user(Role.ADMIN, unit.ward))
    answer = client.post(
        reverse("directives:member_status", args=[an.pk]), {"status": MemberStatus.PROBATIONARY, "on": "24/4/2026"}
    )
    assert answer.status_code == 422
    assert (
        "chưa được bầu vào cấp ủy (Điều 3 Điều lệ Đảng). Thôi giữ từng việc dưới đây trước" in answer.content.decode()
    )


# ---- an import ------------------------------------------------------------------------------------


def with_an(**said) -> list:
    return [replace(AN, **said), *ROWS[1:]]


def test_an_import_asks_before_it_puts_a_secretary_on_probation(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, with_an(status="Dự bị")))
    told = imported.problems.get()
    assert (told.row, told.column, told.value, told.proposal) == (4, "Tình trạng", "Dự bị", "Chính thức")
    assert told.message == (
        "Tệp ghi Nguyễn Văn An là Dự bị, danh bạ ghi Chính thức và người này đang giữ: Bí thư (Chi bộ Tổ dân phố số 1); Ủy viên "
        "Ban Chấp hành (Đảng bộ phường Thử Nghiệm). Đảng viên dự bị chưa được bầu vào cấp ủy (Điều 3 Điều lệ Đảng). Sửa ô "
        "này thành Chính thức nếu tệp ghi nhầm; nếu đúng là Dự bị, bỏ qua dòng này, ghi thôi giữ chức vụ, vai trò ấy trong "
        "danh bạ rồi nhập lại."
    )
    with pytest.raises(ImportRefused, match="Còn 1 lỗi chưa quyết định"):
        request_apply(imported=imported, by=admin, at=NOW)
    pass_over_rows(imported=imported, by=admin, at=NOW, keys=[told.pk])
    imported = applied(worked(imported), admin)
    assert imported.state == ImportState.APPLIED
    assert Member.objects.get(full_name=AN.name).status == MemberStatus.FULL


def test_the_cell_may_be_mended(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, with_an(status="Dự bị", phone="0987654321")))
    told = imported.problems.get()
    imported = worked(correct_cell(imported=imported, problem=told, text="Chính thức", by=admin, at=NOW))
    assert list(imported.problems.all()) == []
    assert applied(imported, admin).state == ImportState.APPLIED
    an = Member.objects.get(full_name=AN.name)
    assert (an.status, an.phone) == (MemberStatus.FULL, "0987654321")


def test_a_file_that_ends_the_post_puts_him_on_probation_and_ends_his_role(scene, tmp_path):
    ward, admin = scene
    an = Member.objects.get(full_name=AN.name)
    cell = Unit.objects.get(code="TDP01")
    role = grant(make_user(member=an), Role.SECRETARY, cell)
    content = workbook(tmp_path, with_an(status="Dự bị", posts="Tổ trưởng dân phố|TDP01"))
    imported = bring(ward, admin, content)
    assert list(imported.problems.all()) == []
    assert applied(imported, admin).state == ImportState.APPLIED
    an.refresh_from_db()
    role.refresh_from_db()
    assert (an.status, role.valid_to) == (MemberStatus.PROBATIONARY, DAY)


def test_a_role_without_a_post_stands_in_the_way_too(scene, tmp_path):
    ward, admin = scene
    an = Member.objects.get(full_name=AN.name)
    cluster = make_cluster(ward, name="Cụm 9")
    grant(make_user(member=an), Role.CLUSTER_LEAD, ward, cluster=cluster)
    content = workbook(tmp_path, with_an(status="Dự bị", posts=""))
    imported = bring(ward, admin, content)
    assert "người này đang giữ: vai trò Phụ trách cụm (Cụm 9). Đảng viên" in imported.problems.get().message


def test_who_was_on_probation_with_a_post_before_comes_in_again_unasked(scene, tmp_path):
    ward, admin = scene
    Member.objects.filter(full_name=AN.name).update(status=MemberStatus.PROBATIONARY)
    imported = bring(ward, admin, workbook(tmp_path, with_an(status="Dự bị", phone="0987654321")))
    assert list(imported.problems.all()) == []


# ---- the way back ---------------------------------------------------------------------------------


def test_an_undo_puts_nobody_on_probation_who_was_elected_meanwhile(scene, tmp_path):
    ward, admin = scene
    imported = applied(
        bring(ward, admin, workbook(tmp_path, [*ROWS[:2], replace(ROWS[2], status="Chính thức"), *ROWS[3:]])), admin
    )
    binh = Member.objects.get(birth_year=1980)
    assert binh.status == MemberStatus.FULL
    cell = Unit.objects.get(code="TDP02")
    post = give_post(member=binh, title="Bí thư", unit=cell, since=DAY, by=None)
    imported = worked(request_undo(imported=imported, by=admin, at=NOW))
    assert imported.state == ImportState.APPLIED
    assert imported.conflicts == [
        f"Lê Bình (tình trạng): trở lại “Dự bị” thì không giữ được Bí thư ({cell.name}), ghi sau lần nhập. Ghi thôi giữ trước."
    ]
    end_appointment(appointment=post, on=DAY, by=None)
    imported = worked(request_undo(imported=imported, by=admin, at=NOW))
    binh.refresh_from_db()
    assert (imported.state, binh.status) == (ImportState.UNDONE, MemberStatus.PROBATIONARY)


def test_an_undo_gives_no_role_to_somebody_out_of_the_party(tmp_path):
    ward, admin = ward_with([*ROWS[:2], replace(ROWS[2], status="Đình chỉ"), *ROWS[3:]], tmp_path)
    content = workbook(tmp_path, [*ROWS[:2], replace(ROWS[2], status="Chính thức"), *ROWS[3:]])
    imported = applied(bring(ward, admin, content), admin)
    cell = Unit.objects.get(code="TDP02")
    role = grant(make_user(member=Member.objects.get(birth_year=1980)), Role.MEMBER, cell)
    imported = worked(request_undo(imported=imported, by=admin, at=NOW))
    told = (
        f"Lê Bình (tình trạng): trở lại “Đình chỉ” thì không giữ được vai trò Đảng viên ({cell.name}), ghi sau lần nhập. "
        "Ghi thôi giữ trước."
    )
    assert (imported.state, imported.conflicts) == (ImportState.APPLIED, [told])
    end_role(grant=role, on=DAY, by=None)
    assert worked(request_undo(imported=imported, by=admin, at=NOW)).state == ImportState.UNDONE
    assert RoleGrant.objects.active(DAY).filter(pk=role.pk).count() == 0

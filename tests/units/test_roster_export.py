"""Taking the roster out: what comes out reads back as what is stored."""

from __future__ import annotations

import csv
import random
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from audit.models import AuditEntry
from benchmarks.roster_data import write_roster as write_many
from tests.factories.rosters import Row
from tests.factories.units import make_member, make_user
from tests.units.imports_scene import DAY, NOW, ROWS, ward_with
from units.choices import MembershipKind, Role
from units.models import Member, Unit
from units.services.roster import import_roster, plan_import
from units.services.roster_export import export_roster

pytestmark = pytest.mark.django_db


def saved(ward, what, folder):
    made = export_roster(ward=ward, what=what, on=DAY, by="kiểm thử", at=NOW)
    path = folder / made.name
    with made.stream as stream:
        path.write_bytes(stream.read())
    return path


def test_the_round_trip_changes_nothing(tmp_path):
    ward, _ = ward_with([*ROWS, Row(name="Hoàng Văn Đỗ", year="", status="Đình chỉ", phone="0901234567")], tmp_path)
    path = saved(ward, "xlsx", tmp_path)
    plan = plan_import(path=path, on=DAY)
    assert plan.roster.problems == ()
    assert plan.difference.is_empty, plan.difference.counts()
    assert plan.difference.members_unchanged == 6
    assert AuditEntry.objects.get(action="roster.export").detail == '{"on":"2026-04-24","what":"xlsx"}'


def test_a_generated_roster_comes_back(tmp_path):
    import_roster(path=write_many(tmp_path / "nhieu.xlsx", 2100), on=date(2026, 3, 2), by=None)
    ward = Unit.objects.get(code="DB")
    dice = random.Random(4)
    for member in dice.sample(list(Member.objects.all()), 50):  # the office's own spelling is kept
        member.full_name = member.full_name.replace("Hoà", "Hòa")
        member.save()
    for what in ("xlsx", "members"):
        plan = plan_import(path=saved(ward, what, tmp_path), on=DAY)
        assert (plan.roster.problems, plan.difference.is_empty) == ((), True), what


def test_csv_sheets_come_back_and_are_guarded(tmp_path):
    ward, _ = ward_with(ROWS, tmp_path)
    member = Member.objects.get(full_name="Đỗ Đức Mạnh")
    Member.objects.filter(pk=member.pk).update(phone="+84912345678", email="")
    path = saved(ward, "members", tmp_path)
    text = path.read_text("utf-8-sig")
    assert ",'+84912345678," in text
    rows = list(csv.reader(text.splitlines()))
    assert sorted(row[1] for row in rows[1:]) == sorted(row.name for row in ROWS)
    units = plan_import(path=saved(ward, "units", tmp_path), on=DAY)
    assert (units.roster.problems, units.difference.is_empty) == ((), True)


def test_a_cell_that_looks_like_a_formula_stays_text(tmp_path):
    ward, _ = ward_with(ROWS, tmp_path)
    Member.objects.filter(full_name="Đỗ Đức Mạnh").update(full_name="=1+1")
    book = CalamineWorkbook.from_path(saved(ward, "xlsx", tmp_path))
    names = [row[1] for row in book.get_sheet_by_name("Đảng viên").to_python()]
    assert "=1+1" in names
    import zipfile  # noqa: PLC0415 (only here)

    with zipfile.ZipFile(next(tmp_path.glob("Danh*.xlsx"))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet2.xml")


def test_former_members_and_second_places_stay_inside(tmp_path):
    ward, _ = ward_with(ROWS, tmp_path)
    cell = Unit.objects.get(code="TDP01")
    make_member(cell, name="Người Đã Đi", until=date(2026, 1, 1))
    make_member(cell, name="Khách Tạm Thời", membership=MembershipKind.TEMPORARY)
    text = saved(ward, "members", tmp_path).read_text("utf-8-sig")
    assert "Người Đã Đi" not in text
    assert "Khách Tạm Thời" not in text
    assert "Vũ Thị Hoà" in text


def test_the_number_of_queries_does_not_grow(tmp_path):
    ward, _ = ward_with(ROWS, tmp_path)
    numbers = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            saved(ward, "xlsx", tmp_path)
        numbers.append(len(queries))
        for name in ("Một", "Hai", "Ba"):
            make_member(Unit.objects.get(code="TDP01"), name=f"Trần Văn {name}", title="Chi ủy viên")
    assert numbers[0] == numbers[1]


def test_the_office_may_and_nobody_else(client, tmp_path):
    ward, admin = ward_with(ROWS, tmp_path)
    office, leader = make_user(Role.OFFICE, ward), make_user(Role.LEADER, ward)
    answers = {}
    for user in (admin, office, leader, make_user(Role.SECRETARY, Unit.objects.get(code="TDP01"))):
        client.force_login(user)
        answer = client.get(f"/danh-ba/don-vi/{ward.pk}/xuat/xlsx/")
        answers[user.role_grants.get().role] = answer.status_code
        if answer.streaming:
            assert b"".join(answer.streaming_content).startswith(b"PK")
            assert answer["Cache-Control"] == "private, no-store"
    assert answers == {"ADMIN": 200, "OFFICE": 200, "LEADER": 403, "SECRETARY": 404}
    client.force_login(office)
    cell = Unit.objects.get(code="TDP01")
    assert client.get(f"/danh-ba/don-vi/{cell.pk}/xuat/xlsx/").status_code == 404

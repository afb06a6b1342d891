"""`import_roster`: the difference shown is the difference applied; the second time nothing is written."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AuditEntry
from tests.factories.rosters import UNITS, WARD, Row, write_roster
from tests.factories.units import make_city, make_ward
from units.choices import PositionGroup, UnitKind
from units.errors import RosterHasProblems
from units.models import (
    Appointment,
    Cluster,
    CommitteeProfile,
    Exemption,
    Member,
    Membership,
    Position,
    RosterImport,
    Unit,
    UnitAlias,
)
from units.services import roster_writing, side_writer
from units.services.roster import import_roster, plan_import
from units.services.roster_journal import opened
from vault import services as vault

pytestmark = pytest.mark.django_db

DAY = date(2026, 4, 24)
SINCE = date(2020, 5, 4)
ROWS = [
    Row(
        name="Nguyễn Văn An",
        posts="Bí thư|TDP01; Ủy viên Ban Chấp hành|DB; Trưởng ban|BXD",
        email="an@example.org",
        phone="0912345678",
    ),
    Row(name="Vũ Thị Hoà", year=1971, decision="03-QĐ/ĐU", exempt_from=date(2026, 1, 15), exempt_to=date(2026, 12, 31)),
    Row(name="Lê Bình", year=1980, unit="TDP02", status="Dự bị", since=""),
    Row(name="Lê Bình", year=1981, unit="TDP02"),
    Row(name="Đỗ Đức Mạnh", year=1982, unit="CA.1", posts="Phó Bí thư, Chủ tịch UBND phường|DB", phone="0912345670"),
]
NOTHING = {
    "units": {"new": 0, "changed": 0, "closed": 0, "unchanged": 6},
    "members": {"new": 0, "changed": 0, "moved": 0, "left": 0, "unchanged": 5},
    "appointments": {"new": 0, "ended": 0, "unchanged": 4},
    "exemptions": {"new": 0, "changed": 0, "ended": 0, "unchanged": 1},
}


def changed(**parts: dict[str, int]) -> dict[str, dict[str, int]]:
    """`NOTHING` with some numbers replaced."""
    return {part: {**numbers, **parts.get(part, {})} for part, numbers in NOTHING.items()}


@pytest.fixture
def imported(tmp_path):
    path = write_roster(tmp_path / "truoc.xlsx", ROWS)
    import_roster(path=path, on=DAY, by=None)
    return path


def apply(tmp_path, rows, on=DAY, units=UNITS, **decision):
    """Import `rows`; the plan made before must say the same, and a second import nothing."""
    path = write_roster(tmp_path / "sau.xlsx", rows, units=units)
    planned = plan_import(path=path, on=on, **decision).difference.counts()
    done = import_roster(path=path, on=on, by=None, **decision).difference.counts()
    assert done == planned
    again = plan_import(path=path, on=on, **decision).difference
    assert again.is_empty, again.counts()
    return done


def places(name: str) -> list[tuple[str, date | None, date | None]]:
    rows = Membership.objects.filter(member__full_name=name).order_by("pk")
    return [(m.unit.code, m.valid_from, m.valid_to) for m in rows.select_related("unit")]


def test_first_import_builds_the_ward(imported):
    ward = Unit.objects.get(code="DB")
    assert (ward.ward, ward.kind, ward.name) == (ward, UnitKind.WARD, WARD)
    assert [(u.code, u.depth) for u in Unit.objects.within(ward)] == [
        ("DB", 1), ("BXD", 2), ("TDP01", 2), ("TDP02", 2), ("CA", 2), ("CA.1", 3),
    ]  # fmt: skip
    assert set(Unit.objects.values_list("ward", flat=True)) == {ward.pk}
    assert [tuple(problems) for problems in Unit.objects.find_problems()] == [(), (), (), (), ()]
    assert [(c.name, sorted(u.code for u in c.units.all())) for c in Cluster.objects.prefetch_related("units")] == [
        ("Cụm 1", ["CA", "CA.1", "TDP01"]),
        ("Cụm 2", ["TDP02"]),
    ]
    assert sorted(UnitAlias.objects.filter(unit__code="TDP01").values_list("name", flat=True)) == [
        "Chi bộ 1",
        "Chi bộ TDP 1",
    ]
    profile = CommitteeProfile.objects.get()
    assert (profile.unit, profile.name, profile.place_name) == (ward, "Đảng ủy phường Thử Nghiệm", "Thử Nghiệm")
    assert Member.objects.count() == 5
    an = Member.objects.get(full_name="Nguyễn Văn An")
    assert (an.ward, an.birth_year, an.email, an.phone, an.folded) == (
        ward,
        1970,
        "an@example.org",
        "0912345678",
        "nguyen van an",
    )
    assert places("Nguyễn Văn An") == [("TDP01", SINCE, None)]
    assert set(Appointment.objects.values_list("position__title", "position__group", "unit__code")) == {
        ("Bí thư", PositionGroup.CELL_SECRETARY, "TDP01"),
        ("Ủy viên Ban Chấp hành", PositionGroup.EXECUTIVE_COMMITTEE, "DB"),
        ("Trưởng ban", PositionGroup.OFFICE_HEAD, "BXD"),
        ("Phó Bí thư, Chủ tịch UBND phường", PositionGroup.STANDING_COMMITTEE, "DB"),
    }
    assert list(Exemption.objects.values_list("member__full_name", "decision", "valid_from", "valid_to")) == [
        ("Vũ Thị Hoà", "03-QĐ/ĐU", date(2026, 1, 15), date(2027, 1, 1))  # last day inclusive → exclusive end
    ]
    entry = AuditEntry.objects.get(action="roster.import")
    assert entry.ward_id == ward.pk


@pytest.mark.only_on("postgresql")  # SQLite takes everybody as one piece
@pytest.mark.parametrize("ahead", [0, 2, 9])
def test_people_arrive_the_same_in_pieces(tmp_path, monkeypatch, ahead):
    """Some of them before their units are made, some after: each with place, posts and exemption of their own."""
    monkeypatch.setattr(roster_writing, "_AHEAD", ahead)
    monkeypatch.setattr(side_writer, "FIRST", (1, 1, 1))
    monkeypatch.setattr(side_writer, "PIECE", 1)
    import_roster(path=write_roster(tmp_path / "truoc.xlsx", ROWS), on=DAY, by=None)
    codes = {"Chi bộ Tổ dân phố số 1": "TDP01"}
    found = Membership.objects.values_list("member__full_name", "member__birth_year", "unit__code", "valid_from")
    assert sorted(found, key=str) == sorted(
        ((row.name, row.year, codes.get(row.unit, row.unit), SINCE if row.since else None) for row in ROWS), key=str
    )
    assert sorted(Appointment.objects.values_list("member__full_name", "position__title", "unit__code")) == sorted(
        (row.name, *post.split("|")) for row in ROWS for post in row.posts.split("; ") if post
    )
    exempt = [(row.name, row.decision) for row in ROWS if row.decision]
    assert list(Exemption.objects.values_list("member__full_name", "decision")) == exempt
    assert import_roster(path=tmp_path / "truoc.xlsx", on=DAY, by=None).difference.is_empty
    [applied] = RosterImport.objects.all()
    reverse = opened(vault.read_verified(blob=applied.reverse, now=timezone.now()))
    assert [rows["runs"] for rows in reverse["member"]["plain"]] == [
        [[Member.objects.order_by("pk").first().pk, len(ROWS)]]
    ]


def test_second_import_writes_nothing(imported):
    with CaptureQueriesContext(connection) as queries:
        plan = import_roster(path=imported, on=date(2026, 6, 1), by=None)
    assert plan.difference.counts() == NOTHING
    verbs = {query["sql"].split()[0] for query in queries}
    assert verbs <= {"SELECT", "DECLARE", "SAVEPOINT", "RELEASE", "BEGIN"}


def test_a_dry_run_writes_nothing(tmp_path):
    path = write_roster(tmp_path / "r.xlsx", ROWS)
    plan = plan_import(path=path, on=DAY)
    assert plan.difference.counts() == {
        "units": {"new": 6, "changed": 0, "closed": 0, "unchanged": 0},
        "members": {"new": 5, "changed": 0, "moved": 0, "left": 0, "unchanged": 0},
        "appointments": {"new": 4, "ended": 0, "unchanged": 0},
        "exemptions": {"new": 1, "changed": 0, "ended": 0, "unchanged": 0},
    }
    assert not Unit.objects.exists()


def test_transfer_closes_the_old_membership_and_opens_the_new(imported, tmp_path):
    rows = [*ROWS]
    rows[0] = replace(ROWS[0], unit="TDP02", since=date(2026, 4, 1))
    assert apply(tmp_path, rows) == changed(members={"moved": 1, "unchanged": 4})
    assert places("Nguyễn Văn An") == [("TDP01", SINCE, date(2026, 4, 1)), ("TDP02", date(2026, 4, 1), None)]


def test_transfer_without_a_new_day_happens_on_the_day_of_import(imported, tmp_path):
    rows = [replace(ROWS[0], unit="TDP02"), *ROWS[1:]]
    assert apply(tmp_path, rows) == changed(members={"moved": 1, "unchanged": 4})
    assert places("Nguyễn Văn An") == [("TDP01", SINCE, DAY), ("TDP02", DAY, None)]


def test_a_person_missing_leaves_with_posts_and_may_come_back(imported, tmp_path):
    assert apply(tmp_path, ROWS[1:]) == changed(
        members={"left": 1, "unchanged": 4}, appointments={"ended": 3, "unchanged": 1}
    )
    assert places("Nguyễn Văn An") == [("TDP01", SINCE, DAY)]
    assert Appointment.objects.filter(valid_to=DAY).count() == 3

    back = date(2026, 9, 1)
    assert apply(tmp_path, ROWS, on=back) == changed(
        members={"moved": 1, "unchanged": 4}, appointments={"new": 3, "unchanged": 1}
    )
    assert places("Nguyễn Văn An") == [("TDP01", SINCE, DAY), ("TDP01", back, None)]
    assert Member.objects.count() == 5


def test_changed_facts(imported, tmp_path):
    rows = [
        replace(ROWS[0], phone="0987654321", since=date(2020, 6, 1)),
        replace(ROWS[1], name="Vũ Thị Hòa", decision="03-QĐ/ĐU", exempt_to=""),
        replace(ROWS[2], status="Chính thức"),
        replace(ROWS[3], phone="0912345670"),
        replace(ROWS[4], name="Đỗ Đức Mạnh", posts="Chi ủy viên|CA.1"),
    ]
    assert apply(tmp_path, rows) == changed(
        members={"changed": 4, "unchanged": 1},
        appointments={"new": 1, "ended": 1, "unchanged": 3},
        exemptions={"changed": 1, "unchanged": 0},
    )
    assert places("Nguyễn Văn An") == [("TDP01", date(2020, 6, 1), None)]
    assert Member.objects.get(birth_year=1971).full_name == "Vũ Thị Hòa"  # the spelling the office now writes
    binh = Member.objects.get(birth_year=1980)
    assert (binh.status, binh.status_since) == ("FULL", DAY)
    assert Member.objects.get(full_name="Lê Bình", birth_year=1981).phone == "0912345670"
    assert list(Exemption.objects.values_list("valid_from", "valid_to")) == [(date(2026, 1, 15), None)]
    assert list(
        Appointment.objects.filter(member__full_name="Đỗ Đức Mạnh")
        .order_by("pk")
        .values_list("position__title", "valid_from", "valid_to")
    ) == [("Phó Bí thư, Chủ tịch UBND phường", None, DAY), ("Chi ủy viên", DAY, None)]


def test_exemptions_end_when_the_file_no_longer_has_them(imported, tmp_path):
    rows = [*ROWS]
    rows[1] = replace(ROWS[1], decision="", exempt_from="", exempt_to="")
    assert apply(tmp_path, rows) == changed(exemptions={"ended": 1, "unchanged": 0})
    assert list(Exemption.objects.values_list("valid_to", flat=True)) == [DAY]


def test_units_change_move_close_and_reopen(imported, tmp_path):
    units = (
        UNITS[0],
        UNITS[1],
        (
            "TDP01",
            "Chi bộ Tổ dân phố số 1A",
            "Chi bộ trực thuộc",
            "Đảng bộ Công an phường",
            "Công an",
            "Cụm 9",
            "Chi bộ 1",
        ),
        UNITS[3],
        UNITS[4],
    )
    rows = [replace(row, unit=row.unit.replace("số 1", "số 1A")) for row in ROWS[:4]]
    assert apply(tmp_path, rows, units=units) == changed(
        units={"changed": 1, "closed": 1, "unchanged": 4},
        members={"left": 1, "unchanged": 4},
        appointments={"ended": 1, "unchanged": 3},
    )
    unit = Unit.objects.get(code="TDP01")
    assert Unit.objects.get_parent(unit).code == "CA"
    assert (unit.name, unit.kind, unit.block, unit.cluster.name) == (
        "Chi bộ Tổ dân phố số 1A", UnitKind.SUB_CELL, "POLICE", "Cụm 9",
    )  # fmt: skip
    assert [a.name for a in unit.aliases.all()] == ["Chi bộ 1"]
    assert Unit.objects.get(code="CA.1").closed_on == DAY
    assert [tuple(problems) for problems in Unit.objects.find_problems()] == [(), (), (), (), ()]

    assert apply(tmp_path, ROWS, on=date(2026, 5, 5))["units"] == {"new": 0, "changed": 2, "closed": 0, "unchanged": 4}
    assert Unit.objects.get(code="CA.1").closed_on is None


def test_faults_stop_everything_until_passed_over(imported, tmp_path):
    rows = [replace(ROWS[0], name="NGUYỄN VĂN AN"), replace(ROWS[1], unit="Chi bộ Trăng"), *ROWS[2:], Row(name="Hồ Ba")]
    path = write_roster(tmp_path / "loi.xlsx", rows)
    with pytest.raises(RosterHasProblems, match="Còn 2 lỗi trong danh sách; chưa nhập gì"):
        import_roster(path=path, on=DAY, by=None)
    with pytest.raises(RosterHasProblems, match="Còn 1 lỗi"):
        import_roster(path=path, on=DAY, by=None, accept_fixes=True)
    assert Member.objects.count() == 5

    # The left-out rows strike nobody off: Vũ Thị Hoà stays where she is.
    done = apply(tmp_path, rows, accept_fixes=True, skip_faulty=True)
    assert done == changed(members={"new": 1, "unchanged": 4}, exemptions={"unchanged": 0})
    assert places("Vũ Thị Hoà") == [("TDP01", SINCE, None)]


def test_a_blank_name_protects_whoever_it_may_be(imported, tmp_path):
    rows = [replace(ROWS[0], name=""), *ROWS[1:]]
    done = apply(tmp_path, rows, skip_faulty=True)
    assert done["members"] == {"new": 0, "changed": 0, "moved": 0, "left": 0, "unchanged": 4}


def test_a_file_of_members_only_speaks_for_the_units_it_names(imported, tmp_path):
    path = write_roster(tmp_path / "chi.xlsx", [ROWS[2], Row(name="Hồ Ba", unit="Chi bộ TDP 2")], units=None)
    plan = import_roster(path=path, on=DAY, by=None)
    assert plan.difference.counts()["units"] == {"new": 0, "changed": 0, "closed": 0, "unchanged": 0}
    assert plan.difference.counts()["members"] == {"new": 1, "changed": 0, "moved": 0, "left": 1, "unchanged": 1}
    assert {m.full_name for m in Member.objects.of_unit(Unit.objects.get(code="TDP02"), DAY)} == {"Lê Bình", "Hồ Ba"}


def test_homonyms_of_one_year_in_one_unit_stay_two(tmp_path):
    rows = [
        Row(name="Nguyễn Thị Nga", since=date(2019, 3, 28)),
        Row(name="Nguyễn Thị Nga", since=date(2021, 6, 11), phone="0912345678"),
    ]
    apply(tmp_path, rows)
    assert Member.objects.count() == 2
    rows[0].since, rows[1].phone = date(2019, 3, 29), "0912345679"
    assert apply(tmp_path, rows)["members"] == {"new": 0, "changed": 2, "moved": 0, "left": 0, "unchanged": 0}
    assert sorted(Member.objects.values_list("phone", flat=True)) == ["", "0912345679"]


def test_a_common_name_elsewhere_is_not_a_transfer(imported, tmp_path):
    """Two men of one name and year, one leaves, one comes in another unit: with both sides ambiguous nobody is moved."""
    rows = [*ROWS, Row(name="Trần Hai", unit="TDP01"), Row(name="Trần Hai", unit="TDP02")]
    apply(tmp_path, rows)
    rows = [*ROWS, Row(name="Trần Hai", unit="CA"), Row(name="Trần Hai", unit="CA.1")]
    assert apply(tmp_path, rows)["members"] == {"new": 2, "changed": 0, "moved": 0, "left": 2, "unchanged": 5}


def test_other_wards_are_not_touched(imported, tmp_path):
    make_ward(name="Giang Biên", code="DB")
    before = Unit.objects.count()
    assert apply(tmp_path, ROWS) == NOTHING
    assert Unit.objects.count() == before


def test_a_new_ward_stands_under_the_city(tmp_path):
    city = make_city()
    apply(tmp_path, ROWS)
    ward = Unit.objects.get(code="DB")
    assert Unit.objects.get_parent(ward) == city
    assert CommitteeProfile.objects.get().superior_name == "Đảng bộ Thành phố Hà Nội"


def run(*arguments) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_roster", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        return ended.code, out.getvalue(), err.getvalue()
    except CommandError as refused:
        return refused.returncode, out.getvalue(), str(refused)
    return 0, out.getvalue(), err.getvalue()


def test_command(tmp_path):
    good = str(write_roster(tmp_path / "r.xlsx", ROWS))
    bad = str(write_roster(tmp_path / "loi.xlsx", [*ROWS, Row(name="")]))

    code, out, err = run(bad, "--apply", "--json")
    assert (code, err) == (1, "Còn 1 lỗi cần xử lý; chưa nhập gì.\n")
    document = json.loads(out)
    assert document["problems"] == [
        {
            "sheet": "Đảng viên",
            "row": 9,
            "column": "Họ và tên",
            "value": "",
            "message": "Chưa ghi họ tên.",
            "severity": "error",
        }
    ]
    assert document["members"]["new"] == 5
    assert not Unit.objects.exists()

    assert run(good)[1].splitlines()[-1] == "Chưa ghi gì (thêm --apply để nhập)."
    assert not Unit.objects.exists()
    assert run(good, "--apply", "--at", "2026-04-24")[0] == 0
    code, out, err = run(good, "--json")
    assert (code, json.loads(out), err) == (0, {**NOTHING, "problems": []}, "")
    assert run(bad, "--apply", "--skip-faulty")[0] == 0
    assert run(str(tmp_path / "thieu.xlsx"))[0] == 1
    assert run(good, "--at", "hôm qua")[0] == 2
    assert run(good, "--ward", "XX")[0] == 2
    assert Position.objects.count() == 4

"""Who may be somebody else, and which unit another one, is asked and not taken for granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.factories.rosters import UNITS, write_roster
from tests.factories.units import make_user
from tests.units.imports_scene import DAY, NOW, ROWS, applied, bring, ward_with, workbook, worked
from units.choices import ImportState, Role
from units.errors import ImportRefused, RosterHasProblems
from units.models import Member, Membership, RosterImport, Unit
from units.roster.records import ANOTHER, SAME
from units.services.imports import answer_questions, forget_decisions, pass_over_rows, request_apply, set_extent
from units.services.members import add_member
from units.services.places import leave_ward
from units.services.roster import import_roster, plan_import

pytestmark = pytest.mark.django_db
YOUNGER = replace(ROWS[0], year=1998, posts="", email="khac@example.org", phone="")


@pytest.fixture
def scene(tmp_path):
    return ward_with(ROWS, tmp_path)


def whole(scene, tmp_path, rows, units=UNITS) -> RosterImport:
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, rows, units=units))
    return worked(set_extent(imported=imported, is_part=False, by=admin, at=NOW))


def asked(imported) -> list[tuple[str, int, str]]:
    return list(imported.problems.order_by("row").values_list("kind", "row", "decision"))


def answered(imported, answer, admin) -> RosterImport:
    assert answer_questions(imported=imported, answer=answer, kind=imported.problems.get().kind, by=admin, at=NOW) == 1
    return worked(imported)


def lines(imported) -> list[tuple[str, str, str]]:
    return sorted(imported.lines.exclude(change="unchanged").values_list("part", "change", "name"))


def an() -> Member:
    return Member.objects.get(full_name="Nguyễn Văn An", birth_year=1970)


def test_another_year_of_birth_is_asked_about(scene, tmp_path):
    imported = whole(scene, tmp_path, [YOUNGER, *ROWS[1:]])
    assert asked(imported) == [("who", 4, "")]
    message = imported.problems.get().message
    assert "Danh bạ có Nguyễn Văn An, sinh năm 1970 ở “Chi bộ Tổ dân phố số 1”; tệp ghi sinh năm 1998." in message
    assert lines(imported) == [("member", "doubtful", "Nguyễn Văn An")]  # neither changed nor left
    with pytest.raises(ImportRefused, match="Còn 1 lỗi"):
        request_apply(imported=imported, by=scene[1], at=NOW)


def test_the_same_person_with_a_corrected_year(scene, tmp_path):
    imported = answered(whole(scene, tmp_path, [YOUNGER, *ROWS[1:]]), SAME, scene[1])
    assert asked(imported) == [("who", 4, "ACCEPTED")]
    assert lines(imported) == [("member", "changed", "Nguyễn Văn An")]
    before = an().pk
    assert applied(imported, scene[1]).state == ImportState.APPLIED
    assert Member.objects.get(pk=before).birth_year == 1998
    again = whole(scene, tmp_path, [YOUNGER, *ROWS[1:]])
    assert (asked(again), lines(again)) == ([], [])


def test_another_person_of_that_name(scene, tmp_path):
    ward, admin = scene
    old = an()
    account = make_user(Role.SECRETARY, ward)
    account.member = old
    account.save()
    imported = answered(whole(scene, tmp_path, [YOUNGER, *ROWS[1:]]), ANOTHER, admin)
    assert asked(imported) == [("who", 4, "ANOTHER")]
    assert lines(imported) == [("member", "left", "Nguyễn Văn An"), ("member", "new", "Nguyễn Văn An")]
    assert applied(imported, admin).state == ImportState.APPLIED
    old.refresh_from_db()
    account.refresh_from_db()
    assert (old.birth_year, old.email, old.phone) == (1970, "an@example.org", "0912345678")
    assert list(old.memberships.values_list("valid_to", flat=True)) == [DAY]
    new = Member.objects.get(full_name="Nguyễn Văn An", birth_year=1998)
    assert (account.member_id, new.email) == (old.pk, "khac@example.org")
    again = whole(scene, tmp_path, [YOUNGER, *ROWS[1:]])
    assert (asked(again), lines(again)) == ([], [])


def test_the_one_in_the_roster_is_looked_for_again_among_the_other_rows(scene, tmp_path):
    """The namesake writes An's mailbox; An himself, born as the roster says, stands further down in his new unit."""
    stranger = replace(YOUNGER, email=ROWS[0].email)
    moved = replace(ROWS[0], unit="TDP02", posts="", email="", phone="", since=date(2026, 4, 1))
    imported = whole(scene, tmp_path, [stranger, *ROWS[1:], moved])
    assert asked(imported) == [("who", 4, "")]
    before = an().pk
    imported = answered(imported, ANOTHER, scene[1])
    assert lines(imported) == [("member", "moved", "Nguyễn Văn An"), ("member", "new", "Nguyễn Văn An")]
    assert applied(imported, scene[1]).state == ImportState.APPLIED
    assert an().pk == before
    assert an().memberships.get(valid_to=None).unit.code == "TDP02"


def test_in_a_part_the_other_one_stays(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, [YOUNGER], units=None))
    imported = worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))
    imported = applied(answered(imported, ANOTHER, admin), admin)
    assert Membership.objects.filter(valid_to=None, member__full_name="Nguyễn Văn An").count() == 2


def test_a_row_passed_over_instead_of_answered_strikes_nobody_off(scene, tmp_path):
    _, admin = scene
    imported = whole(scene, tmp_path, [YOUNGER, *ROWS[1:]])
    assert pass_over_rows(imported=imported, kind="who", by=admin, at=NOW) == 1
    imported = worked(imported)
    assert asked(imported) == [("who", 4, "PASSED")]
    assert applied(imported, admin).state == ImportState.APPLIED, imported.remark
    assert Membership.objects.get(member=an()).valid_to is None
    assert Member.objects.count() == 5


def test_whether_an_asked_secretary_stays_is_not_told_before_the_answer(scene, tmp_path):
    new = replace(ROWS[1], posts="Bí thư|TDP01")
    imported = whole(scene, tmp_path, [YOUNGER, new, *ROWS[2:]])
    assert asked(imported) == [("who", 4, "")]
    assert asked(answered(imported, SAME, scene[1])) == [("who", 4, "ACCEPTED")]


def test_an_answer_can_be_taken_back(scene, tmp_path):
    imported = answered(whole(scene, tmp_path, [YOUNGER, *ROWS[1:]]), ANOTHER, scene[1])
    imported = worked(forget_decisions(imported=imported, by=scene[1], at=NOW))
    assert asked(imported) == [("who", 4, "")]
    assert lines(imported) == [("member", "doubtful", "Nguyễn Văn An")]


@pytest.mark.parametrize("unknown", ["stored", "written"])
def test_a_namesake_elsewhere_without_a_year_is_asked_about(tmp_path, unknown):
    row = replace(ROWS[0], posts="")
    scene = ward_with([replace(row, year="" if unknown == "stored" else 1970), *ROWS[1:]], tmp_path)
    moved = replace(row, year="" if unknown == "written" else 1970, unit="TDP02", since=date(2026, 4, 1))
    imported = whole(scene, tmp_path, [moved, *ROWS[1:]])
    assert asked(imported) == [("who", 4, "")]
    assert "thì chuyển đến “Chi bộ Tổ dân phố số 2” từ 1/4/2026" in imported.problems.get().message
    assert lines(answered(imported, SAME, scene[1])) == [("member", "moved", "Nguyễn Văn An")]


def test_a_year_that_becomes_known_in_the_same_unit_is_no_question(tmp_path):
    scene = ward_with([replace(ROWS[0], year=""), *ROWS[1:]], tmp_path)
    imported = whole(scene, tmp_path, ROWS)
    assert (asked(imported), lines(imported)) == ([], [("member", "changed", "Nguyễn Văn An")])


def part(scene, tmp_path, rows) -> RosterImport:
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, rows, units=None))
    return worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))


MOVED = replace(ROWS[3], unit="Chi bộ Tổ dân phố số 1", since=date(2026, 4, 1))  # Lê Bình, 1981, without any contact


def test_a_transfer_in_the_whole_list_is_taken_by_name_and_year(scene, tmp_path):
    imported = whole(scene, tmp_path, [*ROWS[:3], MOVED, ROWS[4]])
    assert (asked(imported), lines(imported)) == ([], [("member", "moved", "Lê Bình")])


def test_in_a_part_name_and_year_alone_take_nobody_from_another_unit(scene, tmp_path):
    imported = part(scene, tmp_path, [MOVED])
    assert (asked(imported), lines(imported)) == ([("who", 4, "")], [("member", "doubtful", "Lê Bình")])
    message = imported.problems.get().message
    assert "sinh năm 1981 ở “Chi bộ Tổ dân phố số 2”; tệp ghi cùng năm sinh, ở “Chi bộ Tổ dân phố số 1”" in message
    assert "thì chuyển đến “Chi bộ Tổ dân phố số 1” từ 1/4/2026" in message
    applied(answered(imported, ANOTHER, scene[1]), scene[1])
    there = Membership.objects.filter(valid_to=None, member__full_name="Lê Bình", member__birth_year=1981)
    assert sorted(there.values_list("unit__code", flat=True)) == ["TDP01", "TDP02"]


def test_in_a_part_the_same_one_is_transferred(scene, tmp_path):
    imported = applied(answered(part(scene, tmp_path, [MOVED]), SAME, scene[1]), scene[1])
    assert imported.state == ImportState.APPLIED
    there = Membership.objects.filter(member__full_name="Lê Bình", member__birth_year=1981).order_by("pk")
    assert list(there.values_list("unit__code", "valid_to")) == [("TDP02", date(2026, 4, 1)), ("TDP01", None)]


@pytest.mark.parametrize("contact", [{"phone": "0987654321"}, {"email": "binh@example.org"}])
def test_one_contact_in_common_proves_a_transfer(tmp_path, contact):
    scene = ward_with([*ROWS[:3], replace(ROWS[3], **contact), ROWS[4]], tmp_path)
    imported = part(scene, tmp_path, [replace(MOVED, **contact)])
    assert (asked(imported), lines(imported)) == ([], [("member", "moved", "Lê Bình")])


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        ({"phone": "0987654321"}, {"phone": "0987654322"}),
        ({"email": "binh@example.org"}, {"email": "khac@example.org"}),
        ({}, {"since": date(2019, 1, 1)}),  # there before he came to the other unit
    ],
)
def test_what_speaks_against_it_is_asked_in_the_whole_list_too(tmp_path, stored, written):
    scene = ward_with([*ROWS[:3], replace(ROWS[3], **stored), ROWS[4]], tmp_path)
    imported = whole(scene, tmp_path, [*ROWS[:3], replace(MOVED, **written), ROWS[4]])
    assert asked(imported) == [("who", 7, "")]


def test_a_namesake_of_one_who_left_is_asked_about(scene, tmp_path):
    applied(whole(scene, tmp_path, [*ROWS[:3], ROWS[4]]), scene[1])
    imported = whole(scene, tmp_path, [*ROWS[:3], MOVED, ROWS[4]])
    assert asked(imported) == [("who", 7, "")]
    assert "nay không ở đơn vị nào" in imported.problems.get().message


def test_a_committee_post_of_somebody_on_probation_names_its_row(scene, tmp_path):
    chosen = replace(ROWS[2], posts="Chi ủy viên|TDP02; Tổ trưởng dân phố|TDP02")
    imported = whole(scene, tmp_path, [*ROWS[:2], chosen, *ROWS[3:]])
    assert list(imported.problems.values_list("row", "column", "value", "severity")) == [
        (6, "Chức vụ | Đơn vị", "Chi ủy viên", "error")
    ]
    assert imported.problems.get().message.startswith("Lê Bình là đảng viên dự bị, chưa được bầu vào cấp ủy")
    imported = whole(scene, tmp_path, [*ROWS[:2], replace(chosen, status="Chính thức"), *ROWS[3:]])
    assert not imported.problems.exists()
    applied(imported, scene[1])
    Member.objects.filter(birth_year=1980).update(status="PROBATIONARY")  # as an earlier file may have left it
    again = whole(scene, tmp_path, [*ROWS[:2], replace(chosen, note="Lần hai"), *ROWS[3:]])
    assert (asked(again), lines(again)) == ([], [])


def test_the_terminal_asks_too_and_skips_such_rows(scene, tmp_path):
    path = write_roster(tmp_path / "sau.xlsx", [YOUNGER, *ROWS[1:]])
    with pytest.raises(RosterHasProblems, match="Còn 1 lỗi"):
        import_roster(path=path, on=DAY, by=None, accept_fixes=True)
    plan = plan_import(path=path, on=DAY, skip_faulty=True)
    assert (plan.in_the_way, plan.difference.is_empty) == ((), True)
    assert [row.row for row in plan.roster.left_out] == [4]


# ---- units -----------------------------------------------------------------------------------------


def named(code: str, name: str, aliases: str = "", new_code: str = "") -> tuple:
    return tuple((new_code or code, name, *unit[2:6], aliases) if unit[0] == code else unit for unit in UNITS)


def test_another_name_under_the_same_code_is_asked_about(scene, tmp_path):
    units = named("TDP02", "Chi bộ Công ty TNHH MTV Tân Việt 2")
    imported = whole(scene, tmp_path, ROWS, units=units)
    assert asked(imported) == [("other_name", 7, "")]
    assert lines(imported) == [("unit", "doubtful", "Chi bộ Công ty TNHH MTV Tân Việt 2")]
    with pytest.raises(ImportRefused, match="Còn 1 lỗi"):
        request_apply(imported=imported, by=scene[1], at=NOW)
    assert answer_questions(imported=imported, answer=ANOTHER, kind="other_name", by=scene[1], at=NOW) == 0
    imported = applied(answered(imported, SAME, scene[1]), scene[1])
    assert imported.state == ImportState.APPLIED
    assert Unit.objects.get(code="TDP02").name == "Chi bộ Công ty TNHH MTV Tân Việt 2"


@pytest.mark.parametrize(
    ("name", "aliases"),
    [
        ("Chi bộ Phúc Lợi 2", "Chi bộ Tổ dân phố số 2"),  # the file says what it was called
        ("Chi bộ TDP 2", ""),  # it is called so already
        ("CHI BỘ TỔ DÂN PHỐ SỐ 2", ""),
    ],
)
def test_a_name_that_is_known_is_no_question(scene, tmp_path, name, aliases):
    rows = [replace(row, unit=name) if row.unit == "TDP02" else row for row in ROWS]
    assert asked(whole(scene, tmp_path, rows, units=named("TDP02", name, aliases))) == []


def test_the_same_name_under_another_code_is_asked_about(scene, tmp_path):
    name = "Chi bộ Tổ dân phố số 2"
    rows = [replace(row, unit=name) if row.unit == "TDP02" else row for row in ROWS]
    imported = whole(scene, tmp_path, rows, units=named("TDP02", name, new_code="CB02"))
    assert asked(imported) == [("twin_unit", 7, "")]
    assert "Nếu là một đơn vị, ghi mã TDP02 trong tệp rồi tải lên lại" in imported.problems.get().message
    with pytest.raises(ImportRefused, match="Còn 1 lỗi"):
        request_apply(imported=imported, by=scene[1], at=NOW)
    imported = applied(answered(imported, ANOTHER, scene[1]), scene[1])
    assert imported.state == ImportState.APPLIED
    assert Unit.objects.get(code="TDP02").closed_on == DAY


def test_an_end_that_is_arranged_for_a_later_day_stands_after_an_import(scene, tmp_path):
    """The file lists the unit still, for it is there; that is no word against the decision to dissolve it."""
    Unit.objects.filter(code="TDP02").update(closed_on=date(2026, 6, 1))
    imported = whole(scene, tmp_path, ROWS)
    assert lines(imported) == []
    assert Unit.objects.get(code="TDP02").closed_on == date(2026, 6, 1)
    renamed = named("TDP02", "Chi bộ TDP 2")
    rows = [replace(row, unit="Chi bộ TDP 2") if row.unit == "TDP02" else row for row in ROWS]
    assert applied(whole(scene, tmp_path, rows, units=renamed), scene[1]).state == ImportState.APPLIED
    assert Unit.objects.filter(code="TDP02").values_list("name", "closed_on").get() == (
        "Chi bộ TDP 2",
        date(2026, 6, 1),
    )


@pytest.mark.parametrize("answer", [SAME, ANOTHER])
def test_an_answer_about_one_namesake_does_not_hold_for_another_of_the_same_year(scene, tmp_path, answer):
    """The row is of TDP02; An of TDP01 leaves the ward after the answer, and another An of his year comes to TDP01."""
    ward, admin = scene
    first, cell = an(), Unit.objects.get(code="TDP01")
    row = replace(ROWS[0], unit="TDP02", posts="", email="", phone="")
    imported = bring(ward, admin, workbook(tmp_path, [row], units=None))
    imported = answered(worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW)), answer, admin)
    assert asked(imported)[0][2] != ""
    leave_ward(member=first, on=DAY, where="", by=None)
    first.full_name, first.tone_key = "Nguyễn Văn Khác", "x"
    first.save()
    add_member(
        unit=cell, full_name="Nguyễn Văn An", birth_year=1970, email="", phone="", status="FULL", since=DAY, by=None
    )
    imported = applied(imported, admin)
    assert imported.state == ImportState.SHOWN
    assert asked(imported) == [("who", 4, "")]
    assert lines(imported) == [("member", "doubtful", "Nguyễn Văn An")]
    with pytest.raises(ImportRefused, match="Còn 1 lỗi"):
        request_apply(imported=imported, by=admin, at=NOW)


@pytest.mark.parametrize("answer", [SAME, ANOTHER])
def test_an_answer_is_kept_when_its_row_is_left_out_for_what_the_answer_brought_out(tmp_path, answer):
    """Either way the row would be a second secretary of TDP01; nothing comes in with the row, and nothing is asked again."""
    secretary = replace(ROWS[0], name="Trần Văn Sáu", email="", phone="")
    _, admin = scene = ward_with([secretary, replace(ROWS[0], posts="", unit="TDP02"), *ROWS[1:]], tmp_path)
    row = replace(ROWS[0], posts="Bí thư|TDP01", email="", phone="")
    other = replace(ROWS[1], phone="0987654321")
    imported = answered(part(scene, tmp_path, [row, other]), answer, admin)
    assert sorted(asked(imported)) == [("", 4, ""), ("who", 4, answer_of(answer))]
    assert pass_over_rows(imported=imported, kind="*", by=admin, at=NOW) == 1
    imported = worked(imported)
    kept = [("", 4, "PASSED"), ("who", 4, answer_of(answer))]
    assert (sorted(asked(imported)), imported.passed) == (kept, [4])
    assert lines(imported) == [("member", "changed", "Vũ Thị Hoà"), ("member", "doubtful", "Nguyễn Văn An")]
    imported = applied(imported, admin)
    assert (imported.state, imported.remark, sorted(asked(imported))) == (ImportState.APPLIED, "", kept)
    assert (Member.objects.count(), Member.objects.get(full_name="Vũ Thị Hoà").phone) == (6, "0987654321")
    assert an().memberships.get(valid_to=None).unit.code == "TDP02"


def answer_of(answer: str) -> str:
    return "ACCEPTED" if answer == SAME else "ANOTHER"

"""The browser import as verbs: shown is applied, applied is all or nothing, undone is as before."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEntry
from outbox.models import OutgoingMail
from tests.factories.directives import make_directive, make_obligation, make_requirement
from tests.factories.rosters import UNITS, Row, write_roster
from tests.factories.units import appoint, make_member, make_ward
from tests.units.imports_scene import (
    DAY,
    NOW,
    ROWS,
    applied,
    bring,
    clock,
    everything,
    ward_with,
    workbook,
    worked,
)
from units.choices import ImportState, ImportWork, ProblemDecision
from units.errors import ImportRefused
from units.models import Appointment, Member, Membership, Position, RosterImport, Unit, UnitAlias
from units.services import import_work
from units.services.import_record import lines_of
from units.services.import_work import claim, run_import
from units.services.imports import (
    accept_repairs,
    answer_questions,
    correct_cell,
    discard_import,
    forget_decisions,
    keep_spelling,
    pass_over_rows,
    request_apply,
    request_undo,
    set_extent,
    upload_roster,
)
from units.services.roster import import_roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(tmp_path):
    return ward_with(ROWS, tmp_path)


def lines(imported):
    return sorted(imported.lines.values_list("part", "change", "name"))


def changes_of(imported, name):
    return [tuple(one) for one in imported.lines.get(name=name).changes]


def test_the_difference_is_shown_row_by_row(scene, tmp_path):
    ward, admin = scene
    rows = [
        replace(ROWS[0], unit="TDP02", since=date(2026, 4, 1), posts="", phone="0987654321"),
        ROWS[1],
        replace(ROWS[2], status="Chính thức"),
        Row(name="Trần Thị Mới", year=1990, posts="Chi ủy viên|TDP01"),
        ROWS[4],
    ]
    imported = bring(ward, admin, workbook(tmp_path, rows))
    assert imported.state == ImportState.SHOWN
    assert [one for one in lines(imported) if one[0] == "member"] == [
        ("member", "changed", "Lê Bình"),
        ("member", "left", "Lê Bình"),
        ("member", "moved", "Nguyễn Văn An"),
        ("member", "new", "Trần Thị Mới"),
        ("member", "unchanged", "Vũ Thị Hoà"),
        ("member", "unchanged", "Đỗ Đức Mạnh"),
    ]
    assert changes_of(imported, "Nguyễn Văn An") == [
        ("Đơn vị sinh hoạt", "Chi bộ Tổ dân phố số 1", "Chi bộ Tổ dân phố số 2 (từ 1/4/2026)"),
        ("Điện thoại", "0912345678", "0987654321"),
        ("Chức vụ", "Bí thư, Chi bộ Tổ dân phố số 1", "thôi giữ"),
        ("Chức vụ", "Ủy viên Ban Chấp hành, Đảng bộ phường Thử Nghiệm", "thôi giữ"),
    ]
    changed = imported.lines.get(change="changed")
    assert [tuple(one) for one in changed.changes] == [("Tình trạng", "Dự bị", "Chính thức")]
    assert Member.objects.count() == 5


def test_nobody_leaves_unasked(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, ROWS[:2]))
    assert imported.lines.filter(change="left").count() == 3
    with pytest.raises(ImportRefused, match="toàn bộ danh sách hay chỉ một phần"):
        request_apply(imported=imported, by=admin, at=NOW)
    imported = worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))
    assert imported.lines.filter(change__in=("left", "closed")).count() == 0
    imported = worked(set_extent(imported=imported, is_part=False, by=admin, at=NOW))
    assert imported.lines.filter(change="left").count() == 3
    imported = applied(imported, admin)
    assert imported.state == ImportState.APPLIED
    assert Membership.objects.filter(valid_to=None).count() == 2


def test_a_part_closes_no_unit(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, ROWS[:1], units=UNITS[:3]))
    assert imported.lines.filter(part="unit", change="closed").count() == 3
    imported = worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))
    assert imported.lines.filter(change__in=("closed", "left")).count() == 0


def test_a_part_makes_no_second_secretary(scene, tmp_path):
    ward, admin = scene
    rows = [
        replace(ROWS[0], name="Trần Thị Bình", year=1977, posts="Bí thư, Tổ trưởng dân phố|TDP01", email="", phone=""),
        replace(ROWS[2], status="Chính thức", posts="Bí thư|TDP02"),
    ]
    imported = bring(ward, admin, workbook(tmp_path, rows))
    assert list(imported.problems.values_list("row", flat=True)) == []  # whoever the file does not name leaves
    imported = worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))
    assert list(imported.problems.values_list("row", "column", "value", "severity", "message")) == [
        (4, "Chức vụ | Đơn vị", "Bí thư, Tổ trưởng dân phố", "error",
         ("“Chi bộ Tổ dân phố số 1” đang có Bí thư là Nguyễn Văn An, người này vẫn giữ chức sau khi nhập; "
         "mỗi đơn vị một Bí thư. Bỏ chức ở dòng này, hoặc đổi bí thư trong danh bạ trước.")),
    ]  # fmt: skip
    with pytest.raises(ImportRefused, match="Còn 1 lỗi"):
        request_apply(imported=imported, by=admin, at=NOW)
    assert pass_over_rows(imported=imported, kind="*", by=admin, at=NOW) == 1
    imported = applied(worked(imported), admin)
    assert imported.state == ImportState.APPLIED
    holding = Appointment.objects.filter(valid_to=None, position__title__startswith="Bí thư")
    assert sorted(holding.values_list("member__full_name", "unit__code")) == [
        ("Lê Bình", "TDP02"), ("Nguyễn Văn An", "TDP01")
    ]  # fmt: skip


def test_a_row_is_left_out_only_as_long_as_its_fault_is_there(scene, tmp_path):
    ward, admin = scene
    rows = [
        replace(ROWS[0], name="TRẦN THỊ BÌNH", year=1977, posts="Bí thư|TDP01", email="", phone=""),
        replace(ROWS[2], status="Chính thức", posts="Bí thư|TDP02"),
    ]
    imported = bring(ward, admin, workbook(tmp_path, rows))
    assert list(imported.problems.values_list("row", "kind", "decision")) == [(4, "capitals", "")]
    imported = worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))
    assert pass_over_rows(imported=imported, kind="*", by=admin, at=NOW) == 1
    imported = worked(imported)
    # the clash that left the row out stays told, and is the reason of its line; the capitals were not decided about
    assert sorted(imported.problems.values_list("row", "kind", "decision")) == [
        (4, "", ProblemDecision.PASSED), (4, "capitals", ProblemDecision.ALONG)
    ]  # fmt: skip
    reasons = [old for _, old, _ in imported.lines.get(change="doubtful").changes]
    assert len(reasons) == 2
    assert reasons[1].startswith("“Chi bộ Tổ dân phố số 1” đang có Bí thư là Nguyễn Văn An")
    assert imported.passed == [4]
    imported = worked(set_extent(imported=imported, is_part=False, by=admin, at=NOW))
    assert imported.passed == []
    assert list(imported.problems.values_list("row", "kind", "decision")) == [(4, "capitals", "")]
    assert not imported.lines.filter(change="doubtful").exists()
    assert list(imported.lines.filter(part="member", change="new").values_list("name", flat=True)) == ["Trần Thị Bình"]
    with pytest.raises(ImportRefused, match="Còn 1 lỗi"):
        request_apply(imported=imported, by=admin, at=NOW)
    accept_repairs(imported=imported, kind="*", by=admin, at=NOW)
    applied(imported, admin)
    holding = Appointment.objects.filter(valid_to=None, position__title="Bí thư").order_by("unit__code")
    assert list(holding.values_list("member__full_name", "unit__code")) == [
        ("Trần Thị Bình", "TDP01"), ("Lê Bình", "TDP02")
    ]  # fmt: skip


def test_a_repair_accepted_before_the_row_was_left_out_stays_accepted(scene, tmp_path):
    ward, admin = scene
    rows = [replace(ROWS[0], name="TRẦN THỊ BÌNH", year=1977, posts="Bí thư|TDP01", email="", phone="")]
    imported = bring(ward, admin, workbook(tmp_path, rows))
    accept_repairs(imported=imported, kind="*", by=admin, at=NOW)
    imported = worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))
    pass_over_rows(imported=imported, kind="*", by=admin, at=NOW)
    imported = worked(set_extent(imported=worked(imported), is_part=False, by=admin, at=NOW))
    assert imported.passed == []
    assert list(imported.problems.values_list("row", "kind", "decision")) == [(4, "capitals", "ACCEPTED")]


def test_a_secretary_of_the_file_may_follow_one_who_is_in_it_without_the_post(scene, tmp_path):
    ward, admin = scene
    rows = [
        replace(ROWS[0], posts="Ủy viên Ban Chấp hành|DB"),
        replace(ROWS[1], posts="Bí thư|TDP01"),
    ]
    imported = bring(ward, admin, workbook(tmp_path, rows))
    imported = worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))
    assert not imported.problems.exists()
    assert applied(imported, admin).state == ImportState.APPLIED


def test_a_part_makes_no_second_unit_of_one_name(scene, tmp_path):
    ward, admin = scene
    units = [unit if unit[0] != "TDP02" else ("CB02", *unit[1:]) for unit in UNITS]
    imported = bring(ward, admin, workbook(tmp_path, ROWS[:2], units=units))
    assert imported.problems.get().kind == "twin_unit"  # a whole file: TDP02 would close, which is asked
    imported = worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))
    assert list(imported.problems.values_list("about", "row", "column", "message")) == [
        ("unit", 7, "Tên đơn vị", ("Danh bạ đã có “Chi bộ Tổ dân phố số 2” với mã TDP02. Nếu là một đơn vị, ghi mã TDP02 "
         "trong tệp; nếu không, đổi tên một trong hai.")),
    ]  # fmt: skip


def test_problems_stand_in_the_way_until_settled(scene, tmp_path):
    ward, admin = scene
    rows = [
        replace(ROWS[0], name="NGUYỄN VĂN AN"),
        replace(ROWS[1], unit="Chi bộ Tổ dân số 1"),
        replace(ROWS[2], name=""),
        *ROWS[3:],
    ]
    imported = bring(ward, admin, workbook(tmp_path, rows))
    assert sorted(imported.problems.values_list("row", "column", "severity", "kind", "proposal")) == [
        (4, "Họ và tên", "warning", "capitals", "Nguyễn Văn An"),
        (5, "Đơn vị sinh hoạt", "error", "unknown_unit", "Chi bộ Tổ dân phố số 1"),
        (6, "Họ và tên", "error", "", ""),
    ]
    with pytest.raises(ImportRefused, match="Còn 3 lỗi"):
        request_apply(imported=imported, by=admin, at=NOW)
    assert accept_repairs(imported=imported, kind="capitals", by=admin, at=NOW) == 1
    # what comes near may mean another unit: a guess is no matter of a whole kind
    assert accept_repairs(imported=imported, kind="unknown_unit", by=admin, at=NOW) == 0
    guess = imported.problems.get(kind="unknown_unit")
    assert accept_repairs(imported=imported, keys=[guess.pk], by=admin, at=NOW) == 1
    imported = worked(imported)
    assert imported.corrections == {"5": {"unit": "Chi bộ Tổ dân phố số 1"}}
    assert list(imported.problems.order_by("row").values_list("row", "decision")) == [(4, "ACCEPTED"), (6, "")]
    assert pass_over_rows(imported=imported, kind="*", by=admin, at=NOW) == 1
    imported = applied(imported, admin)
    assert imported.state == ImportState.APPLIED
    # the row that was passed over may mean a stored Lê Bình: he stays
    assert Membership.objects.filter(valid_to=None).count() == 5


def test_a_cell_is_corrected_on_the_page(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, [replace(ROWS[1], exempt_to="31/02/2026"), ROWS[0], *ROWS[2:]]))
    problem = imported.problems.get()
    imported = worked(correct_cell(imported=imported, problem=problem, text="28/2/2026", by=admin, at=NOW))
    assert not imported.problems.exists()
    assert changes_of(imported, "Vũ Thị Hoà") == [
        ("Miễn sinh hoạt", "03-QĐ/ĐU từ 15/1/2026 đến hết 31/12/2026", "03-QĐ/ĐU từ 15/1/2026 đến hết 28/2/2026")
    ]
    imported = worked(forget_decisions(imported=imported, by=admin, at=NOW))
    assert imported.problems.get().decision == ProblemDecision.OPEN


def test_a_typed_correction_falls_when_its_row_has_no_fault_as_a_whole(scene, tmp_path):
    ward, admin = scene
    second = Row(name="Trần Thị Mới", posts="Bí thư|TDP01")
    wrong = replace(ROWS[1], exempt_to="31/02/2026")
    imported = bring(ward, admin, workbook(tmp_path, [second, wrong, *ROWS[2:]]))
    imported = worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))
    clash = imported.problems.get(column="Chức vụ | Đơn vị")  # the stored secretary, whom a part does not name, stays
    day = imported.problems.exclude(column="Chức vụ | Đơn vị").get()
    correct_cell(imported=imported, problem=clash, text="Phó Bí thư|TDP01", by=admin, at=NOW)
    worked(correct_cell(imported=imported, problem=day, text="28/2/2026", by=admin, at=NOW))
    imported = worked(set_extent(imported=worked(imported), is_part=False, by=admin, at=NOW))
    assert imported.corrections == {"5": {"exempt_to": "28/2/2026"}}
    assert not imported.problems.exists()
    assert ("Chức vụ", "", "Bí thư, Chi bộ Tổ dân phố số 1") in changes_of(imported, "Trần Thị Mới")
    imported = worked(set_extent(imported=imported, is_part=True, by=admin, at=NOW))
    assert imported.problems.get().column == "Chức vụ | Đơn vị"  # asked again, since the fault is there again


def test_a_row_with_a_repair_can_be_passed_over(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, [*ROWS, Row(name="PHẠM VĂN LẠ")]))
    key = imported.problems.get().pk
    assert imported.lines.filter(change="new").count() == 1
    assert pass_over_rows(imported=imported, keys=[key], by=admin, at=NOW) == 1
    imported = worked(imported)
    assert imported.lines.filter(change="new").count() == 0
    assert list(imported.lines.filter(change="doubtful").values_list("name", flat=True)) == ["Phạm Văn Lạ"]


def test_the_stored_spelling_may_be_kept(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, [ROWS[0], replace(ROWS[1], name="Vũ Thị Hòa"), *ROWS[2:]]))
    assert changes_of(imported, "Vũ Thị Hòa") == [("Họ và tên", "Vũ Thị Hoà", "Vũ Thị Hòa")]
    imported = worked(keep_spelling(imported=imported, keep=True, by=admin, at=NOW))
    assert imported.lines.exclude(change="unchanged").count() == 0
    assert imported.counts == {"spelling": 1}  # what was kept is still told


def test_the_roster_changed_after_the_look(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, [*ROWS, Row(name="Trần Thị Mới", year=1990)]))
    Member.objects.filter(full_name="Đỗ Đức Mạnh").update(phone="0900000000")
    imported = applied(imported, admin)
    assert (imported.state, imported.work) == (ImportState.SHOWN, ImportWork.NONE)
    assert imported.remark.startswith("Danh bạ đã thay đổi từ lúc xem")
    assert changes_of(imported, "Đỗ Đức Mạnh") == [("Điện thoại", "0900000000", "")]
    assert not Member.objects.filter(full_name="Trần Thị Mới").exists()
    assert applied(imported, admin).state == ImportState.APPLIED


def test_applied_once_however_often_asked(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, [*ROWS, Row(name="Trần Thị Mới", year=1990)]))
    request_apply(imported=imported, by=admin, at=NOW)
    request_apply(imported=imported, by=admin, at=NOW)
    assert [run_import(import_id=imported.pk, clock=clock) for _ in range(2)] == [True, False]
    imported = request_apply(imported=imported, by=admin, at=NOW)
    assert (imported.state, imported.work) == (ImportState.APPLIED, "")
    assert Member.objects.filter(full_name="Trần Thị Mới").count() == 1
    entries = AuditEntry.objects.filter(action="roster.import", obj_type="units.rosterimport", obj_id=str(imported.pk))
    assert entries.count() == 1


def test_the_same_file_leads_to_the_same_import(scene, tmp_path):
    ward, admin = scene
    content = workbook(tmp_path, ROWS)
    first, second = bring(ward, admin, content), bring(ward, admin, content, name="khac.xlsx")
    assert first.pk == second.pk
    discard_import(imported=first, by=admin, at=NOW)
    assert bring(ward, admin, content).pk != first.pk


def test_a_killed_worker_is_followed_by_another(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, [*ROWS, Row(name="Trần Thị Mới", year=1990)]))
    request_apply(imported=imported, by=admin, at=NOW)
    dead = claim(import_id=imported.pk, at=NOW)
    assert claim(import_id=imported.pk, at=NOW) is None
    later = NOW + import_work.LEASE
    assert run_import(import_id=imported.pk, clock=lambda: later)
    assert RosterImport.objects.get(pk=imported.pk).state == ImportState.APPLIED
    with pytest.raises(import_work.WorkLost):
        import_work._apply(dead, import_work.Holder(dead.pk, dead.turn, dead.work, clock))
    assert Member.objects.filter(full_name="Trần Thị Mới").count() == 1


def test_an_answer_overtakes_the_reading_under_way(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, ROWS[:2]))
    set_extent(imported=imported, is_part=True, by=admin, at=NOW)
    stale = claim(import_id=imported.pk, at=NOW)
    set_extent(imported=imported, is_part=False, by=admin, at=NOW)
    with pytest.raises(import_work.WorkLost):
        import_work._read(stale, import_work.Holder(stale.pk, stale.turn, stale.work, clock))
    assert worked(imported).lines.filter(change="left").count() == 3


def test_long_work_tells_its_end_by_mail_and_short_work_does_not(scene, tmp_path):
    ward, admin = scene
    bring(ward, admin, workbook(tmp_path, ROWS[:4]))
    assert not OutgoingMail.objects.exists()
    content = workbook(tmp_path, [*ROWS, Row(name="Trần Thị Mới", year=1990)])
    said = {"ward": ward, "file_name": "dai.xlsx", "on": DAY, "by": admin, "at": NOW}
    imported = upload_roster(stream=BytesIO(content), **said)
    minute, later = NOW + timedelta(seconds=60), NOW + timedelta(seconds=61)
    run_import(import_id=imported.pk, clock=lambda: minute)
    assert not OutgoingMail.objects.exists()
    request_apply(imported=imported, by=admin, at=NOW)
    run_import(import_id=imported.pk, clock=lambda: later)
    request_undo(imported=imported, by=admin, at=later)
    run_import(import_id=imported.pk, clock=lambda: later + timedelta(minutes=5))
    mails = OutgoingMail.objects.order_by("pk")
    assert [(mail.to_address, mail.subject) for mail in mails] == [
        (admin.email, "Đã nhập xong tệp “dai.xlsx”"),
        (admin.email, "Đã hoàn tác tệp “dai.xlsx”"),
    ]
    assert f"/danh-ba/nhap/{imported.pk}/" in mails[0].text
    assert "Trần Thị Mới" not in mails[0].text


def test_long_work_that_fails_or_asks_says_so(scene):
    ward, admin = scene
    for name, content in (("hong.xlsx", b"PK\x03\x04 nothing"), ("la.csv", b"A;B;C\n1;2;3\n")):
        said = {"ward": ward, "file_name": name, "on": DAY, "by": admin, "at": NOW - timedelta(minutes=3)}
        run_import(import_id=upload_roster(stream=BytesIO(content), **said).pk, clock=clock)
    assert list(OutgoingMail.objects.order_by("pk").values_list("subject", flat=True)) == [
        "Không đọc được tệp “hong.xlsx”",
        "Cần khớp cột của tệp “la.csv”",
    ]


def test_another_wards_file_is_refused(scene, tmp_path):
    _, admin = scene
    other = make_ward(name="Việt Hưng", code="DB2")
    imported = bring(other, admin, workbook(tmp_path, ROWS))
    assert imported.state == ImportState.REFUSED
    assert imported.remark.startswith("Tệp này là danh sách của “Đảng bộ phường Thử Nghiệm”")


# ---- taking back -----------------------------------------------------------------------------------


def undone(imported, admin):
    return worked(request_undo(imported=imported, by=admin, at=NOW))


def test_undo_brings_every_row_back(scene, tmp_path):
    ward, admin = scene
    before = everything()
    units = (*UNITS[:2], ("TDP01", "Chi bộ Tổ dân phố 1 mới", "Chi bộ cơ sở", "CA", "Dân cư", "Cụm 7", "TDP một"), *UNITS[4:],
             ("TDP03", "Chi bộ Tổ dân phố số 3", "Chi bộ cơ sở", "DB", "Dân cư", "Cụm 8", "TDP ba"))  # fmt: skip
    rows = [
        replace(ROWS[0], name="Nguyễn Văn Ân", unit="TDP03", posts="Bí thư|TDP03; Tổ trưởng|CA"),
        replace(ROWS[1], unit="TDP01", decision="09-QĐ/ĐU"),
        Row(
            name="Trần Thị Mới",
            year=1990,
            unit="TDP03",
            decision="1-QĐ",
            posts="Chi ủy viên|TDP03",
            email="m@example.org",
        ),
        replace(ROWS[4], status="Từ trần", since=date(2019, 1, 1)),
    ]
    imported = bring(ward, admin, workbook(tmp_path, rows, units=units))
    set_extent(imported=imported, is_part=False, by=admin, at=NOW)
    answer_questions(imported=worked(imported), answer="same", kind="other_name", by=admin, at=NOW)
    imported = applied(worked(imported), admin)
    assert imported.state == ImportState.APPLIED
    assert everything() != before
    assert [list(problem) for problem in Unit.objects.find_problems()] == [[], [], [], [], []]
    imported = undone(imported, admin)
    assert (imported.state, imported.remark) == (ImportState.UNDONE, "")
    assert everything() == before
    assert AuditEntry.objects.filter(action="roster.undo").count() == 1


@pytest.mark.parametrize("seed", range(8))
def test_undo_of_any_import_changes_nothing(tmp_path, seed):
    """Random rosters over random rosters: imported and taken back, every table is row for row as before."""
    dice = random.Random(seed)
    names = ["Nguyễn Văn An", "Vũ Thị Hoà", "Lê Bình", "Đỗ Đức Mạnh", "Trần Mai", "Phạm Thuý", "Hồ Quý", "Bùi Lan"]
    places = ["TDP01", "TDP02", "CA.1", "CA", "BXD"]

    def roster() -> list[Row]:
        rows = []
        for number, name in enumerate(dice.sample(names, dice.randint(2, len(names)))):
            rows.append(
                Row(
                    name=name,
                    year=dice.choice([1960, 1970]),
                    unit=dice.choice(places),
                    posts=dice.choice(["", "", f"Đội phó|{dice.choice(places)}", "Tổ trưởng|CA; Đội trưởng|CA"]),
                    status=dice.choice(["Chính thức", "Dự bị", "Đình chỉ"]),
                    decision=dice.choice(["", f"0{number}-QĐ/ĐU"]),
                    phone=dice.choice(["", f"09{seed}{number:07d}"]),
                    since=dice.choice(["", date(2020, 5, 4) + timedelta(days=dice.randint(0, 900))]),
                )
            )
        return rows

    def units() -> tuple:
        kept = [unit for unit in UNITS if unit[0] in ("DB", "CA", "CA.1", "TDP01", "TDP02", "BXD")]
        return tuple(
            (*unit[:3], dice.choice(["DB", unit[3]]) if unit[3] else "", unit[4], dice.choice(["", "Cụm 1", "Cụm 9"]), f"khác {unit[0]} {dice.randint(1, 3)}" if unit[3] else "")
            for unit in kept
        )  # fmt: skip

    ward, admin = ward_with(roster(), tmp_path)
    before = everything()
    imported = bring(ward, admin, workbook(tmp_path, roster(), units=units()))
    accept_repairs(imported=imported, kind="*", by=admin, at=NOW)
    pass_over_rows(imported=imported, kind="*", by=admin, at=NOW)
    imported = applied(worked(set_extent(imported=worked(imported), is_part=False, by=admin, at=NOW)), admin)
    assert imported.state == ImportState.APPLIED, imported.remark
    assert everything() != before
    assert undone(imported, admin).state == ImportState.UNDONE
    assert everything() == before


@pytest.mark.parametrize("seed", range(5))
def test_units_go_anywhere_in_the_tree_and_come_back(tmp_path, seed):
    """Random trees over random trees: opened, closed, opened again, moved below each other in one import, and taken back."""
    dice = random.Random(seed)
    codes = [f"T{number}" for number in range(8)]

    def tree() -> dict[str, str]:
        above = {}
        for code in dice.sample(codes, dice.randint(4, 8)):
            above[code] = dice.choice(["DB", *above])
        return above

    def units(above: dict[str, str]) -> tuple:
        rows = [
            (code, f"Chi bộ {code}", "Chi bộ cơ sở", parent, "Dân cư", "", f"khác {code} {dice.randint(1, 2)}")
            for code, parent in above.items()
        ]
        dice.shuffle(rows)
        return (*UNITS[:2], *rows)

    people = [Row(name="Nguyễn Văn An", unit="BXD")]
    ward, admin = ward_with(people, tmp_path, units=units(tree()))
    for day in (DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)):
        above, before = tree(), everything()
        imported = bring(ward, admin, workbook(tmp_path, people, units=units(above)), on=day)
        set_extent(imported=imported, is_part=False, by=admin, at=NOW)
        imported = applied(worked(imported), admin)
        assert imported.state == ImportState.APPLIED, imported.remark
        assert [list(problem) for problem in Unit.objects.find_problems()] == [[], [], [], [], []]
        opened = Unit.objects.filter(code__in=codes, closed_on=None)
        assert {unit.code: Unit.objects.get_parent(unit).code for unit in opened} == above
        done = everything()
        imported = undone(imported, admin)
        assert (imported.state, imported.remark) == (ImportState.UNDONE, "")
        assert everything() == before
        again = bring(ward, admin, workbook(tmp_path, people, units=units(above)), on=day)
        set_extent(imported=again, is_part=False, by=admin, at=NOW)
        assert applied(worked(again), admin).state == ImportState.APPLIED
        assert len(done["Unit"]) == Unit.objects.count()


def test_undo_gives_a_place_back_where_new_units_stand_by_now(tmp_path):
    """X leaves A for B, Y comes to its place with a new unit under it; X had one there, too."""

    def units(*rows: tuple[str, str]) -> tuple:
        return (
            *UNITS[:2],
            *((code, f"Chi bộ {code}", "Chi bộ cơ sở", parent, "Dân cư", "", "") for code, parent in rows),
        )

    people, tops = [Row(name="Nguyễn Văn An", unit="BXD")], (("A", "DB"), ("B", "DB"))
    ward, admin = ward_with(people, tmp_path, units=units(*tops, ("X", "A"), ("X1", "X"), ("Y", "B")))
    before, place = everything(), Unit.objects.get(code="X1").path
    file = workbook(tmp_path, people, units=units(*tops, ("X", "B"), ("X1", "X"), ("Y", "A"), ("Z", "Y")))
    imported = bring(ward, admin, file)
    imported = applied(worked(set_extent(imported=imported, is_part=False, by=admin, at=NOW)), admin)
    assert (imported.state, Unit.objects.get(code="Z").path) == (ImportState.APPLIED, place)
    imported = undone(imported, admin)
    assert (imported.state, imported.remark) == (ImportState.UNDONE, "")
    assert everything() == before


def test_other_names_of_many_units_ask_no_more_often_than_those_of_few(tmp_path):
    def units(name: str, number: int) -> tuple:
        return (
            *UNITS[:2],
            *((f"T{n}", f"Chi bộ T{n}", "Chi bộ cơ sở", "DB", "Dân cư", "", f"{name} {n}") for n in range(number)),
        )

    people = [Row(name="Nguyễn Văn An", unit="BXD")]
    asked = []
    ward_with(people, tmp_path, units=units("cũ", 30))
    for name, number in (("mới", 2), ("mới", 30)):
        path = write_roster(tmp_path / "tep.xlsx", people, units=(*units(name, number), *units("cũ", 30)[2 + number :]))
        with CaptureQueriesContext(connection) as queries:
            import_roster(path=path, on=DAY, by=None)
        asked.append(len(queries))
    assert sorted(UnitAlias.objects.exclude(unit__code__in=["DB", "BXD"]).values_list("name", flat=True)) == sorted(
        f"mới {n}" for n in range(30)
    )
    assert asked[0] == asked[1]


def test_what_the_terminal_brought_in_is_undone_by_the_page(tmp_path):
    rows = [*ROWS[:4], Row(name="Trần Thị Mới", year=1990, since="")]
    _, admin = ward_with(ROWS, tmp_path)
    before = everything()
    path = tmp_path / "lenh.xlsx"
    path.write_bytes(workbook(tmp_path, rows))
    call_command("import_roster", str(path), "--apply", "--at", "2026-04-24", stdout=StringIO())
    imported = RosterImport.objects.visible_to(admin).first()
    assert (imported.state, imported.file_name, imported.asked_by) == (ImportState.APPLIED, "lenh.xlsx", None)
    kept = lines_of(imported, at=NOW)
    assert [(line.change, line.name) for line in kept] == [("new", "Trần Thị Mới"), ("left", "Đỗ Đức Mạnh")]
    assert everything() != before
    request_undo(imported=imported, by=admin, at=NOW)
    assert worked(imported).state == ImportState.UNDONE
    assert everything() == before


def test_the_first_import_of_all_is_undone_down_to_the_root(tmp_path):
    ward, admin = ward_with(ROWS, tmp_path)
    [first] = RosterImport.objects.all()
    request_undo(imported=first, by=admin, at=NOW)
    assert worked(first).state == ImportState.UNDONE
    assert list(Unit.objects.values_list("pk", "numchild")) == [(ward.pk, 0)]
    assert not Member.objects.exists()
    again = bring(ward, admin, workbook(tmp_path, ROWS))
    again = applied(again, admin)
    assert (again.state, Member.objects.count()) == (ImportState.APPLIED, 5)


def test_later_changes_of_the_same_rows_refuse_the_undo(scene, tmp_path):
    ward, admin = scene
    rows = [*ROWS[:4], replace(ROWS[4], phone="0911111111"), Row(name="Trần Thị Mới", year=1990)]
    imported = applied(bring(ward, admin, workbook(tmp_path, rows)), admin)
    Member.objects.filter(full_name="Đỗ Đức Mạnh").update(phone="0922222222")
    new = Member.objects.get(full_name="Trần Thị Mới")
    appoint(new, "Chi ủy viên", unit=Unit.objects.get(code="TDP01"))
    before = everything()
    imported = undone(imported, admin)
    assert imported.state == ImportState.APPLIED
    assert imported.conflicts == [
        "Đỗ Đức Mạnh (đảng viên): đã được sửa sau lần nhập.",
        "Trần Thị Mới: đã có bổ nhiệm gắn vào sau lần nhập.",
    ]
    assert imported.remark == "Chưa hoàn tác được: 2 chỗ đã thay đổi sau lần nhập. Không có gì bị sửa."
    assert everything() == before
    # settled by hand, it works
    Member.objects.filter(full_name="Đỗ Đức Mạnh").update(phone="0911111111")
    new.appointments.all().delete()
    assert undone(imported, admin).state == ImportState.UNDONE


def test_undo_of_many_new_members_brings_every_row_back(scene, tmp_path):
    """So many that they are chosen by ranges of keys; one who has work since stops it all."""
    ward, admin = scene
    before = everything()
    new = [
        Row(name=f"Trần Thị Mới {chr(65 + n // 20)} {chr(65 + n % 20)}", year=1990, decision="09-QĐ/ĐU")
        for n in range(120)
    ]
    imported = applied(bring(ward, admin, workbook(tmp_path, [*ROWS, *new])), admin)
    assert Member.objects.filter(full_name__startswith="Trần Thị Mới").count() == 120
    one = Member.objects.get(full_name=new[60].name)
    appoint(one, "Chi ủy viên", unit=Unit.objects.get(code="TDP01"))
    imported = undone(imported, admin)
    assert (imported.state, imported.conflicts) == (
        ImportState.APPLIED,
        [f"{one.full_name}: đã có bổ nhiệm gắn vào sau lần nhập."],
    )
    one.appointments.all().delete()
    Position.objects.get(title="Chi ủy viên").delete()
    assert undone(imported, admin).state == ImportState.UNDONE
    assert everything() == before


def test_new_members_touched_since_refuse_the_undo(scene, tmp_path):
    ward, admin = scene
    new = [Row(name=f"Trần Thị {name}", year=1990, decision="09-QĐ/ĐU") for name in ("Mận", "Đào", "Lê")]
    imported = applied(bring(ward, admin, workbook(tmp_path, [*ROWS, *new])), admin)
    man, dao, le = (Member.objects.get(full_name=row.name) for row in new)
    Member.objects.filter(pk=man.pk).update(status_since=DAY)
    dao.exemptions.update(valid_to=DAY)
    Membership.objects.filter(member=le).delete()
    before = everything()
    imported = undone(imported, admin)
    assert imported.conflicts == [
        "Trần Thị Mận (đảng viên): đã được sửa sau lần nhập.",
        "nơi sinh hoạt (nơi sinh hoạt): đã bị xóa sau lần nhập.",
        "Trần Thị Đào: 09-QĐ/ĐU (miễn sinh hoạt): đã được sửa sau lần nhập.",
    ]
    assert imported.remark == "Chưa hoàn tác được: 3 chỗ đã thay đổi sau lần nhập. Không có gì bị sửa."
    assert everything() == before


def test_what_is_owed_since_refuses_the_undo(scene, tmp_path):
    ward, admin = scene
    imported = applied(bring(ward, admin, workbook(tmp_path, [*ROWS, Row(name="Trần Thị Mới", year=1990)])), admin)
    make_obligation(make_requirement(make_directive(ward)), Member.objects.get(full_name="Trần Thị Mới"))
    imported = undone(imported, admin)
    assert imported.state == ImportState.APPLIED
    assert len(imported.conflicts) == 1
    assert imported.conflicts[0].startswith("Trần Thị Mới: đã có ")


def test_untouched_people_may_change_before_the_undo(scene, tmp_path):
    ward, admin = scene
    imported = applied(bring(ward, admin, workbook(tmp_path, [*ROWS, Row(name="Trần Thị Mới", year=1990)])), admin)
    Member.objects.filter(full_name="Đỗ Đức Mạnh").update(phone="0922222222")
    make_member(Unit.objects.get(code="TDP01"), name="Hồ Văn Khác")
    UnitAlias.objects.create(unit=Unit.objects.get(code="TDP02"), name="tên mới")
    assert undone(imported, admin).state == ImportState.UNDONE
    assert Member.objects.get(full_name="Đỗ Đức Mạnh").phone == "0922222222"
    assert sorted(Member.objects.values_list("full_name", flat=True)) == [
        "Hồ Văn Khác", "Lê Bình", "Lê Bình", "Nguyễn Văn An", "Vũ Thị Hoà", "Đỗ Đức Mạnh",
    ]  # fmt: skip


def test_someone_who_left_and_came_back_is_not_put_in_two_places(scene, tmp_path):
    ward, admin = scene
    imported = bring(ward, admin, workbook(tmp_path, ROWS[:4]))
    imported = applied(worked(set_extent(imported=imported, is_part=False, by=admin, at=NOW)), admin)
    back = Member.objects.get(full_name="Đỗ Đức Mạnh")
    Membership.objects.create(member=back, unit=Unit.objects.get(code="TDP02"), valid_from=DAY)
    imported = undone(imported, admin)
    assert imported.conflicts == ["Đỗ Đức Mạnh (nơi sinh hoạt): đã được ghi vào Chi bộ Tổ dân phố số 2 sau lần nhập."]

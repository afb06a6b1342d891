"""A roster file read row by row: each planted fault gives exactly one line, with the repair in it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.factories.rosters import FIRST_ROW, UNITS, WARD, Row, write_roster
from units.errors import RosterUnreadable
from units.roster.checks import check_roster, settled
from units.roster.records import ExemptionRow, MemberRow, Post, Roster
from units.services.roster import VOCABULARY
from units.spreadsheets import open_grids

TODAY = date(2026, 4, 24)


def read(path: Path) -> Roster:
    return check_roster(open_grids(path), vocabulary=VOCABULARY, on=TODAY)


def lines(roster: Roster) -> list[tuple[str, int, str, str]]:
    return [(p.severity, p.row, p.column, p.message) for p in roster.problems]


def test_a_faultless_file(tmp_path):
    rows = [
        Row(
            posts="Bí thư|Chi bộ Tổ dân phố số 1; Trưởng ban|Ban Xây dựng Đảng",
            email="AN@example.org",
            phone="0912345678",
        ),
        Row(name="H'Hen Niê", unit="TDP02", year="", since="", status="Dự bị"),
        Row(name="Vũ Thị Hoà", unit="Chi bộ TDP 2", decision="03-QĐ/ĐU", exempt_from=date(2026, 1, 15)),
        Row(name="Vũ Thị Hòa", year=1980, unit="Chi bộ TDP 2", exempt_to=date(2026, 12, 31), decision="04-QĐ/ĐU"),
    ]
    roster = read(write_roster(tmp_path / "r.xlsx", rows))

    assert lines(roster) == []
    assert roster.left_out == ()
    assert [u.code for u in roster.units] == ["DB", "BXD", "TDP01", "TDP02", "CA", "CA.1"]
    assert [u.parent for u in roster.units] == ["", "DB", "DB", "DB", "DB", "CA"]
    assert [(u.kind, u.block, u.cluster) for u in roster.units][2:] == [
        ("GRASSROOTS_CELL", "RESIDENTIAL", "Cụm 1"),
        ("GRASSROOTS_CELL", "RESIDENTIAL", "Cụm 2"),
        ("GRASSROOTS_COMMITTEE", "POLICE", "Cụm 1"),
        ("SUB_CELL", "POLICE", "Cụm 1"),
    ]
    assert roster.units[2].aliases == ("Chi bộ TDP 1", "Chi bộ 1")
    assert roster.members == (
        MemberRow(
            4, "Nguyễn Văn An", 1970, "TDP01", (Post("Bí thư", "TDP01"), Post("Trưởng ban", "BXD")),
            "FULL", None, "an@example.org", "0912345678", date(2020, 5, 4),
        ),
        MemberRow(5, "H'Hen Niê", None, "TDP02", (), "PROBATIONARY", None, "", "", None),
        MemberRow(
            6, "Vũ Thị Hoà", 1970, "TDP02", (), "FULL",
            ExemptionRow("03-QĐ/ĐU", date(2026, 1, 15), None), "", "", date(2020, 5, 4),
        ),
        MemberRow(
            7, "Vũ Thị Hòa", 1980, "TDP02", (), "FULL",
            ExemptionRow("04-QĐ/ĐU", None, date(2026, 12, 31)), "", "", date(2020, 5, 4),
        ),
    )  # fmt: skip


ONE_FAULT = [
    # The kinds planted in roster-with-faults.xlsx, one line each.
    ("nfd", Row(name=unicodedata.normalize("NFD", "Ngô Thị Ngọc")), "warning", "Họ và tên",
     "Họ và tên viết dấu rời (Unicode tổ hợp); đề nghị sửa thành “Ngô Thị Ngọc”.", "Ngô Thị Ngọc"),
    ("spaces", Row(name="  Lê  Thành  Kiên"), "warning", "Họ và tên",
     "Họ và tên thừa khoảng trắng; đề nghị sửa thành “Lê Thành Kiên”.", "Lê Thành Kiên"),
    ("caps", Row(name="NGÔ TRỌNG THÀNH"), "warning", "Họ và tên",
     "Họ và tên viết hoa chưa đúng; đề nghị sửa thành “Ngô Trọng Thành”.", "Ngô Trọng Thành"),
    ("small letters", Row(name="Nguyễn văn An"), "warning", "Họ và tên",
     "Họ và tên viết hoa chưa đúng; đề nghị sửa thành “Nguyễn Văn An”.", "Nguyễn Văn An"),
    ("trailing note", Row(name="Hà Trọng Cường (mới chuyển đến)"), "warning", "Họ và tên",
     "Họ và tên lẫn ghi chú “mới chuyển đến”; đề nghị sửa thành “Hà Trọng Cường”, đưa phần ghi chú sang cột Ghi chú.",
     "Hà Trọng Cường"),
    ("form of address", Row(name="Đ/c Hà Trọng Cường"), "warning", "Họ và tên",
     "Họ và tên lẫn xưng hô “đồng chí”; đề nghị sửa thành “Hà Trọng Cường”.", "Hà Trọng Cường"),
    ("eth for Đ", Row(name="Ðỗ Ðức Mạnh"), "warning", "Họ và tên",
     "Họ và tên có chữ Đ gõ bằng ký tự khác; đề nghị sửa thành “Đỗ Đức Mạnh”.", "Đỗ Đức Mạnh"),
    ("two repairs, one line", Row(name=unicodedata.normalize("NFD", " LÊ  THỊ HẠNH")), "warning", "Họ và tên",
     "Họ và tên viết dấu rời (Unicode tổ hợp) và thừa khoảng trắng và viết hoa chưa đúng; đề nghị sửa thành “Lê Thị Hạnh”.",
     "Lê Thị Hạnh"),
    ("dash in unit", Row(unit="Chi bộ – Tổ dân phố số 1"), "warning", "Đơn vị sinh hoạt",
     "Tên đơn vị viết khác danh sách; đề nghị sửa thành “Chi bộ Tổ dân phố số 1”.", "Nguyễn Văn An"),
    ("unaccented unit", Row(unit="chi bo to dan pho so 1"), "warning", "Đơn vị sinh hoạt",
     "Tên đơn vị viết khác danh sách; đề nghị sửa thành “Chi bộ Tổ dân phố số 1”.", "Nguyễn Văn An"),
    ("text date", Row(since="22.05.2022"), "warning", "Sinh hoạt từ ngày",
     "Ngày ghi dạng chữ; đề nghị sửa thành “22/05/2022”.", "Nguyễn Văn An"),
    ("date as number", Row(since=44703), "warning", "Sinh hoạt từ ngày",
     "Ngày ghi dạng số; đề nghị sửa thành “22/05/2022”.", "Nguyễn Văn An"),
    ("year as text", Row(year="1974 "), "warning", "Năm sinh",
     "Năm sinh ghi dạng chữ; đề nghị sửa thành “1974”.", "Nguyễn Văn An"),
    ("swapped columns", Row(name="Chi bộ Tổ dân phố số 1", unit="Nguyễn Đình Đông"), "warning", "Họ và tên",
     "Họ tên và đơn vị ghi ngược cột; đề nghị sửa: họ tên “Nguyễn Đình Đông”, đơn vị “Chi bộ Tổ dân phố số 1”.",
     "Nguyễn Đình Đông"),
    ("lost zero", Row(phone=912345678), "warning", "Điện thoại",
     "Số điện thoại viết chưa chuẩn; đề nghị sửa thành “0912345678”.", "Nguyễn Văn An"),
    ("post without unit", Row(posts="Bí thư"), "warning", "Chức vụ | Đơn vị",
     "Chức vụ “Bí thư” thiếu đơn vị; đề nghị ghi “Bí thư|Chi bộ Tổ dân phố số 1”.", "Nguyễn Văn An"),
    ("no status", Row(status=""), "warning", "Tình trạng",
     "Chưa ghi tình trạng; đề nghị ghi “Chính thức”.", "Nguyễn Văn An"),
    ("status without its tone", Row(status="Chính thúc"), "warning", "Tình trạng",
     "Tình trạng “Chính thúc” viết khác danh mục; đề nghị sửa thành “Chính thức”.", "Nguyễn Văn An"),
    # What only a person can settle.
    ("unknown unit", Row(unit="Chi bộ Tổ dân phố số 99"), "error", "Đơn vị sinh hoạt",
     ("Không có đơn vị “Chi bộ Tổ dân phố số 99” trong danh sách tổ chức đảng. Gần nhất: “Chi bộ Tổ dân phố số 1”, "
     "“Chi bộ Tổ dân phố số 2”. Sửa ô này hoặc thêm đơn vị."), None),
    ("unknown unit, post elsewhere", Row(unit="Xyz", posts="Chuyên viên|Ban Xây dựng Đảng"), "error", "Đơn vị sinh hoạt",
     "Không có đơn vị “Xyz” trong danh sách tổ chức đảng. Gần nhất: “Ban Xây dựng Đảng”. Sửa ô này hoặc thêm đơn vị.", None),
    ("blank unit", Row(unit=" "), "error", "Đơn vị sinh hoạt", "Chưa ghi đơn vị sinh hoạt.", None),
    ("blank name", Row(name=""), "error", "Họ và tên", "Chưa ghi họ tên.", None),
    ("one word", Row(name="An"), "error", "Họ và tên", "Họ tên “An” chỉ có một chữ, cần ghi đủ họ và tên.", None),
    ("digits in name", Row(name="Nguyễn Văn An 2"), "error", "Họ và tên",
     "Họ tên “Nguyễn Văn An 2” có chữ số hoặc ký tự lạ.", None),
    ("bad date", Row(since="31/02/2024"), "error", "Sinh hoạt từ ngày",
     "Không có ngày “31/02/2024”: tháng 2/2024 hết ngày 29/02/2024; tra lại và ghi ngày đúng.", None),
    ("month first", Row(since="05/31/2024"), "error", "Sinh hoạt từ ngày",
     "Không có ngày “05/31/2024” trong lịch (ngày trước, tháng sau); tra lại và ghi ngày đúng.", None),
    ("no date", Row(since="không rõ"), "error", "Sinh hoạt từ ngày", "“không rõ” không phải ngày; ghi dạng 05/03/2024.", None),
    ("too young", Row(year=2009), "error", "Năm sinh", "Năm sinh 2009 không hợp lý (từ 1900 đến 2008).", None),
    ("date for year", Row(year=date(1974, 3, 1)), "error", "Năm sinh",
     "“01/03/1974” không phải năm sinh; chỉ ghi năm, ví dụ 1974.", None),
    ("bad e-mail", Row(email="an@"), "error", "Email", "Địa chỉ thư “an@” không đúng dạng ten@coquan.vn.", None),
    ("bad phone", Row(phone="12"), "error", "Điện thoại",
     "Số điện thoại “12” không đúng (10 hoặc 11 chữ số, bắt đầu bằng 0).", None),
    ("unknown status", Row(status="Ốm"), "error", "Tình trạng",
     "Tình trạng “Ốm” không có trong danh mục; chọn một trong: Chính thức; Dự bị; Đình chỉ; Xóa tên; Khai trừ; Từ trần.", None),
    ("unknown unit of a post", Row(posts="Bí thư|Chi bộ Trăng"), "error", "Chức vụ | Đơn vị",
     ("Không có đơn vị “Chi bộ Trăng” trong danh sách tổ chức đảng. Gần nhất: “Chi bộ An ninh”. "
     "Sửa ô này hoặc thêm đơn vị."), None),
    ("exemption without decision", Row(exempt_from=date(2026, 1, 1)), "error", "Miễn SH: số văn bản",
     "Có ngày miễn sinh hoạt nhưng chưa ghi số văn bản.", None),
    ("exemption ends before it starts",
     Row(decision="1-QĐ/ĐU", exempt_from=date(2026, 1, 2), exempt_to=date(2026, 1, 1)), "error", "Miễn đến ngày",
     "Miễn sinh hoạt đến ngày 01/01/2026 trước cả ngày bắt đầu 02/01/2026.", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "kind", "guess"),
    [
        (Row(unit="Chi bộ Tổ dân phố số 99"), "", ""),  # "số 1" and "số 2" are other units
        (Row(unit="Chi bộ Tổ dân số 2"), "unknown_unit", "Chi bộ Tổ dân phố số 2"),
        (Row(unit="Chi bộ Tổ dân số 02"), "unknown_unit", "Chi bộ Tổ dân phố số 2"),
        (Row(unit="Chi bộ Tổ dân phố số 99", posts="Bí thư|TDP02"), "unknown_unit", "Chi bộ Tổ dân phố số 2"),
    ],
)
def test_only_a_unit_of_the_same_number_is_guessed(tmp_path, row, kind, guess):
    [problem] = [one for one in read(write_roster(tmp_path / "r.xlsx", [row])).problems if one.severity == "error"]
    assert (problem.kind, problem.proposal) == (kind, guess)


@pytest.mark.parametrize("written", ["Chính thức", "CHÍNH THỨC", " chính  thức ", "chinh thuc", "CHINH THUC"])
def test_a_word_of_a_list_is_known_in_any_case_and_without_marks(tmp_path, written):
    assert read(write_roster(tmp_path / "r.xlsx", [Row(status=written)])).problems == ()


def test_a_misspelt_word_is_named_in_every_row(tmp_path):
    units = [*UNITS[:2], ("TDP09", "Chi bộ Tổ dân phố số 9", "Chi bộ cở sở", UNITS[0][1], "Dân cu", "", "")]
    rows = [Row(status="Du bị"), Row(name="Lê Bình", status="Du bị"), Row(name="Vũ Hoà", status="Xoá tên")]
    roster = read(write_roster(tmp_path / "r.xlsx", [replace(row, unit="TDP09") for row in rows], units=tuple(units)))
    assert [(p.row, p.value, p.kind, p.proposal) for p in roster.problems if p.kind == "word"] == [
        (6, "Chi bộ cở sở", "word", "Chi bộ cơ sở"),
        (6, "Dân cu", "word", "Dân cư"),
        (4, "Du bị", "word", "Dự bị"),
        (5, "Du bị", "word", "Dự bị"),
    ]
    assert [member.status for member in roster.members] == ["PROBATIONARY", "PROBATIONARY", "REMOVED"]


@pytest.mark.parametrize(
    ("row", "severity", "column", "message", "kept"), [c[1:] for c in ONE_FAULT], ids=[c[0] for c in ONE_FAULT]
)
def test_one_fault_one_line(tmp_path, row, severity, column, message, kept):
    roster = read(write_roster(tmp_path / "r.xlsx", [row]))

    assert lines(roster) == [(severity, FIRST_ROW, column, message)]
    assert [m.name for m in roster.members] == ([kept] if kept else [])
    assert [m.row for m in roster.left_out] == ([] if kept else [FIRST_ROW])


def test_a_repeated_row_is_dropped_and_homonyms_are_people(tmp_path):
    rows = [
        Row(),
        Row(name="NGUYỄN VĂN AN"),  # the same man again, in capitals: two lines would be two faults
        Row(year=1971),
        Row(unit="Chi bộ TDP 2"),
        Row(since=date(2021, 1, 1)),
        Row(),
    ]
    roster = read(write_roster(tmp_path / "r.xlsx", rows))

    assert [(m.row, m.birth_year, m.unit) for m in roster.members] == [
        (4, 1970, "TDP01"), (6, 1971, "TDP01"), (7, 1970, "TDP02"), (8, 1970, "TDP01"),
    ]  # fmt: skip
    assert lines(roster) == [
        ("warning", 5, "Họ và tên", "Họ và tên viết hoa chưa đúng; đề nghị sửa thành “Nguyễn Văn An”."),
        ("warning", 5, "Họ và tên", "Dòng lặp lại dòng 4 (cùng người, cùng đơn vị); đề nghị bỏ dòng này."),
        ("notice", 8, "Họ và tên",
         "Trùng họ tên, năm sinh và đơn vị với dòng 4, khác ngày vào sinh hoạt: được coi là hai người; nếu là một, hãy bỏ bớt một dòng."),
        ("warning", 9, "Họ và tên", "Dòng lặp lại dòng 4 (cùng người, cùng đơn vị); đề nghị bỏ dòng này."),
    ]  # fmt: skip


def test_homonyms_that_cannot_be_told_apart(tmp_path):
    rows = [
        Row(name="Vũ Thị Hoà", year=""),
        Row(name="Vũ Thị Hòa"),
        Row(name="Lê Thị Nga"),
        Row(name="Lê Thị Nga", posts="Kế toán|BXD"),
        Row(name="Trần Thị Mơ", year="", phone="0912345678"),
        Row(name="Trần Thị Mơ", year="", phone="0912345679"),
    ]
    roster = read(write_roster(tmp_path / "r.xlsx", rows))

    assert lines(roster) == [
        ("error", 5, "Họ và tên", "Trùng họ tên và đơn vị với dòng 4; ghi năm sinh của cả hai để phân biệt."),
        ("error", 7, "Họ và tên",
         "Trùng họ tên, năm sinh và đơn vị với dòng 6 nhưng nội dung khác; giữ một dòng cho mỗi người."),
    ]  # fmt: skip
    assert [m.row for m in roster.members] == [4, 6, 8, 9]
    assert [m.row for m in roster.left_out] == [5, 7]


def test_one_address_one_person_and_one_secretary_a_unit(tmp_path):
    rows = [
        Row(email="a@example.org", posts="Bí thư|Chi bộ 1"),
        Row(name="Lê Bình", email="A@example.org"),
        Row(name="Lê Chi", posts="Bí thư|Chi bộ Tổ dân phố số 1"),
        Row(name="Lê Dung", posts="Phó Bí thư|Chi bộ Tổ dân phố số 1"),
    ]
    roster = read(write_roster(tmp_path / "r.xlsx", rows))

    assert lines(roster) == [
        ("error", 5, "Email", "Địa chỉ thư “a@example.org” đã ghi cho người ở dòng 4; mỗi người một địa chỉ."),
        ("error", 6, "Chức vụ | Đơn vị",
         "“Chi bộ Tổ dân phố số 1” đã có Bí thư là Nguyễn Văn An (dòng 4); mỗi đơn vị một Bí thư."),
    ]  # fmt: skip


def test_passing_over(tmp_path):
    rows = [Row(), Row(name="LÊ BÌNH"), Row(name="")]
    roster = read(write_roster(tmp_path / "r.xlsx", rows))

    def outcome(**decision):
        kept, in_the_way = settled(roster, **decision)
        return [m.name for m in kept.members], [m.row for m in kept.left_out], [p.row for p in in_the_way]

    assert outcome(accept_fixes=False, skip_faulty=False) == (["Nguyễn Văn An", "Lê Bình"], [6], [5, 6])
    assert outcome(accept_fixes=True, skip_faulty=False) == (["Nguyễn Văn An", "Lê Bình"], [6], [6])
    assert outcome(accept_fixes=False, skip_faulty=True) == (["Nguyễn Văn An"], [6, 5], [])
    assert outcome(accept_fixes=True, skip_faulty=True) == (["Nguyễn Văn An", "Lê Bình"], [6], [])


BAD_UNITS = [
    ("code twice", [*UNITS, ("BXD", "Ban khác", "Cơ quan", WARD, "", "", "")],
     ("error", 10, "Mã", "Mã “BXD” đã dùng ở dòng 5; mỗi đơn vị một mã.")),
    ("name twice", [*UNITS, ("X", "Chi bộ An ninh", "Chi bộ cơ sở", WARD, "", "", "")],
     ("error", 10, "Tên đơn vị", "Tên đơn vị “Chi bộ An ninh” đã dùng ở dòng 9; mỗi đơn vị một tên đơn vị.")),
    ("no code", [*UNITS, ("", "Ban khác", "Cơ quan", WARD, "", "", "")],
     ("error", 10, "Mã", "Chưa ghi mã.")),
    ("unknown kind", [*UNITS, ("X", "Ban khác", "Ban bệ", WARD, "", "", "")],
     ("error", 10, "Loại", ("Loại “Ban bệ” không có trong danh mục; chọn một trong: Đảng bộ thành phố; Đảng bộ phường; "
      "Cơ quan; Đảng bộ cơ sở; Đảng bộ bộ phận; Chi bộ cơ sở; Chi bộ trực thuộc; Tổ đảng."))),
    ("unknown block", [*UNITS, ("X", "Ban khác", "Cơ quan", WARD, "Nông dân", "", "")],
     ("error", 10, "Khối", ("Khối “Nông dân” không có trong danh mục; chọn một trong: Dân cư; Cơ quan Đảng, MTTQ, đoàn thể; "
      "Hành chính sự nghiệp; Trường học; Doanh nghiệp; Công an; Quân sự; Y tế."))),
    ("unknown parent", [*UNITS, ("X", "Chi bộ X", "Chi bộ cơ sở", "Đảng bộ Công an quận", "", "", "")],
     ("error", 10, "Đơn vị cấp trên",
      ("Không có đơn vị cấp trên “Đảng bộ Công an quận” trong danh sách; gần nhất: “Đảng bộ Công an phường”, "
      "“Đảng bộ phường Thử Nghiệm”."))),
    ("parent written otherwise", [*UNITS, ("X", "Chi bộ X", "Chi bộ cơ sở", "Đảng bộ – Công an phường", "", "", "")],
     ("warning", 10, "Đơn vị cấp trên", "Đơn vị cấp trên viết khác tên đơn vị; đề nghị sửa thành “Đảng bộ Công an phường”.")),
    ("no parent", [*UNITS, ("X", "Chi bộ X", "Chi bộ cơ sở", "", "", "", "")],
     ("error", 10, "Đơn vị cấp trên", "“Chi bộ X” chưa ghi đơn vị cấp trên.")),
    ("two wards", [*UNITS, ("X", "Đảng bộ phường X", "Đảng bộ phường", "", "", "", "")],
     ("error", 10, "Đơn vị cấp trên", "Có hai đảng bộ phường (dòng 4 và 10); mỗi tệp một phường.")),
    ("its own parent", [*UNITS, ("X", "Chi bộ X", "Chi bộ cơ sở", "Chi bộ X", "", "", "")],
     ("error", 10, "Đơn vị cấp trên", "“Chi bộ X” là cấp trên của chính mình (vòng lặp).")),
]  # fmt: skip


@pytest.mark.parametrize(("units", "line"), [c[1:] for c in BAD_UNITS], ids=[c[0] for c in BAD_UNITS])
def test_faults_of_units(tmp_path, units, line):
    roster = read(write_roster(tmp_path / "r.xlsx", [], units=tuple(units)))

    assert lines(roster) == [line]
    in_the_way = settled(roster, accept_fixes=False, skip_faulty=True)[1]
    assert len(in_the_way) == 1  # faults of units are never passed over


def test_a_circle_and_a_parent_further_down(tmp_path):
    units = (
        ("A", "Chi bộ A", "Chi bộ trực thuộc", "Đảng bộ B", "", "", ""),
        ("B", "Đảng bộ B", "Đảng bộ cơ sở", WARD, "", "", ""),
        ("C", "Chi bộ C", "Chi bộ cơ sở", "Chi bộ D", "", "", ""),
        ("D", "Chi bộ D", "Chi bộ cơ sở", "Chi bộ C", "", "", ""),
        UNITS[0],
    )
    roster = read(write_roster(tmp_path / "r.xlsx", [], units=units))

    assert [(u.code, u.parent) for u in roster.units] == [("A", "B"), ("B", "DB"), ("DB", "")]
    assert lines(roster) == [
        ("error", 6, "Đơn vị cấp trên", "“Chi bộ C” là cấp trên của chính mình (vòng lặp)."),
        ("error", 7, "Đơn vị cấp trên", "“Chi bộ D” là cấp trên của chính mình (vòng lặp)."),
    ]


def test_headers(tmp_path):
    missing = tmp_path / "thieu.csv"
    missing.write_text("STT,Họ và tên,Năm sinh,Ghi chú\n1,Lê Bình,1970,\n", encoding="utf-8")
    none = tmp_path / "khong.csv"
    none.write_text("a,b\n1,2\n", encoding="utf-8")
    forbidden = tmp_path / "cam.csv"
    forbidden.write_text("Mã,Tên đơn vị,Loại,Số CCCD\nDB,Đảng bộ phường X,Đảng bộ phường,1\n", encoding="utf-8")

    assert [(p.row, p.message) for p in read(missing).problems] == [
        (1, "Dòng tiêu đề thiếu cột “Đơn vị sinh hoạt”; thêm cột rồi nhập lại.")
    ]
    assert [p.message for p in read(none).problems] == [
        (
            "Không thấy dòng tiêu đề của danh sách: sheet “Tổ chức đảng” cần các cột Mã, Tên đơn vị, Loại; "
            "sheet “Đảng viên” cần các cột Họ và tên, Đơn vị sinh hoạt."
        )
    ]
    assert [(p.severity, p.message) for p in read(forbidden).problems] == [
        (
            "warning",
            "Cổng không thu thập “Số CCCD” (tối thiểu hóa dữ liệu); đề nghị bỏ cột này, nội dung của cột không được đọc.",
        )
    ]


def test_csv_is_read_against_the_stored_units(tmp_path):
    """In a CSV every cell is text: a day or a year written as text is no fault there."""
    path = tmp_path / "r.csv"
    path.write_text(
        "Họ và tên;Năm sinh;Đơn vị sinh hoạt;Chức vụ;Tình trạng;Sinh hoạt từ ngày\n"
        "Lê Bình;1970;Chi bộ A;Bí thư|Chi bộ A;Chính thức;04/05/2020\n"
        "\n"
        "Lê Chi;1971;CB A;;Dự bị;2020-05-04\n",
        encoding="utf-8-sig",
    )
    roster = check_roster(open_grids(path), vocabulary=VOCABULARY, on=TODAY, known_units=[("A", "Chi bộ A", ("CB A",))])
    assert lines(roster) == []
    assert (roster.has_units, roster.has_members) == (False, True)
    assert [(m.row, m.name, m.birth_year, m.unit, m.since) for m in roster.members] == [
        (2, "Lê Bình", 1970, "A", date(2020, 5, 4)),
        (4, "Lê Chi", 1971, "A", date(2020, 5, 4)),
    ]


def test_members_sheet_before_the_units(tmp_path):
    one, two = write_roster(tmp_path / "a.xlsx", [Row()], units=None), write_roster(tmp_path / "b.xlsx", [])
    grids = [*list(open_grids(one)), *list(open_grids(two))[:1]]
    roster = check_roster(iter(grids), vocabulary=VOCABULARY, on=TODAY)
    assert [m.unit for m in roster.members] == ["TDP01"]
    assert roster.problems == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 not a zip", "Tệp “r.xlsx” hỏng hoặc không phải bảng tính, không đọc được."),
        (b"%PDF-1.7\n\x00\x00", "Tệp “r.xlsx” không phải Excel, ODS hay CSV."),
        (
            b"\xff\xfeA\xd8",
            "Không nhận ra bảng mã của tệp “r.xlsx”; hãy mở bằng Excel và lưu lại dạng “CSV UTF-8” hoặc .xlsx.",
        ),
    ],
)
def test_what_is_no_spreadsheet(tmp_path, content, sentence):
    path = tmp_path / "r.xlsx"
    path.write_bytes(content)
    with pytest.raises(RosterUnreadable, match=sentence):
        list(open_grids(path))


def test_a_missing_file(tmp_path):
    with pytest.raises(RosterUnreadable, match=r"Không mở được tệp “không có\.xlsx”"):
        list(open_grids(tmp_path / "không có.xlsx"))

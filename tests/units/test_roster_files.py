"""Files that are no roster, or one in an old code: each is named, with the next step; none does harm."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date

import pytest
import xlsxwriter

from tests.factories.rosters import UNITS, Row, write_roster
from units.csv_text import decode_csv, neutral, separator_of, without_guard
from units.errors import RosterUnreadable
from units.roster.checks import check_roster
from units.services.roster import VOCABULARY
from units.spreadsheets import MAX_ROWS, open_grids

DAY = date(2026, 4, 24)
HEAD = "Họ và tên,Năm sinh,Đơn vị sinh hoạt"
BODY = "Nguyễn Thị Thuỳ,1970,Chi bộ Tổ dân phố số 1\r\nTrần Đức Quỳnh,1981,Chi bộ Tổ dân phố số 2"
KNOWN = [("TDP01", "Chi bộ Tổ dân phố số 1", ()), ("TDP02", "Chi bộ Tổ dân phố số 2", ())]


def read(path, **said):
    return check_roster(open_grids(path, **said), vocabulary=VOCABULARY, on=DAY, known_units=KNOWN)


def refused(tmp_path, content: bytes, name: str = "r.xlsx") -> str:
    path = tmp_path / "tep"
    path.write_bytes(content)
    with pytest.raises(RosterUnreadable) as refusal:
        read(path, name=name)
    return str(refusal.value)


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_an_empty_file(tmp_path):
    assert refused(tmp_path, b"") == "Tệp “r.xlsx” trống (0 byte); hãy lưu lại danh sách rồi tải lên."


def test_a_word_document_called_xlsx(tmp_path):
    content = zipped(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<w/>"})
    assert "là văn bản Word dù tên ghi khác" in refused(tmp_path, content)


def test_an_encrypted_workbook(tmp_path):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500
    assert "có mật khẩu; hãy bỏ mật khẩu" in refused(tmp_path, content)


def test_a_zip_bomb(tmp_path):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(650):
            part.write(b"0" * 2**20)
    assert "bung ra quá lớn (650 MB)" in refused(tmp_path, out.getvalue())


def test_a_pdf(tmp_path):
    assert "là văn bản, không phải bảng tính" in refused(tmp_path, b"%PDF-1.7 text", "r.csv")


def test_too_many_rows(tmp_path):
    path = tmp_path / "nhieu.csv"
    path.write_text("\n".join([HEAD, *["Nguyễn Văn An,1970,TDP01"] * (MAX_ROWS + 50_000)]), "utf-8")
    with pytest.raises(RosterUnreadable, match=r"có hơn 150\.000 dòng"):
        read(path)


def test_empty_rows_beyond_the_limit_are_no_rows(tmp_path):
    path = tmp_path / "thua.csv"
    path.write_text("\n".join([HEAD, "Nguyễn Văn An,1970,TDP01", *[",,"] * MAX_ROWS]), "utf-8")
    assert [m.name for m in read(path).members] == ["Nguyễn Văn An"]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258", "tcvn3"])
def test_csv_in_any_code_and_with_any_separator(tmp_path, separator, encoding):
    text = f"{HEAD}\r\n{BODY}".replace(",", separator)
    path = tmp_path / "danh sach.csv"
    path.write_bytes(encoded(text, encoding))
    roster = read(path)
    assert [(m.name, m.birth_year, m.unit) for m in roster.members] == [
        ("Nguyễn Thị Thuỳ", 1970, "TDP01"),
        ("Trần Đức Quỳnh", 1981, "TDP02"),
    ]
    assert roster.problems == ()


def encoded(text: str, encoding: str) -> bytes:
    if encoding == "tcvn3":
        from vietnamese.legacy import _TCVN3  # noqa: PLC0415 (the table is the definition of the code)

        back = {letter: byte for byte, letter in _TCVN3.items()}
        return "".join(back.get(char, char) for char in text).encode("latin-1")
    if encoding == "cp1258":
        return b"".join(_cp1258(char) for char in text)
    return text.encode(encoding)


def _cp1258(char: str) -> bytes:
    import unicodedata  # noqa: PLC0415 (only here)

    try:
        return char.encode("cp1258")
    except UnicodeEncodeError:
        base, tone = unicodedata.normalize("NFD", char)[0], ""
        marks = unicodedata.normalize("NFD", char)[1:]
        tones = "\u0300\u0301\u0303\u0309\u0323"
        tone = "".join(mark for mark in marks if mark in tones)
        rest = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark not in tones))
        return (rest + tone).encode("cp1258")


def test_semicolons_inside_cells_do_not_make_them_the_separator():
    text = 'Họ và tên,Chức vụ,Đơn vị\nA B,"Bí thư|X; Tổ trưởng|Y; Chi ủy viên|Z",TDP01\n'
    assert separator_of(text) == ","


@pytest.mark.parametrize("cell", ["=1+1", "+84912", "-3", "@SUM(A1)", "\tx", "bình thường", "'trích", ""])
def test_guarded_cells_come_back(cell):
    assert without_guard(neutral(cell)) == cell
    assert not neutral(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_bytes_of_no_code():
    with pytest.raises(RosterUnreadable, match="Không nhận ra bảng mã"):
        decode_csv(b"\xff\xfe\x00\xd8A", "x.csv")  # half a pair of UTF-16


def test_a_roster_without_header_is_named(tmp_path):
    path = tmp_path / "khong-tieu-de.csv"
    path.write_text(BODY, "utf-8")
    (problem,) = read(path).problems
    assert problem.message.startswith("Không thấy dòng tiêu đề của danh sách")


def test_a_parent_may_come_later_a_cycle_may_not(tmp_path):
    later = (UNITS[0], UNITS[5], UNITS[4])
    path = write_roster(tmp_path / "r.xlsx", [], units=later)
    roster = check_roster(open_grids(path), vocabulary=VOCABULARY, on=DAY)
    assert {unit.code: unit.parent for unit in roster.units} == {"DB": "", "CA.1": "CA", "CA": "DB"}
    circle = (UNITS[0], (*UNITS[4][:3], "CA.1", *UNITS[4][4:]), (*UNITS[5][:3], "CA", *UNITS[5][4:]))
    path = write_roster(tmp_path / "r.xlsx", [], units=circle)
    roster = check_roster(open_grids(path), vocabulary=VOCABULARY, on=DAY)
    assert sorted({p.message for p in roster.problems if "vòng lặp" in p.message}) == [
        "“Chi bộ An ninh” là cấp trên của chính mình (vòng lặp).",
        "“Đảng bộ Công an phường” là cấp trên của chính mình (vòng lặp).",
    ]


@pytest.mark.parametrize("from_column", [0, 1])
def test_cells_merged_downwards_count_for_each_row_and_a_header_of_two_rows_once(tmp_path, from_column):
    """The unit stands once beside its people; the header is printed again on the next page."""
    book = xlsxwriter.Workbook(str(tmp_path / "r.xlsx"))
    sheet, left = book.add_worksheet(), from_column
    header = ("STT", "Họ và tên", "Năm sinh", "Đơn vị sinh hoạt")
    for number, word in enumerate(header):
        if number != 2:
            sheet.merge_range(2, left + number, 3, left + number, word)
    sheet.write(2, left + 2, "Năm sinh")
    sheet.write(3, left + 2, "(dương lịch)")
    people = ["Nguyễn Văn An", "Lê Bình", "Vũ Hoà", "", "Đỗ Mai", "Hồ Quý"]
    for number, name in enumerate(people, start=4):
        sheet.write_row(number, left + 1, [name, 1950 + number] if name else [])
    sheet.merge_range(4, left + 3, 7, left + 3, "Chi bộ 1")  # the last of its rows is empty
    sheet.write(8, left + 3, "Chi bộ 2")
    sheet.write_row(10, left, header)
    sheet.write_row(11, left, [1, "Bùi Lan", 1980, "Chi bộ 2"])
    book.close()
    known = [("A", "Chi bộ 1", ()), ("B", "Chi bộ 2", ())]
    roster = check_roster(open_grids(tmp_path / "r.xlsx"), vocabulary=VOCABULARY, on=DAY, known_units=known)
    assert [(member.row, member.name, member.birth_year, member.unit) for member in roster.members] == [
        (5, "Nguyễn Văn An", 1954, "A"),
        (6, "Lê Bình", 1955, "A"),
        (7, "Vũ Hoà", 1956, "A"),
        (9, "Đỗ Mai", 1958, "B"),
        (12, "Bùi Lan", 1980, "B"),
    ]
    assert [(problem.row, problem.message) for problem in roster.problems] == [(10, "Chưa ghi đơn vị sinh hoạt.")]


def test_two_secretaries_and_an_exemption_that_ends_before_it_starts(tmp_path):
    rows = [
        Row(name="Nguyễn Văn An", posts="Bí thư|TDP01"),
        Row(name="Trần Văn Bình", posts="Bí thư|TDP01"),
        Row(name="Lê Văn Cẩn", decision="1-QĐ", exempt_from=date(2026, 5, 1), exempt_to=date(2026, 4, 1)),
    ]
    roster = check_roster(open_grids(write_roster(tmp_path / "r.xlsx", rows)), vocabulary=VOCABULARY, on=DAY)
    assert [problem.message for problem in roster.problems] == [
        "“Chi bộ Tổ dân phố số 1” đã có Bí thư là Nguyễn Văn An (dòng 4); mỗi đơn vị một Bí thư.",
        "Miễn sinh hoạt đến ngày 01/04/2026 trước cả ngày bắt đầu 01/05/2026.",
    ]


HOSTILE = [
    "=HYPERLINK(\"http://x\";\"a\")", "'; DROP TABLE units_member; --", "<script>alert(1)</script>", "\u202egnp.exe",
    "{{ 7*7 }}", "%s%n", "../../etc/passwd", "A" * 5000, "Ｎｇｕｙễｎ", "\u0000\u0007", "🧑‍🤝‍🧑", "NULL", "1e309", "ﷺ" * 50,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "\ufeff", "١٢٣٤", "١٩٧٠", "²⁰²⁰", "Infinity", "31/02/2024", "00/00/0000", "-1",
]  # fmt: skip


def test_hostile_cells_are_read_to_the_end(tmp_path):
    """In every column: no crash, nothing but rows and sentences; what is stored has no control characters."""
    path = tmp_path / "r.csv"
    head = ["Họ và tên", "Năm sinh", "Đơn vị sinh hoạt", "Chức vụ", "Tình trạng", "Miễn SH: số văn bản", "Miễn từ ngày",
            "Miễn đến ngày", "Email", "Điện thoại", "Sinh hoạt từ ngày"]  # fmt: skip
    good = ["Nguyễn Văn An", "1970", "TDP01", "", "Chính thức", "", "", "", "", "", ""]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for text in HOSTILE:
            for column in range(len(head)):
                writer.writerow([*good[:column], text, *good[column + 1 :]])
    roster = read(path)
    assert (
        len(roster.members) + len(roster.left_out)
        == len(HOSTILE) * len(head) - sum(not text.replace("\ufeff", "").strip() for text in HOSTILE) * 0
    )
    for member in roster.members:
        texts = json.dumps([member.name, member.email, member.phone, [post.title for post in member.posts]])
        assert "\\u0000" not in texts
        assert "\\u202e" not in texts


def test_hostile_cells_of_a_workbook(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "r.xlsx"), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("x")
    sheet.write_row(0, 0, HEAD.split(","))
    for number, text in enumerate(HOSTILE, start=1):
        for column in range(3):
            sheet.write_string(number, column, text.replace("\u0000", ""))
    book.close()
    roster = read(tmp_path / "r.xlsx")
    assert roster.members == ()
    assert len(roster.left_out) == len(HOSTILE)
    assert {problem.row for problem in roster.problems if problem.severity == "error"} == set(
        range(2, len(HOSTILE) + 2)
    )

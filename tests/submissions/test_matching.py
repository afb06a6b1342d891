"""From a file name to the person: a small ward with everything that makes names hard."""

import pytest

from submissions.filenames import read_file_name
from submissions.matching import match_name
from submissions.name_notes import Fault, NameVerdict, Repair
from submissions.people import Directory, Person, Post, UnitEntry, roster_name

WARD, TDP5, TDP6, TDP7, SCHOOL, NURSERY, CULTURE, STATE, POLICE, POLICE_1, KINDER = range(1, 12)
UNITS = [
    UnitEntry(WARD, "DB", "Đảng bộ phường Phúc Lợi", "0001", ("Đảng ủy phường Phúc Lợi", "Đảng ủy phường")),
    UnitEntry(TDP5, "TDP05", "Chi bộ Tổ dân phố số 5", "00010001", ("Chi bộ TDP 5", "Chi bộ 5", "CB TDP số 5")),
    UnitEntry(TDP6, "TDP06", "Chi bộ Tổ dân phố số 6", "00010002", ("Chi bộ TDP 6", "Chi bộ 6")),
    UnitEntry(TDP7, "TDP07", "Chi bộ Tổ dân phố số 7", "00010003", ("Chi bộ TDP 7", "Chi bộ 7")),
    UnitEntry(SCHOOL, "TR01", "Chi bộ Trường THCS Phúc Lợi", "00010004", ("Trường THCS Phúc Lợi",)),
    UnitEntry(NURSERY, "TR03", "Chi bộ Trường Mầm non Hoa Sữa", "00010005"),
    UnitEntry(CULTURE, "PVHXH", "Phòng Văn hóa - Xã hội", "00010006", ("Phòng VH-XH",)),
    UnitEntry(STATE, "CQ2", "Chi bộ Cơ quan UBND", "00010007"),
    UnitEntry(POLICE, "LL1", "Đảng bộ Công an phường", "00010008", ("Chi bộ Công an phường",)),
    UnitEntry(POLICE_1, "LL1.1", "Chi bộ Tổng hợp Công an phường", "000100080001"),
    UnitEntry(KINDER, "TR06", "Chi bộ Trường Mầm non Phúc Lợi", "00010009"),
]
AN5 = Person(1, "Nguyễn Văn An", TDP5, 1961, (Post("Bí thư", TDP5, 10), Post("Tổ trưởng TDP", TDP5, 60)))
AN_SCHOOL_1 = Person(2, "Nguyễn Văn An", SCHOOL, 1988)
AN_SCHOOL_2 = Person(3, "Nguyễn Văn An", SCHOOL, 1998, (Post("Giáo viên", SCHOOL, 60),))
HOA = Person(4, "Vũ Thị Hoà", NURSERY, 1978)
HOA6 = Person(5, "Vũ Thị Hoa", TDP6, 1960)
THUY = Person(6, "Nguyễn Thị Thuý", SCHOOL, 1997, (Post("Giáo viên", SCHOOL, 60),))
THUY5 = Person(7, "Nguyễn Thị Thuý", TDP5, 1946)
MANH7 = Person(8, "Đỗ Đức Mạnh", TDP7, 1962, (Post("Bí thư", TDP7, 10),))
MANH = Person(9, "Đỗ Đức Mạnh", STATE, 1973, (Post("Phó Bí thư, Chủ tịch UBND phường", WARD, 5),))
NAM = Person(10, "Lê Hoàng Nam", STATE, 1967, (Post("Trưởng phòng", CULTURE, 40),))
LAN_1 = Person(11, "Nguyễn Thị Lan", TDP5, 1985)
LAN_2 = Person(12, "Nguyễn Thị Lân", TDP5, 1990)
LY = Person(13, "Trần Văn Lý", TDP5, 1970)
KIM = Person(14, "Kim Văn Sơn", POLICE_1, 1980)
HANH = Person(15, "Mai Thị Hạnh", TDP6, 1982, (Post("Chuyên viên", CULTURE, 60),))
ANH_1 = Person(16, "Vi Minh Anh", TDP6, 1983)
ANH_2 = Person(17, "Vi Minh Ánh", TDP6, 1984)
PERSONS = [
    AN5,
    AN_SCHOOL_1,
    AN_SCHOOL_2,
    HOA,
    HOA6,
    THUY,
    THUY5,
    MANH7,
    MANH,
    NAM,
    LAN_1,
    LAN_2,
    LY,
    KIM,
    HANH,
    ANH_1,
    ANH_2,
]
DIRECTORY = Directory(PERSONS, UNITS)
OF_5 = frozenset({TDP5})
OF_SCHOOL = frozenset({SCHOOL})
FULL = "Nguyễn Văn An - Bí thư, Chi bộ Tổ dân phố số 5.pdf"


def look_up(name, scope=None):
    return match_name(read_file_name(name), DIRECTORY, scope=scope)


@pytest.mark.parametrize("scope", [None, OF_5])
@pytest.mark.parametrize(
    ("row", "name"),
    [
        (1, FULL),
        (13, "nguyễn văn an - bí thư, chi bộ tổ dân phố số 5.pdf"),
        (14, "NGUYỄN VĂN AN - BÍ THƯ, CHI BỘ TỔ DÂN PHỐ SỐ 5.PDF"),
        (15, "Nguyễn Văn An – Bí thư, Chi bộ Tổ dân phố số 5.pdf"),
        (16, "Nguyễn Văn An- Bí thư, Chi bộ Tổ dân phố số 5.pdf"),
        (17, "Nguyễn Văn An-Bí thư,Chi bộ Tổ dân phố số 5.pdf"),
        (20, "Nguyen Van An - Bi thu, Chi bo To dan pho so 5.pdf"),
        (21, "Nguyễn Văn An - Bí thư, Chi bộ TDP 5.pdf"),
        (22, "Nguyễn Văn An, Bí thư, Chi bộ Tổ dân phố số 5.pdf"),
        (27, "Bài thu hoạch NQ 02 - Nguyễn Văn An - Bí thư, Chi bộ Tổ dân phố số 5.pdf"),
        (28, "05. Nguyễn Văn An - Bí thư, Chi bộ Tổ dân phố số 5.pdf"),
        (33, "Nguyễn Văn An - Bi thư, Chi bộ Tổ dân phố số 5.pdf"),
        (0, "nguyen van an - bi thu, tdp so 05.pdf"),
        (0, "Nguyen Văn An - Bí thư, Chi bộ tổ dân phố 5.pdf"),
    ],
)
def test_rows_of_the_page_lead_to_the_secretary_of_cell_5(row, name, scope):
    match = look_up(name, scope)
    assert (match.person, match.candidates, match.faults) == (AN5, (), ())
    assert match.unit.code == "TDP05"
    assert match.canonical == FULL
    assert match.verdict is (NameVerdict.OK if row == 1 else NameVerdict.FIX)


@pytest.mark.parametrize(
    ("name", "person", "canonical", "verdict"),
    [
        # an alias without abbreviations is right as it stands (rows 2, 7, 8, 29)
        (
            "Nguyễn Văn An - Giáo viên, Trường THCS Phúc Lợi.pdf",
            AN_SCHOOL_2,
            "Nguyễn Văn An - Giáo viên, Trường THCS Phúc Lợi.pdf",
            NameVerdict.OK,
        ),
        (
            "Nguy%E1%BB%85n%20V%C4%83n%20An%20-%20B%C3%AD%20th%C6%B0%2C%20Chi%20b%E1%BB%99%205.pdf",
            AN5,
            "Nguyễn Văn An - Bí thư, Chi bộ 5.pdf",
            NameVerdict.FIX,
        ),
        (
            "Đỗ Đức Mạnh - Phó Bí thư, Chủ tịch UBND phường, Đảng ủy phường Phúc Lợi.pdf",
            MANH,
            "Đỗ Đức Mạnh - Phó Bí thư, Chủ tịch UBND phường, Đảng ủy phường Phúc Lợi.pdf",
            NameVerdict.OK,
        ),
        (
            "\u00d0ỗ \u00d0ức Mạnh - Bí thư, Chi bộ 7.pdf",
            MANH7,
            "Đỗ Đức Mạnh - Bí thư, Chi bộ 7.pdf",
            NameVerdict.FIX,
        ),
        # the person sits in one unit and holds the post in another (row 3)
        (
            "Lê Hoàng Nam - Trưởng phòng, Phòng Văn hóa - Xã hội.pdf",
            NAM,
            "Lê Hoàng Nam - Trưởng phòng, Phòng Văn hóa - Xã hội.pdf",
            NameVerdict.OK,
        ),
        # an abbreviation is written out
        (
            "Lê Hoàng Nam - Trưởng phòng, Phòng VH-XH.pdf",
            NAM,
            "Lê Hoàng Nam - Trưởng phòng, Phòng Văn hóa - Xã hội.pdf",
            NameVerdict.FIX,
        ),
        # a name without accents in a name that has them elsewhere is right as it stands
        (
            "Vi Minh Anh - đảng viên, Chi bộ 6.pdf",
            ANH_1,
            "Vi Minh Anh - đảng viên, Chi bộ 6.pdf",
            NameVerdict.OK,
        ),
        # row 32: tone placement, the roster's spelling is the person's own
        (
            "Nguyễn Thị Thúy - Giáo viên, Trường THCS Phúc Lợi.pdf",
            THUY,
            "Nguyễn Thị Thuý - Giáo viên, Trường THCS Phúc Lợi.pdf",
            NameVerdict.FIX,
        ),
        # below the unit as written
        (
            "Kim Văn Sơn - đảng viên, Chi bộ Công an phường.pdf",
            KIM,
            "Kim Văn Sơn - đảng viên, Chi bộ Công an phường.pdf",
            NameVerdict.OK,
        ),
        # rows 5 and 6: one person under one key
        (
            "Vũ Thị Hoà - đảng viên, Chi bộ Trường Mầm non Hoa Sữa.pdf",
            HOA,
            "Vũ Thị Hoà - đảng viên, Chi bộ Trường Mầm non Hoa Sữa.pdf",
            NameVerdict.OK,
        ),
        (
            "Vũ Thị Hòa - Đảng viên, Chi bộ Trường Mầm non Hoa Sữa.pdf",
            HOA,
            "Vũ Thị Hoà - Đảng viên, Chi bộ Trường Mầm non Hoa Sữa.pdf",
            NameVerdict.FIX,
        ),
    ],
)
def test_the_unit_as_written_decides(name, person, canonical, verdict):
    match = look_up(name)
    assert (match.person, match.canonical, match.verdict) == (person, canonical, verdict)


@pytest.mark.parametrize(
    ("name", "scope", "person", "canonical"),
    [
        ("NGUYEN THI THUY.pdf", OF_SCHOOL, THUY, "Nguyễn Thị Thuý - Giáo viên, Chi bộ Trường THCS Phúc Lợi.pdf"),
        ("Bai thu hoach - Nguyễn Thị Thúy.pdf", OF_5, THUY5, "Nguyễn Thị Thuý - đảng viên, Chi bộ Tổ dân phố số 5.pdf"),
        ("Nguyễn Văn An.pdf", OF_5, AN5, "Nguyễn Văn An - Bí thư, Chi bộ Tổ dân phố số 5.pdf"),
        (
            "Nguyễn Thị Thuý-GV,THCS Phúc Lợi (1).pdf",
            OF_SCHOOL,
            THUY,
            "Nguyễn Thị Thuý - Giáo viên, Chi bộ Trường THCS Phúc Lợi.pdf",
        ),
        ("Nguyen Thi Lân.pdf", OF_5, LAN_2, "Nguyễn Thị Lân - đảng viên, Chi bộ Tổ dân phố số 5.pdf"),
        ("Nguyễn Thị Lan.pdf", OF_5, LAN_1, "Nguyễn Thị Lan - đảng viên, Chi bộ Tổ dân phố số 5.pdf"),
    ],
)
def test_the_senders_unit_fills_what_the_name_lacks(name, scope, person, canonical):
    match = look_up(name, scope)
    assert (match.person, match.canonical, match.verdict) == (person, canonical, NameVerdict.FIX)
    assert canonical == roster_name(person, DIRECTORY.unit(person.unit_id))


@pytest.mark.parametrize(
    ("name", "scope", "candidates", "fault"),
    [
        # homonyms in one unit, and nothing tells them apart
        ("Nguyễn Văn An - đảng viên, Trường THCS Phúc Lợi.pdf", OF_SCHOOL, {AN_SCHOOL_1, AN_SCHOOL_2}, Fault.SEVERAL),
        ("Nguyễn Văn An.pdf", None, {AN5, AN_SCHOOL_1, AN_SCHOOL_2}, Fault.SEVERAL),
        # unaccented and not unique in the unit
        ("NGUYEN THI LAN.pdf", OF_5, {LAN_1, LAN_2}, Fault.SEVERAL),
        # all without accents: a name that bears none may still be another's
        ("VI MINH ANH - DANG VIEN, CHI BO 6.pdf", None, {ANH_1, ANH_2}, Fault.SEVERAL),
        # unaccented without a unit: never over the whole ward
        ("Le Hoang Nam.pdf", None, {NAM}, Fault.NOBODY),
        # i/y and slips only make candidates
        ("Trần Văn Lí.pdf", OF_5, {LY}, Fault.NOBODY_IN_UNIT),
        ("Nguyễn Văn Am - Bí thư, Chi bộ 5.pdf", OF_5, {AN5}, Fault.NOBODY_IN_UNIT),
        # another accent is another name
        ("Nguyễn Vân An - Bí thư, Chi bộ 5.pdf", OF_5, {AN5}, Fault.NOBODY_IN_UNIT),
        ("Vũ Thị Hoà - đảng viên, Chi bộ 6.pdf", None, {HOA6}, Fault.NOBODY_IN_UNIT),
        # a unit nobody knows, and no sender vouches
        ("Lê Hoàng Nam - Trưởng phòng, Phòng Nội vụ quận.pdf", None, {NAM}, Fault.NOBODY),
        # the sender's own person under another unit's name
        ("Nguyễn Văn An - Bí thư, Chi bộ 7.pdf", OF_5, {AN5}, Fault.SEVERAL),
        ("Hoàng Thị Không Có.pdf", OF_5, set(), Fault.NOBODY_IN_UNIT),
    ],
)
def test_in_doubt_the_portal_asks(name, scope, candidates, fault):
    match = look_up(name, scope)
    assert (match.person, set(match.candidates), match.faults) == (None, candidates, (fault,))
    assert match.verdict is NameVerdict.ASK


def test_nobody_outside_the_senders_scope_is_named():
    match = look_up("Đỗ Đức Mạnh - Bí thư, Chi bộ 7.pdf", OF_5)
    assert (match.person, match.candidates, match.faults) == (None, (), (Fault.NOBODY_IN_UNIT,))
    assert Repair.OTHER_UNIT in match.repairs


def test_a_post_in_a_shared_office_opens_nobody_elses_people():
    # The sender's own Lê Hoàng Nam works there, and so does Mai Thị Hạnh of another cell.
    match = look_up("Mai Thị Hạnh - Chuyên viên, Phòng Văn hóa - Xã hội.pdf", frozenset({STATE}))
    assert (match.person, match.candidates, match.faults) == (None, (), (Fault.NOBODY_IN_UNIT,))
    assert look_up("Mai Thị Hạnh - Chuyên viên, Phòng Văn hóa - Xã hội.pdf").person == HANH


def test_a_known_sender_is_asked_where_a_stranger_is_refused():
    assert look_up("scan0001.pdf").verdict is NameVerdict.NO
    assert look_up("scan0001.pdf", OF_5).verdict is NameVerdict.ASK
    assert look_up("Bài thu hoạch.pdf", OF_5).verdict is NameVerdict.ASK


@pytest.mark.parametrize("name", [f"{FULL.removesuffix('.pdf')}.jpg", f"{FULL.removesuffix('.pdf')}.docx"])
def test_a_refused_content_still_says_whose_it_is(name):
    match = look_up(name, OF_5)
    assert (match.person, match.canonical, match.verdict) == (AN5, FULL, NameVerdict.NO)


def test_two_persons_and_reports_are_refused_from_anybody():
    two = look_up("Nguyễn Văn An, Nguyễn Thị Thuý - đảng viên, Chi bộ 5.pdf", OF_5)
    report = look_up("Chi bộ Tổ dân phố số 5 - Báo cáo kết quả.pdf", OF_5)
    assert (two.faults, two.verdict) == ((Fault.TWO_PERSONS,), NameVerdict.NO)
    assert (report.faults, report.verdict) == ((Fault.REPORT,), NameVerdict.NO)


def test_a_short_form_shared_by_two_units_is_nobodys():
    # "Mầm non Phúc Lợi" is short for one unit, "Phúc Lợi" for none.
    assert DIRECTORY.find_unit("Mầm non Phúc Lợi", None).entry.code == "TR06"
    assert DIRECTORY.find_unit("Phúc Lợi", None) is None
    twins = Directory(
        [], [UnitEntry(1, "A", "Chi bộ 1", "01", ("Cơ quan",)), UnitEntry(2, "B", "Chi bộ 2", "02", ("Cơ quan",))]
    )
    assert twins.find_unit("Cơ quan", None) is None
    assert twins.find_unit("Cơ quan", frozenset({2})).entry.code == "B"

"""The file-name rule, row by row as the page has it, and the families around its samples."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.filenames import canonical_name, read_file_name
from submissions.name_notes import Fault, NameVerdict, Repair

AN, POST, UNIT = "Nguyễn Văn An", "Bí thư", "Chi bộ Tổ dân phố số 5"
FULL = f"{AN} - {POST}, {UNIT}"
ESSAY_OF_AN = (AN, (POST,), UNIT)

CORRECT = [
    (1, FULL, ESSAY_OF_AN),
    (
        2,
        "Trần Thị Bích Ngọc - Hiệu trưởng, Trường THCS Phúc Lợi",
        ("Trần Thị Bích Ngọc", ("Hiệu trưởng",), "Trường THCS Phúc Lợi"),
    ),
    (
        3,
        "Lê Hoàng Nam - Trưởng phòng, Phòng Văn hóa - Xã hội",
        ("Lê Hoàng Nam", ("Trưởng phòng",), "Phòng Văn hóa - Xã hội"),
    ),
    (
        4,
        "Đỗ Đức Mạnh - Phó Bí thư, Chủ tịch UBND phường, Đảng ủy phường Phúc Lợi",
        ("Đỗ Đức Mạnh", ("Phó Bí thư", "Chủ tịch UBND phường"), "Đảng ủy phường Phúc Lợi"),
    ),
    (
        5,
        "Vũ Thị Hoà - đảng viên, Chi bộ Trường Mầm non Hoa Sữa",
        ("Vũ Thị Hoà", ("đảng viên",), "Chi bộ Trường Mầm non Hoa Sữa"),
    ),
    (
        6,
        "Vũ Thị Hòa - Đảng viên, Chi bộ Trường Mầm non Hoa Sữa",
        ("Vũ Thị Hòa", ("Đảng viên",), "Chi bộ Trường Mầm non Hoa Sữa"),
    ),
    (
        7,
        "Bùi Quang Huy - Phó Bí thư Thường trực, Đảng ủy phường",
        ("Bùi Quang Huy", ("Phó Bí thư Thường trực",), "Đảng ủy phường"),
    ),
    (
        8,
        "Hoàng Văn Thái - Trưởng Công an phường, Chi bộ Công an phường",
        ("Hoàng Văn Thái", ("Trưởng Công an phường",), "Chi bộ Công an phường"),
    ),
    (
        9,
        "Tôn Nữ Thị Ngọc Hà - Viên chức, Trung tâm Văn hóa - Thông tin và Thể thao",
        ("Tôn Nữ Thị Ngọc Hà", ("Viên chức",), "Trung tâm Văn hóa - Thông tin và Thể thao"),
    ),
    (
        10,
        "Nguyễn Thị Lan - Ủy viên UBKT, Ủy ban Kiểm tra Đảng ủy",
        ("Nguyễn Thị Lan", ("Ủy viên UBKT",), "Ủy ban Kiểm tra Đảng ủy"),
    ),
    (
        11,
        "Cao Minh Đức - Chỉ huy trưởng, Ban Chỉ huy Quân sự phường",
        ("Cao Minh Đức", ("Chỉ huy trưởng",), "Ban Chỉ huy Quân sự phường"),
    ),
    (
        12,
        "Đinh Thị Mai - Đảng viên dự bị, Chi bộ Trường Tiểu học Phúc Lợi",
        ("Đinh Thị Mai", ("Đảng viên dự bị",), "Chi bộ Trường Tiểu học Phúc Lợi"),
    ),
]

REPAIRED = [
    (13, "nguyễn văn an - bí thư, chi bộ tổ dân phố số 5", ESSAY_OF_AN, {Repair.CASE}),
    (14, "NGUYỄN VĂN AN - BÍ THƯ, CHI BỘ TỔ DÂN PHỐ SỐ 5.PDF", ESSAY_OF_AN, {Repair.CASE, Repair.EXTENSION}),
    (15, f"{AN} – Bí thư, {UNIT}", ESSAY_OF_AN, {Repair.DASH}),
    (16, f"{AN}- Bí thư, {UNIT}", ESSAY_OF_AN, {Repair.DASH}),
    (17, f"{AN}-Bí thư,{UNIT}", ESSAY_OF_AN, {Repair.DASH, Repair.SEPARATOR}),
    (
        18,
        "Nguyễn  Văn An  -  Bí thư ,  Chi bộ Tổ dân phố số 5",
        ESSAY_OF_AN,
        {Repair.SPACES, Repair.SEPARATOR},
    ),
    (19, unicodedata.normalize("NFD", FULL), ESSAY_OF_AN, {Repair.NFD}),
    (20, "Nguyen Van An - Bi thu, Chi bo To dan pho so 5", ("Nguyen Van An", (POST,), UNIT), {Repair.UNACCENTED}),
    (21, f"{AN} - Bí thư, Chi bộ TDP 5", ESSAY_OF_AN, {Repair.UNIT_ALIAS}),
    (22, f"{AN}, Bí thư, {UNIT}", ESSAY_OF_AN, {Repair.SEPARATOR}),
    (23, f"{FULL} (1)", ESSAY_OF_AN, {Repair.TAIL}),
    (24, f"{FULL} - Copy", ESSAY_OF_AN, {Repair.TAIL}),
    (25, f"{FULL}.pdf.pdf", ESSAY_OF_AN, {Repair.EXTENSION}),
    (26, f"Đ/c {FULL}", ESSAY_OF_AN, {Repair.HONORIFIC}),
    (26, f"đ-c {FULL}", ESSAY_OF_AN, {Repair.HONORIFIC}),
    (26, f"Đ - c. {FULL}", ESSAY_OF_AN, {Repair.HONORIFIC}),
    (26, f"Đ_c {FULL}", ESSAY_OF_AN, {Repair.HONORIFIC}),
    (26, f"\u202aĐ/c {FULL}\u202c", ESSAY_OF_AN, {Repair.HONORIFIC, Repair.INVISIBLE}),
    (27, f"Bài thu hoạch NQ 02 - {FULL}", ESSAY_OF_AN, {Repair.SUBJECT}),
    (28, f"05. {FULL}", ESSAY_OF_AN, {Repair.PREFIX}),
    (
        29,
        "Nguy%E1%BB%85n%20V%C4%83n%20An%20-%20B%C3%AD%20th%C6%B0%2C%20Chi%20b%E1%BB%99%205.pdf",
        (AN, (POST,), "Chi bộ 5"),
        {Repair.PERCENT},
    ),
    (30, "NguyÔn V¨n An - BÝ th\u00ad, Chi bé 5", (AN, (POST,), "Chi bộ 5"), {Repair.TCVN3}),
    (31, "\u00d0ỗ \u00d0ức Mạnh - Bí thư, Chi bộ 7", ("Đỗ Đức Mạnh", (POST,), "Chi bộ 7"), {Repair.ETH}),
    # 32 needs the member list: test_matching
    (33, f"{AN} - Bi thư, {UNIT}", ESSAY_OF_AN, {Repair.POST_SPELLING}),
]

REFUSED = [
    (34, f"{FULL}.jpg", None, Fault.IMAGE),
    (35, f"{FULL}.docx", None, Fault.EDITABLE),
    (36, f"{FULL}.pdf", b"PK\x03\x04", Fault.NOT_PDF_INSIDE),
    (37, "z6543210987654_0a1b2c3d4e5f60718293a4b5c6d7e8f9.jpg", None, Fault.IMAGE),
    (38, "scan0001.pdf", None, Fault.MACHINE_NAME),
    (39, "Bài thu hoạch.pdf", None, Fault.SUBJECT_ONLY),
    (40, f"{UNIT} - Báo cáo kết quả.pdf", None, Fault.REPORT),
    (41, "Nguyễn Văn An, Trần Thị Bình - đảng viên, Chi bộ 5.pdf", None, Fault.TWO_PERSONS),
    (42, "Tong hop bai thu hoach chi bo 5.zip", None, Fault.ARCHIVE),
]


def said_by(reading):
    return reading.full_name, reading.positions, reading.unit


@pytest.mark.parametrize(("row", "name", "meaning"), CORRECT)
def test_a_correct_name_is_left_alone(row, name, meaning):
    reading = read_file_name(f"{name}.pdf", head=b"%PDF-1.7")
    assert said_by(reading) == meaning
    assert reading.verdict is NameVerdict.OK
    assert reading.sentences == ()
    assert reading.canonical == f"{name}.pdf"


@pytest.mark.parametrize(("row", "name", "meaning", "repairs"), REPAIRED)
def test_a_repairable_name_is_repaired_and_says_so(row, name, meaning, repairs):
    reading = read_file_name(name if name.lower().endswith(".pdf") else f"{name}.pdf")
    assert said_by(reading) == meaning
    assert set(reading.repairs) == repairs
    assert reading.verdict is NameVerdict.FIX
    assert len(reading.sentences) == len(repairs)


@pytest.mark.parametrize(("row", "name", "head", "fault"), REFUSED)
def test_what_is_not_taken_says_one_clear_reason(row, name, head, fault):
    reading = read_file_name(name, head=head)
    assert reading.faults == (fault,)
    assert reading.verdict is NameVerdict.NO


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        # in whatever order and with whatever signs people type
        ("Chi bộ 5 - Nguyễn Văn An.pdf", (AN, (), "Chi bộ 5")),
        ("Bí thư - Nguyễn Văn An - Chi bộ 5.pdf", (AN, (POST,), "Chi bộ 5")),
        ("Nguyễn Văn An - Bí thư - Chi bộ 5.pdf", (AN, (POST,), "Chi bộ 5")),
        ("Nguyễn Văn An, Bí thư - Chi bộ 5.pdf", (AN, (POST,), "Chi bộ 5")),
        ("Nguyễn Văn An Bí thư Chi bộ 5.pdf", (AN, (POST,), "Chi bộ 5")),
        ("Nguyễn Văn An - Bí thư Chi bộ Tổ dân phố số 5.pdf", ESSAY_OF_AN),
        ("Nguyễn Văn An_Bí thư_Chi bộ 5.pdf", (AN, (POST,), "Chi bộ 5")),
        ("Nguyen_Van_An_-_Bi_thu,_Chi_bo_5.pdf", ("Nguyen Van An", (POST,), "Chi bộ 5")),
        ("Nguyễn Văn An；Bí thư、Chi bộ 5.pdf", (AN, (POST,), "Chi bộ 5")),
        ("Nguyễn Văn An — PBT, CB TDP số 5.pdf", (AN, ("Phó Bí thư",), UNIT)),
        # what is missing stays missing
        ("NGUYEN THI THUY.pdf", ("Nguyen Thi Thuy", (), None)),
        ("Trinh Quoc Viet - BTH.pdf", ("Trinh Quoc Viet", (), None)),
        ("BTH_Nguyễn Văn An.pdf", (AN, (), None)),
        ("Nguyễn Thị Lan - Giáo viên.pdf", ("Nguyễn Thị Lan", ("Giáo viên",), None)),
        # what programs and people add
        ("Bài thu hoạch Nghị quyết số 02-NQ/TW của Nguyễn Văn An.pdf", (AN, (), None)),
        ("Bài thu hoạch - 05. Nguyễn Văn An - Bí thư, Chi bộ 5.pdf", (AN, (POST,), "Chi bộ 5")),
        ("20260424_Nguyễn Văn An - Bí thư, Chi bộ 5 (đã ký).pdf", (AN, (POST,), "Chi bộ 5")),
        ("Bản sao của Nguyễn Văn An.pdf - Copy (2).pdf", (AN, (), None)),
        ("Nguyễn Văn An - Bí thư, Chi bộ 5.docx.pdf", (AN, (POST,), "Chi bộ 5")),
        ("đồng chí TS. Nguyễn Văn An - Bí thư, Chi bộ 5.pdf", (AN, (POST,), "Chi bộ 5")),
        # transports
        ("=?UTF-8?B?Tmd1eeG7hW4gVsSDbiBBbg==?=.pdf", (AN, (), None)),
        ("=?UTF-8?B?Tmd1eeG7?= =?UTF-8?B?hW4gVsSDbiBBbg==?=.pdf", (AN, (), None)),  # a letter split in two
        ("=?UTF-8?Q?Nguy=E1=BB=85n_V=C4=83n_An.pdf?=", (AN, (), None)),
        ("filename*=UTF-8''Nguy%E1%BB%85n%20V%C4%83n%20An.pdf", (AN, (), None)),
        ("Nguyá»…n VÄƒn An - BÃ\u00ad thÆ°, Chi bá»™ 5.pdf", (AN, (POST,), "Chi bộ 5")),
        ("Nguyeãn Vaên An.pdf", (AN, (), None)),
        ("Ｎｇｕｙễｎ Ｖăｎ Ａｎ.pdf", (AN, (), None)),
    ],
)
def test_families_of_repairable_names(name, meaning):
    reading = read_file_name(name)
    assert said_by(reading) == meaning
    assert reading.verdict is NameVerdict.FIX


@pytest.mark.parametrize(
    "name",
    [
        "Ông Thị Hà - đảng viên, Chi bộ 5.pdf",
        "Phó Đức Phương - Giáo viên, Trường THCS Phúc Lợi.pdf",
        "Trương Thị Hoa - Trưởng phòng, Văn phòng HĐND - UBND.pdf",
        "Đoàn Thị Hoà - Tổ trưởng Tổ Ngữ văn, Trường THCS Phúc Lợi.pdf",
        "H'Hen Niê - Giáo viên, Trường THCS Phúc Lợi.pdf",
        "Nguyễn Thị Minh Khai-Anh - Giáo viên, Trường THCS Phúc Lợi.pdf",
        "Lò Thị Mai - Trưởng phòng, Phòng Kinh tế, Hạ tầng và Đô thị.pdf",
        "Vi Minh Anh - Bí thư, Chi bộ 5.pdf",
        "Lê Văn Thư - Thư ký, Chi bộ 5.pdf",
        "Phàn A Sử - Bí thư, Chi bộ 5.pdf",
    ],
)
def test_names_that_look_like_posts_units_or_titles(name):
    reading = read_file_name(name)
    assert reading.verdict is NameVerdict.OK
    assert reading.canonical == name


@pytest.mark.parametrize(
    ("name", "fault", "verdict"),
    [
        ("", Fault.MACHINE_NAME, NameVerdict.NO),
        (".pdf", Fault.MACHINE_NAME, NameVerdict.NO),
        ("\u200b\u200b\u200b", Fault.MACHINE_NAME, NameVerdict.NO),
        ("IMG_20260424_101010.pdf", Fault.MACHINE_NAME, NameVerdict.NO),
        ("CamScanner 04-24-2026 10.10.pdf", Fault.MACHINE_NAME, NameVerdict.NO),
        ("An.pdf", Fault.NO_PERSON, NameVerdict.NO),
        ("Nguyễn Văn An và Trần Thị Bình.pdf", Fault.TWO_PERSONS, NameVerdict.NO),
        ("Báo cáo kết quả - Chi bộ 5.pdf", Fault.REPORT, NameVerdict.NO),
        ("Nguy?n V?n An.pdf", Fault.LETTERS_LOST, NameVerdict.ASK),
        ("Nguy\ufffdn V\ufffdn An.pdf", Fault.LETTERS_LOST, NameVerdict.ASK),
        ("Nguуễn Vаn Аn - Bí thư, Chi bộ 5.pdf", Fault.MIXED_SCRIPT, NameVerdict.ASK),  # Cyrillic
        ("Nguуễn Vаn Аn.pdf", Fault.MIXED_SCRIPT, NameVerdict.ASK),
        ("baocao\u202efdp.exe", Fault.NOT_PDF, NameVerdict.NO),
        ("a.pdf\x00.exe", Fault.NOT_PDF, NameVerdict.NO),
        ("winmail.dat", Fault.NOT_PDF, NameVerdict.NO),
        ("../../../cơ sở dữ liệu/db.rar", Fault.ARCHIVE, NameVerdict.NO),
        ("ễ" * 3000, Fault.TOO_LONG, NameVerdict.NO),
    ],
)
def test_hostile_and_empty_names(name, fault, verdict):
    reading = read_file_name(name)
    assert (reading.faults, reading.verdict) == ((fault,), verdict)


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn \u2066Văn\u2069 An - Bí thư, Chi bộ 5.pdf",
        "Nguyễn Văn An\u200f - Bí thư, Chi bộ 5.pdf",
        "Nguyễn\u200b Văn An - Bí thư, Chi bộ 5.pdf",
        "\ufeffNguyễn Văn An - Bí thư, Chi bộ 5.pdf",
        "Nguyễn Văn An\u2060 - Bí thư, Chi bộ 5\u200d.pdf",
        "Nguyễn\u00a0Văn\u00a0An - Bí thư, Chi bộ 5.pdf",
    ],
)
def test_what_nobody_sees_changes_nothing(name):
    assert said_by(read_file_name(name)) == (AN, (POST,), "Chi bộ 5")


def test_the_folder_does_not_matter():
    reading = read_file_name("C:\\Users\\An\\Desktop\\Nguyễn Văn An - Bí thư, Chi bộ 5.pdf")
    assert reading.verdict is NameVerdict.OK
    assert reading.canonical == "Nguyễn Văn An - Bí thư, Chi bộ 5.pdf"


def test_nothing_is_decoded_twice():
    assert read_file_name("%252e%252e%252fx.pdf").original == "%252e%252e%252fx.pdf"
    assert read_file_name("..%2f..%2fNguyễn Văn An.pdf").full_name == AN
    assert read_file_name("Nguy%25E1%25BB%2585n.pdf").full_name is None


def test_canonical_name_of_a_whole_unit():
    assert canonical_name(full_name=UNIT, positions=(), unit="Báo cáo quý I/2026") == f"{UNIT} - Báo cáo quý I-2026.pdf"


def test_canonical_name_never_exceeds_255_bytes():
    name = canonical_name(full_name="Nguyễn Thị Thanh Thuỷ", positions=["Phó Chủ tịch"] * 20, unit=UNIT)
    assert len(name.encode()) <= 255
    assert name.startswith("Nguyễn Thị Thanh Thuỷ - Phó Chủ tịch, ")
    assert name.endswith(".pdf")


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(name):
    reading = read_file_name(name)
    assert isinstance(reading.verdict, NameVerdict)
    assert (reading.verdict is NameVerdict.OK) == (reading.sentences == ())
    assert reading.canonical is None or len(reading.canonical.encode()) <= 255


PEOPLE = st.sampled_from([AN, "Vũ Thị Hoà", "Đỗ Đức Mạnh", "H'Hen Niê", "Tôn Nữ Thị Ngọc Hà", "Trương Thị Lý"])
POSTS = st.lists(
    st.sampled_from(["Bí thư", "Phó Bí thư", "Chủ tịch UBND phường", "Đảng viên dự bị", "Giáo viên", "Trưởng phòng"]),
    min_size=1,
    max_size=3,
)
UNITS = st.sampled_from(
    [UNIT, "Trường THCS Phúc Lợi", "Phòng Văn hóa - Xã hội", "Phòng Kinh tế, Hạ tầng và Đô thị", "Đảng ủy phường"]
)
NOISE = st.sampled_from(
    [
        lambda name: name,
        lambda name: name.replace(" - ", " – "),
        lambda name: name.replace(" - ", "- ", 1),
        lambda name: name.replace(", ", " ,  "),
        lambda name: f"05. {name}",
        lambda name: f"Bài thu hoạch - {name}",
        lambda name: f"Đ/c {name}",
        lambda name: f"{name} (1)",
        lambda name: f"{name} - Copy",
        lambda name: f"{name}.pdf",
        lambda name: unicodedata.normalize("NFD", name),
        lambda name: name.replace(" ", "\u00a0"),
        lambda name: f"\u202a{name}\u200b",
    ]
)


@given(PEOPLE, POSTS, UNITS, st.lists(NOISE, max_size=3))
def test_noise_never_hides_a_well_formed_name(person, posts, unit, noises):
    noisy = right = f"{person} - {', '.join(posts)}, {unit}"
    for noise in noises:
        noisy = noise(noisy)
    reading = read_file_name(f"{noisy}.pdf")
    assert said_by(reading) == (person, tuple(posts), unit)
    assert reading.canonical == f"{right}.pdf"
    assert read_file_name(reading.canonical).verdict is NameVerdict.OK


@given(st.text(max_size=120))
def test_the_canonical_name_reads_back_to_itself(name):
    reading = read_file_name(name)
    if reading.canonical and reading.verdict is not NameVerdict.ASK:
        again = read_file_name(reading.canonical)
        assert again.canonical == reading.canonical


HOSTILE_UNITS = [
    "ễ",
    "a(1)",
    "Ủy viên - ",
    "a/",
    "%41",
    "=?UTF-8?B?",
    "=?UTF-8?B?QQ==?= ",
    " - ",
    ".",
    "n\u0301\u0323",
    "Đ/c ",
    "(1) ",
    ",;",
    "_",
    "Nguyễn Văn An, ",
    "Bài thu hoạch ",
    ".pdf",
]
MINUTES_IF_QUADRATIC = 200_000  # characters
GENEROUS = 2.0  # seconds of processor time; the reader needs 0.04


@pytest.mark.parametrize("unit", HOSTILE_UNITS)
@pytest.mark.parametrize("size", [950, MINUTES_IF_QUADRATIC])
def test_long_names_cost_no_more_than_their_length(unit, size):
    start = time.process_time()
    assert isinstance(read_file_name(unit * (size // len(unit))).verdict, NameVerdict)
    assert time.process_time() - start < GENEROUS

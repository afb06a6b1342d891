"""A roster file of any size for the benchmarks: one ward, cells of about 42 members, invented names.

Not here: what is measured with it (`read_roster`, `import_roster`).
"""

import random
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

WARD = "Đảng bộ phường Đo Tốc Độ"
IN_ONE_CELL = 42
UNIT_HEADER = ("STT", "Mã", "Tên đơn vị", "Loại", "Đơn vị cấp trên", "Khối", "Cụm", "Tên gọi khác")
MEMBER_HEADER = (
    "STT", "Họ và tên", "Năm sinh", "Đơn vị sinh hoạt", "Chức vụ | Đơn vị", "Ghi chú", "Tình trạng",
    "Miễn SH: số văn bản", "Miễn từ ngày", "Miễn đến ngày", "Email", "Điện thoại", "Sinh hoạt từ ngày",
)  # fmt: skip
FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Phan",
    "Đinh",
    "Trương",
    "Tạ",
    "Hà",
    "Lương",
    "Chu",
]
MIDDLE = [
    "Văn",
    "Thị",
    "Đức",
    "Minh",
    "Ngọc",
    "Quang",
    "Hồng",
    "Thanh",
    "Xuân",
    "Hữu",
    "Thu",
    "Bích",
    "Quốc",
    "Kim",
    "Công",
    "Trọng",
    "Đình",
    "Diệu",
]
GIVEN = [
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Hà",
    "Hoà",
    "Khánh",
    "Lan",
    "Mai",
    "Nga",
    "Phúc",
    "Quân",
    "Sơn",
    "Thuỷ",
    "Yến",
    "Tuấn",
    "Hạnh",
    "Thúy",
    "Đức",
    "Mạnh",
    "Ngọc",
    "Huy",
    "Thái",
    "Việt",
    "Tâm",
]
POSTS = ("Bí thư", "Phó Bí thư", "Chi ủy viên", "Chi ủy viên")


def write_roster(path: Path, members: int, *, seed: int = 1) -> Path:
    """A faultless workbook with `members` rows; the same seed gives the same rows."""
    dice = random.Random(seed)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    cells = -(-members // IN_ONE_CELL)
    sheet = book.add_worksheet("Tổ chức đảng")
    sheet.write_row(2, 0, UNIT_HEADER)
    sheet.write_row(3, 0, (1, "DB", WARD, "Đảng bộ phường", "", "", "", ""))
    for n in range(1, cells + 1):
        name = f"Chi bộ Tổ dân phố số {n}"
        sheet.write_row(
            n + 3,
            0,
            (n + 1, f"TDP{n:05d}", name, "Chi bộ cơ sở", WARD, "Dân cư", f"Cụm {n % 9 + 1}", f"Chi bộ TDP {n}"),
        )
    sheet = book.add_worksheet("Đảng viên")
    sheet.write_row(2, 0, MEMBER_HEADER)
    for n in range(members):
        place = n % IN_ONE_CELL
        unit = f"Chi bộ Tổ dân phố số {n // IN_ONE_CELL + 1}"
        name = f"{dice.choice(FAMILY)} {dice.choice(MIDDLE)} {dice.choice(MIDDLE)} {dice.choice(GIVEN)}"
        post = f"{POSTS[place]}|{unit}" if place < len(POSTS) else ""
        # One year of birth per place in the cell: no two of one name and year in one unit.
        sheet.write_row(n + 3, 0, (n + 1, name, 1945 + place, unit, post, "", "Chính thức"))
        if place % 9 == 8:
            sheet.write(n + 3, 7, f"{place}-QĐ/ĐU")
            sheet.write_datetime(n + 3, 8, date(2022, 1, 10), day)
        if place < 2:
            sheet.write(n + 3, 10, f"dv{n}@phuong.example")
        sheet.write(n + 3, 11, f"09{n:08d}" if place < 5 else "")
        sheet.write_datetime(n + 3, 12, date(2018, 1, 1) + timedelta(days=n % 2500), day)
    book.close()
    return path

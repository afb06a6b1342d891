"""The roster of the demo ward as the rows of a workbook: pure, and the same for the same seed.

Not here: reading it (`units.roster`), accounts (`ward.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from vietnamese.text import fold

ROOT = "Đảng bộ phường Phúc Lợi"
UNIT_HEADER = ("STT", "Mã", "Tên đơn vị", "Loại", "Đơn vị cấp trên", "Khối", "Cụm", "Tên gọi khác")
MEMBER_HEADER = (
    "STT", "Họ và tên", "Năm sinh", "Đơn vị sinh hoạt", "Chức vụ | Đơn vị (nhiều chức vụ cách nhau bằng dấu ;)",
    "Ghi chú", "Tình trạng", "Miễn SH: số văn bản", "Miễn từ ngày", "Miễn đến ngày", "Email", "Điện thoại",
    "Sinh hoạt từ ngày",
)  # fmt: skip

_FAMILY = (
    "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô",
    "Dương", "Đinh", "Đào", "Phan", "Trịnh",
)  # fmt: skip
_MIDDLE_HIM = ("Văn", "Đức", "Quang", "Minh", "Hữu", "Xuân", "Trọng", "Mạnh")
_MIDDLE_HER = ("Thị", "Thị", "Thị Bích", "Thị Thanh", "Ngọc", "Thu", "Hồng", "Thị Minh")
_GIVEN_HIM = (
    "An",
    "Bình",
    "Cường",
    "Dũng",
    "Đức",
    "Hải",
    "Hùng",
    "Khánh",
    "Long",
    "Nam",
    "Phong",
    "Quân",
    "Sơn",
    "Thái",
    "Việt",
)
_GIVEN_HER = (
    "Chi",
    "Dung",
    "Hà",
    "Hạnh",
    "Hoà",
    "Hương",
    "Lan",
    "Liên",
    "Mai",
    "Ngọc",
    "Oanh",
    "Phương",
    "Thuý",
    "Vân",
    "Yến",
)

_OFFICES = (
    ("BXD", "Ban Xây dựng Đảng", ROOT, "Cơ quan Đảng, MTTQ, đoàn thể", "BXDĐ; Ban XDĐ"),
    ("VPDU", "Văn phòng Đảng ủy", ROOT, "Cơ quan Đảng, MTTQ, đoàn thể", "VPĐU"),
    ("UBKT", "Ủy ban Kiểm tra Đảng ủy", ROOT, "Cơ quan Đảng, MTTQ, đoàn thể", "UBKT"),
    ("MTTQ", "Ủy ban MTTQ Việt Nam phường", ROOT, "Cơ quan Đảng, MTTQ, đoàn thể", "UBMTTQ"),
    ("UBND", "UBND phường", ROOT, "Hành chính sự nghiệp", "Ủy ban nhân dân phường"),
    ("PVHXH", "Phòng Văn hóa - Xã hội", "UBND phường", "Hành chính sự nghiệp", "Phòng VH-XH"),
    ("PKTHT", "Phòng Kinh tế, Hạ tầng và Đô thị", "UBND phường", "Hành chính sự nghiệp", "Phòng KTHT&ĐT"),
)
_CELLS = (
    *((f"TDP{n:02d}", f"Chi bộ Tổ dân phố số {n}", ROOT, "Dân cư", f"Chi bộ TDP {n}; Chi bộ {n}") for n in range(1, 13)),
    ("DB18", "Đảng bộ Tổ dân phố số 18", ROOT, "Dân cư", "Đảng bộ TDP 18"),
    ("TDP18.1", "Chi bộ 1 Tổ dân phố số 18", "Đảng bộ Tổ dân phố số 18", "Dân cư", "Chi bộ 1 TDP 18"),
    ("TDP18.2", "Chi bộ 2 Tổ dân phố số 18", "Đảng bộ Tổ dân phố số 18", "Dân cư", "Chi bộ 2 TDP 18"),
    ("TR01", "Chi bộ Trường THCS Phúc Lợi", ROOT, "Trường học", "Trường THCS Phúc Lợi"),
    ("TR02", "Chi bộ Trường Tiểu học Phúc Lợi", ROOT, "Trường học", "Trường Tiểu học Phúc Lợi"),
    ("TR03", "Chi bộ Trường Mầm non Hoa Sữa", ROOT, "Trường học", "Trường Mầm non Hoa Sữa"),
    ("CQ1", "Chi bộ Cơ quan Đảng và đoàn thể", ROOT, "Cơ quan Đảng, MTTQ, đoàn thể", ""),
    ("CQ2", "Chi bộ Cơ quan UBND", ROOT, "Hành chính sự nghiệp", ""),
    ("YT", "Chi bộ Trạm Y tế phường", ROOT, "Y tế", "Trạm Y tế phường"),
    ("DN01", "Chi bộ Công ty Cổ phần Thăng Long", ROOT, "Doanh nghiệp", "Công ty Cổ phần Thăng Long"),
    ("DN02", "Chi bộ Công ty TNHH Hồng Hà", ROOT, "Doanh nghiệp", "Công ty TNHH Hồng Hà"),
)  # fmt: skip
_CLUSTERS = 4
_POST_BY_BLOCK = {"Trường học": "Giáo viên", "Doanh nghiệp": "Nhân viên", "Y tế": "Viên chức"}
_COMMITTEE_POSTS = (
    # post in the committee and, with it, the post in an office (kiêm nhiệm)
    ("Bí thư Đảng ủy, Ủy viên Ban Thường vụ", ""),
    ("Phó Bí thư Thường trực, Ủy viên Ban Thường vụ", ""),
    ("Phó Bí thư, Ủy viên Ban Thường vụ", "Chủ tịch|UBND phường"),
    ("Ủy viên Ban Thường vụ", "Trưởng ban|Ban Xây dựng Đảng"),
    ("Ủy viên Ban Thường vụ", "Chủ nhiệm|Ủy ban Kiểm tra Đảng ủy"),
    ("Ủy viên Ban Chấp hành", "Chánh Văn phòng|Văn phòng Đảng ủy"),
    ("Ủy viên Ban Chấp hành", "Trưởng phòng|Phòng Văn hóa - Xã hội"),
    ("Ủy viên Ban Chấp hành", "Trưởng phòng|Phòng Kinh tế, Hạ tầng và Đô thị"),
)


@dataclass
class DemoRoster:
    """Rows of the two sheets, cells as a workbook holds them."""

    units: list[tuple[object, ...]] = field(default_factory=list)
    members: list[tuple[object, ...]] = field(default_factory=list)


def demo_roster(*, members: int, seed: int, day: date) -> DemoRoster:
    """A ward of `members` people (at least four a cell are made) as it stands on `day`."""
    dice = Random(seed)  # noqa: S311 (a demo, not a secret)
    roster = DemoRoster()
    rows = [("DB", ROOT, "Đảng bộ phường", "", "", "", "Đảng ủy phường Phúc Lợi; Đảng ủy phường")]
    rows += [(code, name, "Cơ quan", parent, block, "", aliases) for code, name, parent, block, aliases in _OFFICES]
    for place, (code, name, parent, block, aliases) in enumerate(_CELLS):
        kind = "Đảng bộ cơ sở" if code == "DB18" else "Chi bộ trực thuộc" if "." in code else "Chi bộ cơ sở"
        rows.append((code, name, kind, parent, block, f"Cụm {place % _CLUSTERS + 1}", aliases))
    roster.units = [(number, *row) for number, row in enumerate(rows, 1)]
    cells = [(code, name, block) for code, name, _, block, _ in _CELLS if code != "DB18"]
    names = _Names(dice)
    for place, (code, name, block) in enumerate(cells):
        size = max(4, members // len(cells) + (1 if place < members % len(cells) else 0))
        roster.members += [_member(dice, names, code, name, block, seat, day) for seat in range(size)]
    _seat_committee(roster)
    roster.members = [(number, *row) for number, row in enumerate(roster.members, 1)]
    return roster


class _Names:
    """Names that differ inside the ward, but for a pair of homonyms a ward always has."""

    def __init__(self, dice: Random) -> None:
        self._dice, self._used = dice, {"nguyen van an", "tran thi bich ngoc"}

    def next(self) -> str:
        while True:
            her = self._dice.random() < 0.5
            middle, given = (_MIDDLE_HER, _GIVEN_HER) if her else (_MIDDLE_HIM, _GIVEN_HIM)
            name = " ".join(self._dice.choice(part) for part in (_FAMILY, middle, given))
            if fold(name) not in self._used or self._dice.random() < 0.03:
                self._used.add(fold(name))
                return name


def _member(dice: Random, names: _Names, code: str, unit: str, block: str, seat: int, day: date) -> tuple[object, ...]:
    title = {0: "Bí thư", 1: "Phó Bí thư", 2: "Chi ủy viên"}.get(seat, _POST_BY_BLOCK.get(block, ""))
    name = {("TDP05", 0): "Nguyễn Văn An", ("TR01", 0): "Trần Thị Bích Ngọc"}.get((code, seat)) or names.next()
    has_contact = seat < 2
    mailbox = f"{code.lower().replace('.', '-')}.{'bt' if seat == 0 else 'pbt'}@phucloi.example"
    exempt_since = date(day.year - dice.randint(0, 3), 1, 15)
    share = 0.12 if block == "Dân cư" else 0.04
    is_exempt = (code, seat) == ("TR02", 3) or (seat > 3 and dice.random() < share)
    return (
        name,
        dice.randint(1948, 1975) if block == "Dân cư" else dice.randint(1968, 2000),
        unit,
        f"{title}|{unit}" if title else "",
        "",
        "Dự bị" if seat > 4 and dice.random() < 0.05 else "Chính thức",
        f"{dice.randint(1, 40):02d}-QĐ/ĐU" if is_exempt else "",
        min(exempt_since, day) if is_exempt else "",
        "",
        mailbox if has_contact else "",
        f"09{dice.randint(10_000_000, 99_999_999)}" if has_contact else "",
        day - timedelta(days=dice.randint(400, 4000)),
    )


def _seat_committee(roster: DemoRoster) -> None:
    """The ward's committee sits in the two cells of offices; each keeps the own post there too."""
    seats = [
        i
        for i, row in enumerate(roster.members)
        if row[2] in ("Chi bộ Cơ quan Đảng và đoàn thể", "Chi bộ Cơ quan UBND")
    ]
    for place, (in_committee, in_office) in zip(seats, _COMMITTEE_POSTS, strict=False):
        row = list(roster.members[place])
        posts = [f"{title.strip()}|{ROOT}" for title in in_committee.split(",")]
        row[3] = "; ".join(filter(None, (*posts, in_office, str(row[3]))))
        roster.members[place] = tuple(row)

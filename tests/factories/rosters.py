"""Roster files for tests: the shape offices keep, with whatever rows a test wants.

Title, empty row, header in row 3: the first unit and the first member stand in row 4.
Not here: the objects in the database (`factories/units.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

UNIT_HEADER = ("STT", "Mã", "Tên đơn vị", "Loại", "Đơn vị cấp trên", "Khối", "Cụm", "Tên gọi khác")
MEMBER_HEADER = (
    "STT",
    "Họ và tên",
    "Năm sinh",
    "Đơn vị sinh hoạt",
    "Chức vụ | Đơn vị (nhiều chức vụ cách nhau bằng dấu ;)",
    "Ghi chú",
    "Tình trạng",
    "Miễn SH: số văn bản",
    "Miễn từ ngày",
    "Miễn đến ngày",
    "Email",
    "Điện thoại",
    "Sinh hoạt từ ngày",
)
WARD = "Đảng bộ phường Thử Nghiệm"
FIRST_ROW = 4

UNITS: tuple[tuple[str, ...], ...] = (
    ("DB", WARD, "Đảng bộ phường", "", "", "", "Đảng ủy phường Thử Nghiệm"),
    ("BXD", "Ban Xây dựng Đảng", "Cơ quan", WARD, "Cơ quan Đảng, MTTQ, đoàn thể", "", "BXDĐ"),
    ("TDP01", "Chi bộ Tổ dân phố số 1", "Chi bộ cơ sở", WARD, "Dân cư", "Cụm 1", "Chi bộ TDP 1; Chi bộ 1"),
    ("TDP02", "Chi bộ Tổ dân phố số 2", "Chi bộ cơ sở", WARD, "Dân cư", "Cụm 2", "Chi bộ TDP 2"),
    ("CA", "Đảng bộ Công an phường", "Đảng bộ cơ sở", WARD, "Công an", "Cụm 1", ""),
    ("CA.1", "Chi bộ An ninh", "Chi bộ trực thuộc", "Đảng bộ Công an phường", "Công an", "Cụm 1", ""),
)


@dataclass
class Row:
    """One member's row, by the office's columns; defaults make a faultless one."""

    name: Any = "Nguyễn Văn An"
    year: Any = 1970
    unit: Any = "Chi bộ Tổ dân phố số 1"
    posts: Any = ""
    note: Any = ""
    status: Any = "Chính thức"
    decision: Any = ""
    exempt_from: Any = ""
    exempt_to: Any = ""
    email: Any = ""
    phone: Any = ""
    since: Any = field(default_factory=lambda: date(2020, 5, 4))

    def cells(self) -> list[Any]:
        """The cells behind STT."""
        return [
            self.name,
            self.year,
            self.unit,
            self.posts,
            self.note,
            self.status,
            self.decision,
            self.exempt_from,
            self.exempt_to,
            self.email,
            self.phone,
            self.since,
        ]


def write_roster(path: Path, rows: list[Row], *, units: tuple[tuple[str, ...], ...] | None = UNITS) -> Path:
    """A workbook at `path` with both sheets (units first; none when `units` is None); returns `path`."""
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    if units is not None:
        sheet = book.add_worksheet("Tổ chức đảng")
        sheet.write(0, 0, "DANH SÁCH TỔ CHỨC ĐẢNG")
        _write_rows(sheet, UNIT_HEADER, [list(unit) for unit in units], day)
    sheet = book.add_worksheet("Đảng viên")
    sheet.write(0, 0, "DANH SÁCH ĐẢNG VIÊN")
    _write_rows(sheet, MEMBER_HEADER, [row.cells() for row in rows], day)
    book.close()
    return path


def _write_rows(sheet: Any, header: tuple[str, ...], rows: list[list[Any]], day: Any) -> None:
    sheet.write_row(2, 0, header)
    for number, cells in enumerate(rows, start=1):
        sheet.write(number + 2, 0, number)
        for column, cell in enumerate(cells, start=1):
            if isinstance(cell, date):
                sheet.write_datetime(number + 2, column, cell, day)
            elif isinstance(cell, str):
                sheet.write_string(number + 2, column, cell)
            else:
                sheet.write(number + 2, column, cell)

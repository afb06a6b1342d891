"""The demo roster as a workbook in the shape offices keep: title row, empty row, header in row 3.

Not here: its rows (`people.py`), reading it (`units.roster`).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from phucloi_portal.demo.people import MEMBER_HEADER, UNIT_HEADER, DemoRoster


def write_roster(roster: DemoRoster, path: Path) -> None:
    """Write the two sheets *Tổ chức đảng* and *Đảng viên* to `path`."""
    sheets = (
        ("Tổ chức đảng", "DANH SÁCH TỔ CHỨC ĐẢNG, CƠ QUAN, ĐƠN VỊ", UNIT_HEADER, roster.units),
        ("Đảng viên", "DANH SÁCH ĐẢNG VIÊN", MEMBER_HEADER, roster.members),
    )
    with xlsxwriter.Workbook(str(path)) as book:
        dates = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, title, header, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, title)
            sheet.write_row(2, 0, header)
            for line, row in enumerate(rows, 3):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        day = datetime(value.year, value.month, value.day)  # noqa: DTZ001 (a cell has no zone)
                        sheet.write_datetime(line, column, day, dates)
                    else:
                        sheet.write(line, column, value)

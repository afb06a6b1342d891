"""Opening XLSX, XLS, ODS and CSV files as grids of cells, whatever the roster means.

Responsible for: telling the formats apart by content, decoding CSV, refusing broken and bloated files.
Not here: headers, columns and what a cell means (`units.roster`).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from units.errors import RosterUnreadable

MAX_FILE_BYTES = 60 * 1024 * 1024
# A 100,000-row roster unzips to about 60 MB; ten times that is an attack or a mistake.
MAX_UNZIPPED_BYTES = 600 * 1024 * 1024
_CSV_ENCODINGS = ("utf-8-sig", "cp1258")
_SPREADSHEET_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `rows` yields (row number as the spreadsheet shows it, from 1; cells from the first used column).

    `typed` is False for CSV, where every cell is text: a date written as text is no fault there.
    """

    name: str
    rows: Iterator[tuple[int, list]]
    typed: bool


def open_grids(path: Path) -> Iterator[Grid]:
    """The sheets of a file, one after the other; the rows of a sheet must be used before asking for the next.

    Raises `RosterUnreadable` when the file is missing, too big, or no spreadsheet.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise RosterUnreadable(f"Không mở được tệp “{path.name}”: {error.strerror}.") from error
    if size > MAX_FILE_BYTES:
        raise RosterUnreadable(
            f"Tệp “{path.name}” lớn hơn {MAX_FILE_BYTES // 2**20} MB, không giống danh sách đảng viên."
        )
    if head.startswith(_SPREADSHEET_MAGIC):
        yield from _workbook_grids(path)
    elif b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RosterUnreadable(f"Tệp “{path.name}” không phải Excel, ODS hay CSV.")
    else:
        yield _csv_grid(path)


def _workbook_grids(path: Path) -> Iterator[Grid]:
    _refuse_bomb(path)
    try:
        workbook = CalamineWorkbook.from_path(path)
    except CalamineError as error:
        raise RosterUnreadable(f"Tệp “{path.name}” hỏng hoặc có mật khẩu, không đọc được.") from error
    with workbook:
        for name in workbook.sheet_names:
            try:
                sheet = workbook.get_sheet_by_name(name)
            except CalamineError:
                continue  # a chart sheet holds no cells
            yield Grid(name, enumerate(sheet.iter_rows(), start=1), typed=True)


def _refuse_bomb(path: Path) -> None:
    """Refuse a ZIP that unpacks to far more than a roster can hold, before unpacking it."""
    if not zipfile.is_zipfile(path):
        return  # the old binary .xls
    try:
        with zipfile.ZipFile(path) as archive:
            unzipped = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise RosterUnreadable(f"Tệp “{path.name}” hỏng, không mở được.") from error
    if unzipped > MAX_UNZIPPED_BYTES:
        raise RosterUnreadable(f"Tệp “{path.name}” bung ra quá lớn ({unzipped // 2**20} MB), không nhận.")


def _csv_grid(path: Path) -> Grid:
    text = _decode(path.read_bytes(), path.name)
    first_lines = text[:8000]
    delimiter = max(",;\t", key=first_lines.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return Grid(path.stem, _numbered(reader, path.name), typed=False)


def _numbered(reader: Iterator[list[str]], name: str) -> Iterator[tuple[int, list]]:
    """CSV records with their record number: what a spreadsheet shows as the row."""
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise RosterUnreadable(f"Tệp “{name}” không phải CSV đúng: {error}.") from error


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = _CSV_ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterUnreadable(f"Tệp “{name}” không phải bảng mã UTF-8; hãy lưu lại dạng “CSV UTF-8”.")

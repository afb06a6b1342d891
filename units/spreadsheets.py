"""Opening XLSX, XLS, ODS and CSV files as grids of cells, whatever the roster means.

Responsible for: telling the formats apart by content, decoding CSV, refusing broken and bloated files.
Not here: headers, columns and what a cell means (`units.roster`).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from units.csv_text import decode_csv, separator_of, without_guard
from units.errors import RosterUnreadable

_Merged = tuple[tuple[int, int], tuple[int, int]]
MAX_FILE_BYTES = 60 * 1024 * 1024
# A 100,000-row roster unzips to about 60 MB; ten times that is an attack or a mistake.
MAX_UNZIPPED_BYTES = 600 * 1024 * 1024
# One ward has 4,000 to 6,000 members, the largest file measured has 100,000.
MAX_ROWS = 150_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SPREADSHEET_MAGIC = (_ZIP, _OLE)
# An encrypted .xlsx is an OLE file that holds this stream.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `rows` yields (row number as the spreadsheet shows it, from 1; cells from the first used column).

    `typed` is False for CSV, where every cell is text: a date written as text is no fault there.
    """

    name: str
    rows: Iterator[tuple[int, list]]
    typed: bool


def open_grids(path: Path, *, name: str = "") -> Iterator[Grid]:
    """The sheets of a file, one after the other; the rows of a sheet must be used before asking for the next.

    `name` is what the person calls the file (default: the path's). Raises `RosterUnreadable` when the file is missing,
    empty, too big, encrypted, or no spreadsheet.
    """
    name = name or path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise RosterUnreadable(f"Không mở được tệp “{name}”: {error.strerror}.") from error
    if size == 0:
        raise RosterUnreadable(f"Tệp “{name}” trống (0 byte); hãy lưu lại danh sách rồi tải lên.")
    if size > MAX_FILE_BYTES:
        raise RosterUnreadable(f"Tệp “{name}” lớn hơn {MAX_FILE_BYTES // 2**20} MB, không giống danh sách đảng viên.")
    if head.startswith(_SPREADSHEET_MAGIC):
        yield from _workbook_grids(path, name)
    elif b"\0" in head and not _is_wide(head):
        raise RosterUnreadable(f"Tệp “{name}” không phải Excel, ODS hay CSV.")
    elif head.lstrip().startswith((b"%PDF-", b"{\\rtf")):
        raise RosterUnreadable(f"Tệp “{name}” là văn bản, không phải bảng tính; cần tệp Excel, ODS hoặc CSV.")
    else:
        yield _csv_grid(path, name)


def _is_wide(head: bytes) -> bool:
    """Whether the zeros are those of UTF-16 text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    even, odd = head[:200:2].count(0), head[1:200:2].count(0)
    return max(even, odd) > 20 and min(even, odd) == 0


def _workbook_grids(path: Path, name: str) -> Iterator[Grid]:
    _refuse_other_archives(path, name)
    try:
        workbook = CalamineWorkbook.from_path(path)
    except CalamineError as error:
        if _is_encrypted(path):
            sentence = (
                f"Tệp “{name}” có mật khẩu; hãy bỏ mật khẩu trong Excel (Tệp → Thông tin → Bảo vệ) rồi tải lên lại."
            )
            raise RosterUnreadable(sentence) from error
        raise RosterUnreadable(f"Tệp “{name}” hỏng hoặc không phải bảng tính, không đọc được.") from error
    with workbook:
        for sheet_name in workbook.sheet_names:
            try:
                sheet = workbook.get_sheet_by_name(sheet_name)
            except CalamineError:
                continue  # a chart sheet holds no cells
            rows = _filled(sheet.iter_rows(), sheet.merged_cell_ranges or (), first_column=(sheet.start or (0, 0))[1])
            yield Grid(sheet_name, _bounded(enumerate(rows, start=1), name), typed=True)


def _filled(rows: Iterable[list], merged: Sequence[_Merged], *, first_column: int) -> Iterator[list]:
    """The rows; what stands in a cell merged downwards stands in each of its rows that says anything else, as the sheet
    shows it. `merged` in rows and columns from 0, corners inclusive.
    """
    starting = defaultdict(list)
    for (top, left), (bottom, _) in merged:
        if bottom > top and left >= first_column:
            starting[top].append((left - first_column, bottom))
    held: dict[int, tuple[int, object]] = {}
    for number, cells in enumerate(rows):
        if held and any(cell != "" for cell in cells):
            for column, (bottom, value) in list(held.items()):
                if number > bottom:
                    del held[column]
                elif column < len(cells) and cells[column] == "":
                    cells[column] = value
        for column, bottom in starting.get(number, ()):
            if column < len(cells):
                held[column] = (bottom, cells[column])
        yield cells


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _OLE and (file.seek(0) or _ENCRYPTED in file.read())


def _refuse_other_archives(path: Path, name: str) -> None:
    """Refuse, before unpacking it, a ZIP that is no workbook or unpacks to far more than a roster can hold."""
    if not zipfile.is_zipfile(path):
        return  # the old binary .xls
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise RosterUnreadable(f"Tệp “{name}” hỏng, không mở được.") from error
    unzipped = sum(entry.file_size for entry in entries)
    if unzipped > MAX_UNZIPPED_BYTES:
        raise RosterUnreadable(f"Tệp “{name}” bung ra quá lớn ({unzipped // 2**20} MB), không nhận.")
    names = {entry.filename for entry in entries}
    if "word/document.xml" in names:
        raise RosterUnreadable(
            f"Tệp “{name}” là văn bản Word dù tên ghi khác; hãy chép danh sách sang Excel rồi tải lên."
        )
    if "ppt/presentation.xml" in names:
        raise RosterUnreadable(f"Tệp “{name}” là bản trình chiếu, không phải bảng tính.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise RosterUnreadable(f"Tệp “{name}” có mật khẩu; hãy bỏ mật khẩu rồi tải lên lại.")


def _csv_grid(path: Path, name: str) -> Grid:
    text = decode_csv(path.read_bytes(), name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    return Grid(Path(name).stem, _bounded(_numbered(reader, name), name), typed=False)


def _numbered(reader: Iterator[list[str]], name: str) -> Iterator[tuple[int, list]]:
    """CSV records with their record number: what a spreadsheet shows as the row."""
    try:
        for row, cells in enumerate(reader, start=1):
            yield row, [without_guard(cell) if cell[:1] == "'" else cell for cell in cells]
    except csv.Error as error:
        raise RosterUnreadable(f"Tệp “{name}” không phải CSV đúng: {error}.") from error


def _bounded(rows: Iterator[tuple[int, list]], name: str) -> Iterator[tuple[int, list]]:
    """The rows; one with something in it beyond `MAX_ROWS` is refused, empty ones there end the sheet."""
    for row, cells in rows:
        if row > MAX_ROWS:
            if any(cell != "" for cell in cells):
                most = f"{MAX_ROWS:,}".replace(",", ".")
                raise RosterUnreadable(
                    f"Tệp “{name}” có hơn {most} dòng; danh sách của một phường không lớn như vậy. Hãy kiểm tra lại tệp, hoặc tách theo phường."
                )
            continue
        yield row, cells

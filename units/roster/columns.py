"""Finding the header: which sheet is which, in which row it starts, which column means what.

Offices put a title, empty rows and a date above the header, and name columns in their own words.
Not here: what the cells under the header mean (`values`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vietnamese.text import fold

# A header further down than this is no header: offices write two to six lines above it.
LAST_HEADER_ROW = 20
KEY_LENGTH = 120  # of a header's key, as the ward's words are stored

UNIT_LABELS = MappingProxyType(
    {
        "code": "Mã",
        "name": "Tên đơn vị",
        "kind": "Loại",
        "parent": "Đơn vị cấp trên",
        "block": "Khối",
        "cluster": "Cụm",
        "aliases": "Tên gọi khác",
    }
)
MEMBER_LABELS = MappingProxyType(
    {
        "name": "Họ và tên",
        "birth_year": "Năm sinh",
        "unit": "Đơn vị sinh hoạt",
        "posts": "Chức vụ | Đơn vị",
        "status": "Tình trạng",
        "decision": "Miễn SH: số văn bản",
        "exempt_from": "Miễn từ ngày",
        "exempt_to": "Miễn đến ngày",
        "email": "Email",
        "phone": "Điện thoại",
        "since": "Sinh hoạt từ ngày",
        "note": "Ghi chú",
    }
)
_UNIT_WORDS = MappingProxyType(
    {
        "code": ("ma", "ma don vi", "ma to chuc dang"),
        "name": ("ten don vi", "ten to chuc dang", "ten chi bo", "to chuc dang"),
        "kind": ("loai", "loai don vi", "loai hinh"),
        "parent": ("don vi cap tren", "cap tren", "truc thuoc", "don vi cap tren truc tiep"),
        "block": ("khoi",),
        "cluster": ("cum", "cum co so dang"),
        "aliases": ("ten goi khac", "ten khac", "ten viet tat"),
    }
)
_MEMBER_WORDS = MappingProxyType(
    {
        "name": ("ho va ten", "ho ten", "ho ten dang vien", "ho va ten dang vien"),
        "birth_year": ("nam sinh",),
        "unit": ("don vi sinh hoat", "noi sinh hoat", "chi bo", "don vi", "chi bo sinh hoat", "sinh hoat tai"),
        "posts": ("chuc vu don vi", "chuc vu", "chuc vu dang chinh quyen"),
        "status": ("tinh trang",),
        "decision": ("mien sh so van ban", "so van ban mien", "mien sinh hoat so van ban"),
        "exempt_from": ("mien tu ngay", "mien sh tu ngay"),
        "exempt_to": ("mien den ngay", "mien sh den ngay", "mien het ngay"),
        "email": ("email", "thu dien tu", "e mail"),
        "phone": ("dien thoai", "so dien thoai", "sdt"),
        "since": ("sinh hoat tu ngay", "ngay chuyen den", "tu ngay"),
        "note": ("ghi chu",),
    }
)
_UNIT_REQUIRED = ("code", "name", "kind")
_MEMBER_REQUIRED = ("name", "unit")
# domain.md §2: never collected, even when an office's list has them.
_FORBIDDEN = (
    "cccd", "cmnd", "so cccd", "so cmnd", "can cuoc", "so can cuoc", "so the dang", "so the dang vien",
    "que quan", "dan toc", "ton giao", "nguyen quan",
)  # fmt: skip
# Numbers the rows or is for the pen: no roster is poorer without them.
_NOT_NEEDED = ("stt", "tt", "so tt", "so thu tu", "ky ten", "chu ky", "ky nhan")
_PARENTHESES = re.compile(r"\([^)]*\)")
_NO_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Header:
    """Where a sheet's header stands: `row` from 1; `columns` field → index in the row's cells."""

    is_units: bool
    row: int
    columns: Mapping[str, int]
    missing: tuple[str, ...]
    forbidden: tuple[str, ...]


def header_key(cell: object) -> str:
    """A header cell without marks, case, punctuation and what stands in parentheses."""
    return _NO_WORD.sub(" ", fold(_PARENTHESES.sub(" ", str(cell)))).strip()


_UNIT_FIELDS = {word: field for field, words in _UNIT_WORDS.items() for word in words}
_MEMBER_FIELDS = {word: field for field, words in _MEMBER_WORDS.items() for word in words}


def member_field(cell: object) -> str | None:
    """Which field of a member a header's cell names."""
    return _MEMBER_FIELDS.get(header_key(cell))


NO_WORDS: Mapping[tuple[bool, str], str] = MappingProxyType({})


def field_words(is_units: bool, own_words: Mapping[tuple[bool, str], str] = NO_WORDS) -> dict[str, str]:
    """Header key → field for one kind of sheet; `own_words` ((is_units, key) → field) are the ward's and win."""
    own = {key: field for (units, key), field in own_words.items() if units == is_units}
    return {**(_UNIT_FIELDS if is_units else _MEMBER_FIELDS), **own}


def labels_of(is_units: bool) -> Mapping[str, str]:
    """Field → column as the office writes it, in the order of the sheet."""
    return UNIT_LABELS if is_units else MEMBER_LABELS


def required_of(is_units: bool) -> tuple[str, ...]:
    """The fields a sheet of this kind cannot be read without."""
    return _UNIT_REQUIRED if is_units else _MEMBER_REQUIRED


def is_forbidden(cell: object) -> bool:
    """Whether the column must not be collected."""
    return header_key(cell) in _FORBIDDEN


def is_unknown(header: str, *, is_units: bool, own_words: Mapping[tuple[bool, str], str] = NO_WORDS) -> bool:
    """Whether nobody can tell what the column is: a word neither known nor remembered, "not to be read" included."""
    key = header_key(header)
    aside = not key or key in _NOT_NEEDED or key in _FORBIDDEN
    return not aside and key[:KEY_LENGTH] not in field_words(is_units, own_words)


def find_header(
    row: int, cells: Sequence[object], own_words: Mapping[tuple[bool, str], str] = NO_WORDS
) -> Header | None:
    """The header this row is, or None. Two known columns beside a required one make a header."""
    keys = [header_key(cell) for cell in cells]
    forbidden = tuple(str(cell).strip() for cell, key in zip(cells, keys, strict=True) if key in _FORBIDDEN)
    best: Header | None = None
    for is_units, fields, required, labels in (
        (True, field_words(True, own_words) if own_words else _UNIT_FIELDS, _UNIT_REQUIRED, UNIT_LABELS),
        (False, field_words(False, own_words) if own_words else _MEMBER_FIELDS, _MEMBER_REQUIRED, MEMBER_LABELS),
    ):
        columns: dict[str, int] = {}
        for index, key in enumerate(keys):
            if fields.get(key):
                columns.setdefault(fields[key], index)
        if len(columns) < 3 and not all(field in columns for field in required):
            continue
        if not any(field in columns for field in required):
            continue
        missing = tuple(labels[field] for field in required if field not in columns)
        header = Header(is_units, row, columns, missing, forbidden)
        if best is None or (len(missing), -len(columns)) < (len(best.missing), -len(best.columns)):
            best = header
    return best

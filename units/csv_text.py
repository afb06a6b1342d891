"""CSV files of Vietnamese offices: which character code, which separator, and cells kept from being formulas.

Not here: XLSX, XLS, ODS (`spreadsheets`), what the cells mean (`units.roster`).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from itertools import islice

from units.errors import RosterUnreadable
from vietnamese.legacy import propose_repair

_SEPARATORS = ",;\t"
_LOOKED_AT = 40  # records that decide the separator
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What the legacy reader needs to be sure; a page of names is plenty, a hundred thousand would only take time.
_LEGACY_SAMPLE = 6000


def decode_csv(data: bytes, name: str) -> str:
    """The text of a CSV file: UTF-8, UTF-16, else a code of the old days that can be told for certain.

    Text of a code that writes tones as marks of their own comes composed (NFC): that is the code, not the writer.
    Raises RosterUnreadable.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16", name)
    if data[:200].count(b"\0") > 20:  # UTF-16 without its mark: every other byte of Latin letters is zero
        return _strictly(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be", name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    seen = data.decode("latin-1")
    repair = propose_repair(seen[:_LEGACY_SAMPLE])
    if repair is not None and repair.code in ("TCVN3", "VNI"):
        whole = propose_repair(seen) if len(seen) > _LEGACY_SAMPLE else repair
        if whole is not None and whole.code == repair.code:
            return unicodedata.normalize("NFC", whole.text)
    return unicodedata.normalize("NFC", _strictly(data, "cp1258", name))


def separator_of(text: str) -> str:
    """The separator that cuts the first records into most columns, the same number each time; quotes are respected."""

    def evenness(separator: str) -> tuple[int, int]:
        records = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator)
        try:
            widths = sorted(len(record) for record in islice(records, _LOOKED_AT) if record)
        except csv.Error:
            return 0, 0
        return (widths[len(widths) // 2], widths[-1]) if widths else (0, 0)

    return max(_SEPARATORS, key=evenness)


def neutral(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what could start one."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def without_guard(text: str) -> str:
    """The cell before `neutral`."""
    return text[1:] if text.startswith("'") and text[1:2] in _FORMULA_STARTS else text


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise RosterUnreadable(
            f"Không nhận ra bảng mã của tệp “{name}”; hãy mở bằng Excel và lưu lại dạng “CSV UTF-8” hoặc .xlsx."
        ) from error

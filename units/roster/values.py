"""One cell → one value, with the repair it needs or the fault that only a person can settle.

Every reader is total: any cell of any type gives a `Reading`, never an exception.
Not here: which cell is read (`checks`), names of units (`names`).
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Generic, TypeVar

from vietnamese.casing import title_case
from vietnamese.text import clean

FIRST_BIRTH_YEAR = 1900
LONGEST_NAME = 160
YOUNGEST_AGE = 18  # Điều lệ Đảng, điều 1: từ 18 tuổi trở lên
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_EXCEL_DAY, _LAST_EXCEL_DAY = 10_000, 60_000  # 1927 … 2064
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[./\-\s]\s*(\d{1,2})\s*[./\-\s]\s*(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_TRAILING_NOTE = re.compile(r"^([^()\[\]]+?)\s*[(\[]([^()\[\]]+)[)\]]$")
_TITLE_PREFIX = re.compile(r"^(?:đ\s*/\s*c|đồng\s+chí)\s*[:.]?\s+", re.IGNORECASE)
_EMAIL = re.compile(
    r"[^@\s,;<>\"()]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+", re.IGNORECASE
)
_PHONE = re.compile(r"0\d{9,10}")
_LETTERS = "[A-Za-zÀ-ÏÑ-ÖØ-ïñ-öø-ƈƊ-ɏḀ-ỿ]+"  # Latin without eth and the African D, which only look like Đ
_PLAIN_NAME = re.compile(f"{_LETTERS}(?: {_LETTERS})+")
_LOOKS_LIKE_D = str.maketrans("ÐƉðɖ", "ĐĐđđ")
_NAME_SIGNS = "'’-. "


Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Reading(Generic[Value]):
    """A value; `repair` says what had to be repaired to get it, `fault` why there is none."""

    value: Value
    repair: str = ""
    fault: str = ""
    note: str = ""
    kind: str = ""  # of the repair, a key of `records.REPAIRS`


def as_text(cell: object) -> str:
    """A cell as the person sees it: 1974.0 → "1974", a day → dd/mm/yyyy."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "Có" if cell else "Không"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return str(cell)


_clean = lru_cache(maxsize=20_000)(clean)  # numbers of decisions and posts repeat


def read_text(cell: object, limit: int) -> Reading[str]:
    """Free text of at most `limit` characters, cleaned; what the eye cannot see is a repair too."""
    text = as_text(cell)
    if len(text) > limit:
        return Reading("", fault=f"Ô này dài quá {limit} ký tự")
    value = _clean(text)
    return Reading(value) if text == value else _repaired(value, _spelling_repairs(text, value))


def _repaired(value: str, repairs: list[tuple[str, str]], note: str = "") -> Reading[str]:
    """The reading of a repaired text; `repairs` are (kind, the office's words)."""
    kind = "several" if len(repairs) > 1 else "".join(kind for kind, _ in repairs)
    return Reading(value, " và ".join(words for _, words in repairs), note=note, kind=kind)


def _spelling_repairs(text: str, value: str) -> list[tuple[str, str]]:
    """What `clean` did: (kind, the office's words)."""
    composed = unicodedata.normalize("NFC", text)
    done = []
    if composed != text:
        done.append(("nfd", "viết dấu rời (Unicode tổ hợp)"))
    if composed != value:
        only_spaces = "".join(composed.split()) == "".join(value.split())
        done.append(("spaces", "thừa khoảng trắng") if only_spaces else ("hidden", "có ký tự ẩn"))
    return done


def is_plain_name(cell: object) -> bool:
    """Whether the cell is a name that needs nothing: Latin letters, single spaces, NFC, a capital a syllable."""
    return (
        type(cell) is str
        and len(cell) <= LONGEST_NAME
        and _PLAIN_NAME.fullmatch(cell) is not None
        and cell.istitle()
        and unicodedata.is_normalized("NFC", cell)
    )


def read_name(cell: object) -> Reading[str]:
    """A person's name in the person's own spelling: NFC, single spaces, capitals by syllable.

    The place of the tone (Hoà, Hòa) is the person's own and is never touched. `note` is what stood
    in parentheses behind the name.
    """
    if is_plain_name(cell):
        return Reading(as_text(cell))
    text = as_text(cell)
    if len(text) > LONGEST_NAME:
        return Reading("", fault=f"Họ tên dài quá {LONGEST_NAME} ký tự")
    name = clean(text)
    if not name:
        return Reading("", fault="Chưa ghi họ tên")
    repairs = _spelling_repairs(text, name)
    note = ""
    if match := _TRAILING_NOTE.match(name):
        name, note = match[1], match[2]
        repairs.append(("note", f"lẫn ghi chú “{note}”"))
    if _TITLE_PREFIX.match(name):
        name = _TITLE_PREFIX.sub("", name)
        repairs.append(("honorific", "lẫn xưng hô “đồng chí”"))
    if name != (with_d := name.translate(_LOOKS_LIKE_D)):
        name = with_d
        repairs.append(("letter_d", "có chữ Đ gõ bằng ký tự khác"))
    if any(not (char.isalpha() or char in _NAME_SIGNS or unicodedata.combining(char)) for char in name):
        return Reading("", fault=f"Họ tên “{name}” có chữ số hoặc ký tự lạ")
    if " " not in name:
        return Reading("", fault=f"Họ tên “{name}” chỉ có một chữ, cần ghi đủ họ và tên")
    if name.isupper() or name.islower() or any(word[0].islower() for word in name.split(" ")):
        name = title_case(name)
        repairs.append(("capitals", "viết hoa chưa đúng"))
    return _repaired(name, repairs, note)


def read_year(cell: object, latest: int, *, typed: bool) -> Reading[int | None]:
    """Year of birth, `FIRST_BIRTH_YEAR` … `latest` inclusive; None when blank.

    `typed` is False for CSV, where text is the only way to write a number.
    """
    if isinstance(cell, float) and cell.is_integer():
        year, repair = int(cell), ""
    elif isinstance(cell, bool | date):
        return Reading(None, fault=f"“{as_text(cell)}” không phải năm sinh; chỉ ghi năm, ví dụ 1974")
    else:
        text = clean(as_text(cell))
        if not text:
            return Reading(None)
        if not re.fullmatch(r"\d{4}", text):
            return Reading(None, fault=f"“{text}” không phải năm sinh; chỉ ghi năm, ví dụ 1974")
        year, repair = int(text), "Năm sinh ghi dạng chữ" if typed else ""
    if not FIRST_BIRTH_YEAR <= year <= latest:
        return Reading(None, fault=f"Năm sinh {year} không hợp lý (từ {FIRST_BIRTH_YEAR} đến {latest})")
    return Reading(year, repair, kind="year_text" if repair else "")


def read_day(cell: object, *, typed: bool) -> Reading[date | None]:
    """A calendar day, day first always ("05.05.2026"); None when blank.

    Text is read, and is a repair where the file could have held a real day (`typed`).
    """
    if isinstance(cell, datetime):
        return Reading(cell.date())
    if isinstance(cell, date):
        return Reading(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if _FIRST_EXCEL_DAY <= cell <= _LAST_EXCEL_DAY:
            return Reading(_EXCEL_EPOCH + timedelta(days=int(cell)), "Ngày ghi dạng số", kind="day_text")
        return Reading(None, fault=f"“{as_text(cell)}” không phải ngày; ghi dạng 05/03/2024")
    text = clean(as_text(cell))
    if not text:
        return Reading(None)
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        return Reading(None, fault=f"“{text}” không phải ngày; ghi dạng 05/03/2024")
    if not 1 <= month <= 12 or not 1900 <= year <= 2100:
        return Reading(
            None, fault=f"Không có ngày “{text}” trong lịch (ngày trước, tháng sau); tra lại và ghi ngày đúng"
        )
    longest = calendar.monthrange(year, month)[1]
    if not 1 <= day <= longest:
        last = date(year, month, longest).strftime("%d/%m/%Y")
        return Reading(
            None,
            fault=f"Không có ngày “{text}”: tháng {month}/{year} hết ngày {last}; tra lại và ghi ngày đúng",
        )
    day_read = date(year, month, day)
    return Reading(day_read, "Ngày ghi dạng chữ", kind="day_text") if typed else Reading(day_read)


def read_email(cell: object) -> Reading[str]:
    """An address in lower case; "" when blank."""
    if type(cell) is str and cell.islower() and _EMAIL.fullmatch(cell):
        return Reading(cell)
    text = clean(as_text(cell)).lower()
    if not text or _EMAIL.fullmatch(text):
        return Reading(text)
    return Reading("", fault=f"Địa chỉ thư “{text}” không đúng dạng ten@coquan.vn")


def read_phone(cell: object) -> Reading[str]:
    """A number as dialled inside the country, 10 or 11 digits; Excel's lost zero and +84 are repaired."""
    if type(cell) is str and _PHONE.fullmatch(cell):
        return Reading(cell)
    text = clean(as_text(cell))
    if not text or _PHONE.fullmatch(text):
        return Reading(text)
    digits = re.sub(r"[\s.\-()]", "", text)
    digits = re.sub(r"^(?:\+84|0084)", "0", digits)
    if re.fullmatch(r"[1-9]\d{8}", digits):
        digits = "0" + digits
    if _PHONE.fullmatch(digits):
        return Reading(digits, "Số điện thoại viết chưa chuẩn", kind="phone")
    return Reading("", fault=f"Số điện thoại “{text}” không đúng (10 hoặc 11 chữ số, bắt đầu bằng 0)")

"""Months, quarters, parts of a year and years, and their first, middle and last days.

Not here: single days (`days.py`), which calendar days they cover (`resolving.py`).
"""

from __future__ import annotations

from collections.abc import Callable

from directives.deadlines.points import DIGIT_WORDS, Found, Point, PointKind, Reader

_MONTH_WORDS = {**DIGIT_WORDS, "giêng": 1, "chạp": 12}
_QUARTERS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4}  # "quý tư" is the fourth too, but "quý tư liệu" is not
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_EDGES = {"đầu": "first", "giữa": "middle", "cuối": "last"}
_WEEKS = {"nhất": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5}
_LAST_WEEK = 5


def month(reader: Reader, at: int) -> Found:
    """tháng 5/2026, tháng 5 năm 2026, tháng Năm, tháng 4, 5/2026, tháng này, tháng sau."""
    if not reader.word(at, "tháng"):
        return None
    relative = relative_to_issue(reader, at + 1)
    if relative is not None:
        return Point(PointKind.MONTH, relative=relative), at + 2
    first, end = month_number(reader, at + 1)
    if first is None or reader.word(end, "lần"):  # "3 tháng một lần" is a rhythm
        return None
    until, end = _second_of_pair(reader, end, "tháng", month_number)
    year, end = reader.year_after(end)
    return Point(PointKind.MONTH, index=first, until=until, year=year), end


def month_number(reader: Reader, at: int) -> tuple[int | None, int]:
    number = reader.number(at, 0, 99)
    if number is not None:
        return number, at + 1
    spelt = reader.spelt(at, _MONTH_WORDS)
    if spelt is None:
        return None, at
    if spelt == 10 and reader.word(at + 1, "một", "hai"):
        return 11 if reader.word(at + 1, "một") else 12, at + 2
    return spelt, at + 1


def quarter(reader: Reader, at: int) -> Found:
    """quý II/2026, quý 2 năm 2026, quý I và II/2026, quý này."""
    if not reader.word(at, "quý", "quí"):
        return None
    relative = relative_to_issue(reader, at + 1)
    if relative is not None:
        return Point(PointKind.QUARTER, relative=relative), at + 2
    first, end = _quarter_number(reader, at + 1)
    if first is None or reader.word(end, "lần"):  # "mỗi quý 01 lần"
        return None
    until, end = _second_of_pair(reader, end, "quý", _quarter_number)
    year, end = reader.year_after(end)
    return Point(PointKind.QUARTER, index=first, until=until, year=year), end


def _quarter_number(reader: Reader, at: int) -> tuple[int | None, int]:
    number = reader.number(at, 0, 99)
    number = _ROMAN.get(reader.at(at).raw) if number is None else number
    number = reader.spelt(at, _QUARTERS) if number is None else number
    return (number, at + 1) if number is not None else (None, at)


def _second_of_pair(
    reader: Reader, at: int, noun: str, number: Callable[[Reader, int], tuple[int | None, int]]
) -> tuple[int | None, int]:
    """The last of "4, 5", "4 và 5", "4-5"; the place does not move when there is none."""
    last, end = None, at
    while reader.mark(end, ",-") or reader.word(end, "và", "đến"):
        after = end + 2 if reader.word(end + 1, noun) else end + 1
        value, stop = number(reader, after)
        if value is None or value > 12 or reader.word(stop, "ngày", "đồng", "giờ", "tháng", "chi"):
            break
        if reader.mark(stop, "/-.") and reader.mark(stop + 2, "/-."):
            break  # "tháng 4 đến 5/5/2026": a day follows, not a second month
        last, end = value, stop
    return last, end


def part_of_year(reader: Reader, at: int) -> Found:
    """6 tháng đầu năm 2026, sáu tháng cuối năm, 9 tháng đầu năm, nửa đầu năm."""
    if reader.word(at, "nửa") and reader.word(at + 1, "đầu", "cuối") and reader.word(at + 2, "năm"):
        count, where = 6, at + 1
    else:
        number = reader.number(at, 1, 12)
        number = reader.spelt(at, DIGIT_WORDS) if number is None else number
        if number is None or not reader.word(at + 1, "tháng") or not reader.word(at + 2, "đầu", "cuối"):
            return None
        if not reader.word(at + 3, "năm"):
            return None
        count, where = number, at + 2
    year = reader.number(where + 2, 1900, 2199, digits=4)
    relative = relative_to_issue(reader, where + 2)
    end = where + (3 if year is not None or relative is not None else 2)
    edge = "last" if reader.word(where, "cuối") else "first"
    return Point(PointKind.HALF, index=count, year=year, edge=edge, relative=relative), end


def edge_of_stretch(reader: Reader, at: int) -> Found:
    """đầu tháng 5, giữa tháng 5/2026, cuối quý II, cuối năm 2026, giữa năm, cuối tuần này."""
    edge = next((value for word, value in _EDGES.items() if reader.word(at, word)), "")
    if not edge:
        return None
    if reader.word(at + 1, "tuần"):
        relative = relative_to_issue(reader, at + 2)
        return Point(PointKind.WEEK, edge=edge, relative=relative or 0), at + (2 if relative is None else 3)
    found = month(reader, at + 1) or quarter(reader, at + 1) or any_year(reader, at + 1)
    if found is None and reader.word(at + 1, "tháng", "quý"):
        kind = PointKind.MONTH if reader.word(at + 1, "tháng") else PointKind.QUARTER
        found = Point(kind, relative=0), at + 2
    if found is None:
        return None
    point, end = found
    return Point(point.kind, index=point.index, year=point.year, edge=edge, relative=point.relative), end


def any_year(reader: Reader, at: int) -> Found:
    if not reader.word(at, "năm"):
        return None
    year = reader.number(at + 1, 1900, 2199, digits=4)
    if year is not None:
        return Point(PointKind.YEAR, year=year), at + 2
    relative = relative_to_issue(reader, at + 1)
    return Point(PointKind.YEAR, relative=relative or 0), at + (1 if relative is None else 2)


def year(reader: Reader, at: int) -> Found:
    """năm 2026, năm nay, "hết năm"; any other bare "năm" is no year."""
    found = any_year(reader, at)
    if found is None or found[1] > at + 1:
        return found
    is_five = reader.word(at + 1, "ngày", "tuần", "tháng", "giờ", "học")  # "hết năm ngày", "hết năm học"
    return found if reader.word(at - 1, "hết") and not is_five else None


def week(reader: Reader, at: int) -> Found:
    """tuần này, tuần sau, tuần tới; tuần 3 tháng 5, tuần thứ ba của tháng 5/2026, tuần đầu tháng 5."""
    if not reader.word(at, "tuần"):
        return None
    relative = relative_to_issue(reader, at + 1)
    if relative is not None:
        return Point(PointKind.WEEK, relative=relative), at + 2
    number, end = _week_number(reader, at + 1)
    if number is None:
        return None
    found = month(reader, end + 1 if reader.word(end, "của", "trong") else end)
    if found is None or found[0].until is not None:
        return None
    point, end = found
    return Point(PointKind.WEEK, number, point.index, year=point.year, relative=point.relative), end


def _week_number(reader: Reader, at: int) -> tuple[int | None, int]:
    """1 to 5 after "tuần"; the last week, said as such, is the fifth."""
    if reader.word(at, "đầu", "cuối"):
        number = 1 if reader.word(at, "đầu") else _LAST_WEEK
        return number, at + (2 if reader.word(at + 1, "tiên", "cùng") else 1)
    at += 1 if reader.word(at, "thứ") else 0
    number = reader.number(at, 1, _LAST_WEEK, digits=2)
    return (reader.spelt(at, _WEEKS) if number is None else number), at + 1


def relative_to_issue(reader: Reader, at: int) -> int | None:
    if reader.word(at, "này", "nay"):
        return 0
    return 1 if reader.word(at, "sau", "tới") else None

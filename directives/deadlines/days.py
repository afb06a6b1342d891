"""Days in every spelling people use: 28/4/2026, 28-4-2026, 28.4.26, ngày 28 tháng Tư, 2026-04-28.

Each recogniser looks at a few tokens from one place and answers the value and the token after it, or
None. The day always comes before the month; only a four-digit year in front turns the order round.
Not here: months and longer stretches (`stretches.py`), which calendar day it is (`resolving.py`).
"""

from __future__ import annotations

from directives.deadlines.lexing import Token
from directives.deadlines.points import Found, Point, PointKind, Reader
from directives.deadlines.stretches import any_year, month, month_number, quarter, relative_to_issue

_NOT_DATES_AFTER = ("số", "đảng", "chi", "tổng", "bài", "đơn", "đồng", "cán", "thành", "nhiệm")
_LONGEST_LEAD = 2  # "ngày mùng 5"


def _two_digit_year(token: Token) -> int | None:
    if token.kind != "n" or len(token.raw) not in (2, 4):
        return None
    return token.number + 2000 if len(token.raw) == 2 else token.number


def numeric_date(reader: Reader, at: int) -> Found:
    """28/4/2026, 28-4-2026, 28.4.2026, 28/4/26, 28/4, 2026-04-28."""
    first, second = reader.at(at), reader.at(at + 2)
    if first.kind != "n" or second.kind != "n" or not reader.mark(at + 1, "/-."):
        return None
    if reader.mark(at - 1, "/") or len(second.raw) > 2:
        return None
    separator = reader.at(at + 1).raw
    same_again = reader.at(at + 3).raw == separator and reader.at(at + 4).kind == "n"
    if len(first.raw) == 4:
        if not same_again or len(reader.at(at + 4).raw) > 2 or separator != "-":
            return None
        return Point(PointKind.DAY, day=reader.at(at + 4).number, index=second.number, year=first.number), at + 5
    if len(first.raw) > 2:
        return None
    if same_again or (separator != "/" and reader.mark(at + 3, "/") and reader.at(at + 4).kind == "n"):
        year = _two_digit_year(reader.at(at + 4))
        if year is None or (reader.mark(at + 5, "/") and separator == "/"):
            return None
        loose = separator == "." and len(reader.at(at + 4).raw) == 2
        return Point(PointKind.DAY, first.number, second.number, year=year, loose=loose), at + 5
    year, end = reader.year_after(at + 3) if reader.word(at + 3, "năm") else (None, at + 3)
    if any(reader.word(end, word) for word in _NOT_DATES_AFTER):
        return None
    return Point(PointKind.DAY, first.number, second.number, year=year, loose=separator != "/"), end


def worded_date(reader: Reader, at: int) -> Found:
    """28 tháng 4 năm 2026, 28 tháng Tư, 28/tháng 4/2026; also after "ngày", which `dated` reads."""
    day = reader.number(at, 0, 99)
    month_at = at + 2 if reader.mark(at + 1, "/,-") else at + 1
    if day is None or not reader.word(month_at, "tháng"):
        return None
    index, end = month_number(reader, month_at + 1)
    if index is None or reader.word(end, "lần"):  # "6 tháng một lần" is a rhythm
        return None
    year, end = reader.year_after(end)
    return Point(PointKind.DAY, day, index, year=year), end


def dated(reader: Reader, at: int) -> Found:
    """A day led by "ngày" or "mùng": ngày 28/4, ngày 28-4, ngày 28 tháng 4, ngày 25, ngày … tháng 4."""
    start = at
    while start < at + _LONGEST_LEAD and (
        reader.word(start, "ngày", "mùng", "mồng") or _typed_as_at_once(reader, start)
    ):
        start += 1
    if start == at:
        return None
    start = start + 1 if reader.mark(start, ":") else start
    found = worded_date(reader, start) or numeric_date(reader, start)
    if found is not None:
        point, end = found
        return Point(point.kind, point.day, point.index, year=point.year), end
    day = reader.number(start, 0, 31)
    if day is not None:
        if reader.word(start + 1, "phút") or reader.mark(start + 1, "%"):
            return None
        month_at = start + 2 if reader.word(start + 1, "của") else start + 1
        relative = relative_to_issue(reader, month_at + 1) if reader.word(month_at, "tháng") else None
        if relative is not None and not reader.word(month_at + 2, "liền"):
            return Point(PointKind.DAY_OF_MONTH, day=day, relative=relative), month_at + 2
        return Point(PointKind.DAY_OF_MONTH, day=day), start + 1
    if reader.word(start, "cuối"):
        return _last_day_of_stretch(reader, start + 1)
    return _blank_date(reader, start)


def _typed_as_at_once(reader: Reader, at: int) -> bool:
    """ "ngay 28/4" in an accented phrase: the accent is missing, a number follows."""
    return reader.at(at).raw == "ngay" and reader.at(at + 1).kind == "n"


def _blank_date(reader: Reader, at: int) -> Found:
    """ngày … tháng 4 năm 2026: the day was left for the stamp."""
    start = at
    while reader.mark(at, ".…/-"):
        at += 1
    month_said, year_said = reader.number(at, 1, 12), reader.number(at + 2, 1900, 2199, digits=4)
    if at > start and month_said is not None and year_said is not None and reader.mark(at + 1, "/-."):
        return Point(PointKind.BLANK, index=month_said, year=year_said), at + 3  # "ngày …/5/2026"
    if not reader.word(at, "tháng"):
        return None
    index, end = month_number(reader, at + 1)
    year, end = reader.year_after(end)
    if index is None and year is None:
        return None
    return Point(PointKind.BLANK, index=index, year=year), end


def _last_day_of_stretch(reader: Reader, at: int) -> Found:
    """ngày cuối (cùng) (của) tháng 5, quý II, năm."""
    while reader.word(at, "cùng", "của"):
        at += 1
    found = month(reader, at) or quarter(reader, at) or any_year(reader, at)
    if found is None and reader.word(at, "tháng", "quý"):
        kind = PointKind.MONTH if reader.word(at, "tháng") else PointKind.QUARTER
        found = Point(kind, relative=0), at + 1
    if found is None:
        return None
    point, end = found
    return Point(point.kind, index=point.index, year=point.year, edge="last", relative=point.relative), end

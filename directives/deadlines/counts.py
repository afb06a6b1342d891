"""Weekdays, hours, today and tomorrow, and lengths of time.

Not here: days with a date (`days.py`), months and quarters (`stretches.py`).
"""

from __future__ import annotations

from datetime import time

from directives.deadlines.points import DIGIT_WORDS, Found, Point, PointKind, Reader, Span
from directives.deadlines.stretches import relative_to_issue

_UNITS = {"ngày": "day", "tuần": "week", "tháng": "month", "năm": "year", "giờ": "hour"}
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "bốn": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5}
_LARGEST_COUNT = 999


def today(reader: Reader, at: int) -> Found:
    """hôm nay, ngày mai; "trong ngày" alone is today."""
    if reader.word(at, "hôm") and reader.word(at + 1, "nay"):
        return Point(PointKind.TODAY, relative=0), at + 2
    if reader.word(at, "ngày", "sáng", "chiều") and reader.word(at + 1, "mai"):
        return Point(PointKind.TODAY, relative=1), at + 2
    return None


def weekday(reader: Reader, at: int) -> Found:
    """thứ Hai … thứ Bảy, thứ 2 … thứ 7, Chủ nhật, CN, T6, with "tuần này" or "tuần sau"."""
    index, end = None, at + 2
    if reader.word(at, "thứ") and _is_ordinal(reader, at):
        return None
    if reader.word(at, "thứ"):
        index = reader.spelt(at + 1, _WEEKDAYS)
        number = reader.number(at + 1, 2, 7, digits=1)
        index = number - 2 if number is not None else index
    elif reader.word(at, "chủ") and reader.word(at + 1, "nhật"):
        index = 6
    elif reader.at(at).raw == "cn":
        index, end = 6, at + 1
    elif reader.at(at).raw == "t" and reader.number(at + 1, 2, 7, digits=1) is not None:
        index = reader.at(at + 1).number - 2
    if index is None:
        return None
    end_of_week = end + 1 if reader.word(end, "tuần") else end
    relative = relative_to_issue(reader, end_of_week)
    if relative is not None:
        end = end_of_week + 1
    return Point(PointKind.WEEKDAY, index=index, relative=relative), end


def _is_ordinal(reader: Reader, at: int) -> bool:
    """ "Hội nghị lần thứ bảy", "kỳ họp thứ 5": which one, not on what day."""
    if reader.word(at - 1, "lần", "khóa", "khoá"):
        return True
    session = reader.word(at - 1, "họp") and reader.word(at - 2, "kỳ", "kì", "phiên")
    return session and not (reader.word(at + 2, "tuần", "ngày", "hằng", "hàng") or reader.mark(at + 2, "("))


def clock(reader: Reader, at: int) -> tuple[time, int] | None:
    """16h00, 16h, 16 giờ 00 (phút), 16 giờ, 16:00, 16g00, 5 giờ chiều; 24h00 is the end of the day.

    The end of the day (24:00, and 23:59, which people write for it) is answered as 23:59.
    """
    hour = reader.number(at, 0, 24)
    if hour is None:
        return None
    minute = reader.number(at + 2, 0, 59)
    if reader.mark(at + 1, ":"):
        if minute is None or len(reader.at(at + 2).raw) != 2:
            return None
        end = at + 3
    elif reader.at(at + 1).raw in ("h", "g") or reader.word(at + 1, "giờ"):
        spaced = reader.at(at + 2).start > reader.at(at + 1).end
        if minute is not None and spaced and not reader.word(at + 3, "phút") and len(reader.at(at + 2).raw) != 2:
            minute = None
        if minute is not None and reader.mark(at + 3, "/-.") and reader.at(at + 4).kind == "n":
            until_hour = reader.mark(at + 3, "-") and (
                reader.word(at + 5, "giờ") or reader.at(at + 5).raw in ("h", "g")
            )
            minute = minute if until_hour else None  # "16h 28/4/2026": what follows is the day; not "8h00 - 11h30"
        if minute is None and reader.word(at + 1, "giờ") and _counts_from_event(reader, at + 2):
            return None
        end = at + 2 if minute is None else at + 3
    else:
        return None
    end += 1 if reader.word(end, "phút", "p") else 0
    if reader.word(end, "sáng", "chiều", "tối", "trưa"):
        hour += 12 if hour < 12 and reader.word(end, "chiều", "tối") else 0
        end += 1
    if hour == 24 and minute:
        return None
    return (time(23, 59) if hour == 24 else time(hour, minute or 0)), end


def _counts_from_event(reader: Reader, at: int) -> bool:
    """ "24 giờ sau khi kết thúc": a length of time, not an hour of the day."""
    return reader.word(at, "sau", "kể", "tính") or (reader.word(at, "trước") and reader.word(at + 1, "khi"))


def span(reader: Reader, at: int) -> tuple[Span, int] | None:
    """03 ngày, 05 (năm) ngày làm việc, ba ngày, mười lăm ngày, 1 tuần, 02 tháng, 48 giờ."""
    count, end = reader.number(at, 0, _LARGEST_COUNT, digits=3), at + 1
    if count is None:
        count, end = _spelt_count(reader, at)
    if count is None:
        return None
    if reader.mark(end, "(") and reader.spelt(end + 1, DIGIT_WORDS) is not None:
        _, close = _spelt_count(reader, end + 1)
        if not reader.mark(close, ")"):
            return None
        end = close + 1
    unit = next((unit for word, unit in _UNITS.items() if reader.word(end, word)), None)
    if unit is None:
        return None
    working = unit == "day" and reader.word(end + 1, "làm") and reader.word(end + 2, "việc")
    return Span(count, unit, working), end + (3 if working else 1)


def _spelt_count(reader: Reader, at: int) -> tuple[int | None, int]:
    """một … ba mươi mốt."""
    first = reader.spelt(at, DIGIT_WORDS)
    if first is None:
        return None, at
    if first == 10:
        second = reader.spelt(at + 1, DIGIT_WORDS)
        return (10, at + 1) if second is None or second > 9 else (10 + second, at + 2)
    if reader.word(at + 1, "mươi"):
        second = reader.spelt(at + 2, DIGIT_WORDS)
        return (first * 10, at + 2) if second is None or second > 9 else (first * 10 + second, at + 3)
    return first, at + 1

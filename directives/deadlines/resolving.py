"""Which calendar days a point covers, given the issue date (R7, R8).

Not here: whether the point is included (`rules.py`), the words around it (`phrases.py`).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from directives.deadlines.points import Point, PointKind
from directives.deadlines.readings import DeadlineWarning, WarningCode
from vietnamese.dates import format_date

_FIRST_YEAR, _LAST_YEAR = 1950, 2190
_WHOLE_WEEKS = 4  # of any month
_LEAP_SEARCH = 9  # 29 February comes back within eight years


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days covered, both ends inclusive; `warnings` are doubts about which days were meant."""

    first: date
    last: date
    warnings: tuple[DeadlineWarning, ...] = ()


def resolve(point: Point, issued_on: date) -> Stretch | DeadlineWarning:
    """The days a point covers, or why it covers none."""
    if point.year is not None and not _FIRST_YEAR <= point.year <= _LAST_YEAR:
        return DeadlineWarning(WarningCode.IMPOSSIBLE_DATE, f"Năm {point.year} không hợp lý.")
    match point.kind:
        case PointKind.DAY:
            return _day(point, issued_on)
        case PointKind.DAY_OF_MONTH:
            return _day_of_month(point, issued_on)
        case PointKind.MONTH:
            return _months(point, issued_on)
        case PointKind.QUARTER:
            return _quarters(point, issued_on)
        case PointKind.HALF:
            return _part_of_year(point, issued_on)
        case PointKind.YEAR:
            return _year(point, issued_on)
        case PointKind.WEEK | PointKind.WEEKDAY:
            return _week(point, issued_on)
        case PointKind.TODAY:
            day = issued_on + timedelta(days=point.relative or 0)
            return Stretch(day, day)
        case _:
            return DeadlineWarning(WarningCode.BLANK_DATE, "Ngày còn để trống, hãy điền ngày.")


def add_months(day: date, count: int) -> date:
    """The same day of a later month, or that month's last day when it is shorter (BLDS 2015, điều 148)."""
    index = day.year * 12 + day.month - 1 + count
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _valid(year: int, month: int | None, day: int | None) -> date | None:
    if not month or not day or not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def _impossible(text: str) -> DeadlineWarning:
    return DeadlineWarning(WarningCode.IMPOSSIBLE_DATE, f"Không có {text} trong lịch.")


def _day(point: Point, issued_on: date) -> Stretch | DeadlineWarning:
    if point.year is not None:
        day = _valid(point.year, point.index, point.day)
        return Stretch(day, day) if day else _impossible(f"ngày {point.day}/{point.index}/{point.year}")
    for year in range(issued_on.year, issued_on.year + _LEAP_SEARCH):
        day = _valid(year, point.index, point.day)
        if day is not None and day >= issued_on:
            return Stretch(day, day, _doubt_without_year(day, issued_on))
    return _impossible(f"ngày {point.day}/{point.index}")


def _doubt_without_year(day: date, issued_on: date) -> tuple[DeadlineWarning, ...]:
    """R8: without a year the first such date on or after the issue date; asked when over six months ahead."""
    if day <= add_months(issued_on, 6):
        return ()
    message = f"Không ghi năm; hiểu là {format_date(day)}, sau ngày ban hành hơn 6 tháng."
    return (DeadlineWarning(WarningCode.NO_YEAR, message),)


def _day_of_month(point: Point, issued_on: date) -> Stretch | DeadlineWarning:
    first = issued_on.replace(day=1)
    months = range(_LEAP_SEARCH) if point.relative is None else (point.relative,)
    for ahead in months:
        month = add_months(first, ahead)
        day = _valid(month.year, month.month, point.day)
        if day is not None and (day >= issued_on or point.relative is not None):
            message = f"Không ghi tháng; hiểu là {format_date(day)}."
            return Stretch(day, day, (DeadlineWarning(WarningCode.NO_MONTH, message),))
    return _impossible(f"ngày {point.day}")


def _with_edge(point: Point, first: date, last: date, middle: date | None) -> Stretch | DeadlineWarning:
    if point.edge == "first":
        return Stretch(first, first)
    if point.edge == "last":
        return Stretch(last, last)
    if point.edge == "middle":
        return Stretch(middle, middle) if middle else DeadlineWarning(WarningCode.TWO_MEANINGS, "Không rõ là ngày nào.")
    return Stretch(first, last)


def _months(point: Point, issued_on: date) -> Stretch | DeadlineWarning:
    if point.relative is not None:
        start = add_months(issued_on.replace(day=1), point.relative)
        year, month, until = start.year, start.month, start.month
    else:
        month, until = point.index or 0, point.until or point.index or 0
        if not 1 <= month <= 12 or not month <= until <= 12:
            return _impossible(f"tháng {month if not 1 <= month <= 12 else until}")
        year = point.year or issued_on.year
        if point.year is None and _end_of_month(year, until) < issued_on:
            year += 1
    last = _end_of_month(year, until)
    stretch = _with_edge(point, date(year, month, 1), last, date(year, month, 15))
    return _doubted(stretch, point, issued_on)


def _quarters(point: Point, issued_on: date) -> Stretch | DeadlineWarning:
    year = point.year or issued_on.year
    if point.relative is not None:
        index = issued_on.year * 4 + (issued_on.month - 1) // 3 + point.relative
        year, quarter = index // 4, index % 4 + 1
        until = quarter
    else:
        quarter, until = point.index or 0, point.until or point.index or 0
        if not 1 <= quarter <= until <= 4:
            return _impossible(f"quý {point.until or point.index}")
        if point.year is None and _end_of_month(year, until * 3) < issued_on:
            year += 1
    stretch = _with_edge(point, date(year, quarter * 3 - 2, 1), _end_of_month(year, until * 3), None)
    return _doubted(stretch, point, issued_on)


def _part_of_year(point: Point, issued_on: date) -> Stretch | DeadlineWarning:
    """6 tháng đầu năm = 1 January to 30 June; 6 tháng cuối năm = 1 July to 31 December."""
    year = point.year or issued_on.year + (point.relative or 0)
    months = point.index or 6
    if point.edge == "last":
        stretch = Stretch(date(year, 13 - months, 1), date(year, 12, 31))
    else:
        stretch = Stretch(date(year, 1, 1), _end_of_month(year, months))
    if point.year is None and point.relative is None and stretch.last < issued_on:
        next_year = Point(point.kind, index=months, edge=point.edge, year=year + 1)
        return _doubted(_part_of_year(next_year, issued_on), point, issued_on)
    return _doubted(stretch, point, issued_on)


def _year(point: Point, issued_on: date) -> Stretch | DeadlineWarning:
    """đầu năm = 1 January, giữa năm = 30 June, cuối năm = 31 December (BLDS 2015, điều 146)."""
    year = point.year or issued_on.year + (point.relative or 0)
    return _with_edge(point, date(year, 1, 1), date(year, 12, 31), date(year, 6, 30))


def _doubted(stretch: Stretch | DeadlineWarning, point: Point, issued_on: date) -> Stretch | DeadlineWarning:
    if isinstance(stretch, DeadlineWarning) or point.year is not None or point.relative is not None:
        return stretch
    return Stretch(stretch.first, stretch.last, _doubt_without_year(stretch.last, issued_on))


def _week(point: Point, issued_on: date) -> Stretch | DeadlineWarning:
    """Weeks begin on Monday. A weekday without a week is the first one on or after the issue date."""
    if point.kind is PointKind.WEEK and point.day is not None:
        return _week_of_month(point, issued_on)
    if point.kind is PointKind.WEEKDAY and point.relative is None:
        day = issued_on + timedelta(days=((point.index or 0) - issued_on.weekday()) % 7)
        return Stretch(day, day, (_which_week(day),))
    monday = issued_on - timedelta(days=issued_on.weekday()) + timedelta(weeks=point.relative or 0)
    if point.kind is PointKind.WEEKDAY:
        day = monday + timedelta(days=point.index or 0)
        return Stretch(day, day, (_which_week(day),))
    sunday = monday + timedelta(days=6)
    stretch = _with_edge(point, monday, sunday, monday + timedelta(days=2))
    if isinstance(stretch, DeadlineWarning):
        return stretch
    return Stretch(stretch.first, stretch.last, (_which_week(stretch.last),))


def _week_of_month(point: Point, issued_on: date) -> Stretch | DeadlineWarning:
    """ "tuần 3 tháng 5": no law says where it begins; read as the days 15 to 21, the last week as the last seven."""
    month = _months(Point(PointKind.MONTH, index=point.index, year=point.year, relative=point.relative), issued_on)
    if isinstance(month, DeadlineWarning) or point.day is None:
        return month
    is_last = point.day > _WHOLE_WEEKS
    first = month.last - timedelta(days=6) if is_last else month.first + timedelta(weeks=point.day - 1)
    last = month.last if is_last else first + timedelta(days=6)
    message = f"Không rõ tuần tính từ ngày nào; hiểu là {format_date(first)} đến {format_date(last)}."
    return Stretch(first, last, (*month.warnings, DeadlineWarning(WarningCode.TWO_MEANINGS, message)))


def _which_week(day: date) -> DeadlineWarning:
    return DeadlineWarning(WarningCode.NO_MONTH, f"Không ghi ngày tháng; hiểu là {format_date(day)}.")

"""Phrases that repeat: "trước ngày 25 hằng tháng", "ngày 20 tháng cuối quý", "định kỳ 6 tháng, 01 năm".

Not here: its first and last day (`series_bounds.py`), the days of a series (`recurrences.py`), single days (`phrases.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from directives.deadlines.chunks import Chunk, Piece, When
from directives.deadlines.phrases import Statement, Strength, markers_before
from directives.deadlines.points import PointKind
from directives.deadlines.recurrences import Every, Recurrence
from directives.deadlines.vocabulary import Cue

_QUARTER_ENDS = (3, 6, 9, 12)
_QUARTER_STARTS = (1, 4, 7, 10)
_JOINTS = ("va", ",")
_LONGEST_LIST = 12  # days of one list, one a month
_FARTHEST_EVERY = 8  # pieces between "Hằng tháng, …" and its day


@dataclass(frozen=True, slots=True)
class Beat:
    """How often, before the day is known; `loose` when the writer leaves the day or meaning open."""

    every: Every
    months: tuple[int, ...] = ()
    lag: int = 0
    loose: bool = False


_BEATS = {
    "day": Beat(Every.DAY),
    "week": Beat(Every.WEEK),
    "month": Beat(Every.MONTH),
    "quarter": Beat(Every.YEAR, _QUARTER_ENDS, loose=True),
    "year": Beat(Every.YEAR, (12,)),
}
_LENGTHS = {
    (1, "week"): Beat(Every.WEEK),
    (1, "month"): Beat(Every.MONTH),
    (3, "month"): Beat(Every.YEAR, _QUARTER_ENDS, loose=True),
    (6, "month"): Beat(Every.YEAR, (6, 12), loose=True),
    (9, "month"): Beat(Every.YEAR, (9,), loose=True),
    (12, "month"): Beat(Every.YEAR, (12,), loose=True),
    (1, "year"): Beat(Every.YEAR, (12,), loose=True),
}


def state_repeated_day(chunks: list[Chunk], at: int) -> Statement | None:
    """The day (or the hour) at this piece, when a word beside it makes it repeat."""
    if chunks[at].clock is not None:
        return _state_repeated_hour(chunks, at)
    when = chunks[at].when
    if when is None or (when.point.year is not None and when.point.kind is PointKind.DAY):
        return None
    markers, first = markers_before(chunks, at)
    if markers and markers[-1].cue is Cue.FROM:
        return None
    if when.point.kind is PointKind.WEEKDAY and _is_weekday_of_list(chunks, at):
        return None  # "thứ Ba và thứ Sáu hằng tuần" is said once, at its last day
    more_days, after = _further_days(chunks, at + 1) if when.point.kind is PointKind.DAY_OF_MONTH else ((), at + 1)
    first_of_list = _first_of_list(chunks, first, when.point.kind)
    beat, end = _beat_after(chunks, after)
    if beat is None:
        beat, end = _beat_before(chunks, first_of_list), at + 1
    when, end = _with_hour_behind(chunks, when, end)
    markers_of_list = markers_before(chunks, first_of_list)[0] if first_of_list < first else []
    before = when.before_clock or any(marker.cue is Cue.BEFORE for marker in (*markers, *markers_of_list))
    series = None if beat is None else _series(when, beat, before)
    if beat is None or series is None:
        return None
    if series.every is Every.WEEK:
        series, loose = _with_weekdays(chunks[first_of_list:first], when, series)
    else:
        series, loose = _with_list(chunks, first_of_list, first, when, series)
    if more_days and series.every is Every.MONTH:
        series = replace(series, days=tuple(sorted({*series.days, *more_days})))
    two_meanings = before and any(marker.cue is Cue.LATEST for marker in markers)
    return Statement(
        Strength.REPEATED_DAY, first, end, series=series, series_is_loose=beat.loose or loose, two_meanings=two_meanings
    )


def _further_days(chunks: list[Chunk], at: int) -> tuple[tuple[int, ...], int]:
    """The days after the first in "ngày 15 và 30 hằng tháng"."""
    days: list[int] = []
    while at + 1 < len(chunks) and chunks[at].text in ("va", ",") and chunks[at + 1].text.isdecimal():
        if len(chunks[at + 1].text) > 2 or not 1 <= int(chunks[at + 1].text) <= 31:
            break
        days.append(int(chunks[at + 1].text))
        at += 2
    return tuple(days), at


def _state_repeated_hour(chunks: list[Chunk], at: int) -> Statement | None:
    """ "trước 16h00 hằng ngày"."""
    markers, first = markers_before(chunks, at)
    beat, end = _beat_after(chunks, at + 1)
    if beat is None:
        beat, end = _beat_before(chunks, first), at + 1
    if beat is None or beat.every is not Every.DAY:
        return None
    before = any(marker.cue is Cue.BEFORE for marker in markers)
    series = Recurrence(Every.DAY, before=before, hour=chunks[at].clock)
    return Statement(Strength.REPEATED_DAY, first, end, series=series)


def _with_hour_behind(chunks: list[Chunk], when: When, at: int) -> tuple[When, int]:
    """ "vào chiều thứ Sáu hằng tuần (trước 16h00)": the hour stands behind the rhythm."""
    end = at
    if when.clock is not None or at >= len(chunks):
        return when, at
    end += 1 if chunks[end].text in ("(", ",") else 0
    before = end < len(chunks) and chunks[end].is_cue(Cue.BEFORE)
    end += 1 if before else 0
    clock = chunks[end].clock if end < len(chunks) else None
    if clock is None:
        return when, at
    return replace(when, clock=clock, before_clock=before), end + 1


def _first_of_list(chunks: list[Chunk], first: int, kind: PointKind) -> int:
    """ "trước ngày 20/3, 20/6, 20/9 và 20/12 hằng năm", "thứ Hai, thứ Năm hằng tuần": where the list's first day stands."""
    kind = PointKind.WEEKDAY if kind is PointKind.WEEKDAY else PointKind.DAY
    farthest = first - 2 * _LONGEST_LIST
    while first >= 2 and first > farthest and chunks[first - 1].text in _JOINTS:
        when = chunks[first - 2].when
        if when is None or when.point.kind is not kind:
            break
        first -= 2
    return first


def _is_weekday_of_list(chunks: list[Chunk], at: int) -> bool:
    """Another weekday of the same list stands behind this one."""
    following = chunks[at + 2].when if at + 2 < len(chunks) and chunks[at + 1].text in _JOINTS else None
    return following is not None and following.point.kind is PointKind.WEEKDAY


def _with_weekdays(others: list[Chunk], when: When, series: Recurrence) -> tuple[Recurrence, bool]:
    """ "thứ Ba và thứ Sáu hằng tuần": all weekdays; different hours on them are left to a person."""
    listed = [when, *(chunk.when for chunk in others if chunk.when is not None)]
    weekdays = {one.point.index for one in listed} | {one.weekday for one in listed}
    hours = {one.clock for one in listed if one.clock is not None}
    series = replace(
        series, weekdays=tuple(sorted(day for day in weekdays if day is not None)), hour=min(hours, default=None)
    )
    return series, len(hours) > 1


def _with_list(chunks: list[Chunk], start: int, first: int, when: When, series: Recurrence) -> tuple[Recurrence, bool]:
    """ "15/6 và 15/12 hằng năm": all months; different days of the month are left to a person."""
    others = [chunk.when.point for chunk in chunks[start:first] if chunk.when is not None]
    others = [other for other in others if other.kind is PointKind.DAY and other.index in range(1, 13)]
    if not others or when.point.kind is not PointKind.DAY:
        return series, False
    months = tuple(sorted({*series.months, *(other.index or 0 for other in others)}))
    return replace(series, months=months), any(other.day != when.point.day for other in others)


def state_rhythm(chunks: list[Chunk], at: int) -> Statement | None:
    """A rhythm without a day: "hằng quý", "định kỳ 6 tháng, 01 năm": the last day of each period, to be checked."""
    chunk = chunks[at]
    if chunk.is_cue(Cue.EVERY):
        beat = _BEATS[chunk.text]
        if beat.every in (Every.DAY, Every.WEEK):
            return None
        return _rhythm(at, at + 1, beat.every, beat.months)
    if chunk.span is not None:
        return _once_in(chunks, at)
    if not chunk.is_cue(Cue.PERIODIC):
        return None
    months: list[int] = []
    end = at + 1
    every = Every.YEAR
    while end < len(chunks):
        span = chunks[end].span
        length = _LENGTHS.get((span.count, span.unit)) if span is not None else None
        if length is not None and length.every is not Every.WEEK:
            every = Every.MONTH if length.every is Every.MONTH else every
            months += length.months
        elif not (chunks[end].piece is Piece.MARK and chunks[end].text in (",", "/")) and chunks[end].text != "va":
            break
        end += 1
    if every is Every.MONTH:
        return _rhythm(at, end, every, ())
    return _rhythm(at, end, every, tuple(sorted(set(months)))) if months else None


def _once_in(chunks: list[Chunk], at: int) -> Statement | None:
    """ "6 tháng một lần", "03 tháng/lần"."""
    span = chunks[at].span
    words = [chunk.text for chunk in chunks[at + 1 : at + 3]]
    is_once = len(words) == 2 and words[1] == "lan" and words[0] in ("mot", "01", "1", "/")
    length = _LENGTHS.get((span.count, span.unit)) if span is not None and is_once else None
    if length is None or length.every is Every.WEEK:
        return None
    return _rhythm(at, at + 3, length.every, length.months)


def _rhythm(at: int, end: int, every: Every, months: tuple[int, ...]) -> Statement:
    return Statement(Strength.SERIES, at, end, series=Recurrence(every, months), series_is_loose=True)


def _beat_after(chunks: list[Chunk], at: int) -> tuple[Beat | None, int]:
    while at < len(chunks) and chunks[at].is_cue(Cue.OF, Cue.FILLER):
        at += 1
    if at >= len(chunks):
        return None, at
    chunk = chunks[at]
    if chunk.is_cue(Cue.EVERY):
        return _BEATS[chunk.text], at + 1
    if chunk.is_cue(Cue.OF_NEXT_MONTH):
        return Beat(Every.MONTH, lag=1), at + 1
    if chunk.is_cue(Cue.OF_MONTH):
        return Beat(Every.MONTH, loose=True), at + 1
    if chunk.is_cue(Cue.END_OF_QUARTER_MONTH):
        return Beat(Every.YEAR, _QUARTER_ENDS), at + 1
    if chunk.is_cue(Cue.FIRST_QUARTER_MONTH):
        return Beat(Every.YEAR, _QUARTER_STARTS), at + 1
    if chunk.is_cue(Cue.NEXT_QUARTER_MONTH):
        return Beat(Every.YEAR, _QUARTER_STARTS, lag=1), at + 1
    return None, at


def _beat_before(chunks: list[Chunk], first: int) -> Beat | None:
    """ "Hằng tháng, các chi bộ gửi báo cáo trước ngày 25": the rhythm comes first in the sentence."""
    for index in range(first - 1, max(first - 1 - _FARTHEST_EVERY, -1), -1):
        chunk = chunks[index]
        if chunk.piece in (Piece.STOP, Piece.WHEN):
            return None
        if chunk.is_cue(Cue.EVERY):
            return _BEATS[chunk.text]
    return None


def _series(when: When, beat: Beat, before: bool) -> Recurrence | None:
    """The series, when day and rhythm fit together."""
    point = when.point
    if beat.every is Every.WEEK:
        if point.kind is not PointKind.WEEKDAY:
            return None
        return Recurrence(Every.WEEK, weekdays=(point.index or 0,), before=before, hour=when.clock)
    a_day_of_months = point.kind is PointKind.DAY_OF_MONTH and beat not in (_BEATS["day"], _BEATS["year"])
    if a_day_of_months and point.day:
        months = beat.months if beat.every is Every.YEAR else ()
        return Recurrence(beat.every, months, (point.day,), before=before, lag=beat.lag, hour=when.clock)
    yearly = beat.every is Every.YEAR and beat.months == (12,)
    month, day = point.index or 0, point.day or 0
    if point.kind is PointKind.DAY and yearly and month in range(1, 13) and day in range(1, 32):
        return Recurrence(Every.YEAR, (month,), (day,), before=before, hour=when.clock)
    return None

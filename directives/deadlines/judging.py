"""From a statement to a reading: the rules applied, the doubts named in Vietnamese.

Not here: which statement of several is judged (`reader.py`), wording of readings (`words.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from directives.deadlines.calendar import WEEKENDS_ONLY, WorkCalendar
from directives.deadlines.phrases import Base, Statement, is_whole_stretch
from directives.deadlines.points import Point, PointKind, Span
from directives.deadlines.readings import Certainty, DeadlineReading, DeadlineWarning, EventClock, WarningCode
from directives.deadlines.resolving import Stretch, add_months, resolve
from directives.deadlines.rules import Term, r1_before, r2_through, r3_at_hour, r4_period, r5_rolled, r6_working_period
from vietnamese.dates import format_date, format_weekday
from vietnamese.text import fold

# Doubts that make a person look; a day off or a roll-over alone is only told.
ASKED = frozenset(
    (
        WarningCode.WRONG_WEEKDAY, WarningCode.PAST, WarningCode.FAR, WarningCode.NO_YEAR, WarningCode.NO_MONTH,
        WarningCode.NO_HOUR, WarningCode.NO_START, WarningCode.NO_CALENDAR, WarningCode.TWO_MEANINGS, WarningCode.SEVERAL,
        WarningCode.ADVERB,
    )
)  # fmt: skip
_FAR_YEARS = 2
_OFFICE_HOURS = ("gio hanh chinh", "gio lam viec")
_HOURS_A_DAY = 24
_ODD_HOUR = re.compile(
    r"(?<![\d/.-])(?:(?:2[5-9]|[3-9]\d)\s?(?:h|g|giờ)(?:\s?\d{2})?|\d{1,2}\s?(?:h|g|giờ|:)\s?[6-9]\d)(?!\w)",
    re.IGNORECASE,
)
_WEEKDAY_NAMES = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a phrase is read against. Without a calendar, periods do not roll."""

    issued_on: date
    calendar: WorkCalendar | None = None
    relaxed_before: bool = False


def judge(phrase: str, statement: Statement, around: Circumstances) -> DeadlineReading:
    """The reading of one statement; certainty NONE when its date cannot exist."""
    if statement.series is not None:
        return _judge_series(phrase, statement, around)
    if statement.span is not None:
        return _judge_period(phrase, statement, statement.span, around)
    return _judge_day(phrase, statement, around)


def _judge_day(phrase: str, statement: Statement, around: Circumstances) -> DeadlineReading:
    when = statement.when
    stretch = resolve(when.point, around.issued_on) if when else None
    if when is None or stretch is None or isinstance(stretch, DeadlineWarning):
        return DeadlineReading(phrase, warnings=(stretch,) if isinstance(stretch, DeadlineWarning) else ())
    if when.clock is not None:
        rule, term = "R3", r3_at_hour(stretch.last, when.clock, before=statement.before)
    elif statement.before:
        rule, term = "R1", r1_before(stretch.first, relaxed=around.relaxed_before)
    else:
        rule = "R7" if is_whole_stretch(when.point) or when.point.edge else "R2"
        term = r2_through(stretch.last)
    opens_on = _opening(statement, stretch, around)
    warnings = [
        *stretch.warnings,
        *_weekday_doubt(when.weekday, stretch),
        *_meaning_doubts(statement, term, around),
        *_hour_doubt(phrase, statement),
        *_day_off_note(term.last_day, around),
        *_distance_doubts(term.last_day, around.issued_on),
    ]
    return finish(
        DeadlineReading(
            phrase, rule, term.last_day, term.due_at, opens_on,
            warnings=tuple(warnings), has_hour=rule == "R3" and term != Term.through(term.last_day),
        )
    )  # fmt: skip


def _opening(statement: Statement, stretch: Stretch, around: Circumstances) -> date | None:
    """The first day of a range; what it leaves unsaid it shares with the range's end."""
    opening = statement.opening
    if opening is None:
        return None
    if opening.kind is PointKind.DAY_OF_MONTH:
        opening = Point(PointKind.DAY, opening.day, stretch.last.month, year=stretch.last.year)
    elif opening.kind in (PointKind.DAY, PointKind.MONTH, PointKind.QUARTER) and opening.year is None:
        opening = replace(opening, year=stretch.last.year)
    found = resolve(opening, around.issued_on)
    if isinstance(found, DeadlineWarning):
        return None
    if found.first > stretch.last and statement.opening is not None and statement.opening.year is None:
        return add_months(found.first, -12)
    return found.first


def _weekday_doubt(said: int | None, stretch: Stretch) -> list[DeadlineWarning]:
    if said is None or stretch.last.weekday() == said:
        return []
    message = f"{format_date(stretch.last)} là {format_weekday(stretch.last)}, không phải {_WEEKDAY_NAMES[said]}."
    return [DeadlineWarning(WarningCode.WRONG_WEEKDAY, message)]


def _meaning_doubts(statement: Statement, term: Term, around: Circumstances) -> list[DeadlineWarning]:
    doubts = []
    if statement.two_meanings:
        message = f"Cách ghi có hai nghĩa; hiểu là “trước”, ngày cuối {format_date(term.last_day)}."
        doubts.append(DeadlineWarning(WarningCode.TWO_MEANINGS, message))
    if statement.when is not None and not statement.until_whole and is_whole_stretch(statement.when.point):
        message = f"Không ghi “hết”; hiểu là đến hết {format_date(term.last_day)}."
        doubts.append(DeadlineWarning(WarningCode.TWO_MEANINGS, message))
    if statement.before and around.relaxed_before and statement.when is not None and statement.when.clock is None:
        doubts.append(DeadlineWarning(WarningCode.RELAXED, "Theo cài đặt, “trước ngày” tính cả ngày đó."))
    return doubts


def _hour_doubt(phrase: str, statement: Statement) -> list[DeadlineWarning]:
    """ "hết giờ hành chính ngày 28/4": an office closes at an hour of its own, which the phrase does not say."""
    odd, by_office = _hours_said(phrase)
    if statement.when is not None and statement.when.clock is not None:
        return []
    if odd:
        message = f"Không có {odd} trong ngày; hiểu là đến 24 giờ ngày đó. Sửa lại giờ."
        return [DeadlineWarning(WarningCode.NO_HOUR, message)]
    if not by_office:
        return []
    message = "Hạn theo giờ làm việc nhưng không ghi mấy giờ; hiểu là đến 24 giờ ngày đó. Cần giờ thì ghi rõ."
    return [DeadlineWarning(WarningCode.NO_HOUR, message)]


@lru_cache(maxsize=64)
def _hours_said(phrase: str) -> tuple[str, bool]:
    """(an hour no day has, whether office hours are named); kept, so that many statements of one text stay linear."""
    odd = _ODD_HOUR.search(phrase)
    return odd[0] if odd else "", any(words in fold(phrase) for words in _OFFICE_HOURS)


def _day_off_note(day: date, around: Circumstances) -> list[DeadlineWarning]:
    calendar = around.calendar or WEEKENDS_ONLY
    name = calendar.name_of(day)
    if not name:
        return []
    message = f"{format_date(day)} là ngày nghỉ ({name}), vẫn là ngày cuối."
    return [DeadlineWarning(WarningCode.DAY_OFF, message)]


def _distance_doubts(last_day: date, issued_on: date) -> list[DeadlineWarning]:
    if last_day < issued_on:
        message = f"Ngày cuối {format_date(last_day)} đã qua khi ban hành ({format_date(issued_on)})."
        return [DeadlineWarning(WarningCode.PAST, message)]
    if last_day > add_months(issued_on, 12 * _FAR_YEARS):
        return [DeadlineWarning(WarningCode.FAR, f"Ngày cuối {format_date(last_day)} cách ngày ban hành hơn 2 năm.")]
    return []


def _judge_period(phrase: str, statement: Statement, span: Span, around: Circumstances) -> DeadlineReading:
    days, months, doubts = _length(span)
    rule = "R6" if span.working else "R4"
    if statement.base is Base.EVENT:
        clock = EventClock(-days if statement.backwards else days, months, span.working, statement.event)
        return finish(DeadlineReading(phrase, rule, certainty=Certainty.EVENT, event=clock, warnings=tuple(doubts)))
    start: Stretch | DeadlineWarning = Stretch(around.issued_on, around.issued_on)
    if statement.base is Base.DAY and statement.base_when is not None:
        start = resolve(statement.base_when.point, around.issued_on)
    if isinstance(start, DeadlineWarning):
        return DeadlineReading(phrase, warnings=(start,))
    if statement.backwards:
        days, months = -days, -months
    doubts += [*start.warnings, *_start_doubts(statement, around)]
    last_day, notes = _end_of_period(start.last, days, months, span.working, around)
    warnings = (*doubts, *notes, *_distance_doubts(last_day, around.issued_on))
    return finish(DeadlineReading(phrase, rule, last_day, Term.through(last_day).due_at, warnings=warnings))


def _length(span: Span) -> tuple[int, int, list[DeadlineWarning]]:
    """(days, months, doubts) of a span; hours are rounded up to days and asked."""
    match span.unit:
        case "week":
            return span.count * 7, 0, []
        case "month":
            return 0, span.count, []
        case "year":
            return 0, span.count * 12, []
        case "hour":
            doubt = DeadlineWarning(WarningCode.NO_HOUR, f"Hạn tính bằng giờ ({span.count} giờ), làm tròn lên ngày.")
            return -(-span.count // _HOURS_A_DAY), 0, [doubt]
        case _:
            return span.count, 0, []


def _start_doubts(statement: Statement, around: Circumstances) -> list[DeadlineWarning]:
    day = format_date(around.issued_on)
    if statement.base is Base.RECEIPT:
        return [DeadlineWarning(WarningCode.NO_START, f"Tính từ ngày nhận; hiểu là nhận ngay ngày ban hành {day}.")]
    if statement.base is Base.UNSAID:
        return [DeadlineWarning(WarningCode.NO_START, f"Không ghi tính từ ngày nào; hiểu là từ ngày ban hành {day}.")]
    return []


def _end_of_period(
    start: date, days: int, months: int, working: bool, around: Circumstances
) -> tuple[date, list[DeadlineWarning]]:
    if working and days > 0:
        notes = [] if around.calendar else [_no_calendar("Chưa có lịch ngày nghỉ; mới trừ thứ Bảy, Chủ nhật.")]
        return r6_working_period(start, days, around.calendar or WEEKENDS_ONLY), notes
    last_day = r4_period(start, days=days, months=months)
    if around.calendar is None:
        return last_day, _day_off_note(last_day, around)
    rolled = last_day if days < 0 or months < 0 else r5_rolled(last_day, around.calendar)
    if rolled == last_day:
        return last_day, []
    message = (
        f"Ngày cuối của thời hạn, {format_date(last_day)}, là ngày nghỉ ({around.calendar.name_of(last_day)}); "
        f"lùi đến {format_weekday(rolled)} {format_date(rolled)}."
    )
    return rolled, [DeadlineWarning(WarningCode.ROLLED, message)]


def _no_calendar(message: str) -> DeadlineWarning:
    return DeadlineWarning(WarningCode.NO_CALENDAR, message)


def _judge_series(phrase: str, statement: Statement, around: Circumstances) -> DeadlineReading:
    series = statement.series
    opens_on, until, doubts = _bounds_of_series(statement, around)
    if series is not None and around.relaxed_before and series.hour is None:
        series = replace(series, before=False)  # a committee's setting: "trước ngày 25" takes the 25th too
    series = replace(series, until=until) if series is not None else None
    first = series.first(around.issued_on, opens_on=opens_on) if series is not None else None
    if series is None:
        return DeadlineReading(phrase)
    if first is None:
        message = f"Không còn kỳ nào: chuỗi kỳ kết thúc {format_date(until or around.issued_on)}. Sửa ngày kết thúc."
        return DeadlineReading(phrase, warnings=(*doubts, DeadlineWarning(WarningCode.PAST, message)))
    if until is not None and series.lag:
        message = f"Hiểu là kỳ cuối cùng được báo cáo nằm trong thời gian đến hết {format_date(until)}."
        doubts.append(DeadlineWarning(WarningCode.TWO_MEANINGS, message))
    if statement.series_is_loose:
        message = f"Không ghi rõ ngày của mỗi kỳ; hiểu kỳ đầu đến hết {format_date(first.last_day)}."
        doubts.append(DeadlineWarning(WarningCode.TWO_MEANINGS, message))
    if statement.two_meanings:
        doubts.append(DeadlineWarning(WarningCode.TWO_MEANINGS, "“Chậm nhất trước” có hai nghĩa; hiểu là “trước”."))
    doubts += _day_off_note(first.last_day, around)
    return finish(
        DeadlineReading(
            phrase, "R10", first.last_day, first.due_at, opens_on, recurrence=series, warnings=tuple(doubts),
            has_hour=series.hour is not None,
        )
    )  # fmt: skip


def _bounds_of_series(
    statement: Statement, around: Circumstances
) -> tuple[date | None, date | None, list[DeadlineWarning]]:
    """(first day, last day, doubts) of a series; what its opening leaves unsaid it shares with its end."""
    ends = resolve(statement.series_end, around.issued_on) if statement.series_end is not None else None
    until = ends.last if isinstance(ends, Stretch) else None
    doubts = [ends] if isinstance(ends, DeadlineWarning) else list(ends.warnings) if ends is not None else []
    opening = statement.opening
    if opening is not None and opening.year is None and opening.relative is None and until is not None:
        opening = replace(opening, year=until.year)
    found = resolve(opening, around.issued_on) if opening is not None else None
    opens_on = found.first if isinstance(found, Stretch) else None
    if opens_on is not None and until is not None and opens_on > until:
        if statement.opening is not None and statement.opening.year is None:
            opens_on = add_months(opens_on, -12)  # "từ tháng 9 đến tháng 6/2027"
        else:
            message = f"Ngày bắt đầu {format_date(opens_on)} lại sau ngày kết thúc {format_date(until)}."
            doubts.append(DeadlineWarning(WarningCode.TWO_MEANINGS, message))
    return opens_on, until, doubts


def finish(reading: DeadlineReading) -> DeadlineReading:
    """The reading with its certainty: asked when a doubt calls for a person, else certain (or by event)."""
    if any(warning.code in ASKED for warning in reading.warnings) and reading.event is None:
        return replace(reading, certainty=Certainty.CHECK)
    certainty = Certainty.EVENT if reading.event is not None else Certainty.CERTAIN
    return replace(reading, certainty=certainty)

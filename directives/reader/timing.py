"""Which of the times a sentence names are deadlines of a duty, and which are history, aims or titles.

A time counts near a verb of handing in or doing, behind a label ("Thời gian:"), or in a column of times; dates of cited
papers, past facts, ranges of anniversaries and years as aims do not (`domain.md` §5).
Not here: reading the phrase (`directives.deadlines`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from directives.deadlines import Certainty, DeadlineReading, WarningCode, WorkCalendar, read_deadline
from directives.deadlines.finding import FoundDeadline, find_deadlines
from directives.deadlines.phrases import Strength
from directives.reader.clauses import masked
from directives.reader.words import (
    COLLECTING,
    HANDING_IN,
    LOOKED_AT,
    NARRATIVE,
    ORDERING,
    TARGET,
    TELLING,
    TIME_LABEL,
    VERB,
)

_LABEL_BEFORE = re.compile(
    r"(?:[:(]|thời gian|thời hạn|hạn|hoàn thành|xong|lúc|vào|sáng|chiều|tối|tổ chức|khai mạc|họp|dự kiến|từ|(?:trong|tại) kỳ sinh hoạt(?: chi bộ)?)\s*(?:dự kiến\s*)?(?:vào\s*)?$",
    re.IGNORECASE,
)
_MEETING = re.compile(r"(?<!\w)(?:tổ chức|dự|họp|khai mạc|hội nghị|tập huấn|lễ)(?!\w)", re.IGNORECASE)
_FINISHING = re.compile(r"(?:hoàn thành|xong|kết thúc)\s*(?:việc\s*)?$", re.IGNORECASE)
# What every stated time has at least one of: most sentences of a plan are told apart by this alone.
_MAY_NAME_A_TIME = re.compile(
    r"\d|h[ằà]ng\s|mỗi\s|định k[ỳì]|quý\s|(?:ngày|tuần|tháng|năm)\s+(?:này|nay|sau|tới|mai|kế|tiếp)|hôm nay|ngày mai|(?:đầu|giữa|cuối)\s+(?:tuần|tháng|quý|năm)|"
    r"(?:một|hai|ba|bốn|năm|sáu|bảy|bẩy|tám|chín|mười|mươi)\s+(?:\(\w+\)\s*)?(?:ngày|tuần|tháng|giờ)|thứ\s+(?:hai|ba|tư|năm|sáu|bảy)|chủ nhật",
    re.IGNORECASE,
)
# "Sau sinh hoạt, trong vòng …", "kết thúc Ngày hội chậm nhất …": the event stands before its period.
_EVENT_BEFORE = re.compile(
    r"(?:^|[\s,;:(])(?P<event>(?:ngay )?(?:sau khi|sau|kể từ khi|khi kết thúc|kết thúc)\s+(?!đây|đó|này)[^,;:.()]{3,80}?)[,\s]*$",
    re.IGNORECASE,
)
_FIRST_PERIOD = re.compile(
    r"\W*(?:bắt đầu |kể )?(từ (?:tháng \d{1,2}|quý [IV]{1,3}|quý \d|năm)(?:\s*/\s*| năm | )\d{4})(?=[\s,])",
    re.IGNORECASE,
)
# "số liệu chốt đến ngày 15/11", "ước thực hiện đến 31/12", "tính đến ngày": up to when is counted, not when to send.
_COUNTED_UNTIL = re.compile(
    r"(?:(?<!\w)(?:tính|chốt|lũy kế|luỹ kế|ước|lấy (?:số liệu|mốc)|số liệu|kết quả)(?!\w)[^,;:.]{0,40}|^\W*thời điểm[^.;]{0,40})$",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"(?:tính |kể )?(?:đến|tới|từ|hết)(?!\w)", re.IGNORECASE)
# How long the paper or the body it sets up will last; nobody hands anything in.
_LASTS = re.compile(r"(?<!\w)(?:giải thể|hết hiệu lực|có hiệu lực|thay thế|hết nhiệm kỳ)(?!\w)", re.IGNORECASE)
_STRIVING = re.compile(r"(?<!\w)phấn đấu[^;:.]{0,80}(?<!\w)(?:đạt|kết nạp|chỉ tiêu|tỷ lệ|\d+\s?%)", re.IGNORECASE)
# "tổ chức Hội nghị Ban Chấp hành (ngày 10/4/2026)": the day of the event stands in brackets behind it.
_EVENT_IN_BRACKETS = re.compile(
    r"(?<!\w)(?:tổ chức|dự|họp|khai mạc|hội nghị|tập huấn|lễ|ngày hội|tọa đàm|toạ đàm|đại hội|đối thoại|ra quân|hội thi|sơ kết|tổng kết)(?!\w)[^;.]{0,120}\(\s*$",
    re.IGNORECASE,
)
# "Ngay sau hội nghị tổng kết (30/6/2026), các chi bộ gửi … trong vòng 07 ngày": the event opens the sentence.
_EVENT_OPENS = re.compile(
    r"^\W*(?:bước \d{1,2}\s*[:.]\s*)?(?P<event>(?:ngay )?(?:sau khi|sau|kể từ khi|khi kết thúc|kết thúc)\s+(?!đây|đó|này|\d)[^,;:.]{3,80}?)\s*,\s",
    re.IGNORECASE,
)
_OPENED_AT_AN_HOUR = re.compile(
    r"(?<!\w)(?:bắt đầu )?từ(?= (?:\d{1,2}\s?(?:h|g|giờ|:)\s?(?:\d{2})?)[^;.]{0,40}\d{1,2}(?:/| tháng ))", re.IGNORECASE
)
# "Họp định kỳ mỗi tháng một lần", "Tổ giúp việc họp hằng quý"
_HELD_OFTEN = re.compile(
    r"\W*(?:[^,;:.]{0,60}\s)?(?:họp|giao ban|hội ý)\s(?:giao ban\s|định kỳ\s)?(?:mỗi\s)?$", re.IGNORECASE
)
# "Qua theo dõi quý I/2026, còn 11/52 chi bộ chưa gửi biên bản (trước ngày 05 hằng tháng)": why the paper is written.
_STORY = re.compile(
    r"\W*(?:qua (?:theo dõi|kiểm tra|rà soát|tổng hợp|nắm tình hình|giám sát)|(?:trong )?thời gian qua|vừa qua)(?!\w)",
    re.IGNORECASE,
)
_MONTH_NAMED = re.compile(r"tháng \d{1,2}(?:/\d{4})?, (?:dự kiến|vào|là|tổ chức)(?!\w)", re.IGNORECASE)
_RIGHT_BEHIND = 3  # letters
_OLD_RANGE = 1  # years
_FAR = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a text is read against."""

    day: date
    calendar: WorkCalendar | None = None
    relaxed_before: bool = False

    def read(self, phrase: str) -> DeadlineReading:
        """One phrase."""
        return read_deadline(phrase, issued_on=self.day, calendar=self.calendar, relaxed_before=self.relaxed_before)

    def find(self, text: str) -> tuple[FoundDeadline, ...]:
        """All times of a sentence."""
        if not _MAY_NAME_A_TIME.search(text):
            return ()
        return find_deadlines(text, issued_on=self.day, calendar=self.calendar, relaxed_before=self.relaxed_before)


def deadlines_in(sentence: str, clock: Clock) -> list[FoundDeadline]:
    """The times of the sentence that are deadlines of what it asks, rhythms joined with their day."""
    read = [time for time in clock.find(sentence) if time.reading.warnings or time.reading.is_understood]
    read = read or _opening_hour(sentence, clock)
    read = _without_named_months(sentence, read)
    found = _join_rhythms(sentence, [_from_event(sentence, time, clock) for time in read], clock)
    kept: list[FoundDeadline] = []
    begin = 0
    for time in (_from_period(sentence, time, clock) for time in found):
        if _is_deadline(sentence, begin, time, clock.day):
            kept.append(time)
            begin = time.end
    return kept


def _without_named_months(sentence: str, read: list[FoundDeadline]) -> list[FoundDeadline]:
    """ "hội nghị giao ban tháng 5, dự kiến ngày 14/5/2026": the month is part of a name, its day stands right behind."""
    kept = []
    for at, time in enumerate(read):
        following = read[at + 1] if at + 1 < len(read) else None
        if (
            following is not None
            and _MONTH_NAMED.match(sentence, time.start)
            and following.start <= time.end + _RIGHT_BEHIND
        ):
            one, other = time.reading.last_day, following.reading.last_day
            if one is not None and other is not None and (one.year, one.month) == (other.year, other.month):
                continue
        kept.append(time)
    return kept


def _from_event(sentence: str, time: FoundDeadline, clock: Clock) -> FoundDeadline:
    """A period without a start counts from the event named right before it, not from the day of issue."""
    if not time.reading.has_warning(WarningCode.NO_START):
        return time
    named = _EVENT_BEFORE.search(sentence[: time.start])
    if named is None:
        return _from_opening(sentence, time, clock)
    event = re.sub(r"^(?:ngay )?(?:sau khi|sau|kể từ khi|khi)\s+", "", named["event"], flags=re.IGNORECASE)
    reading = clock.read(f"{sentence[time.start : time.end]} sau khi {event}")
    if reading.event is None:
        return time
    phrase = sentence[named.start("event") : time.end]
    return replace(time, start=named.start("event"), reading=replace(reading, phrase=phrase))


def _from_opening(sentence: str, time: FoundDeadline, clock: Clock) -> FoundDeadline:
    """The event that opens the sentence starts the period that ends it; with its own day in brackets, on that day."""
    named = _EVENT_OPENS.match(sentence)
    if named is None or named.end() > time.start:
        return time
    event = re.sub(r"^(?:ngay )?(?:sau khi|sau|kể từ khi|khi)\s+", "", named["event"], flags=re.IGNORECASE)
    reading = clock.read(f"{sentence[time.start : time.end]} sau khi {event}")
    if reading.event is None and reading.last_day is None:
        return time
    return replace(time, reading=replace(reading, phrase=f"{named['event']} … {sentence[time.start : time.end]}"))


def _opening_hour(sentence: str, clock: Clock) -> list[FoundDeadline]:
    """ "Thời gian: 01 buổi, từ 8h00 ngày 22/5/2026": the hour a meeting begins is all that is said of its day."""
    opened = _OPENED_AT_AN_HOUR.search(sentence) if TIME_LABEL.match(sentence) else None
    if opened is None:
        return []
    begun = f"{sentence[: opened.start()]}{'lúc':<{len(opened[0])}}{sentence[opened.end() :]}"
    if len(begun) != len(sentence):
        begun = f"{sentence[: opened.start()]}{' ' * len(opened[0])}{sentence[opened.end() :]}"
    return [
        replace(time, reading=replace(time.reading, phrase=" ".join(sentence[time.start : time.end].split())))
        for time in clock.find(begun)
        if time.reading.is_understood
    ]


def _from_period(sentence: str, time: FoundDeadline, clock: Clock) -> FoundDeadline:
    """ "Từ quý III/2026, báo cáo quý gửi trước ngày 10 của tháng cuối quý": the series begins with that period."""
    named = _FIRST_PERIOD.match(sentence) if time.reading.recurrence is not None else None
    if named is None or named.end() > time.start:
        return time
    reading = clock.read(f"{time.reading.phrase}, {named[1][0].lower()}{named[1][1:]}")
    return replace(time, reading=reading) if reading.recurrence == time.reading.recurrence else time


def _is_deadline(sentence: str, begin: int, time: FoundDeadline, day: date) -> bool:
    plain = masked(sentence)
    before, clause = plain[begin : time.start], plain[begin : time.end]
    labelled = bool(TIME_LABEL.match(plain))
    if LOOKED_AT.match(sentence) or (_STORY.match(sentence) and not ORDERING.search(before)):
        return False
    if _COUNTED_UNTIL.search(before) and _UNTIL.match(sentence, time.start):
        return False
    if (_LASTS.search(clause) or _STRIVING.search(clause + plain[time.end :].split(".")[0])) and not HANDING_IN.search(
        clause
    ):
        return False
    if time.opens_year is not None and time.opens_year < day.year - _OLD_RANGE and not labelled:
        return False
    reading = time.reading
    if time.names_year_only:
        return (labelled or bool(_FINISHING.search(before))) and not TARGET.search(plain)
    if not reading.is_understood and not _is_written_as_day(sentence[time.start : time.end]):
        return False  # "14/16 chỉ tiêu" is a fraction, "31/6/2026" a day that does not exist
    past = reading.last_day is not None and reading.last_day < day
    if past and reading.opens_on is not None and not labelled:
        return False  # "số liệu từ ngày 01/01/2025 đến ngày 30/6/2026": what is looked at, not until when
    # What waits for another body ("trong quý II/2026, sau khi Thành phố có kế hoạch") is still to come, however late.
    asks = labelled or _is_held(before) or (reading.certainty is Certainty.TENTATIVE and bool(VERB.search(before)))
    if past and (NARRATIVE.search(plain) or not COLLECTING.search(before)) and not asks:
        return False
    if reading.last_day is not None and reading.last_day > day + _FAR and TARGET.search(plain):
        return False
    if reading.certainty is Certainty.TENTATIVE and _MEETING.search(before):
        return True  # "Lễ tổng kết dự kiến tháng 10/2026": told, and nobody is reminded
    if time.strength in (Strength.BARE, Strength.LED):
        return _stands_for_a_deadline(plain, before, time, labelled=labelled)
    if time.strength is Strength.SERIES:
        return bool(TELLING.search(clause + plain[time.end : time.end + 60]) or _HELD_OFTEN.match(before))
    if not any(char.isdigit() for char in sentence[time.start : time.end]) and not _has_roman(
        sentence[time.start : time.end]
    ):
        return reading.event is not None or bool(HANDING_IN.search(before))
    rest = plain[time.end :].split(".")[0]
    return labelled or bool(VERB.search(before) or VERB.search(rest)) or ":" in before or "(" in before[-3:]


def _is_written_as_day(phrase: str) -> bool:
    return bool(re.search(r"ngày|[/.-]\d{4}", phrase, re.IGNORECASE))


def _is_held(before: str) -> bool:
    """ "sinh hoạt chuyên đề trong tháng 4/2025": an event put in the past, most likely by a slip of the pen."""
    return bool(
        re.search(r"(?:sinh hoạt|hội nghị|tập huấn|học tập)[^,;.]{0,60}$", before, re.IGNORECASE)
    ) and not NARRATIVE.search(before)


def _stands_for_a_deadline(plain: str, before: str, time: FoundDeadline, *, labelled: bool) -> bool:
    if plain[time.end :].lstrip()[:1] == "," and not before.strip():
        return False  # "Ngày 04/3/2026, Thường trực Đảng ủy họp": a story begins
    if _EVENT_IN_BRACKETS.search(before) and plain[time.end :].lstrip()[:1] == ")":
        return VERB.search(before) is not None
    if labelled or _LABEL_BEFORE.search(before):
        return not (before.rstrip().endswith("(") and not _FINISHING.search(before.rstrip("( ")) and not labelled)
    if time.strength is Strength.LED and time.reading.last_day is not None:
        near = " ".join(before.split()[-12:])
        return bool(COLLECTING.search(near) or _MEETING.search(near)) and not before.rstrip().endswith(
            ("họp", "báo ban")
        )
    return False


def _has_roman(phrase: str) -> bool:
    return bool(re.search(r"\bquý\s+[IV]{1,3}\b", phrase, re.IGNORECASE))


def _join_rhythms(sentence: str, found: list[FoundDeadline], clock: Clock) -> list[FoundDeadline]:
    """ "Hằng tháng, các chi bộ báo cáo … trước ngày 20" and "định kỳ hằng tháng trước ngày 25": one series."""
    joined: list[FoundDeadline] = []
    for time in found:
        previous = joined[-1] if joined else None
        if (
            previous is not None
            and previous.strength is Strength.SERIES
            and ";" not in sentence[previous.end : time.start]
        ):
            series = _series(sentence, previous, time, clock)
            if series is not None:
                joined[-1] = series
                continue
            if sentence[previous.end : time.start].strip() == "(":
                joined[-1] = replace(time, start=previous.start)  # "định kỳ 6 tháng (trước ngày 10/6)"
                continue
        joined.append(time)
    return joined


def _series(sentence: str, rhythm: FoundDeadline, time: FoundDeadline, clock: Clock) -> FoundDeadline | None:
    if time.reading.recurrence is not None and time.strength is Strength.REPEATED_DAY:
        near = time.start - rhythm.end < 40
        return replace(time, start=rhythm.start if near else time.start)
    phrase = " ".join(f"{sentence[time.start : time.end]} {sentence[rhythm.start : rhythm.end].lower()}".split())
    reading = clock.read(phrase)
    if reading.recurrence is None:
        return None
    return replace(time, reading=reading, strength=Strength.REPEATED_DAY)

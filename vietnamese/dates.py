"""Days and hours in the office's words, always in Asia/Ho_Chi_Minh.

Days below ten and the months January and February carry a zero, others do not (Nghị định
30/2020/NĐ-CP, phụ lục I; Hướng dẫn 36-HD/VPTW): 09/4/2026, 27/4/2026, 10/02/2026.

Not here: what a deadline means (`directives.deadlines`); parsing of phrases.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_NO_BREAK_SPACE = "\u00a0"
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def local_day(moment: date | datetime) -> date:
    """The calendar day in Vietnam of an aware instant; a plain day stays itself.

    A naive datetime raises ValueError: its zone would be a guess.
    """
    return _local(moment).date() if isinstance(moment, datetime) else moment


def read_instant(text: str) -> datetime:
    """An instant in ISO 8601, in Vietnam's zone when it names none; a day alone is its 00:00. ValueError otherwise."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no day: attach a time zone")
    return moment.astimezone(VIETNAM)


def format_date(day: date | datetime) -> str:
    """27/4/2026; 09/4/2026; 10/02/2026."""
    return f"{format_short_date(day)}/{local_day(day).year:04d}"


def format_short_date(day: date | datetime) -> str:
    """Without the year, for dense tables: 27/4."""
    day = local_day(day)
    return f"{day.day:02d}/{_month(day)}"


def _month(day: date) -> str:
    return f"{day.month:02d}" if day.month <= 2 else str(day.month)


def format_weekday(day: date | datetime) -> str:
    """thứ Hai … thứ Bảy, Chủ nhật: written inside a sentence."""
    return _WEEKDAYS[local_day(day).weekday()]


def format_long_date(day: date | datetime) -> str:
    """thứ Hai ngày 27/4/2026, with plain spaces: `no_break` is for screens and paper."""
    return f"{format_weekday(day)} ngày {format_date(day)}"


def format_day_of_document(day: date | datetime) -> str:
    """The dateline of official papers: ngày 24 tháng 4 năm 2026."""
    day = local_day(day)
    return f"ngày {day.day:02d} tháng {_month(day)} năm {day.year:04d}"


def format_time(moment: datetime, *, seconds: bool = False) -> str:
    """16:05, or 16:05:12 where the second matters (receipts)."""
    return _local(moment).strftime("%H:%M:%S" if seconds else "%H:%M")


def format_moment(moment: datetime) -> str:
    """16:05, thứ Sáu ngày 24/4/2026."""
    return f"{format_time(moment)}, {format_long_date(moment)}"


def no_break(phrase: str) -> str:
    """The phrase with its spaces made unbreakable, for what must stay on one line on a screen."""
    return phrase.replace(" ", _NO_BREAK_SPACE)

"""Deadlines in words: last day, days left, exact instant (rule R1: "trước ngày X" is read wrongly by many, so the last
allowed day is printed everywhere).

Pure; `due_at` is the first instant that is late (exclusive), days are days of Vietnam.
Not here: how `due_at` is found (`directives.deadlines`), the drawing (`templates/components/deadline.html`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from vietnamese.dates import VIETNAM, format_date, format_short_date, format_time, format_weekday, local_day, no_break
from vietnamese.numbers import format_number

BACK_STOP_VERB: Final = "Muộn nhất"  # before a unit's own clock starts: "Muộn nhất thứ Tư ngày 03/6/2026"
SOON_DAYS: Final = 7  # domain.md §6: "sắp hạn" from seven days before the last day
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class DeadlineWords:
    """Everything a screen says about one deadline. `state` is a key of `interface.states`."""

    phrase: str
    day: str
    dense_day: str
    left: str
    state: str
    exact: str
    last_day: date | None
    old_day: str = ""
    note: str = ""


def last_day_of(due_at: datetime) -> date:
    """The last day on which handing in is still on time: the day of the instant before `due_at`."""
    return local_day(due_at - _INSTANT)


def days_left(due_at: datetime, now: datetime) -> int:
    """Days from today to the last day: 0 on the day itself, negative after it."""
    return (last_day_of(due_at) - local_day(now)).days


def nearness(due_at: datetime | None, now: datetime) -> str:
    """State of something not yet handed in: overdue, soon (at most seven days left) or pending."""
    if due_at is None:
        return "pending"
    if now >= due_at:
        return "overdue"
    return "soon" if days_left(due_at, now) <= SOON_DAYS else "pending"


def left_in_words(due_at: datetime, now: datetime) -> str:
    """ "Còn 3 ngày", "Hôm nay", "Quá 2 ngày"; "Quá hạn" within the last day, after a stated hour."""
    days = days_left(due_at, now)
    if now >= due_at:
        return no_break(f"Quá {-days} ngày") if days < 0 else no_break("Quá hạn")
    return no_break(f"Còn {days} ngày") if days else no_break("Hôm nay")


def last_day_in_words(due_at: datetime) -> str:
    """ "hết thứ Hai ngày 27/4/2026"; with a stated hour "16:00 thứ Ba ngày 28/4/2026"."""
    hour = _hour_of(due_at)
    return f"{hour or 'hết'} {_long_day(last_day_of(due_at))}"


def size_in_words(size: int) -> str:
    """Bytes of a file: "2,8 MB", below a million "14 kB", never zero."""
    if size >= 1_000_000:
        return no_break(f"{format_number(size / 1_000_000, 1)} MB")
    return no_break(f"{format_number(max(1, round(size / 1000)))} kB")


def exact_in_words(due_at: datetime) -> str:
    """The exact instant for hover and focus: "Hết 24:00 thứ Hai ngày 27/4/2026"."""
    hour = _hour_of(due_at)
    reach = "Hết 24:00" if not hour else f"Trước {hour}" if _is_exclusive_hour(due_at) else f"Đến hết {hour}"
    return f"{reach} {_long_day(last_day_of(due_at))}"


def deadline_words(
    due_at: datetime | None,
    now: datetime,
    *,
    phrase: str = "",
    verb: str = "Nộp",
    old_due_at: datetime | None = None,
    note: str = "",
    waiting: str = "",
) -> DeadlineWords:
    """Words for one deadline as seen at `now`.

    `verb` begins the sentence ("Nộp đến hết …"; "" gives "Đến hết …"); with `old_due_at` it is an extension ("Gia hạn đến hết …") and the old
    day is kept. Without `due_at` the row says `waiting` ("Hạn tính từ ngày tổ chức") or "Không có hạn".
    """
    if due_at is None:
        day = waiting or "Không có hạn"
        return DeadlineWords(phrase, day, day, "", "awaiting_event" if waiting else "standing", "", None, note=note)
    extended = old_due_at is not None and old_due_at != due_at
    reach = "trước" if _is_exclusive_hour(due_at) else "đến"
    last_day = last_day_of(due_at)
    return DeadlineWords(
        phrase=phrase,
        day=_capital(_said(due_at, "Gia hạn" if extended else verb, reach)),
        dense_day=no_break(f"{_capital(format_weekday(last_day))} {format_short_date(last_day)}"),
        left=left_in_words(due_at, now),
        state=nearness(due_at, now),
        exact=exact_in_words(due_at),
        last_day=last_day,
        old_day=last_day_in_words(old_due_at) if extended and old_due_at else "",
        note=note,
    )


def _said(due_at: datetime, verb: str, reach: str) -> str:
    if verb == BACK_STOP_VERB and not _hour_of(due_at):
        return f"{verb} {_long_day(last_day_of(due_at))}"
    return f"{verb} {reach} {last_day_in_words(due_at)}".strip()


def _hour_of(due_at: datetime) -> str:
    """The stated hour, "" when the deadline is the end of a day. 16:00:01 means "to 16:00 inclusive" (rule R3)."""
    local = due_at.astimezone(VIETNAM)
    if (local.hour, local.minute) == (0, 0) and local.second == 0 and local.microsecond == 0:
        return ""
    return format_time(local)


def _is_exclusive_hour(due_at: datetime) -> bool:
    return bool(_hour_of(due_at)) and due_at.second == 0 and due_at.microsecond == 0


def _long_day(day: date) -> str:
    """ "thứ Hai ngày 27/4/2026", breakable only before "ngày"."""
    return f"{no_break(format_weekday(day))} {no_break('ngày ' + format_date(day))}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

"""What is understood of a deadline: values only, frozen, comparable.

`due_at` and `opens_on` are in Asia/Ho_Chi_Minh; `due_at` is exclusive: the first instant that is late.
Not here: how a phrase is understood (`phrases.py`), the rules themselves (`rules.py`), words (`words.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from directives.deadlines.recurrences import Recurrence


class Certainty(StrEnum):
    """How sure the reading is. The values are those stored with a requirement."""

    CERTAIN = "CERTAIN"
    CHECK = "CHECK"  # read, but a person should look: said as "ask" on the terminal
    EVENT = "EVENT"  # understood, but the clock starts with an event each unit declares
    TENTATIVE = "TENTATIVE"  # planned, waiting for another body: nobody is reminded
    NONE = "NONE"  # no deadline, or not understood; the remark says which


class WarningCode(StrEnum):
    """Why a person should look at a deadline."""

    NOT_UNDERSTOOD = "not_understood"
    BLANK_DATE = "blank_date"
    IMPOSSIBLE_DATE = "impossible_date"
    WRONG_WEEKDAY = "wrong_weekday"
    DAY_OFF = "day_off"
    ROLLED = "rolled"
    PAST = "past"
    FAR = "far"
    NO_YEAR = "no_year"
    NO_MONTH = "no_month"
    NO_HOUR = "no_hour"
    NO_START = "no_start"
    NO_END = "no_end"
    NO_CALENDAR = "no_calendar"
    TWO_MEANINGS = "two_meanings"
    SEVERAL = "several"
    TENTATIVE = "tentative"
    ADVERB = "adverb"
    PAST_FACT = "past_fact"
    CITATION = "citation"
    RELAXED = "relaxed"


@dataclass(frozen=True, slots=True)
class DeadlineWarning:
    """One remark about a reading: a code for programs, a Vietnamese sentence for people."""

    code: WarningCode
    message: str


@dataclass(frozen=True, slots=True)
class EventClock:
    """A clock that each unit starts itself by declaring the day of its event (R4).

    `days` is counted after the event's day (negative: before it); `months` likewise.
    """

    days: int = 0
    months: int = 0
    working_days: bool = False
    event: str = ""


@dataclass(frozen=True, slots=True)
class DeadlineReading:
    """One phrase, understood.

    `last_day` is the last day on which handing in is still in time; with an hour, the day of that hour.
    For a recurrence, `last_day` and `due_at` belong to the first occurrence not past at issue.
    `rule` is the rule of `domain.md` §5 that decided (R1…R12), None when nothing was understood.
    """

    phrase: str
    rule: str | None = None
    last_day: date | None = None
    due_at: datetime | None = None
    opens_on: date | None = None
    recurrence: Recurrence | None = None
    certainty: Certainty = Certainty.NONE
    warnings: tuple[DeadlineWarning, ...] = ()
    event: EventClock | None = None
    has_hour: bool = field(default=False)

    @property
    def remark(self) -> str:
        """All warnings as Vietnamese sentences in one line; empty when there is nothing to say."""
        return " ".join(warning.message for warning in self.warnings)

    @property
    def is_understood(self) -> bool:
        """A date, a clock or a series came out of the phrase."""
        return self.due_at is not None or self.event is not None

    def has_warning(self, code: WarningCode) -> bool:
        """One of the warnings has this code."""
        return any(warning.code == code for warning in self.warnings)

    def as_json(self) -> dict[str, str | None]:
        """The terminal's answer: exactly the keys of `commands.md`, days and times in ISO 8601."""
        return {
            "phrase": self.phrase,
            "rule": self.rule,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "opens_on": self.opens_on.isoformat() if self.opens_on else None,
            "recurrence": self.recurrence.rrule() if self.recurrence else None,
            "certainty": "ask" if self.certainty is Certainty.CHECK else self.certainty.lower(),
            "remark": self.remark,
        }

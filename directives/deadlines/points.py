"""What a deadline can name: points of the calendar and lengths of time; and the reader of tokens.

Not here: how each is spelt (`days.py`, `stretches.py`, `counts.py`), the words around it
(`vocabulary.py`), which calendar day it is (`resolving.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

from directives.deadlines.lexing import END, Token
from directives.deadlines.vocabulary import says


class PointKind(StrEnum):
    """What the writer named."""

    DAY = auto()
    DAY_OF_MONTH = auto()
    MONTH = auto()
    QUARTER = auto()
    HALF = auto()
    YEAR = auto()
    WEEK = auto()
    WEEKDAY = auto()
    TODAY = auto()
    BLANK = auto()


@dataclass(frozen=True, slots=True)
class Point:
    """A stretch of the calendar as written; what was not written is None.

    `index` is the month, the quarter (1–4), the part of the year in months, or the weekday (Monday 0); of a week
    with a `day`, that is which week (1–5) of month `index`;
    `until` the second of a pair ("tháng 4, 5"); `edge` "first", "middle" or "last" of the stretch;
    `relative` counts from the issue date ("tháng này" 0, "tháng sau" 1); `loose` marks a spelling that is
    a day only beside a word that says so ("27.4", "2/3").
    """

    kind: PointKind
    day: int | None = None
    index: int | None = None
    until: int | None = None
    year: int | None = None
    edge: str = ""
    relative: int | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: `unit` is "day", "week", "month", "year" or "hour"."""

    count: int
    unit: str
    working: bool = False


Found = tuple[Point, int] | None


class Reader:
    """A phrase's tokens with the questions the recognisers ask of them."""

    def __init__(self, tokens: list[Token], accented: bool) -> None:
        self.tokens = tokens
        self.accented = accented

    def at(self, index: int) -> Token:
        """The token, or an empty mark outside the phrase."""
        return self.tokens[index] if 0 <= index < len(self.tokens) else END

    def word(self, index: int, *words: str) -> bool:
        """One of the words stands there."""
        token = self.at(index)
        return token.kind == "w" and any(says(token, word, self.accented) for word in words)

    def mark(self, index: int, marks: str) -> bool:
        """One of the marks stands there."""
        token = self.at(index)
        return token.kind == "p" and token.raw != "" and token.raw in marks

    def number(self, index: int, low: int, high: int, digits: int = 2) -> int | None:
        """The number there, if it lies in the range and is written with at most that many digits."""
        token = self.at(index)
        return token.number if token.kind == "n" and len(token.raw) <= digits and low <= token.number <= high else None

    def spelt(self, index: int, words: dict[str, int]) -> int | None:
        """The value of a number word there."""
        token = self.at(index)
        if token.kind != "w":
            return None
        return next((value for word, value in words.items() if says(token, word, self.accented)), None)

    def year_after(self, index: int) -> tuple[int | None, int]:
        """A year said after a month: "/2026", "năm 2026", ", năm 2026"; (None, same place) without one."""
        start = index + 1 if self.mark(index, ",") and self.word(index + 1, "năm") else index
        if self.word(start, "năm") or self.mark(start, "/-."):
            year = self.number(start + 1, 1900, 2199, digits=4)
            if year is not None:
                return year, start + 2
        return None, index


DIGIT_WORDS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10,
    "lăm": 5, "mốt": 1, "nhăm": 5,
}  # fmt: skip

"""What a line of the query bar says: terms, names to look for, and what was not understood.

Days are days of Vietnam, both ends inclusive. Not here: the words (`vocabulary.py`), the reading (`parsing.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Asks(StrEnum):
    """What a term is about."""

    STATE = "state"
    CLUSTER = "cluster"
    BLOCK = "block"
    UNIT = "unit"
    PERSON = "person"
    PAPER = "paper"
    TASK = "task"
    KIND = "kind"
    POSITION = "position"
    PERIOD = "period"
    ENDED = "ended"
    DUE = "due"
    HANDED_IN = "handed_in"
    FIX = "fix"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. `values` are alternatives; `first` and `last` bound a day (None = open); `state` narrows a term of
    DUE as well ("quá hạn>10ngày"). `source` is what was typed, `words` what it means."""

    asks: Asks
    source: str
    words: str
    values: tuple[str, ...] = ()
    negated: bool = False
    first: date | None = None
    last: date | None = None
    state: str = ""

    @property
    def meaning(self) -> tuple[object, ...]:
        """What it says, apart from how it was typed."""
        values = tuple(value.casefold() for value in self.values)
        return self.asks, values, self.negated, self.first, self.last, self.state

    @property
    def label(self) -> str:
        """For the chip: "trừ miễn", "cụm 3"."""
        return f"trừ {self.words}" if self.negated else self.words


@dataclass(frozen=True, slots=True)
class Fault:
    """Something not understood, said plainly; `better` is the whole line as it was probably meant, or "".

    A hint is no fault: the words were taken as names, but may have been meant otherwise.
    """

    words: str
    better: str = ""
    better_part: str = ""
    is_hint: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A line that was read. `names` are the words to be found in the names of members and units."""

    text: str
    terms: tuple[Term, ...] = ()
    names: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing is asked for."""
        return not self.terms and not self.names and not self.faults

    @property
    def is_understood(self) -> bool:
        """Everything in it means something."""
        return all(fault.is_hint for fault in self.faults)

    def without(self, term: Term) -> str:
        """The line with one term taken out."""
        return " ".join(filter(None, (*(one.source for one in self.terms if one is not term), self.names)))

    def with_term(self, source: str) -> str:
        """The line with one more term."""
        return f"{self.text} {source}".strip()

    @property
    def asks_for_ended(self) -> bool:
        """It looks among papers that have ended, not among those that run."""
        return any(term.asks is Asks.ENDED and not term.negated for term in self.terms)

    def has(self, term: Term) -> Term | None:
        """The term that says the same, however it was typed, if it is there."""
        return next((one for one in self.terms if one.meaning == term.meaning), None)

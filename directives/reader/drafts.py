"""What the reader makes of a paper: a draft a person decides about. Values only, frozen.

Spans are half-open offsets into the text as given. What was not found is None (or empty): never a guess.
Not here: how it is read (`reading.py`), the stored directive (`directives.models`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from directives.deadlines import DeadlineReading

_DEADLINE_KEYS = ("phrase", "rule", "last_day", "due_at", "certainty")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the text as given."""

    start: int
    end: int
    text: str

    def as_json(self) -> dict[str, Any]:
        """`{start, end, text}`."""
        return {"start": self.start, "end": self.end, "text": self.text}


@dataclass(frozen=True, slots=True)
class DraftHead:
    """The head and foot of the paper. `kind` is a code of `document-format.md` §4 (KH, CV, HD…)."""

    kind: str | None = None
    number: int | None = None
    symbol: str | None = None
    issued_on: date | None = None
    place: str | None = None
    issuer: str | None = None
    superior: str | None = None
    subject: str | None = None
    signing_authority: str | None = None
    signer: str | None = None
    signer_post: str | None = None
    urgency: str | None = None


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A document the paper rests on; `citation` is it as written."""

    kind: str | None
    number_symbol: str | None
    date: date | None
    issuer: str | None
    citation: str
    source: Span


@dataclass(frozen=True, slots=True)
class DraftRequirement:
    """One duty. `source` is the sentence that lays it, `deadline_source` the words that date it (may stand elsewhere)."""

    kind: str
    who: str | None
    what: str
    source: Span
    route: str | None = None
    channel: str | None = None
    deadline: DeadlineReading | None = None
    deadline_source: Span | None = None
    outline: tuple[str, ...] = ()
    file_rule: str | None = None
    exemption: str | None = None
    to_superior: bool = False
    """The ward itself owes it to its superior."""

    @property
    def recurrence(self) -> str | None:
        """The series as an iCalendar RRULE, when the duty comes back."""
        series = self.deadline.recurrence if self.deadline else None
        return series.rrule() if series else None

    def as_json(self) -> dict[str, Any]:
        """The keys of `commands.md`, and beside them the file rule and the exemptions."""
        reading = self.deadline.as_json() if self.deadline else {"certainty": "none"}
        return {
            "kind": self.kind,
            "who": self.who,
            "what": self.what,
            "route": self.route,
            "channel": self.channel,
            "recurrence": self.recurrence,
            "outline": list(self.outline),
            "file_rule": self.file_rule,
            "exemptions": self.exemption,
            "deadline": {key: reading.get(key) for key in _DEADLINE_KEYS},
            "source": self.source.as_json(),
        }


@dataclass(frozen=True, slots=True)
class DraftWarning:
    """Something a person should look at. `requirement` counts from 0; None when it concerns the paper as a whole."""

    code: str
    message: str
    source: Span | None = None
    requirement: int | None = None

    def as_json(self) -> dict[str, Any]:
        """`{code, message, source}`."""
        return {
            "code": self.code,
            "message": self.message,
            "source": self.source.as_json() if self.source else None,
        }


@dataclass(frozen=True, slots=True)
class DirectiveDraft:
    """The whole proposal. `read_on` is the day against which phrases without a year were read."""

    head: DraftHead
    read_on: date
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    legal_basis: tuple[CitedPaper, ...] = ()
    requirements: tuple[DraftRequirement, ...] = ()
    warnings: tuple[DraftWarning, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Exactly the document of `commands.md`; unknown is null."""
        head = self.head
        return {
            "kind": head.kind,
            "number": head.number,
            "symbol": head.symbol,
            "issued_on": head.issued_on.isoformat() if head.issued_on else None,
            "place": head.place,
            "issuer": head.issuer,
            "superior": head.superior,
            "subject": head.subject,
            "signing_authority": head.signing_authority,
            "signer": head.signer,
            "signer_post": head.signer_post,
            "addressees": list(self.addressees),
            "recipients": list(self.recipients),
            "legal_basis": [
                {
                    "kind": paper.kind,
                    "number_symbol": paper.number_symbol,
                    "date": paper.date.isoformat() if paper.date else None,
                    "issuer": paper.issuer,
                }
                for paper in self.legal_basis
            ],
            "requirements": [requirement.as_json() for requirement in self.requirements],
            "warnings": [warning.as_json() for warning in self.warnings],
        }

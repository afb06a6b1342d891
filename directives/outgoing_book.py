"""Sổ văn bản đi as a page: each number of a kind in a term with what bears it, gaps gathered, with their reason.

Not here: the run of numbers (`numbering.py`), changes (`services.numbering`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from directives.choices import OutgoingState
from directives.models import OutgoingNumber
from directives.numbering import NumberRun, TermSpan, number_runs, own_numbered, unborne
from units.models import CommitteeProfile


@dataclass(frozen=True, slots=True)
class BookRow:
    """A number (`last` equals `first`) or a stretch of numbers with one fate; `directive` is linked."""

    first: int
    last: int
    day: date | None
    what: str
    directive: int | None = None
    note: str = ""
    state: str = ""

    @property
    def label(self) -> str:
        """ "07", or "08 đến 12"."""
        return f"{self.first:02d}" if self.first == self.last else f"{self.first:02d} đến {self.last:02d}"


@dataclass(frozen=True, slots=True)
class OutgoingBook:
    """The book of one kind in a term, the latest number first."""

    rows: tuple[BookRow, ...]
    run: NumberRun | None


def outgoing_book(profile: CommitteeProfile, span: TermSpan, kind: str) -> OutgoingBook:
    """The book. Four queries, however long it is."""
    runs = number_runs(profile, first=span.first, end=span.end)
    run = next((one for one in runs if one.kind == kind), None)
    if run is None:
        return OutgoingBook((), None)
    own = own_numbered(profile, span.first, span.end).filter(kind=kind)
    rows = [
        BookRow(number, number, day, subject, pk, state="" if state != "DRAFT" else "dự thảo")
        for number, day, subject, pk, state in own.values_list("number", "issued_on", "subject", "pk", "state")
    ]
    others = list(OutgoingNumber.objects.filter(ward=profile.unit, kind=kind).between(span.first, span.end))
    rows += [
        BookRow(row.number, row.number, row.day, row.about, row.directive_id)
        for row in others
        if row.state == OutgoingState.TAKEN
    ]
    rows += _stretches(run, unborne(others))
    return OutgoingBook(tuple(sorted(rows, key=lambda row: -row.first)), run)


def _stretches(run: NumberRun, others: dict[int, OutgoingNumber]) -> Iterator[BookRow]:
    """Neighbouring numbers without a paper that have one fate and one reason."""
    pending: BookRow | None = None
    for number in sorted({*run.gaps, *run.explained}):
        row = others.get(number)
        words = row.get_state_display() if row else "Chưa rõ"
        note, state = (row.note, row.state) if row else ("", OutgoingState.FREE)
        if pending and (pending.last + 1, pending.what, pending.note) == (number, words, note):
            pending = BookRow(pending.first, number, None, words, note=note, state=state)
            continue
        if pending:
            yield pending
        pending = BookRow(number, number, None, words, note=note, state=state)
    if pending:
        yield pending

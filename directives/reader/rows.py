"""Rows of a table of duties as duties.

Not here: finding tables (`tables.py`).
"""

from __future__ import annotations

from directives.reader.asked import LONGEST_WHAT, describe
from directives.reader.candidates import Candidate
from directives.reader.kinds import kind_of_clause
from directives.reader.layout import Paragraph
from directives.reader.tables import Row
from directives.reader.timing import Clock
from vietnamese.text import clean


def duty_of_row(row: Row, clock: Clock, text: str) -> Candidate:
    """The duty of one row; a time that is no date leaves it standing."""
    reading = clock.read(row.when.text) if row.when is not None else None
    words = text[row.start : row.end]
    kind = kind_of_clause(row.what.text)
    if reading is not None and reading.rule == "R12":
        kind = "STANDING"
    candidate = Candidate(
        kind, clean(row.who.text) if row.who is not None else None, clean(row.what.text)[:LONGEST_WHAT], row.start, row.end,
        row.what.text, words, Paragraph(row.start, row.end, words), reading,
        (row.when.start, row.when.end) if row.when is not None else None,
    )  # fmt: skip
    describe(candidate, row.what.text)
    return candidate

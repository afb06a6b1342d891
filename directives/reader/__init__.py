"""The reader: the text of a directive → a draft that a person decides about. Rules and tables, nothing learnt, no network.

    source     the text as given and as read, with the way back to every offset
    layout     lines → paragraphs with levels, broken pages joined;  tables, rows
    head, foot number, date, bodies, subject, addressees; recipients, signer
    citations  the papers it rests on
    clauses, words, timing, duties, several   sentences → duties with who, what, until when
    linking    dates, outlines, file rules and exemptions that stand elsewhere
    checks     warnings
    reading    read_directive: all of it
    drafts     the frozen values, and the JSON of the terminal

Pure and linear in the text. Not here: files (`services.papers`), storage (`directives.services`), pages.
"""

from directives.reader.drafts import CitedPaper, DirectiveDraft, DraftHead, DraftRequirement, DraftWarning, Span
from directives.reader.reading import read_directive

__all__ = [
    "CitedPaper",
    "DirectiveDraft",
    "DraftHead",
    "DraftRequirement",
    "DraftWarning",
    "Span",
    "read_directive",
]

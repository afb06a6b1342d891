"""Every deadline a sentence states, each with its place: what `read_deadline` would say of each phrase alone.

`read_deadline` answers for a phrase a person picked out; here a whole sentence is searched, so weak statements (a bare
date, a month in passing) come with their strength and the caller decides by the words around. Total and linear.
Not here: which sentences lay a duty (`directives.reader`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from directives.deadlines.calendar import WorkCalendar
from directives.deadlines.chunks import Chunk, Piece, cut
from directives.deadlines.judging import Circumstances, judge
from directives.deadlines.lexing import is_accented, lex, prepare
from directives.deadlines.phrases import Statement, Strength
from directives.deadlines.points import PointKind, Reader
from directives.deadlines.reader import (
    belongs_to_document,
    is_past_fact,
    read_deadline,
    says_tentative,
    statements_of,
    tentative,
)
from directives.deadlines.readings import Certainty, DeadlineReading
from directives.deadlines.vocabulary import Cue

LONGEST_PHRASE = 250


@dataclass(frozen=True, slots=True)
class FoundDeadline:
    """One stated deadline: `start` and `end` are offsets in the text searched.

    `names_year_only`: nothing finer than a year is named ("đến năm 2030"): more often an aim than a deadline.
    `opens_year`: the year a range begins in, when it says one ("30/4/1975 - 30/4/2026").
    """

    start: int
    end: int
    reading: DeadlineReading
    strength: Strength
    names_year_only: bool = False
    opens_year: int | None = None


def find_deadlines(
    text: str, *, issued_on: date, calendar: WorkCalendar | None = None, relaxed_before: bool = False
) -> tuple[FoundDeadline, ...]:
    """All live statements of the text in their order; facts of the past and dates of cited papers are left out.

    The text must be in NFC without invisible characters, so that offsets hold. Statements do not overlap: of two
    that do, the stronger stands.
    """
    tokens = lex(_same_length(text))
    reader = Reader(tokens, is_accented(tokens))
    chunks = cut(reader)
    around = Circumstances(issued_on, calendar, relaxed_before)
    kept: list[Statement] = []
    for statement in statements_of(reader, chunks):
        if is_past_fact(chunks, statement) or belongs_to_document(chunks, statement):
            continue
        if kept and statement.at < kept[-1].end:
            if statement.strength > kept[-1].strength:
                kept[-1] = statement
            continue
        kept.append(statement)
    return tuple(_found(text, reader, chunks, statement, around) for statement in kept)


def _same_length(text: str) -> str:
    """Prepared for the lexer with every character still at its place."""
    prepared = prepare(text)
    if len(prepared) == len(text):
        return prepared
    return "".join(one if len(one := prepare(char)) == 1 else " " for char in text)


def _found(
    text: str, reader: Reader, chunks: Sequence[Chunk], statement: Statement, around: Circumstances
) -> FoundDeadline:
    first, last = _bounds(chunks, statement)
    start = reader.tokens[chunks[first].start].start
    end = reader.tokens[chunks[last].end - 1].end
    end = _with_closing(text, start, end)
    reading = judge(text[start:end], statement, around)
    if statement.about or says_tentative(_clause(chunks, first, last)):
        start, end = _with_tentative(reader, chunks, first, last, start, end)
        reading = tentative(reading)
        end = _with_closing(text, start, end)
    reading = _as_phrase(text[start:end], reading, around)
    point = statement.when.point if statement.when is not None else None
    opening = statement.opening
    return FoundDeadline(
        start,
        end,
        reading,
        statement.strength,
        names_year_only=point is not None and point.kind is PointKind.YEAR and not point.edge,
        opens_year=opening.year if opening is not None else None,
    )


def _bounds(chunks: Sequence[Chunk], statement: Statement) -> tuple[int, int]:
    """The first and last piece of the statement, with the cue of its range on the left."""
    first, last = statement.at, max(statement.at, statement.end - 1)
    if (statement.opening is not None and statement.series is None) or statement.opens_at_issue:
        while first > 0 and not chunks[first].is_cue(Cue.FROM) and statement.at - first < 6:
            first -= 1
            if chunks[first].piece is Piece.STOP:
                first += 1
                break
    return first, min(last, len(chunks) - 1)


def _with_closing(text: str, start: int, end: int) -> int:
    """Past a bracket that was opened inside: "13/3/2026 (thứ Sáu)"."""
    inside = text[start:end]
    if inside.count("(") > inside.count(")") and text[end : end + 1] == ")":
        return end + 1
    return end


def _clause(chunks: Sequence[Chunk], first: int, last: int) -> list[Chunk]:
    """The pieces around a statement up to the next stop on either side."""
    start = first
    while start > 0 and chunks[start - 1].piece is not Piece.STOP:
        start -= 1
    end = last + 1
    while end < len(chunks) and chunks[end].piece is not Piece.STOP:
        end += 1
    return list(chunks[start:end])


def _with_tentative(
    reader: Reader, chunks: Sequence[Chunk], first: int, last: int, start: int, end: int
) -> tuple[int, int]:
    """The statement widened to the words that make it tentative, when they stand near."""
    for index in range(max(first - 12, 0), min(last + 12, len(chunks))):
        if chunks[index].is_cue(Cue.TENTATIVE, Cue.TENTATIVE_IF_AWAITED):
            start = min(start, reader.tokens[chunks[index].start].start)
            stop = index
            while stop + 1 < len(chunks) and index < stop + 1 <= index + 4 and chunks[stop + 1].piece is Piece.WORD:
                stop += 1
            if index > last:
                end = max(end, reader.tokens[chunks[stop].end - 1].end)
    return start, end


def _as_phrase(phrase: str, reading: DeadlineReading, around: Circumstances) -> DeadlineReading:
    """The reading with the phrase as written; certainty falls to CHECK when the phrase alone says another day."""
    phrase = " ".join(phrase.split())[:LONGEST_PHRASE]
    alone = read_deadline(
        phrase, issued_on=around.issued_on, calendar=around.calendar, relaxed_before=around.relaxed_before
    )
    if alone.last_day == reading.last_day and alone.certainty is reading.certainty:
        return alone
    if alone.last_day != reading.last_day and reading.certainty is Certainty.CERTAIN:
        return replace(reading, phrase=phrase, certainty=Certainty.CHECK)
    return replace(reading, phrase=phrase)

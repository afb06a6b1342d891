"""The phrase cut into pieces that mean something: cues, days with their hours, spans, citations, marks.

Every token belongs to exactly one piece and is looked at a bounded number of times.
Not here: what a row of pieces means (`phrases.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum, auto

from directives.deadlines import counts, days, stretches
from directives.deadlines.points import DIGIT_WORDS, Point, PointKind, Reader, Span
from directives.deadlines.vocabulary import Cue, find_cue
from vietnamese.text import strip_marks


class Piece(StrEnum):
    """Kinds of pieces."""

    CUE = auto()
    WHEN = auto()
    CLOCK = auto()
    SPAN = auto()
    CITATION = auto()
    MARK = auto()
    STOP = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True)
class When:
    """A point of the calendar with what stands directly beside it."""

    point: Point
    clock: time | None = None
    clock_from: time | None = None  # "từ 8h00 đến 11h30 ngày …"
    clock_after: bool = False
    weekday: int | None = None  # the weekday the writer says that day is
    led: bool = False  # "ngày 28/4", not a bare "28/4"
    before_clock: bool = False  # "ngày 28/4, trước 16 giờ": the hour has a "trước" of its own


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece; `start` and `end` count tokens, `text` is the cue's value, the mark or the word."""

    piece: Piece
    start: int
    end: int
    cue: Cue | None = None
    text: str = ""
    when: When | None = None
    clock: time | None = None
    span: Span | None = None

    def is_cue(self, *cues: Cue) -> bool:
        """The piece is one of these cues."""
        return self.cue is not None and self.cue in cues


# These begin with words that would also be months: they are tried first.
_BEFORE_POINTS = (
    Cue.EVERY, Cue.OF_NEXT_MONTH, Cue.END_OF_QUARTER_MONTH, Cue.NEXT_QUARTER_MONTH, Cue.FIRST_QUARTER_MONTH,
    Cue.NOW, Cue.TENTATIVE,
)  # fmt: skip
_OF_SERIES = (Cue.OF_NEXT_MONTH, Cue.END_OF_QUARTER_MONTH, Cue.NEXT_QUARTER_MONTH, Cue.FIRST_QUARTER_MONTH)
_DAY_KINDS = (PointKind.DAY, PointKind.DAY_OF_MONTH, PointKind.TODAY)
_LONGEST_SYMBOL = 6
# A word that begins a day, a stretch or a length of time is one of these; most words are passed over at once.
_FIRST_OF_TIMES = frozenset(
    ["hom", "ngay", "sang", "chieu", "mung", "mong", "thang", "quy", "qui", "nua", "dau", "giua", "cuoi", "nam", "tuan", "thu", "chu", "cn", "t"]
) | frozenset(map(strip_marks, DIGIT_WORDS))  # fmt: skip


def cut(reader: Reader) -> list[Chunk]:
    """All pieces of the phrase, hours and weekdays joined to their day."""
    chunks: list[Chunk] = []
    at = 0
    while at < len(reader.tokens):
        chunk = _chunk(reader, at)
        chunks.append(chunk)
        at = chunk.end
    return _join(chunks)


def _chunk(reader: Reader, at: int) -> Chunk:
    token = reader.at(at)
    if token.kind == "p":
        is_stop = token.raw in ";!?" or (token.raw == "." and _ends_sentence(reader, at))
        return Chunk(Piece.STOP if is_stop else Piece.MARK, at, at + 1, text=token.raw)
    cue = find_cue(reader.tokens, at, reader.accented) if token.kind == "w" else None
    if cue is not None and cue[0] in _BEFORE_POINTS:
        return Chunk(Piece.CUE, at, cue[2], cue=cue[0], text=cue[1])
    if token.kind == "w" and token.key not in _FIRST_OF_TIMES:
        return _citation(reader, at, cue) or _cue(reader, cue, at) or Chunk(Piece.WORD, at, at + 1, text=token.key)
    return (
        _citation(reader, at, cue)
        or _clock(reader, at)
        or _when(reader, at)
        or _span(reader, at)
        or _cue(reader, cue, at)
        or Chunk(Piece.WORD, at, at + 1, text=token.key)
    )


def _ends_sentence(reader: Reader, at: int) -> bool:
    following = reader.at(at + 1)
    return reader.at(at).key == "\n" or following.kind != "n" or following.start > reader.at(at).end


def _cue(reader: Reader, cue: tuple[Cue, str, int] | None, at: int) -> Chunk | None:
    if cue is None or (cue[0] is Cue.OF_MONTH and reader.at(cue[2]).kind == "n"):
        return None
    if cue[0] in (Cue.AFTER, Cue.FILLER) and reader.at(at).raw == "ngay":
        return Chunk(Piece.CUE, at, cue[2], cue=cue[0], text="ngay")
    value = "hết" if any(reader.word(index, "hết") for index in range(at, cue[2])) else cue[1]
    return Chunk(Piece.CUE, at, cue[2], cue=cue[0], text=value)


def _clock(reader: Reader, at: int) -> Chunk | None:
    found = counts.clock(reader, at)
    if found is None:
        return None
    return Chunk(Piece.CLOCK, at, found[1], clock=found[0])


def _when(reader: Reader, at: int) -> Chunk | None:
    led = days.dated(reader, at)
    found = (
        counts.today(reader, at)
        or led
        or days.numeric_date(reader, at)
        or days.worded_date(reader, at)
        or stretches.part_of_year(reader, at)
        or stretches.edge_of_stretch(reader, at)
        or stretches.month(reader, at)
        or stretches.quarter(reader, at)
        or stretches.year(reader, at)
        or stretches.week(reader, at)
        or counts.weekday(reader, at)
        or _day_of_series(reader, at)
    )
    if found is None:
        return None
    return Chunk(Piece.WHEN, at, found[1], when=When(found[0], led=led is not None))


def _day_of_series(reader: Reader, at: int) -> tuple[Point, int] | None:
    """ "trước 25 hằng tháng": the day of a series with its "ngày" left out."""
    day = reader.number(at, 1, 31)
    if day is None or not reader.word(at - 1, "trước", "nhất", "quá", "hết", "đến", "là", "cuối", "chót"):
        return None
    cue = find_cue(reader.tokens, at + 1, reader.accented) if reader.at(at + 1).kind == "w" else None
    if cue is None or not (cue[0] in _OF_SERIES or (cue[0] is Cue.EVERY and cue[1] in ("month", "quarter"))):
        return None
    return Point(PointKind.DAY_OF_MONTH, day=day), at + 1


def _span(reader: Reader, at: int) -> Chunk | None:
    found = counts.span(reader, at)
    return None if found is None else Chunk(Piece.SPAN, at, found[1], span=found[0])


def _citation(reader: Reader, at: int, cue: tuple[Cue, str, int] | None) -> Chunk | None:
    """A document named by its symbol ("698-CV/BTGDVTU ngày 21/4/2026") or kind ("Công văn ngày 21/4/2026")."""
    end = _symbol(reader, at) if cue is None else None
    if end is None:
        if cue is None or cue[0] is not Cue.DOCUMENT or days.dated(reader, cue[2]) is None:
            return None
        end = cue[2]
    after_comma = end + 1 if reader.mark(end, ",") else end
    date = days.dated(reader, after_comma)
    return Chunk(Piece.CITATION, at, end if date is None else date[1])


def _symbol(reader: Reader, at: int) -> int | None:
    """The token after "02-NQ/TW", "02 - NQ/TW" or "30/2020/NĐ-CP"; None when no symbol begins here."""
    if reader.at(at).kind != "n":
        return None
    end = at + 1
    if reader.mark(end, "/") and len(reader.at(end + 1).raw) == 4 and reader.mark(end + 2, "/"):
        end += 2
    if not reader.mark(end, "-/") or reader.at(end + 1).kind != "w":
        return None
    if reader.word(end + 1, "tháng", "ngày"):
        return None
    end += 2
    has_issuer = False
    while end < at + _LONGEST_SYMBOL + 3 and reader.mark(end, "-/") and reader.at(end + 1).kind == "w":
        end += 2
        has_issuer = True
    return end if has_issuer else None


def _join(chunks: list[Chunk]) -> list[Chunk]:
    """Hours, weekdays and the day they belong to become one piece."""
    joined: list[Chunk] = []
    at = 0
    while at < len(chunks):
        chunk, at = _when_with_company(chunks, at)
        joined.append(chunk)
    return joined


def _when_with_company(chunks: list[Chunk], at: int) -> tuple[Chunk, int]:
    first = chunks[at]
    clock, clock_from, weekday, end = None, None, None, at
    if first.clock is not None:
        clock, end = first.clock, at + 1
        later = _get(chunks, end + 1)
        if _is_until(_get(chunks, end)) and later is not None and later.clock is not None:
            clock_from, clock, end = clock, later.clock, end + 2
        end = _skip(chunks, end)
    said = _get(chunks, end)
    if said is not None and said.when is not None and said.when.point.kind is PointKind.WEEKDAY:
        after = _skip(chunks, end + 1)
        day = _get(chunks, after)
        if day is not None and day.when is not None and day.when.point.kind in _DAY_KINDS:
            weekday, end = said.when.point.index, after
    day = _get(chunks, end)
    if (
        day is None
        or day.when is None
        or (clock is None and day.when.point.kind not in (*_DAY_KINDS, PointKind.WEEKDAY))
    ):
        return first, at + 1
    when = replace(day.when, clock=clock, clock_from=clock_from, weekday=weekday)
    end, when = _company_after(chunks, end + 1, when)
    return replace(day, start=first.start, end=chunks[end - 1].end, when=when), end


def _company_after(chunks: list[Chunk], end: int, when: When) -> tuple[int, When]:
    """A weekday or an hour that follows the day, bracketed or not."""
    for _ in range(2):
        at = _skip(chunks, end)
        chunk, hour = _get(chunks, at), _get(chunks, at + 1)
        if chunk is None:
            break
        if when.clock is None and chunk.is_cue(Cue.BEFORE) and hour is not None and hour.clock is not None:
            if not _ends_here(chunks, at + 2):
                break
            when, at = replace(when, clock=hour.clock, before_clock=True), at + 1
        elif when.weekday is None and chunk.when is not None and chunk.when.point.kind is PointKind.WEEKDAY:
            when = replace(when, weekday=chunk.when.point.index)
        elif when.clock is None and chunk.clock is not None and _ends_here(chunks, at + 1):
            when = replace(when, clock=chunk.clock, clock_after=True)
        else:
            break
        closing = _get(chunks, at + 1)
        end = at + 2 if closing is not None and closing.text == ")" else at + 1
    return end, when


def _ends_here(chunks: list[Chunk], at: int) -> bool:
    """The hour just read has no day of its own behind it."""
    following = _get(chunks, at)
    return following is None or following.when is None


def _is_until(chunk: Chunk | None) -> bool:
    return chunk is not None and (chunk.is_cue(Cue.UNTIL) or chunk.text == "-")


def _skip(chunks: list[Chunk], at: int) -> int:
    """Past at most two of: a comma, an opening bracket, "lúc", "vào", a "ngày" before a weekday."""
    for _ in range(2):
        chunk = _get(chunks, at)
        if chunk is None or not (
            chunk.is_cue(Cue.ON, Cue.FILLER) or (chunk.piece is Piece.MARK and chunk.text in ("(", ",", "-"))
        ):
            break
        at += 1
    return at


def _get(chunks: list[Chunk], at: int) -> Chunk | None:
    return chunks[at] if 0 <= at < len(chunks) else None

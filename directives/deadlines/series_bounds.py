"""From when until when a series runs: "…, từ tháng 6/2026", "từ tháng 3 đến tháng 9", "đến hết năm 2026".

Not here: which days these are (`judging.py`), the series itself (`series.py`).
"""

from __future__ import annotations

from dataclasses import replace

from directives.deadlines.chunks import Chunk, Piece
from directives.deadlines.phrases import Statement
from directives.deadlines.points import Point, PointKind
from directives.deadlines.vocabulary import Cue

_BESIDE = (",", "(")
_ENDS = (PointKind.DAY, PointKind.MONTH, PointKind.QUARTER, PointKind.HALF, PointKind.YEAR)
_FARTHEST_RANGE = 25  # pieces between "Từ nay đến hết năm 2026, …" and the series


def bounded(chunks: list[Chunk], statement: Statement) -> Statement:
    """The series with its first and last day, as far as they are said.

    They stand beside the series: behind it, or before it as in "Từ nay đến hết tháng 12/2026, trước ngày 25 hằng
    tháng". A bare day of a month ends nothing ("tính đến ngày 20"). A range that belongs to other words ends nothing
    either ("Số liệu từ tháng 1 đến tháng 4, báo cáo …", "…, đến ngày 30/6/2026 báo cáo tổng kết"): it stays another
    time in the phrase, and a person is asked.
    """
    behind = statement.end
    while behind < len(chunks) and (chunks[behind].text in _BESIDE or chunks[behind].is_cue(Cue.FILLER)):
        behind += 1
    opening, ending, taken = _range_at(chunks, behind)
    if opening is not None or ending is not None:
        if not _closes(chunks, taken):
            return statement
        return replace(statement, end=taken[-1] + 1, opening=opening, series_end=ending, bounds_at=taken)
    for at in range(statement.at - 1, max(statement.at - 1 - _FARTHEST_RANGE, -1), -1):
        if chunks[at].piece is Piece.STOP:
            break
        if chunks[at].is_cue(Cue.FROM):
            opening, ending, taken = _range_at(chunks, at)
            if ending is not None and _leads(chunks, taken, statement.at):
                return replace(statement, opening=opening, series_end=ending, bounds_at=taken)
            break
    return statement


def _closes(chunks: list[Chunk], taken: tuple[int, ...]) -> bool:
    """Nothing behind the range makes it the time of something else.

    A range with a beginning speaks of the series beside it whatever follows. A bare end may be the day of another duty:
    "…, đến ngày 30/6/2026 báo cáo tổng kết"; with "hết" a comma may follow.
    """
    behind = taken[-1] + 1
    if chunks[taken[0]].is_cue(Cue.FROM) or behind >= len(chunks) or chunks[behind].piece is Piece.STOP:
        return True
    if chunks[behind].piece is not Piece.MARK:
        return False
    is_whole = any(chunks[at].text == "hết" for at in taken)
    return is_whole or chunks[behind].text != "," or behind + 1 == len(chunks)


def _leads(chunks: list[Chunk], taken: tuple[int, ...], series_at: int) -> bool:
    """The range begins its clause, and the series or its "hằng tháng" comes next."""
    before = chunks[taken[0] - 1] if taken[0] else None
    if before is not None and before.piece not in (Piece.MARK, Piece.STOP):
        return False
    at = taken[-1] + 1
    while at < series_at and (chunks[at].text in _BESIDE or chunks[at].is_cue(Cue.FILLER)):
        at += 1
    return at == series_at or chunks[at].is_cue(Cue.EVERY)


def _range_at(chunks: list[Chunk], at: int) -> tuple[Point | None, Point | None, tuple[int, ...]]:
    """(opening, end, the pieces of both) of the range that begins at this piece."""
    begin, opening = at, None
    if at + 1 < len(chunks) and chunks[at].is_cue(Cue.FROM):
        if chunks[at + 1].is_cue(Cue.NOW):
            at += 2
        elif (following := chunks[at + 1].when) is not None:
            opening, at = following.point, at + 2
            if opening.until is not None:  # "từ tháng 3 đến tháng 9" is one piece
                last = replace(opening, index=opening.until, until=None)
                # its year was written behind the end: whether the beginning shares it is for the judge
                return replace(opening, until=None, year=None), last, tuple(range(begin, at))
        else:
            return None, None, ()
    if at + 1 < len(chunks) and chunks[at].is_cue(Cue.UNTIL):
        while at + 1 < len(chunks) and chunks[at + 1].is_cue(Cue.FILLER):
            at += 1
        until = chunks[at + 1].when if at + 1 < len(chunks) else None
        if until is not None and until.point.kind in _ENDS:
            return opening, until.point, tuple(range(begin, at + 2))
    return opening, None, tuple(range(begin, at)) if opening is not None else ()

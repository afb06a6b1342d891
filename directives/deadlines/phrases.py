"""What a row of pieces states: a day with its bounds, a period with its start, or only words.

A statement is still about the writing: which calendar day it means is decided by `judging.py`.
Stated series ("ngày 25 hằng tháng") are read by `series.py`.
Not here: spelling (`chunks.py`), rules (`rules.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum, auto

from directives.deadlines.chunks import Chunk, Piece, When
from directives.deadlines.points import Point, PointKind, Reader, Span
from directives.deadlines.recurrences import Recurrence
from directives.deadlines.vocabulary import Cue


class Strength(IntEnum):
    """Which statement wins when a phrase holds several."""

    BARE = 1  # a date and nothing else
    LED = 2  # "ngày 28/4", "16h00 28/4"
    SERIES = 3  # "báo cáo hằng tháng"
    PERIOD = 4  # "trong 05 ngày kể từ…"
    BOUND = 5  # "trước", "đến hết", "trong tháng"
    REPEATED_DAY = 6  # "trước ngày 25 hằng tháng"


class Base(StrEnum):
    """From what a period is counted."""

    ISSUE = auto()
    RECEIPT = auto()
    UNSAID = auto()
    DAY = auto()
    EVENT = auto()


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing the phrase says about time; `at` and `end` count pieces."""

    strength: Strength
    at: int
    end: int
    when: When | None = None
    opening: Point | None = None
    opens_at_issue: bool = False
    before: bool = False
    until_whole: bool = True
    two_meanings: bool = False
    about: bool = False
    span: Span | None = None
    base: Base = Base.UNSAID
    base_when: When | None = None
    event: str = ""
    backwards: bool = False
    series: Recurrence | None = None
    series_is_loose: bool = False
    series_end: Point | None = None
    bounds_at: tuple[int, ...] = ()  # pieces that open or end the series: they say nothing of their own


_MARKERS = (Cue.BEFORE, Cue.UNTIL, Cue.LATEST, Cue.WITHIN, Cue.AFTER, Cue.FROM, Cue.NOT_BEFORE, Cue.ABOUT)
_BINDING = (Cue.BEFORE, Cue.UNTIL, Cue.LATEST, Cue.WITHIN)
_OPENING = (Cue.FROM, Cue.NOT_BEFORE)
_MOST_MARKERS = 6
_LONGEST_EVENT = 14
_FARTHEST_CUE = 10
_WORDS_OF_COUNTED_FROM = 2  # "kể từ", "tính từ"; "từ" alone opens a range
_LONGEST_LIST = 12
# What is received is the paper itself; anything else that is received ("đủ hồ sơ", "thông báo trả lại") is an event.
# "kể từ ngày nhận thông báo": word that comes later to each by himself; only "Thông báo này" is the paper at hand.
_THIS_PAPER = re.compile(
    r"(?:được )?(?:(?:công văn|văn bản|kế hoạch|hướng dẫn|chỉ thị|quyết định|nghị quyết|chương trình|kết luận)"
    r"(?: (?:này|nói trên|trên|số|của)(?!\w).*)?|thông báo (?:này|nói trên|trên|số)(?!\w).*)$",
    re.IGNORECASE,
)
# "sau buổi sinh hoạt gửi báo cáo": sending is what is asked then, no part of the event ("sau khi hoàn thành việc nộp bài" is)
_SENDS = ("gui", "nop")
_SENT_OF_EVENT = ("khi", "da", "viec", "ngay", "duoc")
_AT_LEAST = re.compile(r"(?:^|\s)(?:ít nhất|tối thiểu|chậm nhất|muộn nhất|không quá|là|trong|trong vòng)+$")
_WHOLE_STRETCHES = (PointKind.MONTH, PointKind.QUARTER, PointKind.HALF, PointKind.YEAR, PointKind.WEEK)


def markers_before(chunks: list[Chunk], at: int) -> tuple[list[Chunk], int]:
    """The cues that stand directly before a piece (fillers skipped), and the index of the first of them."""
    found: list[Chunk] = []
    first = at
    for index in range(at - 1, max(at - 1 - _MOST_MARKERS, -1), -1):
        chunk = chunks[index]
        if chunk.is_cue(*_MARKERS):
            found.append(chunk)
            first = index
        elif not (chunk.is_cue(Cue.FILLER, Cue.ON) or (chunk.piece is Piece.MARK and chunk.text == ":")):
            break
    return found[::-1], first


def state_day(chunks: list[Chunk], at: int) -> Statement | None:
    """What is said about the day at this piece; None when it only opens something or is part of a list."""
    when = chunks[at].when
    markers, first = markers_before(chunks, at)
    in_range = _is_first_of_list(chunks, at)
    if when is None or (in_range and not _is_excluded(chunks, at + 2)):
        return None
    if when.point.kind not in (PointKind.DAY, PointKind.DAY_OF_MONTH) and _some_days_of(chunks, at):
        return None  # "trong 05 ngày đầu tháng": which days these are is said by neither
    if when.point.kind is PointKind.DAY_OF_MONTH and _opens_range(chunks, at + 1):
        return None  # "ngày 03 đến ngày 05 hằng tháng"
    cues = [marker.cue for marker in markers]
    opening, opens_at_issue = _opening_before(chunks, first)
    if Cue.FROM in cues[-1:] and (when.clock_from is not None or when.point.until is not None):
        # "từ 8h00 đến 11h30 ngày …", "từ tháng 4 đến tháng 6": both ends are in this piece.
        opening = replace(when.point, until=None)
    elif cues and cues[-1] in (*_OPENING, Cue.AFTER):
        return None
    loose_cue = None if cues or opening or opens_at_issue else _cue_earlier_in_clause(chunks, at)
    if loose_cue in (Cue.AFTER, Cue.FROM) or (opening is not None and _is_excluded(chunks, first)):
        return None
    bound = any(cue in _BINDING for cue in cues) or opening is not None or opens_at_issue or loose_cue is not None
    strength = Strength.BOUND if bound else Strength.LED if when.led or when.clock else Strength.BARE
    if loose_cue is Cue.BEFORE and is_whole_stretch(when.point):
        return None  # "trước hội nghị tháng 6": nobody knows on which day of June
    before = Cue.BEFORE in cues or loose_cue is Cue.BEFORE or when.before_clock
    return Statement(
        strength, first, at + 1, when=when, opening=opening, opens_at_issue=opens_at_issue, before=before,
        until_whole=not (cues == [Cue.UNTIL] and "hết" not in (markers[0].text, when.point.edge)),
        two_meanings=before and (Cue.LATEST in cues or when.clock_after or loose_cue is not None or in_range),
        about=Cue.ABOUT in cues,
    )  # fmt: skip


def _opens_range(chunks: list[Chunk], at: int) -> bool:
    cue, day = _get(chunks, at), _get(chunks, at + 1)
    if cue is None or day is None or day.when is None:
        return False
    return cue.is_cue(Cue.UNTIL) and day.when.point.kind is PointKind.DAY_OF_MONTH


def _some_days_of(chunks: list[Chunk], at: int) -> bool:
    before = [
        chunk for chunk in chunks[max(at - 3, 0) : at] if chunk.text not in ("dau", "cuoi") and not chunk.is_cue(Cue.OF)
    ]
    return bool(before) and before[-1].span is not None and before[-1].span.unit == "day"


def _is_first_of_list(chunks: list[Chunk], at: int) -> bool:
    """ "ngày 27, 28/4/2026": only the last day of a list counts."""
    when, joint, following = chunks[at].when, _get(chunks, at + 1), _get(chunks, at + 2)
    for _ in range(_LONGEST_LIST):
        if following is None or not _is_bare_day(following) or not _is_joint(_get(chunks, at + 3)):
            break
        at += 2  # "các ngày 21, 22, 23/5/2026"
        following = _get(chunks, at + 2)
    if when is None or joint is None or following is None or following.when is None:
        return False
    same_kind = when.point.kind is PointKind.DAY_OF_MONTH or when.point.kind is following.when.point.kind
    return same_kind and following.when.clock is None and joint.text in (",", "-", "va")


def _is_bare_day(chunk: Chunk) -> bool:
    return chunk.piece is Piece.WORD and chunk.text.isdecimal() and len(chunk.text) <= 2


def _is_joint(chunk: Chunk | None) -> bool:
    return chunk is not None and chunk.text in (",", "-", "va")


def _cue_earlier_in_clause(chunks: list[Chunk], at: int) -> Cue | None:
    """ "trước kỳ nghỉ lễ 30/4", "sau hội nghị ngày 20/4": the cue that governs the day from a distance."""
    for _ in range(_LONGEST_LIST):
        if at < 2 or not _is_first_of_list(chunks, at - 2):
            break
        at -= 2
        if any(marker.cue is Cue.BEFORE for marker in markers_before(chunks, at)[0]):
            return Cue.BEFORE
    opened = _get(chunks, at - 1)
    if opened is not None and opened.text == "(":
        at -= 1  # "sau hội nghị tổng kết (30/6/2026)": the day of the event itself
    for index in range(at - 1, max(at - 1 - _FARTHEST_CUE, -1), -1):
        chunk = chunks[index]
        if chunk.is_cue(Cue.BEFORE, Cue.AFTER, Cue.FROM):
            return chunk.cue
        if chunk.piece is not Piece.WORD and not chunk.is_cue(Cue.FILLER, Cue.ON):
            return None
    return None


def _is_excluded(chunks: list[Chunk], at: int) -> bool:
    """ "trước ngày 30/4-01/5": "trước" stands before the range that ends at (or is marked from) this piece."""
    previous = _get(chunks, at - 2)
    joint = _get(chunks, at - 1)
    if previous is None or previous.when is None or joint is None or joint.text != "-":
        return False
    markers, _ = markers_before(chunks, at - 2)
    return any(marker.cue is Cue.BEFORE for marker in markers)


def _opening_before(chunks: list[Chunk], first: int) -> tuple[Point | None, bool]:
    """The day that opens a range whose end is marked from piece `first` on; or "từ nay"."""
    previous = _get(chunks, first - 1)
    if previous is not None and previous.piece is Piece.MARK and previous.text in ("-", ","):
        first -= 1
        previous = _get(chunks, first - 1)
    if previous is None:
        return None, False
    if previous.is_cue(Cue.NOW):
        return None, True
    if previous.when is None:
        if _is_bare_day(previous) and chunks[first].text == "-":
            return Point(PointKind.DAY_OF_MONTH, int(previous.text)), False
        return None, False
    markers, _ = markers_before(chunks, first - 1)
    from_said = any(marker.cue is Cue.FROM for marker in markers)
    joined_by_dash = chunks[first].text == "-"
    return (previous.when.point, False) if from_said or joined_by_dash else (None, False)


def state_period(reader: Reader, chunks: list[Chunk], at: int) -> Statement | None:
    """What is said about a length of time: bounded, with its start; None for a mere duration."""
    span = chunks[at].span
    if span is None:
        return None
    markers, first = markers_before(chunks, at)
    cues = [marker.cue for marker in markers]
    bound = any(cue in (*_BINDING, Cue.AFTER) for cue in cues)
    base, base_when, event, end, connected = _start_after(reader, chunks, at + 1, bare=Cue.AFTER in cues)
    backwards = connected is Cue.BEFORE
    if connected is None and not bound:
        base, event, backwards, first = _start_before(reader, chunks, at)
        if base is Base.UNSAID:
            return None
    elif base is Base.UNSAID and (Cue.BEFORE in cues or _only_lasts(chunks, at)):
        return None
    return Statement(
        Strength.PERIOD, first, end, span=span, base=base, base_when=base_when, event=event, backwards=backwards,
        about=Cue.ABOUT in cues,
    )  # fmt: skip


def _only_lasts(chunks: list[Chunk], at: int) -> bool:
    """ "trong 02 ngày 21, 22/5/2026", "trong 05 ngày đầu tháng": how long something takes, its days stand behind."""
    following = _get(chunks, at + 1)
    if following is None:
        return False
    return following.when is not None or _is_bare_day(following) or following.text in ("dau", "cuoi", "giua")


def _start_after(
    reader: Reader, chunks: list[Chunk], at: int, *, bare: bool
) -> tuple[Base, When | None, str, int, Cue | None]:
    """(from what, the day, the event's words, the piece after, the connecting cue) on the right of a span."""
    connected: Cue | None = None
    comma, cue = _get(chunks, at), _get(chunks, at + 1)
    counted = cue is not None and cue.is_cue(Cue.FROM) and cue.end - cue.start == _WORDS_OF_COUNTED_FROM
    if comma is not None and comma.text == "," and counted:
        at += 1  # "trong 05 ngày làm việc, kể từ ngày ký", not "05 ngày, từ ngày 08/6 đến ngày 12/6"
    while (chunk := _get(chunks, at)) is not None and chunk.is_cue(Cue.FROM, Cue.AFTER, Cue.BEFORE, Cue.FILLER):
        if not chunk.is_cue(Cue.FILLER):
            if connected not in (None, chunk.cue) or chunk.cue is connected:
                break
            connected = chunk.cue
        at += 1
    chunk = _get(chunks, at)
    if chunk is not None and chunk.text == "khi":
        at += 1
        chunk = _get(chunks, at)
    if chunk is None or (connected is None and not bare):
        return Base.UNSAID, None, "", at, connected
    if chunk.is_cue(Cue.ISSUE, Cue.NOW):
        return Base.ISSUE, None, "", at + 1, connected
    if chunk.is_cue(Cue.RECEIPT):
        what, end = _event_words(reader, chunks, at + 1)
        if not what or _THIS_PAPER.match(what):
            return Base.RECEIPT, None, "", at + 1, connected
        return Base.EVENT, None, f"nhận {what}", end, connected
    if chunk.when is not None:
        return Base.DAY, chunk.when, "", at + 1, connected
    event, end = _event_words(reader, chunks, at)
    day, after = _day_of_event(chunks, end)
    if event and day is not None:
        return Base.DAY, day, "", after, connected
    return (Base.EVENT if event else Base.UNSAID), None, event, end, connected


def _day_of_event(chunks: list[Chunk], at: int) -> tuple[When | None, int]:
    """ "hội nghị (30/6/2026)", "hội nghị ngày 20/5/2026": the event has its day, so the period has one too."""
    opened = _get(chunks, at)
    bracketed = opened is not None and opened.text == "("
    chunk = _get(chunks, at + 1 if bracketed else at)
    if chunk is None or chunk.when is None or chunk.when.point.kind is not PointKind.DAY:
        return None, at
    return chunk.when, at + (3 if bracketed else 1)


def _start_before(reader: Reader, chunks: list[Chunk], at: int) -> tuple[Base, str, bool, int]:
    """ "sau hội nghị 03 ngày", "trước khi tổ chức 5 ngày": the event stands on the left of the span."""
    for index in range(at - 1, max(at - 1 - _LONGEST_EVENT, -1), -1):
        chunk = chunks[index]
        if chunk.piece in (Piece.STOP, Piece.MARK, Piece.WHEN, Piece.SPAN):
            break
        if chunk.is_cue(Cue.AFTER, Cue.BEFORE):
            words = _text(reader, chunks[index + 1 : at]).removeprefix("khi ").removeprefix("ngày ")
            words = _AT_LEAST.sub("", words)
            return (Base.EVENT if words else Base.UNSAID), words, chunk.is_cue(Cue.BEFORE), index
    return Base.UNSAID, "", False, at


def _event_words(reader: Reader, chunks: list[Chunk], at: int) -> tuple[str, int]:
    """The words naming an event, up to a mark, another cue of time or fourteen pieces."""
    end = at
    while (chunk := _get(chunks, end)) is not None and end < at + _LONGEST_EVENT:
        if chunk.piece not in (Piece.WORD, Piece.CUE) or chunk.is_cue(*_BINDING, Cue.AFTER, Cue.FROM):
            break
        if end > at and chunk.text in _SENDS and chunks[end - 1].text not in _SENT_OF_EVENT:
            break
        end += 1
    return _text(reader, chunks[at:end]), end


def _text(reader: Reader, chunks: list[Chunk]) -> str:
    tokens = reader.tokens[chunks[0].start : chunks[-1].end] if chunks else []
    return " ".join(token.raw for token in tokens if token.kind != "p")


def _get(chunks: list[Chunk], at: int) -> Chunk | None:
    return chunks[at] if 0 <= at < len(chunks) else None


def is_whole_stretch(point: Point) -> bool:
    """A month, quarter, part of a year, year or week named as such, without "đầu", "giữa" or "cuối"."""
    return point.kind in _WHOLE_STRETCHES and (not point.edge or point.kind is PointKind.HALF)

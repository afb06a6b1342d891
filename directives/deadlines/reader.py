"""`read_deadline`: one phrase in, one frozen reading out; "không hiểu" instead of a guess.

Total and linear in the length of the phrase.
Not here: the steps (`lexing` → `chunks` → `phrases`/`series` → `judging`), rendering (`words.py`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from directives.deadlines.calendar import WorkCalendar
from directives.deadlines.chunks import Chunk, Piece, cut
from directives.deadlines.judging import Circumstances, finish, judge
from directives.deadlines.lexing import is_accented, lex, prepare
from directives.deadlines.phrases import Statement, Strength, state_day, state_period
from directives.deadlines.points import PointKind, Reader
from directives.deadlines.readings import Certainty, DeadlineReading, DeadlineWarning, WarningCode
from directives.deadlines.series import state_repeated_day, state_rhythm
from directives.deadlines.series_bounds import bounded
from directives.deadlines.vocabulary import Cue
from vietnamese.dates import format_date

# A bare date or month in a longer sentence is about something else: a title, a fraction, history.
_WORDS_BESIDE_A_BARE_DATE = 4
_LONGEST_CLAUSE = 25
_DUTY_WORDS = frozenset(
    (
        "nop",
        "gui",
        "bao",
        "cao",
        "hoan",
        "thanh",
        "xong",
        "to",
        "chuc",
        "bai",
        "thu",
        "hoach",
        "ve",
        "buoi",
        "sang",
        "chieu",
    )
)
_NOT_UNDERSTOOD = "Không hiểu: không thấy ngày, tháng, quý hay thời hạn nào."


def read_deadline(
    phrase: str,
    *,
    issued_on: date,
    calendar: WorkCalendar | None = None,
    relaxed_before: bool = False,
) -> DeadlineReading:
    """What the phrase says about the last day, read against the day the directive was issued.

    `calendar` gives holidays, days off in lieu and swap days: without it periods do not roll (R5) and
    working days skip only weekends. `relaxed_before` is a committee's setting: "trước ngày X" takes X too.
    Never raises; what is not understood has certainty NONE and a remark that says so.
    """
    around = Circumstances(issued_on, calendar, relaxed_before)
    tokens = lex(prepare(phrase))
    reader = Reader(tokens, is_accented(tokens))
    chunks = cut(reader)
    written = phrase.strip()
    statements = statements_of(reader, chunks)
    live = [statement for statement in statements if not is_past_fact(chunks, statement)]
    best = _strongest(chunks, live)
    if not best:
        return _without_date(written, chunks, live_but_past=bool(statements) and not live)
    readings = [judge(written, statement, around) for statement in best]
    reading = _with_rivals(readings, live, best)
    return tentative(reading) if _is_tentative(chunks, best[0]) else reading


def statements_of(reader: Reader, chunks: list[Chunk]) -> list[Statement]:
    """Everything the pieces say about time, in order."""
    found: list[Statement] = []
    for at, chunk in enumerate(chunks):
        statement: Statement | None = None
        if chunk.when is not None or chunk.clock is not None:
            statement = state_repeated_day(chunks, at) or state_day(chunks, at)
        elif chunk.span is not None:
            statement = state_period(reader, chunks, at) or state_rhythm(chunks, at)
        elif chunk.cue is not None:
            statement = state_rhythm(chunks, at)
        if statement is not None:
            found.append(bounded(chunks, statement) if statement.series is not None else statement)
    bounds = {at for statement in found for at in statement.bounds_at}
    return [one for one in found if one.series is not None or not bounds.intersection(range(one.at, one.end))]


def _strongest(chunks: list[Chunk], statements: list[Statement]) -> list[Statement]:
    """The statements of the greatest strength; bare dates only when the phrase is little else."""
    top = max((statement.strength for statement in statements), default=None)
    if top is None:
        return []
    best = [statement for statement in statements if statement.strength == top]
    if top is Strength.BARE:
        return [statement for statement in best if _stands_alone(chunks, statement)]
    if top is Strength.LED:
        return [
            statement
            for statement in best
            if not belongs_to_document(chunks, statement) and not is_remembered(chunks, statement)
        ]
    return best


_ORDERS_ANEW = frozenset(("phai", "khan"))  # phải, khẩn trương


def _stands_alone(chunks: list[Chunk], statement: Statement) -> bool:
    """A bare date counts when the phrase is little else: "28/4" yes, "đạt 2/3" and "mục 2.4" no."""
    words = [chunk.text for chunk in chunks if chunk.piece is Piece.WORD]
    point = statement.when.point if statement.when is not None else None
    if point is not None and point.kind is PointKind.DAY and point.year is None:
        return not point.loose and all(word in _DUTY_WORDS for word in words)
    return (point is None or not point.loose) and len(words) <= _WORDS_BESIDE_A_BARE_DATE


def belongs_to_document(chunks: list[Chunk], statement: Statement) -> bool:
    """ "ngày 17/3/2026 của Bộ Chính trị": the date of a paper, not a deadline."""
    return statement.end < len(chunks) and chunks[statement.end].is_cue(Cue.OF)


def is_remembered(chunks: list[Chunk], statement: Statement) -> bool:
    """ "kỷ niệm 51 năm ngày 30/4/1975": a day remembered, not a deadline."""
    for index in range(statement.at - 1, max(statement.at - 1 - _LONGEST_CLAUSE, 0), -1):
        if chunks[index].piece is Piece.STOP:
            return False
        if chunks[index].text in ("niem", "niệm") and chunks[index - 1].text in ("ky", "kỷ", "kỉ"):
            return True
    return False


def is_past_fact(chunks: list[Chunk], statement: Statement) -> bool:
    """ "(đã thực hiện ngày 26/3/2026)": the clause tells what was done. "Đơn vị đã nộp … phải nộp lại" orders anew."""
    for index in range(statement.at - 1, max(statement.at - 1 - _LONGEST_CLAUSE, -1), -1):
        chunk = chunks[index]
        if chunk.is_cue(Cue.PAST):
            return True
        if chunk.piece is Piece.WORD and chunk.text in _ORDERS_ANEW:
            return False
        if chunk.piece in (Piece.STOP, Piece.MARK, Piece.WHEN, Piece.SPAN, Piece.CITATION):
            return False
    return False


def _with_rivals(readings: list[DeadlineReading], live: list[Statement], best: list[Statement]) -> DeadlineReading:
    """The first reading; a second one with another end, or a clock beside a date, is told and asked."""
    understood = [reading for reading in readings if reading.is_understood]
    if not understood:
        return readings[0]
    first = understood[0]
    ends = list(dict.fromkeys(format_date(r.last_day) for r in understood if r.last_day is not None))
    others = [
        s
        for s in live
        if s.strength != best[0].strength and (s.strength >= Strength.BOUND or (s.span is not None and s.event))
    ]
    if len(ends) < 2 and not others:
        return first
    message = f"Có nhiều hạn: {', '.join(ends)}." if len(ends) > 1 else "Cụm từ còn nêu một thời hạn khác."
    return finish(replace(first, warnings=(*first.warnings, DeadlineWarning(WarningCode.SEVERAL, message))))


def _sentence(chunks: list[Chunk], at: int) -> list[Chunk]:
    """The pieces between the two stops around a piece."""
    start = next((index + 1 for index in range(at - 1, -1, -1) if chunks[index].piece is Piece.STOP), 0)
    end = next((index for index in range(at, len(chunks)) if chunks[index].piece is Piece.STOP), len(chunks))
    return chunks[start:end]


def _is_tentative(chunks: list[Chunk], statement: Statement) -> bool:
    return statement.about or says_tentative(_sentence(chunks, statement.at))


def says_tentative(chunks: list[Chunk]) -> bool:
    """dự kiến, theo kế hoạch của…, sau khi … có kế hoạch (R11)."""
    awaited = False
    for chunk in chunks:
        if chunk.is_cue(Cue.TENTATIVE):
            return True
        awaited = awaited or chunk.is_cue(Cue.AFTER) or chunk.text == "khi"
        if awaited and chunk.is_cue(Cue.TENTATIVE_IF_AWAITED):
            return True
    return False


def tentative(reading: DeadlineReading) -> DeadlineReading:
    """The reading as one that waits for another body (R11)."""
    warning = DeadlineWarning(WarningCode.TENTATIVE, "Mới là dự kiến: chưa nhắc ai cho đến khi được xác nhận.")
    return replace(reading, rule="R11", certainty=Certainty.TENTATIVE, warnings=(*reading.warnings, warning))


def _without_date(phrase: str, chunks: list[Chunk], *, live_but_past: bool) -> DeadlineReading:
    """Why no date came out: a fact of the past, a citation, words only, an opening only, or not understood."""
    if live_but_past:
        return _nothing(phrase, WarningCode.PAST_FACT, "Việc đã làm, không phải hạn.")
    if says_tentative(chunks):
        return tentative(DeadlineReading(phrase))
    if any(chunk.when is not None and chunk.when.point.kind is not PointKind.BLANK for chunk in chunks):
        if any(chunk.piece is Piece.CITATION for chunk in chunks):
            return _nothing(phrase, WarningCode.CITATION, "Ngày thuộc văn bản được trích dẫn, không phải hạn.")
        if any(chunk.is_cue(Cue.FROM, Cue.AFTER, Cue.NOT_BEFORE) for chunk in chunks):
            return _nothing(phrase, WarningCode.NO_END, "Chỉ có ngày bắt đầu, không có ngày cuối.")
    if any(chunk.clock is not None for chunk in chunks):
        return _nothing(phrase, WarningCode.NOT_UNDERSTOOD, "Không hiểu: có giờ nhưng không có ngày.")
    if any(chunk.piece is Piece.CITATION for chunk in chunks):
        return _nothing(phrase, WarningCode.CITATION, "Ngày thuộc văn bản được trích dẫn, không phải hạn.")
    if any(chunk.is_cue(Cue.ADVERB, Cue.PERIODIC, Cue.EVERY) or _says_at_once(chunk) for chunk in chunks):
        reading = _nothing(
            phrase, WarningCode.ADVERB, "Không có ngày cuối: việc thường xuyên. Cần hạn thì ghi rõ ngày."
        )
        return replace(reading, rule="R12")
    return _nothing(phrase, WarningCode.NOT_UNDERSTOOD, _NOT_UNDERSTOOD)


def _says_at_once(chunk: Chunk) -> bool:
    """ "ngay sau khi nhận được văn bản", and "ngay" alone, typed without an accent because it has none."""
    return (chunk.is_cue(Cue.AFTER) and chunk.text == "ngay") or (chunk.is_cue(Cue.FILLER) and chunk.text == "ngay")


def _nothing(phrase: str, code: WarningCode, message: str) -> DeadlineReading:
    return DeadlineReading(phrase, warnings=(DeadlineWarning(code, message),))

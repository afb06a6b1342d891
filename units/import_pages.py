"""What the pages of a roster import show: counts that open to rows, the rows themselves, what is still to decide.

Not here: the verbs (`services.imports`), the words of single lines (`roster.lines`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from units.choices import ImportState, ImportWork
from units.roster.lines import (
    CHANGED,
    CLOSED,
    DOUBTFUL,
    LEFT,
    MEMBER,
    MOVED,
    NEW,
    UNCHANGED,
    UNIT,
)
from units.roster.records import ERROR, QUESTIONS, REPAIRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from units.import_querysets import ImportLineQuerySet
    from units.line_packs import PackedLines
    from units.models import ImportProblem, RosterImport

    Lines = TypeVar("Lines", ImportLineQuerySet, PackedLines)

WORDS = {
    (MEMBER, NEW): "người mới",
    (MEMBER, MOVED): "chuyển đến",
    (MEMBER, LEFT): "ra khỏi danh sách",
    (MEMBER, CHANGED): "thay đổi",
    (MEMBER, DOUBTFUL): "nghi ngờ",
    (MEMBER, UNCHANGED): "giữ nguyên",
    (UNIT, NEW): "đơn vị mới",
    (UNIT, CHANGED): "đơn vị thay đổi",
    (UNIT, CLOSED): "đơn vị giải thể",
    (UNIT, DOUBTFUL): "đơn vị nghi ngờ",
    (UNIT, UNCHANGED): "đơn vị giữ nguyên",
}
_LOUD = {(MEMBER, LEFT), (UNIT, CLOSED)}
# Before anybody said that the file is the whole roster these people and units are absent from it, no more.
_ABSENT = {(MEMBER, LEFT): "không có trong tệp", (UNIT, CLOSED): "đơn vị không có trong tệp"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of the difference; `opens`: it leads to its rows."""

    part: str
    change: str
    count: int
    word: str
    is_loud: bool
    opens: bool

    @property
    def key(self) -> str:
        """As the address says it."""
        return f"{self.part}-{self.change}"


@dataclass(frozen=True, slots=True)
class KindOfProblem:
    """Problems of one kind that nobody settled yet; a guess (the nearest unit) is accepted row by row, never in bulk.
    `rows`: of members, the only ones that can be left out; 0 = these are mended in the file. `answers`: of questions.
    """

    kind: str
    word: str
    count: int
    has_proposal: bool
    rows: int
    is_error: bool
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Everything above the rows. `blocked` says in one sentence what must be answered before applying; "" = nothing.
    `carries`: somebody would move or leave, whose debts go along. `skipped`: rows of the file left out by decision.
    `awaits_extent`: nobody said yet whether the file is all or a part, so how much would be written is not known.
    """

    figures: list[Figure]
    open_problems: int
    kinds: list[KindOfProblem]
    left: int
    closed: int
    changing: int
    blocked: str
    carries: bool
    skipped: int
    awaits_extent: bool

    @property
    def can_accept(self) -> bool:
        """Whether a proposed repair is still to be accepted."""
        return any(kind.has_proposal for kind in self.kinds)

    @property
    def can_accept_some(self) -> bool:
        """Whether among the marked there may be a repair or a guess to accept."""
        return any(kind.kind and not kind.answers and (kind.rows or kind.has_proposal) for kind in self.kinds)

    @property
    def can_pass_some(self) -> bool:
        """Whether among the marked there may be a row to leave out."""
        return any(kind.rows for kind in self.kinds)

    @property
    def can_pass(self) -> bool:
        """Whether a row with a fault nobody settled can be left out."""
        return any(kind.rows and kind.is_error for kind in self.kinds)

    @property
    def asks_extent(self) -> bool:
        """Whether somebody or some unit would go."""
        return bool(self.left or self.closed)


def import_page(imported: RosterImport, lines: ImportLineQuerySet | PackedLines | None = None) -> ImportPage:
    """What stands above the rows; two queries. `lines`: all of them, however they are kept; None = the rows."""
    counts = (imported.lines.all() if lines is None else lines).counts()
    kept = _kept_of(imported)
    kinds = [_kind(*one) for one in imported.problems.kinds()]
    left, closed = counts.get((MEMBER, LEFT), 0), counts.get((UNIT, CLOSED), 0)
    open_problems = sum(kind.count for kind in kinds)
    awaits = imported.is_open and bool(left or closed) and imported.is_part is None
    blocked = ""
    if awaits:  # first, since the answer changes which problems there are
        blocked = "Chưa trả lời: tệp là toàn bộ danh sách hay một phần."
    elif open_problems:
        blocked = f"Còn {open_problems} lỗi chưa quyết định."
    words = WORDS | (_ABSENT if awaits else {})
    figures = [
        Figure(*key, counts.get(key, 0) or kept.get(key, 0), word, key in _LOUD and not awaits, bool(counts.get(key)))
        for key, word in words.items()
    ]
    changing = sum(number for (_, change), number in counts.items() if change not in (UNCHANGED, DOUBTFUL))
    carries = imported.is_open and bool(left or counts.get((MEMBER, MOVED)))
    skipped = len(imported.passed)
    return ImportPage(figures, open_problems, kinds, left, closed, changing, blocked, carries, skipped, awaits)


def _kept_of(imported: RosterImport) -> dict[tuple[str, str], int]:
    """How much stayed as it was, of an import that was applied: its rows are not kept, the numbers are."""
    told = ((part, imported.counts.get(f"{part}s", {}).get(UNCHANGED, 0)) for part in (MEMBER, UNIT))
    return {(part, UNCHANGED): count for part, count in told}


def shown_lines(lines: Lines, *, key: str, text: str) -> tuple[Lines, str]:
    """Those of one count ("member-new"), narrowed by a search; and the count's key, "" for all that changes."""
    part, _, change = key.partition("-")
    if (part, change) in WORDS:
        return lines.of(part, change).found_by(text), key
    return lines.changing().found_by(text), ""


def told_of(imported: RosterImport, problems: Iterable[ImportProblem]) -> list[tuple[ImportProblem, tuple[str, str]]]:
    """Each problem with name and unit of whom its row tells, blank where a row tells of nobody; one query."""
    shown = list(problems)
    named = imported.lines.named_at(one.row for one in shown)
    return [(one, named.get((one.about, one.row), ("", ""))) for one in shown]


def summary_of(imported: RosterImport) -> list[str]:
    """What was applied, in words: "12 người mới"; empty before."""
    if imported.state not in (ImportState.APPLIED, ImportState.UNDONE):
        return []
    members, units = imported.counts.get("members", {}), imported.counts.get("units", {})
    told = [(members.get(change, 0), WORDS[MEMBER, change]) for change in (NEW, MOVED, LEFT, CHANGED)]
    told += [(units.get(change, 0), WORDS[UNIT, change]) for change in (NEW, CHANGED, CLOSED)]
    rights = imported.counts.get("rights", {})
    told += [(rights.get("ended", 0), "vai trò kết thúc"), (rights.get("locked", 0), "tài khoản bị khóa")]
    return [f"{_number(count)} {word}" for count, word in told if count]


def strip_of(imported: RosterImport) -> dict[str, Any]:
    """What the strip of the work says."""
    what = {
        ImportWork.READ: f"Đọc “{imported.file_name}”",
        ImportWork.APPLY: f"Nhập “{imported.file_name}” vào danh bạ",
        ImportWork.UNDO: f"Hoàn tác “{imported.file_name}”",
    }.get(ImportWork(imported.work), "")
    step = f"{what}: {imported.step[:1].lower()}{imported.step[1:]}" if imported.step else what
    return {"what": step, "done": imported.done, "state": "running" if imported.lease_until else "queued"}


def _kind(kind: str, severity: str, count: int, rows: int) -> KindOfProblem:
    is_error = severity == ERROR
    if kind in QUESTIONS:
        return KindOfProblem(kind, QUESTIONS[kind].word, count, False, rows, is_error, QUESTIONS[kind].answers)
    word = REPAIRS.get(kind, "Chỗ chỉ người biết mới sửa được")
    return KindOfProblem(kind, word, count, bool(kind) and not is_error, rows, is_error, {})


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")

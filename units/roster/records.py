"""The values a roster is read into. All frozen; days are calendar days of Asia/Ho_Chi_Minh.

Not here: how they are read (`checks`), how they are compared with what is stored (`comparison`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from vietnamese.text import clean, fold
from vietnamese.tones import tone_key

UNIT_SHEET = "Tổ chức đảng"
MEMBER_SHEET = "Đảng viên"

WARNING = "warning"  # a repair is proposed and unambiguous
ERROR = "error"  # only a person can settle it
NOTICE = "notice"  # worth a look, stands in nobody's way

ABOUT_UNIT, ABOUT_MEMBER, ABOUT_SHEET = "unit", "member", "sheet"


FaultKey = tuple[str, int, str, str, str, int]  # about, row, column, kind, value, whose: as they are stored


def storable(text: str) -> str:
    """Without what a database cannot hold."""
    return text if text.isprintable() else text.replace("\x00", "").encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, one line. `row` counts as the spreadsheet shows it, from 1; 0 = the whole sheet."""

    sheet: str
    row: int
    column: str
    value: str
    message: str
    severity: str
    about: str
    kind: str = ""  # a key of `REPAIRS`; "" where nothing is proposed
    proposal: str = ""  # what the cell would become, where that is one value
    whose: int = 0  # primary key of the stored member a question is about; an answer about him holds for no namesake

    @property
    def key(self) -> FaultKey:
        """Tells this problem from every other of the file, and stays the same when the file is read again."""
        return self.about, self.row, self.column[:255], self.kind, storable(self.value)[:255], self.whose


REPAIRS: Mapping[str, str] = MappingProxyType(
    {
        "nfd": "Viết dấu rời (Unicode tổ hợp)",
        "spaces": "Thừa khoảng trắng",
        "hidden": "Có ký tự ẩn",
        "capitals": "Viết hoa chưa đúng",
        "note": "Lẫn ghi chú trong họ tên",
        "honorific": "Lẫn xưng hô “đồng chí”",
        "letter_d": "Chữ Đ gõ bằng ký tự khác",
        "several": "Nhiều chỗ trong một ô",
        "day_text": "Ngày ghi dạng chữ hoặc số",
        "year_text": "Năm sinh ghi dạng chữ",
        "phone": "Số điện thoại viết chưa chuẩn",
        "status": "Chưa ghi tình trạng",
        "word": "Viết khác danh mục",
        "unit_spelling": "Tên đơn vị viết khác danh sách",
        "unknown_unit": "Không có đơn vị này, có tên gần giống",
        "post_unit": "Chức vụ chưa ghi đơn vị",
        "swapped": "Ghi ngược cột họ tên và đơn vị",
        "duplicate": "Dòng lặp lại",
        "forbidden": "Cột không được thu thập",
    }
)

WHO, OTHER_NAME, TWIN_UNIT = "who", "other_name", "twin_unit"
SAME, ANOTHER = "same", "another"


@dataclass(frozen=True, slots=True)
class Question:
    """A problem that a person answers: what it is called, and the answers it takes, `SAME` or `ANOTHER` → their word."""

    word: str
    answers: Mapping[str, str]


QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        WHO: Question("Trùng tên, có thể là người khác", {SAME: "Cùng một người", ANOTHER: "Người khác"}),
        OTHER_NAME: Question("Cùng mã, tên đơn vị khác hẳn", {SAME: "Đổi tên"}),
        TWIN_UNIT: Question("Cùng tên đơn vị, mã khác", {ANOTHER: "Đơn vị khác"}),
    }
)


class ClosedList:
    """A closed list that a sheet writes as words: label → stored value, whatever the case and marks."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """`values`: label as the office writes it → stored value."""
        self.labels = tuple(values)
        self._values = {fold(label): value for label, value in values.items()}
        self._labels = {value: label for label, value in values.items()}

    def find(self, text: str) -> str | None:
        """The stored value, or None for a word that is not in the list."""
        return self._values.get(fold(text))

    def writes(self, text: str, value: str) -> bool:
        """Whether `text` is the word of `value`, whatever the case and the place of a tone mark, or without any mark as
        whole rosters are typed ("chinh thuc"). "Chính thúc" is not: its marks are those of another word.
        """
        return tone_key(text) == tone_key(self.label_of(value)) or clean(text).casefold() == fold(text)

    def label_of(self, value: str) -> str:
        """The word of a stored value; "" for one that is not in the list."""
        return self._labels.get(value, "")


@dataclass(frozen=True, slots=True)
class Guidance:
    """What a person said about one file: how to read it and what to leave out. Nothing said = the terminal's way.

    words: (sheet of units?, header key) → field, the ward's own names of columns ("" = not to be read).
    layouts: sheet → (sheet of units?, header's row or 0 for none, field → column from 0).
    corrections: row of the members' sheet → field → what the cell should say.
    passed: problems (`Problem.key`) of members' rows that are left out for them; a problem that is there no longer leaves
    nothing out. is_part: the file is no whole roster, so nobody leaves and no unit closes.
    same, another: questions (`Problem.key` of a kind of `QUESTIONS`) answered so.
    keeps_spelling: a name that differs from the stored one by the place of a tone mark alone stays as it is stored.
    """

    words: Mapping[tuple[bool, str], str] = field(default_factory=dict)
    layouts: Mapping[str, tuple[bool, int, Mapping[str, int]]] = field(default_factory=dict)
    corrections: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    passed: frozenset[FaultKey] = frozenset()
    same: frozenset[FaultKey] = frozenset()
    another: frozenset[FaultKey] = frozenset()
    is_part: bool = False
    keeps_spelling: bool = False


NO_GUIDANCE = Guidance()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The closed lists of the roster, and the stored values this package must know by meaning."""

    kinds: ClosedList
    blocks: ClosedList
    statuses: ClosedList
    ward_kind: str
    default_status: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as the sheet has it; `parent` is the code of the unit above, "" for the root."""

    row: int
    code: str
    name: str
    kind: str
    parent: str
    block: str
    cluster: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A title held in a unit (its code)."""

    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class ExemptionRow:
    """Miễn công tác và sinh hoạt đảng: `first_day` and `last_day` both inclusive, None = not stated / open."""

    decision: str
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member as the sheet has him, repairs applied; `unit` is a code, `since` the first day there."""

    row: int
    name: str
    birth_year: int | None
    unit: str
    posts: tuple[Post, ...]
    status: str
    exemption: ExemptionRow | None
    email: str
    phone: str
    since: date | None


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """What could still be told of a row that is not imported: whoever it may mean is not struck off."""

    row: int
    name: str
    birth_year: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole file. A file may hold only one of the two sheets."""

    units: tuple[UnitRow, ...]
    members: tuple[MemberRow, ...]
    left_out: tuple[LeftOutRow, ...]
    problems: tuple[Problem, ...]
    has_units: bool
    has_members: bool

"""The values a roster is read into. All frozen; days are calendar days of Asia/Ho_Chi_Minh.

Not here: how they are read (`checks`), how they are compared with what is stored (`comparison`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vietnamese.text import fold

UNIT_SHEET = "Tổ chức đảng"
MEMBER_SHEET = "Đảng viên"

WARNING = "warning"  # a repair is proposed and unambiguous
ERROR = "error"  # only a person can settle it
NOTICE = "notice"  # worth a look, stands in nobody's way

ABOUT_UNIT, ABOUT_MEMBER, ABOUT_SHEET = "unit", "member", "sheet"


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


class ClosedList:
    """A closed list that a sheet writes as words: label → stored value, whatever the case and marks."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """`values`: label as the office writes it → stored value."""
        self.labels = tuple(values)
        self._values = {fold(label): value for label, value in values.items()}

    def find(self, text: str) -> str | None:
        """The stored value, or None for a word that is not in the list."""
        return self._values.get(fold(text))


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

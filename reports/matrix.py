"""The compliance matrix as values: which word stands in each cell, how rows are grouped, ordered and filtered.

Pure: takes the figures of `reports.figures.collect_matrix`, gives rows to `matrix_html` and `matrix_workbook`.
Not here: the counts themselves, the HTML, the XLSX.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from interface.wording import left_in_words
from reports.tallies import MatrixRequirement, MatrixSheet, MatrixUnit, Tally, total_of
from vietnamese.text import fold


class CellState(StrEnum):
    """What a cell says, in the order in which one hides the other (worst first)."""

    OVERDUE = "late"
    SOON = "soon"
    RETURNED = "back"
    WAITING = "review"
    OPEN = "idle"
    AWAITING_EVENT = "event"
    ACCEPTED = "ok"
    ACCEPTED_LATE = "oklate"
    WAIVED = "exempt"


class Grouping(StrEnum):
    """What the rows are grouped by."""

    BLOCK = "khoi"
    CLUSTER = "cum"


class Order(StrEnum):
    """Order of the units inside a group."""

    WORST = "nang"
    ROSTER = "so"


# Filter chips: which units have at least one cell of that kind.
STATE_FILTERS: Final = ("qua-han", "sap-han", "cho-duyet", "tra-lai")


@dataclass(frozen=True, slots=True)
class CellDates:
    """What a cell's own obligations add to the figures: the nearest open deadline (exclusive, None = none fixed), and
    whether somebody still has to declare the date of an event first."""

    due_at: datetime | None = None
    awaits_event: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `state` chooses glyph and tint, `words` stand beside the glyph."""

    state: CellState
    words: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One unit; `cells` in the order of the columns, None = not addressed ("·"). `total` adds the row up."""

    unit: MatrixUnit
    total: Tally
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """A khối or cụm with its units; `late_units` counts those with something overdue."""

    key: str
    name: str
    rows: tuple[MatrixRow, ...]
    late_units: int


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """A requirement with what the shown units did about it."""

    requirement: MatrixRequirement
    total: Tally


@dataclass(frozen=True, slots=True)
class MatrixFilter:
    """What the reader asked for; "" = everything. `text` is compared without marks and case."""

    grouping: Grouping = Grouping.BLOCK
    order: Order = Order.WORST
    group: str = ""
    state: str = ""
    text: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str]) -> MatrixFilter:
        """From the parameters of a page; what it does not know it takes as "everything"."""
        grouping = params.get("gop", "")
        order = params.get("xep", "")
        state = params.get("trang_thai", "")
        return cls(
            grouping=Grouping(grouping) if grouping in set(Grouping) else Grouping.BLOCK,
            order=Order(order) if order in set(Order) else Order.WORST,
            group=params.get("nhom", ""),
            state=state if state in STATE_FILTERS else "",
            text=params.get("q", "").strip(),
        )


@dataclass(frozen=True, slots=True)
class Matrix:
    """The page: columns, groups of rows, how many units have what (`counts`, before the state filter)."""

    at: datetime
    columns: tuple[MatrixColumn, ...]
    groups: tuple[MatrixGroup, ...]
    counts: Mapping[str, int]

    @property
    def shown(self) -> int:
        """Number of units shown."""
        return sum(len(group.rows) for group in self.groups)


def build_matrix(
    sheet: MatrixSheet,
    dates: Mapping[tuple[int, int], CellDates],
    group_names: Mapping[str, str],
    wanted: MatrixFilter,
) -> Matrix:
    """Rows for `sheet`. `group_names` gives key → name in the order of the groups; a unit without one comes last."""
    words = _Words(sheet.at)
    rows = []
    needle = fold(wanted.text)
    for unit in sheet.units:
        if wanted.group and _group_key(unit, wanted.grouping) != wanted.group:
            continue
        if needle and needle not in fold(f"{unit.name} {unit.code}"):
            continue
        tallies = [sheet.cells.get((unit.pk, requirement.pk)) for requirement in sheet.requirements]
        cells = tuple(
            None if tally is None else words.cell(tally, requirement, dates.get((unit.pk, requirement.pk), _NO_DATES))
            for tally, requirement in zip(tallies, sheet.requirements, strict=True)
        )
        rows.append(MatrixRow(unit, total_of(tally for tally in tallies if tally), cells))
    counts = {"": len(rows)} | {name: sum(_has(row.total, name) for row in rows) for name in STATE_FILTERS}
    if wanted.state:
        rows = [row for row in rows if _has(row.total, wanted.state)]
    shown = {row.unit.pk for row in rows}
    columns = tuple(
        MatrixColumn(
            requirement,
            total_of(
                tally for (unit, column), tally in sheet.cells.items() if column == requirement.pk and unit in shown
            ),
        )
        for requirement in sheet.requirements
    )
    return Matrix(sheet.at, columns, tuple(_groups(rows, group_names, wanted)), counts)


def cell_of(tally: Tally, requirement: MatrixRequirement, dates: CellDates, at: datetime) -> Cell:
    """The one cell for `tally` at `at`: a party of one says its state, a party of many how many handed in of how many."""
    return _Words(at).cell(tally, requirement, dates)


_NO_DATES: Final = CellDates()


class _Words:
    """Makes cells; the few distinct deadlines of a page are put into words once."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._left: dict[datetime, str] = {}

    def cell(self, tally: Tally, requirement: MatrixRequirement, dates: CellDates) -> Cell:
        state = self._state(tally, dates)
        if tally.required > 1 or (requirement.kind == "ESSAY" and tally.required):
            return Cell(state, f"{tally.submitted}/{tally.required}")
        return Cell(state, self._word(state, dates.due_at or requirement.due_at))

    def _state(self, tally: Tally, dates: CellDates) -> CellState:
        if not tally.required:
            return CellState.WAIVED
        if tally.overdue:
            return CellState.OVERDUE
        if tally.soon:
            return CellState.SOON
        if tally.returned:
            return CellState.RETURNED
        if tally.waiting:
            return CellState.WAITING
        if tally.is_complete:
            return CellState.ACCEPTED_LATE if tally.late else CellState.ACCEPTED
        return CellState.AWAITING_EVENT if dates.awaits_event else CellState.OPEN

    def _word(self, state: CellState, due_at: datetime | None) -> str:
        fits = due_at is not None and (due_at <= self._at) == (state is CellState.OVERDUE)
        if state in (CellState.OVERDUE, CellState.SOON) and due_at is not None and fits:
            if due_at not in self._left:
                self._left[due_at] = left_in_words(due_at, self._at)
            return self._left[due_at]
        return _WORDS[state]


_WORDS: Final[Mapping[CellState, str]] = {
    CellState.OVERDUE: "Quá hạn",
    CellState.SOON: "Sắp hạn",
    CellState.RETURNED: "Trả lại",
    CellState.WAITING: "Chờ duyệt",
    CellState.OPEN: "Chưa nộp",
    CellState.AWAITING_EVENT: "Chờ ngày",
    CellState.ACCEPTED: "Đạt",
    CellState.ACCEPTED_LATE: "Đạt, muộn",
    CellState.WAIVED: "Miễn",
}


def _has(tally: Tally, state: str) -> bool:
    return bool({
        "qua-han": tally.overdue,
        "sap-han": tally.soon,
        "cho-duyet": tally.waiting,
        "tra-lai": tally.returned,
    }[state])  # fmt: skip


def _group_key(unit: MatrixUnit, grouping: Grouping) -> str:
    if grouping == Grouping.BLOCK:
        return unit.block
    return "" if unit.cluster_id is None else str(unit.cluster_id)


def _groups(rows: Iterable[MatrixRow], group_names: Mapping[str, str], wanted: MatrixFilter) -> Iterable[MatrixGroup]:
    members: dict[str, list[MatrixRow]] = {}
    for row in rows:
        members.setdefault(_group_key(row.unit, wanted.grouping), []).append(row)
    for key in [key for key in group_names if key in members] + [key for key in members if key not in group_names]:
        inside = members[key]
        if wanted.order == Order.WORST:
            # sorted() is stable: equals keep the order of the roster
            inside = sorted(inside, key=lambda row: (-row.total.overdue, -row.total.soon, -row.total.returned))
        name = group_names.get(key) or (
            "Không thuộc khối nào" if wanted.grouping == Grouping.BLOCK else "Không thuộc cụm nào"
        )
        yield MatrixGroup(key, name, tuple(inside), sum(1 for row in inside if row.total.overdue))

"""The compliance matrix as values: which word stands in each cell, how rows are grouped, ordered and filtered.

Pure: takes the figures of `reports.figures.collect_matrix`, gives rows to `matrix_html` and `matrix_workbook`.
Not here: the counts themselves, the HTML, the XLSX.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from directives.deadlines.periods import first_day_of
from interface.wording import left_in_words
from reports.tallies import ColumnKey, MatrixRequirement, MatrixSheet, MatrixUnit, Tally
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

    __hash__ = str.__hash__  # asked for each of 12,000 cells; Enum's own is written in Python


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
    """What a cell's own obligations add to the figures: the nearest open deadline (exclusive, None = none fixed), whether
    somebody still has to declare the date of an event first, and by when the first of those returned is to come again."""

    due_at: datetime | None = None
    awaits_event: bool = False
    again_by: datetime | None = None


class Cell:
    """One cell: `state` chooses glyph and tint, `words` (ours, never people's) stand beside the glyph.

    A plain class, because a frozen dataclass takes three times as long to make.
    """

    __slots__ = ("state", "words")

    def __init__(self, state: CellState, words: str) -> None:
        self.state = state
        self.words = words


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One unit; `cells` in the order of the columns, None = not addressed ("·"). The counts add the whole row up."""

    unit: MatrixUnit
    cells: tuple[Cell | None, ...]
    overdue: int
    soon: int
    waiting: int
    returned: int


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """A khối or cụm with its units; `late_units` counts those with something overdue."""

    key: str
    name: str
    rows: tuple[MatrixRow, ...]
    late_units: int


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """A requirement with what the shown units did about it; `required` is the honest denominator."""

    requirement: MatrixRequirement
    accepted: int
    required: int
    missing: int
    extended_to: datetime | None = None
    """The nearest deadline still owed (exclusive), when everybody who owes was given a later one than the requirement's."""


@dataclass(frozen=True, slots=True)
class MatrixFilter:
    """What the reader asked for; "" = everything. `text` is compared without marks and case."""

    grouping: Grouping = Grouping.BLOCK
    order: Order = Order.WORST
    group: str = ""
    state: str = ""
    text: str = ""
    period: str = ""
    """Only this period of every series; "": periods that need somebody, and the latest of each series."""
    directive: int | None = None
    """Only what this paper asks: taken from the obligations before they are counted."""
    requirement: int | None = None
    """Only this requirement and the units it reaches (of a series, the period `of_period`), taken the same way."""
    of_period: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str]) -> MatrixFilter:
        """From the parameters of a page; what it does not know it takes as "everything"."""
        grouping = params.get("gop", "")
        order = params.get("xep", "")
        state = params.get("trang_thai", "")
        requirement, _, of_period = params.get("yeu_cau", "").partition("/")
        return cls(
            grouping=Grouping(grouping) if grouping in set(Grouping) else Grouping.BLOCK,
            order=Order(order) if order in set(Order) else Order.WORST,
            group=params.get("nhom", ""),
            state=state if state in STATE_FILTERS else "",
            text=params.get("q", "").strip(),
            period=params.get("ky", ""),
            directive=_key(params.get("van_ban", "")),
            requirement=_key(requirement),
            of_period=of_period[:40],
        )


def _key(written: str) -> int | None:
    """A key out of an address; at most nine digits fit the database's integer."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 9 else None


@dataclass(frozen=True, slots=True)
class Matrix:
    """The page: columns, groups of rows, how many units have what (`counts`, before the state filter)."""

    at: datetime
    columns: tuple[MatrixColumn, ...]
    groups: tuple[MatrixGroup, ...]
    counts: Mapping[str, int]
    periods: tuple[str, ...] = ()
    """Every period of the series, the latest first: what may be chosen."""

    @property
    def shown(self) -> int:
        """Number of units shown."""
        return sum(len(group.rows) for group in self.groups)


def build_matrix(
    sheet: MatrixSheet,
    dates: Mapping[tuple[int, ColumnKey], CellDates],
    group_names: Mapping[str, str],
    wanted: MatrixFilter,
) -> Matrix:
    """Rows for `sheet`, papers by their nearest deadline still owed. `group_names` gives key → name in the order of the
    groups; a unit without one comes last.
    """
    periods = {one.period: None for one in reversed(sheet.requirements) if one.period}
    here: set[int] | None = None
    shown = _shown_columns(sheet, wanted.period)
    if len(shown) < len(sheet.requirements):
        sheet = replace(sheet, requirements=shown)
        keys = {one.key for one in shown}
        here = {unit for unit, column in sheet.cells if column in keys}
    sheet = replace(sheet, requirements=_most_urgent_first(sheet.requirements, dates))
    reader = _RowReader(sheet, dates)
    needle = fold(wanted.text)
    read = [
        reader.read(unit)
        for unit in sheet.units
        if (here is None or unit.pk in here)
        and (not wanted.group or _group_key(unit, wanted.grouping) == wanted.group)
        and (not needle or needle in fold(f"{unit.name} {unit.code}"))
    ]
    counts = {"": len(read)} | {name: sum(_has(row, name) for row, *_ in read) for name in STATE_FILTERS}
    if wanted.state:
        read = [one for one in read if _has(one[0], wanted.state)]
    nothing = [0] * len(sheet.requirements)
    sums = [[sum(cells) for cells in zip(nothing, *(one[part] for one in read), strict=True)] for part in (1, 2, 3)]
    nearest = _nearest_owed(dates)
    columns = tuple(
        MatrixColumn(*column, extended_to=_extended_to(column[0], nearest))
        for column in zip(sheet.requirements, *sums, strict=True)
    )
    rows = [row for row, *_ in read]
    return Matrix(
        sheet.at, columns, tuple(_groups(rows, group_names, wanted)), counts, tuple(sorted(periods, key=_newest))
    )


def _newest(period: str) -> tuple[int, str]:
    return (-first_day_of(period).toordinal(), period)


def _shown_columns(sheet: MatrixSheet, period: str) -> tuple[MatrixRequirement, ...]:
    """Without a wish a series shows its latest period, and the earlier ones that somebody still has to see to.

    What was withdrawn stays for those who had handed it in; a column of waivers only is folded away.
    """
    if any(one.withdrawn for one in sheet.requirements):
        handed_in = {column for (_, column), tally in sheet.cells.items() if tally.assigned > tally.waived}
        kept = tuple(one for one in sheet.requirements if not one.withdrawn or one.key in handed_in)
        sheet = replace(sheet, requirements=kept)
    if period:
        return tuple(one for one in sheet.requirements if one.period == period)
    latest = {one.pk: one.key for one in sheet.requirements}
    if len(latest) == len(sheet.requirements):
        return sheet.requirements
    open_ones = {column for (_, column), tally in sheet.cells.items() if tally.required > tally.accepted}
    return tuple(one for one in sheet.requirements if latest[one.pk] == one.key or one.key in open_ones)


def _nearest_owed(dates: Mapping[tuple[int, ColumnKey], CellDates]) -> dict[ColumnKey, datetime]:
    """Column → the nearest deadline of what was not handed in yet, each party's own."""
    nearest: dict[ColumnKey, datetime] = {}
    for (_, key), cell in dates.items():
        if cell.due_at is not None and (key not in nearest or cell.due_at < nearest[key]):
            nearest[key] = cell.due_at
    return nearest


def _extended_to(column: MatrixRequirement, nearest: Mapping[ColumnKey, datetime]) -> datetime | None:
    """See `MatrixColumn.extended_to`."""
    owed = nearest.get(column.key)
    return owed if owed is not None and column.due_at is not None and owed > column.due_at else None


def _most_urgent_first(
    columns: tuple[MatrixRequirement, ...], dates: Mapping[tuple[int, ColumnKey], CellDates]
) -> tuple[MatrixRequirement, ...]:
    """The columns paper by paper: by the nearest deadline of what is still owed (not handed in, or returned and not sent
    again), then those without, as they stood."""
    by_column: dict[ColumnKey, datetime] = {}
    for (_, key), cell in dates.items():
        due_at, again_by = cell.due_at, cell.again_by
        if again_by is not None and (due_at is None or again_by < due_at):
            due_at = again_by
        if due_at is not None and (key not in by_column or due_at < by_column[key]):
            by_column[key] = due_at
    nearest: dict[int, datetime] = {}
    for one in columns:
        due_at, paper = by_column.get(one.key), one.directive_id
        if due_at is not None and (paper not in nearest or due_at < nearest[paper]):
            nearest[paper] = due_at
    owed = [one for one in columns if one.directive_id in nearest]
    rest = [one for one in columns if one.directive_id not in nearest]
    return (*sorted(owed, key=lambda one: nearest[one.directive_id]), *rest)


def cell_of(tally: Tally, requirement: MatrixRequirement, dates: CellDates, at: datetime) -> Cell:
    """The one cell for `tally` at `at`: a party of one says its state, a party of many how many handed in of how many."""
    unit = MatrixUnit(0, "", "", "", "", None)
    sheet = MatrixSheet(at, (unit,), (requirement,), {(0, requirement.key): tally})
    cell = _RowReader(sheet, {(0, requirement.key): dates}).read(unit)[0].cells[0]
    if cell is None:
        raise ValueError("a cell with a tally is always addressed")
    return cell


_NO_DATES: Final = CellDates()
# A row, and for each of its columns what was accepted, required and is missing.
_ReadRow = tuple["MatrixRow", list[int], list[int], list[int]]


class _RowReader:
    """Turns the tallies of a unit into cells.

    12,000 of them must cost no more than writing them down (`benchmarks/compliance_matrix.py`): a tally is read once,
    and equal cells are one object.
    """

    def __init__(self, sheet: MatrixSheet, dates: Mapping[tuple[int, ColumnKey], CellDates]) -> None:
        self._at = sheet.at
        self._tallies = sheet.cells
        self._dates = dates
        self._columns = [(one.key, one.kind == "ESSAY", one.due_at) for one in sheet.requirements]
        self._said = {state: Cell(state, word) for state, word in _WORDS.items()}
        self._counted: dict[str, dict[tuple[int, int], Cell]] = {state: {} for state in CellState}
        self._dated: dict[tuple[bool, datetime], Cell] = {}

    def read(self, unit: MatrixUnit) -> _ReadRow:
        """The row of `unit` with the numbers its columns add up."""
        pk, tallies = unit.pk, self._tallies
        cells: list[Cell | None] = []
        done: list[int] = []
        owed: list[int] = []
        open_: list[int] = []
        row_overdue = row_soon = row_waiting = row_returned = 0
        for column, is_essay, due_at in self._columns:
            key = (pk, column)
            tally = tallies.get(key)
            if tally is None:
                cells.append(None)
                done.append(0)
                owed.append(0)
                open_.append(0)
                continue
            submitted, accepted, returned, overdue, soon = (
                tally.submitted, tally.accepted, tally.returned, tally.overdue, tally.soon,
            )  # fmt: skip
            required = tally.assigned - tally.waived
            waiting = submitted - accepted - returned
            done.append(accepted)
            owed.append(required)
            open_.append(required - submitted)
            row_overdue += overdue
            row_soon += soon
            row_waiting += waiting
            row_returned += returned
            if not required:
                state = _WAIVED
            elif overdue:
                state = _OVERDUE
            elif soon:
                state = _SOON
            elif returned:
                state = _RETURNED
            elif waiting:
                state = _WAITING
            elif accepted == required:
                state = _ACCEPTED_LATE if tally.late else _ACCEPTED
            else:
                state = _OPEN
            if required > 1 or (is_essay and required):
                known = self._counted[state]
                cell = known.get((submitted, required)) or self._count(known, state, submitted, required)
            elif state is _OVERDUE or state is _SOON or state is _OPEN:
                cell = self._date(state, self._dates.get(key, _NO_DATES), due_at)
            else:
                cell = self._said[state]
            cells.append(cell)
        row = MatrixRow(unit, tuple(cells), row_overdue, row_soon, row_waiting, row_returned)
        return row, done, owed, open_

    def _count(self, known: dict[tuple[int, int], Cell], state: CellState, submitted: int, required: int) -> Cell:
        cell = known[submitted, required] = Cell(state, f"{submitted}/{required}")
        return cell

    def _date(self, state: CellState, dates: CellDates, due_at: datetime | None) -> Cell:
        """Days left or past, where the deadline fits the figure; else the plain word."""
        if state is _OPEN:
            return self._said[CellState.AWAITING_EVENT if dates.awaits_event else _OPEN]
        due_at = dates.due_at or due_at
        past = state is _OVERDUE
        if due_at is None or (due_at <= self._at) != past:
            return self._said[state]
        cell = self._dated.get((past, due_at))
        if cell is None:
            cell = self._dated[past, due_at] = Cell(state, left_in_words(due_at, self._at))
        return cell


_OVERDUE, _SOON, _RETURNED, _WAITING = CellState.OVERDUE, CellState.SOON, CellState.RETURNED, CellState.WAITING
_OPEN, _ACCEPTED, _ACCEPTED_LATE, _WAIVED = (
    CellState.OPEN, CellState.ACCEPTED, CellState.ACCEPTED_LATE, CellState.WAIVED,
)  # fmt: skip
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


def _has(row: MatrixRow, state: str) -> bool:
    numbers = {"qua-han": row.overdue, "sap-han": row.soon, "cho-duyet": row.waiting, "tra-lai": row.returned}
    return numbers[state] > 0


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
            inside = sorted(inside, key=lambda row: (-row.overdue, -row.soon, -row.returned))
        name = group_names.get(key) or (
            "Không thuộc khối nào" if wanted.grouping == Grouping.BLOCK else "Không thuộc cụm nào"
        )
        yield MatrixGroup(key, name, tuple(inside), sum(1 for row in inside if row.overdue))

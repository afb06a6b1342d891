"""A file's grids → `Roster`: which sheet is which, units before members, problems in reading order.

Not here: opening the file (`units.spreadsheets`), what is already stored (`comparison`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from units.roster.columns import LAST_HEADER_ROW, Header, find_header, labels_of, required_of
from units.roster.faults import Faults
from units.roster.member_rows import MemberReader, MemberSheet
from units.roster.names import UnitIndex
from units.roster.records import (
    ABOUT_MEMBER,
    ABOUT_SHEET,
    ABOUT_UNIT,
    ERROR,
    MEMBER_SHEET,
    NO_GUIDANCE,
    NOTICE,
    UNIT_SHEET,
    WARNING,
    Guidance,
    LeftOutRow,
    Problem,
    Roster,
    UnitRow,
    Vocabulary,
)
from units.roster.unit_rows import read_units

KnownUnit = tuple[str, str, Sequence[str]]


class SheetOfCells(Protocol):
    """What a grid offers: its name, numbered rows, and whether cells carry types (not in CSV)."""

    @property
    def name(self) -> str:
        """Name of the sheet."""

    @property
    def rows(self) -> Iterator[tuple[int, list]]:
        """(row number, cells), once."""

    @property
    def typed(self) -> bool:
        """Whether cells carry types."""


def check_roster(
    grids: Iterable[SheetOfCells],
    *,
    vocabulary: Vocabulary,
    on: date,
    known_units: Sequence[KnownUnit] = (),
    guidance: Guidance = NO_GUIDANCE,
) -> Roster:
    """Read a whole roster.

    `known_units` (code, name, other names) are those already stored: a file with members only is read against them.
    `on` is today: it bounds years of birth. Sheets without a roster header are passed over in silence,
    a file without any is one problem.
    """
    unit_rows: tuple[UnitRow, ...] | None = None
    members: MemberSheet | None = None
    waiting: tuple[SheetOfCells, Header, list] | None = None
    problems: list[Problem] = []
    seen: list[str] = []

    def read_members(grid: SheetOfCells, header: Header, rows: Iterable) -> MemberSheet:
        named = [(u.code, u.name, u.aliases) for u in unit_rows] if unit_rows is not None else known_units
        faults = Faults(grid.name, ABOUT_MEMBER)
        reader = MemberReader(
            header=header,
            index=UnitIndex(named),
            vocabulary=vocabulary,
            faults=faults,
            on=on,
            typed=grid.typed,
            corrections=guidance.corrections,
        )
        sheet = reader.read(rows)
        problems.extend(faults.problems)
        return sheet

    for grid in grids:
        seen.append(grid.name)
        header = _header_of(grid, guidance)
        if header is None:
            continue
        problems.extend(_header_problems(grid.name, header))
        if header.missing:
            continue
        if header.is_units and unit_rows is None:
            faults = Faults(grid.name, ABOUT_UNIT)
            unit_rows = read_units(grid.rows, header, vocabulary, faults)
            problems.extend(faults.problems)
        elif not header.is_units and members is None and waiting is None:
            if unit_rows is not None:
                members = read_members(grid, header, grid.rows)
            else:  # the units may stand in a later sheet
                waiting = (grid, header, list(grid.rows))
    if waiting is not None:
        members = read_members(*waiting)
    if unit_rows is None and members is None and not problems:
        problems.append(_no_header(seen))
    return Roster(
        units=unit_rows or (),
        members=tuple(members.members) if members else (),
        left_out=tuple(members.left_out) if members else (),
        problems=tuple(problems),
        has_units=unit_rows is not None,
        has_members=members is not None,
    )


def settled(roster: Roster, *, accept_fixes: bool, skip_faulty: bool) -> tuple[Roster, tuple[Problem, ...]]:
    """The roster as the office decided about its problems, and the problems still in the way.

    Notices stand in nobody's way. `accept_fixes`: proposed repairs stand. `skip_faulty`: rows of members that still have a problem
    are left out; faults of units and headers cannot be passed over.
    """
    passed_over = {NOTICE, WARNING} if accept_fixes else {NOTICE}
    standing = [problem for problem in roster.problems if problem.severity not in passed_over]
    if not skip_faulty:
        return roster, tuple(standing)
    member_rows = {problem.row for problem in standing if problem.about == ABOUT_MEMBER}
    in_the_way = tuple(problem for problem in standing if problem.about != ABOUT_MEMBER)
    return without_rows(roster, member_rows), in_the_way


def without_rows(roster: Roster, rows: Container[int]) -> Roster:
    """The roster without these rows of members; whoever they may mean is not struck off."""
    dropped = [m for m in roster.members if m.row in rows]
    if not dropped:
        return roster
    return replace(
        roster,
        members=tuple(m for m in roster.members if m.row not in rows),
        left_out=(*roster.left_out, *(LeftOutRow(m.row, m.name, m.birth_year, m.unit) for m in dropped)),
    )


def _header_of(grid: SheetOfCells, guidance: Guidance) -> Header | None:
    """The header of a sheet, its rows consumed up to and including it; None when it has none."""
    if grid.name in guidance.layouts:
        is_units, header_row, columns = guidance.layouts[grid.name]
        missing = tuple(labels_of(is_units)[field] for field in required_of(is_units) if field not in columns)
        for row, _ in grid.rows if header_row else ():
            if row >= header_row:
                break
        return Header(is_units, header_row, columns, missing, ())
    for row, cells in grid.rows:
        header = find_header(row, cells, guidance.words)
        if header is not None or row >= LAST_HEADER_ROW:
            return header
    return None


def _header_problems(sheet: str, header: Header) -> list[Problem]:
    """Missing columns and columns that must not be collected."""
    problems = []
    if header.missing:
        names = ", ".join(f"“{name}”" for name in header.missing)
        message = f"Dòng tiêu đề thiếu cột {names}; thêm cột rồi nhập lại."
        problems.append(Problem(sheet, header.row, "", "", message, ERROR, ABOUT_SHEET))
    for name in header.forbidden:
        message = f"Cổng không thu thập “{name}” (tối thiểu hóa dữ liệu); đề nghị bỏ cột này, nội dung của cột không được đọc."
        problems.append(Problem(sheet, header.row, name, name, message, WARNING, ABOUT_SHEET, "forbidden"))
    return problems


def _no_header(sheets: list[str]) -> Problem:
    message = (
        f"Không thấy dòng tiêu đề của danh sách: sheet “{UNIT_SHEET}” cần các cột Mã, Tên đơn vị, Loại; "
        f"sheet “{MEMBER_SHEET}” cần các cột Họ và tên, Đơn vị sinh hoạt."
    )
    return Problem(", ".join(sheets), 0, "", "", message, ERROR, ABOUT_SHEET)

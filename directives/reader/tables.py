"""Tables of duties: with bars, with tabs, or run out into one cell a line.

A table is used when its head names a column of work and one of times or doers.
Not here: what a row asks (`duties.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from directives.reader.layout import Line, is_noise
from vietnamese.text import fold

_ROLES = {
    "when": ("thoi gian", "thoi han", "han nop", "han", "hoan thanh", "tien do", "ngay"),
    "who": ("don vi", "chu tri", "phu trach", "co quan", "nguoi", "thuc hien", "doi tuong", "chi bo", "to chuc dang"),
    "what": (
        "noi dung",
        "cong viec",
        "nhiem vu",
        "hoat dong",
        "ten viec",
        "viec",
        "san pham",
        "chi tieu",
        "ho so",
        "hang muc",
    ),
}
# "Đơn vị tính" heads a column of a form to be filled in, never of doers.
_UNITS_OF_MEASURE = ("don vi tinh", "dvt")
_NUMBER_HEADS = ("stt", "tt", "so tt", "so thu tu")
_SEPARATOR = re.compile(r"[\s|:-]+")
_MOST_COLUMNS = 9


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's words and place in the reading text."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table of duties; a column the table lacks is None."""

    what: Cell
    who: Cell | None
    when: Cell | None
    start: int
    end: int


def take_tables(lines: list[Line]) -> tuple[list[Row], set[int]]:
    """The rows of all tables, and the indexes of the lines they took."""
    rows: list[Row] = []
    taken: set[int] = set()
    at = 0
    while at < len(lines):
        end = _barred(lines, at, rows) or _one_cell_a_line(lines, at, rows)
        if end > at:
            taken.update(range(at, end))
            at = end
        else:
            at += 1
    return rows, taken


def _cells(line: Line) -> list[Cell]:
    separator = "|" if line.text.count("|") >= 2 else "\t" if "\t" in line.text.strip() else ""
    if not separator:
        return []
    found, at = [], 0
    for part in line.text.split(separator):
        stripped = part.strip()
        found.append(Cell(stripped, line.start + at + (len(part) - len(part.lstrip()) if stripped else 0)))
        at += len(part) + 1
    if separator == "|":
        found = found[1 if not found[0].text else 0 :]
        found = found[: -1 if found and not found[-1].text else None]
    return found if 2 <= len(found) <= _MOST_COLUMNS else []


def _roles(heads: list[str]) -> dict[str, int]:
    """Column numbers by role; a role goes to the first column that names it, times before doers before work."""
    found: dict[str, int] = {}
    for role, words in _ROLES.items():
        for at, head in enumerate(heads):
            folded = fold(head)
            if any(word in folded for word in _UNITS_OF_MEASURE):
                continue
            if at not in found.values() and any(word in folded for word in words):
                found[role] = at
                break
    return found if "what" in found and len(found) > 1 else {}


def _barred(lines: list[Line], at: int, rows: list[Row]) -> int:
    heads = _cells(lines[at])
    roles = _roles([cell.text for cell in heads])
    if not roles:
        return 0
    end = at + 1
    while end < len(lines):
        line = lines[end]
        cells = _cells(line)
        if cells and not _SEPARATOR.fullmatch(line.text):
            if len(cells) > max(roles.values()):
                _add(rows, cells, roles, heads)
        elif not (_SEPARATOR.fullmatch(line.text) and line.text.strip()):
            break
        end += 1
    return end


def _one_cell_a_line(lines: list[Line], at: int, rows: list[Row]) -> int:
    """ "STT", "Nội dung", "Đơn vị", "Thời gian", "1", …: one cell a line, each row opened by its number."""
    if fold(lines[at].text) not in _NUMBER_HEADS:
        return 0
    full = [index for index in range(at, min(len(lines), at + 2000)) if not lines[index].is_blank]
    heads = 1
    while heads < min(len(full), _MOST_COLUMNS) and lines[full[heads]].text.strip() != "1":
        heads += 1
    roles = _roles([lines[index].text for index in full[:heads]])
    if not roles or heads >= len(full) or lines[full[heads]].text.strip() != "1":
        return 0
    place, number = heads, 1
    while place + heads <= len(full) and lines[full[place]].text.strip() == str(number):
        cells = [_cell(lines[index]) for index in full[place : place + heads]]
        if any(is_noise(lines[index]) for index in full[place + 1 : place + heads]):
            break
        _add(rows, cells, roles, [_cell(lines[index]) for index in full[:heads]])
        place += heads
        number += 1
    return full[place - 1] + 1


def _cell(line: Line) -> Cell:
    return Cell(line.text.strip(), line.start + len(line.text) - len(line.text.lstrip()))


def _add(rows: list[Row], cells: list[Cell], roles: dict[str, int], heads: list[Cell]) -> None:
    def cell(role: str) -> Cell | None:
        at = roles.get(role)
        return cells[at] if at is not None and at < len(cells) and cells[at].text else None

    what = cell("what")
    if what is not None and not any(char.isalpha() for char in what.text):
        what = Cell(f"{heads[roles['what']].text}: {what.text}", what.start)  # "Chỉ tiêu: 3"
    if what is None or not (cell("who") or cell("when")):
        return
    rows.append(Row(what, cell("who"), cell("when"), cells[0].start, cells[-1].end))

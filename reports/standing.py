"""How units stand beside each other: the cluster lead's list, the board for all units. Values out of one matrix sheet.

Not here: the counting (`figures.py`), the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reports.overview import bar_counts, block_names
from reports.tallies import MatrixSheet, MatrixUnit, Tally, total_of
from units.directory import heads_of
from units.models import Appointment, Unit


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """One unit with the sum of its running duties."""

    unit: MatrixUnit
    tally: Tally
    head: Appointment | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """Parts of its bar; they add up to the required ones."""
        return bar_counts(self.tally)


@dataclass(frozen=True, slots=True)
class BoardGroup:
    """A khối with its units."""

    name: str
    tally: Tally
    units: tuple[UnitStanding, ...]


def _standings(sheet: MatrixSheet) -> list[UnitStanding]:
    sums: dict[int, list[Tally]] = {}
    for (unit, _), tally in sheet.cells.items():
        sums.setdefault(unit, []).append(tally)
    return [UnitStanding(unit, total_of(sums[unit.pk])) for unit in sheet.units]


def worst_first(sheet: MatrixSheet, *, day: date) -> list[UnitStanding]:
    """Units by what is overdue, then due soon, then returned, then missing; equals in the order of the roster."""
    found = sorted(
        _standings(sheet),
        key=lambda one: (-one.tally.overdue, -one.tally.soon, -one.tally.returned, -one.tally.missing),
    )
    heads = heads_of(Unit.objects.filter(pk__in=[one.unit.pk for one in found]), day=day) if found else {}
    return [UnitStanding(one.unit, one.tally, heads.get(one.unit.pk)) for one in found]


def board_of(sheet: MatrixSheet) -> list[BoardGroup]:
    """Units by khối, those that did most of their share first; equals in the order of the roster."""
    names, groups = block_names() | {"": "Không thuộc khối nào"}, dict[str, list[UnitStanding]]()
    for one in _standings(sheet):
        if one.tally.required:
            groups.setdefault(one.unit.block, []).append(one)
    return [
        BoardGroup(
            names[block],
            total_of(one.tally for one in groups[block]),
            tuple(sorted(groups[block], key=lambda one: -one.tally.submitted / one.tally.required)),
        )
        for block in names
        if block in groups
    ]

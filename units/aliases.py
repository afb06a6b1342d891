"""The ward's list of other names of its units, with the names that mean two of them.

Not here: adding and removing (`services.catalogues`), who is meant by a file name (app submissions).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from units.models import Unit, UnitAlias
from units.short_names import holds
from vietnamese.text import fold


@dataclass(frozen=True, slots=True)
class AliasLine:
    """One unit with its other names; `clashes` are those that mean another open unit as well (name → its name)."""

    unit: Unit
    aliases: tuple[UnitAlias, ...]
    clashes: tuple[tuple[str, str], ...] = ()


def alias_lines(ward: Unit, *, text: str = "") -> list[AliasLine]:
    """Open units that have other names (with `text`: those whose name, code or other names hold its words).

    In the order of the tree; units with a clash first. Two queries.
    """
    units = list(Unit.objects.filter(ward=ward, closed_on=None).prefetch_related("aliases").order_by("path"))
    holders: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for key in {fold(unit.name), *(fold(alias.name) for alias in unit.aliases.all())}:
            holders[key].append(unit)
    is_searched = bool(fold(text))
    lines = []
    for unit in units:
        aliases = tuple(sorted(unit.aliases.all(), key=lambda alias: alias.name))
        said = fold(" ".join([unit.name, unit.code, *(alias.name for alias in aliases)]))
        if (aliases or is_searched) and holds(text, said):
            lines.append(AliasLine(unit, aliases, tuple(_clashes(unit, aliases, holders))))
    return sorted(lines, key=lambda line: not line.clashes)


def _clashes(unit: Unit, aliases: tuple[UnitAlias, ...], holders: dict[str, list[Unit]]) -> list[tuple[str, str]]:
    found = []
    for name in (unit.name, *(alias.name for alias in aliases)):
        others = [other.name for other in holders[fold(name)] if other.pk != unit.pk]
        found += [(name, other) for other in others]
    return found

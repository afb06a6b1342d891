"""What numbers and codes in the details of a page of entries name: duties, requirements, units, members. A query for each sort a page has.

A name is said only in an entry of the ward the thing belongs to, so that no entry can be made to tell of another ward.
Not here: telling a detail (`audit.telling`), codes of lists of choices (`words.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from audit.telling import MOST_SHOWN
from directives.models import Obligation, Requirement
from units.models import Member, Unit

if TYPE_CHECKING:
    from audit.models import AuditEntry

DUTIES: Final = ("obligation", "obligations", "moved", "released", "taken_back", "exempted")
REQUIREMENTS: Final = ("requirement",)
UNITS: Final = ("unit", "units", "moved")
MEMBERS: Final = ("members",)


@dataclass(frozen=True)
class Names:
    """(ward, number or code) → name; nothing for what is gone."""

    duties: dict[tuple[int, int], str] = field(default_factory=dict)
    requirements: dict[tuple[int, int], str] = field(default_factory=dict)
    units: dict[tuple[int, int | str], str] = field(default_factory=dict)
    members: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass
class _Asked:
    wards: set[int]
    duties: set[int]
    requirements: set[int]
    unit_pks: set[int]
    unit_codes: set[str]
    members: set[int]


def names_of(entries: Iterable[AuditEntry]) -> Names:
    """The names of everything the details of these entries mention by number or code."""
    asked = _Asked(set(), set(), set(), set(), set(), set())
    for entry in entries:
        if entry.ward_id is not None and isinstance(entry.data, dict):
            asked.wards.add(entry.ward_id)
            for key, value in _leaves(entry.data):
                _ask(asked, key, value)
    return Names(_duties(asked), _requirements(asked), _units(asked), _members(asked))


def _ask(asked: _Asked, key: str, value: Any) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        if key in DUTIES:
            asked.duties.add(value)
        elif key in REQUIREMENTS:
            asked.requirements.add(value)
        elif key == "unit":
            asked.unit_pks.add(value)
        elif key in MEMBERS:
            asked.members.add(value)
    elif isinstance(value, str) and key in UNITS:
        asked.unit_codes.add(value)


def _leaves(data: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """(key, value) of every single value, of a long list only those that are shown."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _leaves(value, name)
    elif isinstance(data, list):
        for value in data[:MOST_SHOWN]:
            yield from _leaves(value, key)
    else:
        yield key, data


def _duties(asked: _Asked) -> dict[tuple[int, int], str]:
    if not asked.duties:
        return {}
    found = Obligation.objects.filter(pk__in=asked.duties, ward__in=asked.wards)
    rows = found.select_related("requirement", "member", "unit")
    return {(one.ward_id, one.pk): f"{one.title} của {one.member or one.unit}" for one in rows}


def _requirements(asked: _Asked) -> dict[tuple[int, int], str]:
    if not asked.requirements:
        return {}
    rows = Requirement.objects.filter(pk__in=asked.requirements, directive__ward__in=asked.wards)
    return {
        (one.directive.ward_id, one.pk): f"{one.title}, {one.directive.reference}"
        for one in rows.select_related("directive")
    }


def _units(asked: _Asked) -> dict[tuple[int, int | str], str]:
    names: dict[tuple[int, int | str], str] = {}
    in_wards = Unit.objects.filter(ward__in=asked.wards)
    if asked.unit_pks or asked.unit_codes:
        rows = in_wards.filter(pk__in=asked.unit_pks) | in_wards.filter(code__in=asked.unit_codes)
        for pk, code, name, ward in rows.values_list("pk", "code", "name", "ward_id"):
            names[ward, pk] = names[ward, code] = name
    return names


def _members(asked: _Asked) -> dict[tuple[int, int], str]:
    if not asked.members:
        return {}
    rows = Member.objects.filter(pk__in=asked.members, ward__in=asked.wards)
    return {(ward, pk): name for ward, pk, name in rows.values_list("ward_id", "pk", "full_name")}

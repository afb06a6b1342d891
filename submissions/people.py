"""An index of the people and units of one ward by the keys that names are compared with. Pure: built from values.

Not here: who is meant by a file name (`matching.py`), filling the index from the roster (`directory.py`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from submissions.filenames import canonical_name
from submissions.name_notes import Repair
from vietnamese.text import fold
from vietnamese.tones import tone_key

ORDINARY_POST = "đảng viên"
_ABBREVIATION = re.compile(r"\b(?:CB|ĐB|[A-ZĐ]{2,}(?:[-&][A-ZĐ]{2,})*)\b")
_NUMBER_WORD = re.compile(r"\bso (?=\d)")
_LEADING_ZERO = re.compile(r"\b0+(?=\d)")
_SHORTER = ("Chi bộ ", "Đảng bộ ", "Trường ")


@dataclass(frozen=True, slots=True)
class Post:
    """A post held today; `order` of naming, the Party post first."""

    title: str
    unit_id: int
    order: int = 100


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the Party as far as names need him."""

    id: int
    full_name: str
    unit_id: int
    """Where he is counted, and so where his debt hangs."""
    birth_year: int | None = None
    posts: tuple[Post, ...] = ()
    toned: str = ""
    """`tone_key` of the name, when it is stored already."""
    folded: str = ""
    """`fold` of the name, when it is stored already."""


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit with all the names people use for it."""

    id: int
    code: str
    name: str
    path: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitFound:
    """A unit met under some name."""

    entry: UnitEntry
    spelling: str
    """What goes into the canonical name: the writer's own right name, else the unit's."""
    repairs: tuple[Repair, ...] = ()


def _unit_key(name: str) -> str:
    """ "Chi bộ Tổ dân phố số 05" and "chi bo to dan pho 5" are one."""
    return _LEADING_ZERO.sub("", _NUMBER_WORD.sub("", fold(name)))


@dataclass(frozen=True, slots=True)
class _UnitIndex:
    """Units by id and by every key a name of theirs is met under; asking never changes it."""

    by_id: dict[int, UnitEntry]
    by_name: dict[str, list[tuple[UnitEntry, str, bool]]]
    """(unit, the name, whether the unit itself gives it)."""


@lru_cache(maxsize=8)
def _index_of(units: tuple[UnitEntry, ...]) -> _UnitIndex:
    """The index of these very units, kept as long as they are the same: those of a ward change a few times a year, and
    each upload asks for it.
    """
    by_name: dict[str, list[tuple[UnitEntry, str, bool]]] = defaultdict(list)
    for unit in units:
        for name in dict.fromkeys((unit.name, *unit.aliases)):
            by_name[_unit_key(name)].append((unit, name, True))
    for unit in units:
        for name in _short_names(unit.name):
            key = _unit_key(name)
            if key not in by_name:
                by_name[key].append((unit, name, False))
    return _UnitIndex({unit.id: unit for unit in units}, dict(by_name))


@dataclass(slots=True)
class Directory:
    """Index over persons and units; build once, ask often. Asking never changes it."""

    persons: Sequence[Person]
    units: Sequence[UnitEntry]
    _by_tone: dict[str, list[Person]] = field(init=False)
    _by_fold: dict[str, list[Person]] = field(init=False)
    _of_unit: dict[int, list[Person]] = field(init=False)
    _units: _UnitIndex = field(init=False)

    def __post_init__(self) -> None:
        self._by_tone, self._by_fold, self._of_unit = defaultdict(list), defaultdict(list), defaultdict(list)
        for person in self.persons:
            self._by_tone[person.toned or tone_key(person.full_name)].append(person)
            self._by_fold[person.folded or fold(person.full_name)].append(person)
            for unit_id in {person.unit_id, *(post.unit_id for post in person.posts)}:
                self._of_unit[unit_id].append(person)
        self._units = _index_of(tuple(self.units))

    def unit(self, unit_id: int) -> UnitEntry | None:
        """The unit of this id."""
        return self._units.by_id.get(unit_id)

    def subtree(self, unit_id: int) -> frozenset[int]:
        """Ids of the unit and everything under it."""
        unit = self._units.by_id.get(unit_id)
        if unit is None:
            return frozenset({unit_id})
        return frozenset(other.id for other in self.units if other.path.startswith(unit.path))

    def persons_in(self, unit_ids: Iterable[int]) -> list[Person]:
        """Persons counted or holding a post in the units, each once."""
        return list({person.id: person for unit_id in unit_ids for person in self._of_unit.get(unit_id, ())}.values())

    def bearing(self, full_name: str) -> list[Person]:
        """Persons of exactly this name, wherever its tone signs stand."""
        return self._by_tone.get(tone_key(full_name), [])

    def bearing_without_marks(self, full_name: str) -> list[Person]:
        """Persons whose name is this one when all accents are off."""
        return self._by_fold.get(fold(full_name), [])

    def find_unit(self, text: str, scope: frozenset[int] | None) -> UnitFound | None:
        """The unit meant by a text: a name, an alias or an evident short form; in doubt the one in scope, else none.

        Also the tail behind a comma: "Tổ Toán, Trường THCS Phúc Lợi".
        """
        while text:
            found = self._named(text, scope)
            if found:
                return found
            text = text.partition(", ")[2]
        return None

    def _named(self, text: str, scope: frozenset[int] | None) -> UnitFound | None:
        entries = self._units.by_name.get(_unit_key(text), [])
        if len({unit.id for unit, _, _ in entries}) > 1 and scope is not None:
            entries = [entry for entry in entries if entry[0].id in scope]
        if len({unit.id for unit, _, _ in entries}) != 1:
            return None
        for unit, name, is_given in entries:
            if is_given and tone_key(name) == tone_key(text):
                abbreviated = _abbreviations(name) - _abbreviations(unit.name)
                return UnitFound(unit, unit.name if abbreviated else text, (Repair.UNIT_ALIAS,) if abbreviated else ())
        unit, name, is_given = entries[0]
        is_same_name = is_given and fold(name) == fold(text)
        return UnitFound(
            unit, name if is_same_name else unit.name, (Repair.MARKS if is_same_name else Repair.UNIT_ALIAS,)
        )


def _abbreviations(name: str) -> set[str]:
    return set(_ABBREVIATION.findall(name))


def _short_names(name: str) -> list[str]:
    """ "Chi bộ Trường THCS Phúc Lợi" → "Trường THCS Phúc Lợi", "THCS Phúc Lợi"."""
    shorter = []
    for beginning in _SHORTER:
        if name.startswith(beginning):
            name = name.removeprefix(beginning)
            shorter.append(name)
    return shorter


def posts_of(person: Person, unit_id: int | None) -> tuple[str, ...]:
    """What a canonical name says a person is: the first post held in the unit, else "đảng viên"."""
    posts = sorted((post for post in person.posts if post.unit_id == unit_id), key=lambda post: post.order)
    return (posts[0].title,) if posts else (ORDINARY_POST,)


def roster_name(person: Person, unit: UnitEntry | None) -> str:
    """The canonical name when the file says nothing of use, or a person was picked by hand."""
    posts = posts_of(person, unit.id if unit else None)
    return canonical_name(full_name=person.full_name, positions=posts, unit=unit.name if unit else None)

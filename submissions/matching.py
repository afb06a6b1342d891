"""Who is meant by a file name: the rules of meeting between a reading and the people of a ward.

The key under which a name is looked up is the tone key: "Hoà" and "Hòa" meet, "Hoà" and "Hoa" do not. A name without
its accents is looked up only inside the expected unit and taken only when it is unique there; i/y and small slips
only ever make candidates. Homonyms are asked about. Pure.

Not here: reading the name (`filenames.py`), the index (`people.py`), what is owed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from submissions.filenames import NameReading, canonical_name, verdict_of
from submissions.name_notes import Fault, NameVerdict, Repair
from submissions.people import Directory, Person, UnitEntry, posts_of
from vietnamese.text import fold
from vietnamese.tones import iy_key, tone_key

_MOST_CANDIDATES = 8
_KNOWN_UNIT = 600  # persons; more than any unit counts, less than a ward
_SLIPS = 2  # letters; "Nguyễn Văn Am" is a candidate for An, "Nguyễn Văn Bình" is not


@dataclass(frozen=True, slots=True)
class Match:
    """What a file name leads to."""

    reading: NameReading
    person: Person | None
    candidates: tuple[Person, ...]
    unit: UnitEntry | None
    """The unit that is meant: as written, else where the person is counted."""
    repairs: tuple[Repair, ...]
    faults: tuple[Fault, ...]
    sender_known: bool
    canonical: str | None
    positions: tuple[str, ...] = ()
    """As written, else as the roster has them for the person."""

    @property
    def verdict(self) -> NameVerdict:
        """ok, fix, ask or no, after the look-up."""
        return verdict_of(self.repairs, self.faults, sender_known=self.sender_known)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Faults, then repairs, in Vietnamese."""
        return (*(fault.value for fault in self.faults), *(repair.value for repair in self.repairs))


def match_name(reading: NameReading, directory: Directory, *, scope: frozenset[int] | None = None) -> Match:
    """Who is meant. `scope`: ids of the units the sender answers for; None when the sender is unknown.

    Inside a scope nobody outside it is ever named: a stranger's file is asked about, not told about.
    """
    return _Search(directory, reading, scope).answer()


class _Search:
    """One look-up: the steps of the rule in order, each a method."""

    def __init__(self, directory: Directory, reading: NameReading, scope: frozenset[int] | None) -> None:
        self.directory = directory
        self.reading = reading
        self.scope = scope
        self.repairs: list[Repair] = [repair for repair in reading.repairs if repair is not Repair.UNACCENTED]
        self.stated = directory.find_unit(reading.unit, scope) if reading.unit else None
        # Where the person is looked for: the unit as written, else whatever the sender answers for.
        self.expected = frozenset({self.stated.entry.id}) if self.stated else scope

    def answer(self) -> Match:
        """The steps: exact, without marks, candidates. A fault of the content stays, whoever is found."""
        if self.reading.full_name is None or Fault.MIXED_SCRIPT in self.reading.faults:
            return self._nobody((), self.reading.faults)
        if self.stated and self.scope is not None and not self._scope_reaches_stated():
            self.repairs.append(Repair.OTHER_UNIT)
            mine = self._of(self.directory.bearing(self.reading.full_name), self.scope)
            return self._nobody(mine, (Fault.SEVERAL if mine else Fault.NOBODY_IN_UNIT,))
        found = self._exact() or self._without_marks()
        if len(found) == 1 and not self._unit_is_a_riddle():
            return self._person(found[0])
        if len(found) > 1:
            return self._nobody(found, (Fault.SEVERAL,))
        nobody = Fault.NOBODY_IN_UNIT if self.expected is not None else Fault.NOBODY
        return self._nobody(found or self._candidates(), (nobody,))

    def _unit_is_a_riddle(self) -> bool:
        """A unit was written that nobody knows, and no sender vouches: a unique name is likely, not certain."""
        return bool(self.reading.unit) and self.stated is None and self.scope is None

    def _scope_reaches_stated(self) -> bool:
        """The unit as written is the sender's, or one of the sender's people holds a post there."""
        unit_id = self.stated.entry.id if self.stated else 0
        scope = self.scope or frozenset()
        return unit_id in scope or any(person.unit_id in scope for person in self.directory.persons_in([unit_id]))

    def _of(self, people: list[Person], units: frozenset[int] | None) -> list[Person]:
        """Of these people, those of the units, and never anybody outside the sender's scope."""
        return [person for person in people if _belongs(person, units) and _belongs(person, self.scope)]

    def _in_expected(self, people: list[Person], most_below: int | None = None) -> list[Person]:
        """In the expected units; nobody there: in what stands below the unit as written, if that is not too many."""
        found = self._of(people, self.expected)
        if not found and self.stated and people:
            below = self.directory.subtree(self.stated.entry.id)
            if most_below is None or len(self.directory.persons_in(below)) <= most_below:
                found = self._of(people, below)
        if len(found) > 1:
            return self._with_stated_post(found) or found
        return found

    def _with_stated_post(self, people: list[Person]) -> list[Person]:
        """Homonyms told apart by the post as written."""
        wanted = {fold(position) for position in self.reading.positions}
        return [
            person
            for person in people
            if any(
                fold(post.title) in wanted and (self.expected is None or post.unit_id in self.expected)
                for post in person.posts
            )
        ]

    def _exact(self) -> list[Person]:
        if Repair.UNACCENTED in self.reading.repairs:
            return []
        return self._in_expected(self.directory.bearing(self._name))

    def _without_marks(self) -> list[Person]:
        """Some or all accents missing: only inside a known unit, never over a whole ward."""
        if self.expected is None:
            return []
        alike = self.directory.bearing_without_marks(self._name)
        people = self._in_expected(
            [person for person in alike if only_marks_missing(self._name, person.full_name)], most_below=_KNOWN_UNIT
        )
        if len(people) == 1 and people[0].full_name != self._name:
            self.repairs.append(Repair.UNACCENTED if self._name.isascii() else Repair.MARKS)
        return people

    def _candidates(self) -> list[Person]:
        """Nobody surely: other accents anywhere; i/y and slips of the hand only among the few of a known unit."""
        if self.expected is None:
            return self._of(self.directory.bearing_without_marks(self._name), None)
        units = self.directory.subtree(self.stated.entry.id) if self.stated else self.expected
        few = self._of(self.directory.persons_in(units), units)
        if len(few) > _KNOWN_UNIT:
            return self._of(self.directory.bearing_without_marks(self._name), units)
        typed, sounded = fold(self._name), iy_key(self._name)
        near = [
            (distance, person)
            for person in few
            if (distance := Levenshtein.distance(person.folded or fold(person.full_name), typed, score_cutoff=_SLIPS))
            <= _SLIPS
            or iy_key(person.full_name) == sounded
        ]
        return [person for _, person in sorted(near, key=lambda pair: pair[0])]

    @property
    def _name(self) -> str:
        return self.reading.full_name or ""

    def _nobody(self, candidates: Sequence[Person], faults: tuple[Fault, ...]) -> Match:
        unit = self.stated.entry if self.stated else None
        faults = self.reading.faults[:1] or faults
        repairs = tuple(dict.fromkeys((*self.reading.repairs, *self.repairs)))
        return Match(
            self.reading, None, tuple(candidates[:_MOST_CANDIDATES]), unit, repairs, faults, self.scope is not None,
            self.reading.canonical, self.reading.positions,
        )  # fmt: skip

    def _person(self, person: Person) -> Match:
        positions, spelling, unit = self._rest_of_name(person)
        if person.full_name != self._name and (person.toned or tone_key(person.full_name)) == tone_key(self._name):
            self.repairs.append(Repair.TONE_PLACEMENT)
        canonical = canonical_name(full_name=person.full_name, positions=positions, unit=spelling)
        repairs = tuple(dict.fromkeys(self.repairs))
        if not repairs and canonical != self.reading.canonical:
            repairs = (Repair.FORM,)
        return Match(
            self.reading, person, (), unit, repairs, self.reading.faults, self.scope is not None, canonical, positions
        )  # fmt: skip

    def _rest_of_name(self, person: Person) -> tuple[tuple[str, ...], str, UnitEntry | None]:
        """Posts and unit of the canonical name: as written where it was right, else as the roster has them."""
        unit = self.directory.unit(person.unit_id)
        spelling = unit.name if unit else ""
        if self.stated:
            self.repairs.extend(self.stated.repairs)
            unit, spelling = self.stated.entry, self.stated.spelling
        elif self.reading.unit:
            self.repairs.append(Repair.UNIT_UNKNOWN)
        positions = self.reading.positions or posts_of(person, unit.id if unit else None)
        return tuple(positions), spelling, unit


def _belongs(person: Person, units: frozenset[int] | None) -> bool:
    """Counted in one of the units, or holding a post there; no units given: everybody does."""
    return units is None or person.unit_id in units or any(post.unit_id in units for post in person.posts)


def only_marks_missing(typed: str, right: str) -> bool:
    """Every word as it is right, or without any accent at all ("Nguyen Văn An", never "Nguyên Vân An")."""
    words, meant = typed.split(" "), right.split(" ")
    return len(words) == len(meant) and all(
        word.isascii() or tone_key(word) == tone_key(full) for word, full in zip(words, meant, strict=True)
    )

"""Whose a file is, by its name, among those who may answer at one place.

Not here: reading and matching names (`filenames.py`, `matching.py`, `unit_papers.py`), storing the answer
(`services.staging`), what has changed since (`desk_rows.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from directives.choices import MoveReason
from directives.models import Obligation, ObligationMove
from submissions.choices import MatchState
from submissions.desk_access import DeskPlace
from submissions.directory import load_directory
from submissions.filenames import NameReading, canonical_name, read_file_name
from submissions.matching import Match, match_name, only_marks_missing
from submissions.name_cleaning import PDF
from submissions.name_notes import Fault
from submissions.people import Directory, Person, roster_name
from submissions.unit_papers import match_unit_paper
from units.choices import UnitKind
from units.models import Member
from vietnamese.dates import local_day
from vietnamese.text import fold

# Faults of the name's extension: a content that begins as a PDF overrules them.
_OF_THE_EXTENSION = frozenset({Fault.IMAGE, Fault.EDITABLE, Fault.ARCHIVE, Fault.NOT_PDF, Fault.NOT_PDF_INSIDE})
_NOT_ONE_PAPER = frozenset({Fault.TWO_PERSONS, Fault.REPORT})
_NOBODYS = "Chưa rõ bài của ai"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a file goes, or whom to ask about; `message` is the head of the row then."""

    state: str
    obligation: Obligation | None
    candidates: tuple[Obligation, ...]
    canonical: str
    message: str
    match: Match


def is_spelled_now(name: str, obligation: Obligation) -> bool:
    """Whether a canonical name has the unit of the obligation as the roster spells it."""
    unit = obligation.unit.name
    return name.endswith(f", {unit}{PDF}") if obligation.member_id else name.startswith(f"{unit} - ")


class Placer:
    """Reads names at one place; the directory is loaded once."""

    def __init__(self, place: DeskPlace, at: datetime) -> None:
        self.place = place
        self.directory = self._directory(at)
        self.scope = None if place.unit.kind == UnitKind.WARD else self.directory.subtree(place.unit.pk)
        self._of_member = {one.member_id: one for one in reversed(place.obligations) if one.member_id}
        self._of_unit = {one.unit_id: one for one in reversed(place.obligations) if not one.member_id}
        self._person = {person.id: person for person in self.directory.persons}
        self._placed: dict[str, Placement] = {}
        self._gone_moves: dict[int, ObligationMove] | None = None

    def put(self, name: str) -> Placement:
        """The placement of one file; a name is read once."""
        if name not in self._placed:
            self._placed[name] = self._put(name)
        return self._placed[name]

    def _put(self, name: str) -> Placement:
        reading = read_file_name(name)
        if set(reading.faults) & _OF_THE_EXTENSION:
            reading = replace(reading, faults=())
        if not self.place.by_members:
            return self._unit_paper(reading)
        if self.place.own_member_id is not None:
            return self._own(reading)
        return self._essay(match_name(reading, self.directory, scope=self.scope))

    def name_of(self, obligation: Obligation) -> str:
        """The canonical name of whatever answers this obligation, by the roster."""
        if obligation.member_id is None:
            return canonical_name(full_name=obligation.unit.name, positions=(), unit=obligation.title)
        person = self._person[obligation.member_id]
        return roster_name(person, self.directory.unit(obligation.unit_id))

    def _canonical(self, match: Match) -> str:
        """The name as it is kept: posts as written, the unit as the roster spells it, so that one receipt has one
        spelling for all of its papers.
        """
        if match.person is None:
            return ""
        unit = match.unit.name if match.unit else None
        return canonical_name(full_name=match.person.full_name, positions=match.positions, unit=unit)

    def respelled(self, name: str, obligation: Obligation) -> str:
        """A canonical name made earlier, its unit as the roster spells it now."""
        if obligation.member_id is None:
            return self.name_of(obligation)
        head, _, rest = name.removesuffix(PDF).partition(" - ")
        reading = read_file_name(name)
        found = self.directory.find_unit(reading.unit, self.scope) if reading.unit else None
        if found is None or rest != ", ".join([*reading.positions, reading.unit or ""]):
            return name
        return canonical_name(full_name=head, positions=reading.positions, unit=found.entry.name)

    def _directory(self, at: datetime) -> Directory:
        """Everybody of the unit, and those who owe here without being counted here any more."""
        place = self.place
        loaded = load_directory(ward=place.requirement.directive.ward, day=local_day(at), within=place.unit)
        known = {person.id for person in loaded.persons}
        owing = {one.member_id: one.unit_id for one in place.obligations if one.member_id}
        missing = owing.keys() - known
        others = [
            Person(pk, one.full_name, owing[pk], one.birth_year)
            for pk, one in (Member.objects.in_bulk(missing) if missing else {}).items()
        ]
        return Directory([*loaded.persons, *others], loaded.units) if others else loaded

    def _own(self, reading: NameReading) -> Placement:
        """A member's own place: any name will do, but another person's is asked about."""
        (own,) = self.place.obligations[:1]
        person = self._person[own.member_id or 0]
        match = match_name(reading, Directory([person], self.directory.units), scope=frozenset({own.unit_id}))
        if match.person:
            return Placement(MatchState.MATCHED, own, (), self._canonical(match), "", match)
        if reading.full_name and fold(reading.full_name) != fold(person.full_name):
            said = f"Tên tệp ghi {reading.full_name}: có đúng bài của đồng chí?"
            return Placement(MatchState.CHOOSE, None, (own,), "", said, match)
        return Placement(MatchState.MATCHED, own, (), self.name_of(own), "", match)

    def _essay(self, match: Match) -> Placement:
        found, whose = self._by_name(match), self.place.whose
        if whose is None or found.obligation is not None or match.person is not None:
            return found
        if _NOT_ONE_PAPER & set(match.faults):
            return found
        if whose in found.candidates or not match.reading.full_name:  # of namesakes, the one that is being answered
            return Placement(MatchState.MATCHED, whose, (), self.name_of(whose), "", match)
        said = f"Tên tệp ghi {match.reading.full_name}: có đúng bài của {whose.member}?"
        return found if found.candidates else Placement(MatchState.CHOOSE, None, (whose,), "", said, match)

    def _by_name(self, match: Match) -> Placement:
        if match.person:
            obligation = self._of_member.get(match.person.id)
            if obligation:
                return Placement(MatchState.MATCHED, obligation, (), self._canonical(match), "", match)
            said = self._said_gone(self._gone().get(match.person.id))
            said = said or f"{match.person.full_name} không có tên trong danh sách phải nộp"
            return Placement(MatchState.UNKNOWN, None, (), "", said, match)
        candidates = tuple(self._of_member[one.id] for one in match.candidates if one.id in self._of_member)
        if candidates:
            return Placement(MatchState.CHOOSE, None, candidates, "", _question(match, len(candidates)), match)
        went = self._said_gone(self._gone_of_name(match.reading.full_name or "")) if _is_nobody(match) else ""
        return Placement(MatchState.UNKNOWN, None, (), "", went or _why_unknown(match), match)

    def _gone(self) -> dict[int, ObligationMove]:
        """Member → the last move of his debt away from this unit. One query, the first time a name is nobody's here."""
        if self._gone_moves is None:
            here, asked = self.place.unit.path, self.place.requirement
            moves = ObligationMove.objects.filter(obligation__requirement=asked, from_unit__path__startswith=here)
            moves = moves.exclude(obligation__unit__path__startswith=here).order_by("moved_at", "pk")
            told = moves.select_related("obligation__member", "to_unit")
            self._gone_moves = {move.obligation.member_id: move for move in told if move.obligation.member_id}
        return self._gone_moves

    def _gone_of_name(self, name: str) -> ObligationMove | None:
        """The move of the one who bore this name, or it without its marks; of several nobody is told about."""
        named = [one for one in self._gone().values() if _is_named(name, str(one.obligation.member))]
        return named[0] if len(named) == 1 else None

    @staticmethod
    def _said_gone(move: ObligationMove | None) -> str:
        """ "Đinh Thị Hà đã chuyển sang Chi bộ 5, bài nộp ở đó"; "" without a move."""
        if move is None:
            return ""
        if move.obligation.unit_id != move.to_unit_id:  # where it went on to is not this unit's business
            return f"{move.obligation.member} đã chuyển sang {move.to_unit} rồi đi tiếp, bài không nộp ở đây nữa"
        went = "đang sinh hoạt tạm thời tại" if move.reason == MoveReason.TEMPORARY else "đã chuyển sang"
        return f"{move.obligation.member} {went} {move.to_unit}, bài nộp ở đó"

    def _unit_paper(self, reading: NameReading) -> Placement:
        title = self.place.requirement.title
        match = match_unit_paper(reading, self.directory, scope=self.scope, title=title)
        units = list(self._of_unit.values())
        found = self._of_unit.get(match.unit.id) if match.unit else None
        obligation = units[0] if len(units) == 1 else found or (None if match.unit else self.place.whose)
        if obligation:
            return Placement(MatchState.MATCHED, obligation, (), self.name_of(obligation), "", match)
        return Placement(MatchState.UNKNOWN, None, (), "", "Chưa rõ tệp của đơn vị nào", match)


def _question(match: Match, count: int) -> str:
    name = match.reading.full_name or ""
    if match.faults == (Fault.SEVERAL,) and count > 1:
        return f"Có {count} người tên {match.candidates[0].full_name}"
    return f"“{name}” có phải là người này?" if count == 1 else f"“{name}” là ai trong {count} người này?"


def _why_unknown(match: Match) -> str:
    fault = match.faults[0] if match.faults else Fault.NO_PERSON
    if fault in (Fault.TWO_PERSONS, Fault.REPORT):
        return fault.value.partition(":")[0]
    if _is_nobody(match):
        return f"Không có ai tên {match.reading.full_name} trong danh sách của đơn vị"
    return _NOBODYS


def _is_named(typed: str, full_name: str) -> bool:
    """The name as it is, or with marks missing; other marks are another name."""
    return fold(typed) == fold(full_name) and only_marks_missing(typed, full_name)


def _is_nobody(match: Match) -> bool:
    """The name was read, and nobody of the unit bears it."""
    fault = match.faults[0] if match.faults else Fault.NO_PERSON
    return bool(match.reading.full_name) and fault in (Fault.NOBODY, Fault.NOBODY_IN_UNIT)

"""Roster × what is stored → the difference: new, changed, moved, left, closed, unchanged.

Pure: the stored state comes in as values, the difference goes out as values, nothing is written.
Who is who is decided here and nowhere else: by name (tone-blind), year of birth and unit; then by
address; then by what is unique on both sides.
Not here: reading either side (`units.services.roster`), reading the file (`checks`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter

from units.keys import name_key
from units.roster.doubts import is_it_renamed, may_be_another, may_be_another_unit, who_is_it
from units.roster.records import NO_GUIDANCE, ExemptionRow, Guidance, LeftOutRow, MemberRow, Post, Roster, UnitRow
from vietnamese.text import fold


@dataclass(frozen=True, slots=True)
class UnitState:
    """A stored unit; `parent` is a code ("" for the ward's root), `cluster` a name."""

    pk: int
    code: str
    name: str
    kind: str
    parent: str
    block: str
    cluster: str
    aliases: frozenset[str]
    is_closed: bool


@dataclass(frozen=True, slots=True)
class ExemptionState:
    """A stored exemption; days inclusive."""

    pk: int
    decision: str
    first_day: date | None
    last_day: date | None
    member: int = 0  # primary key of whose it is


@dataclass(frozen=True, slots=True)
class MemberState:
    """A stored member as of the day of the comparison; `unit` is "" for one who belongs nowhere now.

    `since` is the first day in `unit`; `not_before` the day the last earlier membership ended, if any.
    """

    pk: int
    name: str
    key: str
    birth_year: int | None
    unit: str
    posts: tuple[Post, ...]
    status: str
    exemptions: tuple[ExemptionState, ...]
    email: str
    phone: str
    since: date | None
    not_before: date | None


@dataclass(slots=True)
class Difference:
    """What applying the roster would do. Pairs are (stored, row)."""

    units_new: list[UnitRow] = field(default_factory=list)
    units_changed: list[tuple[UnitState, UnitRow]] = field(default_factory=list)
    units_closed: list[UnitState] = field(default_factory=list)
    units_unchanged: int = 0
    units_same: list[tuple[UnitState, UnitRow]] = field(default_factory=list)
    units_asked: list[tuple[UnitState, UnitRow]] = field(default_factory=list)  # of `units_doubted`, not answered yet
    units_doubted: list[tuple[UnitState, UnitRow]] = field(default_factory=list)
    spellings_kept: int = 0  # names the file writes otherwise by the place of a tone mark alone, left as stored
    members_new: list[MemberRow] = field(default_factory=list)
    members_changed: list[tuple[MemberState, MemberRow]] = field(default_factory=list)
    members_moved: list[tuple[MemberState, MemberRow]] = field(default_factory=list)
    members_left: list[MemberState] = field(default_factory=list)
    members_unchanged: int = 0
    members_same: list[tuple[MemberState, MemberRow]] = field(default_factory=list)
    members_asked: list[tuple[MemberState, MemberRow]] = field(default_factory=list)  # doubted and not answered yet
    members_doubted: list[tuple[MemberState, MemberRow]] = field(default_factory=list)
    members_spared: list[MemberState] = field(default_factory=list)  # in no row, but a left-out row may mean them
    appointments_new: list[tuple[MemberState, Post]] = field(default_factory=list)
    appointments_ended: list[tuple[MemberState, Post]] = field(default_factory=list)
    appointments_unchanged: int = 0
    exemptions_new: list[tuple[MemberState, ExemptionRow]] = field(default_factory=list)
    exemptions_changed: list[tuple[ExemptionState, ExemptionRow]] = field(default_factory=list)
    exemptions_ended: list[ExemptionState] = field(default_factory=list)
    exemptions_unchanged: int = 0

    def counts(self) -> dict[str, dict[str, int]]:
        """The numbers of `import_roster`; posts and exemptions of new members count as new."""
        posts_of_new = sum(map(len, map(attrgetter("posts"), self.members_new)))
        exemptions_of_new = len(list(filter(attrgetter("exemption"), self.members_new)))
        return {
            "units": {
                "new": len(self.units_new),
                "changed": len(self.units_changed),
                "closed": len(self.units_closed),
                "unchanged": self.units_unchanged,
            },
            "members": {
                "new": len(self.members_new),
                "changed": len(self.members_changed),
                "moved": len(self.members_moved),
                "left": len(self.members_left),
                "unchanged": self.members_unchanged,
            },
            "appointments": {
                "new": len(self.appointments_new) + posts_of_new,
                "ended": len(self.appointments_ended),
                "unchanged": self.appointments_unchanged,
            },
            "exemptions": {
                "new": len(self.exemptions_new) + exemptions_of_new,
                "changed": len(self.exemptions_changed),
                "ended": len(self.exemptions_ended),
                "unchanged": self.exemptions_unchanged,
            },
        }

    @property
    def is_empty(self) -> bool:
        """Whether applying it would write nothing."""
        return not any(
            number for numbers in self.counts().values() for what, number in numbers.items() if what != "unchanged"
        )


def compare(
    roster: Roster,
    *,
    units: Iterable[UnitState],
    members: Iterable[MemberState],
    on: date,
    guidance: Guidance = NO_GUIDANCE,
) -> Difference:
    """The difference, as of `on` (an exemption that ended before it is history and is left alone).

    A file with both sheets is the whole ward: a unit or member missing from it closes or leaves. A file with
    members only speaks for the units it names; one with units only closes none. Whoever a left-out row may
    mean never leaves. Of a pair that is asked about (`doubts`) nothing changes before it is answered.
    """
    difference = Difference()
    if roster.has_units:
        _compare_units(roster.units, units, difference, guidance)
        if guidance.is_part or not roster.has_members:  # members must not be left in a unit that closes
            difference.units_unchanged += len(difference.units_closed)
            difference.units_closed = []
    if roster.has_members:
        named = None if roster.has_units else {row.unit for row in roster.members}
        states = tuple(members)

        def doubted(state: MemberState, row: MemberRow) -> bool:
            stays = guidance.is_part or not state.unit or (named is not None and state.unit not in named)
            return may_be_another(state, row, stays=stays)

        pairs, difference.members_new, unmatched = _match(roster.members, states)
        while others := [pair for pair in pairs if doubted(*pair) and who_is_it(*pair).key in guidance.another]:
            # Two persons, so either may be in the file and in the roster once more: looked for again, never together.
            difference.members_doubted += others
            apart = frozenset((state.pk, row.row) for state, row in difference.members_doubted)
            pairs, difference.members_new, unmatched = _match(roster.members, states, apart)
        for state, row in pairs:
            if doubted(state, row):
                difference.members_doubted.append((state, row))
                if who_is_it(state, row).key not in guidance.same:
                    difference.members_asked.append((state, row))
                    continue
            if guidance.keeps_spelling and row.name != state.name and name_key(row.name) == state.key:
                row = replace(row, name=state.name)
                difference.spellings_kept += 1
            _compare_member(state, row, on, difference)
        if not guidance.is_part:
            _leave(unmatched, named, _Protection(roster.left_out), difference)
    return difference


def first_day_there(state: MemberState, row: MemberRow, on: date) -> date:
    """The day a moved member's new membership begins (and the old one ends, exclusive).

    The day the file states, when it lies after the membership it replaces began; else `on`.
    """
    floor = state.since if state.unit else state.not_before
    stated = row.since if row.since and (floor is None or row.since > floor) else on
    return max(stated, floor) if floor else stated


def _leave(
    unmatched: Iterable[MemberState], named: set[str] | None, protected: _Protection, difference: Difference
) -> None:
    """Whoever is in no row leaves, with his posts; a unit that keeps somebody does not close."""
    kept_units = {state.unit for state, _ in difference.members_asked}
    for state in unmatched:
        if not state.unit or (named is not None and state.unit not in named):
            continue
        if protected.covers(state):
            kept_units.add(state.unit)
            difference.members_spared.append(state)
            continue
        difference.members_left.append(state)
        difference.appointments_ended.extend((state, post) for post in state.posts)
    kept = [unit for unit in difference.units_closed if unit.code in kept_units]
    difference.units_closed = [unit for unit in difference.units_closed if unit.code not in kept_units]
    difference.units_unchanged += len(kept)


# ---- units -----------------------------------------------------------------------------------------


def _compare_units(
    rows: Iterable[UnitRow], states: Iterable[UnitState], difference: Difference, guidance: Guidance
) -> None:
    stored = {state.code: state for state in states}
    for row in rows:
        state = stored.pop(row.code, None)
        if state is not None and may_be_another_unit(state, row):
            difference.units_doubted.append((state, row))
            if is_it_renamed(state, row).key not in guidance.same:
                difference.units_asked.append((state, row))
                continue
        if state is None:
            difference.units_new.append(row)
        elif _unit_facts(state) == _unit_facts(row) and not state.is_closed:
            difference.units_unchanged += 1
            difference.units_same.append((state, row))
        else:
            difference.units_changed.append((state, row))
    difference.units_closed.extend(state for state in stored.values() if not state.is_closed)


def _unit_facts(unit: UnitState | UnitRow) -> tuple:
    return unit.name, unit.kind, unit.parent, unit.block, unit.cluster, frozenset(unit.aliases)


# ---- who is who ------------------------------------------------------------------------------------

Pairs = list[tuple[MemberState, MemberRow]]


def _match(
    rows: Iterable[MemberRow], states: Iterable[MemberState], apart: Collection[tuple[int, int]] = frozenset()
) -> tuple[Pairs, list[MemberRow], list[MemberState]]:
    """(pairs, rows of nobody stored, stored members of no row). `apart`: (key of the member, row) known to be two persons."""
    free_rows, free_states = list(rows), list(states)
    pairs: Pairs = []
    if not free_states:
        return pairs, free_rows, free_states

    def one(entry: MemberState | MemberRow) -> str:
        return entry.key if isinstance(entry, MemberState) else name_key(entry.name)

    steps: tuple[tuple[Callable, bool], ...] = (
        # Homonyms of one year in one unit are paired by the day they came, in order.
        (lambda e: (one(e), e.birth_year, e.unit, e.since), False),
        (lambda e: (one(e), e.birth_year, e.unit), False),
        (lambda e: (one(e), e.email) if e.email else None, True),
        (lambda e: (one(e), e.phone) if e.phone else None, True),
        (lambda e: (one(e), e.birth_year) if e.birth_year else None, True),  # moved
        (lambda e: (one(e), e.unit), True),  # the year was corrected
        (lambda e: (fold(e.name), e.birth_year, e.unit), True),  # the spelling was corrected
    )
    for key, only_unique in steps:
        if not free_rows or not free_states:
            break
        free_rows, free_states = _pair_by(key, free_rows, free_states, pairs, apart, only_unique=only_unique)
    return pairs, free_rows, free_states


def _pair_by(
    key: Callable[[MemberRow | MemberState], Hashable],
    rows: list[MemberRow],
    states: list[MemberState],
    pairs: Pairs,
    apart: Collection[tuple[int, int]],
    *,
    only_unique: bool,
) -> tuple[list[MemberRow], list[MemberState]]:
    """Pair those of one key, in order; with `only_unique` only where each side has one. Returns the rest."""
    states_of: dict[Hashable, list[MemberState]] = defaultdict(list)
    for state in states:
        value = key(state)
        if value is not None:
            states_of[value].append(state)
    rows_of: dict[Hashable, int] = defaultdict(int)
    if only_unique:
        for row in rows:
            rows_of[key(row)] += 1
    taken: set[int] = set()
    rest: list[MemberRow] = []
    for row in rows:
        value = key(row)
        candidates = states_of.get(value) if value is not None else None
        if apart and candidates:
            candidates = [state for state in candidates if (state.pk, row.row) not in apart]
        if not candidates or (only_unique and (len(candidates) > 1 or rows_of[value] > 1)):
            rest.append(row)
            continue
        state = candidates[0]
        states_of[value].remove(state)
        taken.add(state.pk)
        pairs.append((state, row))
    return rest, [state for state in states if state.pk not in taken]


class _Protection:
    """Stored members that a left-out row may mean: same name, or same unit and year."""

    def __init__(self, left_out: Iterable[LeftOutRow]) -> None:
        rows = list(left_out)
        self._names = {fold(row.name) for row in rows if row.name}
        self._places = {(row.unit, row.birth_year) for row in rows if not row.name}

    def covers(self, state: MemberState) -> bool:
        return fold(state.name) in self._names or (state.unit, state.birth_year) in self._places


# ---- one member ------------------------------------------------------------------------------------


def _compare_member(state: MemberState, row: MemberRow, on: date, difference: Difference) -> None:
    if state.unit != row.unit:
        difference.members_moved.append((state, row))
    elif _facts(state) != _facts(row) or _has_new_first_day(state, row):
        difference.members_changed.append((state, row))
    else:
        difference.members_unchanged += 1
        difference.members_same.append((state, row))
    if state.posts or row.posts:
        stored, wanted = set(state.posts), set(row.posts)
        difference.appointments_new.extend((state, post) for post in row.posts if post not in stored)
        difference.appointments_ended.extend((state, post) for post in state.posts if post not in wanted)
        difference.appointments_unchanged += len(stored & wanted)
    if state.exemptions or row.exemption:
        _compare_exemptions(state, row, on, difference)


def _facts(member: MemberState | MemberRow) -> tuple:
    return member.name, member.birth_year, member.status, member.email, member.phone


def _has_new_first_day(state: MemberState, row: MemberRow) -> bool:
    """Whether the file states another first day there; one before the transfer is the old unit's, not news."""
    if row.since is None or row.since == state.since:
        return False
    return state.not_before is None or row.since >= state.not_before


def _compare_exemptions(state: MemberState, row: MemberRow, on: date, difference: Difference) -> None:
    wanted = row.exemption
    for stored in state.exemptions:
        if wanted is not None and stored.decision == wanted.decision:
            if (stored.first_day, stored.last_day) == (wanted.first_day, wanted.last_day):
                difference.exemptions_unchanged += 1
            else:
                difference.exemptions_changed.append((stored, wanted))
            wanted = None
        elif stored.last_day is None or stored.last_day >= on:
            difference.exemptions_ended.append(stored)
    if wanted is not None:
        difference.exemptions_new.append((state, wanted))

"""Letters of a plan as objects, made of its rows when somebody looks at them: a page of them, one, or all in turn.

Not here: the rows (`plan_rows.py`), what a letter is (`digests.py`), its words (`letters.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import overload

from reminders.digests import Letter, Person, through_whom
from reminders.plan_rows import CONTACT, LEAD, OWN, PlanRows, Told

AT_ONCE = 500
"""So many letters are objects at a time where all are gone through."""

_People = Mapping[int, tuple[Person, ...]]


@dataclass(frozen=True, eq=False)
class Letters(Sequence[Letter]):
    """The letters of one ward in the order of their addresses, counted without being made.

    A letter, a slice or all in turn are made when they are asked for: one query, for all one for each `AT_ONCE`.
    """

    rows: PlanRows
    ward_id: int
    fate: int
    number: int
    contacts: _People
    leads: _People

    def __len__(self) -> int:
        return self.number

    def __iter__(self) -> Iterator[Letter]:
        for some in self.batches():
            yield from map(self.made, some)

    @overload
    def __getitem__(self, index: int) -> Letter: ...
    @overload
    def __getitem__(self, index: slice) -> list[Letter]: ...
    def __getitem__(self, index: int | slice) -> Letter | list[Letter]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self.number)
            found = self.rows.told(self.ward_id, self.fate, start, stop) if start < stop else []
            return [self.made(told) for told in _by_address(found)][::step]
        wanted = range(self.number)[index]
        return self[wanted : wanted + 1][0]

    def addresses(self) -> list[str]:
        """The addresses of all, in their order. One query, none when there are no letters."""
        return self.rows.addresses(self.ward_id, self.fate) if self.number else []

    def of(self, addresses: Collection[str]) -> list[Letter]:
        """The letters to these addresses, in the order of addresses. One query, none for no addresses."""
        found = self.rows.told_to(self.ward_id, self.fate, addresses) if addresses else []
        return [self.made(told) for told in _by_address(found)]

    def batches(self) -> Iterator[list[list[Told]]]:
        """What each letter tells, in the order of addresses, `AT_ONCE` letters at a time."""
        for start in range(0, self.number, AT_ONCE):
            yield _by_address(self.rows.told(self.ward_id, self.fate, start, start + AT_ONCE))

    def reader(self, told: Iterable[Told]) -> Person:
        """Who is written to: as whom he is told first, but with a post before without one."""
        people = [self._person(one) for one in told]
        return next((person for person in people if person.post), people[0])

    def made(self, told: Sequence[Told]) -> Letter:
        """The letter of what one address is told."""
        letter = Letter(self.reader(told))
        for one in told:
            unit_id = one.duty.unit_id
            if one.role == OWN:
                letter.own.append(one.duty)
                member = self._person(one)
                letter.through = letter.through or through_whom(member, self.contacts.get(unit_id, ()))
                continue
            letter.of_units.setdefault(unit_id, []).append(one.duty)
            if one.role == LEAD:
                letter.watched.add(unit_id)
        return letter

    def _person(self, told: Told) -> Person:
        if told.role == OWN:
            duty = told.duty
            return Person(told.address, duty.member_name, "", duty.member_id, "", told.has_account)
        people = self.contacts if told.role == CONTACT else self.leads
        return people[told.duty.unit_id][told.rank]


def _by_address(rows: Iterable[Told]) -> list[list[Told]]:
    return [list(some) for _, some in groupby(rows, key=attrgetter("address"))]

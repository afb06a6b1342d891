"""From duties that are at a stage today to letters: one per person, whatever he is told and in whichever role. Pure.

A member who owes is written to himself; the contacts of his unit (secretary, deputy) get the unit's list with names;
what a unit owes goes to its contacts. A person who is several of these gets one letter.

Not here: reading rows (`planning.py`), the words (`wording.py`, `letters.py`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from reminders.stages import offset_of

NO_ADDRESS: Final = "no_address"
UNIT_NO_ADDRESS: Final = "unit_no_address"
EXEMPT: Final = "exempt"
LEFT: Final = "left"
TENTATIVE: Final = "tentative"
PROMISED: Final = "promised"
QUIET: Final = "quiet"
STRUCK: Final = "struck"
HELD: Final = "held"
ALREADY_PLANNED: Final = "already_planned"
ALREADY_MAILED: Final = "already_mailed_today"

SKIP_WORDS: Final[dict[str, str]] = {
    NO_ADDRESS: "đảng viên không có địa chỉ thư (bí thư vẫn nhận danh sách)",
    UNIT_NO_ADDRESS: "đơn vị không có ai nhận thư",
    EXEMPT: "đang được miễn công tác và sinh hoạt đảng",
    LEFT: "không còn trong danh sách đảng viên",
    TENTATIVE: "hạn mới là dự kiến",
    PROMISED: "đã hẹn ngày nộp, chờ đến ngày hẹn",
    QUIET: "người nhận chọn không nhận thư ở nấc này (vẫn báo trên cổng)",
    STRUCK: "văn phòng bỏ thư của ngày này",
    HELD: "văn phòng đang tạm giữ thư",
    ALREADY_PLANNED: "đã nhắc ở nấc này",
    ALREADY_MAILED: "hôm nay đã có một thư",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation that is owed and at a stage on the day of the plan."""

    obligation_id: int
    requirement_id: int
    unit_id: int
    member_id: int | None
    due_at: datetime
    stage: str
    is_returned: bool = False
    member_name: str = ""
    member_sort_key: str = ""
    member_birth_year: int | None = None
    tells_unit: bool = True
    """The contacts of the unit are told too, if this is a member's debt."""
    tells_cluster: bool = False
    """The lead of the unit's cluster is told too."""
    period: str = ""
    """Of a series, the period owed ("2026-05"); "" for a duty asked once."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a letter can go to; a person is his address (in lower case), whatever roles he has."""

    address: str
    name: str
    post: str = ""
    member_id: int | None = None
    phone: str = ""
    has_account: bool = False


@dataclass(slots=True)
class Letter:
    """What one person is told on one day: his own duties, and those of units he answers for."""

    person: Person
    own: list[Duty] = field(default_factory=list)
    of_units: dict[int, list[Duty]] = field(default_factory=dict)
    through: Person | None = None
    """The contact of his unit, through whom a member without an account hands in."""

    def told(self) -> list[tuple[Duty, int | None]]:
        """Every obligation once, with the unit it is told of; None for the person's own (which come first)."""
        found: dict[int, tuple[Duty, int | None]] = {duty.obligation_id: (duty, None) for duty in self.own}
        for unit_id, duties in self.of_units.items():
            for duty in duties:
                found.setdefault(duty.obligation_id, (duty, unit_id))
        return list(found.values())

    @property
    def lead(self) -> Duty:
        """The duty with the earliest deadline."""
        return min((duty for duty, _ in self.told()), key=urgency)

    @property
    def stage(self) -> str:
        """The stage of the lead duty."""
        return self.lead.stage


@dataclass(frozen=True, slots=True)
class Gathering:
    """All letters of one plan, in the order of addresses, and who is left out for which reason."""

    letters: list[Letter]
    skipped: Counter[str]
    without_address: list[Duty]
    quiet: list[Letter] = field(default_factory=list)
    """What people would have been written who chose not to be: they find it in the portal."""


def urgency(duty: Duty) -> tuple[datetime, int, int]:
    """Sort key: earliest deadline, then latest stage, then number."""
    return duty.due_at, -offset_of(duty.stage), duty.obligation_id


def through_whom(member: Person, contacts: tuple[Person, ...]) -> Person | None:
    """The first contact of the unit who is not the member himself."""
    return next((contact for contact in contacts if contact.address != member.address), None)


Unsaid = frozenset[tuple[int, str, datetime, str]] | set[tuple[int, str, datetime, str]]
Addresses = frozenset[str] | set[str]


def gather(
    duties: Iterable[Duty],
    *,
    members: Mapping[int, Person],
    contacts: Mapping[int, tuple[Person, ...]],
    leads: Mapping[int, tuple[Person, ...]] | None = None,
    told: Unsaid = frozenset(),
    mailed_today: Addresses = frozenset(),
    left_out: Mapping[str, str] | None = None,
    is_quiet: Callable[[Person, str], bool] | None = None,
) -> Gathering:
    """Make the letters.

    `members`: those with an address, by id; `contacts`: of each unit, the contacts with an address (its own, or of the
    unit above); `leads`: of each unit, who leads its cluster. `told` holds what earlier plans said (obligation, stage,
    due_at, address), `mailed_today` addresses that have a letter of this day already: a person gets at most one.
    `left_out`: address → why nothing goes there today; `is_quiet`: whether a person wants no mail at a stage.
    """
    gathering = _Gatherer(told, mailed_today, left_out or {}, is_quiet)
    silent_units: set[int] = set()
    for duty in duties:
        unit_contacts = contacts.get(duty.unit_id, ())
        if duty.member_id is not None:
            member = members.get(duty.member_id)
            if member is None:
                gathering.skipped[NO_ADDRESS] += 1
                gathering.without_address.append(duty)
            else:
                gathering.tell(member, duty, None, through_whom(member, unit_contacts))
        if not unit_contacts:
            silent_units.add(duty.unit_id)
            if duty.member_id is None:
                gathering.without_address.append(duty)
        elif duty.member_id is None or duty.tells_unit:
            for contact in unit_contacts:
                if contact.member_id is None or contact.member_id != duty.member_id:
                    gathering.tell(contact, duty, duty.unit_id)
        if duty.tells_cluster and leads:
            for lead in leads.get(duty.unit_id, ()):
                if lead not in unit_contacts and (lead.member_id is None or lead.member_id != duty.member_id):
                    gathering.tell(lead, duty, duty.unit_id)
    if silent_units:
        gathering.skipped[UNIT_NO_ADDRESS] = len(silent_units)
    return gathering.result()


class _Gatherer:
    """The letters as they grow, one a person."""

    def __init__(
        self,
        told: Unsaid,
        mailed: Addresses,
        left_out: Mapping[str, str],
        is_quiet: Callable[[Person, str], bool] | None,
    ) -> None:
        self._told, self._mailed, self._left_out, self._is_quiet = told, mailed, left_out, is_quiet
        self._letters: dict[str, Letter] = {}
        self._quiet: dict[str, Letter] = {}
        self.skipped: Counter[str] = Counter()
        self.without_address: list[Duty] = []

    def tell(self, person: Person, duty: Duty, unit_id: int | None, through: Person | None = None) -> None:
        """Put a duty into the person's letter, unless there is a reason not to (which is counted)."""
        address = person.address
        if self._told and (duty.obligation_id, duty.stage, duty.due_at, address) in self._told:
            self.skipped[ALREADY_PLANNED] += 1
            return
        if address in self._mailed:
            self.skipped[ALREADY_MAILED] += 1
            return
        if address in self._left_out:
            self.skipped[self._left_out[address]] += 1
            return
        letters = self._letters
        if self._is_quiet is not None and self._is_quiet(person, duty.stage):
            self.skipped[QUIET] += 1
            letters = self._quiet
        letter = letters.get(address)
        if letter is None:
            letter = letters[address] = Letter(person)
        elif person.post and not letter.person.post:
            letter.person = person
        if unit_id is None:
            letter.own.append(duty)
            letter.through = letter.through or through
        else:
            letter.of_units.setdefault(unit_id, []).append(duty)

    def result(self) -> Gathering:
        """All letters, in the order of addresses."""
        letters = [self._letters[address] for address in sorted(self._letters)]
        quiet = [self._quiet[address] for address in sorted(self._quiet)]
        return Gathering(letters, self.skipped, self.without_address, quiet)

"""From duties that are at a stage today to letters: one per person, whatever he is told and in whichever role. Pure.

A member who owes is written to himself; the contacts of his unit (secretary, deputy) get the unit's list with names;
what a unit owes goes to its contacts. A person who is several of these gets one letter.

Not here: reading rows (`planning.py`), the words (`wording.py`, `letters.py`).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

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
    EXEMPT: "việc của người đang được miễn công tác và sinh hoạt đảng",
    LEFT: "việc của người không còn trong danh sách đảng viên",
    TENTATIVE: "việc có hạn mới là dự kiến",
    PROMISED: "việc đã hẹn ngày nộp, chờ đến ngày hẹn",
    QUIET: "việc mà người nhận chọn không nhận thư ở nấc này (vẫn báo trên cổng)",
    STRUCK: "thư cán bộ đã bỏ",
    HELD: "thư cán bộ đang giữ",
    ALREADY_PLANNED: "việc đã nhắc ở nấc này",
    ALREADY_MAILED: "người hôm nay đã có một thư",
}
"""What stands behind the number of those left out: "1 thư cán bộ đã bỏ"."""


class Duty(NamedTuple):
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
    is_of_leads: bool = False
    """A form about the unit: the leads of its cluster owe it, the unit's own contacts are not told."""


class Person(NamedTuple):
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
    watched: set[int] = field(default_factory=set)
    """Units told of because the person leads their cluster: others hand in there, but for forms about the unit."""
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
    for contact in contacts:
        if contact.address != member.address:
            return contact
    return None


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
    of_contacts: defaultdict[int, list[Duty]] = defaultdict(list)
    of_leads: defaultdict[int, list[Duty]] = defaultdict(list)
    units: dict[int, None] = {}
    for duty in duties:
        unit_id, member_id = duty.unit_id, duty.member_id
        if duty.is_of_leads:
            of_leads[unit_id].append(duty)
            if not (leads or {}).get(unit_id):
                gathering.without_address.append(duty)
            continue
        units[unit_id] = None
        if member_id is not None:
            member = members.get(member_id)
            if member is None:
                gathering.skipped[NO_ADDRESS] += 1
                gathering.without_address.append(duty)
            else:
                gathering.tell_own(member, duty, contacts.get(unit_id, ()))
        elif not contacts.get(unit_id):
            gathering.without_address.append(duty)
        if member_id is None or duty.tells_unit:
            of_contacts[unit_id].append(duty)
        if duty.tells_cluster:
            of_leads[unit_id].append(duty)
    for unit_id, some in of_contacts.items():
        for contact in contacts.get(unit_id, ()):
            gathering.tell_of_unit(contact, some, unit_id)
    for unit_id, some in of_leads.items() if leads else ():
        unit_contacts = contacts.get(unit_id, ())
        for lead in leads.get(unit_id, ()):
            answers = lead.address in {contact.address for contact in unit_contacts}
            told_as_lead = [one for one in some if one.is_of_leads] if answers else some
            gathering.tell_of_unit(lead, told_as_lead, unit_id, watches=not answers)
    silent_units = sum(not contacts.get(unit_id) for unit_id in units)
    if silent_units:
        gathering.skipped[UNIT_NO_ADDRESS] = silent_units
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
        self._all_told = not (told or mailed or left_out or is_quiet)
        self._letters: dict[str, Letter] = {}
        self._quiet: dict[str, Letter] = {}
        self.skipped: Counter[str] = Counter()
        self._left: set[tuple[str, str]] = set()
        self.without_address: list[Duty] = []

    def tell_own(self, person: Person, duty: Duty, contacts: tuple[Person, ...]) -> None:
        """Put his own duty into a member's letter; `contacts`: of his unit."""
        letters = self._letters if self._all_told else self._place(person, duty)
        if letters is None:
            return
        letter = letters.get(person.address)
        if letter is None:
            letter = letters[person.address] = Letter(person)
        letter.own.append(duty)
        letter.through = letter.through or through_whom(person, contacts)

    def tell_of_unit(self, person: Person, duties: list[Duty], unit_id: int, *, watches: bool = False) -> None:
        """Put duties of a unit into the letter of somebody who answers for it or `watches` it; not what he owes himself
        as a member, which is told him as his own."""
        if person.member_id is not None:
            duties = [one for one in duties if one.member_id != person.member_id or one.is_of_leads]
        if self._all_told:
            self._add(self._letters, person, duties, unit_id, watches)
            return
        for duty in duties:
            letters = self._place(person, duty)
            if letters is not None:
                self._add(letters, person, [duty], unit_id, watches)

    def _place(self, person: Person, duty: Duty) -> dict[str, Letter] | None:
        """Among which letters it is told; None when there is a reason not to (which is counted)."""
        address = person.address
        if self._told and (duty.obligation_id, duty.stage, duty.due_at, address) in self._told:
            self.skipped[ALREADY_PLANNED] += 1
            return None
        if address in self._mailed:
            self._leave_out(ALREADY_MAILED, address)
            return None
        if address in self._left_out:
            self._leave_out(self._left_out[address], address)
            return None
        if self._is_quiet is not None and self._is_quiet(person, duty.stage):
            self.skipped[QUIET] += 1
            return self._quiet
        return self._letters

    def _leave_out(self, reason: str, address: str) -> None:
        """Count the letter that does not go: once, however much it would have told."""
        self.skipped[reason] += (reason, address) not in self._left
        self._left.add((reason, address))

    @staticmethod
    def _add(letters: dict[str, Letter], person: Person, duties: list[Duty], unit_id: int, watches: bool) -> None:
        if not duties:
            return
        letter = letters.get(person.address)
        if letter is None:
            letter = letters[person.address] = Letter(person)
        elif person.post and not letter.person.post:
            letter.person = person
        letter.of_units.setdefault(unit_id, []).extend(duties)
        if watches:
            letter.watched.add(unit_id)

    def result(self) -> Gathering:
        """All letters, in the order of addresses."""
        letters = [self._letters[address] for address in sorted(self._letters)]
        quiet = [self._quiet[address] for address in sorted(self._quiet)]
        return Gathering(letters, self.skipped, self.without_address, quiet)

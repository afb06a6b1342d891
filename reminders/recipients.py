"""Who can be written to: members with an address, and the contacts of each unit.

The contacts of a Party unit are its bí thư and phó bí thư (appointments), of an office its heads and deputies, and
everybody who holds the secretary's role there. A unit whose contacts have no address is answered for by the nearest
unit above it (not by the ward); the ward's own office, by the committee's mailbox.

Not here: what they are told (`digests.py`), who owes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from outbox.services import is_address
from reminders.digests import Person
from reminders.wording import post_of
from units.choices import LEFT_STATUSES, PositionGroup, Role, UnitKind
from units.models import Appointment, CommitteeProfile, Membership, RoleGrant, Unit, User

SECRETARY_POST = "Bí thư, phó bí thư"


class UnitFacts(NamedTuple):
    """What letters and pages say of a unit."""

    pk: int
    code: str
    name: str
    kind: str
    path: str
    ward_id: int
    cluster_id: int | None = None


_FACTS = ("pk", "code", "name", "kind", "path", "ward_id", "cluster_id")


def units_of(wards: Collection[Unit]) -> dict[int, UnitFacts]:
    """All units of the wards by id, their roots among them. One query."""
    rows = Unit.objects.filter(ward__in=wards).order_by().values_list(*_FACTS)
    return {unit.pk: unit for unit in map(UnitFacts._make, rows)}


def with_those_above(unit_ids: Collection[int]) -> dict[int, UnitFacts]:
    """These units and all above them, by id. Two queries."""
    return those_above(Unit.objects.filter(pk__in=unit_ids).order_by().values_list("path", flat=True))


def those_above(paths: Iterable[str]) -> dict[int, UnitFacts]:
    """The units of these paths and all above them, by id. One query."""
    above = {path[:end] for path in paths for end in range(Unit.steplen, len(path) + 1, Unit.steplen)}
    rows = Unit.objects.filter(path__in=above, ward__isnull=False).order_by().values_list(*_FACTS)
    return {row[0]: UnitFacts(*row) for row in rows}


def account_addresses(
    wards: Collection[Unit],
    member_ids: Collection[int] | None = None,
    *,
    appointed_in: Collection[int] | QuerySet | None = None,
) -> dict[int, str]:
    """Member id → address of his active account, for the members asked for (None: all of the wards) and whoever has or
    had a post in the units `appointed_in`. One query."""
    users = User.objects.filter(is_active=True, member__ward__in=wards)
    if member_ids is not None:
        asked = Q(member__in=member_ids)
        if appointed_in is not None:
            asked |= Q(member__in=Appointment.objects.filter(unit__in=appointed_in).order_by().values("member"))
        users = users.filter(asked)
    return {member_id: email.lower() for member_id, email in users.order_by("-pk").values_list("member_id", "email")}


def usable(*addresses: str | None, bad: frozenset[str] = frozenset()) -> str:
    """The first of the addresses that mail can be sent to, in lower case; "" when there is none. `bad`: see outbox."""
    for address in addresses:
        if address and (lower := address.lower()) not in bad and is_address(lower):
            return lower
    return ""


def members_by_id(
    rows: Iterable[tuple[int, str, str]], accounts: dict[int, str], bad: frozenset[str] = frozenset()
) -> dict[int, Person]:
    """(id, name, own address) → persons, for those who can be written to: by their own address, else their account's."""
    found = {}
    for member_id, name, email in rows:
        address = usable(email, accounts.get(member_id), bad=bad)
        if address:
            found[member_id] = Person(address, name, member_id=member_id, has_account=member_id in accounts)
    return found


_WARDS_OF_POSTS = 32
"""The posts of so many wards are read at a time: for those of a whole city PostgreSQL walks through all its members."""


def _batches(wards: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    for start in range(0, len(wards), _WARDS_OF_POSTS):
        yield wards[start : start + _WARDS_OF_POSTS]


def contacts_of(
    wards: Collection[Unit],
    day: date,
    units: dict[int, UnitFacts],
    *,
    accounts: dict[int, str] | None = None,
    only_these: bool = False,
    bad: frozenset[str] = frozenset(),
) -> dict[int, tuple[Person, ...]]:
    """Unit id → contacts with an address, for those of `units` that have some, their own or of a unit above.

    `units` must hold the units above too; with `only_these` nobody else's posts are read. Secretaries before deputies,
    by the order of positions. `accounts` None: those of the contacts are looked up with their posts. Nobody is a contact
    at an address in `bad`. Three queries, one more for each further `_WARDS_OF_POSTS`.
    """
    where = Q(unit__in=units.keys()) if only_these else Q(unit__ward__in=wards)
    ranges = [where] if only_these else [Q(unit__ward__in=some) for some in _batches(list(wards))]
    read = chain.from_iterable(_appointments(some, day, accounts) for some in ranges)
    appointments = sorted(read, key=_is_deputy)
    own: defaultdict[int, dict[str, Person]] = defaultdict(dict)
    for unit_id, person in (*_appointed(appointments, units, bad), *_granted(where, day, units, bad)):
        own[unit_id].setdefault(person.address, person)
    by_path = {units[unit_id].path: tuple(people.values()) for unit_id, people in own.items()}
    offices = _offices(wards, bad)
    roots = {ward.pk: len(ward.path) for ward in wards}
    found = {}
    for unit in units.values():
        contacts = by_path.get(unit.path) or _nearest(unit, roots[unit.ward_id], by_path)
        if not contacts and unit.kind in (UnitKind.OFFICE, UnitKind.WARD):
            contacts = offices.get(unit.ward_id, ())
        if contacts:
            found[unit.pk] = contacts
    return found


def _offices(wards: Collection[Unit], bad: frozenset[str]) -> dict[int, tuple[Person, ...]]:
    """Ward id → the committee's mailbox as a contact, where there is a usable one."""
    rows = CommitteeProfile.objects.filter(unit__in=wards).values_list("unit_id", "mailbox", "office_name")
    found = {ward_id: (usable(mailbox, bad=bad), name) for ward_id, mailbox, name in rows}
    return {ward_id: (Person(address, name),) for ward_id, (address, name) in found.items() if address}


def _nearest(unit: UnitFacts, root: int, by_path: dict[str, tuple[Person, ...]]) -> tuple[Person, ...]:
    """Contacts of the unit itself or of the nearest unit above it that has some, below the ward."""
    for end in range(len(unit.path), root, -Unit.steplen):
        if unit.path[:end] in by_path:
            return by_path[unit.path[:end]]
    return ()


_Appointment = tuple[int, int, str, str, str, str, str | None]
"""Unit, member, his name, own address and phone, the title, the address of his active account."""


def _appointments(where: Q, day: date, accounts: Mapping[int, str] | None) -> Iterable[_Appointment]:
    """Secretaries and deputies of Party units, heads and deputies of offices; those who left the Party are not. Accounts
    are those given, else (None) looked up in the same query."""
    group_fits = Q(position__group=PositionGroup.CELL_SECRETARY) | Q(
        position__group=PositionGroup.OFFICE_HEAD, unit__kind=UnitKind.OFFICE
    )
    found = (
        Appointment.objects.active(day)
        .filter(group_fits, where)
        .exclude(member__status__in=LEFT_STATUSES)
        .order_by("position__order", "member__sort_key", "pk")
    )
    columns = ("unit_id", "member_id", "member__full_name", "member__email", "member__phone", "position__title")
    if accounts is None:
        own = User.objects.filter(member=OuterRef("member"), is_active=True).order_by("pk")
        return found.values_list(*columns, Subquery(own.values("email")[:1]))
    return ((*row, accounts.get(row[1])) for row in found.values_list(*columns))


def _is_deputy(appointment: _Appointment) -> bool:
    return appointment[5].casefold().startswith("phó")


def _appointed(
    appointments: Iterable[_Appointment], units: dict[int, UnitFacts], bad: frozenset[str]
) -> Iterable[tuple[int, Person]]:
    for unit_id, member_id, name, email, phone, title, account in appointments:
        address = usable(email, account, bad=bad)
        if address:
            post = post_of(title, units[unit_id].name)
            yield unit_id, Person(address, name, post, member_id, phone, account is not None)


def posts_of(unit_ids: Collection[int], day: date) -> dict[int, tuple[str, str, str]]:
    """Unit id → (name, post, phone) of whom to ring: the first with a phone, else the first; also without address."""
    found: dict[int, tuple[str, str, str]] = {}
    for unit_id, _, name, _, phone, title, _ in sorted(_appointments(Q(unit__in=unit_ids), day, {}), key=_is_deputy):
        if unit_id not in found or (phone and not found[unit_id][2]):
            found[unit_id] = (name, title, phone)
    return found


def _still_belongs(day: date) -> Q:
    """Of a grant: its account is nobody's in the roster, or of one who belongs to some unit on `day`. Who leaves loses his
    roles with it; roles left by imports of earlier versions, and one given by hand since, tell him nothing either."""
    somewhere = Membership.objects.active(day).filter(member=OuterRef("user__member"))
    return Q(user__member=None) | Q(Exists(somewhere))


def _granted(where: Q, day: date, units: dict[int, UnitFacts], bad: frozenset[str]) -> Iterable[tuple[int, Person]]:
    """Accounts that hold the secretary's role; a linked member is written to at his own address."""
    rows = (
        RoleGrant.objects.active(day)
        .filter(where, role=Role.SECRETARY, user__is_active=True)
        .exclude(user__member__status__in=LEFT_STATUSES)
        .filter(_still_belongs(day))
        .order_by("pk")
        .values_list("unit_id", "user__member_id", "user__full_name", "user__member__email", "user__email")
    )
    for unit_id, member_id, name, own_address, account in rows:
        address = usable(own_address, account, bad=bad)
        if address:
            post = post_of(SECRETARY_POST, units[unit_id].name)
            yield unit_id, Person(address, name, post, member_id, has_account=True)


LEAD_POST = "Phụ trách cụm"
_CLUSTER_WORD = "Cụm "


def lead_post(cluster: str) -> str:
    """The post of who leads the cluster of that name: "Phụ trách cụm 1", whether it is called "Cụm 1" or "1"."""
    return f"{LEAD_POST} {cluster.removeprefix(_CLUSTER_WORD)}"


def leads_of(
    wards: Collection[Unit], day: date, units: dict[int, UnitFacts], bad: frozenset[str] = frozenset()
) -> dict[int, tuple[Person, ...]]:
    """Unit id → those who lead its cluster (its own, or of the nearest unit above it that stands in one). One query.

    `units` must hold the units above too.
    """
    rows = (
        RoleGrant.objects.active(day)
        .filter(cluster__ward__in=wards, role=Role.CLUSTER_LEAD, user__is_active=True)
        .exclude(user__member__status__in=LEFT_STATUSES)
        .filter(_still_belongs(day))
        .order_by("pk")
        .values_list(
            "cluster_id", "cluster__name", "user__member_id", "user__full_name", "user__member__email", "user__email"
        )
    )
    of_cluster: defaultdict[int, dict[str, Person]] = defaultdict(dict)
    for cluster_id, cluster, member_id, name, own_address, account in rows:
        address = usable(own_address, account, bad=bad)
        if address:
            person = Person(address, name, lead_post(cluster), member_id, has_account=True)
            of_cluster[cluster_id].setdefault(address, person)
    if not of_cluster:
        return {}
    clusters = {unit.path: unit.cluster_id for unit in units.values() if unit.cluster_id}
    found = {}
    for unit in units.values():
        ends = range(len(unit.path), 0, -Unit.steplen)
        cluster = next((clusters[unit.path[:end]] for end in ends if unit.path[:end] in clusters), None)
        if cluster in of_cluster:
            found[unit.pk] = tuple(of_cluster[cluster].values())
    return found

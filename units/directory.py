"""What the roster pages show: units with their heads and counts, members with their posts, one person's history.

A fixed number of queries, whatever the length of a list.
Not here: who may see which rows (`visible_to`), the pages (`views`, `templates/units`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from units.choices import Block, PositionGroup, Role
from units.models import Appointment, Cluster, Exemption, Member, Membership, RoleGrant, Unit
from units.querysets import MemberQuerySet, UnitQuerySet
from vietnamese.collation import person_collation_key

if TYPE_CHECKING:
    from units.models import User

HEAD_GROUPS = (PositionGroup.STANDING_COMMITTEE, PositionGroup.CELL_SECRETARY, PositionGroup.OFFICE_HEAD)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A row of the list of units. `members` are those of the unit and of everything below it, `own` those of itself."""

    unit: Unit
    level: int
    head: Appointment | None
    members: int
    own: int = 0


@dataclass(slots=True)
class MemberLine:
    """A row of a list of members: who, where, which posts, exempt or not, on one day."""

    member: Member
    unit: Unit | None
    posts: list[Appointment]
    exemption: Exemption | None
    is_temporary: bool = False


@dataclass(frozen=True, slots=True)
class MemberFile:
    """Everything the roster knows of one member, newest first; empty parts where the reader may not look."""

    member: Member
    memberships: list[Membership]
    appointments: list[Appointment]
    exemptions: list[Exemption]
    shows_contact: bool
    shows_reasons: bool


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The filters of a list, as the page has read them."""

    text: str = ""
    block: str = ""
    cluster: int | None = None
    kind: str = ""
    group: str = ""
    exempt: str = field(default="")

    @property
    def is_any(self) -> bool:
        """Whether anything is narrowed."""
        return any((self.text, self.block, self.cluster, self.kind, self.group, self.exempt))


def find_units(visible: UnitQuerySet, wanted: Narrowing, *, day: date) -> QuerySet:
    """Open units that match, in the order of the tree."""
    units = visible.open_on(day).select_related("cluster").search(wanted.text)
    if wanted.block:
        units = units.filter(block=wanted.block)
    if wanted.cluster:
        units = units.filter(cluster=wanted.cluster)
    if wanted.kind:
        units = units.filter(kind=wanted.kind)
    return units.order_by("path")


def unit_lines(units: Sequence[Unit], *, day: date, reader: User) -> list[UnitLine]:
    """The rows of these units, for whom they are; three queries."""
    if not units:
        return []
    heads = heads_of(units, day=day, reader=reader)
    own = own_counts(units, day=day)
    counts = _summed_up(own)
    top = min(unit.depth for unit in units)
    return [
        UnitLine(unit, unit.depth - top, heads.get(unit.pk), counts.get(unit.path, 0), own.get(unit.path, 0))
        for unit in units
    ]


@dataclass(slots=True)
class Branch:
    """A unit or a group (khối, cụm) of the tree with what stands below it, to be folded."""

    name: str
    line: UnitLine | None = None
    below: list[Branch] = field(default_factory=list)
    members: int = 0

    @property
    def units(self) -> int:
        """Units below, at any depth."""
        return sum(1 + branch.units for branch in self.below)


def tree_of(lines: Sequence[UnitLine]) -> list[Branch]:
    """The branches of units given in the order of the tree; a unit whose parent is not among them stands on top."""
    top: list[Branch] = []
    above: list[tuple[str, Branch]] = []
    for line in lines:
        branch = Branch(line.unit.name, line, members=line.members)
        while above and not line.unit.path.startswith(above[-1][0]):
            above.pop()
        (above[-1][1].below if above else top).append(branch)
        above.append((line.unit.path, branch))
    return top


def grouped(lines: Sequence[UnitLine], *, by: str) -> list[Branch]:
    """The units by khối ("khoi") or cụm ("cum"), those of none last; members are counted once, in the unit itself."""
    groups: dict[tuple, Branch] = {}
    blocks = {value: place for place, value in enumerate(Block.values)}
    for line in lines:
        unit, cluster = line.unit, line.unit.cluster
        if by == "khoi":
            key: tuple = (unit.block == "", blocks.get(unit.block, 0), "")
            name = unit.get_block_display() or "Không thuộc khối nào"
        else:
            key = (cluster is None, cluster.order if cluster else 0, cluster.name if cluster else "")
            name = cluster.name if cluster else "Không thuộc cụm nào"
        group = groups.setdefault(key, Branch(name))
        group.below.append(Branch(unit.name, line, members=line.own))
        group.members += line.own
    return [groups[key] for key in sorted(groups)]


def heads_of(units: Iterable[Unit], *, day: date, reader: User | None = None) -> dict[int, Appointment]:
    """Unit → who leads it on `day`: its first post in the order of naming among secretaries and heads.

    With a `reader` each says as `is_open` whether he may look at that person, who may belong to a unit elsewhere.
    """
    appointments = (
        Appointment.objects.active(day)
        .filter(unit__in=[unit.pk for unit in units], position__group__in=HEAD_GROUPS)
        .select_related("member", "position")
        .order_by("position__order", "pk")
    )
    if reader is not None:
        seen = Member.objects.visible_to(reader).filter(pk=OuterRef("member_id"))
        appointments = appointments.annotate(is_open=Exists(seen))
    heads: dict[int, Appointment] = {}
    for appointment in appointments:
        heads.setdefault(appointment.unit_id, appointment)
    return heads


def own_counts(units: Sequence[Unit], *, day: date) -> dict[str, int]:
    """Tree path of every unit of the same wards → members counted in the unit itself; one query."""
    shortest = min((unit.path for unit in units), key=len)
    rows = (
        Membership.objects.counted(day)
        .filter(unit__path__startswith=shortest[: Unit.steplen], unit__ward__in={unit.ward_id for unit in units})
        .order_by()
        .values_list("unit__path")
        .annotate(number=Count("member", distinct=True))
    )
    return dict(rows)


def _summed_up(own: Mapping[str, int]) -> dict[str, int]:
    """Tree path → members of the unit and of everything below it."""
    counts: dict[str, int] = defaultdict(int)
    for path, number in own.items():
        for end in range(Unit.steplen, len(path) + 1, Unit.steplen):
            counts[path[:end]] += number
    return counts


def find_members(visible: MemberQuerySet, wanted: Narrowing, *, day: date) -> QuerySet:
    """Members counted somewhere on `day` that match, by given name."""
    places = Membership.objects.counted(day)
    if wanted.block:
        places = places.filter(unit__block=wanted.block)
    if wanted.cluster:
        places = places.filter(unit__cluster=wanted.cluster)
    members = visible.filter(pk__in=places.values("member")).search(wanted.text)
    if wanted.group:
        held = Appointment.objects.active(day).filter(position__group=wanted.group)
        members = members.filter(pk__in=held.values("member"))
    if wanted.exempt:
        members = members.filter(pk__in=Exemption.objects.active(day).values("member"))
    return members.order_by("sort_key", "birth_year", "pk")


def with_facts(members: QuerySet, *, day: date) -> QuerySet:
    """The members with what their row shows, fetched in three queries more."""
    return members.prefetch_related(
        Prefetch(
            "memberships",
            Membership.objects.counted(day).select_related("unit").order_by("kind"),
            to_attr="places_today",
        ),
        Prefetch(
            "appointments",
            Appointment.objects.active(day).select_related("position", "unit").order_by("position__order", "pk"),
            to_attr="posts_today",
        ),
        Prefetch("exemptions", Exemption.objects.active(day).order_by("pk"), to_attr="exemptions_today"),
    )


def member_lines(members: Iterable[Any]) -> list[MemberLine]:
    """The rows of members fetched `with_facts`. A temporary place comes before the regular one: he attends there."""
    lines = []
    for member in members:
        places = sorted(member.places_today, key=lambda place: place.kind != "TEMPORARY")
        lines.append(
            MemberLine(
                member=member,
                unit=places[0].unit if places else None,
                posts=member.posts_today,
                exemption=next(iter(member.exemptions_today), None),
                is_temporary=bool(places) and places[0].kind == "TEMPORARY",
            )
        )
    return lines


def member_file(member: Member, *, reader: User) -> MemberFile:
    """One person's record, with what `reader` may see of it."""
    history = ("-valid_from", "-pk")
    return MemberFile(
        member=member,
        memberships=list(member.memberships.select_related("unit").order_by(*history)),
        appointments=list(member.appointments.select_related("position", "unit").order_by(*history)),
        exemptions=list(member.exemptions.order_by(*history)),
        shows_contact=reader.has_perm("units.view_contact", member),
        shows_reasons=reader.has_perm("units.view_exemption_reason", member),
    )


def clusters_of(units: QuerySet) -> QuerySet:
    """Clusters that the units stand in, in their order."""
    return Cluster.objects.filter(pk__in=units.order_by().values("cluster")).order_by("order", "name")


@dataclass(frozen=True, slots=True)
class ClusterLine:
    """A cluster with who leads it on the day, its open units and the members counted in them."""

    cluster: Cluster
    leads: list[RoleGrant]
    units: int
    members: int


def cluster_lines(clusters: QuerySet, *, day: date) -> list[ClusterLine]:
    """The rows of these clusters; four queries, however many."""
    found = list(clusters)
    leads: dict[int | None, list[RoleGrant]] = defaultdict(list)
    grants = RoleGrant.objects.active(day).of_role(Role.CLUSTER_LEAD).filter(cluster__in=found).select_related("user")
    for grant in sorted(grants, key=_by_given_name):
        leads[grant.cluster_id].append(grant)
    open_units = Unit.objects.filter(cluster__in=found).open_on(day).order_by()
    units = dict(open_units.values_list("cluster").annotate(Count("pk")))
    counted = Membership.objects.counted(day).filter(unit__in=open_units.values("pk")).order_by()
    members = dict(counted.values_list("unit__cluster").annotate(Count("member", distinct=True)))
    return [ClusterLine(one, leads[one.pk], units.get(one.pk, 0), members.get(one.pk, 0)) for one in found]


def leads_of(cluster: Cluster, *, day: date) -> list[RoleGrant]:
    """Who leads the cluster on `day` or later."""
    grants = RoleGrant.objects.of_role(Role.CLUSTER_LEAD).filter(cluster=cluster).select_related("user")
    return sorted(grants.filter(Q(valid_to=None) | Q(valid_to__gt=day)), key=_by_given_name)


def _by_given_name(grant: RoleGrant) -> tuple[str, int]:
    return person_collation_key(grant.user.full_name), grant.pk


def secretary_lines(people: QuerySet, *, unit: Unit, day: date) -> QuerySet:
    """Members as candidates for the secretary's post: those who hold a post in the unit first, with posts and account."""
    here = Appointment.objects.active(day).filter(unit=unit, member=OuterRef("pk")).order_by("position__order")
    ranked = people.annotate(rank=Coalesce(Subquery(here.values("position__order")[:1]), 1000))
    found = with_facts(ranked, day=day).prefetch_related("accounts")
    return found.order_by("rank", "sort_key", "birth_year", "pk")

"""Writing a roster's difference: set-based, in batches, inside the transaction of `import_roster`.

Not here: what differs (`units.roster.comparison`), reading and auditing (`roster`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain, islice
from operator import attrgetter

from django.db import connection, models
from django.db.models import Q

from units.choices import Block, ExemptionReason, MembershipKind, UnitKind
from units.keys import member_key_values, member_keys, position_keys, unit_keys
from units.models import (
    Appointment,
    Cluster,
    CommitteeProfile,
    Exemption,
    Member,
    Membership,
    Position,
    Unit,
    UnitAlias,
)
from units.roster.comparison import Difference, MemberState, UnitState, first_day_there
from units.roster.posts import naming_order, position_group
from units.roster.records import ExemptionRow, MemberRow, Post, UnitRow
from units.services.appointments import GROUPS
from units.services.bulk_rows import batches
from units.services.roster_journal import Journal
from units.services.side_writer import FIRST, SideWriter

BATCH = 5000
_MANY = 1000  # new members after which the planner is told
_AHEAD = len(FIRST)  # pieces of people handed over before their units are made: as long as making these takes
_SORTED = 20_000  # new people put in order together


def exclusive(last_day: date | None) -> date | None:
    """The `valid_to` of a fact whose last day is stated; None = open."""
    return last_day + timedelta(days=1) if last_day else None


def apply_difference(
    difference: Difference, *, ward: Unit | None, on: date, journal: Journal, writer: SideWriter
) -> Unit:
    """Write everything; returns the ward, made when `ward` is None. `on` dates what the file does not date.

    `journal` is told of every row before it is changed and of every row that is added. New people go through `writer`, so
    some of them may still be on their way when this returns.
    """
    if ward is None:
        row = next(row for row in difference.units_new if row.kind == UnitKind.WARD)
        root, new_rows = make_ward_root(row), [one for one in difference.units_new if one is not row]
    else:
        root, new_rows = ward, difference.units_new
    units = {unit.code: unit for unit in Unit.objects.filter(ward=root)}
    journal.changes(units.values())
    kinds = {code: (unit.kind, unit.block) for code, unit in units.items()} | {
        row.code: (row.kind, row.block) for row in (*new_rows, *(row for _, row in difference.units_changed))
    }
    clusters = _clusters(root, [*difference.units_new, *(row for _, row in difference.units_changed)], journal)
    _count_children(new_rows, units)
    keys = (writer.take_ids(Unit, len(new_rows)), writer.take_ids(UnitAlias, sum(len(row.aliases) for row in new_rows)))
    people = _People(difference.members_new, writer)
    positions = _Positions(root, kinds, journal)
    people.begin(root, positions, journal)
    _add_units(root, new_rows, *keys, units, clusters, journal, writer)
    people.add(units)
    _change_units(root, difference.units_changed, units, clusters, journal)
    Unit.objects.filter(pk__in=[state.pk for state in difference.units_closed]).update(closed_on=on)
    _change_members(difference, units, on, journal)
    _change_posts(difference, units, positions, on, journal)
    _end_in_closed([state.pk for state in difference.units_closed], on, journal)
    _change_exemptions(difference, on, journal)
    return root


def refresh_statistics(difference: Difference, writer: SideWriter) -> None:
    """Tell the planner of many new people, when all is written; nobody waits for it."""
    if len(difference.members_new) >= _MANY:
        writer.refresh_statistics(Unit, Member, Membership, Appointment, Exemption)


# ---- units -----------------------------------------------------------------------------------------


def make_ward_root(row: UnitRow) -> Unit:
    """The ward's root unit, under the city's when there is one, with the profile its papers are printed from."""
    city = Unit.objects.filter(kind=UnitKind.CITY).first()
    fields = {**unit_keys(row.code, row.name), "kind": row.kind, "block": row.block}
    root = Unit.objects.add_child(city, fields) if city else Unit.objects.add_root(fields)
    root.ward = root
    root.save(update_fields=["ward"])
    UnitAlias.objects.bulk_create([UnitAlias(unit=root, name=alias) for alias in row.aliases])
    committee = row.name.replace("Đảng bộ", "Đảng ủy", 1)
    CommitteeProfile.objects.create(
        unit=root,
        name=committee,
        superior_name=city.name if city else "Đảng bộ Thành phố Hà Nội",
        place_name=committee.removeprefix("Đảng ủy").strip().removeprefix("phường").strip() or committee,
    )
    return root


def _clusters(ward: Unit, rows: Iterable[UnitRow], journal: Journal) -> dict[str, Cluster]:
    """Clusters of the ward by name, the missing ones made in the order of their numbers."""
    known = {cluster.name: cluster for cluster in Cluster.objects.filter(ward=ward)}
    missing = {row.cluster for row in rows if row.cluster} - set(known)
    for name in missing:
        number = "".join(char for char in name if char.isdigit())
        known[name] = Cluster(ward=ward, name=name, order=min(int(number[:4] or 0), 9999))
    made = [known[name] for name in sorted(missing, key=lambda name: known[name].order)]
    journal.adds(Cluster, Cluster.objects.bulk_create(made))
    return known


def _count_children(rows: list[UnitRow], units: dict[str, Unit]) -> None:
    """The stored units under which new ones come count them."""
    more = Counter(row.parent for row in rows if row.parent in units)
    for code, number in more.items():
        units[code].numchild += number
    Unit.objects.bulk_update([units[code] for code in more], ["numchild"], batch_size=BATCH)


def _add_units(
    ward: Unit,
    rows: list[UnitRow],
    keys: Iterator[int],
    alias_keys: Iterator[int],
    units: dict[str, Unit],
    clusters: dict[str, Cluster],
    journal: Journal,
    writer: SideWriter,
) -> None:
    """Insert the new units at once, with these keys: paths are worked out here, parents before children. `units`, the stored
    ones by code, gains them.
    """
    if not rows:
        return
    last_step = _last_steps(units.values())
    waiting = defaultdict(list)
    for row in rows:
        waiting[row.parent].append(row)
    queue = [code for code in waiting if code in units]
    made: list[Unit] = []
    for code in queue:
        parent = units[code]
        for row in waiting[code]:
            last_step[parent.path] = last_step.get(parent.path, 0) + 1
            unit = Unit(
                pk=next(keys),
                **unit_keys(row.code, row.name),
                ward=ward,
                kind=row.kind,
                block=row.block,
                cluster=clusters.get(row.cluster),
                depth=parent.depth + 1,
                path=Unit._get_path(parent.path, parent.depth + 1, last_step[parent.path]),
                numchild=len(waiting.get(row.code, ())),
            )
            units[row.code] = unit
            made.append(unit)
            if row.code in waiting:
                queue.append(row.code)
    columns = {field.name: field.attname for field in Unit._meta.concrete_fields}
    writer.insert(Unit, tuple(columns), map(attrgetter(*columns.values()), made))
    journal.adds(Unit, made)
    aliases = [(units[row.code].pk, alias) for row in rows for alias in row.aliases]
    numbered = ((pk, *alias) for pk, alias in zip(alias_keys, aliases, strict=True))
    fields = ("id", "unit", "name")
    writer.insert(UnitAlias, fields, journal.adds_plain(UnitAlias, fields, numbered))


def _last_steps(units: Iterable[Unit]) -> dict[str, int]:
    """Path of each parent → step of its last child."""
    steps: dict[str, int] = {}
    for unit in units:
        above, own = unit.path[: -Unit.steplen], unit.path[-Unit.steplen :]
        steps[above] = max(steps.get(above, 0), Unit._str2int(own))
    return steps


def _change_units(
    ward: Unit,
    pairs: list[tuple[UnitState, UnitRow]],
    units: dict[str, Unit],
    clusters: dict[str, Cluster],
    journal: Journal,
) -> None:
    if not pairs:
        return
    changed = [units[state.code] for state, _ in pairs]
    for unit, (state, row) in zip(changed, pairs, strict=True):
        for name, value in unit_keys(row.code, row.name).items():
            setattr(unit, name, value)
        unit.kind, unit.block, unit.cluster = row.kind, row.block, clusters.get(row.cluster)
        if state.is_closed:  # opened again by the file; an end that is arranged for a later day stands
            unit.closed_on = None
    fields = ["name", "folded", "sort_key", "kind", "block", "cluster", "closed_on"]
    Unit.objects.bulk_update(changed, fields, batch_size=BATCH)
    _change_aliases([(state, row) for state, row in pairs if state.aliases != frozenset(row.aliases)], journal)
    _move_units(ward, {row.code: row.parent for state, row in pairs if state.parent != row.parent})


def _change_aliases(pairs: list[tuple[UnitState, UnitRow]], journal: Journal) -> None:
    wanted = {state.pk: frozenset(row.aliases) for state, row in pairs}
    for batch in batches(wanted, BATCH):
        stored = UnitAlias.objects.filter(unit__in=batch).order_by("pk")
        gone = [alias for alias in stored if alias.name not in wanted[alias.unit_id]]
        journal.removes(gone)
        UnitAlias.objects.filter(pk__in=[alias.pk for alias in gone]).delete()
    fresh = [
        UnitAlias(unit_id=state.pk, name=alias)
        for state, row in pairs
        for alias in row.aliases
        if alias not in state.aliases
    ]
    journal.adds(UnitAlias, UnitAlias.objects.bulk_create(fresh, batch_size=BATCH))


def _move_units(ward: Unit, parents: dict[str, str]) -> None:
    """Put units (by code) under others, from the top of the tree as it will be: nothing goes below itself on the way, when
    two change places.
    """
    if not parents:
        return
    code_at = dict(Unit.objects.filter(ward=ward).values_list("path", "code"))
    above = {code: code_at.get(path[: -Unit.steplen], "") for path, code in code_at.items()} | parents

    def depth(code: str) -> int:
        return 1 + depth(above[code]) if above[code] else 0

    for code in sorted(parents, key=depth):
        # Each move renames paths below it, so both ends are read afresh.
        unit = Unit.objects.get(ward=ward, code=code)
        Unit.objects.move(unit, Unit.objects.get(ward=ward, code=parents[code]), "last-child")


# ---- members ---------------------------------------------------------------------------------------


class _People:
    """New members, where they belong, what they hold, whether they are exempt: no object per row.

    Two steps, so that the server has something to do while units are made. Whatever must be asked is asked before the first
    piece is handed over, so that nobody waits for a piece until all are.
    """

    def __init__(self, rows: list[MemberRow], writer: SideWriter) -> None:
        """Takes the keys of the first ones by themselves: those of a hundred thousand take as long as making the first."""
        self._rows, self._writer = rows, writer
        pieces = list(writer.pieces(rows))
        self._first, self._later = pieces[:_AHEAD], pieces[_AHEAD:]
        self._members = writer.take_ids(Member, sum(map(len, self._first)))
        self._posts = dict.fromkeys(chain.from_iterable(map(attrgetter("posts"), rows)))
        self._written: list[tuple[int, MemberRow]] = []

    def begin(self, ward: Unit, positions: _Positions, journal: Journal) -> None:
        """Take the other keys and insert the first people, who need nothing but their ward yet."""
        self._ward_pk, self._journal = ward.pk, journal
        self._position_of = {post: positions.of(post) for post in self._posts}
        take_ids, rows = self._writer.take_ids, self._rows
        self._members = chain(self._members, take_ids(Member, sum(map(len, self._later))))
        self._memberships = take_ids(Membership, len(rows))
        self._appointments = take_ids(Appointment, sum(len(row.posts) for row in rows))
        self._exemptions = take_ids(Exemption, sum(row.exemption is not None for row in rows))
        for piece in self._first:
            self._add_members(piece)

    def add(self, units: dict[str, Unit]) -> None:
        """Insert all the rest; `units` by code."""
        day = connection.ops.adapt_datefield_value
        unit_pk = {code: unit.pk for code, unit in units.items()}
        unknown = ExemptionReason.UNKNOWN.value
        places = {post: (position, unit_pk[post.unit]) for post, position in self._position_of.items()}
        written = self._written
        self._add_memberships(0, unit_pk)
        for piece in self._later:
            before = len(written)
            self._add_members(piece)
            self._add_memberships(before, unit_pk)
        self._insert(
            Appointment,
            ("member", "position", "unit"),
            ((next(self._appointments), pk, *places[post]) for pk, row in written if row.posts for post in row.posts),
        )
        self._insert(
            Exemption,
            ("member", "decision", "reason", "valid_from", "valid_to"),
            (
                (next(self._exemptions), pk, one.decision, unknown, day(one.first_day), day(exclusive(one.last_day)))
                for pk, row in written
                if (one := row.exemption)
            ),
        )

    def _add_members(self, piece: Iterable[MemberRow]) -> None:
        fields = ("ward", "full_name", "tone_key", "folded", "sort_key", "birth_year", "email", "phone", "status")
        self._insert(Member, fields, self._values_of(piece))

    def _values_of(self, piece: Iterable[MemberRow]) -> Iterator[tuple]:
        ward_pk, written = self._ward_pk, self._written
        for (tone, folded, order), row in _by_name(piece):
            pk = next(self._members)
            written.append((pk, row))
            yield pk, ward_pk, row.name, tone, folded, order, row.birth_year, row.email, row.phone, row.status

    def _add_memberships(self, begin: int, unit_pk: dict[str, int]) -> None:
        """Where everybody belongs who was written from the `begin`-th on."""
        day, regular = connection.ops.adapt_datefield_value, MembershipKind.REGULAR.value
        values = (
            (next(self._memberships), pk, unit_pk[row.unit], regular, day(row.since))
            for pk, row in islice(self._written, begin, None)
        )
        self._insert(Membership, ("member", "unit", "kind", "valid_from"), values)

    def _insert(self, model: type[models.Model], fields: tuple[str, ...], values: Iterable[tuple]) -> None:
        """Insert rows that begin with their key and tell the journal."""
        self._writer.insert(model, ("id", *fields), self._journal.adds_plain(model, ("id", *fields), values))


def _by_name(rows: Iterable[MemberRow]) -> Iterator[tuple[tuple[str, str, str], MemberRow]]:
    """Rows with the keys of their names, by name within every `_SORTED` of a piece, homonyms as in the file.

    Both indexes a member goes into, that of names and that of units, then grow in few places at a time; row by row as
    the file has them, most of the time would go into opening the index of names here and there.
    """
    for batch in batches(rows, _SORTED):
        yield from sorted(((member_key_values(row.name), row) for row in batch), key=_order_of)


def _order_of(keyed: tuple[tuple[str, str, str], MemberRow]) -> str:
    return keyed[0][2]


def _change_members(difference: Difference, units: dict[str, Unit], on: date, journal: Journal) -> None:
    """New facts of the changed and moved; old membership closed and new one opened for the moved and the left."""
    both = [*difference.members_changed, *difference.members_moved]
    for batch in batches(both, BATCH):
        members = Member.objects.in_bulk([state.pk for state, _ in batch])
        journal.changes(members.values())
        for state, row in batch:
            member = members[state.pk]
            for name, value in member_keys(row.name).items():
                setattr(member, name, value)
            if member.status != row.status:
                member.status, member.status_since = row.status, on
            member.birth_year, member.email, member.phone = row.birth_year, row.email, row.phone
        fields = [
            "full_name",
            "tone_key",
            "folded",
            "sort_key",
            "birth_year",
            "email",
            "phone",
            "status",
            "status_since",
        ]
        Member.objects.bulk_update(members.values(), fields, batch_size=BATCH)
    _correct_first_days(difference.members_changed, journal)
    _end_memberships(
        {state.pk: first_day_there(state, row, on) for state, row in difference.members_moved if state.unit}, journal
    )
    leaving = {state.pk: max(on, state.since or on) for state in difference.members_left}
    _end_memberships(leaving, journal, every_kind=True)
    fresh = [
        Membership(member_id=state.pk, unit_id=units[row.unit].pk, valid_from=first_day_there(state, row, on))
        for state, row in difference.members_moved
    ]
    journal.adds(Membership, Membership.objects.bulk_create(fresh, batch_size=BATCH))


def _correct_first_days(pairs: list[tuple[MemberState, MemberRow]], journal: Journal) -> None:
    days = {
        state.pk: row.since
        for state, row in pairs
        if row.since and row.since != state.since and (state.not_before is None or row.since >= state.not_before)
    }
    for batch in batches(days, BATCH):
        open_ones = Membership.objects.filter(member_id__in=batch, kind=MembershipKind.REGULAR, valid_to=None)
        corrected = list(open_ones)
        journal.changes(corrected)
        for membership in corrected:
            membership.valid_from = days[membership.member_id]
        Membership.objects.bulk_update(corrected, ["valid_from"], batch_size=BATCH)


def _end_memberships(days: dict[int, date], journal: Journal, *, every_kind: bool = False) -> None:
    """Close the open memberships of these members (exclusive days); a leaver's temporary ones too."""
    for batch in batches(days, BATCH):
        rows = Membership.objects.filter(member_id__in=batch, valid_to=None)
        if not every_kind:
            rows = rows.filter(kind=MembershipKind.REGULAR)
        ended = list(rows)
        journal.changes(ended)
        for membership in ended:
            membership.valid_to = max(days[membership.member_id], membership.valid_from or date.min)
        Membership.objects.bulk_update(ended, ["valid_to"], batch_size=BATCH)


# ---- posts -----------------------------------------------------------------------------------------


class _Positions:
    """Positions of the ward by title and group; a missing one is made when it is first asked for."""

    def __init__(self, ward: Unit, kinds: dict[str, tuple[str, str]], journal: Journal) -> None:
        """`kinds`: code of a unit, also of one that is only being made, → its kind and block."""
        self._journal = journal
        self._ward = ward
        self._kinds = kinds
        self._known = {(p.title, p.group): p.pk for p in Position.objects.filter(ward=ward)}
        self._of_post: dict[Post, int] = {}

    def of(self, post: Post) -> int:
        """Primary key of the position that `post` means."""
        position = self._of_post.get(post)
        if position is None:
            position = self._of_post[post] = self._position(post)
        return position

    def _position(self, post: Post) -> int:
        kind, block = self._kinds[post.unit]
        group = position_group(
            post.title,
            at_ward=kind == UnitKind.WARD,
            is_enterprise=block == Block.ENTERPRISE,
            groups=GROUPS,
        )
        if (post.title, group) not in self._known:
            made = Position.objects.create(
                ward=self._ward, **position_keys(post.title), group=group, order=naming_order(post.title)
            )
            self._journal.adds(Position, [made])
            self._known[post.title, group] = made.pk
        return self._known[post.title, group]


def _change_posts(
    difference: Difference, units: dict[str, Unit], positions: _Positions, on: date, journal: Journal
) -> None:
    ended: dict[int, set[Post]] = defaultdict(set)
    for state, post in difference.appointments_ended:
        ended[state.pk].add(post)
    code_of = {unit.pk: code for code, unit in units.items()}
    for batch in batches(ended, BATCH):
        rows = Appointment.objects.filter(member_id__in=batch, valid_to=None).select_related("position")
        gone = [a for a in rows if Post(a.position.title, code_of.get(a.unit_id, "")) in ended[a.member_id]]
        journal.changes(gone)
        for appointment in gone:
            appointment.valid_to = max(on, appointment.valid_from or on)
        Appointment.objects.bulk_update(gone, ["valid_to"], batch_size=BATCH)
    fresh = [
        Appointment(member_id=state.pk, position_id=positions.of(post), unit_id=units[post.unit].pk, valid_from=on)
        for state, post in difference.appointments_new
    ]
    journal.adds(Appointment, Appointment.objects.bulk_create(fresh, batch_size=BATCH))


def _end_in_closed(closed: list[int], on: date, journal: Journal) -> None:
    """Stays in a unit that closes, and posts there of whoever the file left out, end with it: by hand they would stand in
    its way, or end as well (`unit_changes.close_unit`).
    """
    later = Q(valid_to=None) | Q(valid_to__gt=on)
    for batch in batches(closed, BATCH):
        stays = Membership.objects.filter(later, unit__in=batch).exclude(kind=MembershipKind.REGULAR)
        for model, rows in (
            (Membership, list(stays)),
            (Appointment, list(Appointment.objects.filter(later, unit__in=batch))),
        ):
            journal.changes(rows)
            for row in rows:
                row.valid_to = max(on, row.valid_from or on)
            model.objects.bulk_update(rows, ["valid_to"], batch_size=BATCH)


# ---- exemptions ------------------------------------------------------------------------------------


def _exemption(member_pk: int, row: ExemptionRow) -> Exemption:
    return Exemption(
        member_id=member_pk, decision=row.decision, valid_from=row.first_day, valid_to=exclusive(row.last_day)
    )


def _change_exemptions(difference: Difference, on: date, journal: Journal) -> None:
    fresh = [_exemption(state.pk, row) for state, row in difference.exemptions_new]
    journal.adds(Exemption, Exemption.objects.bulk_create(fresh, batch_size=BATCH))
    changed = Exemption.objects.in_bulk([state.pk for state, _ in difference.exemptions_changed])
    journal.changes(changed.values())
    for state, row in difference.exemptions_changed:
        exemption = changed[state.pk]
        exemption.valid_from, exemption.valid_to = row.first_day, exclusive(row.last_day)
    Exemption.objects.bulk_update(changed.values(), ["valid_from", "valid_to"], batch_size=BATCH)
    ended = Exemption.objects.in_bulk([state.pk for state in difference.exemptions_ended])
    journal.changes(ended.values())
    for exemption in ended.values():
        exemption.valid_to = max(on, exemption.valid_from or on)
    Exemption.objects.bulk_update(ended.values(), ["valid_to"], batch_size=BATCH)

"""Importing a roster: read the file, compare it with what is stored, apply the difference as one.

The reading and the comparison are pure (`units.roster`); here is what touches the database.
Not here: single changes by the office (`units.services` grows by verb groups).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from units.choices import ImportState, ImportWork, MembershipKind, MemberStatus, UnitKind
from units.cycles import without_cycle_search
from units.errors import ImportRefused, RosterHasProblems
from units.models import Appointment, Exemption, Member, Membership, RosterImport, Unit
from units.roster.checks import check_roster, settled, without_rows
from units.roster.clashes import clashes
from units.roster.comparison import (
    Difference,
    ExemptionState,
    MemberState,
    UnitState,
    compare,
)
from units.roster.names import loose_key
from units.roster.records import WHO, FaultKey, Guidance, Post, Problem, Roster
from units.services.bulk_rows import many_rows_to_come
from units.services.import_record import VOCABULARY, Applied, ImportPlan, keep_applied, keep_lines, packed_lines
from units.services.import_rights import end_rights, seats_kept
from units.services.roster_journal import Journal
from units.services.roster_writing import apply_difference, refresh_statistics
from units.services.side_writer import writing_beside
from units.services.turns import hold_roster
from units.spreadsheets import MAX_FILE_BYTES, open_grids
from vault import services as vault

if TYPE_CHECKING:
    from units.models import User


def plan_import(
    *, path: Path, on: date, ward: Unit | None = None, accept_fixes: bool = False, skip_faulty: bool = False
) -> ImportPlan:
    """Read `path` and say what importing it on `on` would change; nothing is written.

    `ward` None = the ward whose root unit the file names (by name, else by code); none of that kind yet = a new ward.
    Raises `RosterUnreadable`.
    """
    known = _known_units(ward or _only_ward(), on)
    with without_cycle_search():
        read = check_roster(open_grids(path), vocabulary=VOCABULARY, on=on, known_units=known)
    roster, in_the_way = settled(read, accept_fixes=accept_fixes, skip_faulty=skip_faulty)
    ward = ward or (_ward_named(roster) if roster.has_units else _only_ward())
    states = list(_unit_states(ward, on)) if ward else []
    members = tuple(_member_states(ward)) if ward else ()
    with without_cycle_search():
        difference = compare(roster, units=states, members=members, on=on)
    found = _clashes(difference, roster, states, members, on)
    while skip_faulty and difference.members_asked:  # nobody can be asked here: these rows are faulty ones
        asked = tuple(problem for problem in found if problem.kind == WHO)
        left = without_rows(roster, {problem.row for problem in asked})
        roster = replace(left, problems=(*left.problems, *asked))
        with without_cycle_search():
            difference = compare(roster, units=states, members=members, on=on)
        found = _clashes(difference, roster, states, members, on)
    roster = replace(roster, problems=(*roster.problems, *found))
    return ImportPlan(roster, (*in_the_way, *found), difference, ward, tuple(states))


def _clashes(
    difference: Difference, roster: Roster, units: Iterable[UnitState], members: Iterable[MemberState], on: date
) -> tuple[Problem, ...]:
    return clashes(
        difference,
        roster,
        units=units,
        members=members,
        on=on,
        statuses=VOCABULARY.statuses,
        probationary=MemberStatus.PROBATIONARY,
        seats=seats_kept(difference, on=on),
    )


def plan_guided(*, path: Path, name: str, ward: Unit, on: date, guidance: Guidance) -> ImportPlan:
    """As `plan_import`, for a file that a person guides through the browser; repairs stand, `in_the_way` stays empty
    because what was decided lies in the rows of the import. Raises `RosterUnreadable`, `ImportRefused`.
    """
    with without_cycle_search():
        read = check_roster(
            open_grids(path, name=name),
            vocabulary=VOCABULARY,
            on=on,
            known_units=_known_units(ward, on),
            guidance=guidance,
        )
    _refuse_other_ward(read, ward)
    units = tuple(_unit_states(ward, on))
    members = tuple(_member_states(ward))
    decided = guidance.passed | guidance.same | guidance.another
    seen: dict[FaultKey, Problem] = {}
    passed: set[int] = set()
    fresh = {problem.row for problem in read.problems if problem.key in guidance.passed}
    while True:
        passed |= fresh
        roster = without_rows(read, passed)
        with without_cycle_search():
            difference = compare(roster, units=units, members=members, on=on, guidance=guidance)
        found = _clashes(difference, roster, units, members, on)
        # A clash shows only while its row is in: what was passed over is left out once the clash was seen to be there
        # still. Rows only leave, so this ends; one of them may bring out the clash of another. An answered question goes
        # with its row, too, and its answer is what brings the clash out: both stay told, so that the next reading ends alike.
        fresh = {problem.row for problem in found if problem.key in guidance.passed}
        if not fresh:
            break
        seen |= {problem.key: problem for problem in found if problem.key in decided}
    still = {problem.key for problem in found}
    gone = (problem for key, problem in seen.items() if key not in still)
    roster = replace(roster, problems=(*read.problems, *gone, *found))
    return ImportPlan(roster, (), difference, ward, units, frozenset(passed))


def _refuse_other_ward(roster: Roster, ward: Unit) -> None:
    """A file of another ward would rename this one and put its people out."""
    root = next((unit for unit in roster.units if unit.kind == UnitKind.WARD), None)
    if root is None:
        return
    own_names = {loose_key(name) for name in (ward.name, *ward.aliases.values_list("name", flat=True))}
    if loose_key(root.name) not in own_names:
        raise ImportRefused(
            f"Tệp này là danh sách của “{root.name}”, không phải của “{ward.name}”; chưa nhập gì. "
            "Nếu đảng bộ vừa đổi tên, hãy sửa tên trong danh bạ trước."
        )
    if root.code != ward.code:
        raise ImportRefused(
            f"Mã của đảng bộ phường trong tệp là “{root.code}”, trong danh bạ là “{ward.code}”; "
            "hãy sửa mã trong tệp rồi tải lên lại."
        )


@transaction.atomic
@without_cycle_search()
def import_roster(
    *,
    path: Path,
    on: date,
    by: User | str | None,
    at: datetime | None = None,
    ward: Unit | None = None,
    accept_fixes: bool = False,
    skip_faulty: bool = False,
) -> ImportPlan:
    """Apply a roster file: all of it or nothing.

    Facts the file does not date begin or end on `on`. The file, what it changed and the way back are kept as an
    applied RosterImport, which the page can undo. Recorded as `roster.import` with the counts; an import that changes
    nothing writes nothing, not even that. Raises `RosterUnreadable`, VaultError (no room), and `RosterHasProblems`
    when a problem was neither settled nor passed over.
    """
    at = at or timezone.now()
    if (held := ward or _only_ward()) is not None:
        hold_roster(held)
    plan = plan_import(path=path, on=on, ward=ward, accept_fixes=accept_fixes, skip_faulty=skip_faulty)
    if plan.ward is not None and plan.ward != held:  # of several wards the file names one
        plan = plan_import(
            path=path, on=on, ward=hold_roster(plan.ward), accept_fixes=accept_fixes, skip_faulty=skip_faulty
        )
    if plan.in_the_way:
        raise RosterHasProblems(
            f"Còn {len(plan.in_the_way)} lỗi trong danh sách; chưa nhập gì. Sửa tệp, hoặc chọn nhận cách sửa đề nghị "
            "và bỏ qua các dòng lỗi.",
            plan,
        )
    if plan.difference.is_empty:
        return plan
    journal = Journal()
    with many_rows_to_come():
        with writing_beside() as writer:
            root = apply_difference(plan.difference, ward=plan.ward, on=on, journal=journal, writer=writer)
            packed = packed_lines(plan, on)  # the server is busy with the last pieces
            end_rights(plan.difference, ward=root, on=on, by=by, journal=journal)
            journal.read_back()
            refresh_statistics(plan.difference, writer)
            applied = Applied.sealed(plan, journal)
        imported = _keep_file(path, root, on=on, by=by, at=at)
        keep_lines(imported, plan, packed, at=at)
        keep_applied(imported, plan, applied, by=by, at=at)
    return replace(plan, ward=root)


def _keep_file(path: Path, ward: Unit, *, on: date, by: User | str | None, at: datetime) -> RosterImport:
    """The row of a file that came in whole, decided in the terminal."""
    with path.open("rb") as stream:
        blob = vault.put(stream=stream, media_type="application/octet-stream", limit=MAX_FILE_BYTES, now=at)
    account = None if by is None or isinstance(by, str) else by
    return RosterImport.objects.create(
        ward=ward, blob=blob, file_name=path.name[-200:], on=on, is_part=False, state=ImportState.APPLIED,
        work=ImportWork.NONE, asked_by=account, worked_by=account, asked_at=at,
    )  # fmt: skip


# ---- what is stored --------------------------------------------------------------------------------


def _only_ward() -> Unit | None:
    """The ward of a deployment with one ward; None when there is none or more than one."""
    wards = list(Unit.objects.filter(kind=UnitKind.WARD)[:2])
    return wards[0] if len(wards) == 1 else None


def _ward_named(roster: Roster) -> Unit | None:
    """The stored ward that the file's root unit means: same name, else the only one of the same code."""
    root = next((unit for unit in roster.units if unit.kind == UnitKind.WARD), None)
    if root is None:
        return None
    wards = Unit.objects.filter(kind=UnitKind.WARD)
    named = wards.filter(name=root.name).first()
    if named is not None:
        return named
    same_code = list(wards.filter(code=root.code)[:2])
    return same_code[0] if len(same_code) == 1 else None


def _known_units(ward: Unit | None, on: date) -> list[tuple[str, str, tuple[str, ...]]]:
    """(code, name, other names) of the ward's units that are open on `on`."""
    if ward is None:
        return []
    return [(unit.code, unit.name, tuple(unit.aliases)) for unit in _unit_states(ward, on) if not unit.is_closed]


def _unit_states(ward: Unit, on: date) -> Iterator[UnitState]:
    """The ward's units as of `on`; one whose end is arranged for a later day is open still."""
    units = list(Unit.objects.filter(ward=ward).select_related("cluster").prefetch_related("aliases"))
    code_at = {unit.path: unit.code for unit in units}
    for unit in units:
        yield UnitState(
            pk=unit.pk,
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            parent=code_at.get(unit.path[: -Unit.steplen], ""),
            block=unit.block,
            cluster=unit.cluster.name if unit.cluster else "",
            aliases=frozenset(alias.name for alias in unit.aliases.all()),
            is_closed=unit.closed_on is not None and unit.closed_on <= on,
        )


def _member_states(ward: Unit) -> Iterator[MemberState]:
    """Every member of the ward with open posts and all exemptions; four queries, values only.

    Read whole and not through a cursor: for a cursor PostgreSQL plans as if only the first tenth were wanted.
    """
    code_of = dict(Unit.objects.filter(ward=ward).values_list("pk", "code"))
    places: dict[int, tuple[str, date | None]] = {}
    ended: dict[int, date] = {}
    memberships = Membership.objects.filter(member__ward=ward, kind=MembershipKind.REGULAR)
    dated = memberships.values_list("member_id", "unit_id", "valid_from", "valid_to")
    for member, unit_pk, first, end in dated:
        if end is None:
            places[member] = (code_of.get(unit_pk, ""), first)
        elif member not in ended or end > ended[member]:
            ended[member] = end
    posts = _posts_by_member(ward, code_of)
    exemptions = _exemptions_by_member(ward)
    columns = ("pk", "full_name", "tone_key", "birth_year", "status", "email", "phone")
    for pk, name, key, year, status, email, phone in Member.objects.filter(ward=ward).values_list(*columns):
        unit, since = places.get(pk, ("", None))
        yield MemberState(
            pk=pk,
            name=name,
            key=key,
            birth_year=year,
            unit=unit,
            posts=posts.get(pk, ()),
            status=status,
            exemptions=exemptions.get(pk, ()),
            email=email,
            phone=phone,
            since=since,
            not_before=ended.get(pk),
        )


def _posts_by_member(ward: Unit, code_of: dict[int, str]) -> dict[int, tuple[Post, ...]]:
    posts: dict[int, tuple[Post, ...]] = defaultdict(tuple)
    rows = Appointment.objects.filter(member__ward=ward, valid_to=None).order_by("pk")
    for member, title, unit in rows.values_list("member_id", "position__title", "unit_id"):
        posts[member] += (Post(title, code_of.get(unit, "")),)
    return posts


def _exemptions_by_member(ward: Unit) -> dict[int, tuple[ExemptionState, ...]]:
    exemptions: dict[int, tuple[ExemptionState, ...]] = defaultdict(tuple)
    rows = Exemption.objects.filter(member__ward=ward).order_by("pk")
    for pk, member, decision, first, end in rows.values_list("pk", "member_id", "decision", "valid_from", "valid_to"):
        last = end - timedelta(days=1) if end else None
        exemptions[member] += (ExemptionState(pk, decision, first, last, member),)
    return exemptions

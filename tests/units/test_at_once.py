"""Two act on the roster at one moment: neither undoes what the other has just checked, nor do they wait in a circle.

Not here: two administrators against each other (`test_last_administrator.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from audit import services as audit
from tests.factories.rosters import Row, write_roster
from tests.factories.units import grant, make_city, make_member, make_unit, make_user, make_ward
from tests.units.imports_scene import DAY, NOW, ROWS, bring, ward_with, workbook, worked
from units.choices import Block, ImportState, MemberStatus, Role, UnitKind
from units.errors import RoleGrantRefused, RosterRefused
from units.models import Appointment, Member, Membership, RoleGrant, Unit
from units.services import accounts, members, roles
from units.services.accounts import deactivate_account
from units.services.appointments import appoint
from units.services.clusters import change_cluster, make_cluster
from units.services.imports import request_apply
from units.services.members import add_member, change_status
from units.services.places import cancel_transfer, start_stay, transfer_member
from units.services.roles import end_role, end_roles, grant_role
from units.services.roster import import_roster
from units.services.side_writer import writing_beside
from units.services.turns import hold_roster, hold_unit
from units.services.unit_changes import change_unit, close_unit, open_unit

pytestmark = [pytest.mark.row_locks, pytest.mark.django_db(transaction=True)]
TODAY = date(2026, 4, 25)


def in_a_connection_of_its_own(act: Callable[[], Any]) -> Any:
    """What `act` returns, or the sentence of its refusal."""
    try:
        return act()
    except (RosterRefused, RoleGrantRefused) as refusal:
        return str(refusal)
    finally:
        connection.close()


def after(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What `second` says that begins when `first` is done but not committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            meanwhile = pool.submit(in_a_connection_of_its_own, second)
            assert not wait([meanwhile], timeout=1).done
        return meanwhile.result(timeout=20)


INTO_A_UNIT = {
    "transfer": lambda unit, member: transfer_member(member=member, to=unit, on=TODAY, by=None),
    "stay": lambda unit, member: start_stay(
        member=member, unit=unit, kind="TEMPORARY", since=TODAY, until=None, by=None
    ),
    "new member": lambda unit, member: add_member(
        unit=unit, full_name="Trần Bình", birth_year=1980, email="", phone="", status="FULL", since=TODAY, by=None
    ),
    "post": lambda unit, member: appoint(member=member, title="Bí thư", unit=unit, since=TODAY, by=None),
    "role": lambda unit, member: grant_role(
        user=member.accounts.get(), role=Role.SECRETARY, unit=unit, since=TODAY, by=None
    ),
    "unit below": lambda unit, member: open_unit(
        parent=unit, code="MOI", name="Chi bộ mới", kind=UnitKind.SUB_CELL, block=Block.RESIDENTIAL, cluster=None,
        aliases=(), opened_on=TODAY, by=None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", INTO_A_UNIT)
def test_nothing_begins_in_a_unit_that_is_closed_at_this_moment(what):
    ward = make_ward()
    closing, home = make_unit(ward), make_unit(ward)
    member = make_member(home)
    make_user(Role.MEMBER, home, member=member)
    as_read = Unit.objects.get(pk=closing.pk)
    said = after(lambda: close_unit(unit=closing, on=TODAY, by=None), lambda: INTO_A_UNIT[what](as_read, member))
    assert "giải thể" in str(said)
    for rows in (Membership, Appointment, RoleGrant):
        assert not rows.objects.filter(unit=closing).exists()
    assert Unit.objects.count() == 3


def test_nobody_gets_a_post_who_is_put_on_probation_at_this_moment():
    unit = make_unit(make_ward())
    member = make_member(unit, name="Nguyễn Văn An")
    user = make_user(Role.MEMBER, unit, member=member)

    def probation():
        change_status(member=member, status=MemberStatus.PROBATIONARY, on=TODAY, today=TODAY, by=None)

    as_read = Member.objects.select_related("ward").get(pk=member.pk)
    said = after(probation, lambda: appoint(member=as_read, title="Bí thư", unit=unit, since=TODAY, by=None))
    assert str(said).startswith("Nguyễn Văn An là đảng viên dự bị")
    Member.objects.update(status=MemberStatus.FULL, status_since=None)
    said = after(probation, lambda: grant_role(user=user, role=Role.SECRETARY, unit=unit, since=TODAY, by=None))
    assert "là đảng viên dự bị" in str(said)
    assert (Appointment.objects.count(), RoleGrant.objects.count()) == (0, 1)


# ---- an import that ends roles, and somebody at the accounts of the same people -------------------


@pytest.fixture(params=["alone", "in a city"])
def out(tmp_path, request):
    """An import that waits to be applied and expels An, who administers the ward beside another; his role, his account."""
    if request.param == "in a city":
        make_city()
    ward, admin = ward_with(ROWS, tmp_path)
    an = Member.objects.get(full_name=ROWS[0].name)
    user = make_user(Role.ADMIN, ward, member=an)
    rows = [replace(ROWS[0], status="Khai trừ", posts=""), *ROWS[1:]]
    imported = bring(ward, admin, workbook(tmp_path, rows))
    request_apply(imported=imported, by=admin, at=NOW)
    return imported, user, admin


@pytest.mark.parametrize("act", ["end", "end below the top", "lock", "give", "status", "status below the top", "roles"])
def test_an_import_and_an_administrator_do_not_wait_in_a_circle(out, act, monkeypatch):
    """The import begins when the administrator holds his first lock, before he takes the next."""
    imported, user, admin = out
    ward = imported.ward
    with ThreadPoolExecutor(1) as pool:
        begun = []

        def let_the_import_begin(*args, **kwargs):
            if not begun:
                begun.append(pool.submit(in_a_connection_of_its_own, lambda: worked(imported)))
                wait(begun, timeout=1.5)

        def with_the_top_held(module):
            """The import begins right behind the verb's first lock, that of the tree's top."""
            original = module.hold_tops

            def wrapped(grants):
                original(grants)
                let_the_import_begin()

            monkeypatch.setattr(module, "hold_tops", wrapped)

        def after_the_import_began(module, name):
            original = getattr(module, name)

            def wrapped(*args, **kwargs):
                let_the_import_begin()
                return original(*args, **kwargs)

            monkeypatch.setattr(module, name, wrapped)

        if act == "end below the top":
            with_the_top_held(roles)
            end_role(grant=user.role_grants.get(), on=DAY, by=admin)
        elif act == "status below the top":
            with_the_top_held(members)
            change_status(member=user.member, status=MemberStatus.SUSPENDED, on=DAY, today=DAY, by=admin)
        elif act == "end":
            after_the_import_began(roles, "has_other_administrator")
            end_role(grant=user.role_grants.get(), on=DAY, by=admin)
        elif act == "lock":
            after_the_import_began(accounts, "has_other_administrator")
            deactivate_account(user=user, by=admin)
        elif act == "give":
            grant(user, Role.OFFICE, ward, since=date(2026, 1, 1), until=date(2026, 2, 1))
            after_the_import_began(roles, "overlap")
            grant_role(user=user, role=Role.OFFICE, unit=ward, since=DAY, by=admin)
        elif act == "status":
            after_the_import_began(roles, "has_other_administrator")
            change_status(member=user.member, status=MemberStatus.SUSPENDED, on=DAY, today=DAY, by=admin)
        else:
            others = [grant(make_user(), Role.MEMBER, ward) for _ in range(2)]
            keys = [others[0].pk, user.role_grants.get().pk, others[1].pk]
            after_the_import_began(roles, "has_other_administrator")
            end_roles(grants=RoleGrant.objects.filter(pk__in=keys), on=DAY, by=admin)
        imported = begun[0].result(timeout=30)
    assert (imported.attempts, imported.work) == (0, "")
    assert imported.state in (ImportState.APPLIED, ImportState.SHOWN)


def test_an_import_from_the_terminal_waits_for_whoever_changes_a_member(tmp_path):
    ward_with(ROWS, tmp_path)
    rows = [*ROWS[:4], replace(ROWS[4], since=""), Row(name="Trần Thị Mới", year=1990)]
    path, member = write_roster(tmp_path / "lenh.xlsx", rows), Member.objects.get(full_name=ROWS[4].name)
    plan = after(
        lambda: transfer_member(member=member, to=Unit.objects.get(code="TDP02"), on=date(2026, 4, 20), by=None),
        lambda: import_roster(path=path, on=DAY, by=None),
    )
    [(state, _)] = plan.difference.members_moved
    assert (state.pk, state.unit) == (member.pk, "TDP02")


def test_two_imports_that_look_at_the_new_tables_do_not_wait_in_a_circle():
    """The first has looked and comes to the log; the second holds the log already, having ended roles, and comes to look."""

    @transaction.atomic
    def second():
        audit.record(action="roster.import", actor="beat", at=NOW)
        log_is_held.set()
        assert first_has_looked.wait(20)
        with writing_beside() as writer:
            writer.refresh_statistics(Unit, Member)
        return "done"

    log_is_held, first_has_looked = Event(), Event()
    with ThreadPoolExecutor(1) as pool:
        meanwhile = pool.submit(in_a_connection_of_its_own, second)
        assert log_is_held.wait(20)
        with transaction.atomic():
            with writing_beside() as writer:
                writer.refresh_statistics(Unit, Member)
            first_has_looked.set()
            audit.record(action="roster.import", actor="beat", at=NOW)
        assert meanwhile.result(timeout=20) == "done"


@pytest.mark.parametrize("what", ["make", "change"])
def test_a_cluster_and_its_units_do_not_wait_in_a_circle(what):
    """Somebody holds a unit and comes to the log; whoever puts the unit into a cluster must not hold the log yet."""
    ward = make_ward()
    unit, cluster = make_unit(ward), make_cluster(ward=ward, name="Cụm 1", by=None)
    facts = {"name": "Cụm 2", "units": [unit], "by": None}
    act = {"make": lambda: make_cluster(ward=ward, **facts), "change": lambda: change_cluster(cluster=cluster, **facts)}

    def close():
        hold_unit(unit)
        meanwhile.append(pool.submit(in_a_connection_of_its_own, act[what]))
        assert not wait(meanwhile, timeout=1).done
        close_unit(unit=unit, on=TODAY, by=None)

    meanwhile = []
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            close()
        placed = meanwhile[0].result(timeout=20)
    unit.refresh_from_db()
    assert (placed.name, unit.cluster, unit.closed_on) == ("Cụm 2", placed, TODAY)


def test_two_clusters_that_take_each_others_units_do_not_wait_in_a_circle():
    ward = make_ward()
    one, two = make_unit(ward), make_unit(ward)
    first = make_cluster(ward=ward, name="Cụm 1", units=[one], by=None)
    second = make_cluster(ward=ward, name="Cụm 2", units=[two], by=None)

    def take(cluster, units):
        return in_a_connection_of_its_own(
            lambda: change_cluster(cluster=cluster, name=cluster.name, units=units, by=None)
        )

    with ThreadPoolExecutor(2) as pool:
        for _ in range(20):
            pair = [pool.submit(take, first, [two]), pool.submit(take, second, [one])]
            assert [done.result(timeout=20).name for done in pair] == ["Cụm 1", "Cụm 2"]
            pair = [pool.submit(take, first, [one]), pool.submit(take, second, [two])]
            assert [done.result(timeout=20).name for done in pair] == ["Cụm 1", "Cụm 2"]


def test_an_import_and_whoever_calls_off_a_transfer_do_not_wait_in_a_circle():
    ward = make_ward()
    member, to = make_member(make_unit(ward)), make_unit(ward)
    place = transfer_member(member=member, to=to, on=date(2026, 5, 4), by=None)
    meanwhile = []
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            hold_roster(ward)
            act = lambda: cancel_transfer(place=place, today=TODAY, by=None)  # noqa: E731
            meanwhile.append(pool.submit(in_a_connection_of_its_own, act))
            assert not wait(meanwhile, timeout=1).done
            Membership.objects.filter(pk=place.pk).update(valid_from=date(2026, 5, 4))
        assert meanwhile[0].result(timeout=20).valid_to is None
    assert not Membership.objects.filter(unit=to).exists()


def test_a_change_of_the_name_opens_no_unit_that_is_closed_at_this_moment():
    ward = make_ward()
    unit = make_unit(ward)
    facts = {
        "parent": ward, "code": unit.code, "kind": unit.kind, "block": unit.block, "cluster": None, "aliases": (),
        "on": TODAY, "by": None,
    }  # fmt: skip
    renamed = after(
        lambda: close_unit(unit=unit, on=TODAY, by=None), lambda: change_unit(unit=unit, name="Tên mới", **facts)
    )
    unit.refresh_from_db()
    assert (renamed.name, unit.name, unit.closed_on) == ("Tên mới", "Tên mới", TODAY)

"""In which order the verbs lock what several of them change, so that two at once wait for each other and never in a circle.

Units, tops of the tree first; then members, accounts, roles, each by key; the log last (`audit.record`), so whatever a verb
will lock it locks before its first record. An import of the roster follows the same order.
Not here: what is checked under the locks (the verbs).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from units.choices import Role
from units.models import Member, RoleGrant, Unit, User


def hold_unit(unit: Unit) -> Unit:
    """The unit as it is now; until the transaction ends nobody closes it or moves it."""
    return Unit.objects.select_for_update(of=("self",), no_key=True).in_bulk([unit.pk])[unit.pk]


def hold_units(units: Iterable[Unit]) -> None:
    """The same for several."""
    keys = {unit.pk for unit in units}
    list(Unit.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"))


def hold_tops(grants: QuerySet[RoleGrant]) -> None:
    """The tops of the trees where one of the grants is ADMIN: who ends the role, or locks its account, asks there whether
    another administrator is left (`roles.has_other_administrator`).
    """
    paths = grants.filter(role=Role.ADMIN).values_list("unit__path", flat=True)
    tops = {path[: Unit.steplen] for path in paths}
    list(Unit.objects.select_for_update(of=("self",)).filter(path__in=tops).order_by("pk"))


def hold_roster(ward: Unit) -> Unit:
    """The ward as it is now, with the top of its tree, all its units and members: for an import, which may end the role of
    an administrator among others, and for its undo.
    """
    list(Unit.objects.select_for_update(of=("self",)).filter(path=ward.path[: Unit.steplen]))
    ward = Unit.objects.select_for_update().get(pk=ward.pk)
    list(Unit.objects.select_for_update().filter(ward=ward).order_by("pk"))
    # Whoever changes a member now waits, so that what is compared is what is written over.
    len(Member.objects.select_for_update().filter(ward=ward).order_by("pk").values_list("pk"))
    return ward


def hold_member(member: Member) -> Member:
    """The member with his ward as he is now; until the transaction ends nobody else changes him."""
    return Member.objects.select_for_update(of=("self",)).select_related("ward").in_bulk([member.pk])[member.pk]


def hold_members(keys: QuerySet | Iterable[int]) -> None:
    """The same for several, by their keys."""
    list(Member.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values_list("pk"))


def hold_rights(*, accounts: QuerySet[User], grants: QuerySet[RoleGrant]) -> None:
    """Accounts, then roles: for a verb that will change several of them, one after the other."""
    list(User.objects.select_for_update().filter(pk__in=accounts.order_by().values("pk")).order_by("pk"))
    list(RoleGrant.objects.select_for_update(of=("self",)).filter(pk__in=grants.order_by().values("pk")).order_by("pk"))

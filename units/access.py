"""Fetching an object of the roster and authorising it in one call; views get objects from nowhere else.

Outside `visible_to(user)` → 404, visible but not allowed → 403.
Not here: the permission table (`rules.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404
from django.shortcuts import get_object_or_404

from units.models import (
    Appointment,
    Cluster,
    CommitteeProfile,
    Exemption,
    Member,
    Membership,
    RoleGrant,
    RosterImport,
    Unit,
    UnitAlias,
    User,
)
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

Row = TypeVar("Row", bound=Model)


def access_row(user: User, visible: QuerySet[Row], pk: int, perm: str) -> Row:
    """One row of what the account may see (else Http404), if it holds `perm` on it (else PermissionDenied)."""
    found = get_object_or_404(visible, pk=pk)
    if not user.has_perm(perm, found):
        raise PermissionDenied
    return found


def access_unit(user: User, pk: int, perm: str = "units.view_unit") -> Unit:
    """The unit, if the account may see it (else Http404) and holds `perm` on it (else PermissionDenied)."""
    return access_row(user, Unit.objects.visible_to(user), pk, perm)


def access_member(user: User, pk: int, perm: str = "units.view_member") -> Member:
    """The member with his ward, under the same two answers."""
    return access_row(user, Member.objects.visible_to(user).select_related("ward"), pk, perm)


def access_cluster(user: User, pk: int, perm: str = "units.view_cluster") -> Cluster:
    """The cluster with its ward, under the same two answers."""
    return access_row(user, Cluster.objects.visible_to(user).select_related("ward"), pk, perm)


def access_place(user: User, pk: int, perm: str = "units.change_member") -> Membership:
    """Where a member belongs, with both, by what the account may do with the member."""
    return _access_of_member(user, Membership.objects.select_related("member__ward", "unit"), pk, perm)


def access_post(user: User, pk: int, perm: str = "units.change_member") -> Appointment:
    """A member's post with its unit, by what the account may do with the member."""
    return _access_of_member(user, Appointment.objects.select_related("member__ward", "unit", "position"), pk, perm)


def access_exemption(user: User, pk: int, perm: str = "units.change_member") -> Exemption:
    """A member's exemption, by what the account may do with the member."""
    return _access_of_member(user, Exemption.objects.select_related("member__ward"), pk, perm)


def _access_of_member(user: User, rows: QuerySet[Row], pk: int, perm: str) -> Row:
    found = get_object_or_404(rows.filter(member__in=Member.objects.visible_to(user)), pk=pk)
    if not user.has_perm(perm, found.member):  # type: ignore[attr-defined]
        raise PermissionDenied
    return found


def access_rolegrant(user: User, pk: int, perm: str = "units.view_rolegrant") -> RoleGrant:
    """The grant with its unit, cluster and account, under the same two answers."""
    grants = RoleGrant.objects.visible_to(user).select_related("unit", "cluster", "user")
    return access_row(user, grants, pk, perm)


def access_account(user: User, pk: int, perm: str = "units.view_user") -> User:
    """The account with its member, under the same two answers."""
    return access_row(user, User.objects.visible_to(user).select_related("member__ward"), pk, perm)


def access_import(user: User, pk: int, perm: str = "units.view_rosterimport") -> RosterImport:
    """The roster import with its ward and file, under the same two answers."""
    imports = RosterImport.objects.visible_to(user).select_related("ward", "blob", "asked_by", "worked_by")
    return access_row(user, imports, pk, perm)


def access_worked_wards(user: User) -> list[Unit]:
    """The wards the account works for (ADMIN, OFFICE), in the order of the tree; one query. Http404 if there is none."""
    wards = list(Unit.objects.wards().filter(under_any(scope_of(user).staff_paths)).order_by("path"))
    if not wards:
        raise Http404
    return wards


def administered_wards(user: User) -> QuerySet[Unit]:
    """The wards this account may import a roster into; none for whoever is no administrator."""
    paths = scope_of(user).admin_paths
    return Unit.objects.wards().filter(under_any(paths)).order_by("path")


def access_committee(user: User, ward_pk: int, perm: str = "units.view_committeeprofile") -> CommitteeProfile:
    """The committee of a ward with its unit, under the same two answers."""
    return _allowed(user, get_object_or_404(_committees(user), unit=ward_pk), perm)


def access_committee_row(
    user: User, model: type[Row], pk: int, perm: str = "units.view_committeeprofile"
) -> tuple[Row, CommitteeProfile]:
    """A row of a ward's settings (it has `ward`) with the ward's committee, under the same two answers."""
    rows = model._default_manager.select_related("ward")
    row = get_object_or_404(rows.filter(ward__profile__in=CommitteeProfile.objects.visible_to(user)), pk=pk)
    return row, _allowed(user, get_object_or_404(_committees(user), unit=row.ward_id), perm)  # type: ignore[attr-defined]


def access_alias(user: User, pk: int) -> tuple[UnitAlias, CommitteeProfile]:
    """Another name of a unit, with the committee whose setting it is, for whoever may change it."""
    found = UnitAlias.objects.filter(unit__ward__profile__in=CommitteeProfile.objects.visible_to(user))
    alias = get_object_or_404(found.select_related("unit"), pk=pk)
    return alias, access_committee(user, alias.unit.ward_id or 0, "units.change_committeeprofile")


def _committees(user: User) -> QuerySet[CommitteeProfile]:
    return CommitteeProfile.objects.visible_to(user).select_related("unit")


def _allowed(user: User, profile: CommitteeProfile, perm: str) -> CommitteeProfile:
    if not user.has_perm(perm, profile):
        raise PermissionDenied
    return profile

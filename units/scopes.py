"""What one account reaches today: its dated grants turned into tree paths, read once per request.

The one place where "reaches the subtree" is said; `visible_to` of every app and every
permission predicate are built on it, so the two directions cannot drift apart. It imports no model
(the grants come through the account), so that querysets of every app may ask it.
Not here: the permission table (`rules.py` of each app).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.db.models import BigIntegerField, DateField, Q
from django.utils import timezone

from statements.asking import Given, Prepared
from units.choices import READ_ALL_ROLES, STAFF_ROLES, Role

if TYPE_CHECKING:
    from units.models import RoleGrant, Unit, User

NOTHING = Q(pk__in=[])
_GRANTS: Prepared[RoleGrant] = Prepared(
    lambda: (
        apps.get_model("units", "RoleGrant")
        .objects.filter(user=Given("user", BigIntegerField()))
        .active(cast(date, Given("day", DateField())))
        .select_related("unit")
    )
)


@dataclass(frozen=True)
class Scope:
    """Paths of the units an account reaches, by what it may do there."""

    user_id: int | None
    member_id: int | None
    roles: frozenset[Role]
    day: date
    admin_paths: tuple[str, ...] = ()
    staff_paths: tuple[str, ...] = ()
    read_paths: tuple[str, ...] = ()
    secretary_paths: tuple[str, ...] = ()
    cluster_ids: tuple[int, ...] = ()
    whole_wards: tuple[int, ...] = ()
    """Ids of the wards it reads, when it looks at whole wards and at nothing else from above; else empty."""

    @property
    def is_staff(self) -> bool:
        """Holds ADMIN or OFFICE somewhere."""
        return bool(self.staff_paths)

    @property
    def reads_all(self) -> bool:
        """Holds ADMIN, OFFICE or LEADER somewhere."""
        return bool(self.read_paths)

    def administers(self, unit: Unit) -> bool:
        """ADMIN on the unit or above it."""
        return unit.path.startswith(self.admin_paths)

    def works_for(self, unit: Unit) -> bool:
        """ADMIN or OFFICE on the unit or above it."""
        return unit.path.startswith(self.staff_paths)

    def reads(self, unit: Unit) -> bool:
        """ADMIN, OFFICE or LEADER on the unit or above it."""
        return unit.path.startswith(self.read_paths)

    def is_secretary_of(self, unit: Unit) -> bool:
        """SECRETARY on the unit or above it."""
        return unit.path.startswith(self.secretary_paths)

    def leads_cluster_of(self, unit: Unit) -> bool:
        """CLUSTER_LEAD of the cluster the unit stands in."""
        return unit.cluster_id is not None and unit.cluster_id in self.cluster_ids

    def watches(self, unit: Unit) -> bool:
        """Reads it or leads its cluster; the same as `watched_q` for one unit."""
        return self.reads(unit) or self.leads_cluster_of(unit)

    def sees(self, unit: Unit) -> bool:
        """Reads it, is its secretary or leads its cluster; the same as `unit_q` for one unit."""
        return self.watches(unit) or self.is_secretary_of(unit)

    def unit_q(self, prefix: str = "") -> Q:
        """Units whose business this account may see; `prefix` like "unit__" points to the unit."""
        return self._q(prefix, (*self.read_paths, *self.secretary_paths))

    def watched_q(self, prefix: str = "") -> Q:
        """Units that this account looks at from above, as ADMIN, OFFICE, LEADER or lead of the cluster."""
        return self._q(prefix, self.read_paths)

    def _q(self, prefix: str, paths: tuple[str, ...]) -> Q:
        found = reduce(or_, (Q(**{f"{prefix}path__startswith": path}) for path in paths), NOTHING)
        if self.cluster_ids:
            found |= Q(**{f"{prefix}cluster__in": self.cluster_ids})
        return found


def scope_of(user: User, day: date | None = None) -> Scope:
    """The account's reach on `day` (default today, Asia/Ho_Chi_Minh); cached on the user object."""
    day = day or timezone.localdate()
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope(None, None, frozenset(), day)
    cached = getattr(user, "_scope", None)
    if cached is not None and cached[0] == day:
        return cached[1]
    grants = _GRANTS.all(user=user.pk, day=day)

    def paths(*roles: Role) -> tuple[str, ...]:
        return tuple(grant.unit.path for grant in grants if grant.role in roles)

    watched = [grant.unit for grant in grants if grant.role in (*READ_ALL_ROLES, Role.CLUSTER_LEAD)]
    whole = all(unit.pk == unit.ward_id for unit in watched) and Role.CLUSTER_LEAD not in {g.role for g in grants}
    scope = Scope(
        user_id=user.pk,
        member_id=user.member_id,
        roles=frozenset(Role(grant.role) for grant in grants),
        day=day,
        admin_paths=paths(Role.ADMIN),
        staff_paths=paths(*STAFF_ROLES),
        read_paths=paths(*READ_ALL_ROLES),
        secretary_paths=paths(Role.SECRETARY),
        cluster_ids=tuple(g.cluster_id for g in grants if g.role == Role.CLUSTER_LEAD and g.cluster_id),
        whole_wards=tuple(sorted({unit.pk for unit in watched})) if whole else (),
    )
    # An attribute, not vars(): on request.user the latter would write to Django's lazy wrapper alone.
    user._scope = (day, scope)  # type: ignore[attr-defined]
    return scope

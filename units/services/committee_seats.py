"""What only an elected member of a committee holds, and so nobody on probation (Điều 3 Điều lệ Đảng).

Not here: giving it (`appointments.py`, `roles.py`), changing the standing (`members.py`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from units.choices import Role
from units.models import Appointment, RoleGrant
from units.roster.posts import is_committee_post

COMMITTEE_ROLES = (Role.LEADER, Role.CLUSTER_LEAD, Role.SECRETARY)
"""Roles of `domain.md` §7 that go with a place in a committee."""


@dataclass(frozen=True, slots=True)
class Seats:
    """What members hold on a day or later: posts of a committee, and roles that go with one."""

    posts: tuple[Appointment, ...]
    roles: tuple[RoleGrant, ...]

    def __str__(self) -> str:
        """ "Bí thư (Chi bộ 5); vai trò Phụ trách cụm (Cụm 2)"."""
        posts = [f"{post.position.title} ({post.unit.name})" for post in self.posts]
        roles = [f"vai trò {role.get_role_display()} ({role.cluster or role.unit})" for role in self.roles]
        return "; ".join([*posts, *roles])

    def __bool__(self) -> bool:
        return bool(self.posts or self.roles)


def seats_of(members: Collection[int], day: date) -> Seats:
    """What these members hold on `day` or will hold after it."""
    still = (Q(valid_to=None) | Q(valid_to__gt=day)) & ~Q(valid_to__lte=F("valid_from"))
    held = Appointment.objects.filter(still, member__in=members).select_related("position", "unit")
    roles = RoleGrant.objects.filter(still, user__member__in=members, role__in=COMMITTEE_ROLES)
    return Seats(
        tuple(post for post in held.order_by("position__order", "pk") if is_committee_post(post.position.title)),
        tuple(roles.select_related("unit", "cluster", "user").order_by("pk")),
    )

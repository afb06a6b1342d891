"""Giving and ending roles: dated grants on a unit that reach its subtree.

Not here: what a role may do (`units.rules`), what a grant reaches (`units.scopes`).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from audit import services as audit
from units.choices import MemberStatus, Role
from units.errors import DatesOutOfOrder, RoleGrantRefused
from units.models import Cluster, Member, RoleGrant, Unit, User
from units.services.committee_seats import COMMITTEE_ROLES
from units.services.turns import hold_rights, hold_tops, hold_unit
from vietnamese.dates import format_date


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: Role,
    unit: Unit,
    since: date,
    by: User | str | None,
    cluster: Cluster | None = None,
    until: date | None = None,
) -> RoleGrant:
    """`user` holds `role` on `unit` from `since` (inclusive) to `until` (exclusive, None = open).

    On a unit whose end is arranged no longer than to that day, like every role that was held there before.
    CLUSTER_LEAD names a cluster of the unit's ward, no other role does. Recorded as `role.grant`.
    Raises RoleGrantRefused (to oneself, closed unit, wrong cluster, a committee's role to a member on probation, the same
    role still held), DatesOutOfOrder.
    """
    role = Role(role)
    unit = hold_unit(unit)
    if isinstance(by, User) and by.pk == user.pk:
        raise RoleGrantRefused("Không tự giao thêm vai trò cho chính mình; đề nghị một quản trị khác làm.")
    if until is not None and until <= since:
        raise DatesOutOfOrder("Vai trò phải kết thúc sau ngày bắt đầu.")
    if unit.closed_on is not None and unit.closed_on <= since:
        raise RoleGrantRefused(
            f"“{unit.name}” giải thể ngày {format_date(unit.closed_on)}, từ ngày ấy không giao vai trò ở đó được. "
            "Chọn đơn vị khác, hoặc ghi ngày bắt đầu sớm hơn.",
            "unit",
        )
    if unit.closed_on is not None:
        until = min(until or unit.closed_on, unit.closed_on)
    if (role == Role.CLUSTER_LEAD) != (cluster is not None):
        raise RoleGrantRefused("Phụ trách cụm phải chọn cụm; các vai trò khác không gắn với cụm.")
    if cluster is not None and cluster.ward_id != unit.ward_id:
        raise RoleGrantRefused(f"“{cluster.name}” không thuộc phường của “{unit.name}”.")
    holder = Member.objects.select_for_update(of=("self",), no_key=True).filter(accounts=user.pk).first()
    if role in COMMITTEE_ROLES and holder is not None and holder.status == MemberStatus.PROBATIONARY:
        raise RoleGrantRefused(
            f"{user.full_name} là đảng viên dự bị, chưa được bầu vào cấp ủy (Điều 3 Điều lệ Đảng) nên không giữ vai trò "
            f"{role.label}. Chọn người khác, hoặc ghi công nhận chính thức trước.",
            "role",
        )
    User.objects.select_for_update().get(pk=user.pk)
    held = RoleGrant.objects.filter(user=user, role=role, unit=unit, cluster=cluster)
    same = next((grant for grant in held if overlap(grant, since, until)), None)
    if same is not None:
        begun = f" từ ngày {format_date(same.valid_from)}" if same.valid_from else ""
        raise RoleGrantRefused(
            f"{user.full_name} đang giữ vai trò {role.label} ở “{cluster or unit}”{begun}. "
            "Muốn đổi ngày thì kết thúc vai trò ấy trước, rồi giao lại."
        )
    grant = RoleGrant.objects.create(user=user, role=role, unit=unit, cluster=cluster, valid_from=since, valid_to=until)
    audit.record(
        action="role.grant",
        actor=by,
        obj=user,
        ward_id=unit.ward_id,
        detail={
            "role": role,
            "unit": unit.code,
            "cluster": cluster.name if cluster else "",
            "from": since,
            "to": until,
        },
    )
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, on: date, by: User | str | None) -> RoleGrant:
    """The role is held until the day before `on`. Recorded as `role.revoke`.

    Raises RoleGrantRefused when it has already ended by `on`, an administrator would shut himself out or nobody would
    administer the unit any more, DatesOutOfOrder when it begins after `on`.
    """
    hold_tops(RoleGrant.objects.filter(pk=grant.pk))
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("user", "unit").get(pk=grant.pk)
    if isinstance(by, User) and grant.user_id == by.pk and grant.role == Role.ADMIN:
        raise RoleGrantRefused("Không tự thu hồi vai trò quản trị của chính mình; đề nghị một quản trị khác làm.")
    if grant.valid_to is not None and grant.valid_to <= on:
        raise RoleGrantRefused(f"Vai trò này đã kết thúc ngày {format_date(grant.valid_to)}.")
    if grant.valid_from is not None and grant.valid_from > on:
        raise DatesOutOfOrder(
            f"Vai trò này bắt đầu ngày {format_date(grant.valid_from)}. Ghi ngày cuối từ ngày ấy trở đi; nếu không giao "
            "nữa thì để trống ngày rồi bấm “Kết thúc”."
        )
    if grant.role == Role.ADMIN and not has_other_administrator(grant, on=on):
        raise RoleGrantRefused(
            f"{grant.user} là quản trị cuối cùng của “{grant.unit}”. Giao vai trò quản trị cho người khác trước đã."
        )
    grant.valid_to = on
    grant.save(update_fields=["valid_to"])
    audit.record(
        action="role.revoke",
        actor=by,
        obj=grant.user,
        ward_id=grant.unit.ward_id,
        detail={"role": grant.role, "unit": grant.unit.code, "on": on},
    )
    return grant


@transaction.atomic
def end_roles(*, grants: QuerySet[RoleGrant], on: date, by: User | str | None) -> list[RoleGrant]:
    """None of `grants` is held from `on`; one arranged for a later day ends as it begins. Recorded as `role.revoke`.

    Raises RoleGrantRefused as `end_role`.
    """
    still = grants.filter(Q(valid_to=None) | Q(valid_to__gt=on)).exclude(valid_to__lte=F("valid_from")).order_by("pk")
    hold_tops(still)
    hold_rights(accounts=User.objects.none(), grants=still)
    return [end_role(grant=grant, on=max(on, grant.valid_from or on), by=by) for grant in still]


def reopen_role(*, grant: RoleGrant, until: date | None, at: datetime, by: User | None) -> None:
    """A role that ended goes on to `until` (exclusive, None = open), or to the day its unit closes.

    Nothing happens when the same role was given again meanwhile, or no day would be left. Recorded as `role.grant`.
    """
    closed = grant.unit.closed_on
    if closed is not None:
        until = min(until or closed, closed)
    since = grant.valid_to
    same = RoleGrant.objects.filter(user=grant.user_id, role=grant.role, unit=grant.unit_id, cluster=grant.cluster_id)
    again = any(overlap(one, since, until) for one in same.exclude(pk=grant.pk))
    if again or since is None or (until is not None and until <= since):
        return
    grant.valid_to = until
    grant.save(update_fields=["valid_to"])
    audit.record(
        action="role.grant",
        actor=by,
        obj=grant.user,
        ward_id=grant.unit.ward_id,
        detail={
            "role": grant.role,
            "unit": grant.unit.code,
            "cluster": grant.cluster.name if grant.cluster else "",
            "from": since,
            "to": until,
        },
        at=at,
    )


def has_other_administrator(grant: RoleGrant, *, on: date) -> bool:
    """Another usable account is ADMIN of the unit of `grant` on `on`, there or above it.

    To be asked inside the transaction that ends the grant: it locks the top of the tree, so that two administrators
    who end each other's role, or lock each other, at one moment take turns.
    """
    path = grant.unit.path
    Unit.objects.select_for_update().get(path=path[: Unit.steplen])
    above = [path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen)]
    others = RoleGrant.objects.active(on).of_role(Role.ADMIN).filter(unit__path__in=above, user__is_active=True)
    return others.exclude(user_id=grant.user_id).exists()


def overlap(grant: RoleGrant, since: date, until: date | None) -> bool:
    """The days of the grant and the days asked for have one in common."""
    if grant.valid_to is not None and grant.valid_from is not None and grant.valid_to <= grant.valid_from:
        return False  # ended before it began: it was never held
    ends_before = grant.valid_to is not None and grant.valid_to <= since
    begins_after = until is not None and grant.valid_from is not None and grant.valid_from >= until
    return not (ends_before or begins_after)

"""Accounts for the secretaries and deputies whom the roster names with an address.

Not here: one account (`accounts.py`), one grant (`roles.py`), the mail that invites (`invitations.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from units.choices import GRASSROOTS_KINDS, MemberStatus, PositionGroup, Role, UnitKind
from units.models import Appointment, RoleGrant, Unit, User
from units.services.accounts import create_account
from units.services.invitations import invite
from units.services.roles import grant_role
from units.services.turns import hold_members, hold_units
from vietnamese.dates import local_day

CELLS_AND_COMMITTEES = (*GRASSROOTS_KINDS, UnitKind.DEPARTMENT_COMMITTEE, UnitKind.SUB_CELL)


@dataclass(frozen=True)
class SecretaryAccounts:
    """What was opened: new accounts, each invited by mail, new grants, and the posts whose holders have no address."""

    accounts: int
    grants: int
    without_address: tuple[Appointment, ...]


@transaction.atomic
def open_secretary_accounts(*, ward: Unit, now: datetime, by: User | str | None) -> SecretaryAccounts:
    """Every secretary and deputy in office on the day of `now` who has an address gets an account and SECRETARY on the unit.

    What exists is left as it is, so a second run opens and mails nothing. Whoever gets an account is invited
    to set its password. Recorded by the verbs used, as `account.create`, `role.grant` and `account.invite`.
    """
    posts = (
        Appointment.objects.active(local_day(now))
        .filter(position__group=PositionGroup.CELL_SECRETARY, unit__ward=ward, unit__kind__in=CELLS_AND_COMMITTEES)
        .select_related("member", "unit", "position")
        .order_by("unit__path", "position__order", "pk")
    )
    return open_for_posts(posts=posts, now=now, by=by)


@transaction.atomic
def open_for_posts(*, posts: Iterable[Appointment], now: datetime, by: User | str | None) -> SecretaryAccounts:
    """For the holder of each post with an address an account and SECRETARY on the post's unit from the day of `now`.

    What exists is left as it is, and nothing is opened for a member on probation, who can hold no such role; whoever gets
    an account is invited. All or none. Recorded by the verbs used. Raises
    AccountRefused, RoleGrantRefused.
    """
    on, posts = local_day(now), list(posts)
    hold_units(post.unit for post in posts)
    hold_members({post.member_id for post in posts})
    known = User.objects.select_for_update().filter(email__in={_address(post) for post in posts})
    users = {user.email: user for user in known.order_by("pk")}
    held = set(RoleGrant.objects.active(on).of_role(Role.SECRETARY).values_list("user_id", "unit_id"))
    accounts = grants = 0
    without_address, new = [], []
    for post in posts:
        if post.member.status == MemberStatus.PROBATIONARY:
            continue
        address = _address(post)
        if not address:
            without_address.append(post)
            continue
        user = users.get(address)
        if user is not None and user.member_id not in (None, post.member_id):
            without_address.append(post)  # somebody else's address
            continue
        if user is None:
            user = users[address] = create_account(
                email=address, full_name=post.member.full_name, by=by, member=post.member
            )
            accounts += 1
            new.append(user)
        if (user.pk, post.unit_id) not in held:
            grant_role(user=user, role=Role.SECRETARY, unit=post.unit, since=on, by=by)
            held.add((user.pk, post.unit_id))
            grants += 1
    for user in new:
        invite(user=user, by=by, now=now)
    return SecretaryAccounts(accounts, grants, tuple(without_address))


def _address(post: Appointment) -> str:
    return post.member.email.strip().lower()

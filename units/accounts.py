"""What the pages of accounts show: accounts with today's roles, the roles of one, what a new one starts with.

Not here: opening and ending (`services`), the pages (`views.accounts`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from units.account_models import Invitation
from units.choices import PositionGroup, Role
from units.models import Appointment, Member, RoleGrant, Unit, User
from units.querysets import UserQuerySet, under_any
from units.scopes import scope_of
from vietnamese.collation import person_collation_key


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A row of the list: the account and the roles it holds today in the reader's units."""

    account: User
    grants: list[RoleGrant]
    state: AccountState


@dataclass(frozen=True, slots=True)
class AccountState:
    """Where an account stands: its word, and what waits (`interface.states` key for the chip)."""

    key: str
    words: str
    invitation: Invitation | None = None


def _state(account: User, invitation: Invitation | None, now: datetime) -> AccountState:
    if not account.is_active:
        return AccountState("locked", "Đang khóa")
    if account.has_usable_password():
        return AccountState("accepted", "Đang dùng")
    if invitation is None or invitation.revoked_at is not None:
        return AccountState("overdue", "Chưa mời")
    if invitation.is_open(now):
        return AccountState("waiting", "Đã mời, chưa vào", invitation)
    return AccountState("overdue", "Lời mời đã hết hạn", invitation)


def account_state(account: User, *, now: datetime) -> AccountState:
    """In use, locked, invited and not in yet, or with an invitation that ran out."""
    return _state(account, account.invitations.order_by("created_at", "pk").last(), now)


def by_given_name(accounts: UserQuerySet) -> list[int]:
    """Their primary keys in the Vietnamese order of names; one query."""
    named = accounts.order_by().values_list("full_name", "pk")
    return [pk for _, pk in sorted(named, key=lambda one: (person_collation_key(one[0]), one[1]))]


def account_lines(accounts: Iterable[User], *, reader: User, day: date) -> list[AccountLine]:
    """The rows; two queries more."""
    held: dict[int, list[RoleGrant]] = defaultdict(list)
    grants = RoleGrant.objects.visible_to(reader).active(day).filter(user__in=[account.pk for account in accounts])
    for grant in grants.select_related("unit", "cluster").order_by("pk"):
        held[grant.user_id].append(grant)
    now = timezone.now()
    invitations = Invitation.objects.filter(user__in=[account.pk for account in accounts]).order_by("created_at", "pk")
    latest = {invitation.user_id: invitation for invitation in invitations}
    return [
        AccountLine(account, held[account.pk], _state(account, latest.get(account.pk), now)) for account in accounts
    ]


@dataclass(frozen=True, slots=True)
class Lacking:
    """Secretaries and deputies whose posts want an account: those who can get one, and those without an address."""

    ready: list[Appointment]
    without_address: list[Appointment]


def secretaries_without_account(reader: User, *, day: date) -> Lacking:
    """Holders of a secretary's or deputy's post on `day` in the reader's units without an account; one line a person."""
    posts = (
        Appointment.objects.active(day)
        .filter(
            under_any(scope_of(reader).admin_paths, "unit__"),
            position__group=PositionGroup.CELL_SECRETARY,
            member__accounts=None,
            member__in=Member.objects.in_the_party(),
        )
        .select_related("member", "position", "unit")
        .order_by("unit__path", "position__order", "pk")
    )
    of_person: dict[int, Appointment] = {}
    for post in posts:
        of_person.setdefault(post.member_id, post)
    taken = {email.lower() for email in User.objects.values_list("email", flat=True)}
    lines = Lacking([], [])
    for post in of_person.values():
        address = post.member.email.lower()
        (lines.ready if address and address not in taken else lines.without_address).append(post)
    return lines


def grants_of(account: User, *, reader: User) -> list[RoleGrant]:
    """Roles of the account in the reader's units, the open ones first."""
    grants = RoleGrant.objects.visible_to(reader).filter(user=account).select_related("unit", "cluster")
    return sorted(grants.order_by("-valid_from", "-pk"), key=lambda grant: grant.valid_to is not None)


def administered_units(user: User, *, day: date) -> QuerySet:
    """Open units this account administers, in the order of the tree."""
    return Unit.objects.open_on(day).filter(under_any(scope_of(user).admin_paths)).order_by("path")


def first_role(member: Member | None, *, day: date) -> dict[str, Any]:
    """What the form of a new account starts with: the member's name and address; the role his posts suggest."""
    if member is None:
        return {}
    start: dict[str, Any] = {"full_name": member.full_name, "email": member.email, "role": Role.MEMBER}
    start["unit"] = next(iter(member.units_on(day)), None)
    posts = member.appointments.active(day).filter(position__group=PositionGroup.CELL_SECRETARY)
    secretary = posts.select_related("unit").order_by("position__order").first()
    if secretary is not None:
        start.update(role=Role.SECRETARY, unit=secretary.unit)
    return start

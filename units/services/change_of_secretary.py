"""The secretary of a unit changes: post, role and account in one step, so that nothing lies between two persons.

Not here: mailing the invitation (`units.invitations`), what the unit owes (it stays the unit's: app directives).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from audit import services as audit
from outbox.services import NoticeDraft, notify
from units.choices import LEFT_STATUSES, MemberStatus, PositionGroup, Role
from units.errors import RosterRefused
from units.models import Appointment, Member, Membership, RoleGrant, Unit, User
from units.roster.secretary import TITLE
from units.services.accounts import create_account
from units.services.appointments import NOT_ON_PROBATION, appoint, end_appointment, secretaries_of
from units.services.roles import end_role, grant_role
from units.services.turns import hold_members, hold_rights
from vietnamese.dates import format_date


@dataclass
class ChangeOfSecretary:
    """What the change did; `account` is the new secretary's, None without an address."""

    post: Appointment
    before: list[Appointment] = field(default_factory=list)
    ended_roles: list[RoleGrant] = field(default_factory=list)
    account: User | None = None
    is_new_account: bool = False


@transaction.atomic
def change_secretary(
    *, unit: Unit, member: Member, on: date, by: User | None, also_end: Collection[RoleGrant] = ()
) -> ChangeOfSecretary:
    """From `on` `member` is the secretary of `unit`: the one in office leaves the post, and the role SECRETARY goes over.

    An account is opened when the new one has an address and none yet; whoever still is deputy there keeps the role;
    `also_end` are roles in the unit that belong to no member's account and end with it. Recorded by the verbs used:
    `appointment.change`, `role.revoke`, `role.grant`, `account.create`, and of the unit as `unit.change_secretary`. Raises RosterRefused: not of the unit, left the
    Party or on probation, in office already, a change already arranged for later; AccountRefused for an address taken by somebody else.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    hold_members({member.pk, *(post.member_id for post in secretaries_of(unit, on))})
    member = Member.objects.select_related("ward").get(pk=member.pk)
    before = check_change(unit=unit, member=member, on=on)
    held = RoleGrant.objects.active(on).of_role(Role.SECRETARY).filter(unit=unit).select_related("user").order_by("pk")
    hold_rights(accounts=member.accounts.all(), grants=held)
    roles = list(held)
    for post in before:
        end_appointment(appointment=post, on=on, by=by)
    title = before[0].position.title if before else TITLE
    post = appoint(member=member, title=title, unit=unit, since=on, by=by)
    for deputy in _deputy_posts(unit, member, on):
        end_appointment(appointment=deputy, on=on, by=by)
    also = {grant.pk for grant in also_end}
    for grant in held.filter(pk__in=also, user__member=None):
        end_role(grant=grant, on=on, by=by)
    still = set(held.values_list("pk", flat=True))
    done = ChangeOfSecretary(post, before, [grant for grant in roles if grant.pk not in still])
    _give_role(done, unit, member, on, by)
    old = ", ".join(one.member.full_name for one in before)
    detail = {"old": old, "new": member.full_name, "on": on}
    audit.record(action="unit.change_secretary", actor=by, obj=unit, ward_id=unit.ward_id, detail=detail)
    return done


def check_change(*, unit: Unit, member: Member, on: date) -> list[Appointment]:
    """The posts that would end on `on`; raises RosterRefused as `change_secretary` does."""
    _refuse_person(unit, member, on)
    before = secretaries_of(unit, on)
    _refuse_arranged(unit, member, before, on)
    return before


def tell_those_before(*, done: ChangeOfSecretary, at: datetime) -> int:
    """On the bells of those whose post or role the change ended: who follows, from which day. Returns how many."""
    post = done.post
    left = {one.member_id for one in done.before}
    accounts = {user.pk: user for user in User.objects.filter(member__in=left, is_active=True)}
    ended = {grant.user_id: grant.user for grant in done.ended_roles if grant.user.is_active}
    said = f"Từ ngày {format_date(post.valid_from)} bí thư {post.unit.name} là đồng chí {post.member.full_name}."
    drafts = []
    for pk, user in (accounts | ended).items():
        what = "Đồng chí thôi chức bí thư." if user.member_id in left else ""
        lost = "Quyền của đồng chí ở đơn vị này hết từ ngày ấy; việc riêng của đồng chí vẫn còn." if pk in ended else ""
        drafts.append(
            NoticeDraft(
                user_id=pk,
                kind="units.secretary",
                title=f"{post.unit.name} đổi bí thư",
                dedupe_key=f"secretary:{post.pk}:{pk}",
                text=" ".join(filter(None, (said, what, lost))),
                url=reverse("directives:my_work"),
            )
        )
    return notify(drafts=drafts, at=at)


def roles_without_member(unit: Unit, day: date) -> QuerySet[RoleGrant]:
    """SECRETARY in the unit held by accounts that are tied to no member: nobody can tell whose they are but the office."""
    held = RoleGrant.objects.active(day).of_role(Role.SECRETARY)
    return held.filter(unit=unit, user__member=None).select_related("user").order_by("pk")


def _give_role(done: ChangeOfSecretary, unit: Unit, member: Member, on: date, by: User | None) -> None:
    account = member.accounts.order_by("-is_active", "pk").first() or _account_of_address(member)
    if account is None and member.email:
        account = create_account(email=member.email, full_name=member.full_name, member=member, by=by)
        done.is_new_account = True
    done.account = account
    if account is None:
        return
    held = account.role_grants.active(on).of_role(Role.SECRETARY).filter(unit=unit, cluster=None)
    if not held.exists():
        grant_role(user=account, role=Role.SECRETARY, unit=unit, since=on, by=by)


def _account_of_address(member: Member) -> User | None:
    """An account opened by the member's own address before it was tied to anybody: it is his.

    Never one with roles, now or before, outside his ward, nor one that repairs the portal: whoever writes addresses
    into a roster must not get hold of those.
    """
    if not member.email:
        return None
    elsewhere = RoleGrant.objects.exclude(unit__path__startswith=member.ward.path)
    untied = User.objects.filter(email__iexact=member.email, member=None, is_superuser=False)
    account = untied.exclude(role_grants__in=elsewhere).select_for_update().first()
    if account is not None:
        account.member = member
        account.save(update_fields=["member"])
    return account


def _deputy_posts(unit: Unit, member: Member, on: date) -> list[Appointment]:
    """What the new one held as deputy there: it ends with the promotion."""
    posts = Appointment.objects.active(on).filter(
        Q(valid_from=None) | Q(valid_from__lt=on),
        unit=unit,
        member=member,
        position__group=PositionGroup.CELL_SECRETARY,
    )
    return list(posts)


def _refuse_person(unit: Unit, member: Member, on: date) -> None:
    if member.status in LEFT_STATUSES:
        raise RosterRefused(f"{member.full_name} đang “{member.get_status_display()}”. Chọn người khác.", "member")
    if member.status == MemberStatus.PROBATIONARY:
        raise RosterRefused(NOT_ON_PROBATION.format(name=member.full_name), "member")
    if not Membership.objects.counted(on).filter(member=member, unit__path__startswith=unit.path).exists():
        raise RosterRefused(
            f"Ngày {format_date(on)} {member.full_name} không sinh hoạt tại “{unit.name}”. "
            "Chuyển sinh hoạt trước, hoặc chọn người khác.",
            "member",
        )


def _refuse_arranged(unit: Unit, member: Member, posts: list[Appointment], on: date) -> None:
    for post in posts:
        if post.valid_from is not None and post.valid_from > on:
            raise RosterRefused(
                f"Đã định {post.member.full_name} làm bí thư “{unit.name}” từ ngày {format_date(post.valid_from)}. "
                "Kết thúc chức vụ ấy trước, hoặc chọn ngày sau.",
                "on",
            )
        if post.member_id == member.pk:
            raise RosterRefused(f"{member.full_name} đang là bí thư “{unit.name}” rồi. Chọn người khác.", "member")

"""Logins follow an import of the roster: what ends for good by hand ends with it, and the undo gives it back.

Who leaves the list or stands outside the Party holds no role in the ward any more, a unit that closes leaves none behind,
a secretary's post that ends takes its role along, a transfer that ends posts the roles held where they were; who is gone for good is locked out. The rules are those of the verbs
(`places.leave_ward`, `places.transfer_member`, `members.change_status`, `unit_changes.close_unit`, `appointments.end_appointment`).
Not here: the roster's own rows (`roster_writing`, `roster_reverse`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from audit import services as audit
from audit.models import AuditEntry
from units.choices import LEFT_STATUSES, MemberStatus, PositionGroup, Role
from units.models import Appointment, Member, RoleGrant, Unit, User
from units.roster.clashes import on_probation_now
from units.roster.comparison import Difference
from units.services.accounts import reactivate_account
from units.services.bulk_rows import batches
from units.services.committee_seats import Seats, seats_of
from units.services.members import lock_accounts_of
from units.services.roles import end_roles, reopen_role
from units.services.roster_journal import Journal
from units.services.turns import hold_rights
from units.services.unit_changes import GONE

BATCH = 2000


def end_rights(difference: Difference, *, ward: Unit, on: date, by: User | str | None, journal: Journal) -> None:
    """End from `on` what the difference, written already, leaves nobody to hold; `journal` is told.

    Recorded by the verbs used, as `role.revoke` and `account.deactivate`. Raises RoleGrantRefused, AccountRefused where
    the ward would be left without an administrator, or whoever imports would shut himself out.
    """
    out, gone = _out_of_the_party(difference)
    still = Q(valid_to=None) | Q(valid_to__gt=on)
    ending = _ending(difference, out, ward=ward, on=on, journal=journal)
    keys = sorted({pk for grants in ending for pk in grants.filter(still).values_list("pk", flat=True)})
    _hold(sorted(gone), keys)
    for batch in batches(keys, BATCH):
        _end(RoleGrant.objects.filter(pk__in=batch), on, by, journal)
    for batch in batches(sorted(gone), BATCH):
        for member in Member.objects.filter(pk__in=batch, accounts__is_active=True).select_related("ward").distinct():
            journal.locked += [user.pk for user in lock_accounts_of(member, on=on, by=by)]
    if journal.locked:
        journal.locked_at, _ = audit.head()


def seats_kept(difference: Difference, *, on: date) -> dict[int, str]:
    """What those whom the file puts on probation would go on holding in a committee, by their keys, in words; not what
    ends with the file: posts it no longer has, and the roles that end with them.
    """
    turned = {state.pk for state, _ in on_probation_now(difference, MemberStatus.PROBATIONARY)}
    if not turned:
        return {}
    seats = seats_of(turned, on)
    ended = {(state.pk, post.title, post.unit) for state, post in difference.appointments_ended}
    going = [
        post
        for post in seats.posts
        if post.valid_to is None and (post.member_id, post.position.title, post.unit.code) in ended
    ]
    freed = {(post.member_id, post.unit_id) for post in going if post.position.group == PositionGroup.CELL_SECRETARY}
    left = set(_left_with_a_post(difference))
    posts = [post for post in seats.posts if post not in going]
    roles = [
        role
        for role in seats.roles
        if (role.user.member_id, role.unit.code) not in left
        and not (role.role == Role.SECRETARY and (role.user.member_id, role.unit_id) in freed)
    ]
    kept = {
        pk: Seats(
            tuple(post for post in posts if post.member_id == pk),
            tuple(role for role in roles if role.user.member_id == pk),
        )
        for pk in turned
    }
    return {pk: str(one) for pk, one in kept.items() if one}


def hold_for_return(rights: dict[str, Any]) -> None:
    """Lock what `give_back` may change: to be called before anything else of the undo is recorded."""
    for batch in batches(sorted(rights.get("locked", ())), BATCH):
        hold_rights(accounts=User.objects.filter(pk__in=batch), grants=RoleGrant.objects.none())
    for batch in batches(sorted(key for key, *_ in rights.get("roles", ())), BATCH):
        hold_rights(accounts=User.objects.none(), grants=RoleGrant.objects.filter(pk__in=batch))


def give_back(rights: dict[str, Any], *, at: datetime, by: User | None) -> None:
    """Give back what `end_rights` ended, unless it was decided anew since: the grant changed, the same role given again,
    the account opened or locked by hand.

    A unit that closes by now ends a role as ever. Recorded as `role.grant` and `account.reactivate`.
    """
    before = {
        key: (date.fromisoformat(ended), until and date.fromisoformat(until))
        for key, ended, until in rights.get("roles", ())
    }
    for batch in batches(sorted(before), BATCH):
        ended = (
            RoleGrant.objects.select_for_update(of=("self",))
            .filter(pk__in=batch)
            .select_related("unit", "user", "cluster")
        )
        for grant in ended.order_by("pk"):
            on, until = before[grant.pk]
            if grant.valid_to == on:
                reopen_role(grant=grant, until=until, at=at, by=by)
    locked = list(rights.get("locked", ()))
    decided = set(
        AuditEntry.objects.filter(
            seq__gt=rights.get("locked_at", 0), action__in=("account.deactivate", "account.reactivate"),
            obj_type=User._meta.label_lower, obj_id__in=[str(pk) for pk in locked],
        ).values_list("obj_id", flat=True)
    )  # fmt: skip
    for user in User.objects.filter(pk__in=locked, is_active=False).order_by("pk"):
        if str(user.pk) not in decided:
            reactivate_account(user=user, by=by)


def _ending(
    difference: Difference, out: set[int], *, ward: Unit, on: date, journal: Journal
) -> Iterator[QuerySet[RoleGrant]]:
    """Roles that the difference leaves nobody to hold, whether they have ended already or not."""
    for batch in batches(sorted(out), BATCH):
        yield RoleGrant.objects.filter(user__member__in=batch, unit__path__startswith=ward.path)
    for batch in batches([state.pk for state in difference.units_closed], BATCH):
        yield RoleGrant.objects.filter(unit__in=batch)
    for batch in batches(journal.before[Appointment], BATCH):
        yield _without_post(batch, on)
    for batch in batches(_left_with_a_post(difference), BATCH):
        yield _where_they_were(batch, ward)


def _hold(gone: list[int], keys: list[int]) -> None:
    """Everything that will change, before the first record: whoever locks an account, or ends a role, at this moment waits
    for the import or the import for him, never both.
    """
    for batch in batches(gone, BATCH):
        hold_rights(accounts=User.objects.filter(member__in=batch), grants=RoleGrant.objects.none())
    for batch in batches(keys, BATCH):
        hold_rights(accounts=User.objects.none(), grants=RoleGrant.objects.filter(pk__in=batch))


def _out_of_the_party(difference: Difference) -> tuple[set[int], set[int]]:
    """Members who are out after the import, and those of them who are gone for good."""
    rows = (*difference.members_changed, *difference.members_moved)
    new = [(state.pk, row.status) for state, row in rows if row.status != state.status]
    out = {pk for pk, status in new if status in LEFT_STATUSES} | {state.pk for state in difference.members_left}
    return out, {pk for pk, status in new if status in GONE}


def _without_post(ended: Iterable[int], on: date) -> QuerySet[RoleGrant]:
    """The role SECRETARY of those who lost a post that carries it, and hold no other such post of that unit on `on`."""
    carrying = Appointment.objects.filter(position__group=PositionGroup.CELL_SECRETARY)
    lost = set(carrying.filter(pk__in=list(ended)).values_list("member_id", "unit_id"))
    members = {member for member, _ in lost}
    lost -= set(carrying.active(on).filter(member__in=members).values_list("member_id", "unit_id"))
    held = RoleGrant.objects.of_role(Role.SECRETARY).filter(user__member__in=members)
    keys = [pk for pk, *place in held.values_list("pk", "user__member_id", "unit_id") if tuple(place) in lost]
    return RoleGrant.objects.filter(pk__in=keys)


def _left_with_a_post(difference: Difference) -> list[tuple[int, str]]:
    """(member, code of the unit) of those who moved away and whose last post in the unit left ended: what they held there
    ends as with a transfer by hand (`places.end_posts_in`), whatever the post was.
    """
    ended = {(state.pk, post.unit) for state, post in difference.appointments_ended}
    moved = ((state, row) for state, row in difference.members_moved if state.unit)
    return [
        (state.pk, state.unit)
        for state, row in moved
        if (state.pk, state.unit) in ended and all(post.unit != state.unit for post in row.posts)
    ]


def _where_they_were(places: list[tuple[int, str]], ward: Unit) -> QuerySet[RoleGrant]:
    held = RoleGrant.objects.filter(user__member__in=[member for member, _ in places], unit__ward=ward)
    wanted = set(places)
    keys = [pk for pk, *place in held.values_list("pk", "user__member_id", "unit__code") if tuple(place) in wanted]
    return RoleGrant.objects.filter(pk__in=keys)


def _end(grants: QuerySet[RoleGrant], on: date, by: User | str | None, journal: Journal) -> None:
    until = dict(grants.filter(Q(valid_to=None) | Q(valid_to__gt=on)).values_list("pk", "valid_to"))
    journal.roles += [(grant.pk, grant.valid_to, until[grant.pk]) for grant in end_roles(grants=grants, on=on, by=by)]

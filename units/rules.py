"""The permission table of the roster and of accounts. Beside each `view_*` stands `visible_to(user)`.

| Permission              | Who                                                                          |
|-------------------------|------------------------------------------------------------------------------|
| units.view_unit         | who reads it (ADMIN, OFFICE, LEADER), its secretary, its cluster's lead       |
| units.view_cluster      | who reads its ward (ADMIN, OFFICE, LEADER), its lead                          |
| units.change_cluster    | ADMIN                                                                         |
| units.view_member       | the same for the unit he belongs to today; ward readers also former ones; oneself |
| units.view_contact      | ADMIN, OFFICE, the secretary, oneself (not leaders, not cluster leads)        |
| units.view_exemption    | who sees the member                                                           |
| units.view_exemption_reason | ADMIN, OFFICE: reasons of health never leave the office                   |
| units.change_unit       | ADMIN                                                                         |
| units.change_member     | ADMIN                                                                         |
| units.view_personallink | ADMIN, OFFICE, the secretary of a unit the member is counted in today           |
| units.give_link         | (on a member) the same                                                        |
| units.give_links        | (on a unit) ADMIN, OFFICE, its secretary; not leaders, not cluster leads      |
| units.import_roster     | ADMIN                                                                         |
| units.view_user         | ADMIN of a unit the account holds or held a role in, or of its member's ward    |
| units.change_user       | the same, where every role the account holds or will hold lies under it; with none, its member's ward |
| units.view_rosterimport | ADMIN of its ward                                                             |
| units.change_rosterimport | the same                                                                    |
| units.export_roster     | ADMIN, OFFICE                                                                 |
| units.view_rolegrant    | ADMIN                                                                         |
| units.change_rolegrant  | ADMIN                                                                         |
| units.view_committeeprofile   | ADMIN, OFFICE: the settings of the ward, with their history            |
| units.change_committeeprofile | ADMIN                                                                   |

Not here: which rows a list shows (`querysets.py`), what a grant reaches (`scopes.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.db.models import Q

from units.scopes import scope_of

if TYPE_CHECKING:
    from units.models import Cluster, CommitteeProfile, Member, PersonalLink, RoleGrant, Unit, User


@rules.predicate
def sees_unit(user: User, unit: Unit) -> bool:
    """Reads the unit, is its secretary or leads its cluster."""
    return scope_of(user).sees(unit)


@rules.predicate
def administers_unit(user: User, unit: Unit) -> bool:
    """ADMIN on the unit or above it."""
    return scope_of(user).administers(unit)


@rules.predicate
def works_for_unit(user: User, unit: Unit) -> bool:
    """ADMIN or OFFICE on the unit or above it."""
    return scope_of(user).works_for(unit)


@rules.predicate
def sees_cluster(user: User, cluster: Cluster) -> bool:
    """Reads its ward or leads it."""
    scope = scope_of(user)
    return scope.reads(cluster.ward) or cluster.pk in scope.cluster_ids


@rules.predicate
def administers_ward_of_cluster(user: User, cluster: Cluster) -> bool:
    """ADMIN of the cluster's ward."""
    return scope_of(user).administers(cluster.ward)


@rules.predicate
def is_oneself(user: User, member: Member) -> bool:
    """The account belongs to this member."""
    return user.member_id is not None and user.member_id == member.pk


@rules.predicate
def reads_ward_of(user: User, member: Member) -> bool:
    """ADMIN, OFFICE or LEADER of the member's ward: former members too."""
    return scope_of(user).reads(member.ward)


@rules.predicate
def sees_unit_of(user: User, member: Member) -> bool:
    """Sees a unit the member is counted in today."""
    scope = scope_of(user)
    return any(scope.sees(unit) for unit in member.units_on(scope.day))


@rules.predicate
def is_secretary_of(user: User, member: Member) -> bool:
    """Secretary of a unit the member is counted in today, or above it."""
    scope = scope_of(user)
    return any(scope.is_secretary_of(unit) for unit in member.units_on(scope.day))


@rules.predicate
def works_for_ward_of(user: User, member: Member) -> bool:
    """ADMIN or OFFICE of the member's ward."""
    return scope_of(user).works_for(member.ward)


@rules.predicate
def administers_ward_of(user: User, member: Member) -> bool:
    """ADMIN of the member's ward."""
    return scope_of(user).administers(member.ward)


@rules.predicate
def answers_for_unit(user: User, unit: Unit) -> bool:
    """Secretary of the unit or above it, or ADMIN or OFFICE of its ward."""
    scope = scope_of(user)
    return scope.is_secretary_of(unit) or scope.works_for(unit)


@rules.predicate
def hands_out_link(user: User, link: PersonalLink) -> bool:
    """Answers for the link's member."""
    return works_for_ward_of(user, link.member) or is_secretary_of(user, link.member)


@rules.predicate
def administers_grant(user: User, grant: RoleGrant) -> bool:
    """ADMIN on the unit of the grant or above it."""
    return scope_of(user).administers(grant.unit)


@rules.predicate
def works_for_committee(user: User, profile: CommitteeProfile) -> bool:
    """ADMIN or OFFICE of the committee's ward."""
    return scope_of(user).works_for(profile.unit)


@rules.predicate
def administers_committee(user: User, profile: CommitteeProfile) -> bool:
    """ADMIN of the committee's ward."""
    return scope_of(user).administers(profile.unit)


@rules.predicate
def administers_account(user: User, account: User) -> bool:
    """ADMIN of a unit the account holds or held a role in, or of its member's ward; nobody's are superusers."""
    scope = scope_of(user)
    if account.is_superuser or not scope.admin_paths:
        return False
    if account.member is not None and scope.administers(account.member.ward):
        return True
    return any(scope.administers(grant.unit) for grant in account.role_grants.select_related("unit"))


@rules.predicate
def administers_all_its_grants(user: User, account: User) -> bool:
    """Every role the account holds today or will hold lies where the user is ADMIN: nobody locks an account from above.

    Without any such role it is its member's ward that counts: a role of former days ties nobody to the ward he left.
    """
    scope = scope_of(user)
    still = Q(valid_to=None) | Q(valid_to__gt=scope.day)
    held = list(account.role_grants.filter(still).select_related("unit"))
    if not held and account.member is not None:
        return scope.administers(account.member.ward)
    return all(scope.administers(grant.unit) for grant in held)


rules.add_perm("units.view_unit", sees_unit)
rules.add_perm("units.view_cluster", sees_cluster)
rules.add_perm("units.change_cluster", administers_ward_of_cluster)
rules.add_perm("units.view_user", administers_account)
rules.add_perm("units.change_user", administers_account & administers_all_its_grants)
rules.add_perm("units.view_member", is_oneself | reads_ward_of | sees_unit_of)
rules.add_perm("units.view_contact", is_oneself | works_for_ward_of | is_secretary_of)
rules.add_perm("units.view_exemption", is_oneself | reads_ward_of | sees_unit_of)
rules.add_perm("units.view_exemption_reason", works_for_ward_of)
rules.add_perm("units.change_unit", administers_unit)
rules.add_perm("units.change_member", administers_ward_of)
rules.add_perm("units.import_roster", administers_unit)
rules.add_perm("units.view_rosterimport", administers_ward_of)
rules.add_perm("units.change_rosterimport", administers_ward_of)
rules.add_perm("units.export_roster", works_for_unit)
rules.add_perm("units.view_rolegrant", administers_grant)
rules.add_perm("units.change_rolegrant", administers_grant)
rules.add_perm("units.view_personallink", hands_out_link)
rules.add_perm("units.give_link", works_for_ward_of | is_secretary_of)
rules.add_perm("units.give_links", answers_for_unit)
rules.add_perm("units.view_committeeprofile", works_for_committee)
rules.add_perm("units.change_committeeprofile", administers_committee)

"""The permission table of directives and obligations. Beside each `view_*` stands `visible_to(user)`.

| Permission                    | Who                                                                       |
|-------------------------------|---------------------------------------------------------------------------|
| directives.view_directive     | ADMIN, OFFICE of the ward; LEADER unless a draft; whoever sees an obligation of it, or one it amends |
| directives.view_requirement   | who may view its directive                                                |
| directives.draft_directive    | ADMIN, OFFICE (on the ward's root unit)                                   |
| directives.change_directive   | ADMIN, OFFICE of its ward                                                 |
| directives.issue_directive    | ADMIN of its ward                                                         |
| directives.propose_issue      | OFFICE of its ward who is not its ADMIN: whoever issues needs no proposal |
| directives.view_issueproposal | ADMIN, OFFICE of the ward                                                 |
| directives.view_progress      | ADMIN, OFFICE, LEADER of its ward: who owes, over all units               |
| directives.view_obligation    | who sees its unit (a form of a cluster's lead: not the unit's SECRETARY); the member who owes it |
| directives.view_obligationmove | who sees the unit it left or the unit it went to; the member who owes it  |
| directives.view_outgoingnumber | ADMIN, OFFICE of the ward                                                |
| directives.view_onwardduty    | ADMIN, OFFICE of the ward; LEADER unless its directive is a draft         |
| directives.answer_obligation  | the unit's SECRETARY; the member who owes it; a form about a unit: its CLUSTER_LEAD |
| directives.ask_relief         | the unit's SECRETARY: asks for a later day or an exemption               |
| directives.extend_obligation  | ADMIN, OFFICE of its ward                                                 |
| directives.waive_obligation   | ADMIN, OFFICE of its ward                                                 |
| directives.declare_event      | the unit's SECRETARY; ADMIN, OFFICE of its ward                           |
| directives.view_acknowledgement | who sees its unit                                                       |
| directives.view_savedsearch   | who saved it; where it is shared, ADMIN, OFFICE, LEADER of its ward       |
| directives.keep_savedsearch   | everybody but a LEADER, who writes nothing                                |
| directives.change_savedsearch | who saved it; where it is shared, ADMIN, OFFICE of its ward too           |
| directives.share_savedsearch  | ADMIN, OFFICE (on the ward's root unit)                                   |
| directives.acknowledge_directive | SECRETARY of a unit that answers for work of it                        |

Whether the state allows the step is said by the verbs (`lifecycle.py`), not here.
Not here: which rows a list shows (`querysets.py`), what a grant reaches (`units.scopes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.apps import apps

from directives.choices import DirectiveState
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from directives.models import (
        Acknowledgement,
        Directive,
        IssueProposal,
        Obligation,
        ObligationMove,
        OnwardDuty,
        OutgoingNumber,
        Requirement,
        SavedSearch,
    )
    from units.models import Unit, User


def _owes_something_visible(user: User, directive: Directive) -> bool:
    seen = apps.get_model("directives", "Obligation").objects.visible_to(user)
    own = seen.filter(requirement__directive=directive)
    return own.exists() or seen.filter(requirement__amendments__directive=directive).exists()


@rules.predicate
def views_directive(user: User, directive: Directive) -> bool:
    """Works for the ward; or it is no draft, and one reads the ward or sees an obligation of it or amended by it."""
    scope = scope_of(user)
    if scope.works_for(directive.ward):
        return True
    if directive.state == DirectiveState.DRAFT:
        return False
    return scope.reads(directive.ward) or _owes_something_visible(user, directive)


@rules.predicate
def views_requirement(user: User, requirement: Requirement) -> bool:
    """May view its directive."""
    return views_directive(user, requirement.directive)


@rules.predicate
def works_for_ward(user: User, ward: Unit) -> bool:
    """ADMIN or OFFICE of the ward."""
    return scope_of(user).works_for(ward)


@rules.predicate
def works_for_its_ward(user: User, thing: Directive | Obligation) -> bool:
    """ADMIN or OFFICE of the thing's ward."""
    return scope_of(user).works_for(thing.ward)


@rules.predicate
def administers_its_ward(user: User, directive: Directive) -> bool:
    """ADMIN of the directive's ward."""
    return scope_of(user).administers(directive.ward)


@rules.predicate
def sees_issue_proposal(user: User, proposal: IssueProposal) -> bool:
    """ADMIN or OFFICE of the directive's ward."""
    return scope_of(user).works_for(proposal.directive.ward)


@rules.predicate
def reads_its_ward(user: User, directive: Directive) -> bool:
    """ADMIN, OFFICE or LEADER of the directive's ward."""
    return scope_of(user).reads(directive.ward)


@rules.predicate
def sees_its_unit(user: User, obligation: Obligation) -> bool:
    """Sees the unit that answers for it; what a cluster's lead notes of a unit is not for the unit's secretary."""
    scope = scope_of(user)
    return scope.watches(obligation.unit) if obligation.requirement.is_of_leads else scope.sees(obligation.unit)


@rules.predicate
def leads_for_it(user: User, obligation: Obligation) -> bool:
    """Leads the cluster of the unit that the form is about."""
    return obligation.requirement.is_of_leads and scope_of(user).leads_cluster_of(obligation.unit)


@rules.predicate
def owes_it(user: User, obligation: Obligation) -> bool:
    """Is the member who owes it."""
    return obligation.member_id is not None and obligation.member_id == user.member_id


@rules.predicate
def is_its_secretary(user: User, obligation: Obligation) -> bool:
    """SECRETARY of the unit that answers for it, or above."""
    return scope_of(user).is_secretary_of(obligation.unit) and not obligation.requirement.is_of_leads


@rules.predicate
def sees_its_move(user: User, move: ObligationMove) -> bool:
    """Sees the unit the debt left or the unit it went to, or owes it."""
    scope = scope_of(user)
    return scope.sees(move.from_unit) or scope.sees(move.to_unit) or owes_it(user, move.obligation)


@rules.predicate
def acknowledges(user: User, directive: Directive) -> bool:
    """SECRETARY of a unit that answers for an obligation of it, or above such a unit."""
    if not scope_of(user).secretary_paths:
        return False
    obligation = apps.get_model("directives", "Obligation")
    units = under_any(scope_of(user).secretary_paths, "unit__")
    return obligation.objects.filter(units, requirement__directive=directive).exists()


@rules.predicate
def sees_its_acknowledgement(user: User, acknowledgement: Acknowledgement) -> bool:
    """Sees the unit that is to confirm."""
    return scope_of(user).sees(acknowledgement.unit)


@rules.predicate
def works_for_ward_of_number(user: User, row: OutgoingNumber) -> bool:
    """ADMIN, OFFICE of the ward whose register it stands in."""
    return scope_of(user).works_for(row.ward)


@rules.predicate
def sees_onward_duty(user: User, duty: OnwardDuty) -> bool:
    """ADMIN, OFFICE of the ward; LEADER unless its directive is a draft."""
    scope = scope_of(user)
    return scope.works_for(duty.ward) or (duty.directive.state != DirectiveState.DRAFT and scope.reads(duty.ward))


@rules.predicate
def saved_it(user: User, search: SavedSearch) -> bool:
    """Whose search it is."""
    return search.owner_id == user.pk


@rules.predicate
def shares_it(user: User, search: SavedSearch) -> bool:
    """The search is shared, and one reads its ward."""
    return search.is_shared and scope_of(user).reads(search.ward)


@rules.predicate
def looks_after_shared(user: User, search: SavedSearch) -> bool:
    """The search is shared, and one works for its ward."""
    return search.is_shared and scope_of(user).works_for(search.ward)


@rules.predicate
def keeps_searches(user: User) -> bool:
    """Not a LEADER alone, who writes nothing: he looks up and uses what is shared."""
    scope = scope_of(user)
    return scope.is_staff or not scope.reads_all


rules.add_perm("directives.view_directive", views_directive)
rules.add_perm("directives.view_requirement", views_requirement)
rules.add_perm("directives.draft_directive", works_for_ward)
rules.add_perm("directives.change_directive", works_for_its_ward)
rules.add_perm("directives.issue_directive", administers_its_ward)
rules.add_perm("directives.propose_issue", works_for_its_ward & ~administers_its_ward)
rules.add_perm("directives.view_issueproposal", sees_issue_proposal)
rules.add_perm("directives.view_progress", reads_its_ward)
rules.add_perm("directives.view_obligation", sees_its_unit | owes_it)
rules.add_perm("directives.view_obligationmove", sees_its_move)
rules.add_perm("directives.view_onwardduty", sees_onward_duty)
rules.add_perm("directives.view_outgoingnumber", works_for_ward_of_number)
rules.add_perm("directives.answer_obligation", is_its_secretary | owes_it | leads_for_it)
rules.add_perm("directives.ask_relief", is_its_secretary)
rules.add_perm("directives.extend_obligation", works_for_its_ward)
rules.add_perm("directives.waive_obligation", works_for_its_ward)
rules.add_perm("directives.declare_event", is_its_secretary | works_for_its_ward)
rules.add_perm("directives.view_acknowledgement", sees_its_acknowledgement)
rules.add_perm("directives.acknowledge_directive", acknowledges)
rules.add_perm("directives.view_savedsearch", saved_it | shares_it)
rules.add_perm("directives.change_savedsearch", (saved_it & keeps_searches) | looks_after_shared)
rules.add_perm("directives.keep_savedsearch", keeps_searches)
rules.add_perm("directives.share_savedsearch", works_for_ward)

"""The permission table of directives and obligations. Beside each `view_*` stands `visible_to(user)`.

| Permission                    | Who                                                                       |
|-------------------------------|---------------------------------------------------------------------------|
| directives.view_directive     | ADMIN, OFFICE of the ward; LEADER unless a draft; whoever sees an obligation of it, or one it amends |
| directives.view_requirement   | who may view its directive                                                |
| directives.draft_directive    | ADMIN, OFFICE (on the ward's root unit)                                   |
| directives.change_directive   | ADMIN, OFFICE of its ward                                                 |
| directives.issue_directive    | ADMIN of its ward                                                         |
| directives.view_progress      | ADMIN, OFFICE, LEADER of its ward: who owes, over all units               |
| directives.view_obligation    | who sees its unit; the member who owes it                                 |
| directives.view_obligationmove | who sees the unit it left or the unit it went to; the member who owes it  |
| directives.view_onwardduty    | ADMIN, OFFICE of the ward; LEADER unless its directive is a draft         |
| directives.answer_obligation  | the unit's SECRETARY; the member who owes it                             |
| directives.ask_relief         | the unit's SECRETARY: asks for a later day or an exemption               |
| directives.extend_obligation  | ADMIN, OFFICE of its ward                                                 |
| directives.waive_obligation   | ADMIN, OFFICE of its ward                                                 |
| directives.declare_event      | the unit's SECRETARY; ADMIN, OFFICE of its ward                           |
| directives.view_acknowledgement | who sees its unit                                                       |
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
    from directives.models import Acknowledgement, Directive, Obligation, ObligationMove, OnwardDuty, Requirement
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
def reads_its_ward(user: User, directive: Directive) -> bool:
    """ADMIN, OFFICE or LEADER of the directive's ward."""
    return scope_of(user).reads(directive.ward)


@rules.predicate
def sees_its_unit(user: User, obligation: Obligation) -> bool:
    """Sees the unit that answers for it."""
    return scope_of(user).sees(obligation.unit)


@rules.predicate
def owes_it(user: User, obligation: Obligation) -> bool:
    """Is the member who owes it."""
    return obligation.member_id is not None and obligation.member_id == user.member_id


@rules.predicate
def is_its_secretary(user: User, obligation: Obligation) -> bool:
    """SECRETARY of the unit that answers for it, or above."""
    return scope_of(user).is_secretary_of(obligation.unit)


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
def sees_onward_duty(user: User, duty: OnwardDuty) -> bool:
    """ADMIN, OFFICE of the ward; LEADER unless its directive is a draft."""
    scope = scope_of(user)
    return scope.works_for(duty.ward) or (duty.directive.state != DirectiveState.DRAFT and scope.reads(duty.ward))


rules.add_perm("directives.view_directive", views_directive)
rules.add_perm("directives.view_requirement", views_requirement)
rules.add_perm("directives.draft_directive", works_for_ward)
rules.add_perm("directives.change_directive", works_for_its_ward)
rules.add_perm("directives.issue_directive", administers_its_ward)
rules.add_perm("directives.view_progress", reads_its_ward)
rules.add_perm("directives.view_obligation", sees_its_unit | owes_it)
rules.add_perm("directives.view_obligationmove", sees_its_move)
rules.add_perm("directives.view_onwardduty", sees_onward_duty)
rules.add_perm("directives.answer_obligation", is_its_secretary | owes_it)
rules.add_perm("directives.ask_relief", is_its_secretary)
rules.add_perm("directives.extend_obligation", works_for_its_ward)
rules.add_perm("directives.waive_obligation", works_for_its_ward)
rules.add_perm("directives.declare_event", is_its_secretary | works_for_its_ward)
rules.add_perm("directives.view_acknowledgement", sees_its_acknowledgement)
rules.add_perm("directives.acknowledge_directive", acknowledges)

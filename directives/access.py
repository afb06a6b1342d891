"""Fetching a directive, requirement or obligation and authorising it in one call.

Outside `visible_to(user)` → 404, visible but not allowed → 403. Views get objects from nowhere else.
Not here: the permission table (`rules.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from directives.choices import DirectiveState
from directives.models import (
    Acknowledgement,
    Amendment,
    Directive,
    DirectiveAttachment,
    IssueProposal,
    Obligation,
    ObligationMove,
    OnwardDuty,
    Petition,
    Requirement,
    SavedSearch,
)
from directives.numbering import TermSpan, terms_of
from directives.shown_state import shown_state
from directives.work import work_cards
from units.choices import MembershipKind
from units.models import Membership, Unit
from units.scopes import scope_of
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from directives.acknowledgement_querysets import AcknowledgementQuerySet
    from directives.querysets import DirectiveQuerySet, ObligationMoveQuerySet, PetitionQuerySet
    from directives.querysets_issue_proposals import IssueProposalQuerySet
    from directives.querysets_onward import OnwardDutyQuerySet
    from directives.work import WorkCard
    from units.models import Member, User


def _access(user: User, visible: QuerySet[Any], pk: int, perm: str) -> Any:
    found = get_object_or_404(visible, pk=pk)
    if not user.has_perm(perm, found):
        raise PermissionDenied
    return found


def access_directive(user: User, pk: int, perm: str = "directives.view_directive") -> Directive:
    """The directive with its ward, if the account may see it (else Http404) and holds `perm` (else PermissionDenied)."""
    return _access(user, Directive.objects.visible_to(user).select_related("ward"), pk, perm)


def access_register(user: User) -> DirectiveQuerySet:
    """All papers the account may open."""
    return Directive.objects.visible_to(user)


def amendable_by(user: User, directive: Directive) -> DirectiveQuerySet:
    """Running directives of the draft's ward that it may amend, the latest first."""
    running = Directive.objects.visible_to(user).running().filter(ward=directive.ward_id)
    return running.exclude(pk=directive.pk).order_by("-issued_on", "-pk")


def access_target(user: User, directive: Directive, pk: int) -> Directive:
    """One of `amendable_by`; anything else → Http404."""
    return get_object_or_404(amendable_by(user, directive), pk=pk)


def revoking_papers(user: User, directive: Directive) -> DirectiveQuerySet:
    """Issued papers of the same ward that may have revoked the directive, the latest first."""
    papers = Directive.objects.visible_to(user).filter(ward=directive.ward_id).exclude(state=DirectiveState.DRAFT)
    return papers.exclude(pk=directive.pk).order_by("-issued_on", "-pk")


def access_issue_proposals(user: User) -> IssueProposalQuerySet:
    """Proposals to issue of the wards the account works for; whoever works for none → Http404."""
    if not scope_of(user).staff_paths:
        raise Http404
    return IssueProposal.objects.visible_to(user)


def latest_proposal(directive: Directive) -> IssueProposal | None:
    """The last proposal to issue a draft that the account may already look at, with who proposed and who answered."""
    return directive.issue_proposals.with_story().order_by("-proposed_at", "-pk").first()


def access_petitions(user: User) -> PetitionQuerySet:
    """Requests of the wards the account works for; whoever works for none → Http404."""
    if not scope_of(user).staff_paths:
        raise Http404
    return Petition.objects.answered_by(user)


def access_petition(user: User, pk: int) -> Petition:
    """One request that the account may answer; seen but not to be answered → PermissionDenied."""
    seen = Petition.objects.with_story().filter(obligation__in=Obligation.objects.visible_to(user).values("pk"))
    found = get_object_or_404(seen, pk=pk)
    if not user.has_perm("directives.extend_obligation", found.obligation):
        raise PermissionDenied
    return found


def access_onward_wards(user: User) -> list[Unit]:
    """The wards whose duties to their superior the account reads, in the order of the tree; none → Http404."""
    wards = [ward for ward in Unit.objects.wards().order_by("path") if scope_of(user).reads(ward)]
    if not wards:
        raise Http404
    return wards


def access_onward_duties(user: User, wards: Iterable[Unit] | None = None) -> OnwardDutyQuerySet:
    """What these wards owe their superior; None = all that the account reads."""
    of = access_onward_wards(user) if wards is None else wards
    return OnwardDuty.objects.visible_to(user).filter(ward__in=[ward.pk for ward in of])


def access_onward(user: User, pk: int, perm: str) -> OnwardDuty:
    """One duty; the permission is asked of its directive. Not seen → Http404, not held → PermissionDenied."""
    visible = OnwardDuty.objects.visible_to(user).select_related("directive__ward", "requirement")
    found = get_object_or_404(visible, pk=pk)
    if not user.has_perm(perm, found.directive):
        raise PermissionDenied
    return found


def access_amendment(user: User, pk: int, perm: str = "directives.change_directive") -> Amendment:
    """An amendment of a directive on which the account holds `perm`."""
    visible = Directive.objects.visible_to(user).values("pk")
    found = get_object_or_404(
        Amendment.objects.filter(directive__in=visible).select_related(
            "directive__ward", "requirement__directive__ward", "requirement__anchor"
        ),
        pk=pk,
    )
    if not user.has_perm(perm, found.directive):
        raise PermissionDenied
    return found


def access_requirement(user: User, pk: int, perm: str = "directives.view_requirement") -> Requirement:
    """The requirement with its directive and ward. A permission on the directive is asked of the directive."""
    visible = Requirement.objects.visible_to(user).select_related("directive__ward", "anchor")
    found = get_object_or_404(visible, pk=pk)
    asked = found if perm == "directives.view_requirement" else found.directive
    if not user.has_perm(perm, asked):
        raise PermissionDenied
    return found


def access_obligation(user: User, pk: int, perm: str = "directives.view_obligation") -> Obligation:
    """The obligation with requirement, directive, unit and member."""
    visible = Obligation.objects.visible_to(user).select_related(
        "requirement__directive", "requirement__anchor", "unit__cluster", "member", "ward"
    )
    return _access(user, visible, pk, perm)


def access_attachment(
    user: User, directive_pk: int, pk: int, perm: str = "directives.view_directive"
) -> DirectiveAttachment:
    """A file of a directive with it: the second door obeys the rule of its directive."""
    directive = access_directive(user, directive_pk, perm)
    found = get_object_or_404(directive.attachments.select_related("blob"), pk=pk)
    found.directive = directive
    return found


def access_unit_of(directive: Directive, pk: int) -> Unit:
    """A unit of the directive's ward, for whoever may already look at the directive's preview."""
    return get_object_or_404(Unit.objects.filter(ward=directive.ward_id), pk=pk)


def access_acknowledgements(user: User, at: datetime) -> AcknowledgementQuerySet:
    """Who has received which running paper at `at`, over the units the account sees."""
    return Acknowledgement.objects.visible_to(user).in_force(at)


def access_unconfirmed(user: User, at: datetime) -> DirectiveQuerySet:
    """Running papers that the account, as a secretary, has not confirmed for all its units, the oldest first."""
    waiting = Acknowledgement.objects.answered_by(user).not_acknowledged(at).order_by()
    return Directive.objects.filter(pk__in=waiting.values("directive")).order_by("issued_at", "pk")


def access_terms(user: User) -> list[TermSpan]:
    """Terms of the wards the account reads, the latest first; one query a ward."""
    return [span for ward in Unit.objects.wards() if scope_of(user).reads(ward) for span in terms_of(ward)]


def access_term(user: User, pk: int) -> TermSpan:
    """A term whose register of numbers the account keeps (ADMIN, OFFICE); else Http404."""
    span = next((one for one in access_terms(user) if one.term.pk == pk), None)
    if span is None or not (scope_of(user).works_for(span.term.ward) and hasattr(span.term.ward, "profile")):
        raise Http404
    return span


def access_moves(user: User) -> ObligationMoveQuerySet:
    """Debts that went from unit to unit with their member, as far as the account sees either side."""
    return ObligationMove.objects.visible_to(user)


def access_part_moves(
    user: User, requirement: Requirement, unit: Unit, at: datetime
) -> tuple[list[ObligationMove], list[Membership]]:
    """Debts of the requirement that came into the unit or left it with their members, newest first, as far as the
    account sees; and where those members stay for a time on the day of `at`. Two queries, one when there are none."""
    moves = list(access_moves(user).of_part(requirement.pk, unit.pk).newest_first().select_related("obligation__unit"))
    stays = Membership.objects.active(local_day(at)).filter(kind=MembershipKind.TEMPORARY)
    return moves, list(stays.filter(member__in={move.obligation.member_id for move in moves})) if moves else []


def access_debts(user: User, member: Member, at: datetime) -> list[tuple[Obligation, str, str]]:
    """The member's undecided obligations that the account sees, with the state to show at `at`."""
    found = Obligation.objects.visible_to(user).filter(member=member).undecided_of_running()
    told = found.select_related("requirement__directive", "unit").order_by("due_at", "pk")
    return [(one, *shown_state(one, at)) for one in told]


def access_handover(user: User, unit: Unit, at: datetime) -> list[WorkCard]:
    """Cards of what the unit and those below it still have to do, as far as the account sees; not what leads write of it."""
    cards = work_cards(Obligation.objects.visible_to(user).of_unit(unit).of_those_below(), now=at)
    return [card for card in cards if card.open]


def access_unit_part(user: User, requirement_pk: int, unit_pk: int) -> tuple[Requirement, Unit, QuerySet[Obligation]]:
    """What one unit owes of one requirement, as far as the account may see; nothing visible → Http404.

    Where all of it went along with members who moved, what is left is to be read where it went.
    """
    obligations = Obligation.objects.visible_to(user).filter(requirement=requirement_pk, unit=unit_pk)
    rows = obligations.select_related("member", "unit", "requirement")
    first = obligations.select_related("requirement__directive", "unit").first()
    if first is not None:
        return first.requirement, first.unit, rows
    own = scope_of(user).unit_q("from_unit__")  # the secretary of where it went reads of it there, not here
    gone = access_moves(user).filter(own, from_unit=unit_pk).of_part(requirement_pk, unit_pk).newest_first().first()
    if gone is None:
        raise Http404
    return gone.obligation.requirement, gone.from_unit, rows


def access_search_ward(user: User) -> Unit:
    """The ward in which the account keeps its searches: that of the first unit it sees; Http404 for who sees none.

    PermissionDenied for a leader, who keeps none.
    """
    first = Unit.objects.visible_to(user).filter(ward__isnull=False).select_related("ward").order_by("path").first()
    if first is None:
        raise Http404
    if not user.has_perm("directives.keep_savedsearch"):
        raise PermissionDenied
    return first.ward


def access_saved_search(user: User, pk: int, perm: str) -> SavedSearch:
    """A saved search with its ward, one's own or shared; Http404 outside, PermissionDenied without `perm`."""
    found = get_object_or_404(SavedSearch.objects.visible_to(user).select_related("ward"), pk=pk)
    if not user.has_perm(perm, found):
        raise PermissionDenied
    return found

"""An officer who may not issue proposes a draft; an administrator issues it or sends it back with a reason.

A proposal changes nothing of the draft, which can be corrected while it waits: the administrator issues what he sees.
Not here: issuing itself (`issuing.py`, which settles the proposal), who may do what (`rules.py`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from audit import services as audit
from directives.choices import DirectiveState, IssueProposalState
from directives.errors import IllegalMove, NotIssuable
from directives.models import Directive, IssueProposal
from directives.services.readiness import missing_for_issue
from directives.settling import settle_draft
from outbox.services import NoticeDraft, notify
from units.choices import Role
from units.models import RoleGrant, Unit, User
from vietnamese.dates import local_day

NOTICE = "directives.issue_proposal"


@transaction.atomic
def propose_issue(*, directive: Directive, note: str, by: User, at: datetime) -> IssueProposal:
    """Đề nghị ban hành: the draft waits for an administrator, who gets a notice. Recorded as `directive.propose_issue`.

    Raises IllegalMove when it is no draft any more or waits already, NotIssuable naming all that it still lacks.
    """
    directive = _locked(directive)
    if directive.state != DirectiveState.DRAFT:
        raise IllegalMove(f"Văn bản đang ở trạng thái “{directive.get_state_display()}” nên không cần đề nghị.")
    if directive.issue_proposals.waiting().exists():
        raise IllegalMove("Văn bản này đã được đề nghị, đang chờ quản trị ban hành.")
    requirements = list(directive.requirements.select_related("anchor").order_by("order"))
    settle_draft(requirements, directive, at)
    missing = missing_for_issue(directive, requirements, at)
    if missing:
        raise NotIssuable(" ".join(missing))
    proposal = IssueProposal(directive=directive, note=note.strip(), proposed_by=by, proposed_at=at)
    proposal.full_clean()
    proposal.save()
    audit.record(
        action="directive.propose_issue",
        actor=by,
        obj=directive,
        ward_id=directive.ward_id,
        detail={"note": proposal.note},
        at=at,
    )
    _tell(
        _administrators(directive.ward, at),
        f"Đề nghị ban hành {directive}",
        f"{by} đề nghị. {directive.subject}. {proposal.note}".strip(),
        url=reverse("directives:preview", args=[directive.pk]),
        key=f"issue-proposal:{proposal.pk}",
        at=at,
    )
    return proposal


@transaction.atomic
def send_back_draft(*, directive: Directive, reason: str, by: User, at: datetime) -> IssueProposal:
    """Gửi lại để sửa: the proposer gets the reason and may propose anew. Recorded as `directive.send_back`.

    Raises NotIssuable without a reason, IllegalMove when nothing waits.
    """
    directive = _locked(directive)
    if not reason.strip():
        raise NotIssuable("Ghi lý do gửi lại để cán bộ biết phải sửa gì.")
    proposal = _answered(directive, IssueProposalState.SENT_BACK, by=by, at=at, answer=reason.strip())
    audit.record(
        action="directive.send_back",
        actor=by,
        obj=directive,
        ward_id=directive.ward_id,
        detail={"reason": proposal.answer},
        at=at,
    )
    _tell_proposer(proposal, f"{directive} được gửi lại để sửa", f"{by}: {proposal.answer}", at=at)
    return proposal


@transaction.atomic
def take_back_proposal(*, directive: Directive, by: User, at: datetime) -> IssueProposal:
    """Rút đề nghị: the draft waits no longer. Recorded as `directive.take_back_proposal`. Raises IllegalMove."""
    directive = _locked(directive)
    proposal = _answered(directive, IssueProposalState.TAKEN_BACK, by=by, at=at)
    audit.record(
        action="directive.take_back_proposal", actor=by, obj=directive, ward_id=directive.ward_id, detail={}, at=at
    )
    return proposal


def settle_proposal(*, directive: Directive, by: User | None, at: datetime) -> None:
    """The directive was issued: a proposal that waited is fulfilled and its proposer told. Part of issuing."""
    if not directive.issue_proposals.waiting().exists():
        return
    proposal = _answered(directive, IssueProposalState.ISSUED, by=by, at=at)
    _tell_proposer(proposal, f"Đã ban hành {directive}", f"Theo đề nghị của đồng chí. {directive.subject}", at=at)


def tell_deleted(*, directive: Directive, by: User | None, at: datetime) -> None:
    """The draft is thrown away: whoever proposed it is told, unless he does it himself. Part of deleting."""
    for proposal in directive.issue_proposals.waiting().select_related("proposed_by"):
        proposal.answered_by = by
        words = f"“{directive.subject}” không còn trong sổ."
        _tell_proposer(
            proposal,
            f"Bản nháp {directive.reference} đã bị xóa",
            words,
            url=reverse("directives:issue_proposals"),
            at=at,
        )


def _locked(directive: Directive) -> Directive:
    return Directive.objects.select_for_update(of=("self",)).select_related("ward").get(pk=directive.pk)


def _answered(directive: Directive, state: str, *, by: User | None, at: datetime, answer: str = "") -> IssueProposal:
    proposal = directive.issue_proposals.waiting().select_related("proposed_by").first()
    if proposal is None:
        raise IllegalMove("Văn bản này không có đề nghị nào đang chờ. Hãy tải lại trang.")
    proposal.state, proposal.answer, proposal.answered_by, proposal.answered_at = state, answer, by, at
    proposal.full_clean()
    proposal.save()
    return proposal


def _administrators(ward: Unit, at: datetime) -> list[int]:
    """Accounts that issue for the ward today: its own ADMINs; where it has none, those above it."""
    grants = RoleGrant.objects.active(local_day(at)).filter(role=Role.ADMIN, user__is_active=True)
    own = grants.filter(unit=ward)
    above = [ward.path[:end] for end in range(Unit.steplen, len(ward.path), Unit.steplen)]
    found = own if own.exists() else grants.filter(unit__path__in=above)
    return sorted(set(found.values_list("user_id", flat=True)))


def _tell_proposer(proposal: IssueProposal, title: str, text: str, *, at: datetime, url: str = "") -> None:
    if proposal.proposed_by_id == proposal.answered_by_id:
        return
    _tell(
        [proposal.proposed_by_id],
        title,
        text,
        url=url or reverse("directives:directive", args=[proposal.directive_id]),
        key=f"issue-proposal:{proposal.pk}:answer",
        at=at,
    )


def _tell(users: list[int], title: str, text: str, *, url: str, key: str, at: datetime) -> None:
    notify(drafts=[NoticeDraft(user, NOTICE, title, key, text, url) for user in users], at=at)

"""A reader's draft made a draft directive: what a person saw and left goes through the verbs of drafting.

Not here: reading (`directives.reader`), the page that shows it (`views.reading`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from directives.audience_phrases import propose_audience
from directives.audiences import Audience
from directives.choices import LEAD_KINDS, MEMBER_KINDS, DirectiveKind, RequirementKind, Route, Urgency
from directives.errors import IllegalMove
from directives.models import Directive
from directives.reader import DirectiveDraft, DraftRequirement
from directives.report_fields import OVERSIGHT_NUMBERS, OVERSIGHT_OUTLINE, SESSION_NUMBERS
from directives.services.drafts import Ask, DirectiveHead, add_requirements, create_directive
from directives.services.onward import OnwardAsk, add_onward_duty
from directives.services.originals import attach_original
from directives.titles import title_of
from units.models import CommitteeProfile, Unit, User
from vietnamese.text import clean, fold

UNREAD_SUBJECT = "(chưa đọc được trích yếu)"


def proposed_head(draft: DirectiveDraft, profile: CommitteeProfile, *, full_text: str) -> DirectiveHead:
    """The head to show or keep; where the paper says nothing, what the committee always writes."""
    head = draft.head
    kind = head.kind if head.kind in DirectiveKind.values else DirectiveKind.OTHER if head.kind else DirectiveKind.CV
    return DirectiveHead(
        kind=kind,
        number=head.number,
        symbol=(head.symbol or f"{kind}/{profile.issuer_code}")[:40],
        issued_on=head.issued_on,
        issuer=(head.issuer or profile.name)[:200],
        superior=(head.superior or profile.superior_name)[:200],
        place=(head.place or profile.place_name)[:80],
        subject=(head.subject or UNREAD_SUBJECT)[:600],
        signing_authority=(head.signing_authority or "")[:80],
        signer=(head.signer or "")[:120],
        signer_post=(head.signer_post or "")[:120],
        urgency=head.urgency or Urgency.NORMAL,
        addressees="\n".join(draft.addressees),
        recipients="\n".join(draft.recipients),
        full_text=full_text,
    )


def proposed_ask(requirement: DraftRequirement, *, units: Mapping[str, int], after_another: bool) -> Ask:
    """One requirement to show or keep, with the audience its words name."""
    deadline = requirement.deadline
    audience = propose_audience(requirement.who, kind=requirement.kind, units=units, after_another=after_another)
    phrase = deadline.phrase if deadline is not None and requirement.kind != RequirementKind.STANDING else ""
    return Ask(
        kind=requirement.kind,
        title=title_of(requirement, audience),
        audience=audience,
        description=form_of(requirement),
        outline=requirement.outline or (OVERSIGHT_OUTLINE if requirement.kind in LEAD_KINDS else ()),
        numbers=_numbers_of(requirement),
        route=requirement.route or Route.OFFICE,
        deadline_phrase=clean(phrase)[:255],
        source_sentence=clean(requirement.source.text),
    )


def _numbers_of(requirement: DraftRequirement) -> tuple[str, ...]:
    if requirement.kind in LEAD_KINDS:
        return OVERSIGHT_NUMBERS
    return SESSION_NUMBERS if _reports_a_session(requirement) else ()


def _reports_a_session(requirement: DraftRequirement) -> bool:
    """A report by an outline on a session: its usual numbers are proposed, to be kept or left out by a person."""
    about = fold(" ".join((requirement.what, *requirement.outline)))
    return (
        requirement.kind == RequirementKind.REPORT
        and bool(requirement.outline)
        and ("sinh hoat" in about or "hoi nghi" in about)
    )


def form_of(requirement: DraftRequirement) -> str:
    """What the paper says of the form: rule of the file, channel, who is exempt; one sentence a line."""
    lines = [
        requirement.file_rule,
        f"Gửi qua {requirement.channel}." if requirement.channel else "",
        requirement.exemption,
    ]
    return "\n".join(line for line in lines if line)


def units_by_name(ward: Unit) -> dict[str, int]:
    """Open units of the ward by folded name."""
    open_units = Unit.objects.filter(ward=ward, closed_on=None).exclude(pk=ward.pk)
    return {fold(name): pk for pk, name in open_units.values_list("pk", "name")}


@dataclass(frozen=True, slots=True)
class ProposedAsk:
    """One duty to keep; `anchor` is the number (from 1) of the duty whose event starts its clock."""

    ask: Ask
    anchor: int | None = None
    to_superior: bool = False
    """No unit owes it: it becomes a duty of the ward to its superior."""


@transaction.atomic
def keep_proposal(
    *,
    ward: Unit,
    head: DirectiveHead,
    legal_bases: Sequence[str],
    asks: Mapping[int, ProposedAsk],
    by: User | None,
    at: datetime,
    original: str = "",
) -> Directive:
    """A draft directive with the duties a person left, all or nothing. `asks` by their numbers on the page (from 1).

    What goes to the superior becomes an onward duty. `original`: the token of the file the paper was read from, which
    goes with the draft; one that does not hold any more leaves the draft without it.
    Recorded as `directive.create`, `requirement.add` and `onward.add`. Raises SecretMarked (nothing is kept), AlreadyRegistered,
    IllegalMove when a clock is anchored to no activity among them, ValidationError.
    """
    directive = create_directive(ward=ward, head=head, legal_bases=legal_bases, by=by, at=at)
    for number in sorted(asks):
        if asks[number].to_superior:
            add_onward_duty(directive=directive, ask=_onward_ask(asks[number].ask, directive), by=by, at=at)
    asks = {number: proposed for number, proposed in asks.items() if not proposed.to_superior}
    numbers = sorted(asks)
    anchors = {
        numbers.index(number): _anchor(number, proposed.anchor, asks, numbers)
        for number, proposed in asks.items()
        if proposed.anchor is not None
    }
    ordered = [asks[number].ask for number in numbers]
    add_requirements(directive=directive, asks=ordered, anchors=anchors, by=by, at=at)
    if original and by is not None:
        attach_original(directive=directive, token=original, by=by, at=at)
    return directive


def _onward_ask(ask: Ask, directive: Directive) -> OnwardAsk:
    return OnwardAsk(
        title=ask.title,
        superior=directive.superior or "cấp trên",
        deadline_phrase=ask.deadline_phrase,
        source_sentence=ask.source_sentence,
    )


def _anchor(number: int, wanted: int, asks: Mapping[int, ProposedAsk], numbers: list[int]) -> int:
    found = asks.get(wanted)
    if found is None or found.ask.kind != RequirementKind.ACTIVITY or wanted == number:
        raise IllegalMove(
            f"Việc số {number} tính hạn theo việc số {wanted}, nhưng việc đó không phải buổi sinh hoạt được giao."
        )
    return numbers.index(wanted)


def proposed_asks(draft: DirectiveDraft, *, ward: Unit) -> dict[int, ProposedAsk]:
    """Every duty of a draft by its number, with audiences, and clocks anchored to the activity before them."""
    units = units_by_name(ward)
    kinds: set[str] = set()
    activity: int | None = None
    asks: dict[int, ProposedAsk] = {}
    for number, requirement in enumerate(draft.requirements, start=1):
        ask = proposed_ask(requirement, units=units, after_another=requirement.kind in kinds)
        waits = requirement.deadline is not None and requirement.deadline.event is not None
        upward = _goes_to_superior(requirement)
        # Nobody of the ward is given what the ward itself sends: "Ban Xây dựng Đảng tổng hợp báo cáo gửi Thành ủy".
        ask = replace(ask, audience=Audience()) if upward else ask
        asks[number] = ProposedAsk(ask, anchor=activity if waits else None, to_superior=upward)
        kinds.add(requirement.kind)
        activity = number if requirement.kind == RequirementKind.ACTIVITY else activity
    return asks


def _goes_to_superior(requirement: DraftRequirement) -> bool:
    """The ward sends it, by a day; what members write is theirs to hand in, wherever it is passed on to."""
    is_of_members = requirement.kind in MEMBER_KINDS
    deadline = requirement.deadline
    return requirement.to_superior and not is_of_members and deadline is not None and deadline.due_at is not None


def save_draft(*, ward: Unit, draft: DirectiveDraft, text: str, by: User | None, at: datetime) -> Directive:
    """The reader's whole proposal as a draft directive; see `keep_proposal`."""
    head = proposed_head(draft, ward.profile, full_text=text)
    cited = [paper.citation[:600] for paper in draft.legal_basis]
    return keep_proposal(ward=ward, head=head, legal_bases=cited, asks=proposed_asks(draft, ward=ward), by=by, at=at)

"""A reader's draft made a draft directive: what a person saw and left goes through the verbs of drafting.

Not here: reading (`directives.reader`), the page that shows it (`views.reading`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from directives.audience_phrases import propose_audience
from directives.choices import DirectiveKind, RequirementKind, Route, Urgency
from directives.models import Directive, Requirement
from directives.reader import DirectiveDraft, DraftRequirement
from directives.services.drafts import Ask, DirectiveHead, add_requirement, create_directive
from units.models import CommitteeProfile, Unit, User
from vietnamese.text import clean, fold

UNREAD_SUBJECT = "(chưa đọc được trích yếu)"
_LONGEST_TITLE = 120


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


def proposed_ask(
    requirement: DraftRequirement, *, units: dict[str, int], after_another: bool, anchor: Requirement | None = None
) -> Ask:
    """One requirement to show or keep, with the audience its words name."""
    deadline = requirement.deadline
    phrase = deadline.phrase if deadline is not None and requirement.kind != RequirementKind.STANDING else ""
    return Ask(
        kind=requirement.kind,
        title=title_of(requirement),
        audience=propose_audience(requirement.who, kind=requirement.kind, units=units, after_another=after_another),
        description=form_of(requirement),
        outline=requirement.outline,
        route=requirement.route or Route.OFFICE,
        deadline_phrase=clean(phrase)[:255],
        anchor=anchor if deadline is not None and deadline.event is not None else None,
        source_sentence=clean(requirement.source.text),
    )


def title_of(requirement: DraftRequirement) -> str:
    """A short name: the first words of what is asked, one capital."""
    said = clean(requirement.what) or RequirementKind(requirement.kind).label
    if len(said) > _LONGEST_TITLE:
        said = f"{said[:_LONGEST_TITLE].rsplit(' ', 1)[0]}…"
    return said[:1].upper() + said[1:]


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


@transaction.atomic
def save_draft(*, ward: Unit, draft: DirectiveDraft, text: str, by: User | None, at: datetime) -> Directive:
    """The reader's whole proposal as a draft directive. Recorded as `directive.create`, `requirement.add`.

    Raises SecretMarked (nothing is kept), AlreadyRegistered, ValidationError.
    """
    profile = ward.profile
    cited = [paper.citation[:600] for paper in draft.legal_basis]
    head = proposed_head(draft, profile, full_text=text)
    directive = create_directive(ward=ward, head=head, legal_bases=cited, by=by, at=at)
    units = units_by_name(ward)
    kinds: set[str] = set()
    activity: Requirement | None = None
    for requirement in draft.requirements:
        ask = proposed_ask(requirement, units=units, after_another=requirement.kind in kinds, anchor=activity)
        kept = add_requirement(directive=directive, ask=ask, by=by, at=at)
        kinds.add(requirement.kind)
        activity = kept if kept.kind == RequirementKind.ACTIVITY else activity
    return directive

"""Drafting a directive: its head, legal bases, requirements, files; only while it is a draft.

Not here: reading a phrase (`deadlines`), issuing (`issuing.py`), moving deadlines afterwards (`deadlines.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.db.models import F, Max

from audit import services as audit
from directives.audiences import Audience
from directives.choices import DirectiveState, OutgoingState, Route, Urgency
from directives.citing import cited_papers, link_to
from directives.errors import AlreadyRegistered, FileRefused, IllegalMove, NumberTaken
from directives.models import Directive, DirectiveAttachment, LegalBasis, Requirement
from directives.numbering import taken_numbers, term_span
from directives.report_fields import OVERSIGHT_NUMBERS, OVERSIGHT_OUTLINE
from directives.services.ending import refuse_closing
from directives.services.issue_proposals import tell_deleted
from directives.services.secret_papers import refuse_stamped, refuse_stamped_file
from directives.settling import settle_requirement
from units.models import CommitteeProfile, Unit, User
from vault import services as vault
from vietnamese.dates import format_date
from vietnamese.text import clean, fold

MAX_ATTACHMENT_BYTES = 25 * 1024 * 1024
_HEAD_BYTES = 16
_MEDIA_TYPES = (
    # The server decides the type, from the first bytes and (for the Office formats, all ZIP) the name.
    (b"%PDF-", "", "application/pdf"),
    (b"PK\x03\x04", ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"PK\x03\x04", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"PK\x03\x04", ".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"\xd0\xcf\x11\xe0", ".doc", "application/msword"),
    (b"\xd0\xcf\x11\xe0", ".xls", "application/vnd.ms-excel"),
    (b"\xff\xd8\xff", "", "image/jpeg"),
    (b"\x89PNG\r\n", "", "image/png"),
)
_MARKS_OF_SYMBOLS = str.maketrans("-/.,", "    ")


@dataclass(frozen=True, slots=True)
class DirectiveHead:
    """What the entry form says of a directive. A draft may lack number and date."""

    kind: str
    symbol: str
    issuer: str
    subject: str
    number: int | None = None
    issued_on: date | None = None
    superior: str = ""
    place: str = ""
    signing_authority: str = ""
    signer: str = ""
    signer_post: str = ""
    urgency: str = Urgency.NORMAL
    addressees: str = ""
    recipients: str = ""
    full_text: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What the entry form says of a requirement; the deadline is read from its phrase."""

    kind: str
    title: str
    audience: Audience = field(default_factory=Audience)
    description: str = ""
    outline: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    route: str = Route.OFFICE
    deadline_phrase: str = ""
    anchor: Requirement | None = None
    closes_at: datetime | None = None
    source_sentence: str = ""


@transaction.atomic
def create_directive(
    *, ward: Unit, head: DirectiveHead, legal_bases: Sequence[str] = (), by: User | None, at: datetime
) -> Directive:
    """A draft of the ward. Recorded as `directive.create`. Raises SecretMarked (nothing is kept), ValidationError."""
    _refuse_secret(head, legal_bases)
    directive = Directive(ward=ward, created_by=by, created_at=at, **asdict(head))
    _store(directive, legal_bases)
    audit.record(action="directive.create", actor=by, obj=directive, detail={"subject": head.subject}, at=at)
    return directive


@transaction.atomic
def update_directive(
    *, directive: Directive, head: DirectiveHead, legal_bases: Sequence[str] = (), by: User | None, at: datetime
) -> Directive:
    """Another head for a draft; a new issue date reads every phrase again. Recorded as `directive.change`.

    Raises IllegalMove when it is issued, SecretMarked, ValidationError.
    """
    directive = _locked_draft(directive)
    _refuse_secret(head, legal_bases)
    changed = sorted(
        field.name for field in fields(head) if getattr(directive, field.name) != getattr(head, field.name)
    )
    for name in changed:
        setattr(directive, name, getattr(head, name))
    _store(directive, legal_bases)
    for requirement in directive.requirements.select_related("anchor").order_by("order"):
        settle_requirement(requirement, directive, at)
        requirement.save()
    audit.record(action="directive.change", actor=by, obj=directive, detail={"changed": changed}, at=at)
    return directive


@transaction.atomic
def delete_draft(*, directive: Directive, by: User | None, at: datetime) -> None:
    """Throw a draft away with its requirements. Recorded as `directive.delete_draft`. Raises IllegalMove when issued."""
    directive = _locked_draft(directive)
    subject = audit.Subject(directive._meta.label_lower, str(directive.pk), str(directive))
    directive.requirements.filter(anchor__isnull=False).delete()
    directive.requirements.all().delete()
    ward_id, about = directive.ward_id, directive.subject
    tell_deleted(directive=directive, by=by, at=at)
    directive.delete()
    audit.record(
        action="directive.delete_draft", actor=by, obj=subject, ward_id=ward_id, detail={"subject": about}, at=at
    )


@transaction.atomic
def add_requirement(*, directive: Directive, ask: Ask, by: User | None, at: datetime) -> Requirement:
    """The next requirement of a draft. Recorded as `requirement.add`.

    Raises IllegalMove, SecretMarked (nothing is kept), ValidationError.
    """
    directive = _locked_draft(directive)
    _refuse_secret_ask(ask)
    last = directive.requirements.aggregate(last=Max("order"))["last"] or 0
    requirement = Requirement(directive=directive, order=last + 1)
    _fill(requirement, ask, directive, at)
    requirement.save()
    audit.record(
        action="requirement.add", actor=by, obj=requirement, ward_id=directive.ward_id, detail=_told(requirement), at=at
    )
    return requirement


@transaction.atomic
def add_requirements(
    *, directive: Directive, asks: Sequence[Ask], anchors: Mapping[int, int], by: User | None, at: datetime
) -> list[Requirement]:
    """Several requirements of a draft at once, in this order; `anchors` says by index which one's event starts a clock.

    Recorded as `requirement.add` each. Raises IllegalMove, SecretMarked (nothing is kept), ValidationError.
    """
    directive = _locked_draft(directive)
    last = directive.requirements.aggregate(last=Max("order"))["last"] or 0
    made = [Requirement(directive=directive, order=order) for order, _ in enumerate(asks, start=last + 1)]
    for requirement, ask in zip(made, asks, strict=True):
        _refuse_secret_ask(ask)
        _fill(requirement, ask, directive, at)
        requirement.save()
    for index, anchor in anchors.items():
        made[index].anchor = made[anchor]
        settle_requirement(made[index], directive, at)
        made[index].save()
    for requirement in made:
        told = _told(requirement)
        audit.record(action="requirement.add", actor=by, obj=requirement, ward_id=directive.ward_id, detail=told, at=at)
    return made


@transaction.atomic
def change_requirement(*, requirement: Requirement, ask: Ask, by: User | None, at: datetime) -> Requirement:
    """Another wording of a draft's requirement; clocks anchored to it are set anew. Recorded as `requirement.change`."""
    directive = _locked_draft(requirement.directive)
    _refuse_secret_ask(ask)
    _fill(requirement, ask, directive, at)
    requirement.save()
    for anchored in requirement.anchored.select_related("anchor"):
        settle_requirement(anchored, directive, at)
        anchored.save()
    audit.record(
        action="requirement.change",
        actor=by,
        obj=requirement,
        ward_id=directive.ward_id,
        detail=_told(requirement),
        at=at,
    )
    return requirement


@transaction.atomic
def remove_requirement(*, requirement: Requirement, by: User | None, at: datetime) -> None:
    """Take a requirement out of a draft; later ones move up, clocks anchored to it lose their anchor.

    Recorded as `requirement.remove`. Raises IllegalMove when the directive is issued.
    """
    directive = _locked_draft(requirement.directive)
    for anchored in requirement.anchored.all():
        anchored.anchor = None
        settle_requirement(anchored, directive, at)
        anchored.save()
    subject = audit.Subject(requirement._meta.label_lower, str(requirement.pk), str(requirement))
    order = requirement.order
    requirement.delete()
    later = directive.requirements.filter(order__gt=order).order_by("order")
    for pk in list(later.values_list("pk", flat=True)):
        Requirement.objects.filter(pk=pk).update(order=F("order") - 1)
    audit.record(
        action="requirement.remove", actor=by, obj=subject, ward_id=directive.ward_id, detail={"order": order}, at=at
    )


def attach_file(
    *, directive: Directive, stream: BinaryIO, name: str, by: User | None, at: datetime
) -> DirectiveAttachment:
    """Keep a file with a draft or an issued directive. Recorded as `directive.change`.

    Raises SecretMarked (by its name or its text; the bytes are wiped), FileRefused, VaultError (too large, store full).
    """
    name = clean(name)[-200:]
    staged = vault.receive(stream=stream, limit=MAX_ATTACHMENT_BYTES)
    try:
        refuse_stamped_file(name, staged)
        media_type = media_type_of(staged.head[:_HEAD_BYTES], name)
        blob = vault.place(staged=staged, media_type=media_type, now=at)
    finally:
        staged.discard()
    with transaction.atomic():
        attachment = DirectiveAttachment.objects.create(
            directive=directive, blob=blob, name=name, media_type=media_type, added_at=at
        )
        audit.record(
            action="directive.change", actor=by, obj=directive, detail={"attached": name, "sha256": blob.sha256}, at=at
        )
    return attachment


@transaction.atomic
def remove_file(*, attachment: DirectiveAttachment, by: User | None, at: datetime) -> None:
    """Take a file off a draft; the bytes are swept when nothing needs them. Recorded as `directive.change`."""
    directive = _locked_draft(attachment.directive)
    name = attachment.name
    attachment.delete()
    audit.record(action="directive.change", actor=by, obj=directive, detail={"removed": name}, at=at)


def _locked_draft(directive: Directive) -> Directive:
    found = Directive.objects.select_for_update().get(pk=directive.pk)
    if found.state != DirectiveState.DRAFT:
        raise IllegalMove(
            "Văn bản đã ban hành nên không sửa được nữa. Muốn đổi hạn thì gia hạn, hoặc ban hành văn bản mới."
        )
    return found


def _refuse_secret(head: DirectiveHead, legal_bases: Sequence[str]) -> None:
    refuse_stamped(
        head.symbol,
        head.subject,
        head.full_text,
        head.addressees,
        head.recipients,
        head.superior,
        head.issuer,
        *legal_bases,
    )


def _refuse_secret_ask(ask: Ask) -> None:
    refuse_stamped(
        ask.title, ask.description, *ask.outline, *ask.numbers, *ask.slots, ask.deadline_phrase, ask.source_sentence
    )


def _store(directive: Directive, legal_bases: Sequence[str]) -> None:
    numbered = f"{directive.number:02d} {directive.number}" if directive.number is not None else ""
    words = (numbered, directive.symbol.translate(_MARKS_OF_SYMBOLS), directive.get_kind_display(), directive.subject)
    directive.folded = fold(" ".join((*words, directive.issuer)).translate(_MARKS_OF_SYMBOLS))[:900]
    _refuse_double(directive)
    _refuse_taken(directive)
    directive.full_clean(exclude={"created_by"})  # empty when a command drafts it
    directive.save()
    directive.legal_bases.all().delete()
    cited = [clean(text) for text in legal_bases if clean(text)]
    known = cited_papers(cited, ward_id=directive.ward_id)
    LegalBasis.objects.bulk_create(
        LegalBasis(directive=directive, citation=text, order=order, cited_id=paper if paper != directive.pk else None)
        for order, (text, paper) in enumerate(zip(cited, known, strict=True))
    )
    link_to(directive)


def _refuse_double(directive: Directive) -> None:
    """One paper is registered once: identity is (issuer, number, symbol, date)."""
    if directive.number is None:
        return
    same = Directive.objects.filter(
        ward=directive.ward, issuer=directive.issuer, number=directive.number, symbol=directive.symbol,
        issued_on=directive.issued_on,
    ).exclude(pk=directive.pk)  # fmt: skip
    if same.exists():
        raise AlreadyRegistered(
            f"Văn bản số {directive.reference} cùng cơ quan và ngày ban hành đã có trong sổ. Kiểm tra lại số."
        )


def _refuse_taken(directive: Directive) -> None:
    """A number of the committee's own is given once a kind and term; one that this draft has already stays."""
    if directive.number is None or directive.issued_on is None:
        return
    profile = CommitteeProfile.objects.filter(unit=directive.ward_id).first()
    before = Directive.objects.filter(pk=directive.pk).values_list("number", "kind", "issued_on", "issuer").first()
    if profile is None or directive.issuer not in profile.names:
        return
    if before == (directive.number, directive.kind, directive.issued_on, directive.issuer):
        return
    Unit.objects.select_for_update(of=("self",)).get(pk=directive.ward_id)
    refuse_taken_number(profile, kind=directive.kind, number=directive.number, day=directive.issued_on, paper=directive)


def refuse_taken_number(
    profile: CommitteeProfile,
    *,
    kind: str,
    number: int,
    day: date,
    paper: Directive | None = None,
    may_be_outside: bool = False,
) -> None:
    """Raises NumberTaken when another paper of the kind has the number in the term of `day`; the ward's row is held.

    What was explained as used outside the portal may be entered as the register's `paper` after all, or as another
    paper that is known to have been meant (`may_be_outside`).
    """
    span = term_span(profile.unit, day)
    if span is None:
        return
    past = (OutgoingState.OUTSIDE,) if paper or may_be_outside else ()
    taken = taken_numbers(profile, kind=kind, span=span, but=paper, past=past)
    if number in taken:
        since = format_date(span.first)
        raise NumberTaken(
            f"Số {number:02d}-{kind} của nhiệm kỳ từ ngày {since} đã dùng cho {taken[number]}. "
            f"Số tiếp theo là {max(taken) + 1:02d}."
        )


def _fill(requirement: Requirement, ask: Ask, directive: Directive, at: datetime) -> None:
    requirement.kind, requirement.title = ask.kind, ask.title
    requirement.description, requirement.outline = ask.description, list(ask.outline)
    requirement.numbers, requirement.slots = list(ask.numbers), list(ask.slots)
    if requirement.is_of_leads and not (ask.outline or ask.numbers):
        requirement.outline, requirement.numbers = list(OVERSIGHT_OUTLINE), list(OVERSIGHT_NUMBERS)
    requirement.audience, requirement.route = ask.audience.as_json(), ask.route
    requirement.deadline_phrase, requirement.anchor = ask.deadline_phrase, ask.anchor
    requirement.source_sentence = ask.source_sentence
    settle_requirement(requirement, directive, at)
    requirement.closes_at = ask.closes_at
    refuse_closing(ask.closes_at, requirement.due_at)
    requirement.full_clean(exclude={"audience"})  # addressing nobody is allowed until issuing


def _told(requirement: Requirement) -> dict[str, object]:
    return {"order": requirement.order, "phrase": requirement.deadline_phrase, "due_at": requirement.due_at}


def media_type_of(head: bytes, name: str) -> str:
    """The type of a file that may be kept with a directive. Raises FileRefused."""
    for magic, ending, media_type in _MEDIA_TYPES:
        if head.startswith(magic) and name.lower().endswith(ending):
            return media_type
    raise FileRefused(f"Không nhận tệp “{name}”. Cổng giữ PDF, Word, Excel, PowerPoint và ảnh; hãy lưu lại dạng PDF.")

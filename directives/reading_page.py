"""What the page of a paper being read shows: the text cut into marked pieces, and a card for each duty.

Not here: the forms (`forms_reading.py`), what is kept (`services.proposals`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from directives.choices import LEAD_KINDS, MEMBER_KINDS, RequirementKind, Route
from directives.coverage import Addressed, count_addressed
from directives.deadlines import Certainty, WorkCalendar
from directives.deadlines.words import reading_words
from directives.forms import DirectiveForm
from directives.forms_reading import MOST_DUTIES, DutyForm, lines_of
from directives.head_doubts import doubts_of_head
from directives.models import Requirement
from directives.reader import DirectiveDraft, DraftWarning, read_directive
from directives.reader.words import EMAIL
from directives.services.preview import gaps_of
from directives.services.proposals import proposed_asks, proposed_head, units_by_name
from directives.settling import Settled, settle_with
from directives.working_days import work_calendar, years_around
from units.models import Unit
from vietnamese.dates import local_day
from vietnamese.text import clean

_FIELD_OF_WARNING = {
    "blank_number": "id_number",
    "blank_date": "id_issued_on",
    "foreign_issuer": "id_issuer",
    "future_date": "id_issued_on",
    "issuer_name": "id_issuer",
    "symbol_kind": "id_symbol",
    "two_subjects": "id_legal_bases",
    "two_dates": "id_legal_bases",
}
_WAYS_OUT = {
    "blank_number": "Điền số",
    "blank_date": "Điền ngày",
    "foreign_issuer": "Sửa cơ quan",
    "future_date": "Sửa ngày",
    "issuer_name": "Sửa tên",
    "symbol_kind": "Xem ký hiệu",
    "two_subjects": "Xem căn cứ",
    "two_dates": "Xem căn cứ",
}
_FILLED_BY = {"blank_number": "number", "blank_date": "issued_on"}
_EMPHASIS = re.compile(r"\*+|__+|`+")
_EMPTY_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text: of which duty (0: none), whether it opens the duty's sentence, whether it is a deadline."""

    text: str
    number: int = 0
    opens: bool = False
    is_deadline: bool = False

    @property
    def shown(self) -> str:
        """Without marks of emphasis and rows of empty lines: what the paper looks like."""
        return without_marks(self.text)


@dataclass(frozen=True, slots=True)
class ShownWarning:
    """A warning with the way out: a field of the head, or the place in the text."""

    message: str
    href: str
    button: str


@dataclass(frozen=True, slots=True)
class Card:
    """One duty on the page."""

    number: int
    form: DutyForm
    settled: Settled | None
    words: str
    counted: Addressed | None
    warnings: tuple[str, ...] = ()
    is_in_text: bool = False
    names_two_places: bool = False
    """The paper names two places to hand in and nobody has chosen one yet."""

    @property
    def kind(self) -> str:
        """The kind's name."""
        value = self.form["kind"].value()
        return RequirementKind(value).label if value in RequirementKind.values else ""

    @property
    def choices(self) -> list[str]:
        """The audience as ticked, in words."""
        ticked = [
            str(label)
            for name in ("groups", "blocks", "unit_kinds")
            for value, label in self.form.fields[name].choices  # type: ignore[attr-defined]
            if value in (self.form[name].value() or ())
        ]
        named = lines_of(self.form["units"].value())
        ticked += named if len(named) < 4 else [f"{len(named)} đơn vị nêu tên"]
        of_leads = self.form["kind"].value() in LEAD_KINDS
        return ticked or (["phụ trách cụm, về mọi đơn vị trong cụm"] if of_leads else [])

    @property
    def route(self) -> str:
        """Where members' papers go, in words; for other kinds there is one place only."""
        value = self.form["route"].value()
        is_essay = self.form["kind"].value() in MEMBER_KINDS and not self.form.goes_to_superior
        return Route(value).label if is_essay and value in Route.values else ""


@dataclass(frozen=True, slots=True)
class ReadingPage:
    """Everything the template needs."""

    text: str
    head: DirectiveForm
    cards: list[Card]
    pieces: list[Piece]
    warnings: list[ShownWarning]
    day: date
    left_over: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """How many duties would be kept."""
        return sum(card.form.is_taken for card in self.cards)

    @property
    def to_look_at(self) -> int:
        """How many warnings stand on the page."""
        return len(self.warnings) + sum(len(card.warnings) for card in self.cards)


def without_marks(text: str) -> str:
    """A paper's text without marks of emphasis and rows of empty lines."""
    return _EMPTY_LINES.sub("\n\n", _EMPHASIS.sub("", text))


def plain_lines(text: str) -> str:
    """The text with the line ends a browser sends back and forth as one sign, so that places hold."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_paper_text(text: str, *, ward: Unit, issued_on: date | None, at: datetime) -> DirectiveDraft:
    """The draft of a text, with the ward's calendar and its setting of "trước ngày X"."""
    today = local_day(at)
    return read_directive(
        text,
        today=today,
        issued_on=issued_on,
        calendar=work_calendar(years_around(issued_on or today), ward=ward),
        relaxed_before=ward.profile.before_includes_day,
    )


def page_of_draft(draft: DirectiveDraft, text: str, *, ward: Unit, at: datetime, issued_on: date | None) -> ReadingPage:
    """The page of a fresh reading."""
    head = proposed_head(draft, ward.profile, full_text=text)
    initial = {name: getattr(head, name) for name in DirectiveForm.base_fields if hasattr(head, name)}
    initial["legal_bases"] = [paper.citation for paper in draft.legal_basis]
    initial["issued_on"] = head.issued_on or issued_on
    initial["subject"] = draft.head.subject or ""
    for name in ("addressees", "recipients"):
        initial[name] = list(getattr(draft, name))
    cards = cards_of_draft(draft, ward=ward, day=local_day(at))
    return build_page(DirectiveForm(initial=initial), cards, draft, text, ward=ward, at=at)


def cards_of_draft(draft: DirectiveDraft, *, ward: Unit, day: date) -> list[dict[str, Any]]:
    """Initial values of the cards, one a duty."""
    asks = proposed_asks(draft, ward=ward)
    names = dict(Unit.objects.filter(ward=ward, closed_on=None).values_list("pk", "name"))
    cards = []
    for number, requirement in enumerate(draft.requirements[:MOST_DUTIES], start=1):
        ask, due = asks[number].ask, requirement.deadline_source
        # left for a person to tick: what has no end, and watching over clusters in a ward without any
        left_out = requirement.kind == RequirementKind.STANDING or (
            requirement.kind in LEAD_KINDS
            and not count_addressed(ask.audience, kind=ask.kind, ward=ward, day=day).units
        )
        cards.append(
            {
                "taken": not left_out,
                "kind": ask.kind,
                "title": ask.title,
                "deadline_phrase": ask.deadline_phrase,
                "anchor": asks[number].anchor,
                "route": ask.route,
                "description": ask.description,
                "outline": list(ask.outline),
                "numbers": list(ask.numbers),
                "slots": list(ask.slots),
                "source_sentence": ask.source_sentence,
                "groups": ask.audience.groups,
                "blocks": ask.audience.blocks,
                "unit_kinds": ask.audience.unit_kinds,
                "units": [names[pk] for pk in ask.audience.units],
                "without_earlier": ask.audience.without_earlier,
                "to_superior": asks[number].to_superior,
                "who": requirement.who or "",
                "start": requirement.source.start,
                "end": requirement.source.end,
                "due_start": due.start if due else None,
                "due_end": due.end if due else None,
            }
        )
    return cards


def build_page(
    head: DirectiveForm,
    cards: list[dict[str, Any]] | list[DutyForm],
    draft: DirectiveDraft,
    text: str,
    *,
    ward: Unit,
    at: datetime,
) -> ReadingPage:
    """The page of these cards (initial values, or forms that were sent) beside the text."""
    known = units_by_name(ward)
    forms = [
        card
        if isinstance(card, DutyForm)
        else DutyForm(prefix=f"viec-{index}", initial=card, ward=ward, units_known=known)
        for index, card in enumerate(cards)
    ]
    calendar = work_calendar(years_around(draft.read_on), ward=ward)
    shown = [
        _card(number, form, draft, calendar, ward=ward, at=at, before=forms[: number - 1])
        for number, form in enumerate(forms, start=1)
    ]
    return ReadingPage(
        text=text,
        head=head,
        cards=shown,
        pieces=_pieces(text, forms),
        warnings=[
            *_doubts_of_head(head, draft.read_on, ward=ward, at=at),
            *(
                _shown(warning)
                for warning in draft.warnings
                if warning.requirement is None and not _is_filled(head, warning.code)
            ),
            *_left_out_blocks(shown, ward=ward, at=at),
        ],
        day=draft.read_on,
        left_over=max(len(draft.requirements) - MOST_DUTIES, 0),
    )


def _doubts_of_head(head: DirectiveForm, day: date, *, ward: Unit, at: datetime) -> list[ShownWarning]:
    """What looks odd in the head as it is typed by now; `day` is the day of issue, if the head has one."""
    profile = ward.profile
    doubts = doubts_of_head(
        str(head["issuer"].value() or ""),
        day if head["issued_on"].value() else None,
        own=[*profile.names, f"phường {profile.place_name}"],
        superior=profile.superior_name,
        today=local_day(at),
    )
    return [_shown(DraftWarning(code, message)) for code, message in doubts]


def _is_filled(head: DirectiveForm, code: str) -> bool:
    """What the warning missed in the text has been typed into the head since."""
    field = _FILLED_BY.get(code)
    return field is not None and bool(str(head[field].value() or "").strip())


def _card(
    number: int,
    form: DutyForm,
    draft: DirectiveDraft,
    calendar: WorkCalendar,
    *,
    ward: Unit,
    at: datetime,
    before: list[DutyForm],
) -> Card:
    phrase, kind = clean(str(form["deadline_phrase"].value() or "")), form["kind"].value()
    settled = (
        settle_with(
            calendar, phrase, issued_on=draft.read_on, anchor=None, relaxed_before=ward.profile.before_includes_day
        )
        if phrase
        else None
    )
    verb = "Tổ chức" if kind == RequirementKind.ACTIVITY else "Nộp"
    words = reading_words(settled.reading, verb) if settled else ""
    if settled and not words and settled.reading.certainty is Certainty.TENTATIVE:
        words = "chưa có ngày, chờ xác nhận"
    place = form.place("start", "end")
    start = place[0] if place else -1
    own = [
        warning
        for warning in draft.warnings
        if warning.requirement is not None and draft.requirements[warning.requirement].source.start == start
    ]
    chosen = bool(form["route_chosen"].value())
    done = {code for code, is_done in (("destinations", chosen), ("no_deadline", bool(phrase))) if is_done}
    said = [warning.message for warning in own if warning.code not in done]
    told = [warning.message for warning in settled.reading.warnings] if settled else []
    stale = {warning.message for r in draft.requirements if r.deadline for warning in r.deadline.warnings}
    warnings = dict.fromkeys(
        [
            *told,
            *(message for message in said if message not in stale),
            *_foreign_mailbox(form, ward.profile.mailbox),
            *_passed_on(form, draft, start),
        ]
    )
    return Card(
        number, form, settled, words,
        _addressed(form, before, ward=ward, at=at), tuple(warnings), place is not None,
        kind in MEMBER_KINDS and not chosen and any(warning.code == "destinations" for warning in own),
    )  # fmt: skip


def _passed_on(form: DutyForm, draft: DirectiveDraft, start: int) -> list[str]:
    """Members write it and the ward passes it on: the card gives the writing, the passing on is a duty of its own."""
    is_sent_on = any(one.to_superior and one.source.start == start for one in draft.requirements)
    if not is_sent_on or form.goes_to_superior or form["kind"].value() not in MEMBER_KINDS:
        return []
    return ["Văn bản ghi bài này còn gửi cấp trên. Cần theo dõi cả việc gửi thì ghi thêm ở “Việc với cấp trên”."]


def _foreign_mailbox(form: DutyForm, own: str) -> list[str]:
    """A paper adapted from another ward's often keeps that ward's address."""
    if not own:
        return []
    said: dict[str, str] = {}
    for found in EMAIL.finditer(str(form["description"].value() or "")):
        said.setdefault(found[0].lower(), found[0])
    return [
        f"Văn bản ghi địa chỉ {address}, khác hộp thư của Đảng ủy ({own}). Sửa lại nếu chép từ nơi khác."
        for lower, address in said.items()
        if lower != own.lower()
    ]


def _addressed(form: DutyForm, before: list[DutyForm], *, ward: Unit, at: datetime) -> Addressed | None:
    """How many the ticks address today, as the preview will count them; None when nobody is."""
    audience, kind = form.shown_audience(), str(form["kind"].value() or "")
    if form.goes_to_superior or (audience.is_empty and kind not in LEAD_KINDS):
        return None
    earlier = [
        one.shown_audience()
        for one in before
        if one.is_taken and not one.goes_to_superior and one["kind"].value() == kind
    ]
    return count_addressed(audience, kind=kind, ward=ward, day=local_day(at), earlier=earlier)


def _pieces(text: str, forms: list[DutyForm]) -> list[Piece]:
    """The text in runs; where two duties overlap, the later one's own words are its own."""
    owner = [0] * len(text)
    due = bytearray(len(text))
    opening: dict[int, int] = {}
    for number, form in enumerate(forms, start=1):
        place, dated = form.place("start", "end"), form.place("due_start", "due_end")
        if place and place[0] < len(text):
            end = min(place[1], len(text))
            owner[place[0] : end] = [number] * (end - place[0])
            opening[place[0]] = number
        if dated and form.is_taken:
            due[dated[0] : min(dated[1], len(text))] = b"\1" * (min(dated[1], len(text)) - dated[0])
    pieces: list[Piece] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or owner[at] != owner[begin] or due[at] != due[begin] or at in opening:
            pieces.append(
                Piece(text[begin:at], owner[begin], opening.get(begin) == owner[begin] != 0, bool(due[begin]))
            )
            begin = at
    return pieces


def _left_out_blocks(cards: list[Card], *, ward: Unit, at: datetime) -> list[ShownWarning]:
    """Blocks whose members none of the essays addresses as ticked: a real paper forgot the residential block."""
    essays = [
        card
        for card in cards
        if card.form.is_taken and not card.form.goes_to_superior and card.form["kind"].value() in MEMBER_KINDS
    ]
    if not any(card.counted for card in essays):
        return []
    asked = [
        Requirement(kind=card.form["kind"].value(), audience=card.form.shown_audience().as_json()) for card in essays
    ]
    return [
        ShownWarning(
            f"Khối {gap.name} không nằm trong câu nào giao bài thu hoạch: {gap.units} đơn vị, {gap.members} đảng viên.",
            f"#viec-{essays[-1].number}",
            "Xem đối tượng",
        )
        for gap in gaps_of(asked, ward, local_day(at))
    ]


def _shown(warning: DraftWarning) -> ShownWarning:
    anchor = _FIELD_OF_WARNING.get(warning.code, "")
    if anchor:
        return ShownWarning(warning.message, f"#{anchor}", _WAYS_OUT[warning.code])
    return ShownWarning(warning.message, "#toan-van", "Xem văn bản")

"""One paper as a page shows it: its requirements with audience, deadline and progress, and the reader's own duties.

Not here: HTML (templates/directives), the register (`registry.py`), figures of the ward (app reports).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef

from directives.audience_words import audience_words
from directives.audiences import Audience
from directives.choices import AmendAction, ChangeCause, DirectiveState, ObligationState
from directives.coverage import is_owed_by_members
from directives.models import Amendment, Directive, DirectiveAttachment, Extension, LegalBasis, Obligation, Requirement
from directives.querysets import OPEN_STATES
from directives.requirement_words import waiting_words, waits_for_its_day
from directives.work import WorkCard, work_cards
from interface.wording import last_day_of
from units.models import Member, Unit, User
from vietnamese.dates import format_date
from vietnamese.numbers import format_number


@dataclass(frozen=True, slots=True)
class AskedOnPaper:
    """One requirement as it is read: to whom, until when, and how far it is among those the reader may see."""

    requirement: Requirement
    audience: str
    waiting: str
    """What stands in place of a date while the clock waits for the unit's own event; else ""."""
    verb: str
    counts: dict[str, int]
    total: int
    old_due_at: datetime | None = None
    """The deadline before a later directive changed it."""
    changed_by: tuple[Amendment, ...] = ()
    """What later directives did to it, oldest first."""
    extended: str = ""
    """Whom a later day than the requirement's was granted since, in words; "" when nobody."""
    waits_for_day: bool = False
    """Its deadline does not bind yet and the office may confirm one."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A directive's page."""

    asks: tuple[AskedOnPaper, ...]
    own: tuple[WorkCard, ...]
    """What the reader's units and he himself have to see to, by last day."""
    legal_bases: tuple[LegalBasis, ...]
    cited_by: tuple[Directive, ...]
    """Papers the reader may open that name this one as their basis."""
    attachments: tuple[DirectiveAttachment, ...]
    amends: tuple[Amendment, ...] = ()
    """What this directive does to earlier ones."""
    revokes: tuple[Directive, ...] = ()
    """Earlier directives that this one revoked."""

    @property
    def amended_by(self) -> list[Directive]:
        """The later directives that changed this one, each once."""
        return list({one.directive_id: one.directive for ask in self.asks for one in ask.changed_by}.values())


def paper_of(directive: Directive, *, user: User, at: datetime) -> Paper:
    """The page of a directive the reader may open. A fixed number of queries."""
    requirements = list(directive.requirements.select_related("anchor").order_by("order"))
    progress = _progress(directive, user, at) if directive.state != DirectiveState.DRAFT else {}
    units, members = _named(requirements)
    changed_by = _changed_by(requirements)
    extended = _extended(directive, user, at) if directive.state != DirectiveState.DRAFT else {}
    asks = tuple(
        AskedOnPaper(
            requirement=requirement,
            audience=audience_words(
                Audience.from_json(requirement.audience),
                units=units,
                members=members,
                may_repeat=is_owed_by_members(requirement) and requirement.order > 1,
                of_leads=requirement.is_of_leads,
            ),
            waiting=waiting_words(requirement),
            verb=requirement.deadline_verb,
            counts={key: count for key, count in progress.get(requirement.pk, Counter()).items() if key != "waived"},
            total=sum(count for key, count in progress.get(requirement.pk, Counter()).items() if key != "waived"),
            old_due_at=_old_due_at(changed_by[requirement.pk]),
            changed_by=tuple(changed_by[requirement.pk]),
            extended=_extended_words(
                requirement, extended.get(requirement.pk, {}), progress.get(requirement.pk, Counter())
            ),
            waits_for_day=directive.state == DirectiveState.ISSUED
            and requirement.withdrawn_at is None
            and waits_for_its_day(requirement),
        )
        for requirement in requirements
    )
    return Paper(
        asks=asks,
        own=_own(directive, user, at),
        legal_bases=tuple(_openable(list(directive.legal_bases.all()), user)),
        cited_by=tuple(
            Directive.objects.visible_to(user)
            .filter(legal_bases__cited=directive)
            .distinct()
            .order_by("-issued_on", "-pk")
        ),
        attachments=tuple(directive.attachments.select_related("blob")),
        revokes=tuple(directive.revokes.order_by("pk")),
        amends=tuple(directive.amendments.select_related("requirement__directive")),
    )


def open_work(directive: Directive, at: datetime) -> list[tuple[Requirement, int]]:
    """Requirements of the directive in which something is still open, with how many parties that exist at `at`. Two
    queries.
    """
    still = Obligation.objects.filter(requirement__directive=directive, state__in=OPEN_STATES).of_open_units(at)
    counts = dict(still.order_by().values_list("requirement").annotate(number=Count("pk")))
    return [(one, counts[one.pk]) for one in directive.requirements.order_by("order") if one.pk in counts]


def _changed_by(requirements: list[Requirement]) -> dict[int, list[Amendment]]:
    """Requirement → what issued directives did to it, oldest first. One query."""
    found: dict[int, list[Amendment]] = defaultdict(list)
    applied = Amendment.objects.filter(requirement__in=requirements, applied_at__isnull=False)
    for one in applied.select_related("directive").order_by("applied_at", "pk"):
        found[one.requirement_id].append(one)
    return found


def _old_due_at(amendments: list[Amendment]) -> datetime | None:
    moved = [one for one in amendments if one.action == AmendAction.RESCHEDULE and one.undone_at is None]
    return moved[-1].old_due_at if moved else None


def _openable(bases: list[LegalBasis], user: User) -> list[LegalBasis]:
    """The citations; a link to a paper the reader may not open is taken off, not saved."""
    cited = {basis.cited_id for basis in bases if basis.cited_id}
    seen = set(Directive.objects.visible_to(user).filter(pk__in=cited).values_list("pk", flat=True)) if cited else set()
    for basis in bases:
        if basis.cited_id not in seen:
            basis.cited_id = None
    return bases


def _own(directive: Directive, user: User, at: datetime) -> tuple[WorkCard, ...]:
    """What the reader answers for of this paper, as on his own page."""
    if directive.state == DirectiveState.DRAFT:
        return ()
    mine = Obligation.objects.answered_by(user).filter(requirement__directive=directive)
    return tuple(work_cards(mine, now=at))


_PARTS = {
    ObligationState.ACCEPTED: "accepted",
    ObligationState.SUBMITTED: "submitted",
    ObligationState.FORWARDED: "submitted",
    ObligationState.RETURNED: "returned",
    ObligationState.PENDING: "pending",
    ObligationState.WAIVED: "waived",
}


def _progress(directive: Directive, user: User, at: datetime) -> dict[int, Counter[str]]:
    """Parts of the bar by requirement, among the obligations the reader may see; of units that exist at `at`, as in all
    figures, so that a number equals the list behind its link.
    """
    progress: dict[int, Counter[str]] = defaultdict(Counter)
    seen = Obligation.objects.visible_to(user).filter(requirement__directive=directive).of_open_units(at)
    for requirement_id, state, count in seen.order_by().counted_by_state():
        progress[requirement_id][_PARTS[ObligationState(state)]] += count
    return progress


def _extended(directive: Directive, user: User, at: datetime) -> dict[int, dict[datetime, int]]:
    """Requirement → deadline granted beyond its own (exclusive) → to how many the reader may see. One query."""
    granted = Extension.objects.filter(obligation=OuterRef("pk"), cause=ChangeCause.EXTENDED)
    found = (
        Obligation.objects.visible_to(user)
        .of_open_units(at)
        .filter(Exists(granted), requirement__directive=directive, period="", due_at__gt=F("requirement__due_at"))
        .exclude(state=ObligationState.WAIVED)
    )
    extended: dict[int, dict[datetime, int]] = defaultdict(dict)
    days = found.order_by().values("requirement", "due_at").annotate(parties=Count("pk", distinct=True))
    for row in days:
        extended[row["requirement"]][row["due_at"]] = row["parties"]
    return extended


def _extended_words(requirement: Requirement, days: dict[datetime, int], parts: Counter[str]) -> str:
    """ "Đã gia hạn đến hết 5/5/2026 cho 20/21 đơn vị." """
    if not days:
        return ""
    total = sum(count for key, count in parts.items() if key != "waived")
    parties = "đảng viên" if is_owed_by_members(requirement) else "đơn vị"
    last = f"đến hết {format_date(last_day_of(max(days)))}"
    among = f"cho {format_number(sum(days.values()))}/{format_number(total)} {parties}"
    return f"Đã gia hạn {last} {among}." if len(days) == 1 else f"Đã gia hạn {among}, muộn nhất {last}."


def _named(requirements: list[Requirement]) -> tuple[dict[int, str], dict[int, str]]:
    """Names of the units and members that the audiences name."""
    rules = [Audience.from_json(requirement.audience) for requirement in requirements]
    unit_keys = {pk for rule in rules for pk in rule.units + rule.except_units}
    member_keys = {pk for rule in rules for pk in rule.members + rule.except_members}
    units = dict(Unit.objects.filter(pk__in=unit_keys).values_list("pk", "name")) if unit_keys else {}
    members = dict(Member.objects.filter(pk__in=member_keys).values_list("pk", "full_name")) if member_keys else {}
    return units, members

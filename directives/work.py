"""The work of one account as cards: a requirement × a unit, with what is done and what is owed ("Việc của chi bộ").

Not here: who answers for what (`querysets.answered_by`), the drawing (`templates/directives/my_work.html`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, DateField, DateTimeField, F, Max, Min, Q, When
from django.utils.module_loading import import_string

from directives.choices import HANDED_IN_STATES, AmendAction, Certainty, ObligationState, RequirementKind
from directives.coverage import is_owed_by_members
from directives.deadlines.periods import period_query, title_of_period
from directives.models import Amendment, Extension, Requirement
from directives.querysets import OPEN_STATES, SURE, ObligationQuerySet
from interface.wording import BACK_STOP_VERB, last_day_of, left_in_words, nearness
from units.models import Unit

_OPEN = Q(state__in=OPEN_STATES)
_URGENT = ("overdue", "soon")


@dataclass(frozen=True)
class WorkCard:
    """One requirement as one unit (or one member) has to see to it.

    Counts are obligations: `required` = all but waived; `due_at` is the earliest first late instant among those still
    owed (the latest deadline when nothing is), None without a date. `late` = handed in after the deadline;
    `settled_at` = the latest decision.
    """

    requirement: Requirement
    unit: Unit
    period: str
    """The period of a series; "" for a duty asked once."""
    obligation_id: int
    required: int
    waived: int
    accepted: int
    submitted: int
    returned: int
    overdue: int
    due_at: datetime | None
    old_due_at: datetime | None
    waiting_event: bool
    settled_at: datetime | None
    late: int
    now: datetime
    amended_by: str = ""
    """"Điều chỉnh theo 61-CV/ĐU" when a later directive set the deadline; else ""."""

    written: tuple[int, int] | None = None
    """(sections written, asked for) of a report begun and not handed in; None when none was begun."""

    forwarded: int = 0
    """Of those handed in: passed on to the office by the unit, on the two-step route."""

    @property
    def title(self) -> str:
        """What is owed, with its period."""
        return title_of_period(self.requirement.title, self.period)

    @property
    def query(self) -> str:
        """The end of the address of a page that stays with this period."""
        return period_query(self.period)

    @property
    def to_check(self) -> int:
        """Handed in to the unit and not passed on yet: the secretary's work on the two-step route."""
        return self.submitted - self.forwarded if self.requirement.goes_by_unit else 0

    @property
    def is_draft(self) -> bool:
        """Written on the portal and not handed in: the card says CHƯA NỘP in red."""
        return self.written is not None and bool(self.open)

    @property
    def draft_bar(self) -> dict[str, int]:
        """How much of a draft is written, in grey: it counts as nothing handed in."""
        return {"written": self.written[0]} if self.written else {}

    @property
    def opens_writing(self) -> bool:
        """Answered on its own page: an outline to fill in, or several kinds of files."""
        return self.requirement.is_written and not self.shows_outline

    @property
    def open(self) -> int:
        """Still owed: nothing sent, or returned."""
        return self.required - self.accepted - self.submitted

    @property
    def sent(self) -> int:
        """Handed in and not returned."""
        return self.accepted + self.submitted

    @property
    def is_done(self) -> bool:
        """Everything accepted; nothing more to do here."""
        return self.required == self.accepted

    @property
    def is_settled(self) -> bool:
        """Nothing is owed at the moment: the deadline is said without alarm."""
        return not self.open

    @property
    def deadline_phrase(self) -> str:
        """The requirement's words; "" where a later paper put it off after all was sent (`Obligation.deadline_phrase`)."""
        asked = self.requirement
        plain = not asked.recurrence and asked.certainty != Certainty.EVENT
        put_off = self.due_at is not None and asked.due_at is not None and self.due_at < asked.due_at
        return "" if plain and put_off and self.is_settled else asked.deadline_phrase

    @property
    def by_members(self) -> bool:
        """Owed by single members."""
        return is_owed_by_members(self.requirement)

    @property
    def is_activity(self) -> bool:
        """Done by declaring the day it was held."""
        return self.requirement.kind == RequirementKind.ACTIVITY

    @property
    def verb(self) -> str:
        """How the deadline sentence begins; before the unit's own clock starts the back-stop is said."""
        if self.waiting_event:
            return BACK_STOP_VERB
        return "Tổ chức" if self.is_activity else "Nộp"

    @property
    def nearness(self) -> str:
        """overdue, soon or pending; for something handed in or waiting for its event, quiet."""
        if not self.open or self.due_at is None:
            return "pending"
        near = nearness(self.due_at, self.now)
        return "pending" if self.waiting_event and near != "overdue" else near

    @property
    def is_urgent(self) -> bool:
        """Gets the solid button: due within seven days, or overdue."""
        return self.nearness in _URGENT

    @property
    def chip(self) -> tuple[str, str]:
        """(display state, words) of the card."""
        if self.is_done:
            return "accepted", ""
        if not self.open:
            return "submitted", ""
        if self.returned and self.returned == self.open:
            return "returned", ""
        if self.waiting_event and self.nearness != "overdue":
            return "awaiting_event", ""
        if self.due_at is None:
            return "pending", "Chưa nộp"
        return self.nearness, left_in_words(self.due_at, self.now)

    @property
    def bar(self) -> dict[str, int]:
        """Counts for the thin bar."""
        return {"accepted": self.accepted, "submitted": self.submitted, "returned": self.returned}

    @property
    def button(self) -> str:
        """What the one button does."""
        if self.is_activity:
            return "Báo ngày tổ chức"
        if self.shows_outline:
            return "Xem mẫu báo cáo"
        if self.returned and self.returned == self.open:
            return "Sửa và nộp lại" if self.opens_writing else "Nộp lại"
        if self.requirement.is_of_leads:
            return "Viết tiếp" if self.is_draft else "Viết phiếu dự"
        if self.opens_writing and self.requirement.outline:
            return "Viết tiếp" if self.is_draft else "Viết báo cáo"
        return "Nộp bài" if self.requirement.kind == RequirementKind.ESSAY else "Nộp tệp"

    @property
    def shows_outline(self) -> bool:
        """Before its clock starts there is nothing to send yet: the outline is what helps, unless one writes already."""
        return self.waiting_event and bool(self.requirement.outline) and not self.is_draft

    @property
    def where(self) -> str:
        """What the source line says of who hands in where."""
        if self.is_activity:
            return "cả chi bộ"
        if self.requirement.is_of_leads:
            return "người phụ trách cụm lập phiếu"
        if self.by_members:
            return "mỗi đảng viên một bài" + (", nộp về chi bộ" if self.requirement.goes_by_unit else "")
        return "gửi Ban Xây dựng Đảng"

    @property
    def timeliness(self) -> str:
        """Of something done: in time, or how many were late."""
        if not self.late:
            return "đúng hạn"
        return f"{self.late} bài nộp muộn" if self.by_members else "nộp muộn"

    @property
    def last_day(self) -> Any:
        """The last day in time, None without a date."""
        return last_day_of(self.due_at) if self.due_at else None


def work_cards(obligations: ObligationQuerySet, *, now: datetime) -> list[WorkCard]:
    """Cards of the obligations that stand at `now`, by last day, undated ones last; five queries however many.

    Units and requirements come with their directive. Nothing is shown of a card in which all are waived.
    """
    owed = Case(
        When(state=ObligationState.RETURNED, fix_by__gt=F("due_at"), then=F("fix_by")),
        default=F("due_at"),
        output_field=DateTimeField(),
    )
    late = Q(certainty__in=SURE, owed__lte=now) & _OPEN
    groups = list(
        obligations.in_force(now)
        .order_by()
        .annotate(owed=owed)
        .values("requirement_id", "unit_id", "period")
        .annotate(
            first=Min("pk"),
            assigned=Count("pk"),
            n_waived=Count("pk", filter=Q(state=ObligationState.WAIVED)),
            n_accepted=Count("pk", filter=Q(state=ObligationState.ACCEPTED)),
            n_submitted=Count("pk", filter=Q(state__in=HANDED_IN_STATES)),
            n_forwarded=Count("pk", filter=Q(state=ObligationState.FORWARDED)),
            n_returned=Count("pk", filter=Q(state=ObligationState.RETURNED)),
            n_overdue=Count("pk", filter=late),
            open_due=Min("owed", filter=_OPEN & Q(certainty__in=SURE)),
            any_due=Max("due_at"),
            held=Max("held_on", output_field=DateField()),
            settled=Max("decided_at"),
            n_late=Count(
                "pk", filter=Q(first_submitted_at__gte=F("due_at")) & ~_OPEN & ~Q(state=ObligationState.WAIVED)
            ),
            n_open=Count("pk", filter=_OPEN),
            n_event=Count("pk", filter=Q(certainty=Certainty.EVENT) & _OPEN),
        )
    )
    requirements = Requirement.objects.select_related("directive").in_bulk(
        {group["requirement_id"] for group in groups}
    )
    units = Unit.objects.in_bulk({group["unit_id"] for group in groups})
    amended = latest_amendments(requirements)
    shifted = _shifted_periods([one for one in amended.values() if requirements[one.requirement_id].recurrence])
    single = [group["first"] for group in groups if requirements[group["requirement_id"]].is_written]
    begun: Mapping[int, tuple[int, int]] = import_string(settings.WRITTEN_PROGRESS)(single) if single else {}
    cards = [
        WorkCard(
            requirement=requirements[group["requirement_id"]],
            unit=units[group["unit_id"]],
            period=group["period"],
            obligation_id=group["first"],
            required=group["assigned"] - group["n_waived"],
            waived=group["n_waived"],
            accepted=group["n_accepted"],
            submitted=group["n_submitted"],
            returned=group["n_returned"],
            overdue=group["n_overdue"],
            due_at=group["open_due"] if group["n_open"] else group["any_due"],
            old_due_at=_old_deadline(requirements[group["requirement_id"]], group, amended, shifted),
            amended_by=_amended_by(requirements[group["requirement_id"]], group, amended, shifted),
            waiting_event=bool(group["n_event"]) and group["held"] is None,
            settled_at=group["settled"],
            late=group["n_late"],
            now=now,
            forwarded=group["n_forwarded"],
            written=begun.get(group["first"]),
        )
        for group in groups
        if group["assigned"] > group["n_waived"]
    ]
    return sorted(cards, key=_by_last_day)


def latest_amendments(requirements: Collection[int]) -> dict[int, Amendment]:
    """Requirement → the amendment whose deadline it has now. One query."""
    applied = Amendment.objects.filter(
        requirement__in=requirements, applied_at__isnull=False, undone_at=None, action=AmendAction.RESCHEDULE
    )
    return {one.requirement_id: one for one in applied.select_related("directive").order_by("applied_at", "pk")}


Shifted = Mapping[tuple[int, int, str], tuple[datetime | None, datetime]]


def _shifted_periods(amendments: Collection[Amendment]) -> Shifted:
    """Periods given out whose end an amended rule moved: (requirement, unit, period) → (old, new). No query without."""
    if not amendments:
        return {}
    moved = Extension.objects.filter(amendment__in=[one.pk for one in amendments]).order_by("pk")
    path = "obligation__"
    rows = moved.values_list(f"{path}requirement", f"{path}unit", f"{path}period", "old_due_at", "new_due_at")
    return {(requirement, unit, period): (old, new) for requirement, unit, period, old, new in rows}


def _shift_of(group: dict[str, Any], shifted: Shifted) -> datetime | None:
    """The end this period had before its rule was amended, while it stands as amended."""
    due_at = group["open_due"] if group["n_open"] else group["any_due"]
    old, new = shifted.get((group["requirement_id"], group["unit_id"], group["period"]), (None, None))
    return old if new == due_at else None


def _stands_as_amended(requirement: Requirement, group: dict[str, Any], amended: Mapping[int, Amendment]) -> bool:
    """This unit's deadline is the one that the latest amendment set."""
    due_at = group["open_due"] if group["n_open"] else group["any_due"]
    return not group["period"] and requirement.pk in amended and due_at == requirement.due_at


def _amended_by(
    requirement: Requirement, group: dict[str, Any], amended: Mapping[int, Amendment], shifted: Shifted
) -> str:
    if not _stands_as_amended(requirement, group, amended) and _shift_of(group, shifted) is None:
        return ""
    return f"Điều chỉnh theo {amended[requirement.pk].directive.reference}"


def _old_deadline(
    requirement: Requirement, group: dict[str, Any], amended: Mapping[int, Amendment], shifted: Shifted
) -> datetime | None:
    """The deadline struck through beside the present one: before the amendment, or before this unit's extension."""
    if _stands_as_amended(requirement, group, amended):
        return amended[requirement.pk].old_due_at
    if group["period"]:
        return _shift_of(group, shifted)
    return _extended_from(requirement, group)


def _extended_from(requirement: Requirement, group: dict[str, Any]) -> datetime | None:
    """The requirement's own deadline when this unit's is later and neither an event nor a return explains it."""
    due_at = group["open_due"] if group["n_open"] else group["any_due"]
    if (
        group["period"]
        or group["n_returned"]
        or requirement.anchor_id is not None
        or due_at is None
        or requirement.due_at is None
    ):
        return None
    return requirement.due_at if due_at > requirement.due_at else None


def _by_last_day(card: WorkCard) -> tuple[bool, float, str, int]:
    return (card.due_at is None, card.due_at.timestamp() if card.due_at else 0.0, card.unit.path, card.requirement.pk)


def latest_decided(card: WorkCard) -> float:
    """Sort key of what is done: the latest decision."""
    return card.settled_at.timestamp() if card.settled_at else 0.0

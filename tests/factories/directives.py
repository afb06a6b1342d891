"""Directives, requirements and obligations for tests: saved rows with sensible values.

Rows are written directly, not through the verbs: a test of a verb sets the scene with these and then calls it.
Not here: wards, units, members, accounts (`factories/units.py`), submissions.
"""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import count
from typing import Any

from directives.audiences import Audience
from directives.choices import (
    MEMBER_KINDS,
    Certainty,
    DirectiveKind,
    DirectiveState,
    ObligationState,
    RequirementKind,
    Route,
    WaiverReason,
)
from directives.models import Directive, Extension, Obligation, Requirement
from units.models import Member, Unit
from vietnamese.dates import VIETNAM
from vietnamese.text import fold

ISSUED_ON = date(2026, 4, 21)
ISSUED_AT = datetime(2026, 4, 21, 8, 0, tzinfo=VIETNAM)
DUE_AT = datetime(2026, 4, 28, 0, 0, tzinfo=VIETNAM)
_numbers = count(2001)  # above every number a test names, so that the two never meet in one ward
_TITLES = {
    RequirementKind.ESSAY: "Bài thu hoạch Nghị quyết số 02-NQ/TW",
    RequirementKind.REPORT: "Báo cáo kết quả sinh hoạt chuyên đề",
    RequirementKind.ACTION_PLAN: "Chương trình hành động thực hiện Nghị quyết số 02-NQ/TW",
    RequirementKind.ACTIVITY: "Sinh hoạt chuyên đề tháng 5/2026",
    RequirementKind.OVERSIGHT: "Dự sinh hoạt chuyên đề tại chi bộ",
    RequirementKind.STANDING: "Tuyên truyền thường xuyên",
}


def at(day: int, month: int = 4, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """An instant of 2026 in Hà Nội."""
    return datetime.combine(date(2026, month, day), time(hour, minute, second), tzinfo=VIETNAM)


def make_directive(
    ward: Unit,
    *,
    number: int | None = None,
    symbol: str = "CV/ĐU",
    kind: str = DirectiveKind.CV,
    subject: str = "Tiếp tục học tập, quán triệt Nghị quyết số 02-NQ/TW",
    issued_on: date | None = ISSUED_ON,
    state: str = DirectiveState.ISSUED,
    issued_at: datetime | None = None,
    **fields: Any,
) -> Directive:
    """An issued directive with a number of its own; `state=DRAFT` makes a draft."""
    number = number or next(_numbers)
    issuer = fields.pop("issuer", "Đảng ủy phường Phúc Lợi")
    is_draft = state == DirectiveState.DRAFT
    return Directive.objects.create(
        ward=ward,
        kind=kind,
        number=number,
        symbol=symbol,
        issuer=issuer,
        place="Phúc Lợi",
        issued_on=issued_on,
        subject=subject,
        state=state,
        issued_at=None if is_draft else issued_at or ISSUED_AT,
        created_at=ISSUED_AT,
        folded=fold(f"{number:02d} {symbol.replace('/', ' ')} {subject} {issuer}"),
        **fields,
    )


def make_requirement(
    directive: Directive,
    *,
    kind: str = RequirementKind.ESSAY,
    title: str = "",
    due_at: datetime | None = DUE_AT,
    phrase: str = "trước ngày 28/4/2026",
    rule: str = "R1",
    certainty: str | None = None,
    audience: Audience | None = None,
    anchor: Requirement | None = None,
    event_days: int | None = None,
    route: str = Route.OFFICE,
    **fields: Any,
) -> Requirement:
    """The next requirement of the directive, owed before 28/4/2026 unless said otherwise."""
    order = fields.pop("order", None) or directive.requirements.count() + 1
    sure = Certainty.EVENT if anchor else Certainty.CERTAIN if due_at else Certainty.NONE
    return Requirement.objects.create(
        directive=directive,
        order=order,
        kind=kind,
        title=title or _TITLES[RequirementKind(kind)],
        audience=(audience or Audience()).as_json(),
        route=route,
        deadline_phrase=phrase if due_at else "",
        deadline_rule=rule if due_at else "",
        certainty=certainty or sure,
        due_at=due_at,
        anchor=anchor,
        event_days=event_days,
        **fields,
    )


def make_obligation(
    requirement: Requirement,
    party: Member | Unit,
    *,
    unit: Unit | None = None,
    state: str = ObligationState.PENDING,
    **fields: Any,
) -> Obligation:
    """The obligation of a member (of his first unit, or `unit`) or of a unit; states bring their instants with them."""
    member = party if isinstance(party, Member) else None
    if member is not None and unit is None:
        unit = member.memberships.select_related("unit").order_by("pk")[0].unit
    if (requirement.kind in MEMBER_KINDS) != (member is not None):
        raise ValueError(f"a {requirement.kind} is not owed by {party!r}")
    values: dict[str, Any] = {
        "ward_id": requirement.directive.ward_id,
        "requirement": requirement,
        "unit": unit if member is not None else party,
        "member": member,
        "state": state,
        "due_at": requirement.due_at,
        "certainty": requirement.certainty,
        "created_at": requirement.directive.issued_at or ISSUED_AT,
    }
    if state in (
        ObligationState.SUBMITTED,
        ObligationState.FORWARDED,
        ObligationState.RETURNED,
        ObligationState.ACCEPTED,
    ):
        values |= {"first_submitted_at": at(24, hour=9), "submitted_at": at(24, hour=9)}
    if state in (ObligationState.RETURNED, ObligationState.ACCEPTED):
        values["decided_at"] = at(24, hour=15)
    if state == ObligationState.WAIVED:
        values |= {"waiver_reason": WaiverReason.EXEMPT, "waived_at": values["created_at"]}
    return Obligation.objects.create(**(values | fields))


def make_extension(
    obligation: Obligation, new_due_at: datetime, *, reason: str = "Ốm", granted_at: datetime | None = None
) -> Extension:
    """The deadline moved to `new_due_at` (exclusive), the old one kept."""
    extension = Extension.objects.create(
        obligation=obligation,
        old_due_at=obligation.due_at,
        new_due_at=new_due_at,
        reason=reason,
        granted_at=granted_at or at(25, hour=10),
    )
    obligation.due_at = new_due_at
    obligation.save(update_fields=["due_at"])
    return extension

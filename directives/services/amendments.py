"""What a draft does to earlier directives: written, read, and what keeps it from being applied.

Not here: applying it (`amending.py`), whom it touches (`touching.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from audit import services as audit
from directives.choices import AmendAction, DirectiveState
from directives.errors import DeadlineRefused, IllegalMove
from directives.models import Amendment, Directive, Requirement
from directives.services.secret_papers import refuse_stamped
from directives.touching import NewDeadline, deadline_by
from units.models import User


@transaction.atomic
def write_amendments(
    *,
    directive: Directive,
    target: Directive,
    changes: Mapping[int, tuple[str, str] | tuple[str, str, bool]],
    by: User | None,
    at: datetime,
) -> list[Amendment]:
    """What the draft does to `target`: requirement id → (action, new phrase, of a series whether open periods move
    too); requirements left out stay unchanged.

    Replaces what the draft said of `target` before. Recorded as `directive.change`. Raises IllegalMove when the draft is
    issued or the target does not run, DeadlineRefused naming each phrase that gives no day, SecretMarked.
    """
    directive = Directive.objects.select_for_update().select_related("ward").get(pk=directive.pk)
    if directive.state != DirectiveState.DRAFT:
        raise IllegalMove("Văn bản đã ban hành nên không sửa được nữa.")
    _refuse_target(directive, target)
    refuse_stamped(*(change[1] for change in changes.values()))
    requirements = target.requirements.filter(pk__in=changes, withdrawn_at=None).select_related(
        "directive__ward", "anchor"
    )
    directive.amendments.filter(requirement__directive=target).delete()
    written = [
        _draft(directive, requirement, *changes[requirement.pk], at=at)
        for requirement in requirements.order_by("order")
    ]
    faults = _faults(written, at)
    if faults:
        raise DeadlineRefused(" ".join(faults))
    Amendment.objects.bulk_create(written)
    audit.record(
        action="directive.change",
        actor=by,
        obj=directive,
        ward_id=directive.ward_id,
        detail={"amends": str(target), "changes": [told_of(one) for one in written]},
        at=at,
    )
    return written


def missing_for_amending(amendments: Iterable[Amendment], at: datetime) -> list[str]:
    """Sentences naming what keeps the draft's amendments from being applied at `at`; empty when nothing does."""
    amendments = list(amendments)
    stopped = {
        one.requirement.directive_id: one.requirement.directive
        for one in amendments
        if one.requirement.directive.state != DirectiveState.ISSUED
    }
    ended = [
        f"{one} không còn hiệu lực nên không điều chỉnh được nữa. Bỏ phần điều chỉnh này." for one in stopped.values()
    ]
    gone = [
        f"Yêu cầu “{one.requirement}” đã được rút trước đó. Bỏ phần điều chỉnh này."
        for one in amendments
        if one.requirement.withdrawn_at is not None
    ]
    return [*ended, *gone, *_faults(amendments, at)]


def _refuse_target(directive: Directive, target: Directive) -> None:
    if target.ward_id != directive.ward_id or target.pk == directive.pk:
        raise IllegalMove("Chỉ điều chỉnh được văn bản trước của chính đảng ủy này.")
    if target.state != DirectiveState.ISSUED:
        raise IllegalMove(f"{target} đang ở trạng thái “{target.get_state_display()}” nên không điều chỉnh được.")


def _draft(
    directive: Directive, requirement: Requirement, action: str, phrase: str, moves_open: bool = False, *, at: datetime
) -> Amendment:
    amendment = Amendment(directive=directive, requirement=requirement, action=action)
    if action == AmendAction.RESCHEDULE:
        amendment.deadline_phrase = phrase.strip()
        amendment.moves_open = moves_open and bool(requirement.recurrence)
        _read(amendment, at)
    return amendment


def _read(amendment: Amendment, at: datetime) -> NewDeadline | None:
    """Read the new phrase with the calendar of now and set its columns."""
    if amendment.action == AmendAction.WITHDRAW:
        return None
    settled, new = deadline_by(amendment, at=at)
    amendment.deadline_rule, amendment.certainty = settled.reading.rule or "", settled.certainty
    amendment.due_at = settled.due_at
    return new


def _faults(amendments: Sequence[Amendment], at: datetime) -> list[str]:
    """Sentences for new deadlines that give no day, or one that is over at `at` (nobody is made late by amending)."""
    faults = []
    for one in amendments:
        if one.action == AmendAction.WITHDRAW:
            continue
        new = _read(one, at)
        about = f"Hạn mới “{one.deadline_phrase}” của “{one.requirement}”"
        if new is None and one.requirement.recurrence:  # one day for every period would be wrong
            faults.append(
                f"{about} phải ghi theo kỳ vì đây là việc định kỳ, ví dụ: trước ngày 20 hằng tháng. Chỉ muốn lùi hạn kỳ "
                "đang nợ thì gia hạn kỳ ấy."
            )
        elif new is None:
            faults.append(f"{about} không cho một ngày cụ thể. Ghi lại hạn, ví dụ: trước ngày 10/6/2026.")
        elif new.due_at <= at:
            faults.append(f"{about} đã qua. Ghi một ngày còn ở phía trước.")
    return faults


def told_of(amendment: Amendment) -> list[object]:
    return [amendment.requirement.order, amendment.action, amendment.deadline_phrase, amendment.due_at]

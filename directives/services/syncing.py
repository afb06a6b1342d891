"""Bringing a running directive in line with the roster of the day, as one: new parties get their duty, those gone lose it.

Not here: the difference itself (`sync_plan.py`), debts that follow their member without being asked (`following.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from audit import services as audit
from directives.choices import ObligationState, WaiverReason
from directives.errors import DeadlineRefused
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Directive, Extension, Obligation
from directives.querysets import OPEN_STATES
from directives.services.acknowledging import ask_acknowledgements
from directives.services.following import follow_roster, take_back
from directives.services.sync_plan import Change, Line, SyncPlan, plan_sync
from units.models import User

_CHUNK = 1000
_LATE_REASON = "Giao bổ sung sau khi hạn chung đã qua"


@transaction.atomic
def sync_obligations(
    *, directive: Directive, by: User | None, at: datetime, late_due_at: datetime | None = None
) -> SyncPlan:
    """What `plan_sync` shows at `at` is written; returns that plan.

    Parties whose deadline has passed before they are given the duty get `late_due_at` (exclusive) with an Extension
    that keeps the common deadline; without it they are left out. Handed-in rows are never touched. Recorded as
    `obligation.sync` when anything changed. Raises IllegalMove unless the directive runs, DeadlineRefused when
    `late_due_at` is past.
    """
    directive = Directive.objects.select_for_update().select_related("ward").get(pk=directive.pk)
    shown = plan_sync(directive=directive, at=at)
    if late_due_at is not None and late_due_at <= at:
        raise DeadlineRefused("Hạn cho người đến sau đã qua. Chọn một ngày từ hôm nay trở đi.")
    follow_roster(ward=directive.ward, at=at, by=by, directive=directive)
    # Asked again after the roster's own moves: what they wrote is done, what they gave back may not be addressed.
    rest = plan_sync(directive=directive, at=at)
    given = [line for line in rest.lines if late_due_at is not None or not line.late]
    again = _owe_again([line for line in given if line.change is Change.AGAIN], at)
    waived = _waive([line for line in given if line.change is Change.WAIVED], at)
    added = _add(rest, [line for line in given if line.change is Change.ADDED], at)
    if late_due_at is not None:
        _extend_late([line for line in given if line.late], late_due_at, by, at)
    follow_roster(ward=directive.ward, at=at, by=by, directive=directive)  # those who came back to another unit
    ask_acknowledgements(directive=directive, at=at)
    figures = shown.figures(with_late=late_due_at is not None)
    if figures["added"] or figures["waived"] or figures["moved"]:
        detail = {"added": added, "again": again, "waived": waived, "moved": figures["moved"]}
        if late_due_at is not None and shown.late:
            detail["late_due_at"] = late_due_at
        audit.record(action="obligation.sync", actor=by, obj=directive, ward_id=directive.ward_id, detail=detail, at=at)
    return shown


def _owe_again(lines: list[Line], at: datetime) -> int:
    pks = [line.obligation_id for line in lines]
    owing = Obligation.objects.filter(pk__in=pks)
    return len(take_back(owing, reason="Cập nhật theo danh bạ: lại thuộc diện phải làm", at=at))


def _waive(lines: Iterable[Line], at: datetime) -> int:
    by_reason: dict[tuple[str, str], list[int | None]] = defaultdict(list)
    for line in lines:
        by_reason[line.reason, line.note].append(line.obligation_id)
    number = 0
    for (reason, note), pks in by_reason.items():
        rows = Obligation.objects.select_for_update(of=("self",)).filter(pk__in=pks, state__in=OPEN_STATES)
        held = list(rows.order_by("pk").values_list("pk", "state"))
        for _, state in held:
            assert_can_move(OBLIGATION_MOVES, state, ObligationState.WAIVED)
        number += Obligation.objects.filter(pk__in=[pk for pk, _ in held]).update(
            state=ObligationState.WAIVED, waiver_reason=reason, waiver_note=note, waived_at=at
        )
    return number


def _add(plan: SyncPlan, lines: list[Line], at: datetime) -> int:
    """Rows as issuing writes them: with the deadline of their period, exempt members waived at once."""
    certainty = {one.pk: one.certainty for one in plan.requirements}
    rows = [
        Obligation(
            ward_id=plan.directive.ward_id,
            requirement_id=line.requirement_id,
            unit_id=line.unit_id,
            member_id=line.member_id,
            period=line.period,
            state=ObligationState.WAIVED if line.reason == WaiverReason.EXEMPT else ObligationState.PENDING,
            waiver_reason=line.reason,
            waived_at=at if line.reason else None,
            due_at=line.due_at,
            certainty=certainty[line.requirement_id],
            created_at=at,
        )
        for line in lines
    ]
    return len(Obligation.objects.bulk_create(rows, batch_size=_CHUNK))


def _extend_late(lines: list[Line], late_due_at: datetime, by: User | None, at: datetime) -> None:
    """The late parties' own day, the common one kept in history."""
    for requirement, period in {(line.requirement_id, line.period) for line in lines}:
        parties = [line for line in lines if (line.requirement_id, line.period) == (requirement, period)]
        rows = Obligation.objects.filter(requirement=requirement, period=period)
        members = [line.member_id for line in parties if line.member_id]
        units = [line.unit_id for line in parties if not line.member_id]
        rows = rows.filter(member__in=members) if members else rows.filter(member=None, unit__in=units)
        late = list(rows.select_for_update(of=("self",)).order_by("pk"))
        Extension.objects.bulk_create(
            [
                Extension(
                    obligation=one,
                    old_due_at=one.due_at,
                    new_due_at=late_due_at,
                    reason=_LATE_REASON,
                    granted_by=by,
                    granted_at=at,
                )
                for one in late
                if one.due_at is not None and one.due_at < late_due_at
            ],
            batch_size=_CHUNK,
        )
        # A clock that waits for its event keeps waiting; the new day is its back-stop.
        rows.filter(due_at__lt=late_due_at).update(due_at=late_due_at)

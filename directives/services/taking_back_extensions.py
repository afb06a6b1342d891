"""Thu hồi gia hạn: granted days taken back, of one party or of several; nobody is made late by it.

Not here: granting them (`deadlines.py`), what a deadline would be without its extension (`directives.granted`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from audit import services as audit
from directives.choices import ChangeCause, DirectiveState
from directives.errors import DeadlineRefused
from directives.granted import GrantedDay, day_without, grace_end, granted_days, standing_extension
from directives.models import Extension, Obligation, Requirement
from directives.querysets import OPEN_STATES
from directives.services.deadlines import locked, refuse_dissolved
from directives.services.notices import note_moved
from units.models import User
from vietnamese.numbers import format_number

_BATCH = 500


@transaction.atomic
def take_back_extension(*, obligation: Obligation, reason: str, by: User | None, at: datetime) -> Extension:
    """The deadline becomes what it would be without its last extension (`day_without`); both days stay in history, and
    whoever was told of the later one is told.

    Nobody is made late by it, nor left without time: who relied on the later day has the ward's grace in any case. A fix-by
    day that the extension had moved moves back, but not before that day. Recorded as `obligation.unextend`. Returns the
    row of history. Raises DeadlineRefused: no reason; nothing owed any more, a unit dissolved, a directive that ended; the
    deadline comes from something else than an extension, or there was none before; nothing would become earlier.
    """
    obligation = locked(obligation)
    extension = standing_extension(obligation)
    refuse_dissolved(obligation, at, "không có gì để thu hồi")
    if obligation.state not in OPEN_STATES or obligation.requirement.directive.state != DirectiveState.ISSUED:
        who = obligation.member or obligation.unit
        raise DeadlineRefused(f"{who} không còn nợ việc này, không có gì để thu hồi.")
    if extension is None:
        raise DeadlineRefused("Hạn đang có không do gia hạn mà có, không có gì để thu hồi.")
    due_at = day_without(extension, grace_end(ward=obligation.ward, at=at))
    if due_at is None:
        raise DeadlineRefused(
            "Thu hồi thì hạn cũng không sớm hơn: người nộp đã biết hạn mới vẫn phải còn đủ ngày để nộp. Cứ để hạn này."
        )
    [row] = _take_back([GrantedDay(obligation, extension, due_at)], reason=reason, by=by, at=at)
    detail = {"old": row.old_due_at, "new": row.new_due_at, "reason": reason.strip()}
    audit.record(
        action="obligation.unextend", actor=by, obj=obligation, ward_id=obligation.ward_id, detail=detail, at=at
    )
    return row


@transaction.atomic
def take_back_extensions(
    *, requirement: Requirement, extensions: Iterable[int], expected: int, reason: str, by: User | None, at: datetime
) -> int:
    """The same for several of the requirement's `extensions` (ids) at once: all of one decision, or those chosen.

    `expected` is the number the person confirmed; passed over is what is settled by now, or would be due no earlier.
    Recorded once as `obligation.unextend`. Raises DeadlineRefused: no reason; another number than `expected`, or none.
    """
    chosen = set(extensions)
    asked = Extension.objects.filter(pk__in=chosen).order_by().values("obligation")
    rows = requirement.obligations.filter(pk__in=asked)
    len(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    # as it is under the locks
    requirement = Requirement.objects.select_related("directive__ward").get(pk=requirement.pk)
    days = [one for one in granted_days(requirement, rows, at) if one.extension.pk in chosen and one.then is not None]
    if not days:
        raise DeadlineRefused("Không còn gia hạn nào thu hồi được trong các việc đã chọn.")
    if len(days) != expected:
        number = format_number(len(days))
        raise DeadlineRefused(f"Danh sách vừa thay đổi: bây giờ là {number} việc. Hãy xem lại rồi bấm lần nữa.")
    _take_back(days, reason=reason, by=by, at=at)
    detail = {"obligations": [one.obligation.pk for one in days], "reason": reason.strip()}
    ward_id = requirement.directive.ward_id
    audit.record(action="obligation.unextend", actor=by, obj=requirement, ward_id=ward_id, detail=detail, at=at)
    return len(days)


def _take_back(days: Sequence[GrantedDay], *, reason: str, by: User | None, at: datetime) -> list[Extension]:
    """Of obligations that are locked, each with the day it will have."""
    if not reason.strip():
        raise DeadlineRefused("Ghi lý do thu hồi gia hạn, lý do được lưu trong lịch sử.")
    words = f"Thu hồi gia hạn: {reason.strip()}"[:255]
    rows = [
        Extension(
            obligation=one.obligation,
            old_due_at=one.extension.new_due_at,
            new_due_at=one.then,
            cause=ChangeCause.RESTORED,
            reason=words,
            granted_by=by,
            granted_at=at,
        )
        for one in days
    ]
    Extension.objects.bulk_create(rows, batch_size=_BATCH)
    pks = [one.extension.pk for one in days]
    for start in range(0, len(pks), _BATCH):
        Extension.objects.filter(pk__in=pks[start : start + _BATCH]).update(taken_back_at=at)
    note_moved([(one.obligation, one.then) for one in days], words=words, at=at)
    for one in days:
        obligation, extension = one.obligation, one.extension
        if obligation.fix_by == extension.new_due_at:
            obligation.fix_by = max(filter(None, (extension.old_fix_by, one.then)))
        obligation.due_at = one.then
    Obligation.objects.bulk_update([one.obligation for one in days], ["due_at", "fix_by"], batch_size=_BATCH)
    return rows

"""Writing who came to a session: beside the declared day, again whenever a number was wrong.

Not here: the day itself and the clocks it starts (`deadlines.py`), whether numbers add up (`directives.attendance`).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from audit import services as audit
from directives.attendance import Attendance, attendance_fault
from directives.choices import RequirementKind
from directives.errors import DeadlineRefused
from directives.models import Obligation, SessionRecord
from units.models import Membership, Unit, User


def members_on(unit: Unit, day: date) -> int:
    """Counted members of the unit and those below it on the day."""
    counted = Membership.objects.counted(day).filter(unit__ward=unit.ward_id, unit__path__startswith=unit.path)
    return counted.values("member").distinct().count()


@transaction.atomic
def record_attendance(*, obligation: Obligation, told: Attendance, by: User | None, at: datetime) -> SessionRecord:
    """The numbers of a session whose day was declared; earlier ones are replaced, the log keeps them.

    Recorded as `obligation.attendance`. Raises DeadlineRefused: no day yet, or numbers that do not add up to the
    roster's members of that day.
    """
    found = (
        Obligation.objects.select_for_update(of=("self",)).select_related("requirement", "unit").get(pk=obligation.pk)
    )
    if found.requirement.kind != RequirementKind.ACTIVITY or found.held_on is None:
        raise DeadlineRefused("Chưa báo ngày tổ chức nên chưa ghi số dự được.")
    total = members_on(found.unit, found.held_on)
    fault = attendance_fault(told, total)
    if fault:
        raise DeadlineRefused(fault)
    said = {**asdict(told), "total": total, "recorded_by": by, "recorded_at": at}
    record, _ = SessionRecord.objects.update_or_create(obligation=found, defaults=said)
    audit.record(
        action="obligation.attendance",
        actor=by,
        obj=found,
        ward_id=found.ward_id,
        detail={"total": total, "present": told.present, "excused": told.excused, "unexcused": told.unexcused},
        at=at,
    )
    return record


@transaction.atomic
def forget_attendance(*, obligation: Obligation) -> None:
    """Another day has another roster: numbers of the old day go with it (the log keeps them)."""
    SessionRecord.objects.filter(obligation=obligation).delete()

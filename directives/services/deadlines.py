"""Moving a single obligation's deadline: extension, waiver, the unit's own event.

Not here: taking an extension back (`taking_back_extensions.py`), reading phrases (`deadlines`), the states of a submission (app submissions).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from audit import services as audit
from directives.attendance import Attendance
from directives.choices import Certainty, ChangeCause, DirectiveState, ObligationState, RequirementKind, WaiverReason
from directives.deadlines import EventClock, WorkCalendar, day_start, event_deadline, last_day_of
from directives.errors import DeadlineRefused, IllegalMove
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Extension, Obligation, Requirement
from directives.querysets import OPEN_STATES
from directives.services.attendance import forget_attendance, record_attendance
from directives.services.notices import note_moved, note_released
from directives.working_days import work_calendar, years_around
from units.models import User
from vietnamese.dates import format_date, local_day


@transaction.atomic
def extend_deadline(
    *, obligation: Obligation, new_due_at: datetime, reason: str, by: User | None, at: datetime
) -> Extension:
    """Gia hạn: the obligation's first late instant becomes `new_due_at` (exclusive); the old one stays in history.

    Recorded as `obligation.extend`. Raises DeadlineRefused: no reason, not later than the present deadline,
    nothing owed any more, a unit dissolved by then.
    """
    obligation = locked(obligation)
    [extension] = _extend([obligation], new_due_at=new_due_at, reason=reason, by=by, at=at)
    audit.record(
        action="obligation.extend",
        actor=by,
        obj=obligation,
        ward_id=obligation.ward_id,
        detail={"old": extension.old_due_at, "new": new_due_at, "reason": reason},
        at=at,
    )
    return extension


@transaction.atomic
def extend_all_owing(
    *,
    requirement: Requirement,
    obligations: Iterable[int],
    new_due_at: datetime,
    reason: str,
    by: User | None,
    at: datetime,
) -> int:
    """Gia hạn for those of the requirement's `obligations` (ids) that still owe at `at`; returns how many.

    Recorded once as `obligation.extend`. Raises DeadlineRefused as `extend_deadline`, also when none is left.
    """
    found = list(
        Obligation.objects.select_for_update(of=("self",))
        .select_related("requirement", "requirement__directive", "unit", "member")
        .filter(requirement=requirement, pk__in=list(obligations), state__in=OPEN_STATES)
        .of_open_units(at)
        .order_by("pk")
    )
    if not found:
        raise DeadlineRefused("Không còn ai nợ việc này, không có gì để gia hạn.")
    # Whoever was given a later day before keeps it; when nobody is left, the refusal names the day that stands.
    found = [one for one in found if one.due_at is None or one.due_at < new_due_at] or found
    _extend(found, new_due_at=new_due_at, reason=reason, by=by, at=at)
    audit.record(
        action="obligation.extend",
        actor=by,
        obj=requirement,
        ward_id=found[0].ward_id,
        detail={"obligations": [o.pk for o in found], "new": new_due_at, "reason": reason},
        at=at,
    )
    return len(found)


@transaction.atomic
def waive(*, obligation: Obligation, note: str, by: User | None, at: datetime) -> Obligation:
    """The office releases one party from the duty, with a note. Recorded as `obligation.waive`.

    Raises DeadlineRefused without a note and in a dissolved unit, where nobody owes: bringing the duty into line with the
    roster writes its true reason, a decision nobody took would hide it. IllegalMove when it is already accepted or waived.
    """
    obligation = locked(obligation)
    refuse_dissolved(
        obligation, at, "không cần cho miễn. Bấm “Cập nhật theo danh bạ” ở văn bản để việc này ghi “Đơn vị đã giải thể”"
    )
    if not note.strip():
        raise DeadlineRefused("Ghi lý do cho miễn, lý do được lưu trong lịch sử.")
    assert_can_move(OBLIGATION_MOVES, obligation.state, ObligationState.WAIVED)
    obligation.state = ObligationState.WAIVED
    obligation.waiver_reason = WaiverReason.DECIDED
    obligation.waiver_note = note.strip()
    obligation.waived_at = at
    obligation.full_clean()
    obligation.save()
    note_released([obligation.pk], words=f"Cho miễn: {note.strip()}", at=at)
    audit.record(
        action="obligation.waive", actor=by, obj=obligation, ward_id=obligation.ward_id, detail={"note": note}, at=at
    )
    return obligation


@transaction.atomic
def declare_event(
    *, obligation: Obligation, held_on: date, by: User | None, at: datetime, attendance: Attendance | None = None
) -> Obligation:
    """A unit declares the day it held its session: the activity is done, and clocks anchored to it start.

    `attendance` says who came, when that is known already. The activity counts as done on the day itself: it is on time when that day is, however late it was declared.
    Recorded as `obligation.declare_event`. Raises DeadlineRefused for a day to come or before the directive,
    and once the directive has ended or the requirement is closed; IllegalMove when it was declared before.
    """
    obligation = locked(obligation)
    requirement = obligation.requirement
    if requirement.kind != RequirementKind.ACTIVITY:
        raise DeadlineRefused("Việc này không có ngày tổ chức.")
    _refuse_closed(obligation, at)
    _refuse_day(requirement, held_on, at)
    if obligation.state != ObligationState.PENDING:
        raise IllegalMove(f"Buổi này đang ở trạng thái “{obligation.get_state_display()}”, không báo ngày được nữa.")
    assert_can_move(OBLIGATION_MOVES, obligation.state, ObligationState.ACCEPTED)
    obligation.state = ObligationState.ACCEPTED
    obligation.held_on = held_on
    obligation.first_submitted_at = day_start(held_on)
    obligation.submitted_at = obligation.decided_at = at
    obligation.full_clean()
    obligation.save()
    _start_clocks(obligation, held_on, reason=f"Báo tổ chức ngày {format_date(held_on)}", by=by, at=at)
    audit.record(
        action="obligation.declare_event",
        actor=by,
        obj=obligation,
        ward_id=obligation.ward_id,
        detail={"held_on": held_on},
        at=at,
    )
    if attendance is not None:
        record_attendance(obligation=obligation, told=attendance, by=by, at=at)
    return obligation


@transaction.atomic
def correct_event(*, obligation: Obligation, held_on: date, reason: str, by: User | None, at: datetime) -> Obligation:
    """A wrongly declared day is put right; clocks that hang on it are set anew, the old day stays in the log.

    Recorded as `obligation.correct_event`. Raises DeadlineRefused: no reason, nothing declared yet, a day to come.
    """
    obligation = locked(obligation)
    old = obligation.held_on
    if obligation.requirement.kind != RequirementKind.ACTIVITY or old is None:
        raise DeadlineRefused("Chưa báo ngày tổ chức nên chưa có gì để sửa.")
    if not reason.strip():
        raise DeadlineRefused("Ghi lý do sửa ngày tổ chức, lý do được lưu trong lịch sử.")
    _refuse_closed(obligation, at)
    _refuse_day(obligation.requirement, held_on, at)
    obligation.held_on = held_on
    obligation.first_submitted_at = day_start(held_on)
    obligation.full_clean()
    obligation.save()
    corrected = f"Sửa ngày tổ chức {format_date(old)} thành {format_date(held_on)}: {reason.strip()}"
    if held_on != old:
        forget_attendance(obligation=obligation)
    _start_clocks(obligation, held_on, reason=corrected, by=by, at=at)
    audit.record(
        action="obligation.correct_event",
        actor=by,
        obj=obligation,
        ward_id=obligation.ward_id,
        detail={"old": old, "held_on": held_on, "reason": reason.strip()},
        at=at,
    )
    return obligation


def _refuse_closed(obligation: Obligation, at: datetime) -> None:
    """A directive that ended takes no word any more, nor a requirement after its closing (an extension keeps it open)."""
    requirement = obligation.requirement
    if requirement.directive.state != DirectiveState.ISSUED:
        raise DeadlineRefused("Văn bản này đã kết thúc nên không báo ngày nữa. Hãy liên hệ Ban Xây dựng Đảng.")
    if requirement.closes_at is None:
        return
    shut_at = max(filter(None, (requirement.closes_at, obligation.due_at)))
    if at >= shut_at:
        raise DeadlineRefused(
            f"Đã đóng nhận từ ngày {format_date(local_day(shut_at))}. Hãy đề nghị Ban Xây dựng Đảng gia hạn rồi báo lại."
        )


def _refuse_day(requirement: Requirement, held_on: date, at: datetime) -> None:
    """An event is declared after it was held, and not before the directive that asked for it."""
    issued_on = requirement.directive.issued_on
    if held_on > local_day(at):
        raise DeadlineRefused(f"Ngày {format_date(held_on)} chưa tới. Báo ngày sau khi đã tổ chức.")
    if issued_on and held_on < issued_on:
        raise DeadlineRefused(
            f"Ngày {format_date(held_on)} trước ngày ban hành văn bản ({format_date(issued_on)}). Kiểm tra lại ngày."
        )


def event_clock(requirement: Requirement) -> EventClock:
    """The clock of a requirement anchored to an event ("chậm nhất sau 03 ngày tổ chức")."""
    return EventClock(days=requirement.event_days or 0, working_days=requirement.event_working_days)


def _start_clocks(activity: Obligation, held_on: date, *, reason: str, by: User | None, at: datetime) -> None:
    """The unit's own obligations anchored to the activity get their date: held_on + days, rolled by R5.

    A committee above that holds no session itself (a đảng bộ cơ sở, whose cells do) starts with the last of its cells.
    A later day granted by an extension stays; what is settled (accepted, waived) is left as it was judged.
    """
    calendar = work_calendar(years_around(held_on), ward=activity.ward)
    for obligation in _anchored(activity).filter(unit=activity.unit_id):
        _set_clock(obligation, held_on, calendar, reason=reason, by=by, at=at)
    path, step = activity.unit.path, activity.unit.steplen
    above = _anchored(activity).filter(unit__path__in=[path[:end] for end in range(step, len(path), step)])
    for obligation in above.select_related("requirement", "unit"):
        last = _last_session_below(activity, obligation)
        if last is not None:
            _set_clock(obligation, last, calendar, reason=reason, by=by, at=at)


def _anchored(activity: Obligation) -> QuerySet[Obligation]:
    """Open obligations whose clock hangs on the activity's requirement, in the same period."""
    return (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("requirement")
        .prefetch_related("extensions")
        .filter(requirement__anchor=activity.requirement_id, member=None, period=activity.period)
        .exclude(state__in=(ObligationState.ACCEPTED, ObligationState.WAIVED))
    )


def _last_session_below(activity: Obligation, obligation: Obligation) -> date | None:
    """The last session of the cells below, once all have declared; None before, or when the unit holds its own."""
    sessions = Obligation.objects.filter(
        requirement=activity.requirement_id, period=activity.period, unit__path__startswith=obligation.unit.path
    ).exclude(state=ObligationState.WAIVED)
    days = dict(sessions.values_list("unit_id", "held_on"))
    declared = [day for day in days.values() if day is not None]
    if obligation.unit_id in days or len(declared) < len(days):
        return None
    return max(declared, default=None)


def _set_clock(
    obligation: Obligation, held_on: date, calendar: WorkCalendar, *, reason: str, by: User | None, at: datetime
) -> None:
    """The deadline follows the event; the one before stays in history, so that figures of an earlier day hold."""
    own = event_deadline(event_clock(obligation.requirement), held_on, calendar).due_at
    # What another paper moved, or moved back, while the clock waited was the back-stop: no day granted to this party.
    granted = [
        one.new_due_at
        for one in obligation.extensions.all()
        if one.cause == ChangeCause.EXTENDED and one.taken_back_at is None
    ]
    due_at = max([own, *granted])
    if due_at != obligation.due_at or obligation.certainty != Certainty.CERTAIN:
        Extension.objects.create(
            obligation=obligation,
            old_due_at=obligation.due_at,
            new_due_at=due_at,
            old_certainty=obligation.certainty if obligation.certainty != Certainty.CERTAIN else "",
            cause=ChangeCause.EVENT,
            reason=reason[:255],
            granted_by=by,
            granted_at=at,
        )
    obligation.due_at = due_at
    obligation.certainty = Certainty.CERTAIN
    obligation.held_on = held_on
    obligation.save(update_fields=["due_at", "certainty", "held_on"])


def locked(obligation: Obligation) -> Obligation:
    """The obligation as stored, locked until the transaction ends."""
    return (
        Obligation.objects.select_for_update(of=("self",))
        .select_related("requirement", "requirement__directive", "unit", "member", "ward")
        .get(pk=obligation.pk)
    )


def _extend(
    obligations: Sequence[Obligation], *, new_due_at: datetime, reason: str, by: User | None, at: datetime
) -> list[Extension]:
    """The new deadline for all or none, each with its row of history; a fix-by day before it moves too."""
    if not reason.strip():
        raise DeadlineRefused("Ghi lý do gia hạn, lý do được lưu trong lịch sử.")
    for one in obligations:
        _refuse_extension(one, new_due_at, at)
    extensions = [
        Extension(
            obligation=one,
            old_due_at=one.due_at,
            new_due_at=new_due_at,
            old_fix_by=one.fix_by if one.fix_by is not None and one.fix_by <= new_due_at else None,
            reason=reason.strip(),
            granted_by=by,
            granted_at=at,
        )
        for one in obligations
    ]
    Extension.objects.bulk_create(extensions, batch_size=1000)
    note_moved([(one, new_due_at) for one in obligations], words=f"Gia hạn: {reason.strip()}", at=at)
    pks = [one.pk for one in obligations]
    for start in range(0, len(pks), 1000):
        some = Obligation.objects.filter(pk__in=pks[start : start + 1000])
        some.filter(fix_by__lt=new_due_at).update(fix_by=new_due_at)
        some.update(due_at=new_due_at)
    return extensions


def refuse_dissolved(obligation: Obligation, at: datetime, advice: str) -> None:
    """Raise DeadlineRefused where the unit is dissolved at `at`; `advice` ends the sentence."""
    closed_on = obligation.unit.closed_on
    if closed_on is not None and closed_on <= local_day(at):  # a page opened before may still ask
        raise DeadlineRefused(
            f"{obligation.unit} đã giải thể từ ngày {format_date(closed_on)}: ở đó không còn ai nợ, {advice}."
        )


def _refuse_extension(obligation: Obligation, new_due_at: datetime, at: datetime) -> None:
    refuse_dissolved(obligation, at, "không cần gia hạn")
    if obligation.state not in OPEN_STATES:
        raise DeadlineRefused(f"{obligation.member or obligation.unit} không còn nợ việc này, không cần gia hạn.")
    if new_due_at <= at:
        raise DeadlineRefused("Hạn mới đã qua. Chọn một ngày sau hôm nay.")
    if obligation.due_at is not None and new_due_at <= obligation.due_at:
        raise DeadlineRefused(
            f"Hạn mới phải sau hạn đang có ({format_date(last_day_of(obligation.due_at))}). Chọn ngày muộn hơn."
        )

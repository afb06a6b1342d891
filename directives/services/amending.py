"""A later directive's amendments are carried out; a tentative deadline is confirmed.

    apply_amendments   inside issuing: deadlines move, the old ones stay in history, withdrawn work is waived
    confirm_deadline   the office gives a tentative deadline its date

Not here: what a draft amends (`amendments.py`), whom it touches (`touching.py`), one party's own extension (`deadlines.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import services as audit
from directives.choices import (
    AmendAction,
    Certainty,
    ChangeCause,
    DirectiveState,
    ObligationState,
    WaiverReason,
)
from directives.deadlines.periods import amended_series, ends_of, kept_deadlines, series_from_json
from directives.errors import DeadlineRefused, IllegalMove, NotIssuable
from directives.fates import Fate
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Amendment, Directive, Extension, Obligation, Requirement
from directives.requirement_words import waits_for_its_day
from directives.services.amendments import missing_for_amending, told_of
from directives.services.notices import note_moved, note_released
from directives.services.secret_papers import refuse_stamped
from directives.settling import settle, settle_columns
from directives.touching import (
    NewDeadline,
    SeriesChange,
    Touched,
    anchored_to,
    deadline_by,
    moved_back_stop,
    new_deadline_of,
    touched_by,
)
from units.models import User
from vietnamese.dates import format_date, local_day


@transaction.atomic
def apply_amendments(*, directive: Directive, by: User | None, at: datetime) -> int:
    """Carry out the amendments of a directive that is being issued; returns how many obligations they touched.

    Each phrase is read with the calendar of now. Deadlines move with an Extension row each (the old one in history);
    open obligations of withdrawn requirements are waived, what was handed in stays. Recorded as `directive.amend` on
    every amended directive. Raises NotIssuable.
    """
    amendments = list(
        Amendment.objects.select_for_update(of=("self",))
        .filter(directive=directive, applied_at=None)
        .select_related("directive", "requirement__directive__ward", "requirement__anchor")
        .order_by("requirement__directive", "requirement__order")
    )
    # A directive that is closed at this very moment waits, or this one sees it closed.
    targets = {one.requirement.directive_id for one in amendments}
    list(Directive.objects.select_for_update().filter(pk__in=targets).order_by("pk"))
    missing = missing_for_amending(amendments, at)
    if missing:
        raise NotIssuable(" ".join(missing))
    named = [one.requirement_id for one in amendments]
    told: dict[Directive, list[list[object]]] = defaultdict(list)
    count = 0
    for amendment in amendments:
        touched = _apply(amendment, named, by, at)
        count += touched
        told[amendment.requirement.directive].append([*told_of(amendment), touched])
    for target, changes in told.items():
        audit.record(
            action="directive.amend",
            actor=by,
            obj=target,
            ward_id=target.ward_id,
            detail={"amended_by": _named(directive), "changes": changes},
            at=at,
        )
    return count


@transaction.atomic
def confirm_deadline(*, requirement: Requirement, phrase: str, by: User | None, at: datetime) -> int:
    """A tentative or missing deadline of a running directive gets its day; reminders start. Returns how many were moved.

    Recorded as `requirement.confirm_deadline`. Raises IllegalMove when the directive does not run, DeadlineRefused when
    the deadline is sure already, the phrase gives no day that binds, or that day is over; SecretMarked.
    """
    requirement = (
        Requirement.objects.select_for_update(of=("self",))
        .select_related("directive__ward", "anchor")
        .get(pk=requirement.pk)
    )
    if requirement.directive.state != DirectiveState.ISSUED or requirement.withdrawn_at is not None:
        raise IllegalMove("Yêu cầu này không còn hiệu lực nên không xác nhận hạn được.")
    if not waits_for_its_day(requirement):
        raise DeadlineRefused("Hạn của yêu cầu này đã rõ. Muốn đổi thì gia hạn, hoặc ban hành văn bản điều chỉnh.")
    refuse_stamped(phrase)
    # "trước ngày 5/6" without a year is counted from the day somebody writes it.
    settled = settle(phrase, ward=requirement.directive.ward, issued_on=local_day(at), anchor=requirement.anchor)
    new = new_deadline_of(settled)
    if new is None:
        raise DeadlineRefused(f"Hạn “{phrase}” không cho một ngày cụ thể. {settled.reading.remark}".strip())
    if new.due_at <= at:
        raise DeadlineRefused(f"Hạn “{phrase}” đã qua. Ghi một ngày sau hôm nay.")
    old = [requirement.deadline_phrase, requirement.due_at]
    _store(requirement, phrase, settle_columns(settled))
    moved = _move(requirement, new, cause=ChangeCause.CONFIRMED, reason=f"Hạn: {phrase}", amendment=None, by=by, at=at)
    audit.record(
        action="requirement.confirm_deadline",
        actor=by,
        obj=requirement,
        ward_id=requirement.directive.ward_id,
        detail={"old": old, "phrase": phrase, "due_at": new.due_at, "count": moved},
        at=at,
    )
    return moved


def _apply(amendment: Amendment, named: Sequence[int], by: User | None, at: datetime) -> int:
    requirement = amendment.requirement
    requirement.refresh_from_db(fields=["deadline_phrase", "certainty", "due_at", "recurrence"])
    amendment.old_phrase, amendment.old_certainty = requirement.deadline_phrase, requirement.certainty
    amendment.old_due_at, amendment.old_anchor, amendment.applied_at = requirement.due_at, requirement.anchor, at
    if amendment.action == AmendAction.WITHDRAW:
        amendment.save()
        requirement.withdrawn_at = at
        requirement.save(update_fields=["withdrawn_at"])
        return _release(requirement, note=f"Rút theo {_named(amendment.directive)}", at=at)
    settled, new = deadline_by(amendment, at=at)
    if new is None:  # refused by missing_for_amending before
        raise NotIssuable(f"Hạn mới “{amendment.deadline_phrase}” không cho một ngày cụ thể.")
    amendment.save()
    columns = settle_columns(settled)
    if new.series is not None:
        columns["recurrence"] = _amended(requirement, new.series, columns["recurrence"], at)
    _store(requirement, amendment.deadline_phrase, columns)
    reason = f"Điều chỉnh theo {_named(amendment.directive)}"
    write = {"cause": ChangeCause.AMENDED, "reason": reason, "amendment": amendment, "by": by, "at": at}
    moved = _move(requirement, new, **write)
    for anchored in anchored_to(requirement, without=named) if new.series is None else ():
        stop = moved_back_stop(anchored, new.due_at)
        Requirement.objects.filter(pk=anchored.pk).update(due_at=stop.due_at)
        moved += _move(anchored, stop, **write)
    return moved


def _amended(requirement: Requirement, change: SeriesChange, stored: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The new rule of a series, with the periods given out before that keep their end, over or not."""
    series, _ = series_from_json(requirement.recurrence)
    given = set(requirement.obligations.order_by().values_list("period", flat=True).distinct())
    before = ends_of(series, given) | kept_deadlines(requirement.recurrence)
    kept = {
        period: end for period, end in before.items() if not (change.moves_open and change.ends.get(period, at) > at)
    }
    return amended_series(stored, kept=kept, amended_on=local_day(at))


def _store(requirement: Requirement, phrase: str, columns: Mapping[str, object]) -> None:
    """The requirement's own deadline from now on; one with a fixed day hangs on no event any more."""
    requirement.deadline_phrase = phrase
    for name, value in columns.items():
        setattr(requirement, name, value)
    if requirement.certainty != Certainty.EVENT:
        requirement.anchor = None
    requirement.save(update_fields=["deadline_phrase", "anchor", *columns])


def _move(
    requirement: Requirement,
    new: NewDeadline,
    *,
    cause: str,
    reason: str,
    amendment: Amendment | None,
    by: User | None,
    at: datetime,
) -> int:
    """Those whose fate it is get the new deadline, each with its row of history; a fix-by day before it moves too."""
    locked = Obligation.objects.select_for_update(of=("self",))
    moved = [one for one in touched_by(requirement, new, at=at, among=locked) if one.fate == Fate.MOVED]
    Extension.objects.bulk_create(
        [
            Extension(
                obligation=one.obligation,
                old_due_at=one.obligation.due_at,
                new_due_at=one.new_due_at,
                old_certainty=one.obligation.certainty if one.obligation.certainty != one.certainty else "",
                cause=cause,
                amendment=amendment,
                reason=reason[:255],
                granted_by=by,
                granted_at=at,
            )
            for one in moved
        ],
        batch_size=1000,
    )
    note_moved(((one.obligation, one.new_due_at) for one in moved), words=reason, at=at)
    for (due_at, certainty), pks in _by_deadline(moved).items():
        for start in range(0, len(pks), 1000):
            some = Obligation.objects.filter(pk__in=pks[start : start + 1000])
            some.filter(fix_by__lt=due_at).update(fix_by=due_at)
            some.update(due_at=due_at, certainty=certainty)
    return len(moved)


def _by_deadline(moved: Iterable[Touched]) -> dict[tuple[datetime | None, str], list[int]]:
    grouped: dict[tuple[datetime | None, str], list[int]] = defaultdict(list)
    for one in moved:
        grouped[one.new_due_at, one.certainty].append(one.obligation.pk)
    return grouped


def _release(requirement: Requirement, *, note: str, at: datetime) -> int:
    """Open obligations are waived as withdrawn, in one statement; what was handed in stays."""
    locked = Obligation.objects.select_for_update(of=("self",))
    released = [
        one.obligation for one in touched_by(requirement, None, at=at, among=locked) if one.fate == Fate.RELEASED
    ]
    for one in released:
        assert_can_move(OBLIGATION_MOVES, one.state, ObligationState.WAIVED)
    pks = [one.pk for one in released]
    for start in range(0, len(pks), 1000):
        Obligation.objects.filter(pk__in=pks[start : start + 1000]).update(
            state=ObligationState.WAIVED, waiver_reason=WaiverReason.WITHDRAWN, waiver_note=note[:255], waived_at=at
        )
    note_released(pks, words=note, at=at)
    return len(pks)


def _named(directive: Directive) -> str:
    """The later directive as people cite it: "61-CV/ĐU ngày 5/5/2026"."""
    day = f" ngày {format_date(directive.issued_on)}" if directive.issued_on else ""
    return f"{directive.reference}{day}"

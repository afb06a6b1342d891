"""Putting back what a revoked directive had changed in earlier ones: deadlines, requirements it had withdrawn.

    put_back_changes   inside revoking, when whoever revokes asked for it

Not here: which rows go back (`putting_back.py`), revoking itself (`ending.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from audit import services as audit
from directives.choices import AmendAction, ChangeCause, ObligationState
from directives.errors import DeadlineRefused
from directives.fates import Fate
from directives.lasting_changes import lasting_changes
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Amendment, Directive, Extension, LiftedWaiver, Obligation, Requirement
from directives.putting_back import day_is_over, rows_back, stops_back, why_not
from directives.querysets import OPEN_STATES
from directives.services.following import follow_roster
from directives.services.notices import note_moved, note_owed_again
from directives.settling import settle, settle_columns
from directives.touching import Touched
from units.models import User
from vietnamese.dates import local_day

_BATCH = 1000


def put_back_changes(
    *, directive: Directive, late_until: datetime | None, words: str, by: User | None, at: datetime
) -> int:
    """Put back what can be, within the caller's transaction; returns how many obligations changed.

    Every moved row keeps the day it had in its history and is told; a released one is owed again unless its member
    left or is exempt by now. `late_until` (exclusive) is for withdrawn work whose own deadline is over. What newer changes touched stays. Recorded as
    `directive.put_back` on each earlier directive. Raises DeadlineRefused when `late_until` is over.
    """
    if late_until is not None and late_until <= at:
        raise DeadlineRefused("Ngày cuối mới cho việc đã qua hạn phải sau hôm nay.")
    changes = lasting_changes(directive)
    # An earlier directive that is closed at this very moment waits, or this one sees it closed.
    targets = {one.amendment.requirement.directive_id for one in changes}
    list(Directive.objects.select_for_update().filter(pk__in=targets).order_by("pk"))
    told: dict[Directive, list[list[object]]] = defaultdict(list)
    given: dict[Directive, list[Touched]] = defaultdict(list)
    count = 0
    for change in lasting_changes(directive):
        if why_not(change):
            continue
        amendment = change.amendment
        moved, again = _put_back(amendment, late_until, words, by, at)
        touched = len(moved) + len(again)
        if not touched and day_is_over(amendment, at):
            continue  # nothing went back: the change lasts
        told[amendment.requirement.directive].append(
            [amendment.requirement.order, amendment.action, amendment.old_phrase, amendment.old_due_at, touched]
        )
        if again:
            given[amendment.requirement.directive] += again
        count += touched
    for target, lines in told.items():
        audit.record(
            action="directive.put_back",
            actor=by,
            obj=target,
            ward_id=target.ward_id,
            detail={"revoked": str(directive), "changes": lines},
            at=at,
        )
    for target, again in given.items():
        _tell_owed(target, again, words, by, at)
    return count


def _tell_owed(target: Directive, rows: Sequence[Touched], words: str, by: User | None, at: datetime) -> None:
    """Whoever left, moved or became exempt while it was withdrawn is brought into line first: only who owes is told."""
    follow_roster(ward=target.ward, at=at, by=by, directive=target)
    owing = Obligation.objects.filter(requirement__directive=target, state__in=OPEN_STATES)
    still = set(owing.order_by().values_list("pk", flat=True))
    note_owed_again(
        ((row.obligation, row.new_due_at) for row in rows if row.obligation.pk in still), words=words, at=at
    )


def _put_back(
    amendment: Amendment, late_until: datetime | None, words: str, by: User | None, at: datetime
) -> tuple[list[Touched], list[Touched]]:
    """What got its earlier deadline and what is owed again; a requirement whose earlier day is over keeps its own."""
    locked = Obligation.objects.select_for_update(of=("self",))
    rows = rows_back(amendment, at=at, late_until=late_until, among=locked)
    moved = [row for row in rows if row.fate == Fate.MOVED]
    given = [row for row in rows if row.fate == Fate.GIVEN_BACK]
    is_over = day_is_over(amendment, at)
    if is_over and not moved:
        return [], []
    if amendment.action == AmendAction.WITHDRAW:
        Requirement.objects.filter(pk=amendment.requirement_id).update(withdrawn_at=None)
    elif not is_over:
        for anchored, stop in stops_back(amendment):  # before the window they hang on moves
            Requirement.objects.filter(pk=anchored.pk).update(due_at=stop)
        _restore(amendment)
    note_moved(((row.obligation, row.new_due_at) for row in moved), words=words, at=at)
    _write_history([*moved, *(row for row in given if row.new_due_at != row.obligation.due_at)], words, by, at)
    _write_deadlines([*moved, *given])
    _lift(given, words, by, at)
    amendment.undone_at = at
    amendment.save(update_fields=["undone_at"])
    return moved, given


def _restore(amendment: Amendment) -> None:
    """The requirement's own deadline as it stood: its words read again, the day and how sure it was as they were kept."""
    requirement = amendment.requirement
    anchor = amendment.old_anchor or requirement.anchor
    settled = settle(
        amendment.old_phrase,
        ward=requirement.directive.ward,
        issued_on=requirement.directive.issued_on or local_day(requirement.directive.created_at),
        anchor=anchor,
    )
    columns = settle_columns(settled) | {"due_at": amendment.old_due_at, "certainty": amendment.old_certainty}
    requirement.deadline_phrase, requirement.anchor = amendment.old_phrase, anchor
    for name, value in columns.items():
        setattr(requirement, name, value)
    requirement.save(update_fields=["deadline_phrase", "anchor", *columns])


def _write_history(rows: Sequence[Touched], words: str, by: User | None, at: datetime) -> None:
    Extension.objects.bulk_create(
        [
            Extension(
                obligation=row.obligation,
                old_due_at=row.obligation.due_at,
                new_due_at=row.new_due_at,
                old_certainty=row.obligation.certainty if row.obligation.certainty != row.certainty else "",
                cause=ChangeCause.RESTORED,
                reason=words[:255],
                granted_by=by,
                granted_at=at,
            )
            for row in rows
        ],
        batch_size=_BATCH,
    )


def _write_deadlines(rows: Sequence[Touched]) -> None:
    """Deadline by deadline; a fix-by day never lies before the deadline."""
    grouped: dict[tuple[datetime | None, str], list[int]] = defaultdict(list)
    for row in rows:
        grouped[row.new_due_at, row.certainty].append(row.obligation.pk)
    for (due_at, certainty), pks in grouped.items():
        for start in range(0, len(pks), _BATCH):
            some = Obligation.objects.filter(pk__in=pks[start : start + _BATCH])
            if due_at is not None:
                some.filter(fix_by__lt=due_at).update(fix_by=due_at)
            some.update(due_at=due_at, certainty=certainty)


def _lift(rows: Sequence[Touched], words: str, by: User | None, at: datetime) -> None:
    """Owed again; that it was released until now stays known to the figures."""
    LiftedWaiver.objects.bulk_create(
        [
            LiftedWaiver(
                obligation=row.obligation,
                waived_at=row.obligation.waived_at or at,
                lifted_at=at,
                note=row.obligation.waiver_note,
                reason=words[:255],
                lifted_by=by,
            )
            for row in rows
        ],
        batch_size=_BATCH,
    )
    by_state: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        was_sent = row.obligation.first_submitted_at is not None
        by_state[ObligationState.RETURNED if was_sent else ObligationState.PENDING].append(row.obligation.pk)
    for state, pks in by_state.items():
        assert_can_move(OBLIGATION_MOVES, ObligationState.WAIVED, state)
        for start in range(0, len(pks), _BATCH):
            Obligation.objects.filter(pk__in=pks[start : start + _BATCH]).update(
                state=state, waived_at=None, waiver_reason="", waiver_note=""
            )

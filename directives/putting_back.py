"""What would go back when a directive that changed earlier ones is revoked: every row with its fate, as preview and verb see it.

A row goes back only when nothing newer changed it: the last entry of its history is this paper's, or it was given out
later under the paper's deadline. Whoever handed in stays judged as he was; a day that is over by now comes back for
nobody, so that revoking makes nobody late. Reads only, so that preview and verb cannot differ.
Not here: writing (`services.restoring`), what stays when nothing is put back (`lasting_changes.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from directives.choices import AmendAction, Certainty, ChangeCause, DirectiveState, ObligationState, WaiverReason
from directives.fates import Fate, fate_of
from directives.lasting_changes import LastingChange, lasting_changes
from directives.models import Amendment, Directive, Extension, Obligation, Requirement
from directives.querysets import OPEN_STATES
from directives.touching import Touched, anchored_to, moved_back_stop

GOES_BACK = (Fate.MOVED, Fate.GIVEN_BACK)


@dataclass(frozen=True, slots=True)
class PutBack:
    """One change of the paper with what putting it back would touch; `blocked`: why it cannot be put back ("" when it can)."""

    change: LastingChange
    rows: tuple[Touched, ...]
    blocked: str = ""
    day_is_over: bool = False
    """The deadline before it is over by now, so the requirement keeps its own like the rows that owe under it."""

    @property
    def amendment(self) -> Amendment:
        """The change itself."""
        return self.change.amendment

    @property
    def fates(self) -> list[tuple[Fate, int]]:
        """How many rows have each fate, in the order of the fates."""
        counts = Counter(row.fate for row in self.rows)
        return [(fate, counts[fate]) for fate in Fate if counts[fate]]

    @property
    def back(self) -> int:
        """Rows that get their earlier deadline, or are owed, again."""
        return sum(row.fate in GOES_BACK for row in self.rows)

    @property
    def over(self) -> int:
        """Withdrawn rows whose deadline is over by now: given back only with a new last day."""
        return sum(row.fate == Fate.DAY_OVER for row in self.rows) if self.change.withdraws else 0


def put_back_of(directive: Directive, *, at: datetime) -> list[PutBack]:
    """Every change of the issued directive that stands, with its rows at `at`; empty when it changed nothing."""
    return [_put_back(change, at) for change in lasting_changes(directive)]


def back_with_fate(amendment: Amendment, fate: str, *, at: datetime) -> list[Touched]:
    """The names behind one number of the preview, by unit and given name; none once it was put back or can not be."""
    found = [one for one in put_back_of(amendment.directive, at=at) if one.amendment.pk == amendment.pk]
    return [row for one in found for row in one.rows if row.fate == fate]


def rows_back(
    amendment: Amendment, *, at: datetime, late_until: datetime | None = None, among: QuerySet[Obligation] | None = None
) -> list[Touched]:
    """The obligations that the amendment changed, each with its fate when it is put back, by unit and given name.

    `late_until` (exclusive) is the deadline of withdrawn work whose own is over by now; None leaves it withdrawn.
    """
    chosen = Obligation.objects.all() if among is None else among
    if amendment.action == AmendAction.WITHDRAW:
        return _withdrawn(amendment, chosen, at, late_until)
    rows = _moved(amendment, amendment.requirement, amendment.old_due_at, amendment.old_certainty, chosen, at)
    for anchored, stop in () if day_is_over(amendment, at) else stops_back(amendment):
        rows += _moved(amendment, anchored, stop, Certainty.EVENT, chosen, at)
    return rows


def day_is_over(amendment: Amendment, at: datetime) -> bool:
    """The common deadline (exclusive) before the amendment is over at `at`: the requirement keeps the one it has.

    Otherwise it would name a day in the past while its parties owe by a later one, and whoever joined would be late at
    once. Back-stops stay with their window.
    """
    return (
        amendment.action == AmendAction.RESCHEDULE and amendment.old_due_at is not None and amendment.old_due_at <= at
    )


def stops_back(amendment: Amendment) -> list[tuple[Requirement, datetime]]:
    """Requirements whose back-stop the amendment carried along and that still have it, with the one before (exclusive)."""
    requirement = amendment.requirement
    if amendment.old_due_at is None or requirement.due_at is None or requirement.recurrence:
        return []
    return [
        (one, moved_back_stop(one, amendment.old_due_at).due_at)
        for one in anchored_to(requirement)
        if one.due_at == moved_back_stop(one, requirement.due_at).due_at
    ]


def why_not(change: LastingChange) -> str:
    """Why this change cannot be put back, as a half-sentence; "" when it can."""
    amendment, requirement = change.amendment, change.amendment.requirement
    if change.later is not None:
        return f"đã đổi tiếp theo {change.later.reference}"
    if requirement.directive.state != DirectiveState.ISSUED:
        return f"văn bản ấy {requirement.directive.get_state_display().lower()}"
    if change.withdraws:
        return "" if requirement.withdrawn_at == amendment.applied_at else "yêu cầu đã đổi sau đó"
    if requirement.recurrence:
        return "việc định kỳ chỉ đặt lại được bằng một văn bản điều chỉnh mới"
    if requirement.withdrawn_at is not None or requirement.deadline_phrase != amendment.deadline_phrase:
        return "yêu cầu đã đổi sau đó"
    if amendment.old_due_at is None:
        return "trước đó chưa có ngày cụ thể"
    if amendment.old_certainty == Certainty.EVENT and requirement.anchor_id is None and amendment.old_anchor is None:
        return "hạn trước đó tính theo ngày tổ chức, chỉ đặt lại được bằng một văn bản điều chỉnh mới"
    return ""


def _put_back(change: LastingChange, at: datetime) -> PutBack:
    blocked = why_not(change)
    rows = () if blocked else tuple(rows_back(change.amendment, at=at))
    return PutBack(change, rows, blocked, day_is_over(change.amendment, at))


def _withdrawn(
    amendment: Amendment, chosen: QuerySet[Obligation], at: datetime, late_until: datetime | None
) -> list[Touched]:
    """What this paper released, and what was handed in before it did: that stays as it is."""
    found = []
    for one in _ordered(chosen.filter(requirement=amendment.requirement)):
        if one.state != ObligationState.WAIVED:
            fate = Fate.CHANGED_SINCE if one.state in OPEN_STATES else Fate.HANDED_IN
            found.append(Touched(one, fate, one.due_at, one.certainty))
        elif one.waiver_reason != WaiverReason.WITHDRAWN or one.waived_at != amendment.applied_at:
            found.append(Touched(one, Fate.WAIVED, one.due_at, one.certainty))
        elif one.due_at is None or one.due_at > at:
            found.append(Touched(one, Fate.GIVEN_BACK, one.due_at, one.certainty))
        else:
            fate = Fate.DAY_OVER if late_until is None else Fate.GIVEN_BACK
            found.append(Touched(one, fate, one.due_at if late_until is None else late_until, one.certainty))
    return found


def _moved(
    amendment: Amendment,
    requirement: Requirement,
    common: datetime | None,
    certainty: str,
    chosen: QuerySet[Obligation],
    at: datetime,
) -> list[Touched]:
    """What the paper moved, and what was given out under its deadline since; `common` is the requirement's day before it."""
    history = list(Extension.objects.filter(obligation__requirement=requirement).order_by("granted_at", "pk"))
    last = last_that_stands(history)
    by_it = {one.obligation_id for one in history if one.amendment_id == amendment.pk}
    sessions = _sessions(amendment.old_anchor_id or requirement.anchor_id)
    found = []
    for one in _ordered(chosen.filter(requirement=requirement)):
        change = last.get(one.pk)
        if change is not None and change.amendment_id == amendment.pk and change.new_due_at == one.due_at:
            row = _fate(one, change.old_due_at, change.old_certainty or one.certainty, at)
        elif _came_later(one, change, amendment) and one.due_at == requirement.due_at:
            row = _fate(one, common, certainty, at)
        elif one.pk in by_it:
            row = Touched(one, Fate.CHANGED_SINCE, one.due_at, one.certainty)
        else:  # the paper never touched it
            continue
        if row.fate == Fate.MOVED and row.certainty == Certainty.EVENT and _is_held(one, sessions):
            row = Touched(one, Fate.CHANGED_SINCE, one.due_at, one.certainty)  # it would wait for what was declared
        found.append(row)
    return found


def _sessions(anchor: int | None) -> list[tuple[str, str, bool]]:
    """(path of the unit, period, whether its day is declared) of the activity that a clock hangs on. One query, none without one."""
    if anchor is None:
        return []
    rows = Obligation.objects.filter(requirement=anchor).exclude(state=ObligationState.WAIVED)
    told = rows.order_by().values_list("unit__path", "period", "held_on")
    return [(path, period, held_on is not None) for path, period, held_on in told]


def _is_held(obligation: Obligation, sessions: Iterable[tuple[str, str, bool]]) -> bool:
    """The unit declared its session, or, when it holds none itself, all units below did."""
    path = obligation.unit.path
    own = [(where, held) for where, period, held in sessions if period == obligation.period and where.startswith(path)]
    days = [held for where, held in own if where == path] or [held for _, held in own]
    return bool(days) and all(days)


def last_that_stands(history: Iterable[Extension]) -> dict[int, Extension]:
    """Obligation → the change its deadline comes from: what was put back before counts no more, nor does putting it back."""
    standing: dict[int, list[Extension]] = defaultdict(list)
    for one in history:
        before = standing[one.obligation_id]
        if one.cause == ChangeCause.RESTORED and before and before[-1].old_due_at == one.new_due_at:
            before.pop()
        else:
            before.append(one)
    return {pk: changes[-1] for pk, changes in standing.items() if changes}


def _came_later(obligation: Obligation, change: Extension | None, amendment: Amendment) -> bool:
    """Given out after the paper, under its deadline, and never changed but by putting a later paper's change back."""
    is_own = change is None or change.cause == ChangeCause.RESTORED
    return is_own and amendment.applied_at is not None and obligation.created_at > amendment.applied_at


def _fate(obligation: Obligation, due_at: datetime | None, certainty: str, at: datetime) -> Touched:
    """The rule of every new deadline (`fates.py`); one that is over goes back for nobody."""
    if due_at is None:  # the requirement had a day then, this row none: something of its own
        return Touched(obligation, Fate.CHANGED_SINCE, obligation.due_at, obligation.certainty)
    fate = fate_of(
        state=obligation.state,
        due_at=obligation.due_at,
        first_submitted_at=obligation.first_submitted_at,
        has_own_day=False,
        new_due_at=due_at,
        at=at,
    )
    if fate == Fate.MOVED:
        return Touched(obligation, fate, due_at, certainty)
    kept = Fate.DAY_OVER if fate == Fate.KEEPS_LATER else fate
    return Touched(obligation, kept, obligation.due_at, obligation.certainty)


def _ordered(rows: QuerySet[Obligation]) -> Iterable[Obligation]:
    return rows.select_related("unit", "member", "requirement").order_by("unit__path", "member__sort_key", "pk")

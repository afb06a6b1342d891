"""What the amendments of a draft would do to work that runs, looked at before issuing. Changes nothing.

Not here: the touching itself (`touching.py`), what the draft gives out anew (`preview.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from directives.choices import AmendAction
from directives.deadlines.periods import period_words
from directives.fates import Fate
from directives.models import Amendment, Directive, Requirement
from directives.touching import (
    Touched,
    anchored_to,
    deadline_by,
    moved_back_stop,
    touched_by,
    touched_by_amendment,
)
from units.models import Unit

_CHANGED = (Fate.MOVED, Fate.RELEASED)


@dataclass(frozen=True, slots=True)
class FateCount:
    """How many obligations have one fate."""

    fate: Fate
    count: int


@dataclass(frozen=True, slots=True)
class UnitTouched:
    """How many obligations of one unit change."""

    unit: Unit
    count: int


@dataclass(frozen=True, slots=True)
class AmendmentPreview:
    """One requirement of an earlier directive under its amendment: counts by fate and by unit.

    `due_at` is the new deadline as it reads now; `carried` = back-stops of reports that move along with an activity.
    """

    amendment: Amendment
    due_at: datetime | None
    fates: tuple[FateCount, ...]
    shares: tuple[UnitTouched, ...]
    carried: tuple[tuple[Requirement, int], ...] = ()
    upcoming: tuple[tuple[str, date], ...] = ()
    """Of a series: the next periods that will be given out under the new rule, each with its last day."""

    @property
    def changed(self) -> int:
        """Obligations that get another deadline or are withdrawn, those carried along among them."""
        return sum(share.count for share in self.shares) + sum(count for _, count in self.carried)

    @property
    def withdraws(self) -> bool:
        """The requirement is withdrawn."""
        return self.amendment.action == AmendAction.WITHDRAW


def preview_amendments(directive: Directive, *, at: datetime) -> tuple[AmendmentPreview, ...]:
    """Every amendment of the draft with what it touches at `at`."""
    amendments = list(
        directive.amendments.select_related("directive", "requirement__directive__ward", "requirement__anchor")
    )
    named = [one.requirement_id for one in amendments]
    return tuple(_preview(one, named, at) for one in amendments)


def touched_with_fate(amendment: Amendment, fate: str, *, at: datetime) -> list[Touched]:
    """The names behind one number of the preview, by unit and given name."""
    return [one for one in touched_by_amendment(amendment, at=at) if one.fate == fate]


def _preview(amendment: Amendment, named: list[int], at: datetime) -> AmendmentPreview:
    new = deadline_by(amendment, at=at)[1] if amendment.action == AmendAction.RESCHEDULE else None
    is_read = new is not None or amendment.action == AmendAction.WITHDRAW
    touched = touched_by(amendment.requirement, new, at=at) if is_read else []
    counts = Counter(one.fate for one in touched)
    units: Counter[Unit] = Counter(one.obligation.unit for one in touched if one.fate in _CHANGED)
    due_at, carried, upcoming = None, [], ()
    if new is not None and new.series is not None:
        due_at = new.due_at
        upcoming = tuple((period_words(one.period), one.last_day) for one in new.series.upcoming)
    elif new is not None:
        due_at = new.due_at
        for anchored in anchored_to(amendment.requirement, without=named):
            moved = touched_by(anchored, moved_back_stop(anchored, new.due_at), at=at)
            carried.append((anchored, sum(one.fate == Fate.MOVED for one in moved)))
    return AmendmentPreview(
        amendment,
        due_at,
        tuple(FateCount(fate, counts[fate]) for fate in Fate if counts[fate]),
        tuple(UnitTouched(unit, count) for unit, count in sorted(units.items(), key=lambda item: item[0].path)),
        tuple(carried),
        upcoming,
    )

"""Rows of obligations, each with its state at an instant, folded into tallies in one pass.

Where the state of a past instant has to be rebuilt, the database works it out once a row and hands the row over; nine
counts in SQL would each work it out again.
Not here: the rebuilding and the counting of stored states (`figures.py`); a test holds this to the same recount.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from directives.choices import Certainty, ObligationState
from reports.tallies import Tally

# Places of a tally in a list: adding to a list is quicker than making a tally a row.
_ASSIGNED, _WAIVED, _SUBMITTED, _ACCEPTED, _RETURNED, _ON_TIME, _LATE, _OVERDUE, _SOON = range(9)
NEVER_OVERDUE = (Certainty.TENTATIVE, Certainty.NONE)
"""A deadline that is only planned, or none, is never overdue (`domain.md` §5, R11 and R12)."""


def fold(rows: Iterable[tuple[Any, ...]], *, at: datetime, soon_until: datetime) -> dict[tuple, Tally]:
    """Tallies at `at` by what stands in each row before its last four columns: state, first receipt, deadline
    (exclusive) and certainty. One row is one obligation.

    `soon_until` is the last deadline (inclusive) called near. No rows give no tallies.
    """
    found: dict[tuple, list[int]] = {}
    for *group, state, first, due_at, certainty in rows:
        key = tuple(group)
        counts = found.get(key)
        if counts is None:
            counts = found[key] = [0] * 9
        counts[_ASSIGNED] += 1
        if state == ObligationState.WAIVED:
            counts[_WAIVED] += 1
        elif first is not None:
            counts[_SUBMITTED] += 1
            counts[_ON_TIME if due_at is None or first < due_at else _LATE] += 1
            if state == ObligationState.ACCEPTED:
                counts[_ACCEPTED] += 1
            elif state == ObligationState.RETURNED:
                counts[_RETURNED] += 1
        elif due_at is not None and certainty not in NEVER_OVERDUE and due_at <= soon_until:
            counts[_OVERDUE if due_at <= at else _SOON] += 1
    return {key: Tally(*counts) for key, counts in found.items()}

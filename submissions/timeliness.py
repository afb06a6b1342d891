"""On time or late, at the moment of receipt (`domain.md` §5, R9 and fairness).

Not here: the deadline itself (`directives.deadlines`), the figures of all obligations (`reports.figures`).
"""

from datetime import datetime, timedelta

from directives.choices import Timeliness

CURE_WINDOW = timedelta(hours=24)
"""How long a slot stays open after the check refused a file that had come in time."""


def timeliness_of(
    *, received_at: datetime, due_at: datetime | None, first_received_at: datetime | None, is_waived: bool
) -> Timeliness:
    """Timeliness of a version received at `received_at` under the effective deadline `due_at` (exclusive).

    Lateness goes by the first receipt that stood. `first_received_at` is None for the first version, and for a
    correction that `counts_anew`. A voluntary one is neither early nor late.
    """
    if is_waived:
        return Timeliness.WAIVED
    if due_at is None:
        return Timeliness.NO_DEADLINE
    return Timeliness.ON_TIME if min(first_received_at or received_at, received_at) < due_at else Timeliness.LATE


def counts_anew(
    *, received_at: datetime, due_at: datetime | None, fix_by: datetime | None, first_received_at: datetime | None
) -> bool:
    """A correction of a returned answer came too late for the fairness clock: lateness then goes by this receipt.

    `fix_by` (exclusive) is None unless the answer stands returned. What came in time and is corrected before `fix_by`,
    or before the deadline itself, stays in time; what was late already stays late by its first receipt (`domain.md` §5).
    """
    if fix_by is None or due_at is None or first_received_at is None or first_received_at >= due_at:
        return False
    return received_at >= max(fix_by, due_at)


def closes_for_good_at(
    *, closes_at: datetime | None, due_at: datetime | None, fix_by: datetime | None
) -> datetime | None:
    """The first instant at which nothing is taken any more; None when it never closes.

    An extension or a fix-by instant beyond the closing keeps the door open for the one who has it.
    """
    if closes_at is None:
        return None
    return max(instant for instant in (closes_at, due_at, fix_by) if instant is not None)


def cured_due_at(*, received_at: datetime, due_at: datetime | None, refused_at: datetime) -> datetime | None:
    """The new deadline when the check refuses, at `refused_at`, bytes received at `received_at`; None: it stays.

    Bytes that came in time give the sender until 24 h after the refusal, if the deadline is not later anyway.
    """
    if due_at is None or received_at >= due_at:
        return None
    cured = refused_at + CURE_WINDOW
    return cured if cured > due_at else None

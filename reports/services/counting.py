"""The counts kept ahead: fold what was appended, and recount them at night against the obligations.

Not here: what is appended by whom (`counted_sql.py`), reading (`counted.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from audit import services as audit
from audit.choices import AuditResult
from audit.models import AuditEntry
from reports.counted import counts_are_kept
from reports.counted_sql import FOLD, RECOUNT_ALL, RECOUNT_WARD
from units.models import Unit
from vietnamese.dates import VIETNAM, local_day

FIRST_HOUR: Final = 3


def fold_counts() -> int:
    """Make one row of the several that changes appended to a count; returns how many rows were written. Changes no sum.

    Nothing is recorded: it says nothing that was not said before.
    """
    if not counts_are_kept():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(FOLD)
        return cursor.rowcount


def recount_everything() -> int:
    """Bring all counts into line with the obligations at once; returns how many differed. For a new table."""
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT_ALL)
        return cursor.rowcount


def recount(*, actor: str, at: datetime) -> int:
    """Compare the counts of every ward with its obligations and set right what differs; returns in how many places.

    Ward by ward, each in a statement of its own, so nobody waits. Recorded as `report.recount`: wards, differences, and the
    code of the first ward with one; the health page reads it.
    """
    faults, first, wards = 0, "", list(Unit.objects.wards().order_by("path").values_list("pk", "code"))
    for ward, code in wards:
        with connection.cursor() as cursor:
            cursor.execute(RECOUNT_WARD, {"ward": ward})
            faults += cursor.rowcount
            first = first or (code if cursor.rowcount else "")
    with transaction.atomic():
        audit.record(
            action="report.recount",
            actor=actor,
            detail={"wards": len(wards), "differences": faults, "first_ward": first},
            at=at,
            result=AuditResult.FAILED if faults else AuditResult.OK,
        )
    return faults


def recount_nightly(*, at: datetime) -> bool:
    """The recount, once a day after three in the morning (Hà Nội); True when it was done now."""
    if not counts_are_kept() or at.astimezone(VIETNAM).hour < FIRST_HOUR:
        return False
    done = AuditEntry.objects.latest("report.recount")
    if done is not None and local_day(done.at) >= local_day(at):
        return False
    recount(actor="beat", at=at)
    return True

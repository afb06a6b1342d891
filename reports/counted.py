"""Figures out of the counts kept ahead (`CountedWork`): the same answer as counting obligations, from a hundredth of the rows.

Only where the database keeps them (PostgreSQL; the embedded profile counts its one ward row by row), and only for a
question that unit, requirement, ward and period decide: `ObligationQuerySet.plain`. Whoever asks gets None otherwise,
and for an instant before the last change, and counts the obligations.
Not here: how the counts stay true (`counted_sql.py`, `services/counting.py`), what a figure means (`figures.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import F, Max, Q, Sum

from directives.choices import RequirementKind
from reports.folding import NEVER_OVERDUE
from reports.models import CountedWork
from reports.tallies import Tally
from vietnamese.dates import local_day

_SUMMED: Final = ("assigned", "waived", "submitted", "accepted", "returned", "on_time", "late")
_MISSING: Final = F("assigned") - F("waived") - F("submitted")


def counts_are_kept() -> bool:
    """Whether this database keeps counts ahead."""
    return connection.vendor == "postgresql"


def tallies_ahead(
    where: Q, group: tuple[str, ...], *, at: datetime, soon_until: datetime, unchanged_since: datetime
) -> dict[tuple, Tally] | None:
    """Tallies at `at` of the work that `where` names, by the columns of `group`; one query.

    None when some of it was given out or changed after `unchanged_since`: then the state of `at` is to be rebuilt.
    `soon_until` is the last deadline (inclusive) called near.
    """
    binding = ~Q(certainty__in=NEVER_OVERDUE)
    rows = (
        CountedWork.objects.filter(where)
        .filter(Q(unit__closed_on=None) | Q(unit__closed_on__gt=local_day(at)))
        .exclude(requirement__kind=RequirementKind.STANDING)
        .order_by()
        .values_list(*group)
        .annotate(
            *(Sum(name) for name in _SUMMED),
            overdue=Sum(_MISSING, filter=binding & Q(due_at__lte=at), default=0),
            soon=Sum(_MISSING, filter=binding & Q(due_at__gt=at, due_at__lte=soon_until), default=0),
            last=Max("newest"),
        )
    )
    width, found = len(group), {}
    for row in rows:
        if row[-1] > unchanged_since:
            return None
        if row[width]:
            found[row[:width]] = Tally(*row[width:-1])
    return found


def missing_by_deadline(where: Q) -> list[tuple[Any, ...]]:
    """(unit, requirement, period, deadline, how many of them await the unit's event) of what is not handed in. One query."""
    rows = (
        CountedWork.objects.filter(where)
        .order_by()
        .values_list("unit_id", "requirement_id", "period", "due_at")
        .annotate(missing=Sum(_MISSING), waits=Sum("awaiting"))
        .filter(missing__gt=0)
    )
    return [(unit, requirement, period, due_at, waits) for unit, requirement, period, due_at, _, waits in rows]


def open_ends(where: Q, at: datetime) -> list[tuple[Any, ...]]:
    """(requirement, period, nearest, farthest binding deadline) of what open units have not handed in. One query."""
    rows = (
        CountedWork.objects.filter(where, due_at__isnull=False)
        .filter(Q(unit__closed_on=None) | Q(unit__closed_on__gt=local_day(at)))
        .exclude(certainty__in=NEVER_OVERDUE)
        .order_by("requirement_id", "period", "due_at")
        .values_list("requirement_id", "period", "due_at")
        .annotate(missing=Sum(_MISSING))
        .filter(missing__gt=0)
    )
    found: dict[tuple[int, str], list[datetime]] = {}
    for requirement, period, due_at, _ in rows:
        found.setdefault((requirement, period), []).append(due_at)
    return [(*column, ends[0], ends[-1]) for column, ends in found.items()]

"""The later periods of a series are given out on the day they open, or a stated number of days before (R10).

Comparing the periods there are with the periods there should be makes it catch up by itself: a missed run of two hours
or two months makes what is missing, in order; a second run makes nothing. What became of an earlier period never
shifts a later one, and a directive that is closed or revoked, a requirement withdrawn makes none.

Not here: the days (`deadlines/recurrences.py`), the first period (`issuing.py`), who joins later (`syncing.py`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from audit import services as audit
from directives.choices import DirectiveState
from directives.deadlines.periods import amended_on, first_day_of, periods_to_make, series_from_json
from directives.deadlines.recurrences import Occurrence
from directives.models import Obligation, Requirement
from directives.services.acknowledging import ask_acknowledgements
from directives.services.issuing import write_obligations
from units.models import User
from vietnamese.dates import local_day


@dataclass(frozen=True, slots=True)
class MadePeriod:
    """One period that was given out: rows owed and rows waived at once, because their member is exempt."""

    period: str
    owed: int
    waived: int


def series_to_open(at: datetime) -> list[Requirement]:
    """Requirements of running directives of which a period is missing at `at`. Two queries."""
    running = Requirement.objects.filter(directive__state=DirectiveState.ISSUED, withdrawn_at=None).exclude(
        recurrence={}
    )
    requirements = list(running.select_related("directive").order_by("pk"))
    made: dict[int, set[str]] = defaultdict(set)
    pairs = Obligation.objects.filter(requirement__in=[one.pk for one in requirements]).order_by()
    for requirement, period in pairs.values_list("requirement_id", "period").distinct():
        made[requirement].add(period)
    return [one for one in requirements if _missing(one, made[one.pk], at)]


@transaction.atomic
def make_periods(*, requirement: Requirement, at: datetime, by: User | str | None) -> list[MadePeriod]:
    """The periods of the series missing at `at` are given out, each on the roster of the day it opens.

    For a period that had opened before the directive was issued, or its rule amended, that is the roster of that day. Nothing happens for a
    directive that does not run. Recorded as `obligation.open_period` for each.
    """
    requirement = (
        Requirement.objects.select_for_update(of=("self",)).select_related("directive__ward").get(pk=requirement.pk)
    )
    directive = requirement.directive
    if directive.state != DirectiveState.ISSUED or requirement.withdrawn_at or not requirement.recurrence:
        return []
    given = set(requirement.obligations.order_by().values_list("period", flat=True).distinct())
    everyone = list(directive.requirements.order_by("order"))
    made = []
    issued_on = local_day(directive.issued_at or at)
    for one in _missing(requirement, given, at):
        day = max(first_day_of(one.period), issued_on, amended_on(requirement.recurrence) or issued_on)
        owed, waived = write_obligations(
            requirement, everyone, directive=directive, at=at, due_at=one.due_at, period=one.period, day=day
        )
        if not owed and not waived:
            continue
        made.append(MadePeriod(one.period, owed, waived))
        audit.record(
            action="obligation.open_period",
            actor=by,
            obj=requirement,
            ward_id=directive.ward_id,
            detail={"period": one.period, "obligations": owed + waived, "waived": waived},
            at=at,
        )
    if made:
        ask_acknowledgements(directive=directive, at=at)
    return made


def _missing(requirement: Requirement, given: set[str], at: datetime) -> list[Occurrence]:
    series, since = series_from_json(requirement.recurrence)
    horizon = local_day(at) + timedelta(days=settings.PERIODS_AHEAD_DAYS)
    return [one for one in periods_to_make(series, since=since, horizon=horizon) if one.period not in given]

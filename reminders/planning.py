"""The plan of one day: from the one question "who owes" to letters. Reads, and changes nothing.

Not here: writing the plan down (`services.py`), the ladder (`stages.py`), the gathering (`digests.py`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from directives.choices import Certainty, ObligationState
from directives.models import Obligation, Requirement
from directives.querysets import OPEN_STATES, ObligationQuerySet
from reminders.digests import EXEMPT, LEFT, TENTATIVE, Duty, Gathering, Letter, gather
from reminders.models import Digest, Reminder
from reminders.recipients import (
    UnitFacts,
    account_addresses,
    contacts_of,
    exempt_members,
    members_by_id,
    units_of,
)
from reminders.stages import due_windows, stage_on
from units.choices import LEFT_STATUSES
from units.models import Unit
from vietnamese.dates import local_day


@dataclass(frozen=True)
class Plan:
    """The letters of one ward for one day, with the facts that pages and letters show beside the duties."""

    ward: Unit
    at: datetime
    letters: list[Letter]
    skipped: Counter[str]
    without_address: list[Duty]
    requirements: dict[int, Requirement]
    units: dict[int, UnitFacts]

    @property
    def day(self) -> date:
        """The day of the plan in Vietnam."""
        return local_day(self.at)


_DUTY_FIELDS = (
    "pk",
    "requirement_id",
    "unit_id",
    "member_id",
    "owed_due_at",
    "state",
    "member__full_name",
    "member__sort_key",
    "member__birth_year",
    "member__email",
    "member__status",
)


def owing_at(ward: Unit, at: datetime) -> ObligationQuerySet:
    """Who owes in the ward at `at`: as stored when nothing has happened since, else as it was then."""
    obligations = Obligation.objects.filter(ward=ward)
    if obligations.changed_after(at).exists():
        return obligations.owing_then(at)
    return obligations.owing(at)


def within(windows: list[tuple[datetime, datetime]], column: str) -> Q:
    """Condition: `column` in one of the windows (start, end]."""
    return reduce(or_, (Q(**{f"{column}__gt": start, f"{column}__lte": end}) for start, end in windows))


def plan(*, ward: Unit, at: datetime, after: date | None = None) -> Plan:
    """Whom the ward reminds on the day of `at`, as things stand at `at`; `after` makes up missed days (see `stage_on`).

    Left out, and counted by reason in `skipped`: members exempt or gone by the roster though their obligation still
    stands, tentative deadlines, people without address, what was said at this stage before, and people who have their
    letter of the day. What nobody owes any more is not in it at all. A fixed number of queries, whatever the ward's
    size.
    """
    day = local_day(at)
    windows = due_windows(day, after=after)
    skipped: Counter[str] = Counter()
    owing = owing_at(ward, at).filter(within(windows, "owed_due_at"))
    tentative = owing.filter(certainty=Certainty.TENTATIVE).count()
    accounts = account_addresses(None, ward)
    exempt = exempt_members(ward, day)
    duties: list[Duty] = []
    addresses: list[tuple[int, str, str]] = []
    for row in owing.with_binding_deadline().order_by("owed_due_at", "pk").values_list(*_DUTY_FIELDS).iterator():
        pk, requirement_id, unit_id, member_id, due_at, state, name, sort_key, birth_year, email, status = row
        if member_id in exempt:
            skipped[EXEMPT] += 1
            continue
        if status in LEFT_STATUSES:
            skipped[LEFT] += 1
            continue
        if member_id is not None:
            addresses.append((member_id, name, email))
        stage = stage_on(due_at, day, after=after)
        returned = state == ObligationState.RETURNED
        duties.append(
            Duty(pk, requirement_id, unit_id, member_id, due_at, stage or "", returned, name or "", sort_key or "", birth_year)
        )  # fmt: skip
    units = units_of(ward)
    gathered = _gather(ward, day, duties, addresses, units, accounts) if duties else Gathering([], Counter(), [])
    skipped.update(gathered.skipped)
    if tentative:
        skipped[TENTATIVE] = tentative
    asked = {duty.requirement_id for duty in duties}
    requirements = Requirement.objects.select_related("directive").in_bulk(asked) if asked else {}
    return Plan(ward, at, gathered.letters, skipped, gathered.without_address, requirements, units)


def _gather(
    ward: Unit,
    day: date,
    duties: list[Duty],
    addresses: list[tuple[int, str, str]],
    units: dict[int, UnitFacts],
    accounts: dict[int, str],
) -> Gathering:
    """Put duties, people and what was said before together."""
    earliest, latest = min(duty.due_at for duty in duties), max(duty.due_at for duty in duties)
    told = Reminder.objects.filter(obligation__ward=ward, due_at__gte=earliest, due_at__lte=latest)
    return gather(
        duties,
        members=members_by_id(addresses, accounts),
        contacts=contacts_of(ward, day, units, accounts),
        told=set(told.values_list("obligation_id", "stage", "due_at", "address")),
        mailed_today=set(Digest.objects.filter(ward=ward, day=day).values_list("address", flat=True)),
    )


def still_owing(obligation_ids: list[int], at: datetime) -> dict[int, datetime]:
    """Of these obligations, those owed at this moment, with the deadline that counts. Locks them (PostgreSQL).

    The lock makes "submitted" and "reminded" one after the other: whoever submits waits until the letter is on its way,
    or the letter sees the submission.
    """
    locked = Obligation.objects.filter(pk__in=obligation_ids, state__in=OPEN_STATES).order_by("pk")
    pks = list(locked.select_for_update(of=("self",)).values_list("pk", flat=True))
    owing = Obligation.objects.filter(pk__in=pks).owing(at).with_binding_deadline()
    return owing.owed_deadlines()

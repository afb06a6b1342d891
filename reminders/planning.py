"""The plan of one day: from the one question "who owes" to letters. Reads, and changes nothing.

Not here: writing the plan down (`services.py`), the ladder (`stages.py`), the gathering (`digests.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from directives.choices import ObligationState
from directives.models import Obligation, Requirement
from directives.querysets import OPEN_STATES, SURE, ObligationQuerySet
from reminders.digests import EXEMPT, LEFT, TENTATIVE, Duty, Letter, Person, gather
from reminders.models import Digest, Reminder
from reminders.recipients import (
    UnitFacts,
    account_addresses,
    contacts_of,
    exempt_members,
    units_of,
    usable,
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
    "ward_id",
    "certainty",
    "member__full_name",
    "member__sort_key",
    "member__birth_year",
    "member__email",
    "member__status",
)


def owing_at(wards: Collection[Unit], at: datetime) -> ObligationQuerySet:
    """Who owes in the wards at `at`: as stored when nothing has happened since, else as it was then."""
    obligations = Obligation.objects.filter(ward__in=wards)
    if obligations.changed_after(at).exists():
        return obligations.owing_then(at)
    return obligations.owing(at)


def within(windows: list[tuple[datetime, datetime]], column: str) -> Q:
    """Condition: `column` in one of the windows (start, end]."""
    return reduce(or_, (Q(**{f"{column}__gt": start, f"{column}__lte": end}) for start, end in windows))


def plan(*, ward: Unit, at: datetime, after: date | None = None) -> Plan:
    """Whom the ward reminds on the day of `at`; see `plan_wards`."""
    return plan_wards(wards=[ward], at=at, after=after)[0]


def plan_wards(*, wards: Sequence[Unit], at: datetime, after: date | None = None) -> list[Plan]:
    """Whom each ward reminds on the day of `at`, as things stand at `at`; `after` makes up missed days (see `stage_on`).

    Left out, and counted by reason in `skipped`: members exempt or gone by the roster though their obligation still
    stands, tentative deadlines, people without address, what was said at this stage before, and people who have their
    letter of the day. What nobody owes any more is not in it at all. A fixed number of queries, whatever the number and
    size of the wards.
    """
    found = _duties(wards, at, after)
    duties = [duty for of_ward in found.duties.values() for duty in of_ward]
    units = units_of(wards)
    told: defaultdict[int, set[tuple[int, str, datetime, str]]] = defaultdict(set)
    mailed: defaultdict[int, set[str]] = defaultdict(set)
    contacts, requirements = {}, {}
    if duties:
        day = local_day(at)
        contacts = contacts_of(wards, day, units, accounts=found.accounts)
        requirements = Requirement.objects.select_related("directive").in_bulk({duty.requirement_id for duty in duties})
        due = [duty.due_at for duty in duties]
        said = Reminder.objects.filter(obligation__ward__in=wards, due_at__gte=min(due), due_at__lte=max(due))
        keys = said.values_list("obligation__ward_id", "obligation_id", "stage", "due_at", "address")
        for ward_id, obligation_id, stage, due_at, address in keys:
            told[ward_id].add((obligation_id, stage, due_at, address))
        for ward_id, address in Digest.objects.filter(ward__in=wards, day=day).values_list("ward_id", "address"):
            mailed[ward_id].add(address)
    plans = []
    for ward in wards:
        gathered = gather(
            found.duties[ward.pk],
            members=found.members,
            contacts=contacts,
            told=told[ward.pk],
            mailed_today=mailed[ward.pk],
        )
        skipped = found.skipped[ward.pk] + gathered.skipped
        plans.append(Plan(ward, at, gathered.letters, skipped, gathered.without_address, requirements, units))
    return plans


@dataclass(frozen=True)
class _Found:
    """The duties at a stage by ward, the members among them who can be written to, and who was left out."""

    duties: defaultdict[int, list[Duty]]
    skipped: defaultdict[int, Counter[str]]
    members: dict[int, Person]
    accounts: dict[int, str]


def _duties(wards: Sequence[Unit], at: datetime, after: date | None) -> _Found:
    day = local_day(at)
    owing = owing_at(wards, at).filter(within(due_windows(day, after=after), "owed_due_at"))
    accounts, exempt = account_addresses(wards), exempt_members(wards, day)
    duties: defaultdict[int, list[Duty]] = defaultdict(list)
    skipped: defaultdict[int, Counter[str]] = defaultdict(Counter)
    members: dict[int, Person] = {}
    stages: dict[datetime, str] = {}
    for row in owing.values_list(*_DUTY_FIELDS).iterator():
        pk, asked, unit_id, member_id, due_at, state, ward_id, certainty, name, sort_key, born, email, status = row
        if certainty not in SURE:
            skipped[ward_id][TENTATIVE] += 1
        elif member_id in exempt:
            skipped[ward_id][EXEMPT] += 1
        elif status in LEFT_STATUSES:
            skipped[ward_id][LEFT] += 1
        else:
            if due_at not in stages:
                stages[due_at] = stage_on(due_at, day, after=after) or ""
            if (
                member_id is not None
                and member_id not in members
                and (address := usable(email, accounts.get(member_id)))
            ):
                members[member_id] = Person(address, name, member_id=member_id, has_account=member_id in accounts)
            returned = state == ObligationState.RETURNED
            duty = Duty(
                pk, asked, unit_id, member_id, due_at, stages[due_at], returned, name or "", sort_key or "", born
            )
            duties[ward_id].append(duty)
    return _Found(duties, skipped, members, accounts)


def still_owing(obligation_ids: list[int], at: datetime) -> dict[int, datetime]:
    """Of these obligations, those owed at this moment, with the deadline that counts. Locks them (PostgreSQL).

    The lock makes "submitted" and "reminded" one after the other: whoever submits waits until the letter is on its way,
    or the letter sees the submission.
    """
    locked = Obligation.objects.filter(pk__in=obligation_ids, state__in=OPEN_STATES).order_by("pk")
    pks = list(locked.select_for_update(of=("self",)).values_list("pk", flat=True))
    owing = Obligation.objects.filter(pk__in=pks).owing(at).with_binding_deadline()
    return owing.owed_deadlines()

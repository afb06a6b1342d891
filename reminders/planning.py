"""The plan of one day: from the one question "who owes" to letters. Reads, and changes nothing.

Not here: writing the plan down (`services.py`), the ladder (`stages.py`), the gathering (`digests.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from directives.choices import ObligationState
from directives.models import Obligation, Requirement
from directives.querysets import OPEN_STATES, SURE, ObligationQuerySet
from outbox.services import bad_addresses
from reminders.confirming import asks_to_confirm
from reminders.digests import EXEMPT, LEFT, PROMISED, TENTATIVE, Duty, Letter, Person, gather
from reminders.ladders import day_rungs, promises_of
from reminders.models import Digest, Reminder
from reminders.quiet import Choices, choices_of, left_out
from reminders.recipients import (
    UnitFacts,
    account_addresses,
    contacts_of,
    exempt_members,
    leads_of,
    units_of,
    usable,
)
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
    quiet: list[Letter] = field(default_factory=list)
    """What is told in the portal alone, because the person wants no mail."""
    choices: Choices | None = None

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
    "period",
)


def owing_at(wards: Collection[Unit], at: datetime) -> ObligationQuerySet:
    """Who owes in the wards at `at`: as stored when nothing has happened since, else as it was then."""
    obligations = Obligation.objects.filter(ward__in=wards)
    if obligations.changed_after(at).exists():
        return obligations.owing_then(at)
    return obligations.owing(at)


def plan(*, ward: Unit, at: datetime, after: date | None = None) -> Plan:
    """Whom the ward reminds on the day of `at`; see `plan_wards`."""
    return plan_wards(wards=[ward], at=at, after=after)[0]


def plan_wards(*, wards: Sequence[Unit], at: datetime, after: date | None = None) -> list[Plan]:
    """Whom each ward reminds on the day of `at`, as things stand at `at`; `after` makes up missed days (see `Rungs`).

    Left out, and counted by reason in `skipped`: members exempt or gone by the roster though their obligation still
    stands, tentative deadlines, promises that still run, people without address or who want no mail, letters the office
    struck or holds, what was said at this stage before, and people who have their letter of the day. What nobody owes
    any more is not in it at all. A fixed number of queries, whatever the number and size of the wards.
    """
    day = local_day(at)
    bad = bad_addresses()
    found = _duties(wards, at, after, bad)
    duties = [duty for of_ward in found.duties.values() for duty in of_ward]
    units = units_of(wards)
    told: defaultdict[int, set[tuple[int, str, datetime, str]]] = defaultdict(set)
    mailed: defaultdict[int, set[str]] = defaultdict(set)
    decided: dict[int, dict[str, str]] = {}
    contacts, leads, requirements, choices = {}, {}, {}, None
    if duties:
        contacts = contacts_of(wards, day, units, accounts=found.accounts, bad=bad)
        leads = leads_of(wards, day, units, bad)
        requirements = Requirement.objects.select_related("directive").in_bulk({duty.requirement_id for duty in duties})
        due = [duty.due_at for duty in duties]
        said = Reminder.objects.filter(obligation__ward__in=wards, due_at__gte=min(due), due_at__lte=max(due))
        keys = said.values_list("obligation__ward_id", "obligation_id", "stage", "due_at", "address")
        for ward_id, obligation_id, stage, due_at, address in keys:
            told[ward_id].add((obligation_id, stage, due_at, address))
        for ward_id, address in Digest.objects.filter(ward__in=wards, day=day).values_list("ward_id", "address"):
            mailed[ward_id].add(address)
        choices, decided = choices_of(), left_out(wards, day)
    plans = []
    for ward in wards:
        gathered = gather(
            found.duties[ward.pk],
            members=found.members,
            contacts=contacts,
            leads=leads,
            told=told[ward.pk],
            mailed_today=mailed[ward.pk],
            left_out=decided.get(ward.pk),
            is_quiet=choices.is_quiet if choices else None,
        )
        skipped = found.skipped[ward.pk] + gathered.skipped
        plans.append(
            Plan(
                ward,
                at,
                gathered.letters,
                skipped,
                gathered.without_address,
                requirements,
                units,
                gathered.quiet,
                choices,
            )
        )
    return plans


@dataclass(frozen=True)
class _Found:
    """The duties at a stage by ward, the members among them who can be written to, and who was left out."""

    duties: defaultdict[int, list[Duty]]
    skipped: defaultdict[int, Counter[str]]
    members: dict[int, Person]
    accounts: dict[int, str]


def _duties(wards: Sequence[Unit], at: datetime, after: date | None, bad: frozenset[str]) -> _Found:
    day = local_day(at)
    rungs = day_rungs(wards, day, after)
    promised = promises_of(wards, rungs, at, after)
    at_a_stage = rungs.condition("owed_due_at")
    if promised.due:
        at_a_stage |= Q(pk__in=promised.due)
    accounts, exempt = account_addresses(wards), exempt_members(wards, day)
    found = _Found(defaultdict(list), defaultdict(Counter), {}, accounts)
    members, skipped, duties = found.members, found.skipped, found.duties
    owing = owing_at(wards, at)
    for row in owing.filter(at_a_stage).values_list(*_DUTY_FIELDS).iterator():
        (
            pk,
            asked,
            unit_id,
            member_id,
            due_at,
            state,
            ward_id,
            certainty,
            name,
            sort_key,
            born,
            email,
            status,
            period,
        ) = row
        own = rungs.of(ward_id, asked)
        stage = promised.due.get(pk) or own.stage_of(due_at) or ""
        if certainty not in SURE:
            skipped[ward_id][TENTATIVE] += 1
        elif member_id in exempt:
            skipped[ward_id][EXEMPT] += 1
        elif status in LEFT_STATUSES:
            skipped[ward_id][LEFT] += 1
        elif pk in promised.silent:
            skipped[ward_id][PROMISED] += 1
        elif stage:
            if (
                member_id is not None
                and member_id not in members
                and (address := usable(email, accounts.get(member_id), bad=bad))
            ):
                members[member_id] = Person(address, name, member_id=member_id, has_account=member_id in accounts)
            unit, cluster = own.tells(stage)
            returned = state == ObligationState.RETURNED
            duties[ward_id].append(
                Duty(
                    pk,
                    asked,
                    unit_id,
                    member_id,
                    due_at,
                    stage,
                    returned,
                    name or "",
                    sort_key or "",
                    born,
                    unit,
                    cluster,
                    period,
                )
            )
    for ward_id, duty in asks_to_confirm(wards, at, rungs, owing):
        if all(duty.obligation_id != other.obligation_id for other in duties[ward_id]):
            duties[ward_id].append(duty)
    return found


def still_owing(obligation_ids: list[int], at: datetime) -> dict[int, datetime]:
    """Of these obligations, those owed at this moment, with the deadline that counts. Locks them (PostgreSQL).

    The lock makes "submitted" and "reminded" one after the other: whoever submits waits until the letter is on its way,
    or the letter sees the submission.
    """
    locked = Obligation.objects.filter(pk__in=obligation_ids, state__in=OPEN_STATES).order_by("pk")
    pks = list(locked.select_for_update(of=("self",)).values_list("pk", flat=True))
    owing = Obligation.objects.filter(pk__in=pks).owing(at).with_binding_deadline()
    return owing.owed_deadlines()

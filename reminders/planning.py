"""The plan of one day: from the one question "who owes" to letters. Reads, and changes nothing.

Not here: writing the plan down (`services.py`), the ladder (`stages.py`), the gathering (`digests.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from directives.choices import LEAD_KINDS, ObligationState
from directives.models import Obligation, Requirement
from directives.querysets import OPEN_STATES, SURE, ObligationQuerySet
from outbox.services import bad_addresses
from reminders.confirming import asks_to_confirm
from reminders.digests import EXEMPT, LEFT, PROMISED, TENTATIVE, Duty, Letter, Person, gather
from reminders.ladders import DayRungs, day_rungs, promises_of
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
from reminders.stages import Rungs, asked_key
from units.choices import LEFT_STATUSES
from units.cycles import without_cycle_search
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


WARDS_AT_ONCE = 32
"""So many wards are planned in one go: their rows are in memory together."""

_DUTY_FIELDS = (
    "pk",
    "requirement_id",
    "unit_id",
    "member_id",
    "due",
    "state",
    "ward_id",
    "certainty",
    "member__full_name",
    "member__sort_key",
    "member__birth_year",
    "member__email",
    "member__status",
    "period",
    "requirement__kind",
)


def has_changed_since(wards: Collection[Unit], at: datetime) -> bool:
    """Whether the stored states of these wards are younger than `at`. One query, two when `at` is past."""
    return Obligation.objects.filter(ward__in=wards).any_changed_after(at)


def _owing(wards: Collection[Unit], at: datetime, *, is_past: bool) -> ObligationQuerySet:
    """Who owes in the wards at `at`: as stored, else (`is_past`) as it was then."""
    obligations = Obligation.objects.filter(ward__in=wards)
    return obligations.owing_then(at) if is_past else obligations.owing(at)


def plan(*, ward: Unit, at: datetime, after: date | None = None, asked: QuerySet[Obligation] | None = None) -> Plan:
    """Whom the ward reminds on the day of `at`; see `plan_wards`."""
    return next(plan_wards(wards=[ward], at=at, after=after, asked=asked))


def plan_wards(
    *,
    wards: Sequence[Unit],
    at: datetime,
    after: date | None = None,
    asked: QuerySet[Obligation] | None = None,
) -> Iterator[Plan]:
    """Whom each ward reminds on the day of `at`, as things stand at `at`; `after` makes up missed days (see `Rungs`).

    With `asked` the ladder is left alone: reminded is of what is owed among those obligations, once a day.

    Left out, and counted by reason in `skipped`: members exempt or gone by the roster though their obligation still
    stands, tentative deadlines, promises that still run, people without address or who want no mail, letters the office
    struck or holds, what was said at this stage before, and people who have their letter of the day. What nobody owes
    any more is not in it at all. A fixed number of queries for each `WARDS_AT_ONCE`, whatever the size of the wards; no
    more than their plans are in memory.
    """
    if not wards:
        return
    asking = _Asking(at, day_rungs(wards, local_day(at), after), bad_addresses(), has_changed_since(wards, at), asked)
    for start in range(0, len(wards), WARDS_AT_ONCE):
        yield from _plan_some(wards[start : start + WARDS_AT_ONCE], asking)


@dataclass(frozen=True)
class _Asking:
    """What is asked of every ward: the instant, the ladders, addresses that do not work, whether `at` is past by what
    is stored, and the obligations when asked for by hand."""

    at: datetime
    rungs: DayRungs
    bad: frozenset[str]
    is_past: bool
    asked: QuerySet[Obligation] | None

    @property
    def day(self) -> date:
        return local_day(self.at)


@without_cycle_search()
def _plan_some(wards: Sequence[Unit], asking: _Asking) -> list[Plan]:
    day, at, bad = asking.day, asking.at, asking.bad
    found = _duties(wards, asking)
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
        said = Reminder.objects.filter(
            digest__ward__in=wards,
            due_at__gte=min(due),
            due_at__lte=max(due),
            stage__in={duty.stage for duty in duties},
        )
        keys = said.values_list("digest__ward_id", "obligation_id", "stage", "due_at", "address")
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


def _duties(wards: Sequence[Unit], asking: _Asking) -> _Found:
    day, at, rungs, bad, asked_for = asking.day, asking.at, asking.rungs, asking.bad, asking.asked
    promised = promises_of(wards, rungs, at)
    at_a_stage = rungs.condition("owed_due_at")
    if promised.due:
        at_a_stage |= Q(pk__in=promised.due, owed_due_at__isnull=False)
    if asked_for is not None:
        at_a_stage = Q(pk__in=asked_for.order_by().values("pk"), owed_due_at__isnull=False)
    accounts, exempt = account_addresses(wards), exempt_members(wards, day)
    found = _Found(defaultdict(list), defaultdict(Counter), {}, accounts)
    members, skipped, duties = found.members, found.skipped, found.duties
    owing = _owing(wards, at, is_past=asking.is_past)
    steps: dict[tuple[int, int, str], _Step] = {}
    by_hand = asked_key(day) if asked_for is not None else ""
    dated = owing.filter(at_a_stage).annotate(due=Cast("owed_due_at", TextField()))
    for row in dated.values_list(*_DUTY_FIELDS).iterator():
        (
            pk,
            asked,
            unit_id,
            member_id,
            due,
            state,
            ward_id,
            certainty,
            name,
            sort_key,
            born,
            email,
            status,
            period,
            kind,
        ) = row
        if (step := steps.get((ward_id, asked, due))) is None:
            step = steps[ward_id, asked, due] = _step(rungs.of(ward_id, asked), due, by_hand)
        due_at, stage, tells_unit, tells_cluster = step
        if pk in promised.due and not by_hand:
            stage = promised.due[pk]
            tells_unit, tells_cluster = rungs.of(ward_id, asked).tells(stage)
        if certainty not in _SURE:
            skipped[ward_id][TENTATIVE] += 1
        elif member_id in exempt:
            skipped[ward_id][EXEMPT] += 1
        elif status in _LEFT:
            skipped[ward_id][LEFT] += 1
        elif pk in promised.silent:
            skipped[ward_id][PROMISED] += 1
        elif stage:
            if (
                member_id is not None
                and member_id not in members
                and (address := usable(email, accounts.get(member_id), bad=bad))
            ):
                members[member_id] = Person(address, name, "", member_id, "", member_id in accounts)
            duties[ward_id].append(
                Duty(
                    pk,
                    asked,
                    unit_id,
                    member_id,
                    due_at,
                    stage,
                    state == _RETURNED,
                    name or "",
                    sort_key or "",
                    born,
                    tells_unit,
                    tells_cluster,
                    period,
                    kind in _LEAD_KINDS,
                )
            )
    for ward_id, duty in asks_to_confirm(wards, at, rungs, owing) if asked_for is None else ():
        if all(duty.obligation_id != other.obligation_id for other in duties[ward_id]):
            duties[ward_id].append(duty)
    return found


_SURE, _LEFT = frozenset(one.value for one in SURE), frozenset(one.value for one in LEFT_STATUSES)
_LEAD_KINDS, _RETURNED = frozenset(one.value for one in LEAD_KINDS), ObligationState.RETURNED.value
"""As the database writes them: to be compared with hundreds of thousands of rows."""

_Step = tuple[datetime, str | None, bool, bool]
"""A deadline, its stage today, and whether the unit and the lead of its cluster are told; thousands of debts share it."""


def _step(rungs: Rungs, due: str, by_hand: str) -> _Step:
    due_at = _instant(due)
    stage = by_hand or rungs.stage_of(due_at)
    return (due_at, stage, *(rungs.tells(stage) if stage else (False, False)))


def _instant(text: str) -> datetime:
    """An instant as the database writes it: with its offset (PostgreSQL), or in UTC without one (SQLite)."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def still_owing_of(obligations: QuerySet[Any], at: datetime) -> dict[int, datetime]:
    """Of these obligations (a query for ids), those owed at this moment, with the deadline that counts. Locks them
    (PostgreSQL). Two queries.

    The lock makes "submitted" and "reminded" one after the other: whoever submits waits until the letter is on its way,
    or the letter sees the submission.
    """
    locked = Obligation.objects.filter(pk__in=obligations, state__in=OPEN_STATES).order_by("pk")
    pks = list(locked.select_for_update(of=("self",)).values_list("pk", flat=True))
    owing = Obligation.objects.filter(pk__in=pks).owing(at).with_binding_deadline()
    return owing.owed_deadlines()

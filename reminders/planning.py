"""The plan of one day: from the one question "who owes" to letters, as sets. Reads, and changes nothing that stays.

The rule is that of `digests.gather`; here it is carried out by the database, over the rows of `plan_rows.py`.

Not here: writing the plan down (`services`), the ladder (`stages.py`), letters as objects (`plan_letters.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from directives.choices import LEAD_KINDS
from directives.models import Obligation, Requirement
from directives.querysets import OPEN_STATES, SURE, ObligationQuerySet
from outbox.services import bad_addresses
from reminders.confirming import Unconfirmed, asks_to_confirm, unconfirmed
from reminders.digests import EXEMPT, LEFT, NO_ADDRESS, PROMISED, TENTATIVE, UNIT_NO_ADDRESS, Duty
from reminders.ladders import DayRungs, Promised, day_rungs, promises_of
from reminders.models import Digest, MailChoice, Ruling
from reminders.plan_letters import Letters
from reminders.plan_rows import CHOSEN, COUNTED_BY_ADDRESS, FATES, LEFT_OUT, LETTER, QUIET_LETTER, RULED, SAID, PlanRows
from reminders.plan_steps import NO_STEP, Steps, same_step, step_of
from reminders.quiet import Choices, choices_of
from reminders.recipients import UnitFacts, account_addresses, contacts_of, leads_of, units_of, usable
from reminders.stages import asked_key
from units.choices import LEFT_STATUSES
from units.cycles import without_cycle_search
from units.models import Exemption, Membership, Unit, User
from vietnamese.dates import local_day


@dataclass(frozen=True)
class Plan:
    """The letters of one ward for one day: rows in the database, until another plan is made on the connection."""

    ward: Unit
    at: datetime
    letters: Letters
    skipped: Counter[str]
    number_without_address: int
    """Debts that reach nobody who has to do them."""
    units: dict[int, UnitFacts]
    quiet: Letters
    """What is told in the portal alone, because the person wants no mail."""

    @property
    def day(self) -> date:
        """The day of the plan in Vietnam."""
        return local_day(self.at)

    @property
    def choices(self) -> Choices | None:
        """What readers chose; None when nobody chose anything."""
        return self.letters.rows.choices

    @cached_property
    def requirements(self) -> dict[int, Requirement]:
        """What is owed, with its directive, by id. One query."""
        asked = self.letters.rows.requirements(self.ward.pk)
        return {one.pk: one for one in Requirement.objects.select_related("directive").filter(pk__in=asked)}

    def without_address(self) -> list[Duty]:
        """The debts that reach nobody who has to do them. One query."""
        return self.letters.rows.without_address(self.ward.pk)

    def only(self, addresses: Collection[str]) -> Plan:
        """The same plan for letters to these addresses alone, and none told in the portal alone; `self` cannot be read any
        more."""
        rows = self.letters.rows.only(addresses)
        number = len(set(addresses))
        return replace(
            self,
            letters=replace(self.letters, rows=rows, number=number),
            quiet=replace(self.quiet, rows=rows, number=0),
        )

    def fixed(self) -> Plan:
        """The same plan, whatever is written down of it; `self` cannot be read any more. Two queries."""
        rows = self.letters.rows.fixed(self.ward.pk)
        return replace(self, letters=replace(self.letters, rows=rows), quiet=replace(self.quiet, rows=rows))


WARDS_AT_ONCE = 128
"""So many wards, a city, are planned in one go: their units and those who answer for them are in memory together, and
their debts in one table. What is asked once whatever the size is asked once for all of them."""


def has_changed_since(wards: Collection[Unit], at: datetime) -> bool:
    """Whether the stored states of these wards are younger than `at`. One query, two when `at` is past."""
    return Obligation.objects.filter(ward__in=wards).any_changed_after(at)


def _owing(wards: Collection[Unit], at: datetime, *, is_past: bool) -> ObligationQuerySet:
    """Who owes in the wards at `at`: as stored, else (`is_past`) as it was then."""
    # a debt's ward is that of its directive: said twice, so that a few wards are found without walking through all
    obligations = Obligation.objects.filter(ward__in=wards, requirement__directive__ward__in=wards)
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
    any more is not in it at all. A fixed number of queries for each `WARDS_AT_ONCE`, whatever the size of the wards. The
    plans stay in the database as rows (`plan_rows.py`); those of some wards can be read until the next wards are planned,
    and no object is made of a debt before somebody looks at its letter.
    """
    if not wards:
        return
    day = local_day(at)
    rungs = day_rungs(wards, day, after)
    is_past = has_changed_since(wards, at)
    asking = _Asking(
        at=at,
        rungs=rungs,
        bad=bad_addresses(),
        is_past=is_past,
        gone=_gone(wards, day, is_past=is_past),
        noted=_noted(wards, day),
        promised=promises_of(wards, rungs, at),
        unconfirmed=unconfirmed(wards, at, rungs) if asked is None else {},
        asked=asked,
    )
    for start in range(0, len(wards), WARDS_AT_ONCE):
        yield from _plan_some(wards[start : start + WARDS_AT_ONCE], asking)


@dataclass(frozen=True)
class _Asking:
    """What is asked of all wards at once: the instant, the ladders, addresses that do not work, whether `at` is past by what
    is stored, members who left, what may keep letters back in any of the wards, promises, papers to be confirmed, and the
    obligations when asked for by hand."""

    at: datetime
    rungs: DayRungs
    bad: frozenset[str]
    is_past: bool
    gone: frozenset[int]
    noted: frozenset[str]
    promised: Promised
    unconfirmed: Unconfirmed
    asked: QuerySet[Obligation] | None

    @property
    def day(self) -> date:
        return local_day(self.at)


@without_cycle_search()
def _plan_some(wards: Sequence[Unit], asking: _Asking) -> list[Plan]:
    day, bad = asking.day, asking.bad
    rows = _debts(wards, asking)
    units = units_of(wards)
    contacts, leads = contacts_of(wards, day, units, bad=bad), leads_of(wards, day, units, bad)
    rows = rows.with_readers(contacts, leads, {pk for pk in units if pk not in contacts})
    rows = rows.with_fates(choices=choices_of() if CHOSEN in asking.noted else None, noted=asking.noted)
    skipped, numbers, silent = _counted(rows, wards)
    return [
        Plan(
            ward=ward,
            at=asking.at,
            letters=Letters(rows, ward.pk, LETTER, numbers[ward.pk, LETTER], contacts, leads),
            skipped=skipped[ward.pk],
            number_without_address=silent[ward.pk],
            units=units,
            quiet=Letters(rows, ward.pk, QUIET_LETTER, numbers[ward.pk, QUIET_LETTER], contacts, leads),
        )
        for ward in wards
    ]


def _noted(wards: Sequence[Unit], day: date) -> frozenset[str]:
    """What may keep letters back, as far as the wards have any of it: `SAID` (letters of before), `RULED` (letters struck or
    held), `CHOSEN` (what readers chose). One query."""
    letters = Digest.objects.filter(ward__in=wards)
    rulings = Ruling.objects.filter(ward__in=wards, first_day__lte=day, last_day__gte=day)
    facts = {SAID: Exists(letters), RULED: Exists(rulings), CHOSEN: Exists(MailChoice.objects.all())}
    [found] = Unit.objects.filter(pk=wards[0].pk).annotate(**facts).values(*facts)
    return frozenset(name for name, is_there in found.items() if is_there)


def _debts(wards: Sequence[Unit], asking: _Asking) -> PlanRows:
    """The debts at a stage, with the addresses of the members; what is left out is kept with its reason."""
    day, at, rungs, steps = asking.day, asking.at, asking.rungs, Steps()
    ward_ids = {ward.pk for ward in wards}
    promised = asking.promised.within(ward_ids)
    owing = _owing(wards, at, is_past=asking.is_past)
    if asking.asked is None:
        step = step_of("owed_due_at", wards, rungs, steps, promised.due)
        debts = owing.annotate(step=step).filter(step__gt=NO_STEP)
    else:
        step = same_step(asked_key(day), wards, rungs, steps)
        asked = owing.filter(pk__in=asking.asked.order_by().values("pk"), owed_due_at__isnull=False)
        debts = asked.annotate(step=step)
    of_leads = Case(
        When(requirement__kind__in=LEAD_KINDS, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    debts = debts.annotate(left_out=_left_out(day, promised, asking.gone), of_leads=of_leads, address=_address())
    rows = PlanRows.of(debts, _DEBT_COLUMNS, day, steps)
    if odd := rows.odd_members(some_are_bad=bool(asking.bad)):
        accounts = account_addresses(wards, [pk for pk, _ in odd])
        rows.set_addresses({pk: usable(email, accounts.get(pk), bad=asking.bad) for pk, email in odd})
    to_ask = {key: ward_id for key, ward_id in asking.unconfirmed.items() if ward_id in ward_ids}
    rows.add_duties(asks_to_confirm(to_ask, owing))
    return rows


_DEBT_COLUMNS = (
    "ward_id", "pk", "requirement_id", "unit_id", "member_id", "owed_due_at", "step", "left_out", "of_leads", "address",
)  # fmt: skip


def _gone(wards: Sequence[Unit], day: date, *, is_past: bool) -> frozenset[int]:
    """Members whose place in some unit of the wards ended by `day` and whom no unit counts then, though debts of theirs still
    stand: the job that releases these comes minutes later. One query, from the places that ended."""
    here = {"member": OuterRef("member")}
    ended = Membership.objects.filter(unit__ward__in=wards, valid_to__lte=day)
    gone = ended.exclude(Exists(Membership.objects.counted(day).filter(**here)))
    if not is_past:  # then they may have been released since
        gone = gone.filter(Exists(Obligation.objects.filter(state__in=OPEN_STATES, **here)))
    return frozenset(gone.order_by().values_list("member_id", flat=True))


def _left_out(day: date, promised: Promised, gone: Collection[int]) -> Case:
    """Why a debt at a stage is told nobody, as the number of the reason; 0 when it is told."""
    reasons = [
        When(~Q(certainty__in=SURE), then=Value(LEFT_OUT.index(TENTATIVE))),
        When(member__in=Exemption.objects.active(day).values("member"), then=Value(LEFT_OUT.index(EXEMPT))),
        When(member__status__in=LEFT_STATUSES, then=Value(LEFT_OUT.index(LEFT))),
    ]
    if gone:
        reasons.append(When(member__in=gone, then=Value(LEFT_OUT.index(LEFT))))
    if promised.silent:
        reasons.append(When(pk__in=promised.silent, then=Value(LEFT_OUT.index(PROMISED))))
    return Case(*reasons, default=Value(0), output_field=IntegerField())


def _address() -> Case:
    """Where the member is to be written to, as it is typed: his own address, else his account's; nothing for a debt of a
    unit, or of the leads of a cluster."""
    accounts = User.objects.filter(member=OuterRef("member"), is_active=True).order_by("pk")
    return Case(
        When(Q(member=None) | Q(requirement__kind__in=LEAD_KINDS), then=Value(None, output_field=CharField())),
        When(member__email="", then=Subquery(accounts.values("email")[:1])),
        default=F("member__email"),
        output_field=CharField(),
    )


def _counted(
    rows: PlanRows, wards: Sequence[Unit]
) -> tuple[dict[int, Counter[str]], Counter[tuple[int, int]], Counter[int]]:
    """By ward: who is left out by reason; letters, by fate too; debts that reach nobody who has to do them."""
    skipped: dict[int, Counter[str]] = {ward.pk: Counter() for ward in wards}
    silent: Counter[int] = Counter()
    debts_of, fates = rows.counts()
    for ward_id, counts in debts_of.items():
        numbers = {**counts.left_out, NO_ADDRESS: counts.no_address, UNIT_NO_ADDRESS: counts.silent_units}
        skipped[ward_id].update({reason: number for reason, number in numbers.items() if number})
        silent[ward_id] = counts.without_address
    letters: Counter[tuple[int, int]] = Counter()
    for ward_id, fate, debts, addresses in fates:
        letters[ward_id, fate] = addresses
        if fate != LETTER:
            skipped[ward_id][FATES[fate]] += addresses if FATES[fate] in COUNTED_BY_ADDRESS else debts
    return skipped, letters, silent


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

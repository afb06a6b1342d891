"""Who still owes, as the office's list shows it: by step of the ladder, narrowed, ordered, with past reminders.

Reads only. Not here: tomorrow's letters (`tomorrow.py`), the send log (`mail_log.py`), HTTP (`views.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from operator import and_
from typing import Self

from django.db.models import Count, F, Max, Q
from django.db.models.expressions import OrderBy

from directives.choices import ObligationState
from directives.models import Obligation, Requirement
from directives.query.lexing import LONGEST
from directives.query_conditions import Search
from directives.querysets import ObligationQuerySet
from outbox.choices import MailState
from reminders.models import Reminder
from reminders.recipients import posts_of
from reminders.steps import STEP_BY_KEY, STEPS, Step
from units.models import Cluster, Unit
from vietnamese.dates import local_day


class Order(StrEnum):
    """Orders of the list of those who owe."""

    DUE = "han"
    NAME = "ten"
    UNIT = "don-vi"


@dataclass(frozen=True)
class ChaseFilter:
    """What of the list is asked for; read from the address, unknown values fall back to "all"."""

    step: str = ""
    requirement: int | None = None
    text: str = ""
    order: Order = Order.DUE

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Self:
        """From `buoc`, `yeu_cau`, `q`, `xep`."""
        step, requirement, order = params.get("buoc", ""), params.get("yeu_cau", ""), params.get("xep", "")
        return cls(
            step=step if step in STEP_BY_KEY else "",
            requirement=int(requirement) if requirement.isdecimal() and len(requirement) < 18 else None,
            text=params.get("q", "").strip()[:LONGEST],
            order=Order(order) if order in list(Order) else Order.DUE,
        )


def debts_of(ward: Unit, wanted: ChaseFilter, at: datetime) -> ObligationQuerySet:
    """Those owing in the ward with a date that binds, narrowed by everything but the step."""
    debts = Obligation.objects.filter(ward=ward).owing(at).with_binding_deadline()
    if wanted.requirement is not None:
        debts = debts.filter(requirement=wanted.requirement)
    return search_in(ward, wanted.text, at).among(debts) if wanted.text else debts


def search_in(ward: Unit, text: str, at: datetime) -> Search:
    """The line of the query bar as it is meant in the ward."""
    clusters = Cluster.objects.filter(ward=ward)
    return Search(text, at=at, clusters=clusters, requirements=Requirement.objects.filter(directive__ward=ward))


def _in_step(step: Step, at: datetime) -> Q:
    start, end = step.window(local_day(at))
    conditions = [Q(owed_due_at__gt=start)] if start else []
    conditions += [Q(owed_due_at__lte=end)] if end else []
    return reduce(and_, conditions)


@dataclass(frozen=True)
class DebtCounts:
    """How many debts stand in each step, and how many of all were handed in once and returned."""

    steps: list[tuple[Step, int]]
    returned: int

    @property
    def total(self) -> int:
        """All debts."""
        return sum(count for _, count in self.steps)

    @property
    def missing(self) -> int:
        """Those never handed in."""
        return self.total - self.returned


def debt_counts(debts: ObligationQuerySet, at: datetime) -> DebtCounts:
    """The debts counted; one query."""
    counts = debts.aggregate(
        returned=Count("pk", filter=Q(state=ObligationState.RETURNED)),
        **{f"n{index}": Count("pk", filter=_in_step(step, at)) for index, step in enumerate(STEPS)},
    )
    return DebtCounts([(step, counts[f"n{index}"]) for index, step in enumerate(STEPS)], counts["returned"])


def ordered(debts: ObligationQuerySet, wanted: ChaseFilter, at: datetime) -> ObligationQuerySet:
    """The debts of the step asked for, in the order asked for; names the Vietnamese way (given name first)."""
    if wanted.step:
        debts = debts.filter(_in_step(STEP_BY_KEY[wanted.step], at))
    name = F("member__sort_key").asc(nulls_first=True)
    orders: dict[Order, tuple[str | OrderBy, ...]] = {
        Order.DUE: ("owed_due_at", "unit__sort_key", name, "pk"),
        Order.NAME: (name, "unit__sort_key", "owed_due_at", "pk"),
        Order.UNIT: ("unit__sort_key", "owed_due_at", name, "pk"),
    }
    return debts.select_related("member", "unit__cluster", "requirement__directive").order_by(*orders[wanted.order])


@dataclass(frozen=True)
class Reminded:
    """How often and when last a debt was reminded by mails that went."""

    times: int
    last: date


def reminded(obligations: Iterable[Obligation]) -> dict[int, Reminded]:
    """By obligation, for those that were reminded at least once; a stage counts once, whoever was told. One query."""
    rows = (
        Reminder.objects.standing()
        .filter(obligation__in=[obligation.pk for obligation in obligations], digest__mail__state=MailState.SENT)
        .values_list("obligation")
        .annotate(Count("stage", distinct=True), Max("digest__day"))
    )
    return {pk: Reminded(times, last) for pk, times, last in rows}


def unit_contacts(debts: Iterable[Obligation], at: datetime) -> dict[int, tuple[str, str, str]]:
    """Unit → (name, post, phone) of whom to ring about what the unit itself owes (not its cluster's lead). One query."""
    units = {debt.unit_id for debt in debts if debt.member_id is None and not debt.requirement.is_of_leads}
    return posts_of(units, local_day(at)) if units else {}


def requirements_owed(ward: Unit, at: datetime) -> list[Requirement]:
    """The requirements of which something is owed, by issue date; for the choice of the filter. One query."""
    owed = Obligation.objects.filter(ward=ward).owing(at).with_binding_deadline().order_by().values("requirement")
    found = Requirement.objects.filter(pk__in=owed).select_related("directive")
    return list(found.order_by("directive__issued_on", "directive_id", "order"))

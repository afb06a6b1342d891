"""A random campaign of roster changes, ticks and synchronisations against a resolution in plain Python; and faults.

The model below knows the rules as sentences and none of the product's code: who is addressed, who is out and why.
Not here: single rules (`test_following.py`, `test_exempting.py`, `test_syncing.py`, `test_periods.py`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection

from audit.models import AuditEntry
from directives.audiences import Audience
from directives.choices import DirectiveState, ObligationState
from directives.models import Obligation, ObligationMove
from directives.services.following import follow_roster
from directives.services.issuing import issue_directive
from directives.services.periods import make_periods
from directives.services.sync_plan import plan_sync
from directives.services.syncing import sync_obligations
from directives.settling import settle_requirement
from tests.factories.directives import ISSUED_AT, ISSUED_ON, at, make_directive, make_requirement
from tests.factories.units import appoint, exempt, make_member, make_unit, make_ward
from units.choices import Block, PositionGroup
from units.models import Appointment, Exemption, Member, Membership, Unit
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
FAR = datetime(2027, 1, 1, tzinfo=VIETNAM)
STEPS = 14


@dataclass
class Person:
    """What the model knows of a member: where he belongs (None: left), whether exempt, a secretary, and of his row."""

    unit: int | None
    exempt: bool = False
    secretary: bool = False
    row: str = ""
    """"" none · open · sent · LEFT, EXEMPT, OUTSIDE, CLOSED."""


@dataclass
class Campaign:
    """The product's rows and the model side by side; one requirement: an essay of every secretary of an open cell."""

    seed: int
    day: date = ISSUED_ON
    people: dict[int, Person] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.ward = make_ward()
        self.units = [make_unit(self.ward) for _ in range(3)]
        for _ in range(8):
            self.join()
        self.directive = make_directive(self.ward, state=DirectiveState.DRAFT)
        self.essay = make_requirement(
            self.directive, due_at=FAR, phrase="trước ngày 01/01/2027",
            audience=Audience(groups=(PositionGroup.CELL_SECRETARY,)),
        )  # fmt: skip
        issue_directive(directive=self.directive, by=None, at=ISSUED_AT)
        self.directive.refresh_from_db()
        for one in self.people.values():
            if self.addressed(one):
                one.row = "EXEMPT" if one.exempt else "open"

    @property
    def now(self) -> datetime:
        return datetime.combine(self.day, time(12), tzinfo=VIETNAM)

    def addressed(self, one: Person) -> bool:
        return one.unit is not None and one.unit not in self.closed and one.secretary

    # --- what happens

    def step(self) -> None:
        self.day += timedelta(days=1)
        deeds = [self.join, self.move, self.leave, self.exempt, self.end, self.appoint, self.dismiss, self.close]
        self.random.choice([*deeds, self.move, self.send])()

    def somebody(self, wanted) -> tuple[int, Person] | None:
        found = [(pk, one) for pk, one in sorted(self.people.items()) if wanted(one)]
        return self.random.choice(found) if found else None

    def join(self) -> None:
        unit = self.random.choice([one for one in self.units if one.pk not in self.closed])
        secretary = self.random.random() < 0.6
        member = make_member(unit, since=self.day, title="Bí thư" if secretary else "")
        Appointment.objects.filter(member=member).update(valid_from=self.day)
        self.people[member.pk] = Person(unit.pk, secretary=secretary)

    def move(self) -> None:
        to = self.random.choice([one for one in self.units if one.pk not in self.closed])
        if found := self.somebody(lambda one: one.unit not in (None, to.pk)):
            pk, one = found
            Membership.objects.filter(member=pk, valid_to=None).update(valid_to=self.day)
            Membership.objects.create(member_id=pk, unit=to, valid_from=self.day)
            one.unit = to.pk

    def leave(self) -> None:
        if found := self.somebody(lambda one: one.unit is not None):
            Membership.objects.filter(member=found[0], valid_to=None).update(valid_to=self.day)
            found[1].unit = None

    def exempt(self) -> None:
        if found := self.somebody(lambda one: not one.exempt):
            exempt(Member.objects.get(pk=found[0]), since=self.day)
            found[1].exempt = True

    def end(self) -> None:
        if found := self.somebody(lambda one: one.exempt):
            Exemption.objects.filter(member=found[0], valid_to=None).update(valid_to=self.day)
            found[1].exempt = False

    def appoint(self) -> None:
        if found := self.somebody(lambda one: not one.secretary and one.unit is not None):
            appoint(Member.objects.get(pk=found[0]), "Phó Bí thư", unit=Unit.objects.get(pk=found[1].unit))
            found[1].secretary = True

    def dismiss(self) -> None:
        if found := self.somebody(lambda one: one.secretary):
            Appointment.objects.filter(member=found[0]).update(valid_to=self.day)
            found[1].secretary = False

    def close(self) -> None:
        if len(self.closed) < 1:
            unit = self.random.choice(self.units)
            Unit.objects.filter(pk=unit.pk).update(closed_on=self.day)
            self.closed.add(unit.pk)

    def send(self) -> None:
        if found := self.somebody(lambda one: one.row == "open"):
            Obligation.objects.filter(member=found[0]).update(
                state=ObligationState.SUBMITTED, first_submitted_at=self.now, submitted_at=self.now
            )
            found[1].row = "sent"

    # --- the rules, once more

    def tick(self) -> None:
        follow_roster(ward=self.ward, at=self.now, by="beat")
        for one in self.people.values():
            if one.row == "open" and one.exempt:
                one.row = "EXEMPT"
            elif one.row == "EXEMPT" and not one.exempt and one.unit is not None:
                one.row = "open"
            elif one.row == "open" and one.unit is None:
                one.row = "LEFT"

    def sync(self) -> None:
        self.tick()
        sync_obligations(directive=self.directive, by=None, at=self.now)
        for one in self.people.values():
            if one.row == "sent":
                continue
            if self.addressed(one):
                one.row = one.row if one.exempt and one.row not in ("", "open") else "EXEMPT" if one.exempt else "open"
            elif one.row == "open":
                one.row = "CLOSED" if one.unit in self.closed else "OUTSIDE"

    def expected(self) -> set:
        return {(pk, one.row, one.unit if one.row == "open" else None) for pk, one in self.people.items() if one.row}

    def found(self) -> set:
        words = {"PENDING": "open", "SUBMITTED": "sent"}
        rows = Obligation.objects.values_list("member", "state", "waiver_reason", "unit")
        return {
            (member, words.get(state, reason), unit if state == "PENDING" else None)
            for member, state, reason, unit in rows
        }


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_open_duties_are_what_the_rules_say_after_every_step(seed):
    campaign = Campaign(seed)
    assert campaign.found() == campaign.expected()
    for number in range(STEPS):
        campaign.step()
        (campaign.sync if campaign.random.random() < 0.4 else campaign.tick)()
        assert campaign.found() == campaign.expected(), (seed, number, campaign.day)
    campaign.sync()
    plan = plan_sync(directive=campaign.directive, at=campaign.now)
    assert plan.differences == 0


class Cut(Exception):
    """The process died here."""


def cut_at(number: int):
    """The `number`-th statement that writes is not carried out, and nothing after it."""
    left = [number]

    def run(execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            left[0] -= 1
            if left[0] == 0:
                raise Cut
        return execute(sql, params, many, context)

    return run


def everything() -> tuple:
    return (
        set(Obligation.objects.values_list("pk", "unit", "state", "waiver_reason", "period", "due_at")),
        ObligationMove.objects.count(),
        AuditEntry.objects.count(),
    )


def a_full_difference() -> tuple[Campaign, list]:
    """A campaign in which somebody moved, somebody became exempt, somebody left, somebody joined; and its verbs."""
    campaign = Campaign(5)
    campaign.day += timedelta(days=1)
    for deed in (campaign.join, campaign.move, campaign.move, campaign.leave, campaign.exempt, campaign.dismiss):
        deed()
    moment = campaign.now
    return campaign, [
        lambda: follow_roster(ward=campaign.ward, at=moment, by="beat"),
        lambda: sync_obligations(directive=campaign.directive, by=None, at=moment),
    ]


@pytest.mark.parametrize("verb", [0, 1])
def test_a_tick_or_a_synchronisation_cut_anywhere_leaves_nothing_half(verb):
    _, verbs = a_full_difference()
    before = everything()
    cuts = 0
    for number in range(1, 40):
        try:
            with connection.execute_wrapper(cut_at(number)):
                verbs[verb]()
        except Cut:
            cuts += 1
            assert everything() == before
        else:
            break
    assert cuts >= 3
    assert everything() != before


def test_a_period_cut_anywhere_is_not_there_and_comes_with_the_next_tick():
    ward = make_ward()
    make_unit(ward)
    directive = make_directive(ward, state=DirectiveState.DRAFT)
    report = make_requirement(directive, kind="REPORT", audience=Audience(blocks=(Block.RESIDENTIAL,)))
    report.deadline_phrase = "trước ngày 25 hằng tháng"
    settle_requirement(report, directive, ISSUED_AT)
    report.save()
    issue_directive(directive=directive, by=None, at=ISSUED_AT)
    before = everything()
    for number in (1, 2, 3):
        with pytest.raises(Cut), connection.execute_wrapper(cut_at(number)):
            make_periods(requirement=report, at=at(1, 6), by="beat")
        assert everything() == before
    assert [one.period for one in make_periods(requirement=report, at=at(1, 6), by="beat")] == ["2026-05", "2026-06"]

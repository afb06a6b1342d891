"""A small campaign of thirty days, planned day by day and sent, against a calculation that knows only the events.

The calculation is plain Python over what was done; it imports nothing of reminders or of the owing query.
Not here: single cases (`test_planning.py`, `test_sending.py`).
"""

import json
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from django.core import mail as sent_mail
from django.core.management import call_command

from directives.models import Obligation, Requirement
from directives.services.deadlines import extend_deadline, waive
from outbox.draining import drain
from reminders.models import Reminder
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import make_member, make_unit, make_ward
from units.models import Member, Unit
from vietnamese.dates import VIETNAM

LADDER = (-7, -3, -1, 0, 1, 3, 10, 17, 24, 31)
OFF = {date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)}
"""Days off in lieu and holidays of these weeks, beside Saturdays and Sundays; written down by hand."""
FIRST_DAY = date(2026, 4, 15)
DAYS = 30


def moved(day: date, offset: int) -> date:
    """A step on a day off goes on the working day before, after the deadline on the one after."""
    while day.weekday() > 4 or day in OFF:
        day += timedelta(days=1 if offset > 0 else -1)
    return day


@dataclass
class Debt:
    """One duty and everything that happened to it, as the ledger knows it."""

    row: Obligation
    requirement: Requirement
    unit: Unit
    member: Member | None
    deadlines: list[tuple[datetime, datetime]]
    """(known from, due at): the first by issuing, others by extension."""
    open_spans: list[list[datetime | None]] = field(default_factory=list)
    """Times in which it was owed: [from, until)."""
    certainty: str = "CERTAIN"

    def deadline(self, moment: datetime) -> datetime:
        return [due for known, due in self.deadlines if known <= moment][-1]

    def owed(self, moment: datetime) -> bool:
        return any(start <= moment and (end is None or moment < end) for start, end in self.open_spans)

    def is_at_a_stage(self, day: date, moment: datetime) -> bool:
        last_day = (self.deadline(moment) - timedelta(seconds=1)).astimezone(VIETNAM).date()
        return self.certainty == "CERTAIN" and day in {moved(last_day + timedelta(days=n), n) for n in LADDER}


@dataclass
class Campaign:
    """The ward, the ledger, and who answers for which unit."""

    ward: Unit
    debts: list[Debt]
    contacts: dict[int, set[str]]

    def recipients(self, debt: Debt) -> set[str]:
        own = {debt.member.email} if debt.member and debt.member.email else set()
        return own | self.contacts[debt.unit.pk]

    def expected(self, day: date, moment: datetime) -> dict[str, set[int]]:
        """Address → duties it must be told of on this day."""
        found = defaultdict(set)
        for debt in self.debts:
            if debt.owed(moment) and debt.is_at_a_stage(day, moment):
                for address in self.recipients(debt):
                    found[address].add(debt.row.pk)
        return dict(found)


def build(chance: random.Random, units: int, members: int) -> Campaign:
    """A ward with essays, a report and a meeting; some people without address, one unit with two contacts."""
    ward = make_ward()
    directive = make_directive(ward, issued_on=FIRST_DAY, issued_at=at(15, hour=8))
    essay = make_requirement(directive)
    early = make_requirement(directive, due_at=at(24), phrase="trước ngày 24/4/2026", title="Bài thu hoạch thứ hai")
    report = make_requirement(directive, kind="REPORT", due_at=at(6, 5), phrase="chậm nhất ngày 05/5/2026", rule="R2")
    unsure = make_requirement(directive, kind="REPORT", due_at=at(6, 5), certainty="TENTATIVE", title="Dự kiến")
    debts, contacts = [], {}
    created = at(15, hour=8)

    def owe(requirement: Requirement, unit: Unit, member: Member | None) -> None:
        row = make_obligation(requirement, member or unit, created_at=created)
        due = [(created, requirement.due_at)]
        debts.append(Debt(row, requirement, unit, member, due, [[created, None]], requirement.certainty))

    for number in range(units):
        cell = make_unit(ward)
        secretary = make_member(cell, email=f"bithu{number}@x.vn", title="Bí thư")
        contacts[cell.pk] = {secretary.email}
        if number % 2:
            contacts[cell.pk].add(make_member(cell, email=f"pho{number}@x.vn", title="Phó Bí thư").email)
        for requirement in (report, unsure):
            owe(requirement, cell, None)
        for index in range(members):
            member = make_member(cell, email=chance.choice(["", f"m{number}.{index}@x.vn"]))
            owe(essay, cell, member)
            if index % 2:
                owe(early, cell, member)
        owe(essay, cell, secretary)
    return Campaign(ward, debts, contacts)


def act(chance: random.Random, debt: Debt, moment: datetime) -> None:
    """Something happens to a duty: handed in, returned, handed in again, accepted, extended, waived."""
    row = Obligation.objects.get(pk=debt.row.pk)
    owed = debt.owed(moment)
    what = chance.choice(["submit", "submit", "submit", "extend", "waive"] if owed else ["return", "accept"])
    if what == "submit":
        row.state, row.submitted_at = "SUBMITTED", moment
        row.first_submitted_at = row.first_submitted_at or moment
        row.fix_by = None
        debt.open_spans[-1][1] = moment
    elif what == "return" and row.state == "SUBMITTED":
        fix_by = (moment + timedelta(days=chance.randint(1, 8))).replace(hour=0, minute=0, second=0, microsecond=0)
        row.state, row.decided_at, row.fix_by = "RETURNED", moment, fix_by
        debt.open_spans.append([moment, None])
        debt.deadlines.append((moment, max(fix_by, debt.deadline(moment))))
    elif what == "accept" and row.state == "SUBMITTED":
        row.state, row.decided_at = "ACCEPTED", moment
    elif what == "extend" and row.state == "PENDING":
        later = max(debt.deadline(moment), (moment + timedelta(days=1)).replace(hour=0, minute=0))
        new = later + timedelta(days=chance.randint(1, 9))
        extend_deadline(obligation=row, new_due_at=new, reason="Bận công tác", by=None, at=moment)
        debt.deadlines.append((moment, new))
        return
    elif what == "waive" and row.state == "PENDING" and chance.random() < 0.3:
        waive(obligation=row, note="Ốm nặng", by=None, at=moment)
        debt.open_spans[-1][1] = moment
        return
    row.save()


def told_in(address_to_mail: dict[str, str], campaign: Campaign, expected: dict[str, set[int]]) -> None:
    """Each letter names exactly the people (and the unit's own duties) it must."""
    for address, body in address_to_mail.items():
        others = [
            debt
            for debt in campaign.debts
            if debt.member and debt.member.email != address and address in campaign.contacts[debt.unit.pk]
        ]
        must = {debt.member.full_name for debt in others if debt.row.pk in expected[address]}
        assert {debt.member.full_name for debt in others if f"- {debt.member.full_name}" in body} == must


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_thirty_days_replayed_day_by_day(seed, capsys, settings):
    settings.OUTBOX_PER_MINUTE = 0
    chance = random.Random(seed)
    campaign = build(chance, units=3, members=4)
    reminded: dict[tuple[str, int, datetime], int] = defaultdict(int)
    total = 0
    for offset in range(DAYS):
        day = FIRST_DAY + timedelta(days=offset)
        morning = datetime(day.year, day.month, day.day, 7, tzinfo=VIETNAM)
        for _ in range(chance.randint(0, 4)):
            if morning > at(15, hour=8):
                act(chance, chance.choice(campaign.debts), morning - timedelta(minutes=chance.randint(1, 600)))
        expected = campaign.expected(day, morning)
        call_command("plan_reminders", "--at", morning.isoformat(), "--apply", "--json")
        planned = json.loads(capsys.readouterr().out)["planned"]
        assert {row["to"]: {one["id"] for one in row["obligations"]} for row in planned} == expected
        sent_mail.outbox.clear()
        drain(limit=1000, at=morning + timedelta(minutes=1))
        bodies = {message.to[0].rpartition("<")[2].rstrip(">"): message.body for message in sent_mail.outbox}
        assert set(bodies) == set(expected)
        assert len(bodies) == len(sent_mail.outbox)
        told_in(bodies, campaign, expected)
        total += len(bodies)
        for address, pks in expected.items():
            for pk in pks:
                reminded[address, pk, day] += 1
    assert total > 30
    assert set(reminded.values()) == {1}
    assert Reminder.objects.count() == len(reminded)
    assert not Reminder.objects.exclude(dropped_at=None).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_events_between_plan_and_sending_never_reach_the_wrong_person(seed, settings):
    """Plan in the morning, then events, then sending: who is told is exactly who was told in the plan and still owes
    it under the same deadline."""
    settings.OUTBOX_PER_MINUTE = 0
    chance = random.Random(seed)
    campaign = build(chance, units=3, members=6)
    day = chance.choice([date(2026, 4, 24), date(2026, 4, 28), date(2026, 4, 22), date(2026, 5, 4)])
    planned_at = datetime(day.year, day.month, day.day, 7, tzinfo=VIETNAM)
    sent_at = planned_at + timedelta(hours=2)
    planned = campaign.expected(day, planned_at)
    deadlines = {debt.row.pk: debt.deadline(planned_at) for debt in campaign.debts}
    call_command("plan_reminders", "--at", planned_at.isoformat(), "--apply")
    for minute in range(1, 100):
        act(chance, chance.choice(campaign.debts), planned_at + timedelta(minutes=minute))
    still = {debt.row.pk for debt in campaign.debts if debt.owed(sent_at)}
    same = {debt.row.pk for debt in campaign.debts if debt.deadline(sent_at) == deadlines[debt.row.pk]}
    must = {address: pks & still & same for address, pks in planned.items()}
    must = {address: pks for address, pks in must.items() if pks}
    sent_mail.outbox.clear()
    drain(limit=1000, at=sent_at)
    bodies = {message.to[0].rpartition("<")[2].rstrip(">"): message.body for message in sent_mail.outbox}
    assert set(bodies) == set(must)
    told_in(bodies, campaign, must)
    stands = defaultdict(set)
    for address, pk in Reminder.objects.filter(dropped_at=None).values_list("address", "obligation_id"):
        stands[address].add(pk)
    assert dict(stands) == must


@pytest.mark.django_db
def test_past_days_of_a_finished_campaign_replay_as_they_were(capsys):
    """Every day planned dry while it happens, then again from the end: the same letters, but for what is documented
    (the time between two rounds of one obligation)."""
    chance = random.Random(7)
    campaign = build(chance, units=3, members=4)
    seen = {}
    rounds: dict[int, int] = defaultdict(int)
    for offset in range(DAYS):
        day = FIRST_DAY + timedelta(days=offset)
        morning = datetime(day.year, day.month, day.day, 7, tzinfo=VIETNAM)
        if morning > at(15, hour=8):
            debt = chance.choice([one for one in campaign.debts if len(one.open_spans) == 1 and one.owed(morning)])
            act(chance, debt, morning - timedelta(minutes=30))
            rounds[debt.row.pk] += 1
        seen[morning] = campaign.expected(day, morning)
    for morning, expected in seen.items():
        call_command("plan_reminders", "--at", morning.isoformat(), "--json")
        planned = json.loads(capsys.readouterr().out)["planned"]
        assert {row["to"]: {one["id"] for one in row["obligations"]} for row in planned} == expected

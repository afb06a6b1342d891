"""Two thousand events in random order, half of them between plan and sending: 0 wrong reminders, 0 forgotten.

What must be told is reckoned by the ledger of `test_replay.py`, which knows only the events. Not here: single cases.
"""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest
from django.core import mail as sent_mail

from outbox.draining import drain
from reminders.models import Reminder
from reminders.services import plan_ward
from tests.reminders.test_replay import OFF, act, build, told_in
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
DAYS, EVENTS = 20, 50


def test_nobody_is_told_wrongly_and_nobody_forgotten(settings):
    settings.OUTBOX_PER_MINUTE = 0
    chance = random.Random(20260424)
    campaign = build(chance, units=5, members=16)
    told_at_all = 0
    for offset in range(DAYS):
        day = date(2026, 4, 16) + timedelta(days=offset)
        planned_at = datetime(day.year, day.month, day.day, 7, tzinfo=VIETNAM)
        for minute in sorted(chance.sample(range(1, 900), EVENTS)):
            act(chance, chance.choice(campaign.debts), planned_at - timedelta(minutes=900 - minute))
        planned = campaign.expected(day, planned_at)
        deadlines = {debt.row.pk: debt.deadline(planned_at) for debt in campaign.debts}
        plan_ward(ward=campaign.ward, at=planned_at)
        for minute in sorted(chance.sample(range(1, 119), EVENTS)):
            act(chance, chance.choice(campaign.debts), planned_at + timedelta(minutes=minute))
        sent_at = planned_at + timedelta(hours=2)
        same = {debt.row.pk for debt in campaign.debts if debt.deadline(sent_at) == deadlines[debt.row.pk]}
        still = {debt.row.pk for debt in campaign.debts if debt.owed(sent_at)}
        must = {address: pks & still & same for address, pks in planned.items()}
        must = {address: pks for address, pks in must.items() if pks}
        sent_mail.outbox.clear()
        drain(limit=1000, at=sent_at)
        bodies = {message.to[0].rpartition("<")[2].rstrip(">"): message.body for message in sent_mail.outbox}
        assert (day, set(bodies), len(sent_mail.outbox)) == (day, set(must), len(must))
        told_in(bodies, campaign, must)
        told_at_all += sum(len(pks) for pks in must.values())
    assert told_at_all > 100
    assert Reminder.objects.filter(dropped_at=None).count() == told_at_all


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_letters_that_waited_for_days_are_one_a_person_and_tell_all_that_is_still_true(seed, settings):
    """The mail server answers every third day or so: what was planned meanwhile and still holds is told then, once."""
    settings.OUTBOX_PER_MINUTE = 0
    chance = random.Random(seed)
    campaign = build(chance, units=4, members=8)
    waits: defaultdict[tuple[str, int], set[datetime]] = defaultdict(set)
    told_at_all = gone = 0
    for offset in range(DAYS):
        day = date(2026, 4, 16) + timedelta(days=offset)
        planned_at = datetime(day.year, day.month, day.day, 7, tzinfo=VIETNAM)
        for minute in sorted(chance.sample(range(1, 900), 6)):
            act(chance, chance.choice(campaign.debts), planned_at - timedelta(minutes=900 - minute))
        for address, pks in campaign.expected(day, planned_at).items():
            for debt in campaign.debts:
                if debt.row.pk in pks:
                    waits[address, debt.row.pk].add(debt.deadline(planned_at))
        plan_ward(ward=campaign.ward, at=planned_at)
        for minute in sorted(chance.sample(range(1, 119), 6)):
            act(chance, chance.choice(campaign.debts), planned_at + timedelta(minutes=minute))
        if day.weekday() > 4 or day in OFF or chance.random() < 0.6:
            continue
        sent_at = planned_at + timedelta(hours=2)
        holds = {debt.row.pk: debt.deadline(sent_at) for debt in campaign.debts if debt.owed(sent_at)}
        must: defaultdict[str, set[int]] = defaultdict(set)
        for (address, pk), deadlines in waits.items():
            if holds.get(pk) in deadlines:
                must[address].add(pk)
        waits.clear()
        sent_mail.outbox.clear()
        drain(limit=1000, at=sent_at)
        bodies = {message.to[0].rpartition("<")[2].rstrip(">"): message.body for message in sent_mail.outbox}
        assert (day, set(bodies), len(sent_mail.outbox)) == (day, set(must), len(must))
        told_in(bodies, campaign, must)
        told_at_all += sum(len(pks) for pks in must.values())
        gone += len(bodies)
    waiting = Reminder.objects.filter(dropped_at=None, digest__mail__state="SENT")
    assert (waiting.count(), gone > 20) == (told_at_all, True)

"""Two thousand events in random order, half of them between plan and sending: 0 wrong reminders, 0 forgotten.

What must be told is reckoned by the ledger of `test_replay.py`, which knows only the events. Not here: single cases.
"""

import random
from datetime import date, datetime, timedelta

import pytest
from django.core import mail as sent_mail

from outbox.draining import drain
from reminders.models import Reminder
from reminders.services import plan_ward
from tests.reminders.test_replay import act, build, told_in
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

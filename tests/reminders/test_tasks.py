"""The doors of beat: a morning of ticks, doubled and lost ones included, sends each letter once.

Not here: which tick rings when (`phucloi_portal.queues`).
"""

import pytest
import time_machine
from django.core import mail as sent_mail

from outbox.tasks import send_due_mail
from reminders.models import PlanningRun
from reminders.tasks import plan_due_reminders
from tests.factories.directives import at
from tests.reminders.scene import make_scene

pytestmark = pytest.mark.django_db


def test_a_morning_of_ticks_sends_each_letter_once(settings):
    settings.OUTBOX_PER_MINUTE = 2
    scene = make_scene()
    scene.owe("an essay", "chi essay", "cell report")
    arrived = []
    for minute in range(50, 80):
        with time_machine.travel(at(24, hour=6 + minute // 60, minute=minute % 60), tick=False):
            for _ in range(2 if minute % 3 else 0):  # every third tick is lost, the others come twice
                plan_due_reminders()
                send_due_mail()
        arrived.append(len(sent_mail.outbox))
    assert arrived[9] == 0
    assert max(after - before for before, after in zip([0, *arrived], arrived, strict=False)) == 2
    assert sorted(message.to[0].rpartition("<")[2].rstrip(">") for message in sent_mail.outbox) == [
        "an@x.vn", "bithu@x.vn", "chi@x.vn", "phobithu@x.vn", "tuan@x.vn",
    ]  # fmt: skip
    assert PlanningRun.objects.count() == 1

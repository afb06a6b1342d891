"""The bell, quiet choices and the calendar feed: each account its own, and nothing of work that is done.

Not here: mails (`test_sending.py`).
"""

from datetime import date, timedelta

import pytest
from django.core import mail as sent_mail
from django.urls import reverse
from icalendar import Calendar

from audit.models import AuditEntry
from directives.services.deadlines import extend_deadline
from outbox.draining import drain
from outbox.models import Notice
from reminders.digests import QUIET
from reminders.models import CalendarLink
from reminders.planning import plan
from reminders.services import plan_ward
from reminders.services.feeds import choose_mail
from tests.factories.directives import at
from tests.factories.units import make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role
from units.models import User

pytestmark = pytest.mark.django_db
MORNING = at(24, hour=7)


@pytest.fixture
def scene(time_machine, settings) -> Scene:
    settings.OUTBOX_PER_MINUTE = 0
    time_machine.move_to(MORNING, tick=False)
    scene = make_scene()
    scene.owe("an essay", "binh essay", "cell report")
    return scene


@pytest.fixture
def an(scene) -> User:
    return make_user(Role.MEMBER, scene.cell, member=scene.an, email="an@x.vn")


@pytest.fixture
def secretary(scene) -> User:
    return make_user(Role.SECRETARY, scene.cell, member=scene.secretary, email="bithu@x.vn")


def submit(row) -> None:
    row.state, row.first_submitted_at, row.submitted_at = "SUBMITTED", MORNING, MORNING
    row.save()


def unread(client) -> int:
    return client.get(reverse("reminders:bell")).context["unread"]


def test_the_bell_counts_what_is_owed_and_falls_silent_when_it_is_done(scene, an, client):
    client.force_login(an)
    assert unread(client) == 0
    plan_ward(ward=scene.ward, at=MORNING)
    plan_ward(ward=scene.ward, at=MORNING)
    assert unread(client) == 1
    [notice] = client.get(reverse("reminders:notices")).context["notices"]
    assert notice.title == "[Cần nộp trước 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW"
    submit(scene.debts["an essay"])
    assert unread(client) == 0
    assert client.get(reverse("reminders:notices")).context["notices"] == []


def test_a_notice_is_marked_read_by_its_reader_alone(scene, an, secretary, client):
    plan_ward(ward=scene.ward, at=MORNING)
    foreign = Notice.objects.get(user=secretary)
    client.force_login(an)
    client.post(reverse("reminders:read_notices"), {"pk": foreign.pk})
    foreign.refresh_from_db()
    assert (foreign.read_at, unread(client)) == (None, 1)
    own = Notice.objects.get(user=an)
    assert client.post(reverse("reminders:read_notices"), {"pk": own.pk}).url == reverse("directives:my_work")
    assert unread(client) == 0
    client.force_login(secretary)
    client.post(reverse("reminders:read_notices"))
    assert unread(client) == 0


def test_who_wants_no_mail_finds_it_on_the_bell(scene, an, client):
    client.force_login(an)
    client.post(reverse("reminders:choices"), {"quiet": "NONE", "hour": "7"})
    planned = plan(ward=scene.ward, at=MORNING)
    assert "an@x.vn" not in {letter.person.address for letter in planned.letters}
    assert planned.skipped[QUIET] == 1
    plan_ward(ward=scene.ward, at=MORNING)
    drain(limit=100, at=MORNING)
    assert not [message for message in sent_mail.outbox if "an@x.vn" in message.to[0]]
    assert unread(client) == 1


def test_late_steps_only_and_an_hour_of_ones_own(scene, an):
    choose_mail(user=an, quiet="LATE", hour=14, at=MORNING)
    assert "an@x.vn" not in {letter.person.address for letter in plan(ward=scene.ward, at=MORNING).letters}
    late = at(28, hour=7)
    plan_ward(ward=scene.ward, at=late)
    drain(limit=100, at=at(28, hour=13))
    assert not [message for message in sent_mail.outbox if "an@x.vn" in message.to[0]]
    drain(limit=100, at=at(28, hour=14))
    assert [message for message in sent_mail.outbox if "an@x.vn" in message.to[0]]


def test_choosing_no_mail_after_the_plan_stops_the_letter(scene, an):
    plan_ward(ward=scene.ward, at=MORNING)
    choose_mail(user=an, quiet="NONE", hour=7, at=MORNING)
    drain(limit=100, at=MORNING)
    assert not [message for message in sent_mail.outbox if "an@x.vn" in message.to[0]]


def subscribe(client, user) -> str:
    client.force_login(user)
    url = client.post(reverse("reminders:make_link")).context["secret_url"]
    client.logout()
    return "/lich/" + url.rpartition("/lich/")[2]


def test_the_address_of_the_calendar_says_what_it_shows_and_opens_on_a_phone(scene, an, client):
    client.force_login(an)
    page = client.post(reverse("reminders:make_link"))
    address = page.context["secret_url"].partition(":")[2]
    said = page.content.decode()
    assert f'href="webcal:{address}"' in said
    assert "tên những người trong đơn vị đồng chí phụ trách còn nợ bài" in said


def events(client, url: str) -> dict[str, tuple]:
    answer = client.get(url)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert not calendar.errors
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))  # RFC 5545 §3.1, in bytes
    return {
        str(event["SUMMARY"]): (
            event["DTSTART"].dt,
            int(event["SEQUENCE"]),
            str(event["STATUS"]),
            len(event.walk("VALARM")),
        )
        for event in calendar.walk("VEVENT")
    }


def test_the_feed_of_a_member_follows_the_deadline(scene, an, client):
    url = subscribe(client, an)
    title = scene.essay.title
    assert events(client, url) == {title: (date(2026, 4, 27), 0, "CONFIRMED", 2)}
    assert events(client, url)[title][1] == 0
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(5, 5), reason="Bận", by=None, at=MORNING)
    assert events(client, url) == {title: (date(2026, 5, 4), 1, "CONFIRMED", 2)}
    scene.debts["an essay"].refresh_from_db()
    submit(scene.debts["an essay"])
    assert events(client, url) == {title: (date(2026, 5, 4), 2, "CANCELLED", 0)}


def test_the_feed_of_a_secretary_gathers_members_and_a_stated_hour_is_an_hour(scene, secretary, client):
    scene.debts["cell report"].due_at = at(28, hour=16)
    scene.debts["cell report"].save()
    found = events(client, subscribe(client, secretary))
    assert found[f"{scene.essay.title}: {scene.cell.name} còn 2 đồng chí"][0] == date(2026, 4, 27)
    start = found[f"Báo cáo kết quả ({scene.cell.name})"][0]
    assert start == at(28, hour=16) - timedelta(hours=1)


def test_the_address_is_secret_hashed_and_ends(scene, an, client):
    url = subscribe(client, an)
    token = url.removeprefix("/lich/").removesuffix(".ics")
    assert token not in CalendarLink.objects.get().secret_hash
    other = subscribe(client, an)
    assert (client.get(url).status_code, client.get(other).status_code) == (404, 200)
    client.force_login(an)
    client.post(reverse("reminders:revoke_link"))
    client.post(reverse("reminders:choices"), {"quiet": "LATE", "hour": "9"})
    client.logout()
    assert client.get(other).status_code == 404
    recorded = AuditEntry.objects.filter(action__startswith="reminder.").order_by("pk")
    assert list(recorded.values_list("action", flat=True)) == [
        "reminder.calendar_link", "reminder.calendar_link", "reminder.calendar_revoke", "reminder.choice",
    ]  # fmt: skip

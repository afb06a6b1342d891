"""Logins end after a pause and after their longest time; polling keeps none alive; nobody loses his place."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from tests.corner import empty_the_cache
from tests.factories.units import PASSWORD, make_unit, make_user, make_ward
from units.choices import Role
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
START = datetime(2026, 4, 24, 8, 0, tzinfo=VIETNAM)
PAGE = "/van-ban/"


@pytest.fixture
def move(time_machine):
    """Set the clock to so many minutes after the login."""
    time_machine.move_to(START, tick=False)
    return lambda minutes: time_machine.move_to(START + timedelta(minutes=minutes), tick=False)


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


@pytest.mark.parametrize(("role", "idle"), [(Role.OFFICE, 30), (Role.SECRETARY, 60), (Role.MEMBER, 60)])
def test_a_pause_ends_the_login(client, move, role, idle):
    ward = make_ward()
    user = make_user(role, ward if role == Role.OFFICE else make_unit(ward))
    client.force_login(user)
    move(idle - 1)
    assert client.get(PAGE).status_code == 200
    move(idle - 1 + idle)
    ended = client.get(PAGE + "?q=a")
    assert ended["Location"] == f"{reverse('account_login')}?next=/van-ban/%3Fq%3Da&het-phien=1"
    assert "_auth_user_id" not in client.session
    assert actions() == ["account.login", "account.session_expire"]
    assert "Phiên đăng nhập đã hết" in client.get(ended["Location"]).content.decode()
    assert client.get(PAGE)["Location"] == f"{reverse('account_login')}?next=/van-ban/"


def test_a_session_ended_from_elsewhere_says_so(client, move):
    user = make_user(Role.SECRETARY, make_unit(make_ward()))
    client.force_login(user)
    assert client.get(PAGE).status_code == 200
    client.session.flush()
    ended = client.get(PAGE)
    assert ended["Location"] == f"{reverse('account_login')}?next=/van-ban/&bi-ket-thuc=1"
    assert "đã được kết thúc: từ một nơi khác" in client.get(ended["Location"]).content.decode()
    # Who logs out himself, and who never came in, is told nothing of the kind.
    client.force_login(user)
    client.post(reverse("account_logout"))
    assert client.get(PAGE)["Location"] == f"{reverse('account_login')}?next=/van-ban/"
    assert Client().get(PAGE)["Location"] == f"{reverse('account_login')}?next=/van-ban/"


def test_work_all_day_ends_after_twelve_hours(client, move):
    client.force_login(make_user(Role.OFFICE, make_ward()))
    for minutes in range(20, 12 * 60, 20):
        move(minutes)
        assert client.get(PAGE).status_code == 200, minutes
    move(12 * 60)
    assert client.get(PAGE).status_code == 302


def test_polling_keeps_no_login_alive(client, move):
    client.force_login(make_user(Role.OFFICE, make_ward()))
    for minutes in range(5, 30, 5):
        move(minutes)
        assert client.get(PAGE, headers={"X-Background": "1"}).status_code == 200
    move(30)
    assert client.get(PAGE, headers={"X-Background": "1"}).status_code == 302


def test_writing_keeps_it(client, move):
    client.force_login(make_user(Role.OFFICE, make_ward()))
    move(29)
    assert client.post(reverse("keep_session")).status_code == 204
    move(58)
    assert client.get(PAGE).status_code == 200


def test_a_form_sent_too_late_leads_back_to_its_page(client, move):
    client.force_login(make_user(Role.OFFICE, make_ward()))
    move(31)
    sent = client.post(
        "/van-ban/moi/?tu=1", {"subject": "x"}, headers={"Referer": "http://testserver/van-ban/moi/?tu=1"}
    )
    assert sent["Location"] == f"{reverse('account_login')}?next=/van-ban/moi/%3Ftu%3D1&het-phien=1"
    foreign = Client().post("/van-ban/moi/", {}, headers={"Referer": "https://evil.example/van-ban/moi/"})
    assert foreign["Location"] == f"{reverse('account_login')}?next=/"


def test_the_clock_writes_once_a_minute_and_the_list_knows_it(client, move):
    user = make_user(Role.SECRETARY, make_unit(make_ward()))
    empty_the_cache()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    move(10)
    with CaptureQueriesContext(connection) as first:
        client.get(PAGE)
    with CaptureQueriesContext(connection) as second:
        client.get(PAGE)
    writes = [sum(q["sql"].startswith("UPDATE") for q in asked) for asked in (first, second)]
    assert writes == [2, 0]  # the session and its row in the list of logins
    assert UserSession.objects.get().last_seen_at == START + timedelta(minutes=10)


def test_a_login_gets_a_session_of_its_own(client):
    user = make_user(Role.SECRETARY, make_unit(make_ward()))
    client.get(reverse("account_login"))
    client.session.save()
    planted = client.session.session_key
    empty_the_cache()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.session_key != planted


def test_the_page_says_how_long_it_lasts(client, move):
    client.force_login(make_user(Role.OFFICE, make_ward()))
    body = client.get(PAGE).content.decode()
    assert 'data-left="1800" data-idle="1800" data-whole="43200"' in body
    assert "session-notice" not in Client().get(reverse("account_login")).content.decode()

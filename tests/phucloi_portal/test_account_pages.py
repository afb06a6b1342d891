"""Every page and mail of the login library that can be reached here, in its states: Vietnamese, nothing inline.

Not here: what the pages do (`tests/units`), the pages found by links (`tests/architecture/test_pages.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outbox.models import OutgoingMail
from tests.architecture.test_pages import ENGLISH, read
from tests.corner import empty_the_cache
from tests.factories.units import PASSWORD, give_second_factor, make_unit, make_user, make_ward
from tests.proof import prove_again
from units.choices import Role
from units.models import User
from units.services.accounts import create_account
from units.services.invitations import invite
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 8, 0, tzinfo=VIETNAM)
States = Iterator[tuple[str, HttpResponse]]


@pytest.fixture(autouse=True)
def _moment(time_machine, settings):
    time_machine.move_to(NOW, tick=False)
    settings.ZEAL_ALLOWLIST = [{"model": "*"}]  # the login library asks twice
    empty_the_cache()


def faults(name: str, answer: HttpResponse, statuses: tuple[int, ...] = (200, 410, 422, 429)) -> list[str]:
    if answer.status_code not in statuses:
        return [f"{name}: status {answer.status_code} {answer.get('Location', '')}"]
    page = read(answer)
    english = [words.strip() for words in page.words if ENGLISH.search(re.sub(r"\S+@\S+|https?://\S+", "", words))]
    return [f"{name}: {fault}" for fault in (*english, *page.inline)]


def key_of(user: User) -> Authenticator:
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": "Khóa 1", "credential": {}})


def before_the_door(client: Client) -> States:
    """Strangers, wrong entries, links that are worth nothing or something."""
    login, reset = reverse("account_login"), reverse("account_reset_password")
    yield "login", client.get(login)
    yield "login, ended", client.get(login + "?next=/&het-phien=1")
    yield "login, empty", client.post(login)
    for number in range(7):
        yield (
            f"login, wrong {number}",
            client.post(login, {"login": "an@phuong.example", "password": "sai rồi sai rồi"}),
        )
    yield "reset", client.get(reset)
    yield "reset, no address", client.post(reset, {"email": "x"})
    for name in ("account_reset_password_done", "account_reset_password_from_key_done", "account_inactive"):
        yield name, client.get(reverse(name))
    yield "reset, bad link", client.get(reverse("account_reset_password_from_key", args=["1", "x-y"]))
    client.post(reset, {"email": "an@phuong.example"})
    link = re.search(r"http://testserver(\S+)", OutgoingMail.objects.get(to_address="an@phuong.example").text)[1]
    form = client.get(link, follow=True)
    yield "reset, link", form
    yield "reset, weak", client.post(form.redirect_chain[-1][0], {"password1": "phucloi2026!", "password2": "khác"})
    invite(user=create_account(email="moi@phuong.example", full_name="Lê Mới", by=None), by=None, now=NOW)
    link = re.search(r"/tai-khoan/moi/\S+/", OutgoingMail.objects.get(to_address="moi@phuong.example").text)[0]
    yield "invitation", client.get(link)
    yield "invitation, weak", client.post(link, {"password1": "12345", "password2": "123"})
    yield "invitation, unknown", client.get(reverse("accept_invitation", args=["x"]))
    yield "e-mail, unknown", client.get(reverse("confirm_email", args=["x"]))


def at_the_second_step(client: Client) -> States:
    """An account with an app, spare codes and a key."""
    user = User.objects.get(email="an@phuong.example")
    give_second_factor(user)
    RecoveryCodes.activate(user)
    empty_the_cache()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    path = reverse("mfa_authenticate")
    yield "second step", client.get(path)
    for number in range(7):
        yield f"second step, wrong {number}", client.post(path, {"code": "000000"})
    yield "second step, empty", client.post(path, {"code": ""})
    yield "second step, no key", client.post(path, {"credential": "{}"})


def inside(client: Client) -> States:
    """One's own account with nothing set up, then with everything, with a fresh proof and without."""
    user = make_user(Role.SECRETARY, make_unit(make_ward(name="Sài Đồng", code="SD")), email="binh@phuong.example")
    client.force_login(user)
    yield "proof", client.get(reverse("account_reauthenticate"))
    yield "proof, wrong", client.post(reverse("account_reauthenticate"), {"password": "sai rồi"})
    yield "factors, none", client.get(reverse("mfa_index"))
    yield "keys, none", client.get(reverse("mfa_list_webauthn"))
    prove_again(client)
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "change_email", "account_change_password", "account_logout"):
        yield name, client.get(reverse(name))
        if name != "account_logout":
            yield (
                f"{name}, wrong",
                client.post(reverse(name), {"code": "1", "email": "x", "credential": "1", "oldpassword": "x"}),
            )
    yield "sessions", client.get(reverse("usersessions_list"))
    give_second_factor(user)
    RecoveryCodes.activate(user)
    key = key_of(user)
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp",
                 "mfa_reauthenticate", "account_reauthenticate"):  # fmt: skip
        yield f"{name}, set up", client.get(reverse(name))
    yield "proof by code, wrong", client.post(reverse("mfa_reauthenticate"), {"code": "000000"})
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        yield name, client.get(reverse(name, args=[key.pk]))
    yield "mfa_edit_webauthn, empty", client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": ""})
    key.delete()
    yield "app switched off", client.post(reverse("mfa_deactivate_totp"), follow=True)


@pytest.mark.parametrize("walk", [before_the_door, at_the_second_step, inside])
def test_every_state_is_vietnamese_and_holds_no_inline_code(client, walk):
    make_user(email="an@phuong.example")
    seen = [(name, faults(name, answer)) for name, answer in walk(client)]
    assert [fault for _, found in seen for fault in found] == []
    assert len(seen) > 9


MAILS = (
    "account/email/password_reset_key", "account/email/password_changed", "account/email/password_set",
    "mfa/email/totp_activated", "mfa/email/totp_deactivated", "mfa/email/webauthn_added", "mfa/email/webauthn_removed",
    "mfa/email/recovery_codes_generated",
)  # fmt: skip


@pytest.mark.parametrize("prefix", MAILS)
def test_every_mail_of_the_library_is_vietnamese_in_text_and_html(rf, prefix):
    user = make_user(email="an@phuong.example")
    request = rf.get("/", headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140"})
    with context.request_context(request):
        get_adapter(request).send_notification_mail(prefix, user, {"password_reset_url": "http://testserver/x/"})
    mail = OutgoingMail.objects.get()
    assert mail.to_address == "an@phuong.example"
    for text in (mail.subject, re.sub(r"https?://\S+|\S+@\S+", "", mail.text)):
        assert not ENGLISH.search(text), text
    assert mail.text.startswith(f"Kính gửi đồng chí {user.full_name},")
    assert f"Kính gửi đồng chí {user.full_name}," in mail.html
    assert "Mozilla" not in mail.text


def test_a_first_browser_is_not_told_and_a_new_kind_is_once(client):
    user = make_user(email="an@phuong.example")
    desk, phone = "Mozilla/5.0 (Windows NT 10.0) Chrome/140", "Mozilla/5.0 (iPhone) Version/18 Safari/604"
    for agent in (desk, desk, phone, phone, desk):
        Client(HTTP_USER_AGENT=agent).post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.subject) == ("account.new_browser", "Đăng nhập từ trình duyệt mới")
    assert "Safari, iPhone, địa chỉ mạng 127.0.0.1" in mail.text
    assert timezone.now() - mail.created_at < timedelta(minutes=1)

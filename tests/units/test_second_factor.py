"""Second factors: set up, used, used twice, taken away; keys have their browser story in `tests/e2e/test_accounts.py`."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from audit.models import AuditEntry
from outbox.models import OutgoingMail
from tests.corner import empty_the_cache
from tests.factories.units import PASSWORD, TOTP_SECRET, make_unit, make_user, make_ward
from tests.proof import prove_again
from units.choices import Role
from units.mfa_adapter import MfaAdapter
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 8, 0, 10, tzinfo=VIETNAM)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return lambda seconds: time_machine.move_to(NOW + timedelta(seconds=seconds), tick=False)


@pytest.fixture
def officer(clock):
    return make_user(Role.OFFICE, make_ward(), email="an@phuong.example")


def code_at(seconds: float = 0, secret: str = TOTP_SECRET) -> str:
    counter = int((NOW + timedelta(seconds=seconds)).timestamp()) // 30
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def step_one(client, email="an@phuong.example"):
    empty_the_cache()
    return client.post(reverse("account_login"), {"login": email, "password": PASSWORD})


def step_two(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


@pytest.mark.parametrize(("off", "accepted"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_phone_whose_clock_is_half_a_minute_off_gets_in(client, officer, off, accepted):
    step_one(client)
    step_two(client, code_at(off))
    assert is_in(client) is accepted
    assert actions() == (["account.login"] if accepted else ["account.mfa_failed"])


def test_a_code_is_good_once_also_when_the_cache_is_lost(client, officer, clock):
    code = code_at()
    step_one(client)
    step_two(client, code)
    assert is_in(client)
    thief = type(client)()
    clock(20)
    step_one(thief)  # empties the cache
    refused = step_two(thief, code)
    assert "Mã này vừa dùng rồi. Chờ ứng dụng hiện mã mới rồi nhập." in refused.content.decode()
    assert not is_in(thief)
    assert actions()[-1] == "account.mfa_failed"
    older = step_two(thief, code_at(-30))  # valid by the clock, but before the last one
    assert (older.status_code, is_in(thief)) == (200, False)
    clock(50)
    step_two(thief, code_at(50))
    assert is_in(thief)


def test_the_code_that_set_the_app_up_is_spent(client, clock):
    make_user(Role.SECRETARY, make_unit(make_ward()), email="an@phuong.example")
    step_one(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = code_at(0, secret)
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    stored = Authenticator.objects.get(type="totp").data
    assert secret not in json.dumps(stored)  # encrypted in the database
    other = type(client)()
    step_one(other)
    step_two(other, code)
    assert not is_in(other)


def test_a_recovery_code_stands_in_once(client, officer, clock):
    step_one(client)
    step_two(client, code_at())
    prove_again(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    first, second = type(client)(), type(client)()
    step_one(first)
    step_two(first, codes[0])
    assert is_in(first)
    entry = AuditEntry.objects.get(action="account.recovery_code")
    assert (entry.actor_id, json.loads(entry.detail)) == (str(officer.pk), {"left": 9})
    step_one(second)
    again = step_two(second, codes[0])
    assert "Mã khôi phục này đã dùng rồi." in again.content.decode()
    assert not is_in(second)
    wrong = step_two(second, "12345678")
    assert "Mã không đúng hoặc đã hết hạn." in wrong.content.decode()


def test_wrong_codes_are_slowed_down_without_locking_out(client, officer, clock):
    step_one(client)
    for _ in range(5):
        step_two(client, "000000")
    slowed = step_two(client, code_at())
    assert not is_in(client)
    assert "Đăng nhập sai nhiều lần" in slowed.content.decode()
    clock(5 * 60 + 1)
    step_one(client)
    step_two(client, code_at(5 * 60 + 1))
    assert is_in(client)


def test_the_last_factor_of_an_officer_stays_and_a_secretarys_may_go(client, officer, clock):
    client.force_login(officer)
    prove_again(client)
    page = client.get(reverse("mfa_deactivate_totp"))
    assert "bắt buộc có lớp thứ hai" in page.content.decode()
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=officer, type="totp").exists()
    key = Authenticator.objects.create(user=officer, type="webauthn", data={"name": "Khóa 1", "credential": {}})
    assert MfaAdapter().can_delete_authenticator(key)
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    refused = client.post(reverse("mfa_remove_webauthn", args=[key.pk]), follow=True)
    assert "thêm ứng dụng hoặc khóa khác rồi mới bỏ khóa này" in refused.content.decode()
    assert Authenticator.objects.filter(pk=key.pk).exists()
    officer.role_grants.update(valid_to=NOW.date())
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert not Authenticator.objects.filter(user=officer, type="webauthn").exists()


def test_keys_belong_to_the_domain_of_the_portal(rf, settings):
    settings.HTTPS, settings.PUBLIC_HOST = True, "cong.phucloi.example"
    with context.request_context(rf.get("/", headers={"host": "127.0.0.1"})):
        assert MfaAdapter().get_public_key_credential_rp_entity()["id"] == "cong.phucloi.example"
        settings.HTTPS = False
        assert MfaAdapter().get_public_key_credential_rp_entity()["id"] == "127.0.0.1"


def test_secrets_are_read_with_an_older_key_too(settings):
    kept = MfaAdapter().encrypt("JBSWY3DP")
    assert "JBSWY3DP" not in kept
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough for everybody 0123456789"
    assert MfaAdapter().decrypt(kept) == "JBSWY3DP"
    assert MfaAdapter().decrypt("JBSWY3DP") == "JBSWY3DP"  # kept plainly by an older release


def test_a_nonsense_key_is_refused_and_written_down(client, officer):
    step_one(client)
    client.post(reverse("mfa_authenticate"), {"credential": '{"id": "x"}'})
    assert not is_in(client)
    stranger = type(client)()
    assert stranger.post(reverse("mfa_login_webauthn"), {"credential": '{"response": {}}'}).status_code == 302
    assert not is_in(stranger)
    assert actions() == ["account.mfa_failed", "account.mfa_failed"]


def test_the_owner_is_told_by_mail_in_text_and_html(client, clock, django_capture_on_commit_callbacks):
    user = make_user(Role.SECRETARY, make_unit(make_ward()), email="an@phuong.example")
    step_one(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_at(0, secret)})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_deactivate_totp"))
    mails = {mail.subject: mail for mail in OutgoingMail.objects.filter(to_address=user.email)}
    assert set(mails) == {"Đã bật ứng dụng xác thực", "Đã tắt ứng dụng xác thực"}
    assert all("Kính gửi đồng chí" in mail.text and "Kính gửi đồng chí" in mail.html for mail in mails.values())

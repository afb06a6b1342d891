"""Logging in, forgotten passwords, second factor and sessions, by real requests to the pages."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import MD5PasswordHasher
from django.urls import NoReverseMatch, reverse
from zeal import zeal_ignore

from audit.models import AuditEntry
from outbox.models import OutgoingMail
from tests.corner import empty_the_cache
from tests.factories.units import PASSWORD, make_unit, make_user, make_ward
from units.choices import Role
from units.models import User
from units.services.accounts import create_account
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
AN_HOUR = datetime(2026, 4, 24, 9, tzinfo=VIETNAM)
ENGLISH = re.compile(r"\b(?:Sign|Email|Please|Your|You|Forgot|Enter|Code|Cancel|Confirm)\b")


@pytest.fixture(autouse=True)
def _fresh_limits():
    empty_the_cache()


def log_in(client, email, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password, **extra})


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def text_of(response) -> str:
    body = response.content.decode()
    return re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<head>.*?</head>|<script.*?</script>", "", body))


def test_login_and_logout(client):
    user = make_user(email="an@phuong.example")
    response = log_in(client, "An@Phuong.example", next=reverse("mfa_index"))
    assert (response.status_code, response["Location"]) == (302, reverse("mfa_index"))
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in client.session
    assert actions() == ["account.login", "account.logout"]


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "\t//evil.example",
        "javascript:a()",
    ],
)
def test_a_foreign_next_is_not_followed(client, place):
    make_user(email="an@phuong.example")
    assert log_in(client, "an@phuong.example", next=place)["Location"] == "/"
    proof = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": place})
    assert (proof.status_code, proof["Location"]) == (302, "/")
    assert client.post(reverse("account_logout"), {"next": place})["Location"] == "/"


def test_a_session_planted_before_the_login_is_not_the_one_after_it(client):
    user = make_user(email="an@phuong.example")
    planted = client.session  # a stranger's, its key known to him
    planted["planted"] = "1"
    planted.save()
    assert log_in(client, "an@phuong.example").status_code == 302
    assert client.session.session_key != planted.session_key
    assert client.session["_auth_user_id"] == str(user.pk)
    assert not planted.exists(planted.session_key)


def test_the_page_speaks_vietnamese_and_asks_by_labels(client):
    make_ward()
    response = client.get(reverse("account_login"))
    body = response.content.decode()
    assert "Đảng ủy phường Phúc Lợi" in body
    assert "placeholder" not in body
    assert re.search(r'<label[^>]*for="id_login"[^>]*>\s*Thư điện tử', body)
    assert "remember" not in body
    assert not ENGLISH.search(text_of(response))


def test_wrong_passwords_and_unknown_addresses_answer_alike(client):
    make_user(email="an@phuong.example")
    answers = []
    for email in ("an@phuong.example", "khong.co@phuong.example"):
        response = log_in(client, email, "sai hoàn toàn rồi")
        answers.append((response.status_code, text_of(response).replace(email, "")))
    token = re.compile(r"\S{30,}")
    assert token.sub("", answers[0][1]) == token.sub("", answers[1][1])
    assert "Địa chỉ thư hoặc mật khẩu không đúng" in answers[0][1]
    assert "_auth_user_id" not in client.session
    entries = AuditEntry.objects.filter(action="account.login_failed").order_by("seq")
    assert [json.loads(entry.detail)["email"] for entry in entries] == ["an@phuong.example", "khong.co@phuong.example"]


class CountingHasher(MD5PasswordHasher):
    """Counts the hashes made: what takes the time of a login."""

    made = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.made += 1
        return super().encode(password, salt)


def test_known_unknown_invited_and_locked_addresses_cost_the_same(client, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    make_user(email="an@phuong.example")
    create_account(email="moi@phuong.example", full_name="Lê Mới", by=None)
    User.objects.filter(pk=make_user(email="khoa@phuong.example").pk).update(is_active=False)
    costs = {}
    for name in ("an", "moi", "khoa", "khong.co"):
        CountingHasher.made = 0
        log_in(client, f"{name}@phuong.example", "sai hoàn toàn rồi")
        costs[name] = CountingHasher.made
    assert costs == dict.fromkeys(costs, 1)


def test_a_password_typed_as_address_is_not_kept(client):
    log_in(client, "matkhau-cua-toi", "x")
    assert "matkhau-cua-toi" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_guessing_is_slowed_down_and_a_reset_still_works(client):
    make_user(email="an@phuong.example")
    for _ in range(5):
        log_in(client, "an@phuong.example", "sai hoàn toàn rồi")
    response = log_in(client, "an@phuong.example")
    assert "Đăng nhập sai nhiều lần" in text_of(response)
    assert "_auth_user_id" not in client.session
    assert client.post(reverse("account_reset_password"), {"email": "an@phuong.example"}).status_code == 302
    link = re.search(r"http://testserver(\S+)", OutgoingMail.objects.get().text)[1]
    where = client.get(link, follow=True).redirect_chain[-1][0]
    fresh = "con suối chảy qua làng"
    client.post(where, {"password1": fresh, "password2": fresh})
    log_in(client, "an@phuong.example", fresh)  # at once: whoever reads the mail has waited long enough
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    ("addresses", "wrong", "minutes"),
    [(["an@phuong.example"], 5, 5), ([f"khong.co{n}@phuong.example" for n in range(10)], 10, 1)],
)
def test_the_minutes_said_are_the_minutes_to_wait(client, time_machine, addresses, wrong, minutes):
    make_user(email="an@phuong.example")

    def after(seconds: float) -> str:
        time_machine.move_to(AN_HOUR + timedelta(seconds=seconds), tick=False)
        return text_of(log_in(client, "an@phuong.example"))

    time_machine.move_to(AN_HOUR, tick=False)
    for number in range(wrong):
        log_in(client, addresses[number % len(addresses)], "sai hoàn toàn rồi")
    whole = minutes * 60
    assert f"Mời đợi {minutes} phút rồi làm lại, hoặc bấm “Quên mật khẩu”." in after(1)
    assert "Mời đợi 1 phút rồi làm lại" in after(whole - 1)
    assert "_auth_user_id" not in client.session
    after(whole)
    assert "_auth_user_id" in client.session


def test_a_locked_account_stays_outside(client):
    make_user(email="an@phuong.example")
    user = make_user(email="binh@phuong.example")
    user.is_active = False
    user.save()
    answer = log_in(client, "binh@phuong.example")
    assert answer["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session
    page = text_of(client.get(answer["Location"]))
    assert "Tài khoản này đã được khóa" in page
    assert "Muốn mở lại, liên hệ Ban Xây dựng Đảng" in page
    assert "chưa được kích hoạt" not in page
    assert "Quên mật khẩu" not in page  # a new password opens nothing


def test_demo_accounts_stay_out_of_production(client, settings):
    user = make_user(email="demo@phuong.example")
    user.is_demo = True
    user.save()
    settings.PRODUCTION = True
    assert log_in(client, "demo@phuong.example")["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session
    settings.PRODUCTION = False
    assert log_in(client, "demo@phuong.example")["Location"] == "/"


def test_nobody_signs_up():
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_forgotten_password(client):
    user = make_user(email="an@phuong.example")
    answers = []
    for email in ("an@phuong.example", "khong.co@phuong.example"):
        response = client.post(reverse("account_reset_password"), {"email": email})
        answers.append((response.status_code, response["Location"]))
    assert answers[0] == answers[1]
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.subject) == ("an@phuong.example", "Đặt lại mật khẩu")
    assert mail.text.startswith(f"Kính gửi đồng chí {user.full_name},\n\nCó yêu cầu đặt lại mật khẩu")
    assert "/tai-khoan/mat-khau/moi/" in mail.html
    link = re.search(r"http://testserver(\S+)", mail.text)[1]
    assert link.startswith("/tai-khoan/mat-khau/moi/")

    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    weak = client.post(where, {"password1": "123", "password2": "123"})
    assert "Mật khẩu quá ngắn. Cần ít nhất 12 ký tự." in text_of(weak)
    fresh = "con suối chảy qua làng"
    done = client.post(where, {"password1": fresh, "password2": fresh})
    assert done["Location"] == reverse("account_reset_password_from_key_done")
    user.refresh_from_db()
    assert user.check_password(fresh)
    assert actions() == ["account.change_password"]
    used = client.get(link, follow=True)
    assert "Liên kết không dùng được" in text_of(used)


def test_second_factor(client, django_capture_on_commit_callbacks):
    user = make_user(email="an@phuong.example")
    log_in(client, "an@phuong.example")
    page = client.get(reverse("mfa_activate_totp"))  # a fresh login is proof enough
    secret = page.context["form"].secret
    assert "data:image/svg+xml" in page.content.decode()
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    client.post(reverse("account_logout"))

    response = log_in(client, "an@phuong.example")
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Mã không đúng hoặc đã hết hạn." in text_of(wrong)
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEntry.objects.filter(action="account.mfa_enable").count() == 2  # the app and its recovery codes


def test_an_older_login_proves_itself_once_more(client, time_machine):
    make_user(email="an@phuong.example")
    time_machine.move_to(datetime(2026, 4, 24, 8, tzinfo=VIETNAM), tick=False)
    log_in(client, "an@phuong.example")
    time_machine.move_to(datetime(2026, 4, 24, 8, 6, tzinfo=VIETNAM), tick=False)
    confirm = client.get(reverse("mfa_activate_totp"))["Location"]
    assert confirm.startswith(reverse("account_reauthenticate"))
    assert client.post(confirm, {"password": "sai hoàn toàn rồi"}).status_code == 200
    page = client.post(confirm, {"password": PASSWORD}, follow=True)
    assert page.context["form"].secret


def test_sessions_are_listed_and_ended(client, django_user_model):
    user = make_user(email="an@phuong.example")
    other = type(client)()
    log_in(other, "an@phuong.example")
    log_in(client, "an@phuong.example")
    page = client.get(reverse("usersessions_list"))
    assert "Kết thúc 1 phiên khác" in text_of(page)
    client.post(reverse("usersessions_list"))
    assert actions()[-1] == "account.end_session"
    assert other.get(reverse("mfa_index")).status_code == 302
    factors = client.get(reverse("mfa_index"))
    assert factors.status_code == 200
    assert "Mỗi lần đăng nhập, gõ 6 chữ số đang hiện trên ứng dụng." in text_of(factors)
    assert user.is_active


def test_one_of_ones_own_sessions_is_ended_and_nobody_elses(client):
    make_user(email="an@phuong.example")
    make_user(email="binh@phuong.example")
    phone, stranger = type(client)(), type(client)()
    for browser, email in ((phone, "an"), (stranger, "binh"), (client, "an")):
        log_in(browser, f"{email}@phuong.example")
    rows = {row.session_key: row for row in UserSession.objects.all()}

    def end(browser):
        return client.post(reverse("end_own_session", args=[rows[browser.session.session_key].pk])).status_code

    mine = client.session.session_key
    assert (end(phone), end(stranger)) == (302, 404)
    assert client.post(reverse("end_own_session", args=[rows[mine].pk])).status_code == 302  # says to log out instead
    assert [browser.get(reverse("mfa_index")).status_code for browser in (client, phone, stranger)] == [200, 302, 200]


OWN_PAGES = (
    "account_change_password", "account_logout", "mfa_index", "mfa_activate_totp", "usersessions_list",
    "account_reauthenticate",
)  # fmt: skip


@pytest.mark.parametrize("name", OWN_PAGES)
def test_own_pages_in_vietnamese_without_inline_code(client, name):
    user = make_user(Role.SECRETARY, make_unit(make_ward()), email="an@phuong.example")
    log_in(client, "an@phuong.example")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    with zeal_ignore():
        response = client.get(reverse(name))
    assert response.status_code == 200
    assert not ENGLISH.search(text_of(response)), ENGLISH.search(text_of(response))
    body = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", body)
    assert (user.full_name in body) == (name != "account_reauthenticate")  # that one is a page before the door


@pytest.mark.parametrize("name", ["account_reset_password", "account_reset_password_done", "account_inactive"])
def test_public_pages_in_vietnamese(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert not ENGLISH.search(text_of(response)), ENGLISH.search(text_of(response))


def test_the_owner_is_told_of_a_changed_password(client):
    user = make_user(email="an@phuong.example")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    log_in(client, "an@phuong.example")
    fresh = "con suối chảy qua làng"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.subject) == ("an@phuong.example", "Đã đổi mật khẩu")
    assert "báo ngay cho Ban Xây dựng Đảng" in mail.text
    assert client.get(reverse("mfa_index")).status_code == 200  # still logged in here

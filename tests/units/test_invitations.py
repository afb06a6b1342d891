"""Invitations by mail: what the link does, once, for a week; and what it says when it does nothing."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from outbox.models import OutgoingMail
from tests.corner import empty_the_cache
from tests.factories.units import make_member, make_unit, make_user, make_ward
from tests.proof import prove_again
from units.account_models import Invitation
from units.accounts import account_state
from units.choices import Role
from units.errors import AccountRefused
from units.models import User
from units.services.accounts import create_account
from units.services.invitations import invite, revoke_invitations
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 8, 0, tzinfo=VIETNAM)
FRESH = "con suối chảy qua làng"


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)
    return lambda **passed: time_machine.move_to(NOW + timedelta(**passed), tick=False)


@pytest.fixture
def binh(clock) -> User:
    return create_account(email="binh@phuong.example", full_name="Lê Thị Bình", by=None)


def mailed_link() -> str:
    mail = OutgoingMail.objects.order_by("-pk").first()
    link = re.search(r"http://testserver(\S+)|http://127\.0\.0\.1:8000(\S+)", mail.text)
    return link[1] or link[2]


def send(client, link, password=FRESH):
    return client.post(link, {"password1": password, "password2": password})


def actions():
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def test_from_the_mail_to_the_first_page(client, binh):
    invitation = invite(user=binh, by=None, now=NOW)
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.subject) == ("binh@phuong.example", "Mời dùng Cổng theo dõi chỉ đạo")
    assert mail.text.startswith("Kính gửi đồng chí Lê Thị Bình,\n\nBan Xây dựng Đảng đã mở")
    assert "dùng được một lần, trước 08:00 ngày 01/5/2026" in mail.text  # as long as it works, and no longer
    assert mail.secret_body
    link = mailed_link()
    assert link in mail.html
    assert link.split("/")[-2] not in str(Invitation.objects.values())  # hashed at rest

    assert account_state(binh, now=NOW).words == "Đã mời, chưa vào"
    page = client.get(link)
    assert (page.status_code, "binh@phuong.example" in page.content.decode()) == (200, True)
    assert client.get(link).status_code == 200  # looking spends nothing
    weak = send(client, link, "12345678")
    assert (weak.status_code, "ít nhất 12 ký tự" in weak.content.decode()) == (422, True)
    assert "Mật khẩu không giữ lại trên trang: ghi lại cả hai ô." in weak.content.decode()
    assert "Nội dung đã viết vẫn được giữ nguyên" not in weak.content.decode()  # it is not: the fields are blank
    done = send(client, link)
    assert (done.status_code, done["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(binh.pk)
    binh.refresh_from_db()
    assert binh.check_password(FRESH)
    invitation.refresh_from_db()
    assert invitation.used_at == NOW
    assert account_state(binh, now=NOW).words == "Đang dùng"
    assert actions() == ["account.create", "account.invite", "account.accept_invitation", "account.login"]


def test_a_link_used_twice_says_so_and_changes_nothing(client, binh):
    invite(user=binh, by=None, now=NOW)
    link = mailed_link()
    send(client, link)
    other = type(client)()
    for answer in (other.get(link), send(other, link, "mật khẩu của kẻ lạ")):
        assert answer.status_code == 410
        assert "Liên kết này đã được dùng để đặt mật khẩu." in answer.content.decode()
        assert "Đến trang đăng nhập" in answer.content.decode()
    assert "_auth_user_id" not in other.session
    assert User.objects.get(pk=binh.pk).check_password(FRESH)
    assert actions()[-2:] == ["account.invitation_refused"] * 2


def test_a_flood_of_made_up_links_does_not_fill_the_log(client, clock):
    empty_the_cache()
    for number in range(25):
        assert client.get(reverse("accept_invitation", args=[f"bia-ra-{number}"])).status_code == 410
    assert actions() == ["account.invitation_refused"] * 20


@pytest.mark.parametrize(("passed", "status"), [({"days": 7, "seconds": -1}, 200), ({"days": 7}, 410)])
def test_a_link_works_for_seven_days(client, clock, binh, passed, status):
    invite(user=binh, by=None, now=NOW)
    clock(**passed)
    answer = client.get(mailed_link())
    assert answer.status_code == status
    if status == 410:
        assert "Liên kết này đã hết hạn từ ngày 01/5/2026." in answer.content.decode()
        assert account_state(binh, now=timezone.now()).words == "Lời mời đã hết hạn"


def test_sending_again_taking_back_and_locking_end_the_link(client, clock, binh):
    def answers(link):
        return client.get(link).status_code

    invite(user=binh, by=None, now=NOW)
    first = mailed_link()
    clock(hours=1)
    invite(user=binh, by=None, now=timezone.now())
    second = mailed_link()
    assert (answers(first), answers(second)) == (410, 200)
    assert revoke_invitations(user=binh, by=None, now=timezone.now()) == 1
    assert revoke_invitations(user=binh, by=None, now=timezone.now()) == 0
    assert answers(second) == 410
    assert account_state(binh, now=timezone.now()).words == "Chưa mời"
    invite(user=binh, by=None, now=timezone.now() + timedelta(minutes=2))
    User.objects.update(is_active=False)
    third = mailed_link()
    assert (answers(third), send(client, third).status_code) == (410, 410)
    with pytest.raises(AccountRefused, match="đang khóa"):
        invite(user=binh, by=None, now=NOW)


def test_unknown_links_tell_nothing(client, binh):
    invite(user=binh, by=None, now=NOW)
    answers = [client.get(reverse("accept_invitation", args=[token])) for token in ("x", "A" * 43, "đ")]
    assert {answer.status_code for answer in answers} == {410}
    assert all("không còn dùng được" in answer.content.decode() for answer in answers)
    assert "binh" not in answers[0].content.decode()
    assert json.loads(AuditEntry.objects.order_by("seq").last().detail) == {}


def test_whoever_has_a_password_is_not_invited():
    with pytest.raises(AccountRefused, match="đã đặt mật khẩu"):
        invite(user=make_user(), by=None, now=NOW)


def test_the_administrator_invites_resends_and_takes_back(client, clock):
    ward = make_ward()
    member = make_member(make_unit(ward), name="Lê Thị Bình", email="binh@phuong.example")
    admin = make_user(Role.ADMIN, ward)
    client.force_login(admin)
    prove_again(client)
    client.post(
        reverse("units:open_account", args=[member.pk]),
        {"full_name": "Lê Thị Bình", "email": "binh@phuong.example", "role": "MEMBER", "unit": ward.pk},
    )
    user = User.objects.get(email="binh@phuong.example")
    assert "Đã mời, chưa vào" in client.get(reverse("units:accounts")).content.decode()
    assert "Gửi lại thư mời" in client.get(reverse("units:account", args=[user.pk])).content.decode()
    clock(minutes=2)
    client.post(reverse("units:password_link", args=[user.pk]))
    client.post(reverse("units:revoke_invitation", args=[user.pk]))
    assert OutgoingMail.objects.filter(kind="account.invitation").count() == 2
    assert not any(invitation.is_open(timezone.now()) for invitation in user.invitations.all())
    assert "Chưa mời" in client.get(reverse("units:accounts")).content.decode()

"""Another address to log in with: confirmed at the new one, told to the old one, once, within a day."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from outbox.models import OutgoingMail
from tests.factories.units import make_user
from tests.proof import prove_again
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 24, 8, 0, tzinfo=VIETNAM)


@pytest.fixture
def user(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    found = make_user(email="cu@phuong.example")
    client.force_login(found)
    return found


def ask(client, address):
    return client.post(reverse("change_email"), {"email": address})


def mails():
    return {mail.to_address: mail for mail in OutgoingMail.objects.order_by("pk")}


def link_in(mail):
    return re.search(r"/tai-khoan/thu-dien-tu/xac-nhan/\S+/", mail.text)[0]


def test_it_is_confirmed_at_the_new_and_told_to_the_old(client, user):
    assert ask(client, "moi@phuong.example")["Location"].startswith(reverse("account_reauthenticate"))
    prove_again(client)
    assert ask(client, " Moi@Phuong.example ").status_code == 302
    assert set(mails()) == {"moi@phuong.example", "cu@phuong.example"}
    assert "Nếu không phải đồng chí, đổi mật khẩu" in mails()["cu@phuong.example"].text
    link = link_in(mails()["moi@phuong.example"])
    stranger = type(client)()  # the new mailbox may be open on another machine
    assert "moi@phuong.example" in stranger.get(link).content.decode()
    user.refresh_from_db()
    assert user.email == "cu@phuong.example"  # looking changes nothing
    assert stranger.post(link).status_code == 302
    user.refresh_from_db()
    assert user.email == "moi@phuong.example"
    told = OutgoingMail.objects.get(kind="account.email_changed")
    assert (told.to_address, "từ nay đăng nhập bằng địa chỉ moi@phuong.example" in told.text) == (
        "cu@phuong.example", True,
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="account.change_email")
    assert json.loads(entry.detail) == {"old": "cu@phuong.example", "new": "moi@phuong.example"}
    again = stranger.post(link)
    assert (again.status_code, "đã được dùng" in again.content.decode()) == (410, True)


def test_a_link_works_for_a_day_and_a_changed_one_never(client, user, time_machine):
    prove_again(client)
    ask(client, "moi@phuong.example")
    link = link_in(mails()["moi@phuong.example"])
    forged = client.post(link[:-3] + "xx/")
    assert (forged.status_code, "không đúng" in forged.content.decode()) == (410, True)
    time_machine.move_to(NOW + timedelta(days=1, seconds=1), tick=False)
    late = type(client)().post(link)
    assert (late.status_code, "hết hạn (24 giờ)" in late.content.decode()) == (410, True)
    user.refresh_from_db()
    assert user.email == "cu@phuong.example"


def test_a_changed_password_ends_the_link_of_who_asked_with_the_old_one(client, user):
    """What the mail to the old address advises must help: the owner changes the password, the thief's link is dead."""
    prove_again(client)
    ask(client, "ke.la@noi.khac")
    link = link_in(mails()["ke.la@noi.khac"])
    user.set_password("mật khẩu mới của chủ nhân")
    user.save()
    thief = type(client)()
    for answer in (thief.get(link), thief.post(link)):
        assert (answer.status_code, "Mật khẩu đã đổi" in answer.content.decode()) == (410, True)
    user.refresh_from_db()
    assert user.email == "cu@phuong.example"


def test_an_address_taken_back_makes_no_old_link_good_again(client, user):
    prove_again(client)
    ask(client, "moi@phuong.example")
    there = link_in(mails()["moi@phuong.example"])
    assert client.post(there).status_code == 302
    prove_again(client)
    ask(client, "cu@phuong.example")
    back = OutgoingMail.objects.filter(kind="account.email_confirm").order_by("pk").last()
    assert client.post(link_in(back)).status_code == 302
    user.refresh_from_db()
    assert user.email == "cu@phuong.example"
    again = client.post(there)
    assert (again.status_code, "hoặc địa chỉ đã đổi sau khi xin" in again.content.decode()) == (410, True)
    user.refresh_from_db()
    assert user.email == "cu@phuong.example"


def test_a_taken_address_is_answered_alike_and_gets_no_link(client, user):
    make_user(email="co.nguoi@phuong.example")
    prove_again(client)
    answers = [ask(client, address) for address in ("Co.Nguoi@phuong.example", "trong@phuong.example")]
    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    assert "co.nguoi@phuong.example" not in mails()
    assert "trong@phuong.example" in mails()


def test_an_address_taken_meanwhile_is_refused(client, user):
    prove_again(client)
    ask(client, "moi@phuong.example")
    make_user(email="moi@phuong.example")
    refused = client.post(link_in(mails()["moi@phuong.example"]))
    assert (refused.status_code, "không dùng được" in refused.content.decode()) == (410, True)


@pytest.mark.parametrize(
    ("address", "sentence"), [("khong phai thu", "không đúng dạng"), ("cu@phuong.example", "đang dùng")]
)
def test_refusals_stand_at_the_field(client, user, address, sentence):
    prove_again(client)
    answer = ask(client, address)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not OutgoingMail.objects.exists()

"""The repair pages: superusers only, by the portal's own login, which may ask for a second factor."""

import json

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from audit.models import AuditEntry
from directives.choices import DayOffKind
from directives.models import DayOff
from outbox.models import OutgoingMail
from tests.corner import empty_the_cache
from tests.factories.units import (
    PASSWORD,
    make_member,
    make_superuser,
    make_unit,
    make_user,
    make_ward,
    take_second_factor,
)
from units.choices import Role
from units.services.accounts import create_account
from units.services.invitations import invite

pytestmark = pytest.mark.django_db


def test_its_login_is_the_portals(client):
    index = client.get(reverse("admin:index"), follow=True)
    assert index.redirect_chain[-1][0].startswith(reverse("account_login"))
    user = make_superuser()
    empty_the_cache()
    posted = client.post(reverse("admin:login"), {"username": user.email, "password": PASSWORD})
    assert posted["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("is_staff", [False, True])
def test_administrators_of_a_ward_are_refused(client, is_staff):
    user = make_user(Role.ADMIN, make_ward())
    user.is_staff = is_staff
    user.save()
    client.force_login(user)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_superuser_looks_and_cannot_change(client):
    member = make_member(make_unit(make_ward()), name="Vũ Thị Hoà")
    user = make_superuser()
    client.force_login(user)
    listed = client.get(reverse("admin:units_member_changelist"), {"q": "vu thi hoa"})
    assert member.full_name in listed.content.decode()
    page = reverse("admin:units_member_change", args=[member.pk])
    assert client.post(page, {"full_name": "Khác"}).status_code == 403
    with zeal_ignore():  # Django's admin asks for the account it shows and for the one that looks
        shown = client.get(reverse("admin:units_user_change", args=[user.pk]))
    assert shown.status_code == 200
    assert user.password not in shown.content.decode()


def test_no_way_in_without_the_second_factor(client):
    """The password alone opens none of its pages: not by its own login, not by ours, not with a session at hand."""
    user = take_second_factor(make_superuser())
    member = make_member(make_unit(make_ward()))
    empty_the_cache()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    pages = ["admin:index", "admin:login", "admin:jsi18n", "admin:password_change", "admin:units_member_changelist"]
    for path in (*map(reverse, pages), reverse("admin:units_member_change", args=[member.pk])):
        for answer in (client.get(path), client.post(path, {"username": user.email, "password": PASSWORD})):
            assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index")), path


def test_a_password_with_a_factor_waits_at_the_second_step(client):
    user = make_superuser()
    empty_the_cache()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get(reverse("admin:index")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_only_our_own_pages_stand_there():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels.isdisjoint({"mfa", "account", "usersessions", "auth", "sessions"})
    assert {"units", "outbox", "vault", "audit"} <= labels


@pytest.mark.parametrize("model", [Authenticator, EmailAddress])
def test_factors_and_addresses_are_not_changed_past_their_verbs(client, model):
    client.force_login(make_superuser())
    for page in ("", "add/"):
        assert client.get(f"/sua-chua/{model._meta.app_label}/{model._meta.model_name}/{page}").status_code == 404


def test_a_mail_is_shown_without_the_link_that_sets_a_password(client):
    invite(
        user=create_account(email="binh@phuong.example", full_name="Lê Thị Bình", by=None), by=None, now=timezone.now()
    )
    mail = OutgoingMail.objects.get(kind="account.invitation")
    assert "/tai-khoan/moi/" in mail.text
    client.force_login(make_superuser())
    shown = client.get(f"/sua-chua/outbox/outgoingmail/{mail.pk}/change/")
    assert (shown.status_code, "binh@phuong.example" in shown.content.decode()) == (200, True)
    assert "/tai-khoan/moi/" not in shown.content.decode()


def test_a_day_for_all_wards_is_changed_with_an_entry_each_time(client):
    user = make_superuser()
    client.force_login(user)
    add = reverse("admin:directives_dayoff_add")
    typed = {"day": "2026-05-02", "kind": DayOffKind.HOLIDAY, "name": "Nghỉ bù", "ward": ""}
    assert client.post(add, typed).status_code == 302
    row = DayOff.objects.get()
    page = reverse("admin:directives_dayoff_change", args=[row.pk])
    assert client.post(page, typed).status_code == 302  # nothing changed
    assert client.post(page, {**typed, "kind": DayOffKind.WORKING}).status_code == 302
    assert client.post(reverse("admin:directives_dayoff_delete", args=[row.pk]), {"post": "yes"}).status_code == 302
    entries = AuditEntry.objects.filter(action="calendar.change").order_by("seq")
    off, worked = (f"02/5/2026: Nghỉ bù ({kind.label.lower()})" for kind in (DayOffKind.HOLIDAY, DayOffKind.WORKING))
    assert [(int(entry.actor_id), json.loads(entry.detail)["changes"]) for entry in entries] == [
        (user.pk, [{"what": "Ngày dùng chung", "old": old, "new": new}])
        for old, new in (("chưa có", off), (off, worked), (worked, "đã bỏ"))
    ]


def test_the_identity_of_a_committee_is_changed_on_its_own_page_only(client):
    profile = make_ward().profile
    client.force_login(make_superuser())
    page = reverse("admin:units_committeeprofile_change", args=[profile.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "Khác"}).status_code == 403

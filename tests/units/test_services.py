"""Accounts and roles: what each verb changes, records and refuses."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from tests.corner import empty_the_cache
from tests.factories.units import PASSWORD, make_cluster, make_member, make_unit, make_user, make_ward
from units.choices import Role
from units.errors import AccountRefused, DatesOutOfOrder, RoleGrantRefused
from units.models import RoleGrant, User
from units.services.accounts import create_account, deactivate_account, reactivate_account
from units.services.roles import end_role, grant_role

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 24)


def test_create_account():
    admin, member = make_user(), make_member(make_unit(make_ward()), name="Lê Bình")
    user = create_account(
        email=" Binh@Phuong.example ", full_name="Lê  Bình", by=admin, member=member, password="con suối chảy qua làng"
    )
    assert (user.email, user.full_name, user.member) == ("binh@phuong.example", "Lê Bình", member)
    assert user.check_password("con suối chảy qua làng")
    entry = AuditEntry.objects.get(action="account.create")
    assert (entry.actor_id, entry.obj_id, entry.ward_id) == (str(admin.pk), str(user.pk), member.ward_id)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "binh"}, "Địa chỉ thư “binh” không đúng dạng"),
        ({"email": "DA.CO@phuong.example"}, "Đã có tài khoản dùng địa chỉ “da.co@phuong.example”"),
        ({"full_name": " "}, "Chưa ghi họ tên"),
        ({"password": "matkhau"}, "Mật khẩu"),
        ({"password": "password1234"}, "Mật khẩu"),
    ],
)
def test_accounts_refused(fields, sentence):
    make_user(email="da.co@phuong.example")
    with pytest.raises(AccountRefused, match=sentence):
        create_account(**{"email": "moi@phuong.example", "full_name": "Lê Bình", "by": None, **fields})
    assert User.objects.count() == 1


def test_an_account_without_password_cannot_log_in():
    user = create_account(email="moi@phuong.example", full_name="Lê Bình", by=None)
    assert not user.has_usable_password()


def test_deactivate_ends_sessions_and_reactivate(client):
    user, admin = make_user(), make_user()
    empty_the_cache()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert client.get(reverse("mfa_index")).status_code == 200  # a session exists
    assert deactivate_account(user=user, by=admin).is_active is False
    assert deactivate_account(user=user, by=admin).is_active is False  # twice is once
    assert client.get(reverse("mfa_index")).status_code == 302
    assert reactivate_account(user=user, by=admin).is_active is True
    assert client.get(reverse("mfa_index")).status_code == 302  # the old session does not come back
    entries = AuditEntry.objects.exclude(action__in=["account.login", "account.logout"]).order_by("seq")
    assert list(entries.values_list("action", flat=True)) == [
        "account.end_session",
        "account.deactivate",
        "account.reactivate",
    ]


def test_grant_and_end_role():
    unit, user, admin = make_unit(make_ward()), make_user(), make_user()
    grant = grant_role(user=user, role=Role.SECRETARY, unit=unit, since=DAY, by=admin)
    assert [g.pk for g in RoleGrant.objects.active(DAY).of_role(Role.SECRETARY)] == [grant.pk]
    end_role(grant=grant, on=date(2026, 5, 1), by=admin)
    assert RoleGrant.objects.active(date(2026, 4, 30)).exists()
    assert not RoleGrant.objects.active(date(2026, 5, 1)).exists()
    grant_role(user=user, role=Role.SECRETARY, unit=unit, since=date(2026, 5, 1), by=admin)
    entries = list(AuditEntry.objects.order_by("seq").values_list("action", "ward_id"))
    assert entries == [("role.grant", unit.ward_id), ("role.revoke", unit.ward_id), ("role.grant", unit.ward_id)]


def test_grants_refused():
    ward, other = make_ward(), make_ward(name="Giang Biên")
    unit, closed = make_unit(ward), make_unit(ward, closed_on=DAY)
    cluster, foreign = make_cluster(ward), make_cluster(other)
    user = make_user()
    grant_role(user=user, role=Role.SECRETARY, unit=unit, since=DAY, by=None)
    refusals = [
        ({"unit": closed}, RoleGrantRefused, "giải thể ngày 24/4/2026, từ ngày ấy không giao vai trò ở đó được"),
        ({"until": DAY}, DatesOutOfOrder, "kết thúc sau ngày bắt đầu"),
        ({"role": Role.CLUSTER_LEAD}, RoleGrantRefused, "phải chọn cụm"),
        ({"cluster": cluster}, RoleGrantRefused, "không gắn với cụm"),
        ({"role": Role.CLUSTER_LEAD, "cluster": foreign}, RoleGrantRefused, "không thuộc phường"),
        ({}, RoleGrantRefused, "đang giữ vai trò Bí thư, phó bí thư"),
    ]
    for fields, error, sentence in refusals:
        with pytest.raises(error, match=sentence):
            grant_role(**{"user": user, "role": Role.SECRETARY, "unit": unit, "since": DAY, "by": None, **fields})
    assert RoleGrant.objects.count() == 1
    grant_role(user=user, role=Role.CLUSTER_LEAD, unit=ward, cluster=cluster, since=DAY, by=None)


def test_ends_refused():
    user = make_user(Role.SECRETARY, make_unit(make_ward()), since=DAY)
    grant = user.role_grants.get()
    with pytest.raises(DatesOutOfOrder):
        end_role(grant=grant, on=date(2026, 4, 23), by=None)
    end_role(grant=grant, on=date(2026, 5, 1), by=None)
    with pytest.raises(RoleGrantRefused, match="đã kết thúc ngày 01/5/2026"):
        end_role(grant=grant, on=date(2026, 5, 1), by=None)

"""What an administrator may do to accounts, what he must prove first, and what nobody may."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from outbox.models import OutgoingMail
from tests.factories.units import (
    PASSWORD,
    grant,
    make_city,
    make_cluster,
    make_member,
    make_unit,
    make_user,
    make_ward,
    take_second_factor,
)
from tests.proof import prove_again
from units.choices import Role
from units.errors import AccountRefused, DatesOutOfOrder, RoleGrantRefused
from units.models import RoleGrant
from units.services.accounts import deactivate_account, reactivate_account
from units.services.roles import end_role, grant_role
from units.services.second_factor import reset_second_factor
from vietnamese.dates import format_date

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("its_own_day")]
TODAY = timezone.localdate()


@pytest.fixture
def ward():
    return make_ward()


def proven(client, user):
    """Logged in, with a fresh proof."""
    client.force_login(user)
    prove_again(client)
    return client


# ---- the last administrator ------------------------------------------------------------------------


def test_the_last_administrator_of_a_ward_stays(ward):
    admin, superuser = make_user(Role.ADMIN, ward), make_user()
    for other in (make_user(Role.OFFICE, ward), make_user(Role.ADMIN, make_unit(ward))):
        assert other.is_active  # neither an officer nor the administrator of one cell stands in
    make_user(Role.ADMIN, make_ward(name="Giang Biên"))
    with pytest.raises(RoleGrantRefused, match="là quản trị cuối cùng của “Đảng bộ phường Phúc Lợi”"):
        end_role(grant=admin.role_grants.get(), on=TODAY, by=superuser)
    with pytest.raises(AccountRefused, match="là quản trị cuối cùng"):
        deactivate_account(user=admin, by=superuser)
    admin.refresh_from_db()
    assert admin.is_active
    assert RoleGrant.objects.active(TODAY).filter(user=admin).exists()


def test_with_a_second_one_or_one_above_he_may_go():
    city = make_city()
    ward = make_ward(city=city)
    first, second, by = make_user(Role.ADMIN, ward), make_user(Role.ADMIN, ward), make_user()
    deactivate_account(user=second, by=by)
    with pytest.raises(RoleGrantRefused, match="cuối cùng"):  # a locked one does not count
        end_role(grant=first.role_grants.get(), on=TODAY, by=by)
    reactivate_account(user=second, by=by)
    end_role(grant=first.role_grants.get(), on=TODAY, by=by)
    make_user(Role.ADMIN, city)
    deactivate_account(user=second, by=by)
    second.refresh_from_db()
    assert not second.is_active


# ---- giving roles ----------------------------------------------------------------------------------


def test_nobody_gives_himself_more(client, ward):
    admin = make_user(Role.ADMIN, ward)
    with pytest.raises(RoleGrantRefused, match="Không tự giao thêm vai trò"):
        grant_role(user=admin, role=Role.OFFICE, unit=ward, since=TODAY, by=admin)
    answer = proven(client, admin).post(reverse("units:grant", args=[admin.pk]), {"role": "OFFICE", "unit": ward.pk})
    assert (answer.status_code, "Không tự giao thêm vai trò" in answer.content.decode()) == (422, True)
    assert admin.role_grants.count() == 1


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_given_from_to_by_the_page(client, ward, role):
    cell, cluster = make_unit(ward), make_cluster(ward)
    user = make_user(Role.MEMBER, make_unit(ward))
    sent = {"role": role, "unit": cell.pk, "since": "01/05/2026", "last_day": "31.12.2027"}
    sent |= {"cluster": cluster.pk} if role == Role.CLUSTER_LEAD else {}
    answer = proven(client, make_user(Role.ADMIN, ward)).post(reverse("units:grant", args=[user.pk]), sent)
    assert answer.status_code == 302
    given = user.role_grants.get(unit=cell)
    assert (given.role, given.valid_from, given.valid_to) == (role, date(2026, 5, 1), date(2028, 1, 1))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"last_day": "30/4/2026"}, "Vai trò phải kết thúc sau ngày bắt đầu."),
        ({"role": "CLUSTER_LEAD"}, "Phụ trách cụm phải chọn cụm"),
        ({"since": "31/2/2026"}, "Không có ngày này."),
        ({"closed": True}, "giải thể ngày 01/01/2030, từ ngày ấy không giao vai trò ở đó được"),
    ],
)
def test_each_refusal_has_its_sentence(client, ward, fields, sentence):
    cell = make_unit(ward)
    if fields.pop("closed", False):
        cell.closed_on = date(2030, 1, 1)  # still open today, so the form offers it
        cell.save()
        fields = {"since": "1/6/2030"}
    user = make_user(Role.MEMBER, make_unit(ward))
    answer = proven(client, make_user(Role.ADMIN, ward)).post(
        reverse("units:grant", args=[user.pk]), {"role": "SECRETARY", "unit": cell.pk, "since": "1/5/2026", **fields}
    )
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert user.role_grants.count() == 1


def test_one_account_holds_several_and_the_days_of_one_do_not_overlap(ward):
    user, one, two = make_user(), make_unit(ward), make_unit(ward)
    for unit in (one, two):
        grant_role(user=user, role=Role.SECRETARY, unit=unit, since=date(2026, 5, 1), until=date(2026, 6, 1), by=None)
    grant_role(user=user, role=Role.SECRETARY, unit=one, since=date(2026, 6, 1), by=None)  # the day after
    grant_role(user=user, role=Role.SECRETARY, unit=one, since=date(2026, 4, 1), until=date(2026, 5, 1), by=None)
    with pytest.raises(RoleGrantRefused, match="đang giữ vai trò"):
        grant_role(user=user, role=Role.SECRETARY, unit=one, since=date(2026, 5, 31), until=date(2026, 6, 2), by=None)
    assert user.role_grants.count() == 4


def test_a_role_is_ended_on_a_day(client, ward):
    user = make_user(Role.SECRETARY, make_unit(ward))
    held = user.role_grants.get()
    admin = proven(client, make_user(Role.ADMIN, ward))
    day = TODAY + timedelta(days=10)
    admin.post(reverse("units:end_role", args=[held.pk]), {"last_day": f"{day:%d/%m/%Y}"})
    held.refresh_from_db()
    assert held.valid_to == day + timedelta(days=1)
    admin.post(reverse("units:end_role", args=[held.pk]), {"last_day": "31/02/2026"})
    held.refresh_from_db()
    assert held.valid_to == day + timedelta(days=1)
    with pytest.raises(DatesOutOfOrder):
        end_role(grant=grant(user, Role.LEADER, ward, since=day), on=TODAY, by=None)
    assert (
        '<span class="second">đã kết thúc</span>'
        not in admin.get(reverse("units:account", args=[user.pk])).content.decode()
    )


def test_a_role_on_a_unit_whose_end_is_arranged_ends_with_it(ward):
    cell = make_unit(ward)
    cell.closed_on = date(2026, 12, 25)
    cell.save()
    for until, ends in ((None, date(2026, 12, 25)), (date(2027, 3, 1), date(2026, 12, 25)), (date(2026, 12, 1),) * 2):
        given = grant_role(
            user=make_user(), role=Role.SECRETARY, unit=cell, since=date(2026, 11, 1), until=until, by=None
        )
        assert given.valid_to == ends


def test_the_unit_that_ends_is_named_at_its_field(client, ward):
    cell = make_unit(ward)
    cell.closed_on = TODAY + timedelta(days=20)
    cell.save()
    user, admin = make_user(Role.MEMBER, make_unit(ward)), proven(client, make_user(Role.ADMIN, ward))
    sent = {"role": "SECRETARY", "unit": cell.pk, "since": f"{TODAY + timedelta(days=30):%d/%m/%Y}"}
    page = admin.post(reverse("units:grant", args=[user.pk]), sent)
    said = f"“{cell.name}” giải thể ngày {format_date(cell.closed_on)}, từ ngày ấy không giao vai trò ở đó được. "
    assert page.context["form"].errors["unit"] == [said + "Chọn đơn vị khác, hoặc ghi ngày bắt đầu sớm hơn."]


def test_what_is_wrong_with_no_field_in_particular_is_said_once(client, ward):
    cell = make_unit(ward)
    user, admin = make_user(Role.SECRETARY, cell), proven(client, make_user(Role.ADMIN, ward))
    page = admin.post(reverse("units:grant", args=[user.pk]), {"role": "SECRETARY", "unit": cell.pk})
    words = page.content.decode()
    assert words.count("đang giữ vai trò Bí thư, phó bí thư") == 1
    assert "kết thúc vai trò ấy trước, rồi giao lại" in words


def test_a_role_that_has_not_begun_can_be_given_up(client, ward):
    user = make_user(Role.MEMBER, make_unit(ward))
    later = grant(user, Role.LEADER, ward, since=TODAY + timedelta(days=5))
    admin = proven(client, make_user(Role.ADMIN, ward))
    answer = admin.post(reverse("units:end_role", args=[later.pk]), {"last_day": ""}, follow=True)
    later.refresh_from_db()
    assert (later.valid_from, later.valid_to) == (TODAY + timedelta(days=5),) * 2
    assert "không giữ vai trò Lãnh đạo nữa." in answer.content.decode()
    assert "đã bỏ, chưa giữ ngày nào" in answer.content.decode()
    sooner = {"role": Role.LEADER, "unit": ward.pk, "first_day": ""}
    assert "Đã giao vai trò" in admin.post(reverse("units:grant", args=[user.pk]), sooner, follow=True).content.decode()


# ---- proving once more -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["grant", "lock", "reset_factor"])
def test_delicate_things_want_a_fresh_proof_and_then_go_on_by_themselves(client, ward, name):
    user = make_user(Role.LEADER, ward)
    client.force_login(make_user(Role.ADMIN, ward))
    path = reverse(f"units:{name}", args=[user.pk])
    asked = client.post(path, {"role": "OFFICE", "unit": ward.pk})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    guarded = {"grant": "giao vai trò cho", "lock": "khóa tài khoản của", "reset_factor": "đặt lại lớp thứ hai của"}
    said = f"Để {guarded[name]} {user.full_name}, xin nhập lại mật khẩu."
    assert said in client.get(asked["Location"]).content.decode()

    def untouched():
        user.refresh_from_db()
        return user.is_active, user.role_grants.count(), Authenticator.objects.filter(user=user).count()

    assert untouched() == (True, 1, 1)
    wrong = client.post(asked["Location"], {"password": "sai hoàn toàn rồi"})
    assert wrong.status_code == 200
    assert said in wrong.content.decode()
    assert untouched() == (True, 1, 1)
    assert AuditEntry.objects.filter(action="account.reauthenticate_failed", result="refused").count() == 1
    done = client.post(asked["Location"], {"password": PASSWORD})
    assert done["Location"] == reverse("units:account", args=[user.pk])
    assert untouched() == {"grant": (True, 2, 1), "lock": (False, 1, 1), "reset_factor": (True, 1, 0)}[name]


def test_the_page_says_what_else_it_guards_and_nothing_of_an_act_it_was_not_asked_for(client, ward):
    user = make_user(Role.LEADER, ward)
    client.force_login(make_user(Role.ADMIN, ward))
    client.post(reverse("units:lock", args=[user.pk]))
    place = reverse("account_reauthenticate")
    own = client.get(reverse("mfa_generate_recovery_codes"), follow=True).content.decode()
    assert "Để tạo bộ mã khôi phục mới, xin nhập lại mật khẩu." in own
    code = client.get(reverse("mfa_reauthenticate"), {"next": reverse("mfa_remove_webauthn", args=[1])})
    assert "Để bỏ khóa, xin nhập mã xác thực." in code.content.decode()
    for next_page in ("", "/danh-ba/", "/khong-co/", "https://x.vn/"):
        page = client.get(place, {"next": next_page}).content.decode()
        assert "mời xác nhận lại là mình" in page
        assert user.full_name not in page


def test_strangers_get_404_before_any_question(client, ward):
    client.force_login(make_user(Role.OFFICE, ward))
    user = make_user(Role.SECRETARY, make_unit(ward))
    for name in ("grant", "lock", "reset_factor", "end_session", "revoke_invitation"):
        assert client.post(reverse(f"units:{name}", args=[user.pk])).status_code == 404, name


# ---- a lost second factor --------------------------------------------------------------------------


def test_a_lost_factor_is_reset_the_owner_is_told_and_sets_up_a_new_one(client, ward):
    user, admin = make_user(Role.OFFICE, ward), make_user(Role.ADMIN, ward)
    client.force_login(user)
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key=client.session.session_key)
    assert client.get(reverse("directives:list")).status_code == 200
    assert reset_second_factor(user=user, by=admin, now=timezone.now()) == 1
    assert client.get(reverse("directives:list"))["Location"].startswith(reverse("account_login"))
    client.force_login(user)
    assert client.get(reverse("directives:list"))["Location"] == reverse("mfa_index")
    mail = OutgoingMail.objects.get(kind="account.mfa_reset")
    assert mail.to_address == user.email
    assert f"{admin.full_name} vừa đặt lại lớp xác thực thứ hai" in mail.text
    assert "vừa đặt lại lớp xác thực thứ hai" in mail.html
    entry = AuditEntry.objects.get(action="account.mfa_reset")
    assert (entry.actor_id, entry.obj_id, json.loads(entry.detail)) == (str(admin.pk), str(user.pk), {"count": 1})


def test_ones_own_and_a_missing_factor_are_not_reset(ward):
    admin = make_user(Role.ADMIN, ward)
    with pytest.raises(AccountRefused, match="của chính mình"):
        reset_second_factor(user=admin, by=admin, now=timezone.now())
    user = take_second_factor(make_user(Role.OFFICE, ward))
    with pytest.raises(AccountRefused, match="chưa bật lớp thứ hai"):
        reset_second_factor(user=user, by=admin, now=timezone.now())


# ---- sessions of others ----------------------------------------------------------------------------


def test_the_administrator_sees_and_ends_the_logins_of_accounts_under_him(client, ward):
    user = make_user(Role.SECRETARY, make_unit(ward))
    phone, desk = type(client)(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Safari/604"), type(client)()
    for browser in (phone, desk):
        browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.force_login(make_user(Role.ADMIN, ward))
    page = client.get(reverse("units:account", args=[user.pk]))
    assert "Safari, iPhone" in page.content.decode()
    of_phone = next(row for row in page.context["sessions"] if "iPhone" in row.user_agent)
    client.post(reverse("units:end_session", args=[user.pk]), {"phien": of_phone.pk})
    assert [browser.get(reverse("mfa_index")).status_code for browser in (phone, desk)] == [302, 200]
    client.post(reverse("units:end_session", args=[user.pk]))
    assert desk.get(reverse("mfa_index")).status_code == 302
    ended = AuditEntry.objects.filter(action="account.end_session").order_by("seq")
    assert [json.loads(entry.detail) for entry in ended] == [{"count": 1}, {"count": 1}]


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("units:name_lead", {"on": "31/02/2026"}),
        ("units:new_account", {"email": "mai@x.vn", "full_name": "Mai", "role": "OFFICE", "since": "31/02/2026"}),
        ("change_email", {"email": "khong-phai-thu"}),
    ],
)
def test_what_is_still_wrong_after_the_proof_is_put_right_where_it_was_typed(client, ward, page, sent):
    """The page that asks for the password shows the form again: it must not send it to itself, where it would be lost."""
    client.force_login(make_user(Role.ADMIN, ward))
    address = reverse(page, args=[make_cluster(ward).pk] if page == "units:name_lead" else [])
    asked = client.post(address, sent)
    again = client.post(asked["Location"], {"password": PASSWORD})
    assert again.status_code == 422
    assert f'method="post" action="{address}"' in again.content.decode()


# ---- the edges of an administrator's reach ---------------------------------------------------------


def test_the_administrator_of_one_unit_gives_nobody_a_cluster_that_reaches_past_it(ward, client):
    unit, other = make_unit(ward), make_unit(ward)
    cluster = make_cluster(ward, name="Cụm 7")
    other.cluster = cluster
    other.save()
    below = make_user(Role.ADMIN, unit)
    facts = {
        "full_name": "Trần Thị Dò", "email": "do@x.vn", "role": Role.CLUSTER_LEAD, "unit": unit.pk, "cluster": cluster.pk,
    }  # fmt: skip
    page = proven(client, below).post(reverse("units:new_account"), facts)
    assert page.status_code == 422
    assert "Cụm 7" not in page.content.decode()
    assert not RoleGrant.objects.of_role(Role.CLUSTER_LEAD).exists()
    above = make_user(Role.ADMIN, ward)
    assert proven(client, above).post(reverse("units:new_account"), {**facts, "unit": ward.pk}).status_code == 302
    assert RoleGrant.objects.of_role(Role.CLUSTER_LEAD).get().cluster == cluster


def test_who_went_to_another_ward_is_no_more_the_old_administrators(ward):
    """He held a role here once; today he is a member there, without a role or with one that begins tomorrow."""
    admin, elsewhere = make_user(Role.ADMIN, ward), make_ward(name="Giang Biên", code="GB")
    there = make_unit(elsewhere)
    moved = make_user(member=make_member(there))
    grant(moved, Role.SECRETARY, make_unit(ward), since=TODAY - timedelta(days=90), until=TODAY - timedelta(days=9))
    assert not admin.has_perm("units.change_user", moved)
    assert make_user(Role.ADMIN, elsewhere).has_perm("units.change_user", moved)
    untied = make_user()
    grant(untied, Role.SECRETARY, make_unit(ward), until=TODAY - timedelta(days=9))
    assert admin.has_perm("units.change_user", untied)
    grant(untied, Role.OFFICE, elsewhere, since=TODAY + timedelta(days=1))
    assert not admin.has_perm("units.change_user", untied)


def test_a_cluster_is_given_only_to_accounts_that_may_be_given_a_role(ward, client):
    """The page of the cluster is a second door of the account's own page."""
    cluster, elsewhere = make_cluster(ward), make_ward(name="Giang Biên", code="GB")
    there = make_user(Role.OFFICE, elsewhere)
    grant(there, Role.MEMBER, make_unit(ward), until=TODAY - timedelta(days=9))
    here = make_user(Role.MEMBER, make_unit(ward))
    as_admin = proven(client, make_user(Role.ADMIN, ward))
    address = reverse("units:name_lead", args=[cluster.pk])
    refused = as_admin.post(address, {"account": there.pk, "on": format_date(TODAY)})
    assert (refused.status_code, "nhờ quản trị cấp trên giao" in refused.content.decode()) == (422, True)
    assert as_admin.post(reverse("units:grant", args=[there.pk]), {}).status_code == 403
    assert as_admin.post(address, {"account": here.pk, "on": format_date(TODAY)}).status_code == 302
    assert [held.user for held in RoleGrant.objects.of_role(Role.CLUSTER_LEAD)] == [here]

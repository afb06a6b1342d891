"""The repair pages: superusers only, by the portal's own login, which may ask for a second factor."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from zeal import zeal_ignore

from tests.factories.units import PASSWORD, make_member, make_unit, make_user, make_ward
from units.choices import Role

pytestmark = pytest.mark.django_db


def test_its_login_is_the_portals(client):
    index = client.get(reverse("admin:index"), follow=True)
    assert index.redirect_chain[-1][0].startswith(reverse("account_login"))
    user = make_user()
    user.is_superuser = user.is_staff = True
    user.save()
    cache.clear()
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
    user = make_user()
    user.is_superuser = user.is_staff = True
    user.save()
    client.force_login(user)
    listed = client.get(reverse("admin:units_member_changelist"), {"q": "vu thi hoa"})
    assert member.full_name in listed.content.decode()
    page = reverse("admin:units_member_change", args=[member.pk])
    assert client.post(page, {"full_name": "Khác"}).status_code == 403
    with zeal_ignore():  # Django's admin asks for the account it shows and for the one that looks
        shown = client.get(reverse("admin:units_user_change", args=[user.pk]))
    assert shown.status_code == 200
    assert user.password not in shown.content.decode()

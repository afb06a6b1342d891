"""What an account must do before it works: where it is sent, what stays open, who passes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.units import (
    grant,
    make_cluster,
    make_superuser,
    make_unit,
    make_user,
    make_ward,
    take_second_factor,
)
from units.choices import SECOND_FACTOR_ROLES, Role
from units.models import User

pytestmark = pytest.mark.django_db


def holder(role: Role) -> User:
    ward = make_ward()
    return make_user(role, ward, cluster=make_cluster(ward) if role == Role.CLUSTER_LEAD else None)


@pytest.mark.parametrize("role", list(Role))
def test_the_second_factor_stands_before_these_roles_and_no_others(client, role):
    user = take_second_factor(holder(role))
    client.force_login(user)
    answer = client.get(reverse("directives:list"))
    expected = (302, reverse("mfa_index")) if role in SECOND_FACTOR_ROLES else (200, None)
    assert (answer.status_code, answer.get("Location")) == expected
    assert {Role.ADMIN, Role.OFFICE, Role.LEADER, Role.CLUSTER_LEAD} == SECOND_FACTOR_ROLES


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
def test_with_a_factor_they_work(client, role):
    client.force_login(holder(role))
    assert client.get(reverse("directives:list")).status_code == 200


def test_superusers_stand_at_it_and_demo_accounts_pass(client):
    client.force_login(take_second_factor(make_superuser()))
    assert client.get(reverse("health_details"))["Location"] == reverse("mfa_index")
    demo = take_second_factor(holder(Role.OFFICE))
    demo.is_demo = True
    demo.save()
    client.force_login(demo)
    assert client.get(reverse("directives:list")).status_code == 200


def test_a_role_given_later_and_recovery_codes_alone_do_not_pass(client):
    user = make_user(Role.SECRETARY, make_unit(ward := make_ward()))
    client.force_login(user)
    assert client.get(reverse("directives:list")).status_code == 200
    grant(user, Role.OFFICE, ward)
    user.authenticator_set.update(type="recovery_codes")
    assert client.get(reverse("directives:list"))["Location"] == reverse("mfa_index")


def test_what_stays_open_at_the_gate(client):
    client.force_login(take_second_factor(holder(Role.OFFICE)))
    for name in ("mfa_index", "account_change_password", "account_logout", "account_reauthenticate"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.get(reverse("submissions:check")).status_code == 200  # public
    assert client.get(reverse("health")).status_code == 200
    assert client.post(reverse("directives:create"))["Location"] == reverse("mfa_index")


def test_a_fragment_is_sent_there_as_a_whole_page_and_the_page_asked_for_is_kept(client):
    client.force_login(take_second_factor(holder(Role.OFFICE)))
    wanted = reverse("reports:matrix") + "?gop=cum"
    client.get(wanted)
    fragment = client.get(reverse("reports:matrix"), headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (200, reverse("mfa_index"))
    assert client.session["after_gate"] == wanted


def test_the_gates_cost_no_query_of_their_own(client):
    user = holder(Role.OFFICE)
    client.force_login(user)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("directives:list"))
    about_factors = [query["sql"] for query in asked if "mfa_authenticator" in query["sql"]]
    assert len(about_factors) == 1
    assert "units_user" in about_factors[0]  # the one that reads the account


@pytest.mark.parametrize(("role", "more"), [(Role.OFFICE, 0), (Role.SECRETARY, 1)])
def test_the_frame_of_a_page_asks_two_questions(client, role, more):
    """The session and the account; without a second factor also the reach, which every page of work asks anyhow."""
    client.force_login(holder(role))
    client.post(reverse("keep_session"))
    with CaptureQueriesContext(connection) as asked:
        assert client.post(reverse("keep_session")).status_code == 204
    assert len(asked) == 2 + more, [one["sql"][:90] for one in asked]

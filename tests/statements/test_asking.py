"""Statements written once: the same answers as the queryset's, new values each time, nothing shared between threads.

Not here: the questions that use it (their own apps' tests).
"""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import BigIntegerField, CharField, DateField
from django.test.utils import CaptureQueriesContext

from statements.asking import Given, Prepared
from tests.factories.units import grant, make_unit, make_user, make_ward
from units.choices import Role
from units.models import RoleGrant, Unit, User

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 30)


def grants() -> Prepared[RoleGrant]:
    return Prepared(
        lambda: (
            RoleGrant.objects.filter(user=Given("user", BigIntegerField()))
            .active(Given("day", DateField()))
            .select_related("unit")
            .order_by("pk")
        )
    )


def test_it_gives_what_the_queryset_gives_for_each_value(django_assert_num_queries):
    ward = make_ward()
    cell = make_unit(ward)
    two, none = make_user(Role.SECRETARY, cell), make_user()
    ended = grant(two, Role.OFFICE, ward)
    RoleGrant.objects.filter(pk=ended.pk).update(valid_to=DAY)
    asked = grants()
    for user in (two, none):
        for day in (DAY - timedelta(days=1), DAY):
            with django_assert_num_queries(1):
                found = asked.all(user=user.pk, day=day)
                units = [one.unit for one in found]
            expected = list(user.role_grants.active(day).select_related("unit").order_by("pk"))
            assert [(one.pk, one.valid_to, unit) for one, unit in zip(found, units, strict=True)] == [
                (one.pk, one.valid_to, one.unit) for one in expected
            ]
    assert [len(asked.all(user=two.pk, day=day)) for day in (DAY - timedelta(days=1), DAY)] == [2, 1]


def test_annotations_deferred_columns_tuples_and_single_values_come_as_from_the_queryset():
    ward = make_ward()
    user = make_user(Role.OFFICE, ward)
    key = Given("pk", BigIntegerField())
    account = Prepared(lambda: User.objects.with_second_factor().with_notice_read().filter(pk=key)).one(pk=user.pk)
    expected = User.objects.with_second_factor().with_notice_read().get(pk=user.pk)
    assert vars(account) | {"_state": 0} == vars(expected) | {"_state": 0}
    light = Prepared(lambda: Unit.objects.filter(pk=key).only("name")).one(pk=ward.pk)
    assert (light.name, "code" in light.get_deferred_fields()) == (ward.name, True)
    pairs = Prepared(lambda: Unit.objects.filter(pk=key).values_list("pk", "name"))
    assert (pairs.all(pk=ward.pk), pairs.one(pk=0)) == ([(ward.pk, ward.name)], None)
    assert Prepared(lambda: Unit.objects.filter(pk=key).values_list("name", flat=True)).all(pk=ward.pk) == [ward.name]
    assert Prepared(lambda: Unit.objects.none()).all() == []


@pytest.mark.parametrize("path", ["0001", "00_1", "000%", "%", "\\"])
def test_a_beginning_is_taken_letter_by_letter(path):
    ward = make_ward()
    below = Prepared(lambda: Unit.objects.filter(path__startswith=Given("path", CharField())).order_by("pk"))
    Unit.objects.filter(pk=ward.pk).update(path="0001")
    assert below.all(path=path) == list(Unit.objects.filter(path__startswith=path).order_by("pk"))


def test_it_is_written_once_and_asked_each_time():
    user, written = make_user(), []

    def write():
        written.append(1)
        return User.objects.filter(pk=Given("pk", BigIntegerField()))

    asked = Prepared(write)
    with CaptureQueriesContext(connection) as queries:
        assert [asked.one(pk=user.pk), asked.one(pk=user.pk)] == [user, user]
        User.objects.filter(pk=user.pk).update(full_name="Lê Văn Mới")
        assert asked.one(pk=user.pk).full_name == "Lê Văn Mới"
    assert (len(written), len(queries)) == (1, 4)


@pytest.mark.django_db(transaction=True)
def test_each_thread_writes_its_own():
    writers, asked = [], Prepared(lambda: writers.append(threading.get_ident()) or User.objects.none())
    asked.all()
    other = threading.Thread(target=asked.all)
    other.start()
    other.join()
    asked.all()
    assert writers == [threading.get_ident(), other.ident]

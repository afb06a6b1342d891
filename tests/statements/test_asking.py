"""Statements written once: the same answers as the queryset's, new values each time, nothing shared between threads.

Not here: the questions that use it (their own apps' tests).
"""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import BigIntegerField, CharField, DateField, F, Model
from django.test.utils import CaptureQueriesContext, isolate_apps

from statements.asking import Given, Prepared
from tests.factories.units import grant, make_member, make_unit, make_user, make_ward
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


def test_instances_with_related_ones_are_made_without_asking_django_for_each(monkeypatch):
    """Also one that is not there, and a related one of a related one."""
    user, bare = make_user(member=make_member(make_unit(make_ward()))), make_user()
    assert user.member.ward.cluster is None
    key = Given("pk", BigIntegerField())
    asked = Prepared(
        lambda: User.objects.filter(pk=key).annotate(twice=F("pk") * 2).select_related("member__ward__cluster")
    )
    expected = [
        User.objects.annotate(twice=F("pk") * 2).select_related("member__ward__cluster").get(pk=one.pk)
        for one in (user, bare)
    ]
    monkeypatch.setattr(Model, "__init__", None)
    with CaptureQueriesContext(connection) as queries:
        made = [asked.one(pk=one.pk) for one in (user, bare)]
        for one, other in zip(made, expected, strict=True):
            assert vars(one) | {"_state": 0} == vars(other) | {"_state": 0}
            assert vars(one._state) == vars(other._state)
            assert (one.member, one.member and one.member.ward) == (other.member, other.member and other.member.ward)
    assert len(queries) == 2


@isolate_apps("units")
def test_a_model_with_a_way_of_its_own_to_make_instances_keeps_it():
    class Own(Unit):
        class Meta:
            proxy = True
            app_label = "units"

        @classmethod
        def from_db(cls, db, field_names, values):
            made = super().from_db(db, field_names, values)
            made.name = made.name.upper()
            return made

    ward = make_ward()
    asked = Prepared(lambda: Own.objects.filter(pk=Given("pk", BigIntegerField())))
    assert asked.one(pk=ward.pk).name == ward.name.upper()


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

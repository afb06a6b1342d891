"""The builders make what they say, so that other tests may lean on them."""

from datetime import date

import pytest

from tests.factories.units import (
    appoint,
    exempt,
    make_city,
    make_cluster,
    make_member,
    make_unit,
    make_user,
    make_ward,
)
from units.choices import Role, UnitKind
from units.models import Unit
from units.scopes import scope_of

pytestmark = pytest.mark.django_db


def test_tree_of_city_wards_and_units():
    city = make_city()
    one, two = make_ward(city=city), make_ward(name="Giang Biên", city=city)
    base = make_unit(one, kind=UnitKind.GRASSROOTS_COMMITTEE)
    sub = make_unit(one, kind=UnitKind.SUB_CELL, parent=base)
    other = make_unit(two)

    assert set(Unit.objects.within(one)) == {one, base, sub}
    assert {unit.ward for unit in (one, base, sub)} == {one}
    assert other.ward == two
    assert Unit.objects.get_parent(sub) == base


def test_member_with_post_exemption_and_account():
    ward = make_ward()
    unit = make_unit(ward, cluster=make_cluster(ward))
    member = make_member(unit, name="Vũ Thị Hoà", title="Bí thư")
    exempt(member, until=date(2027, 1, 1))
    appoint(member, "Ủy viên Ban Chấp hành", unit=ward, group="EXECUTIVE_COMMITTEE")
    user = make_user(Role.SECRETARY, unit, member=member)

    assert member.folded == "vu thi hoa"
    assert sorted(str(a.position) for a in member.appointments.select_related("position")) == [
        "Bí thư",
        "Ủy viên Ban Chấp hành",
    ]
    assert scope_of(user).secretary_paths == (unit.path,)

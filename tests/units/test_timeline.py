"""The history of a unit: who came and went, from which day, and where to."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.units import make_member, make_unit, make_ward
from units.choices import MembershipKind
from units.models import Membership
from units.services.places import leave_ward, start_stay, transfer_member
from units.timeline import unit_timeline

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 25)


def told(unit) -> list[tuple[date, str, str, bool]]:
    return [(one.day, one.what, one.note, one.is_ahead) for one in unit_timeline(unit, today=TODAY, with_log=False)]


def test_who_came_and_went_and_where_to():
    ward = make_ward()
    old, new = make_unit(ward, name="Chi bộ Một"), make_unit(ward, name="Chi bộ Hai")
    an = make_member(old, name="Nguyễn Văn An", birth_year=1970)
    binh = make_member(old, name="Lê Thị Bình", birth_year=None)
    chi = make_member(new, name="Trần Chi", birth_year=1980)
    Membership.objects.update(valid_from=None)
    transfer_member(member=an, to=new, on=date(2026, 4, 1), by=None)
    transfer_member(member=an, to=old, on=date(2026, 5, 1), by=None)
    leave_ward(member=binh, on=date(2026, 4, 2), where="Quận khác", by=None)
    start_stay(
        member=chi, unit=old, kind=MembershipKind.TEMPORARY, since=date(2026, 3, 1), until=date(2026, 6, 1), by=None
    )
    assert told(old) == [
        (date(2026, 6, 1), "Trần Chi (1980) rời đơn vị (sinh hoạt tạm thời)", "Ở đơn vị từ ngày 01/3/2026", True),
        (date(2026, 5, 1), "Nguyễn Văn An (1970) về sinh hoạt", "", True),
        (date(2026, 4, 2), "Lê Thị Bình rời đơn vị", "", False),
        (date(2026, 4, 1), "Nguyễn Văn An (1970) chuyển đến Chi bộ Hai", "", False),
        (date(2026, 3, 1), "Trần Chi (1980) về sinh hoạt (sinh hoạt tạm thời)", "", False),
    ]
    assert told(new) == [
        (date(2026, 5, 1), "Nguyễn Văn An (1970) chuyển đến Chi bộ Một", "Ở đơn vị từ ngày 01/4/2026", True),
        (date(2026, 4, 1), "Nguyễn Văn An (1970) về sinh hoạt", "", False),
    ]

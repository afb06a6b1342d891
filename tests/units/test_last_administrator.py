"""Two administrators act at one moment: one of them stays.

Not here: the refusals one after the other (`test_services.py`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date

import pytest
from django.db import connection, transaction

from tests.factories.units import make_user, make_ward
from units.choices import Role
from units.errors import AccountRefused, RoleGrantRefused
from units.models import RoleGrant
from units.services.accounts import deactivate_account
from units.services.roles import end_role

TODAY = date(2026, 4, 25)


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["end", "lock"])
def test_two_administrators_cannot_take_each_others_role_at_once(act):
    ward = make_ward()
    first, second = make_user(Role.ADMIN, ward), make_user(Role.ADMIN, ward)

    def against(one, by):
        if act == "end":
            return end_role(grant=one.role_grants.get(), on=TODAY, by=by)
        return deactivate_account(user=one, by=by)

    def in_a_connection_of_its_own():
        try:
            against(first, second)
        except (RoleGrantRefused, AccountRefused) as refusal:
            return str(refusal)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            against(second, first)
            meanwhile = pool.submit(in_a_connection_of_its_own)
            assert not wait([meanwhile], timeout=1).done  # waits for what the first is about to write
        assert "là quản trị cuối cùng" in meanwhile.result(timeout=20)
    held = RoleGrant.objects.active(TODAY).filter(user__is_active=True)
    assert [grant.user for grant in held] == [first]

"""Two officers send the same letters at one moment: one letter each, and the second is told that the list changed.

Not here: the same one after the other (`test_deciding.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connection, transaction

from audit.models import AuditEntry
from directives.models import Obligation
from reminders.errors import NumberChanged
from reminders.models import Digest
from reminders.planning import plan
from reminders.services import plan_ward
from reminders.services.deciding import ask_now, send_now
from reminders.tokens import token_of
from tests.factories.directives import at
from tests.factories.units import make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role

EVENING = at(23, hour=16)
MORNING = at(24, hour=7)


@pytest.fixture
def scene(time_machine) -> Scene:
    time_machine.move_to(EVENING, tick=False)
    scene = make_scene()
    scene.owe("an essay")
    return scene


def both_at_once(first: Callable[[], object], second: Callable[[], object]) -> str:
    """The refusal of the second, who asks before the first is through."""

    def in_a_connection_of_its_own() -> str:
        try:
            second()
        except NumberChanged as refusal:
            return str(refusal)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            meanwhile = pool.submit(in_a_connection_of_its_own)
            assert not wait([meanwhile], timeout=1).done, "waits for what the first is about to write"
        return meanwhile.result(timeout=20)


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_the_second_who_sends_tomorrows_letter_is_told_that_the_list_changed(scene):
    here = {"ward": scene.ward, "instant": MORNING, "tokens": frozenset({token_of("an@x.vn")}), "expected": 1}
    one, other = (make_user(Role.OFFICE, scene.ward) for _ in range(2))
    told = both_at_once(
        lambda: send_now(**here, by=one, at=EVENING),
        lambda: send_now(**here, by=other, at=EVENING),
    )
    assert told == "Danh sách vừa thay đổi: bây giờ là 0 thư. Hãy xem lại rồi bấm lần nữa."
    assert list(Digest.objects.values_list("address", flat=True)) == ["an@x.vn"]
    assert [entry.actor_id for entry in AuditEntry.objects.filter(action="reminder.send_now")] == [str(one.pk)]


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_who_asks_by_hand_while_the_days_letters_are_planned_is_told_so(scene):
    debts = Obligation.objects.filter(pk=scene.debts["an essay"].pk)
    asked = len(plan(ward=scene.ward, at=MORNING, asked=debts).letters)
    officer = make_user(Role.OFFICE, scene.ward)
    told = both_at_once(
        lambda: plan_ward(ward=scene.ward, at=MORNING),
        lambda: ask_now(ward=scene.ward, obligations=debts, line="việc:x", expected=asked, by=officer, at=MORNING),
    )
    assert told == "Danh sách vừa thay đổi: bây giờ là 0 thư. Hãy xem lại rồi bấm lần nữa."
    assert Digest.objects.count() == asked
    assert Digest.objects.filter(address="an@x.vn").count() == 1

"""Two officers send the same letters at one moment: one letter each, and the second is told that the list changed.

Two workers send what waited. Not here: the same one after the other (`test_deciding.py`, `test_waited.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date

import pytest
from django.db import connection, transaction

from audit.models import AuditEntry
from directives.models import Obligation
from directives.services.deadlines import extend_deadline
from outbox.draining import drain
from outbox.models import OutgoingMail
from reminders.changes import KIND, tell_changes
from reminders.errors import NumberChanged
from reminders.models import Digest, Ruling
from reminders.planning import plan
from reminders.services import plan_ward
from reminders.services.deciding import ask_now, release_ruling, send_now
from reminders.tokens import token_of
from tests.factories.directives import at, make_obligation, make_requirement
from tests.factories.units import make_member, make_user
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


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_letter_of_what_waited_and_of_the_day(time_machine, settings):
    time_machine.move_to(EVENING, tick=True)
    settings.OUTBOX_PER_MINUTE = 0
    scene = make_scene()
    people = [make_member(scene.cell, email=f"m{number}@x.vn") for number in range(30)]
    first, second = (
        make_requirement(scene.directive, title=title, order=order, due_at=at(day))
        for order, (title, day) in enumerate({"Kế hoạch cá nhân": 30, "Phiếu góp ý": 27}.items(), start=7)
    )
    for requirement in (first, second):
        for person in people:
            make_obligation(requirement, person)
    for day in (22, 23):  # a week left for the first, three days for the second
        plan_ward(ward=scene.ward, at=at(day, hour=7))

    def work() -> None:
        try:
            while OutgoingMail.objects.filter(state="QUEUED", next_try_at__lte=at(23, hour=8)).exists():
                drain(limit=7, at=at(23, hour=8))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for worker in [pool.submit(work) for _ in range(2)]:
            worker.result(timeout=60)
    drain(limit=100, at=at(23, hour=9))
    mails = OutgoingMail.objects.filter(to_address__startswith="m").order_by("pk")
    assert Counter(mails.values_list("state", flat=True)) == {"CANCELLED": 30, "SENT": 30}
    said = [("Kế hoạch cá nhân" in one.text, "Phiếu góp ý" in one.text) for one in mails if one.state == "SENT"]
    assert said == [(True, True)] * 30


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_a_hold_taken_back_while_a_worker_puts_its_letter_off_leaves_nothing_waiting(scene):
    plan_ward(ward=scene.ward, at=MORNING)
    days = {"first_day": date(2026, 4, 24), "last_day": date(2026, 5, 20)}
    held = Ruling.objects.create(ward=scene.ward, address="an@x.vn", kind="HOLD", at=MORNING, **days)
    officer = make_user(Role.OFFICE, scene.ward)
    both_at_once(
        lambda: drain(limit=100, at=at(24, hour=8)),
        lambda: release_ruling(ruling=held, by=officer, at=at(24, hour=9)),
    )
    assert OutgoingMail.objects.get(to_address="an@x.vn").next_try_at == at(24, hour=9)


@pytest.mark.row_locks
@pytest.mark.django_db(transaction=True)
def test_a_letter_of_changes_waits_for_a_later_one_that_another_worker_has_in_hand(scene, settings):
    settings.OUTBOX_PER_MINUTE = 0
    scene.owe("cell report")
    for day, name in {25: "an essay", 26: "cell report"}.items():  # the days off before Tuesday the 28th
        extend_deadline(obligation=scene.debts[name], new_due_at=at(5, 5), reason="Ốm", by=None, at=at(day, hour=9))
        tell_changes(at=at(day, hour=16))
    letters = OutgoingMail.objects.filter(to_address="bithu@x.vn", kind=KIND).order_by("pk")
    older, later = letters

    def work() -> None:
        try:
            drain(limit=100, at=at(28, hour=7))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        OutgoingMail.objects.select_for_update().get(pk=later.pk)
        pool.submit(work).result(timeout=60)
        older.refresh_from_db()
        assert (older.state, older.next_try_at >= at(28, hour=7, minute=1)) == ("QUEUED", True)
    drain(limit=100, at=at(28, hour=7, minute=5))
    assert list(letters.values_list("state", flat=True)) == ["CANCELLED", "SENT"]
    text = letters.get(state="SENT").text
    assert [words in text for words in ("Bài thu hoạch", "Báo cáo kết quả")] == [True, True]

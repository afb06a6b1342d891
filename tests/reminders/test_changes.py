"""Who is told of a change: those affected and nobody else, one mail a person a day; reminders follow the moved deadline."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audit.models import AuditEntry
from directives.choices import DirectiveState, ObligationState
from directives.models import ChangeNotice
from directives.services.amendments import write_amendments
from directives.services.deadlines import extend_deadline, waive
from directives.services.ending import revoke_directive
from directives.services.issuing import issue_directive
from outbox.draining import drain
from outbox.models import OutgoingMail
from reminders.changes import KIND, tell_changes
from reminders.models import Reminder
from reminders.planning import plan
from reminders.sending import DEADLINE_MOVED
from reminders.services import plan_ward
from tests.factories.directives import at, make_directive
from tests.reminders.scene import Scene, make_scene

pytestmark = pytest.mark.django_db
NOW = at(24, hour=9)
TICK = at(24, hour=16)


@pytest.fixture(autouse=True)
def _no_brake(settings):
    settings.OUTBOX_PER_MINUTE = 0


@pytest.fixture
def scene() -> Scene:
    """An and Bình of the cell and Chi of the sub-cell owe the essay, the cell its report; another ward owes the like."""
    make_scene(code="VH", domain="kh.vn").owe("an essay", "cell report")
    scene = make_scene()
    scene.owe("an essay", "binh essay", "chi essay", "cell report")
    return scene


def told(moment=TICK) -> dict[str, str]:
    """Recipient → text of the letters queued at `moment`."""
    tell_changes(at=moment)
    return dict(OutgoingMail.objects.filter(kind=KIND, created_at=moment).values_list("to_address", "text"))


def amend(scene: Scene, change: tuple[str, str], moment=NOW) -> None:
    later = make_directive(scene.ward, number=61, state=DirectiveState.DRAFT, issued_on=date(2026, 4, 24))
    write_amendments(directive=later, target=scene.directive, changes={scene.essay.pk: change}, by=None, at=moment)
    issue_directive(directive=later, by=None, at=moment)


def test_an_extension_is_told_to_its_member_and_the_contacts_of_his_unit_alone(scene) -> None:
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(5, 5), reason="Đi công tác", by=None, at=NOW)

    letters = told()

    assert set(letters) == {"an@x.vn", "bithu@x.vn", "phobithu@x.vn"}
    assert "hạn mới hết thứ Hai ngày 04/5/2026" in letters["an@x.vn"] or "04/5" in letters["an@x.vn"]
    assert "- Nguyễn Văn An" in letters["bithu@x.vn"]
    assert not any("Hoàng Bình" in text for text in letters.values())
    assert told() == letters  # a second tick queues nothing more
    assert OutgoingMail.objects.filter(kind=KIND).count() == 3
    assert AuditEntry.objects.filter(action="reminder.tell_changes").count() == 1


def test_several_changes_of_a_day_make_one_letter_and_later_ones_wait_for_the_next(scene) -> None:
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(5, 5), reason="Đi công tác", by=None, at=NOW)
    waive(obligation=scene.debts["cell report"], note="Sáp nhập", by=None, at=TICK - timedelta(seconds=1))
    waive(obligation=scene.debts["chi essay"], note="Đi học", by=None, at=TICK)

    today = told()
    assert set(today) == {"an@x.vn", "bithu@x.vn", "phobithu@x.vn"}
    assert "Sáp nhập" in today["bithu@x.vn"]
    assert "Đi công tác" in today["bithu@x.vn"]
    assert "Sáp nhập" not in today["an@x.vn"]
    assert set(told(at(25, hour=16))) == {"chi@x.vn", "tuan@x.vn"}


def test_an_amendment_is_told_to_those_whose_deadline_moved_not_to_who_had_handed_in(scene) -> None:
    chi = scene.debts["chi essay"]
    chi.state, chi.first_submitted_at, chi.submitted_at = ObligationState.SUBMITTED, at(23), at(23)
    chi.save()
    amend(scene, ("RESCHEDULE", "trước ngày 10/5/2026"))
    letters = told()
    assert set(letters) == {"an@x.vn", "bithu@x.vn", "phobithu@x.vn"}
    assert "Điều chỉnh theo 61-CV/ĐU ngày 24/4/2026" in letters["an@x.vn"]


def test_a_revocation_is_told_once_to_each_who_still_owed(scene) -> None:
    revoke_directive(
        directive=scene.directive,
        revoked_by=None,
        revoking_paper="Công văn số 75-CV/ĐU",
        reason="Trùng",
        by=None,
        at=NOW,
    )
    assert set(told()) == {"an@x.vn", "bithu@x.vn", "phobithu@x.vn", "chi@x.vn", "tuan@x.vn"}


def test_what_is_no_longer_true_is_not_told(scene) -> None:
    an = scene.debts["an essay"]
    extend_deadline(obligation=an, new_due_at=at(5, 5), reason="Đi công tác", by=None, at=NOW)
    an.refresh_from_db()
    an.state, an.first_submitted_at, an.submitted_at = ObligationState.SUBMITTED, NOW, NOW
    an.save()
    assert told() == {}
    assert not ChangeNotice.objects.filter(told_at=None).exists()


def test_planned_reminders_of_the_old_deadline_are_dropped_and_the_ladder_starts_anew(scene) -> None:
    morning = at(24, hour=7)  # T-3 of 27/4
    plan_ward(ward=scene.ward, at=morning)
    essays = Reminder.objects.filter(obligation__requirement=scene.essay)
    assert {row.due_at for row in essays} == {at(28)}

    amend(scene, ("RESCHEDULE", "trước ngày 10/5/2026"), at(24, hour=8))
    drain(limit=100, at=at(24, hour=8, minute=30))

    assert set(essays.values_list("reason", flat=True)) == {DEADLINE_MOVED}
    assert not OutgoingMail.objects.filter(to_address="an@x.vn", state="SENT").exists()
    planned = {letter.person.address: letter for letter in plan(ward=scene.ward, at=at(29, hour=7)).letters}
    assert planned["an@x.vn"].own[0].due_at == at(10, 5)  # T-7 of 09/5 is Saturday the 2nd, 30/4 and 1/5 are holidays
    assert planned["an@x.vn"].stage == "T-7"


def test_withdrawn_work_is_reminded_no_more(scene) -> None:
    assert any(letter.person.address == "an@x.vn" for letter in plan(ward=scene.ward, at=at(24, hour=7)).letters)
    amend(scene, ("WITHDRAW", ""), at(23, hour=8))
    assert {letter.person.address for letter in plan(ward=scene.ward, at=at(24, hour=7)).letters} == {
        "bithu@x.vn",
        "phobithu@x.vn",
    }  # the cell's report stands

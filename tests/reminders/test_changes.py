"""Who is told of a change: those affected and nobody else, one mail a person a day; reminders follow the moved deadline."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from audit.models import AuditEntry
from directives.choices import DirectiveState, ObligationState
from directives.models import ChangeNotice, Obligation
from directives.services.amendments import write_amendments
from directives.services.deadlines import extend_deadline, waive
from directives.services.ending import revoke_directive
from directives.services.issuing import issue_directive
from directives.services.notices import note_refused
from outbox.draining import drain
from outbox.models import Notice, OutgoingMail
from outbox.services import note_bad_address
from reminders.bell import notices_of
from reminders.changes import KIND, NO_LONGER_TRUE, TAKEN_IN, tell_changes
from reminders.choices import Quiet, RulingKind
from reminders.models import MailChoice, Reminder, Ruling
from reminders.planning import plan
from reminders.sending import BAD_NOW, DEADLINE_MOVED
from reminders.services import plan_ward
from tests.factories.directives import at, make_directive, make_obligation, make_requirement
from tests.factories.units import exempt, make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role
from units.models import Membership, Unit

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
    """Recipient → text of the letters told at `moment` that went at once."""
    tell_changes(at=moment)
    drain(limit=100, at=moment)
    mails = OutgoingMail.objects.filter(kind=KIND, created_at=moment, state="SENT")
    return dict(mails.values_list("to_address", "text"))


def results() -> dict[str, tuple[str, str]]:
    """Recipient → state of his letter, and why."""
    rows = OutgoingMail.objects.filter(kind=KIND).values_list("to_address", "state", "error")
    return {address: (state, error) for address, state, error in rows}


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
    assert "\nMở việc của đơn vị: http" in letters["bithu@x.vn"]
    assert "Mở việc của" not in letters["an@x.vn"]  # no account, no page of his own
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
    assert set(told(at(28, hour=16))) == {"chi@x.vn", "tuan@x.vn"}


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


def test_what_became_untrue_while_the_letter_waited_is_not_told(scene) -> None:
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(5, 5), reason="Đi công tác", by=None, at=NOW)
    waive(obligation=scene.debts["cell report"], note="Sáp nhập", by=None, at=NOW)
    tell_changes(at=TICK)
    an = Obligation.objects.get(pk=scene.debts["an essay"].pk)
    an.state, an.first_submitted_at, an.submitted_at = ObligationState.SUBMITTED, TICK, TICK
    an.save()
    drain(limit=100, at=TICK + timedelta(minutes=1))
    assert results() == {
        "an@x.vn": ("CANCELLED", NO_LONGER_TRUE),
        "bithu@x.vn": ("SENT", ""),
        "phobithu@x.vn": ("SENT", ""),
    }
    [mail] = OutgoingMail.objects.filter(to_address="bithu@x.vn")
    assert "Nguyễn Văn An" not in mail.text
    assert mail.subject == "[Thay đổi] Báo cáo kết quả: không phải thực hiện nữa"


GONE, ELSEWHERE, EXEMPT = "gone", "elsewhere", "exempt"


def _roster_says(scene: Scene, what: str) -> None:
    """Of An, on 24/4; the job that takes his debts along has not run."""
    if what == EXEMPT:
        exempt(scene.an, since=date(2026, 4, 24))
        return
    Membership.objects.filter(member=scene.an).update(valid_to=date(2026, 4, 24))
    if what == ELSEWHERE:
        Membership.objects.create(
            member=scene.an, unit=scene.sub_cell, kind="REGULAR", valid_from=date(2026, 4, 24)
        )  # fmt: skip


@pytest.mark.parametrize("is_queued_before", [False, True])
@pytest.mark.parametrize(("what", "readers"), [(GONE, set()), (EXEMPT, set()), (ELSEWHERE, {"an@x.vn"})])
def test_letters_ask_the_roster_anew_before_the_debts_have_followed_it(scene, what, readers, is_queued_before) -> None:
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(5, 5), reason="Đi công tác", by=None, at=NOW)
    if is_queued_before:
        tell_changes(at=TICK)
    _roster_says(scene, what)
    if not is_queued_before:
        tell_changes(at=TICK)
    drain(limit=100, at=TICK)
    assert {address for address, (state, _) in results().items() if state == "SENT"} == readers
    everybody = {"an@x.vn", "bithu@x.vn", "phobithu@x.vn"} if is_queued_before else readers
    assert set(results()) == everybody


def test_a_unit_dissolved_meanwhile_and_work_released_of_one_who_left_are_told_to_nobody(scene) -> None:
    extend_deadline(obligation=scene.debts["cell report"], new_due_at=at(5, 5), reason="Bận", by=None, at=NOW)
    waive(obligation=scene.debts["an essay"], note="Đi học", by=None, at=NOW)
    Membership.objects.filter(member=scene.an).update(valid_to=date(2026, 4, 24))
    Unit.objects.filter(pk=scene.cell.pk).update(closed_on=date(2026, 4, 24))
    assert told() == {}
    assert results() == {}


def test_a_refusal_that_waited_is_not_told_once_the_deadline_was_moved_after_all(scene) -> None:
    debt = scene.debts["chi essay"]
    note_refused(debt, words="Không đủ lý do", at=NOW)
    tell_changes(at=at(25, hour=16))  # a Saturday: the letters wait
    extend_deadline(obligation=debt, new_due_at=at(8, 5), reason="Ốm, có giấy", by=None, at=at(26, hour=9))
    drain(limit=100, at=at(28, hour=9))
    assert set(results()) == {"chi@x.vn", "tuan@x.vn"}
    assert set(results().values()) == {("CANCELLED", NO_LONGER_TRUE)}
    assert all("hạn mới" in text for text in told(at(28, hour=16)).values())


def test_what_was_told_on_days_off_goes_as_one_letter(scene) -> None:
    """Saturday and Sunday each told a change; Monday the 27th is off in lieu."""
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(5, 5), reason="Bận", by=None, at=at(24, hour=20))
    tell_changes(at=at(25, hour=16))
    waive(obligation=scene.debts["cell report"], note="Sáp nhập", by=None, at=at(26, hour=9))
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(8, 5), reason="Ốm", by=None, at=at(26, hour=10))
    tell_changes(at=at(26, hour=16))
    extend_deadline(obligation=scene.debts["binh essay"], new_due_at=at(6, 5), reason="Mưa", by=None, at=at(27, hour=9))
    tell_changes(at=at(27, hour=16))
    drain(limit=100, at=at(28, hour=7))
    sent = OutgoingMail.objects.filter(kind=KIND, state="SENT").order_by("to_address")
    assert list(sent.values_list("to_address", flat=True)) == ["an@x.vn", "bithu@x.vn", "phobithu@x.vn"]
    [secretary] = sent.filter(to_address="bithu@x.vn")
    assert [words in secretary.text for words in ("Sáp nhập", "Gia hạn: Ốm", "Gia hạn: Mưa", "Gia hạn: Bận")] == [
        True, True, True, False,
    ]  # fmt: skip
    rest = OutgoingMail.objects.filter(kind=KIND).exclude(state="SENT")
    assert set(rest.values_list("state", "error")) == {("CANCELLED", TAKEN_IN)}


def test_a_refusal_names_the_day_that_stands_also_when_it_was_moved_before(scene) -> None:
    debt = scene.debts["chi essay"]
    extend_deadline(obligation=debt, new_due_at=at(8, 5), reason="Ốm", by=None, at=NOW)
    debt.refresh_from_db()
    note_refused(debt, words="Đã gia hạn chung", at=NOW + timedelta(minutes=1))
    text = told()["chi@x.vn"].replace("\N{NO-BREAK SPACE}", " ")
    assert "không được đồng ý, hạn vẫn là hết thứ Năm ngày 07/5/2026" in text


def test_a_letter_told_after_hours_or_on_a_day_off_waits_for_the_next_working_morning(scene) -> None:
    extend_deadline(obligation=scene.debts["chi essay"], new_due_at=at(8, 5), reason="Ốm", by=None, at=NOW)
    tell_changes(at=at(25, hour=16))  # a Saturday; Monday the 27th is off in lieu
    for moment in (at(25, hour=16), at(27, hour=9), at(28, hour=6, minute=59)):
        assert drain(limit=100, at=moment).sent == 0
    assert drain(limit=100, at=at(28, hour=7)).sent == 2


def test_who_wants_no_mail_is_told_on_the_bell_alone_and_who_wants_late_steps_is_written_to(scene) -> None:
    an = make_user(Role.MEMBER, scene.cell, member=scene.an, email="an@x.vn")
    deputy = make_user(Role.SECRETARY, scene.cell, member=scene.deputy, email="phobithu@x.vn")
    MailChoice.objects.create(user=an, quiet=Quiet.NONE)
    MailChoice.objects.create(user=deputy, quiet=Quiet.LATE, hour=17)
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(5, 5), reason="Đi công tác", by=None, at=NOW)
    assert set(told()) == {"bithu@x.vn"}
    drain(limit=100, at=at(24, hour=17))
    assert {address: state for address, (state, _) in results().items()} == {
        "bithu@x.vn": "SENT",
        "phobithu@x.vn": "SENT",
    }
    what = "[Thay đổi] Bài thu hoạch Nghị quyết số 02-NQ/TW: hạn mới hết thứ Hai ngày 04/5/2026"
    notices = {(one.user_id, one.title.partition(" (")[0], one.text) for one in Notice.objects.all()}
    assert notices == {(an.pk, what, "Gia hạn: Đi công tác."), (deputy.pk, what, "Gia hạn: Đi công tác.")}
    assert [one.title for one in notices_of(an, TICK)] == [Notice.objects.get(user=an).title]


def test_no_mail_goes_to_an_address_that_came_back_nor_to_one_that_is_held(scene) -> None:
    note_bad_address(address="an@x.vn", reason="5.1.1", mail=None, at=NOW)
    day = date(2026, 4, 24)
    Ruling.objects.create(
        ward=scene.ward, address="bithu@x.vn", kind=RulingKind.HOLD, first_day=day, last_day=date(2026, 4, 28), at=NOW
    )
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(5, 5), reason="Đi công tác", by=None, at=NOW)
    assert set(told()) == {"phobithu@x.vn"}
    assert results()["bithu@x.vn"] == ("QUEUED", "")
    assert drain(limit=100, at=at(28, hour=17)).sent == 0
    note_bad_address(address="bithu@x.vn", reason="5.1.1", mail=None, at=at(28))
    assert drain(limit=100, at=at(29, hour=7)).cancelled == 1
    assert results()["bithu@x.vn"] == ("CANCELLED", BAD_NOW)


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


def test_two_papers_that_ask_for_the_same_are_two_lines_of_the_letter(scene) -> None:
    other = make_directive(scene.ward, number=77)
    again = make_obligation(make_requirement(other, kind="REPORT", title="Báo cáo kết quả"), scene.cell)
    for debt in (scene.debts["cell report"], again):
        extend_deadline(obligation=debt, new_due_at=at(5, 5), reason="Mưa bão", by=None, at=NOW)
    text = told()["bithu@x.vn"]
    assert text.count("Báo cáo kết quả") == 2
    assert [one.reference in text for one in (scene.directive, other)] == [True, True]


def test_the_subject_of_several_changes_names_those_alone_that_are_in_the_letter(scene) -> None:
    note_refused(scene.debts["cell report"], words="Không đủ lý do", at=NOW)
    note_refused(scene.debts["an essay"], words="Không đủ lý do", at=NOW)
    told()
    subjects = dict(OutgoingMail.objects.filter(kind=KIND, state="SENT").values_list("to_address", "subject"))
    assert subjects["bithu@x.vn"] == "[Thay đổi] 2 việc: đề nghị không được đồng ý"
    waive(obligation=scene.debts["cell report"], note="Sáp nhập", by=None, at=at(25, hour=9))
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(5, 5), reason="Ốm", by=None, at=at(25, hour=9))
    tell_changes(at=at(28, hour=16))
    drain(limit=100, at=at(28, hour=16))
    latest = OutgoingMail.objects.filter(kind=KIND, to_address="bithu@x.vn").latest("pk")
    assert latest.subject == "[Thay đổi] 2 việc: đổi hạn hoặc không phải thực hiện nữa"

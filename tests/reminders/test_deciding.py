"""The office's say on tomorrow's letters: strike, hold, let go, send now with the number restated; ladders; calls.

Not here: the plan as such (`test_planning.py`).
"""

from collections import Counter
from datetime import date
from email.header import decode_header, make_header

import pytest
from django.core import mail as sent_mail
from django.urls import reverse

from audit.models import AuditEntry
from directives.models import Obligation
from directives.services.deadlines import extend_deadline
from outbox.draining import drain
from outbox.models import OutgoingMail
from reminders.digests import HELD, NO_ADDRESS, STRUCK
from reminders.errors import TooEarly
from reminders.ladders import ladder_of
from reminders.models import Digest, LadderSetting, Promise, Reminder, Ruling
from reminders.planning import plan
from reminders.recipients import lead_post
from reminders.sending import NEWER_LETTER
from reminders.services import plan_ward
from reminders.services.deciding import ask_now, release_ruling
from reminders.services.ladders import set_ladder
from reminders.stages import STANDARD, Ladder
from reminders.tokens import token_of
from tests.factories.directives import at, make_obligation, make_requirement
from tests.factories.units import grant, make_cluster, make_unit, make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role, UnitKind
from units.models import Unit, User

pytestmark = pytest.mark.django_db
EVENING = at(23, hour=16)
MORNING = at(24, hour=7)


@pytest.fixture
def scene(time_machine, settings) -> Scene:
    settings.OUTBOX_PER_MINUTE = 0
    time_machine.move_to(EVENING, tick=False)
    scene = make_scene()
    scene.owe("an essay", "binh essay", "chi essay", "cell report")
    return scene


@pytest.fixture
def office(scene, client):
    client.force_login(make_user(Role.ADMIN, scene.ward))
    return client


def decide(office, act: str, *addresses: str, **more: object):
    where = reverse("reminders:decide", args=["2026-04-24"])
    return office.post(where, {"act": act, "tokens": [token_of(one) for one in addresses], **more})


def later(office, time_machine, moment) -> None:
    """The clock goes on; a login would have ended meanwhile."""
    time_machine.move_to(moment, tick=False)
    office.force_login(User.objects.get(role_grants__role=Role.ADMIN))


def recipients(moment=MORNING) -> set[str]:
    return {letter.person.address for letter in plan(ward=Unit.objects.wards().get(), at=moment).letters}


def test_the_number_is_restated_before_anything_is_done(office):
    page = decide(office, "gui", "an@x.vn", "chi@x.vn")
    assert page.status_code == 200
    assert "Gửi ngay 2 thư?" in page.content.decode()
    assert not Digest.objects.exists()
    stale = decide(office, "gui", "an@x.vn", "chi@x.vn", count=3)
    assert "Gửi ngay 2 thư?" in stale.content.decode()
    assert decide(office, "gui", "an@x.vn", "chi@x.vn", count=2).status_code == 302
    assert set(Digest.objects.values_list("address", "day")) == {
        ("an@x.vn", date(2026, 4, 24)),
        ("chi@x.vn", date(2026, 4, 24)),
    }
    drain(limit=100, at=EVENING)
    assert len(sent_mail.outbox) == 2


def test_what_was_sent_now_is_not_written_again_and_the_others_are_not_forgotten(office, scene):
    decide(office, "gui", "an@x.vn", count=1)
    drain(limit=100, at=EVENING)
    plan_ward(ward=scene.ward, at=MORNING)
    drain(limit=100, at=MORNING)
    sent = [message.to[0].rpartition("<")[2].rstrip(">") for message in sent_mail.outbox]
    assert sorted(sent) == ["an@x.vn", "bithu@x.vn", "chi@x.vn", "phobithu@x.vn", "tuan@x.vn"]


def test_a_struck_letter_does_not_go_that_day_and_its_owner_is_told_at_the_next_step(office, scene):
    decide(office, "bo", "an@x.vn", count=1)
    planned = plan(ward=scene.ward, at=MORNING)
    assert "an@x.vn" not in recipients()
    assert planned.skipped[STRUCK] == 1
    assert "an@x.vn" in recipients(at(28, hour=7))


def test_the_button_of_a_row_strikes_that_letter_alone(office, scene):
    where = reverse("reminders:decide", args=["2026-04-24"])
    asked = office.post(where, {"strike": token_of("chi@x.vn"), "tokens": [token_of("an@x.vn")], "until": ""})
    assert [letter.person.address for letter in asked.context["letters"]] == ["chi@x.vn"]
    assert "Bỏ 1 thư này?" in asked.content.decode()
    assert "thư lập từ trước còn chờ thì để ngày làm việc sau" in asked.content.decode()
    decide(office, "bo", "chi@x.vn", count=1)
    page = office.get(reverse("reminders:tomorrow"))
    said = "Không gửi: 1 đảng viên không có địa chỉ thư (bí thư vẫn nhận danh sách); 1 thư cán bộ đã bỏ."
    assert said in page.content.decode()
    assert ' name="tokens" value="' in page.content.decode()
    assert " checked" not in page.content.decode()


def test_a_struck_letter_is_listed_on_the_page_of_its_day_alone(office, scene):
    decide(office, "bo", "chi@x.vn", count=1)
    page = reverse("reminders:tomorrow")
    assert [ruling.address for ruling in office.get(page).context["rulings"]] == ["chi@x.vn"]
    assert office.get(page, {"ngay": "27/4/2026"}).context["rulings"] == []


def test_a_letter_sent_at_once_is_dated_the_day_it_went(office, scene):
    decide(office, "gui", "chi@x.vn", count=1)
    drain(limit=10, at=EVENING)
    row = office.get(reverse("reminders:log")).content.decode()
    assert 'class="nowrap">23/4/2026<br><span class="second small">thư của ngày 24/4/2026</span>' in row


def test_holding_says_that_every_letter_of_the_person_stops(office, scene):
    page = decide(office, "giu", "an@x.vn", until="28/4/2026")
    assert "Giữ mọi thư nhắc của 1 người đến hết ngày 28/4/2026?" in page.content.decode()
    assert "Giữ mọi thư nhắc của 1 người</button>" in page.content.decode()


def test_a_struck_letter_is_one_however_much_it_would_have_told(office, scene):
    decide(office, "bo", "bithu@x.vn", count=1)
    assert plan(ward=scene.ward, at=MORNING).skipped == Counter({NO_ADDRESS: 1, STRUCK: 1})


def test_a_held_person_is_left_until_the_day_has_passed_or_somebody_lets_go(office, scene):
    assert decide(office, "giu", "an@x.vn").status_code == 422
    decide(office, "giu", "an@x.vn", until="28/4/2026", count=1)
    assert "an@x.vn" not in recipients()
    assert plan(ward=scene.ward, at=at(28, hour=7)).skipped[HELD] == 1
    assert "an@x.vn" in recipients(at(4, 5, hour=7))
    office.post(reverse("reminders:release", args=[Ruling.objects.get().pk]))
    assert "an@x.vn" in recipients()


def test_a_letter_already_queued_waits_while_it_is_held_and_falls_when_struck(office, scene, time_machine):
    time_machine.move_to(at(24, hour=6), tick=False)
    plan_ward(ward=scene.ward, at=MORNING)
    Ruling.objects.create(
        ward=scene.ward, address="an@x.vn", kind="HOLD", first_day=date(2026, 4, 24), last_day=date(2026, 4, 24), at=MORNING
    )  # fmt: skip
    Ruling.objects.create(
        ward=scene.ward, address="chi@x.vn", kind="STRIKE", first_day=date(2026, 4, 24), last_day=date(2026, 4, 24), at=MORNING
    )  # fmt: skip
    drain(limit=100, at=MORNING)
    states = {one.address: (one.mail.state, one.mail.next_try_at) for one in Digest.objects.select_related("mail")}
    assert states["an@x.vn"] == ("QUEUED", at(28, hour=7))
    assert states["chi@x.vn"][0] == "CANCELLED"


def test_nothing_goes_in_the_evening_or_on_a_holiday(scene):
    plan_ward(ward=scene.ward, at=MORNING)
    for moment in (at(24, hour=18, minute=1), at(25, hour=9), at(27, hour=9)):
        drain(limit=100, at=moment)
    assert sent_mail.outbox == []
    drain(limit=100, at=at(28, hour=7))  # the round of the day may tell more
    assert sent_mail.outbox == []
    drain(limit=100, at=at(28, hour=8))
    assert {message.to[0].rpartition("<")[2].rstrip(">") for message in sent_mail.outbox} == {
        "an@x.vn", "bithu@x.vn", "chi@x.vn", "phobithu@x.vn", "tuan@x.vn",
    }  # fmt: skip


def test_a_letter_held_after_it_was_planned_goes_once_it_is_no_longer_held(scene):
    office, day = make_user(Role.OFFICE, scene.ward), date(2026, 4, 24)
    plan_ward(ward=scene.ward, at=MORNING)
    held = Ruling.objects.create(
        ward=scene.ward, address="an@x.vn", kind="HOLD", first_day=day, last_day=date(2026, 5, 20), at=MORNING
    )
    drain(limit=100, at=at(24, hour=8))
    assert OutgoingMail.objects.get(to_address="an@x.vn").next_try_at == at(21, 5, hour=7)
    release_ruling(ruling=held, by=office, at=at(24, hour=9))
    drain(limit=100, at=at(24, hour=9))
    assert OutgoingMail.objects.get(to_address="an@x.vn").state == "SENT"


def test_a_hold_that_is_over_lets_nothing_go_before_its_hour(scene):
    day = date(2026, 4, 23)
    over = Ruling.objects.create(
        ward=scene.ward, address="an@x.vn", kind="HOLD", first_day=day, last_day=day, at=MORNING
    )
    plan_ward(ward=scene.ward, at=MORNING)
    OutgoingMail.objects.filter(to_address="an@x.vn").update(next_try_at=at(24, hour=17))
    release_ruling(ruling=over, by=make_user(Role.OFFICE, scene.ward), at=at(24, hour=9))
    assert OutgoingMail.objects.get(to_address="an@x.vn").next_try_at == at(24, hour=17)


def test_a_promise_silences_until_its_day_and_is_the_next_step(office, scene, time_machine):
    debt = scene.debts["an essay"]
    later(office, time_machine, at(28, hour=9))
    where = reverse("reminders:promise")
    assert office.post(where, {"obligations": [debt.pk], "day": "27/4/2026"}).status_code == 422
    assert office.post(where, {"obligations": [debt.pk], "day": "5/5/2026", "note": "ốm"}).status_code == 302
    assert list(Promise.objects.values_list("obligation", "day", "note")) == [(debt.pk, date(2026, 5, 5), "ốm")]
    assert "an@x.vn" not in recipients(at(4, 5, hour=7))
    assert plan(ward=scene.ward, at=at(4, 5, hour=7)).skipped["promised"] == 1
    [letter] = [one for one in plan(ward=scene.ward, at=at(6, 5, hour=7)).letters if one.person.address == "an@x.vn"]
    assert (letter.stage, [duty.obligation_id for duty in letter.own]) == ("H260505", [debt.pk])
    assert "an@x.vn" in recipients(at(7, 5, hour=7))  # T+10: the ladder goes on


def test_after_a_decision_the_letters_are_shown_as_they_were_looked_at(office, scene):
    where = reverse("reminders:tomorrow")
    page = office.get(where, {"q": "an@x"})
    html = page.content.decode()
    assert '<input type="hidden" name="q" value="an@x">' in html
    assert "Bỏ thư" in html
    assert 'data-label="Việc"' not in html  # of letters nothing is a duty
    row = next(one for one in page.context["page_obj"] if one.letter.person.address == "an@x.vn")
    day = page.context["day"]
    sent = {"tokens": [row.token], "act": "bo", "q": "an@x", "trang": "1"}
    asked = office.post(reverse("reminders:decide", args=[day]), sent).content.decode()
    back = f"{where}?ngay={day}&q=an%40x&trang=1"
    assert back.replace("&", "&amp;") in asked
    assert '<input type="hidden" name="q" value="an@x">' in asked
    assert office.post(reverse("reminders:decide", args=[day]), sent | {"count": 1})["Location"] == back
    ruling = Ruling.objects.get()
    assert office.post(reverse("reminders:release", args=[ruling.pk]), {"q": "an@x"})["Location"] == f"{where}?q=an%40x"


def test_after_a_promise_the_sheet_is_shown_as_it_was_looked_at(office, scene):
    sheet, where = reverse("reminders:calls"), reverse("reminders:promise")
    shown = office.get(sheet, {"loai": "tat-ca", "yeu_cau": scene.essay.pk, "q": "an & b"}).content.decode()
    assert "an &amp; b" in shown
    looked = {"loai": "tat-ca", "yeu_cau": str(scene.essay.pk), "q": "an"}
    chosen = {"obligations": [scene.debts["an essay"].pk], "day": "5/5/2026"}
    query = f"?loai=tat-ca&yeu_cau={scene.essay.pk}&q=an"
    assert office.post(where, looked | chosen)["Location"] == sheet + query
    assert office.post(where, chosen)["Location"] == sheet

    nobody = office.post(where, looked | {"day": "5/5/2026"})
    assert nobody.status_code == 422
    assert f'<a href="{sheet}?loai=tat-ca&amp;yeu_cau={scene.essay.pk}&amp;q=an">' in nobody.content.decode()
    no_day = office.post(where, looked | chosen | {"day": ""}).content.decode()
    assert '<input type="hidden" name="loai" value="tat-ca">' in no_day


def test_a_promise_without_a_day_is_asked_for_again_beside_whom_it_is_about(office, scene):
    debt = scene.debts["an essay"]
    page = office.post(reverse("reminders:promise"), {"obligations": [debt.pk], "day": ""})
    html = page.content.decode()
    assert page.status_code == 422
    assert [debt.member.full_name in html, debt.unit.name in html, debt.title in html] == [True] * 3
    assert f'type="checkbox" name="obligations" value="{debt.pk}" checked>' in html
    assert "Ghi ngày hẹn nộp theo dạng ngày/tháng/năm" in html
    assert "28/4/2026" not in html  # no example out of a year gone by


def test_a_promise_of_nothing_chosen_keeps_what_was_typed_beside_what_the_unit_owes(office, scene):
    sheet = {"loai": "tat-ca", "yeu_cau": str(scene.essay.pk)}
    unit = scene.debts["an essay"].unit
    assert (
        f'<input type="hidden" name="unit" value="{unit.pk}">'
        in office.get(reverse("reminders:calls"), sheet).content.decode()
    )
    page = office.post(reverse("reminders:promise"), {"unit": unit.pk, "day": "5/5/2026", "note": "ốm", **sheet})
    html = page.content.decode()
    assert page.status_code == 422
    owed = Obligation.objects.filter(unit=unit, requirement=scene.essay)
    assert [call.debt for one in page.context["units"] for call in one.calls] == list(owed.order_by("member__sort_key"))
    assert html.count('aria-describedby="hen-viec-sai"') == len(owed) == 2
    assert html.count("Chưa chọn việc nào được hứa. Đánh dấu việc ấy.") == 2  # above, and beside
    assert ['value="5/5/2026"' in html, 'value="ốm"' in html, 'name="loai" value="tat-ca"' in html] == [True] * 3
    past = office.post(reverse("reminders:promise"), {"unit": unit.pk, "day": "1/4/2026", **sheet}).content.decode()
    assert past.count("Ngày hẹn phải từ hôm nay trở đi và không quá 60 ngày nữa.") == 2
    assert 'value="1/4/2026"' in past


def test_the_address_of_a_promise_opened_as_a_page_leads_to_the_sheet(office):
    page = office.get(reverse("reminders:promise"), follow=True)
    assert page.redirect_chain == [(reverse("reminders:calls"), 302)]
    assert "chọn việc được hứa ở đơn vị vừa gọi" in page.content.decode()
    assert not Promise.objects.exists()


def test_foreign_debts_cannot_be_promised(office):
    other = make_scene("DB2", "khac.vn")
    other.owe("an essay")
    answer = office.post(reverse("reminders:promise"), {"obligations": [other.debts["an essay"].pk], "day": "5/5/2026"})
    assert answer.status_code == 404
    assert not Promise.objects.exists()


def test_the_call_sheet_holds_those_without_address_and_those_late_for_long(office, scene, time_machine):
    silent = Obligation.objects.filter(pk=scene.debts["binh essay"].pk)
    silent.update(due_at=at(2, 5))  # the last day is eight days off: no letter would go yet, nobody is rung
    assert office.get(reverse("reminders:calls")).context["page_obj"].object_list == []
    silent.update(due_at=at(1, 5))
    page = office.get(reverse("reminders:calls"))
    assert [call.debt.pk for one in page.context["page_obj"] for call in one.calls] == [scene.debts["binh essay"].pk]
    silent.update(due_at=at(28))
    later(office, time_machine, at(4, 5, hour=9))
    blocks = office.get(reverse("reminders:calls")).context["page_obj"].object_list
    assert [(one.unit.name, one.contact, one.phone, len(one.calls)) for one in blocks] == [
        ("Chi bộ Tổ dân phố số 5", "Trần Thị Bích Ngọc", "0912345678", 3),
        ("Chi bộ Khối 6", "Bùi Thu Hà", "", 1),
    ]
    message = blocks[0].message
    assert "Kính gửi đồng chí Trần Thị Bích Ngọc." in message
    assert "2 đồng chí (Nguyễn Văn An, Hoàng Bình)" in message
    assert "hết thứ Hai ngày 27/4/2026" in message


def test_the_call_sheet_holds_a_unit_nobody_can_be_written_to_for_from_its_first_letter_on(office, scene):
    lonely = make_unit(scene.ward, name="Đảng bộ TDP 18", kind=UnitKind.GRASSROOTS_COMMITTEE)
    Obligation.objects.all().delete()
    debt, reached = make_obligation(scene.report, lonely), make_obligation(scene.report, scene.cell)
    both = Obligation.objects.filter(pk__in=[debt.pk, reached.pk])
    both.update(due_at=at(2, 5))  # no letter would go yet
    assert office.get(reverse("reminders:calls")).context["page_obj"].object_list == []
    both.update(due_at=at(1, 5))
    page = office.get(reverse("reminders:calls"))
    assert [call.debt.pk for one in page.context["page_obj"] for call in one.calls] == [debt.pk]


FORM = {
    "before": "5, 2", "after": "1", "weeks": "0", "ask_after": "0", "unit_from": "1", "cluster_from": "", "call_from": "3",
}  # fmt: skip


def test_the_ladder_of_a_requirement_is_shown_in_days_before_it_is_saved(office, scene):
    where = reverse("reminders:requirement_ladder", args=[scene.essay.pk])
    trial = office.post(where, FORM | {"xem": "1"})
    assert [(rung.day, rung.stage, rung.told) for rung in trial.context["rungs"]] == [
        (date(2026, 4, 22), "Trước hạn 5 ngày", "đảng viên còn nợ"),
        (date(2026, 4, 24), "Trước hạn 2 ngày", "đảng viên còn nợ"),
        (date(2026, 4, 28), "Quá hạn 1 ngày", "đảng viên còn nợ, bí thư, phó bí thư"),
    ]
    assert not LadderSetting.objects.exists()
    assert office.post(where, FORM).status_code == 302
    assert ladder_of(scene.ward, scene.essay.pk) == Ladder((2, 5), False, (1,), 0, 0, 1, None, 3)
    assert ladder_of(scene.ward, scene.report.pk) == STANDARD
    assert recipients(at(22, hour=7)) == {"an@x.vn", "chi@x.vn"}  # the report still follows the ward: nothing that day
    office.post(reverse("reminders:drop_ladder", args=[scene.essay.pk]))
    assert recipients(at(22, hour=7)) == set()


@pytest.mark.parametrize(
    "wrong", [{"before": "7; mười"}, {"before": "0"}, {"after": "400"}, {"weeks": "4", "after": ""}, {"weeks": "99"}]
)
def test_an_impossible_ladder_is_refused(office, scene, wrong):
    answer = office.post(reverse("reminders:ladder", args=[scene.ward.pk]), FORM | wrong)
    assert answer.status_code == 422
    assert not LadderSetting.objects.exists()


def test_the_lead_of_the_cluster_is_told_from_his_step_on(scene):
    cluster = make_cluster(scene.ward)
    Unit.objects.filter(pk=scene.committee.pk).update(cluster=cluster)
    lead = make_user(Role.CLUSTER_LEAD, scene.ward, cluster=cluster, email="cum@x.vn")
    assert lead.pk
    assert "cum@x.vn" not in recipients(MORNING)
    plan_ward(ward=scene.ward, at=at(4, 5, hour=7))
    told = set(Reminder.objects.filter(address="cum@x.vn").values_list("obligation", "stage"))
    assert told == {(scene.debts["chi essay"].pk, "T+3")}
    drain(limit=100, at=at(4, 5, hour=7))
    letter = next(message for message in sent_mail.outbox if "cum@x.vn" in message.to[0])
    assert letter.body.count("Ngô Lan Chi") == 1
    assert str(make_header(decode_header(letter.subject))) == (
        "[Đơn vị trong cụm còn nợ, quá hạn từ 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW: còn 1 đồng chí"
    )
    assert f"({lead_post(cluster.name)})," in letter.body
    assert "Mở cụm phụ trách: http://127.0.0.1:8000/theo-doi/cum/" in letter.body


def test_the_wards_ladder_holds_for_its_own_ward_only(scene):
    other = make_scene("DB2", "khac.vn")
    other.owe("an essay")
    set_ladder(ward=scene.ward, ladder=Ladder(before=(), on_last_day=False), by=None, at=EVENING)
    assert not plan(ward=scene.ward, at=MORNING).letters
    assert plan(ward=other.ward, at=MORNING).letters


def test_a_moved_deadline_starts_the_ladder_anew(scene):
    plan_ward(ward=scene.ward, at=MORNING)
    extend_deadline(obligation=scene.debts["an essay"], new_due_at=at(9, 6), reason="Bận", by=None, at=MORNING)
    assert "an@x.vn" in recipients(at(1, 6, hour=7))
    assert "an@x.vn" not in recipients(at(28, hour=7))


def test_each_decision_stands_in_the_log(office, scene, time_machine):
    decide(office, "bo", "an@x.vn", count=1)
    decide(office, "giu", "chi@x.vn", until="28/4/2026", count=1)
    office.post(reverse("reminders:release", args=[Ruling.objects.get(kind="STRIKE").pk]))
    decide(office, "gui", "an@x.vn", count=1)
    where = reverse("reminders:promise")
    office.post(where, {"obligations": [scene.debts["an essay"].pk], "day": "24/4/2026"})
    office.post(reverse("reminders:requirement_ladder", args=[scene.essay.pk]), FORM)
    office.post(reverse("reminders:ladder", args=[scene.ward.pk]), FORM)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))[-7:] == [
        "reminder.strike", "reminder.hold", "reminder.release", "reminder.send_now", "reminder.promise",
        "reminder.ladder", "settings.change",
    ]  # fmt: skip


def asked(scene, debts, when):
    """The office asks for letters about these debts; the number it has to confirm is taken from the plan."""
    rows = Obligation.objects.filter(pk__in=[debt.pk for debt in debts])
    number = len(plan(ward=scene.ward, at=when, asked=rows).letters)
    office = make_user(Role.OFFICE, scene.ward)
    return ask_now(ward=scene.ward, obligations=rows, line="việc:x", expected=number, by=office, at=when)


def test_what_the_office_asked_for_in_the_evening_is_not_lost_to_the_ladders_next_letter() -> None:
    scene = make_scene()
    scene.owe("an essay", "cell report")
    later = make_requirement(scene.directive, title="Kế hoạch cá nhân", order=7, due_at=at(20, 6))
    debt = make_obligation(later, scene.an)
    assert asked(scene, [debt, scene.debts["cell report"]], at(24, hour=19)) == 3
    plan_ward(ward=scene.ward, at=at(28, hour=7))  # overdue by a day: the essay and the report
    drain(limit=100, at=at(28, hour=8))
    to_an = OutgoingMail.objects.filter(to_address="an@x.vn").order_by("pk")
    assert [(mail.state, "Kế hoạch cá nhân" in mail.text) for mail in to_an] == [("CANCELLED", False), ("SENT", True)]


def test_what_the_ladders_next_letter_says_as_well_is_said_once() -> None:
    scene = make_scene()
    scene.owe("an essay")
    asked(scene, [scene.debts["an essay"]], at(24, hour=19))
    plan_ward(ward=scene.ward, at=at(28, hour=7))
    drain(limit=100, at=at(28, hour=8))
    to_an = OutgoingMail.objects.filter(to_address="an@x.vn").order_by("pk")
    assert [(mail.state, mail.error) for mail in to_an] == [("CANCELLED", NEWER_LETTER), ("SENT", "")]


def test_nobody_is_asked_before_the_letters_of_the_day_are_planned() -> None:
    scene = make_scene()
    scene.owe("an essay")
    with pytest.raises(TooEarly, match="bấm sau 7:00"):
        asked(scene, [scene.debts["an essay"]], at(24, hour=6, minute=59))
    assert Digest.objects.count() == 0
    assert asked(scene, [scene.debts["an essay"]], at(24, hour=7)) > 0


def test_who_works_for_two_wards_decides_in_the_one_he_looks_at(scene, client) -> None:
    other = make_scene(code="VH", domain="vh.vn")
    other.owe("an essay")
    user = make_user(Role.ADMIN, scene.ward)
    grant(user, Role.ADMIN, other.ward)
    client.force_login(user)
    key = str(other.ward.pk)
    page = client.get(reverse("reminders:tomorrow"), {"phuong": key}).content.decode()
    assert page.count(f'<input type="hidden" name="phuong" value="{key}">') == 2  # the filter and the list
    asked = decide(client, "bo", "an@vh.vn", phuong=key)
    assert [one.person.address for one in asked.context["letters"]] == ["an@vh.vn"]
    assert asked.content.decode().count(f'<input type="hidden" name="phuong" value="{key}">') == 1
    assert asked.context["back_url"] == f"/don-doc/thu-mai/?ngay=2026-04-24&phuong={key}"
    done = decide(client, "bo", "an@vh.vn", phuong=key, count=1)
    assert done.url == f"/don-doc/thu-mai/?ngay=2026-04-24&phuong={key}"
    [ruling] = Ruling.objects.all()
    assert (ruling.ward, ruling.address) == (other.ward, "an@vh.vn")
    freed = client.post(reverse("reminders:release", args=[ruling.pk]), {"phuong": key})
    assert freed.url == f"/don-doc/thu-mai/?phuong={key}"
    assert client.post(reverse("reminders:release", args=[ruling.pk])).status_code == 404


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("", "Ghi ngày giữ đến hết, ví dụ 28/4/2026."),
        ("23/4/2026", "Thư của ngày 24/4/2026: giữ đến ngày đó hoặc muộn hơn."),
    ],
)
def test_a_hold_without_a_fitting_day_asks_for_it_and_keeps_the_letters(scene, office, until, sentence) -> None:
    page = decide(office, "giu", "an@x.vn", "chi@x.vn", until=until, count=2)
    assert page.status_code == 422
    assert page.context["form"].errors == {"until": [sentence]}
    said = page.content.decode()
    assert all(f'name="tokens" value="{token_of(one)}"' in said for one in ("an@x.vn", "chi@x.vn"))
    assert "Giữ mọi thư nhắc của 2 người</button>" in said
    assert not Ruling.objects.exists()


def test_a_day_that_is_none_is_told_once(scene, office) -> None:
    page = decide(office, "giu", "an@x.vn", until="32/4/2026")
    [faults] = page.context["form"].errors.values()
    assert len(faults) == 1


def test_a_hold_may_end_with_the_day_of_the_letters(scene, office) -> None:
    decide(office, "giu", "an@x.vn", until="24/4/2026", count=1)
    assert [(one.first_day, one.last_day) for one in Ruling.objects.all()] == [(date(2026, 4, 24), date(2026, 4, 24))]

"""A letter that waited into a later day: one letter a person a day, no rung lost, nothing said twice.

Not here: the check of a letter of the day (`test_sending.py`).
"""

from datetime import date

import pytest
from django.core import mail as sent_mail
from django.urls import reverse

from directives.models import Acknowledgement
from directives.services.deadlines import extend_deadline
from directives.services.taking_back_extensions import take_back_extension
from outbox.draining import drain
from outbox.models import OutgoingMail
from reminders import waited
from reminders.models import Digest, Reminder, Ruling
from reminders.services import plan_ward
from reminders.services.deciding import release_ruling
from reminders.tokens import token_of
from tests.factories.directives import at, make_obligation, make_requirement
from tests.factories.units import make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role

pytestmark = pytest.mark.django_db
AN = "an@x.vn"
PLAN, PLEDGE, SHEET = NAMES = "Kế hoạch cá nhân", "Bản cam kết", "Phiếu góp ý"


@pytest.fixture(autouse=True)
def _no_brake(settings):
    settings.OUTBOX_PER_MINUTE = 0


@pytest.fixture
def scene() -> Scene:
    """On the 22nd a week is left for the plan, a day for the pledge; on the 23rd the pledge has its last day, the sheet
    three left; on the 24th the pledge is late, the sheet has its last working day, the plan its third before the last."""
    scene = make_scene()
    for order, (title, first_late) in enumerate(zip(NAMES, (30, 24, 27), strict=True), start=7):
        requirement = make_requirement(scene.directive, title=title, order=order, due_at=at(first_late))
        scene.debts[title] = make_obligation(requirement, scene.an)
    return scene


def send(moment) -> list[list[str]]:
    """Of each letter to An that went, what it speaks of."""
    sent_mail.outbox.clear()
    drain(limit=100, at=moment)
    bodies = [one.body for one in sent_mail.outbox if AN in one.to[0]]
    return [[name for name in NAMES if name in body] for body in bodies]


def plan_of(scene: Scene, *days: int) -> None:
    for day in days:
        plan_ward(ward=scene.ward, at=at(day, hour=7))


def mail_of(day: int) -> OutgoingMail:
    return OutgoingMail.objects.get(digest__address=AN, digest__day=date(2026, 4, day))


def strike(scene: Scene, day: int) -> None:
    on = date(2026, 4, day)
    Ruling.objects.create(ward=scene.ward, address=AN, kind="STRIKE", first_day=on, last_day=on, at=at(day))


def dropped() -> list[tuple[str, str, str]]:
    rows = Reminder.objects.filter(address=AN).exclude(dropped_at=None).order_by("pk")
    return list(rows.values_list("obligation__requirement__title", "stage", "reason"))


def test_the_letter_of_the_day_says_what_only_the_one_that_waited_would(scene):
    plan_of(scene, 22, 23)
    assert send(at(23, hour=8)) == [[PLAN, PLEDGE, SHEET]]
    assert (mail_of(22).state, mail_of(22).error) == ("CANCELLED", waited.TAKEN_IN)
    assert dropped() == [(PLEDGE, "T-1", waited.NEWER_LETTER)]
    assert send(at(23, hour=9)) == []


def test_several_that_waited_are_one_letter_that_names_each_work_once(scene):
    plan_of(scene, 22, 23, 24)
    assert send(at(24, hour=8)) == [[PLAN, PLEDGE, SHEET]]
    assert {reason for _, _, reason in dropped()} == {waited.NEWER_LETTER}
    assert sorted((title, stage) for title, stage, _ in dropped()) == [
        (PLEDGE, "T-1"),
        (PLEDGE, "T0"),
        (PLAN, "T-7"),
        (SHEET, "T-3"),
    ]
    assert Digest.objects.get(mail=mail_of(24)).reminders.standing().count() == 3


def test_one_that_waited_goes_when_the_days_round_has_run(scene):
    plan_of(scene, 22)
    assert send(at(23, hour=7)) == []
    plan_ward(ward=scene.ward, at=at(23, hour=7, minute=3))
    assert send(at(23, hour=7, minute=6)) == [[PLAN, PLEDGE, SHEET]]


def test_one_that_waited_goes_alone_at_eight_where_no_round_runs(scene):
    plan_of(scene, 22)
    assert send(at(23, hour=7, minute=59)) == []
    assert send(at(23, hour=8, minute=5)) == [[PLAN, PLEDGE]]


def test_after_the_days_letter_it_says_what_is_left(scene):
    plan_of(scene, 22, 23)
    OutgoingMail.objects.filter(pk=mail_of(22).pk).update(state="DEAD")
    assert send(at(23, hour=8)) == [[PLEDGE, SHEET]]
    OutgoingMail.objects.filter(pk=mail_of(22).pk).update(state="QUEUED")
    assert send(at(24, hour=8)) == [[PLAN]]


@pytest.mark.parametrize("what", ["struck", "dead"])
def test_a_later_letter_that_does_not_go_takes_nothing_along(scene, what):
    plan_of(scene, 22, 23)
    if what == "struck":
        strike(scene, 23)
        assert send(at(23, hour=8)) == []
        assert send(at(24, hour=8)) == [[PLAN, PLEDGE]]
    else:
        OutgoingMail.objects.filter(pk=mail_of(23).pk).update(state="DEAD")
        assert send(at(23, hour=8)) == [[PLAN, PLEDGE]]


def test_on_a_struck_day_an_older_letter_waits_for_the_next_days(scene):
    plan_of(scene, 22)
    strike(scene, 23)
    plan_of(scene, 23)
    assert send(at(23, hour=8)) == []
    assert (mail_of(22).state, mail_of(22).next_try_at, mail_of(22).attempts) == ("QUEUED", at(24, hour=7), 0)
    plan_of(scene, 24)
    assert send(at(24, hour=8)) == [[PLAN, PLEDGE, SHEET]]
    assert (mail_of(22).state, mail_of(22).error) == ("CANCELLED", waited.NEWER_LETTER)


def test_an_older_letter_goes_once_the_day_is_struck_no_longer(scene):
    plan_of(scene, 22)
    strike(scene, 23)
    assert send(at(23, hour=8)) == []
    release_ruling(ruling=Ruling.objects.get(), by=make_user(Role.OFFICE, scene.ward), at=at(23, hour=9))
    assert send(at(23, hour=9)) == [[PLAN, PLEDGE]]


def test_a_struck_letter_is_not_said_by_the_next(scene):
    plan_of(scene, 22, 23)
    strike(scene, 22)
    assert send(at(23, hour=8)) == [[PLEDGE, SHEET]]


def test_what_a_later_letter_says_by_another_deadline_is_not_the_same(scene):
    plan, morning = scene.debts[PLAN], at(22, hour=8)
    plan_of(scene, 22)
    extend_deadline(obligation=plan, new_due_at=at(1, 5), reason="Ốm", by=None, at=morning)
    plan_of(scene, 23)  # a week left to the day granted
    take_back_extension(obligation=plan, reason="Nhầm", by=None, at=at(23, hour=7, minute=30))
    plan.refresh_from_db()
    assert plan.due_at == at(30)
    assert send(at(23, hour=8)) == [[PLAN, PLEDGE, SHEET]]


def test_asking_to_confirm_and_to_hand_in_are_two_things():
    scene = make_scene()
    Acknowledgement.objects.create(directive=scene.directive, unit=scene.cell, asked_at=at(21, hour=8))
    report = make_requirement(scene.directive, kind="REPORT", title="Báo cáo quý", order=7, due_at=at(2, 5))
    make_obligation(report, scene.cell)
    plan_of(scene, 23, 24)
    drain(limit=100, at=at(24, hour=8))
    rows = Reminder.objects.filter(address="bithu@x.vn", dropped_at=None).order_by("pk")
    assert list(rows.values_list("stage", "digest__day")) == [("ACK", date(2026, 4, 24)), ("T-7", date(2026, 4, 24))]


def test_the_list_of_letters_to_come_tells_what_waits_from_before(scene, client, time_machine):
    time_machine.move_to(at(22, hour=19), tick=False)
    client.force_login(make_user(Role.OFFICE, scene.ward))
    plan_of(scene, 22)
    where, words = reverse("reminders:tomorrow"), "3 thư lập từ trước còn chờ gửi."
    page = client.get(where, {"phuong": scene.ward.pk, "q": "an"}).content.decode()
    assert words in page
    assert "Ai bị bỏ thư ngày ấy hoặc đang giữ thì cũng không nhận thư nào trong số này" in page
    assert f'href="{reverse("reminders:log")}?phuong={scene.ward.pk}&amp;trang_thai=cho"' in page
    strike(scene, 22)
    assert "2 thư lập từ trước còn chờ gửi." in client.get(where).content.decode()
    drain(limit=100, at=at(23, hour=8))
    assert "lập từ trước" not in client.get(where).content.decode()


def test_the_log_says_what_the_office_keeps_back(scene, client, time_machine):
    """Before the letter was tried, and after it was put off; not once the day is over."""
    time_machine.move_to(at(22, hour=19), tick=False)
    client.force_login(make_user(Role.OFFICE, scene.ward))
    plan_of(scene, 22)
    digest = Digest.objects.get(address=AN)
    pages = (
        reverse("reminders:log") + "?q=an@x.vn",
        reverse("reminders:letter", args=[digest.pk]),
        reverse("reminders:person", args=[token_of(AN)]),
    )
    struck = "Văn phòng đã bỏ thư ngày 23/4/2026 của người này: thư này chờ đến ngày làm việc sau."
    held = "Văn phòng giữ thư của người này đến hết ngày 24/4/2026."

    def said(words: str) -> list[bool]:
        return [words in client.get(page).content.decode() for page in pages]

    assert said("Văn phòng đã bỏ thư") == said("Văn phòng giữ thư") == [False] * 3
    OutgoingMail.objects.filter(digest=digest).update(next_try_at=at(23, hour=7))
    strike(scene, 23)
    assert said(struck) == [True] * 3
    drain(limit=100, at=at(22, hour=19))
    assert said(struck) == [True] * 3
    hold = Ruling.objects.create(
        ward=scene.ward, address=AN, kind="HOLD", first_day=date(2026, 4, 23), last_day=date(2026, 4, 24), at=at(22)
    )
    assert said(held) == [True] * 3
    hold.delete()
    strike(scene, 22)
    assert said("Văn phòng đã bỏ thư của ngày 22/4/2026: thư này không đi.") == [True] * 3
    Ruling.objects.filter(first_day=date(2026, 4, 22)).delete()
    time_machine.move_to(at(24, hour=6), tick=False)
    client.force_login(make_user(Role.OFFICE, scene.ward))
    assert said(struck) == [False] * 3

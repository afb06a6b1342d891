"""The office's own words in letters, and what staff is told of its own work.

Not here: the sentences the product writes (`test_letters.py`).
"""

from datetime import date

import pytest
from django.core import mail as sent_mail
from django.urls import reverse

from directives.models import OnwardDuty
from directives.working_days import proposed_calendar
from outbox.draining import drain
from outbox.models import Notice, OutgoingMail
from reminders.models import LetterText
from reminders.services import plan_ward
from reminders.services.staff import backlog_of, tell_staff
from tests.factories.directives import at
from tests.factories.units import make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role

pytestmark = pytest.mark.django_db
MORNING = at(24, hour=7)


@pytest.fixture
def scene(time_machine, settings) -> Scene:
    settings.OUTBOX_PER_MINUTE = 0
    time_machine.move_to(MORNING, tick=False)
    scene = make_scene()
    scene.owe("an essay", "cell report")
    return scene


@pytest.fixture
def admin(scene, client):
    client.force_login(make_user(Role.ADMIN, scene.ward, email="quantri@x.vn"))
    return client


def test_the_office_says_it_in_its_own_words(scene, admin):
    where = reverse("reminders:letter_texts", args=[scene.ward.pk])
    words = {"greeting": "Thân gửi đồng chí {ten}!", "closing": "Gọi {dien_thoai}{{", "intro": "", "call": ""}
    assert admin.post(where, words).status_code == 422
    words["closing"] = "Cần hỏi, gọi {co_quan}."
    trial = admin.post(where, words | {"xem": "1"})
    assert "Thân gửi đồng chí Trần Thị Bích Ngọc!" in trial.context["sample"].text
    assert not LetterText.objects.exists()
    assert admin.post(where, words).status_code == 302
    plan_ward(ward=scene.ward, at=MORNING)
    drain(limit=100, at=MORNING)
    [body] = [one.body for one in sent_mail.outbox if "an@x.vn" in one.to[0]]
    assert body.startswith("Thân gửi đồng chí Nguyễn Văn An!\n\nTính đến 07:00 ngày 24/4/2026, đồng chí còn một việc")
    assert "Cần hỏi, gọi Ban Xây dựng Đảng." in body


def test_who_chases_writes_the_letters_too_and_the_guide_tells_no_other(scene, client):
    client.force_login(make_user(Role.OFFICE, scene.ward, email="canbo@x.vn"))
    where = reverse("reminders:letter_texts", args=[scene.ward.pk])
    page = client.get(where).content.decode()
    assert ("Lưu lời thư" in page, "Quản trị mới sửa được" in page) == (True, False)
    assert client.post(where, {"greeting": "Thân gửi {ten}!"}).status_code == 302
    assert LetterText.objects.get().words == "Thân gửi {ten}!"
    ladder = reverse("reminders:ladder", args=[scene.ward.pk])
    assert "Quản trị mới sửa được" in client.get(ladder).content.decode()  # the ward's steps are a setting of the ward


def test_the_sample_is_shown_as_its_reader_will_see_it(scene, admin):
    where = reverse("reminders:letter_texts", args=[scene.ward.pk])
    frame = reverse("reminders:letter_sample", args=[scene.ward.pk])
    assert f'src="{frame}"' in admin.get(where).content.decode()
    assert "Kính gửi đồng chí Trần Thị Bích Ngọc," in admin.get(frame).content.decode()

    admin.post(where, {"greeting": "Thân gửi <b>{ten}</b>!", "xem": "1"})
    shown = admin.get(frame)
    assert "Thân gửi &lt;b&gt;Trần Thị Bích Ngọc&lt;/b&gt;!" in shown.content.decode()  # words, never markup
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    assert "sandbox" in shown["Content-Security-Policy"]

    admin.get(where)  # opened anew: what holds, not what was tried
    assert "Kính gửi đồng chí Trần Thị Bích Ngọc," in admin.get(frame).content.decode()
    admin.post(where, {"greeting": "Chào đồng chí {ten},"})
    assert "Chào đồng chí Trần Thị Bích Ngọc," in admin.get(frame).content.decode()


@pytest.mark.parametrize("wrong", ["{ngoai}", "{ten.__class__}", "{", "{ten} }", "{{ ten }}", "{% now %}"])
def test_only_known_places_are_filled_and_nothing_is_run(scene, admin, wrong):
    where = reverse("reminders:letter_texts", args=[scene.ward.pk])
    assert admin.post(where, {"greeting": wrong}).status_code == 422


def test_a_test_letter_goes_to_oneself_and_keeps_nothing(scene, admin):
    admin.post(reverse("reminders:letter_texts", args=[scene.ward.pk]), {"greeting": "Chào {ten}", "thu": "1"})
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.subject[:10]) == ("quantri@x.vn", "[Thư thử] ")
    assert "Chào Trần Thị Bích Ngọc" in mail.text
    assert not LetterText.objects.exists()


def test_staff_knows_tonight_what_goes_tomorrow_once(scene, admin):
    evening = at(23, hour=16, minute=30)
    assert tell_staff(at=at(23, hour=16, minute=29)) == 0
    assert (tell_staff(at=evening), tell_staff(at=evening)) == (1, 0)
    notice = Notice.objects.get()
    assert (notice.title, notice.url) == (
        "Thư nhắc sẽ gửi 24/4/2026: 3 thư",
        f"{reverse('reminders:tomorrow')}?phuong={scene.ward.pk}",
    )


def test_staff_is_told_of_its_own_work_that_waits_on_working_days(scene, admin):
    row = scene.debts["an essay"]
    row.state, row.first_submitted_at, row.submitted_at = "SUBMITTED", at(20, hour=9), at(20, hour=9)
    row.save()
    OnwardDuty.objects.create(
        ward=scene.ward, directive=scene.directive, title="Tổng hợp bài thu hoạch", superior="Thành ủy",
        deadline_phrase="trước ngày 30/4/2026", due_at=at(30), created_at=at(20),
    )  # fmt: skip
    calendar = proposed_calendar([2026])
    assert backlog_of(scene.ward, at(23, hour=8), calendar).reviews == 0
    backlog = backlog_of(scene.ward, MORNING, calendar)
    assert (backlog.reviews, backlog.petitions, backlog.onward) == (1, 0, 1)
    assert tell_staff(at=at(25, hour=9)) == 0  # Saturday
    assert tell_staff(at=MORNING) == 1
    assert Notice.objects.get().text.startswith("1 bài chờ duyệt quá 3 ngày làm việc; 1 việc phường phải gửi cấp trên")
    assert date(2026, 4, 24) == MORNING.date()

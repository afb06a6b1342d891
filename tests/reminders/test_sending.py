"""Between plan and sending things happen: the letter that goes is true at the moment it goes, or does not go.

Not here: the SMTP dialogue (`tests/outbox`).
"""

from datetime import date, timedelta

import pytest
from django.core import mail as sent_mail

from directives.models import Acknowledgement
from directives.services.deadlines import extend_deadline, waive
from outbox.draining import drain
from outbox.models import OutgoingMail
from outbox.services import note_bad_address
from reminders import sending
from reminders.models import Digest, MailChoice, Promise, Reminder
from reminders.services import plan_ward
from tests.factories.directives import at, make_obligation, make_requirement
from tests.factories.units import exempt, make_member, make_user
from tests.reminders.scene import Scene, make_scene
from units.choices import Role
from units.models import Appointment, Member, Membership, Unit, User

pytestmark = pytest.mark.django_db
PLANNED = at(24, hour=7)
SENT = at(24, hour=8)


@pytest.fixture(autouse=True)
def _no_brake(settings):
    settings.OUTBOX_PER_MINUTE = 0


@pytest.fixture
def scene() -> Scene:
    scene = make_scene()
    scene.owe("an essay", "binh essay", "chi essay", "cell report")
    plan_ward(ward=scene.ward, at=PLANNED)
    return scene


def send(moment=SENT) -> dict[str, str]:
    """Recipient → text of what went."""
    sent_mail.outbox.clear()
    drain(limit=100, at=moment)
    return {message.to[0].rpartition("<")[2].rstrip(">"): message.body for message in sent_mail.outbox}


def dropped() -> set[tuple[str, str, str]]:
    rows = Reminder.objects.filter(dropped_at=SENT).values_list("address", "obligation__requirement__kind", "reason")
    return set(rows)


def submit(row, moment=PLANNED) -> None:
    row.state, row.first_submitted_at, row.submitted_at = "SUBMITTED", moment, moment
    row.save()


def move(member: Member, unit: Unit | None) -> None:
    """The roster says so; the job that takes the debts along has not run."""
    Membership.objects.filter(member=member).update(valid_to=date(2026, 4, 24))
    if unit is not None:
        Membership.objects.create(member=member, unit=unit, kind="REGULAR", valid_from=date(2026, 4, 24))


def reasons() -> set[tuple[str, str]]:
    return set(Reminder.objects.exclude(dropped_at=None).values_list("address", "reason"))


def test_all_go_when_nothing_happened(scene):
    letters = send()
    assert set(letters) == {"an@x.vn", "bithu@x.vn", "phobithu@x.vn", "chi@x.vn", "tuan@x.vn"}
    assert "Hoàng Bình" in letters["bithu@x.vn"]
    assert "Nguyễn Văn An" in letters["bithu@x.vn"]
    assert not Reminder.objects.exclude(dropped_at=None).exists()


def test_a_submission_takes_the_letter_and_the_name_out(scene):
    submit(scene.debts["an essay"])
    letters = send()
    assert set(letters) == {"bithu@x.vn", "phobithu@x.vn", "chi@x.vn", "tuan@x.vn"}
    assert "Nguyễn Văn An" not in letters["bithu@x.vn"]
    assert "Hoàng Bình" in letters["bithu@x.vn"]
    assert OutgoingMail.objects.get(to_address="an@x.vn").state == "CANCELLED"
    assert OutgoingMail.objects.get(to_address="an@x.vn").error == sending.NOTHING_LEFT
    assert set(Reminder.objects.exclude(dropped_at=None).values_list("address", "reason")) == {
        ("an@x.vn", "Đã nộp, đang chờ duyệt."),
        ("bithu@x.vn", "Đã nộp, đang chờ duyệt."),
        ("phobithu@x.vn", "Đã nộp, đang chờ duyệt."),
    }


def test_an_extension_takes_it_out_and_the_new_deadline_is_told_in_its_time(scene):
    extend_deadline(obligation=scene.debts["chi essay"], new_due_at=at(8, 5), reason="Ốm", by=None, at=PLANNED)
    assert set(send()) == {"an@x.vn", "bithu@x.vn", "phobithu@x.vn"}
    assert set(Reminder.objects.exclude(dropped_at=None).values_list("reason", flat=True)) == {sending.DEADLINE_MOVED}
    plan_ward(ward=scene.ward, at=at(6, 5, hour=7))
    assert set(send(at(6, 5, hour=8))) == {"chi@x.vn", "tuan@x.vn"}


def test_a_waiver_and_an_exemption_take_it_out(scene):
    waive(obligation=scene.debts["an essay"], note="Đi công tác nước ngoài", by=None, at=PLANNED)
    exempt(scene.binh, since=date(2026, 4, 24))
    letters = send()
    assert "an@x.vn" not in letters
    assert "Hoàng Bình" not in letters["bithu@x.vn"]
    assert "Báo cáo kết quả" in letters["bithu@x.vn"]
    assert set(Reminder.objects.exclude(dropped_at=None).values_list("reason", flat=True)) == {
        "Đã được miễn.",
        sending.EXEMPT_NOW,
    }


def test_a_closed_directive_takes_everything_out(scene):
    scene.directive.state = "CLOSED"
    scene.directive.save()
    assert send() == {}
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"CANCELLED"}


def test_a_former_secretary_is_not_told_any_more(scene):
    Appointment.objects.filter(member=scene.deputy).update(valid_to=date(2026, 4, 24))
    assert set(send()) == {"an@x.vn", "bithu@x.vn", "chi@x.vn", "tuan@x.vn"}


def test_a_transfer_takes_the_name_from_the_old_secretary(scene):
    move(scene.an, scene.sub_cell)
    row = scene.debts["an essay"]
    row.unit = scene.sub_cell
    row.save()
    letters = send()
    assert "Nguyễn Văn An" not in letters["bithu@x.vn"]
    assert "an@x.vn" in letters


def test_who_left_the_ward_minutes_ago_is_neither_written_to_nor_named(scene):
    move(scene.an, None)
    letters = send()
    assert "an@x.vn" not in letters
    assert "Nguyễn Văn An" not in letters["bithu@x.vn"]
    assert "Hoàng Bình" in letters["bithu@x.vn"]
    assert reasons() == {(address, sending.LEFT_NOW) for address in ("an@x.vn", "bithu@x.vn", "phobithu@x.vn")}


@pytest.mark.parametrize("status", ["SUSPENDED", "REMOVED", "EXPELLED", "DECEASED"])
def test_who_is_out_of_the_party_is_neither_written_to_nor_named(scene, status):
    Member.objects.filter(pk=scene.an.pk).update(status=status)
    letters = send()
    assert "an@x.vn" not in letters
    assert "Nguyễn Văn An" not in letters["bithu@x.vn"]
    assert {reason for _, reason in reasons()} == {sending.LEFT_NOW}


def test_who_moved_minutes_ago_is_not_named_to_his_old_secretary_and_reads_his_own(scene):
    move(scene.an, scene.sub_cell)
    letters = send()
    assert "an@x.vn" in letters
    assert "Nguyễn Văn An" not in letters["bithu@x.vn"]
    assert reasons() == {(address, sending.MOVED_NOW) for address in ("bithu@x.vn", "phobithu@x.vn")}


def test_a_secretary_by_his_account_alone_who_left_the_ward_gets_no_list():
    scene = make_scene()
    gone = make_member(scene.cell, name="Vũ Thị Gái")
    make_user(Role.SECRETARY, scene.cell, member=gone, email="gai@x.vn")
    scene.owe("an essay")
    plan_ward(ward=scene.ward, at=PLANNED)
    move(gone, None)
    assert set(send()) == {"an@x.vn", "bithu@x.vn", "phobithu@x.vn"}
    assert reasons() == {("gai@x.vn", sending.NOT_THEIRS)}


def test_a_changed_address_gets_nothing_meant_for_the_old_one(scene):
    Member.objects.filter(pk=scene.an.pk).update(email="an.moi@x.vn")
    assert "an@x.vn" not in send()


def test_the_text_is_true_at_the_moment_it_goes(scene):
    OutgoingMail.objects.update(next_try_at=at(28, hour=8))
    assert "Quá 1 ngày" in send(at(28, hour=8))["an@x.vn"]
    subject = OutgoingMail.objects.get(to_address="an@x.vn").subject
    assert subject == "[Cần nộp ngay, quá hạn từ 28/4] Bài thu hoạch Nghị quyết số 02-NQ/TW"


def test_a_letter_to_the_account_goes_where_mail_to_the_own_address_came_back():
    scene = make_scene()
    make_user(member=scene.an, email="an.cong@x.vn")
    note_bad_address(address="an@x.vn", reason="550 5.1.1", mail=None, at=PLANNED)
    scene.owe("an essay")
    plan_ward(ward=scene.ward, at=PLANNED)
    assert set(send()) == {"an.cong@x.vn", "bithu@x.vn", "phobithu@x.vn"}


def test_who_answers_above_is_told_where_mail_to_the_secretary_came_back():
    scene = make_scene()
    make_member(scene.sub_cell, name="Vũ Thị Gái", email="gai@x.vn", title="Bí thư")
    note_bad_address(address="gai@x.vn", reason="550 5.1.1", mail=None, at=PLANNED)
    make_obligation(scene.report, scene.sub_cell)
    plan_ward(ward=scene.ward, at=PLANNED)
    assert set(send()) == {"tuan@x.vn"}


def test_the_choice_of_an_account_that_was_closed_keeps_nothing_back(scene):
    user = make_user(member=scene.an, email="an.cong@x.vn")
    MailChoice.objects.create(user=user, quiet="NONE", hour=7)
    assert "an@x.vn" not in send()
    User.objects.filter(pk=user.pk).update(is_active=False)
    OutgoingMail.objects.filter(to_address="an@x.vn").update(state="QUEUED")
    assert "an@x.vn" in send()


def test_ones_own_choice_counts_before_that_of_an_account_at_the_same_address(scene):
    MailChoice.objects.create(user=make_user(email="an@x.vn"), quiet="NONE", hour=7)
    MailChoice.objects.create(user=make_user(member=scene.an, email="an.cong@x.vn"), quiet="ALL", hour=7)
    assert "an@x.vn" in send()


def test_who_chose_late_steps_only_since_the_plan_gets_no_early_one(scene):
    MailChoice.objects.create(user=make_user(member=scene.an, email="an.cong@x.vn"), quiet="LATE", hour=7)
    assert "an@x.vn" not in send()
    [reminder] = Reminder.objects.filter(digest__address="an@x.vn")
    words = "Người nhận đã chọn chỉ nhận thư từ trước hạn 1 ngày."
    mail = OutgoingMail.objects.get(to_address="an@x.vn")
    assert (reminder.stage, reminder.reason, mail.state) == ("T-3", words, "CANCELLED")
    plan_ward(ward=scene.ward, at=at(28, hour=7))  # 26/4 and 27/4 are days off
    assert "an@x.vn" in send(at(28, hour=8))


def test_a_unit_is_asked_to_confirm_whoever_owes_the_work_it_hangs_on():
    scene = make_scene()
    Acknowledgement.objects.create(directive=scene.directive, unit=scene.cell, asked_at=at(22, hour=8))
    plan = make_requirement(scene.directive, title="Kế hoạch cá nhân", order=7, due_at=at(20, 5))
    debt = make_obligation(plan, scene.an)
    exempt(scene.an, since=date(2026, 4, 1))
    Promise.objects.create(obligation=debt, day=date(2026, 4, 28), at=at(23))
    plan_ward(ward=scene.ward, at=PLANNED)
    assert set(send()) == {"bithu@x.vn", "phobithu@x.vn"}


def test_a_failed_letter_is_checked_again_at_its_next_try(scene, settings, free_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port
    drain(limit=100, at=SENT)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    submit(scene.debts["an essay"])
    submit(scene.debts["chi essay"])
    assert set(send(SENT + timedelta(minutes=2))) == {"bithu@x.vn", "phobithu@x.vn"}


def test_one_button_for_those_with_an_account_else_through_whom(scene):
    make_user(Role.SECRETARY, scene.cell, member=scene.secretary, email="congvu@x.vn")
    letters = send()
    assert "Mở việc của đơn vị: http" in letters["bithu@x.vn"]
    assert "chưa có tài khoản" not in letters["bithu@x.vn"]
    assert "chưa có tài khoản? Gọi Ban Xây dựng Đảng, 024 3875 2468" in letters["phobithu@x.vn"]
    assert "http" not in letters["an@x.vn"]
    assert (
        "Đồng chí gửi bài cho Trần Thị Bích Ngọc (Bí thư Chi bộ Tổ dân phố số 5), điện thoại 0912345678, "
        "để nộp lên cổng." in letters["an@x.vn"]
    )


@pytest.mark.parametrize("more", [0, 2])
def test_the_number_of_queries_does_not_grow_with_the_names(more, django_assert_num_queries):
    scene = make_scene()
    scene.owe("an essay", "cell report")
    for number in range(more):
        setattr(scene, f"new{number}", make_member(scene.cell))
        scene.owe(f"new{number} essay")
    plan_ward(ward=scene.ward, at=PLANNED)
    digest = Digest.objects.select_related("mail").get(address="bithu@x.vn")
    with django_assert_num_queries(14):
        sending.check_digest(digest.mail, SENT)

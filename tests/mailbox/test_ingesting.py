"""A mail becomes a deposit: matched in the sender's unit, at the hour it reached the server, answered once."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from zeal import zeal_ignore

from audit.models import AuditEntry
from directives.choices import ObligationState, Timeliness
from mailbox.choices import CaseState, FileState
from mailbox.models import MailCase, MailFolder
from mailbox.services.deciding import attach, not_ours, read_again, remember_sender
from mailbox.services.ingesting import claim, keep_mail, read_case
from mailbox.services.polling import set_start
from outbox.choices import MailState
from outbox.draining import drain
from outbox.models import OutgoingMail
from outbox.services import MailDraft, bad_addresses, enqueue_mail
from submissions.choices import Door
from submissions.models import Deposit, SubmissionVersion
from tests.factories.directives import DUE_AT, at
from tests.factories.units import make_user
from tests.mailbox.scene import AN, SECRETARY, mail, make_scene, pdf
from tests.outbox.test_bounces import REPORT
from tests.submissions.text_samples import text_pdf
from units.choices import Role
from vault.models import Blob

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return make_scene()


def take(scene, raw, *, received=None, now=None):
    """One mail from arrival to its end."""
    received, now = received or at(24, hour=9), now or at(24, hour=9) + timedelta(minutes=2)
    case, _ = keep_mail(
        raw=raw, ward=scene.ward, account="bxdd@phucloi.example", key=f"k{hash(raw)}", received_at=received, now=now
    )
    claimed = claim(pk=case.pk, now=now)
    with zeal_ignore():  # every file is kept by itself
        return read_case(case=claimed, now=now) if claimed else MailCase.objects.get(pk=case.pk)


def test_a_named_essay_is_received_by_the_hour_of_the_mail_server(scene) -> None:
    case = take(scene, mail((AN, pdf("an"))), received=DUE_AT - timedelta(seconds=1), now=DUE_AT + timedelta(hours=3))
    version = SubmissionVersion.objects.get()
    assert (case.state, case.unit, case.user) == (CaseState.ACCEPTED, scene.cell, scene.secretary)
    assert version.received_at == DUE_AT - timedelta(seconds=1)
    assert version.timeliness == Timeliness.ON_TIME
    assert version.deposit.door == Door.MAIL
    scene.an.refresh_from_db()
    assert scene.an.state == ObligationState.SUBMITTED
    file = case.files.get()
    assert (file.state, file.obligation, file.receipt) == (
        FileState.ACCEPTED,
        scene.an,
        version.files.get().receipt.code,
    )
    answer = case.answer
    assert answer.to_address == SECRETARY
    assert f"- {AN}: mã phiếu tiếp nhận {file.receipt}" in answer.text
    assert (
        "Hiện còn phải nộp:\n- Bài thu hoạch Nghị quyết 02, nộp đến hết thứ\xa0Hai ngày\xa027/4/2026, đã quá hạn\n"
        in answer.text
    )


def test_a_mail_at_the_deadline_second_is_late(scene) -> None:
    take(scene, mail((AN, pdf("an"))), received=DUE_AT, now=DUE_AT + timedelta(minutes=1))
    assert SubmissionVersion.objects.get().timeliness == Timeliness.LATE


def test_the_same_mail_twice_is_one(scene) -> None:
    raw = mail((AN, pdf("an")))
    first, second = take(scene, raw), take(scene, raw)
    assert first.pk == second.pk
    assert (Deposit.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_the_same_file_in_another_mail_gets_the_same_receipt(scene) -> None:
    content = pdf("an")
    take(scene, mail((AN, content)))
    again = take(scene, mail((AN, content), number=2))
    assert (again.state, Deposit.objects.count()) == (CaseState.ACCEPTED, 1)
    assert again.no_answer == "Đã trả lời địa chỉ này trong vòng một giờ qua."
    assert again.files.get().receipt == SubmissionVersion.objects.get().files.get().receipt.code


def test_an_hour_later_the_next_mail_is_answered(scene) -> None:
    take(scene, mail((AN, pdf("an"))))
    later = at(24, hour=10) + timedelta(minutes=3)
    assert take(scene, mail((AN, pdf("an 2")), number=2), received=later, now=later).answer is not None


def test_an_unknown_sender_goes_to_a_person_and_hands_in_nothing(scene) -> None:
    case = take(scene, mail((AN, pdf("an")), sender="la@nowhere.example"))
    assert (case.state, case.reason, Deposit.objects.count()) == (
        CaseState.UNCLEAR,
        "Địa chỉ gửi chưa có trong danh bạ.",
        0,
    )


def test_a_forged_sender_is_as_unknown_and_gets_no_answer(scene) -> None:
    case = take(scene, mail((AN, pdf("an")), Authentication_Results="mx; dmarc=fail"))
    assert (case.state, case.answer, Deposit.objects.count()) == (CaseState.UNCLEAR, None, 0)


def test_another_units_member_is_never_named(scene) -> None:
    case = take(scene, mail(("Lê Văn Lạ - đảng viên, Chi bộ 9.pdf", pdf("la"))))
    assert (case.state, Deposit.objects.count()) == (CaseState.UNCLEAR, 0)


def test_what_is_no_pdf_is_refused_and_the_rest_received(scene) -> None:
    case = take(scene, mail((AN, pdf("an")), ("Danh sách.xlsx", b"PK\x03\x04")))
    assert [one.state for one in case.files.all()] == [FileState.ACCEPTED, FileState.REFUSED]
    assert case.state == CaseState.ACCEPTED
    assert "Không nhận được:\n- Danh sách.xlsx: Không phải tệp PDF" in case.answer.text


def test_machines_are_not_answered(scene) -> None:
    case = take(scene, mail(Auto_Submitted="auto-replied"))
    assert (case.state, case.answer, case.no_answer) == (CaseState.IGNORED, None, "Không trả lời thư tự động.")


def test_a_mail_without_file_is_told_so(scene) -> None:
    case = take(scene, mail())
    assert (case.state, case.reason) == (CaseState.QUESTION, "Thư không có tệp; xin đọc lời thư.")
    assert "Thư không có tệp đính kèm nào" in case.answer.text


def test_a_state_secret_leaves_nothing_behind(scene) -> None:
    case = take(scene, mail(("TUYỆT MẬT - kế hoạch.pdf", pdf("x"))))
    assert (case.raw, case.text, case.subject) == (None, "", "")
    assert "TUYỆT MẬT" not in "".join(case.files.values_list("name", flat=True))
    assert Blob.objects.count() == 0


def test_the_office_gives_a_file_to_a_debt(scene) -> None:
    case = take(scene, mail(("scan0001.pdf", pdf("binh")), sender="la@nowhere.example"))
    office = make_user(Role.OFFICE, scene.ward)
    with zeal_ignore():
        file = attach(file=case.files.get(), obligation=scene.binh, by=office, at=at(25, hour=9))
    scene.binh.refresh_from_db()
    case.refresh_from_db()
    assert (scene.binh.state, file.state, case.state) == (
        ObligationState.SUBMITTED,
        FileState.ACCEPTED,
        CaseState.ACCEPTED,
    )
    assert SubmissionVersion.objects.get().received_at == at(24, hour=9)


def test_reading_again_with_todays_roster(scene) -> None:
    case = take(scene, mail((AN, pdf("an")), sender="moi@chibo.example"))
    office = make_user(Role.OFFICE, scene.ward)
    make_user(Role.SECRETARY, scene.cell, email="moi@chibo.example")
    with zeal_ignore():
        assert read_again(case=case, by=office, at=at(25, hour=9)).state == CaseState.ACCEPTED
    assert Deposit.objects.count() == 1


def test_what_is_done_to_a_mail_is_logged(scene) -> None:
    case = take(scene, mail((AN, pdf("an")), sender="la@nowhere.example"))
    office = make_user(Role.OFFICE, scene.ward)
    not_ours(case=case, by=office, at=at(25, hour=9))
    folder = MailFolder.objects.create(ward=scene.ward, account="a@b.example", folder="INBOX")
    set_start(folder=folder, since=at(20), by=office, at=at(25, hour=9))
    logged = AuditEntry.objects.filter(action__startswith="mail.").order_by("seq")
    assert [(one.action, one.detail) for one in logged] == [
        ("mail.receive", '{"files":1,"what":"UNCLEAR"}'),
        ("mail.decide", '{"what":"not_ours"}'),
        ("mail.set_start", '{"day":"2026-04-20"}'),
    ]


def test_not_ours(scene) -> None:
    case = take(scene, mail((AN, pdf("an")), sender="la@nowhere.example"))
    assert case.answer.state == MailState.QUEUED
    assert not_ours(case=case, by=make_user(Role.OFFICE, scene.ward), at=at(25, hour=9)).state == CaseState.NOT_OURS
    case.answer.refresh_from_db()
    assert case.answer.state == MailState.CANCELLED  # who is not answered for is not written to


def test_not_ours_after_the_answer_went(scene) -> None:
    case = take(scene, mail((AN, pdf("an")), sender="la@nowhere.example"))
    OutgoingMail.objects.filter(pk=case.answer.pk).update(state=MailState.SENT, sent_at=at(25))
    assert not_ours(case=case, by=make_user(Role.OFFICE, scene.ward), at=at(25, hour=9)).state == CaseState.NOT_OURS
    case.answer.refresh_from_db()
    assert case.answer.state == MailState.SENT


def test_a_state_secret_inside_a_pdf_leaves_nothing_behind(scene) -> None:
    case = take(scene, mail(("bai.pdf", text_pdf("TỐI MẬT", "Chim Hoàng Yến")), subject="Chim Hoàng Yến"))
    assert (case.state, case.raw, case.text, case.subject) == (CaseState.UNCLEAR, None, "", "")
    assert (Blob.objects.count(), Deposit.objects.count()) == (0, 0)
    assert case.files.get().name == "(tệp có dấu mật, không lưu)"
    assert "Thư có tài liệu đóng dấu mật nên không nhận và không lưu gì." in case.answer.text
    assert "bai.pdf" not in case.answer.text
    told = " ".join(AuditEntry.objects.values_list("detail", flat=True))
    assert AuditEntry.objects.filter(action="directive.refuse_secret").count() == 1
    assert "Hoàng Yến" not in told + case.answer.subject + case.folded
    kept = [path for path in (Path(settings.DATA_DIR) / "vault").rglob("*") if path.is_file()]
    assert kept == []


def test_a_returned_mail_is_noted_in_the_send_log(scene) -> None:
    ours = enqueue_mail(
        draft=MailDraft(to="an@x.vn", subject="Nhắc nộp bài", text="x", dedupe_key="k", kind="reminders.digest"),
        at=at(23, hour=7),
    )
    drain(limit=5, at=at(23, hour=7))
    raw = REPORT.format(action="failed", status="5.1.1", kind="text/rfc822-headers", ours=ours.message_id).encode()
    case = take(scene, raw)
    ours.refresh_from_db()
    assert (ours.state, ours.bounced_at) == (MailState.BOUNCED, at(24, hour=9) + timedelta(minutes=2))
    assert "User unknown" in ours.error
    assert bad_addresses() == {"an@x.vn"}
    assert (case.state, case.reason, case.answer) == (
        CaseState.IGNORED, "Thư của cổng bị trả lại; đã ghi vào nhật ký gửi.", None
    )  # fmt: skip


def test_a_server_that_gives_one_uid_twice_hides_no_mail(scene) -> None:
    kept = [
        keep_mail(
            raw=mail((AN, pdf(text))), ward=scene.ward, account="a@b.example", key="a/INBOX/1/7",
            received_at=at(24), now=at(24),
        )
        for text in ("an", "an 2")
    ]  # fmt: skip
    assert [is_new for _, is_new in kept] == [True, True]
    assert kept[0][0].pk != kept[1][0].pk


def test_the_answer_stands_in_the_thread_of_the_mail(scene) -> None:
    case = take(scene, mail((AN, pdf("an")), References="<a@x> <b@x>", In_Reply_To="<b@x>"))
    assert case.answer.thread == "<a@x> <b@x> <1@mail.chibo.example>"
    assert case.answer.reply_to == "bxdd@phucloi.example"
    assert case.files.get().receipt in case.answer.html


def test_reading_again_keeps_what_the_office_gave_to_a_debt(scene) -> None:
    files = (("scan0001.pdf", pdf("binh")), ("Trần Thị Bình - đảng viên, Chi bộ Tổ dân phố số 5.pdf", pdf("an")))
    case = take(scene, mail(*files, sender="moi@chibo.example"))
    office = make_user(Role.OFFICE, scene.ward)
    with zeal_ignore():
        given = attach(file=case.files.get(order=0), obligation=scene.binh, by=office, at=at(24, hour=10))
        swapped = attach(file=case.files.get(order=1), obligation=scene.an, by=office, at=at(24, hour=11))
        read = remember_sender(case=case, unit=scene.cell, by=office, at=at(25, hour=9))
    kept = {one.name: (one.state, one.obligation_id, one.receipt) for one in read.files.all()}
    assert kept == {
        "scan0001.pdf": (FileState.ACCEPTED, scene.binh.pk, given.receipt),
        files[1][0]: (FileState.ACCEPTED, scene.an.pk, swapped.receipt),
    }
    assert read.state == CaseState.ACCEPTED
    assert SubmissionVersion.objects.count() == 2, "a file that was given to one debt is not handed in for another"

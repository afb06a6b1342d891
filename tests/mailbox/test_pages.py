"""Hộp thư through the browser's door: lists by state, the original, addresses of units, nothing of another ward.

Rights by role are in the URL matrix. Not here: what a mail is taken for (`test_ingesting.py`).
"""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from zeal import zeal_ignore

from audit.models import AuditEntry
from mailbox.choices import CaseState, FileState
from mailbox.models import MailCase, MailFolder, UnitAddress
from mailbox.senders import Sender, sender_of
from submissions.models import SubmissionVersion
from tests.factories.directives import at
from tests.factories.units import make_unit, make_user, make_ward
from tests.mailbox.scene import AN, SECRETARY, mail, make_scene, pdf
from tests.mailbox.test_ingesting import take
from units.choices import Role
from vietnamese.dates import VIETNAM

pytestmark = pytest.mark.django_db
NOW = at(24, hour=16)
SCHOOL = "vanthu@truong.example"


@pytest.fixture
def scene():
    with time_machine.travel(NOW, tick=False):
        yield make_scene()


@pytest.fixture
def office(scene, client):
    client.officer = make_user(Role.OFFICE, scene.ward)
    client.force_login(client.officer)
    return client


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def post(client, name, *args, **data):
    with zeal_ignore():  # a mail is read anew, file by file
        return client.post(reverse(name, args=args), data, follow=True)


def test_mails_stand_under_their_state_and_are_found_without_accents(scene, office) -> None:
    take(scene, mail((AN, pdf("an")), subject="Nộp bài thứ nhất"))
    for number in (2, 3):
        take(scene, mail(("scan.pdf", pdf(f"{number}")), number=number, sender=f"la{number}@x.example"))
    page = office.get(reverse("mailbox:cases"))
    assert [(word, count) for _, word, count in page.context["chips"]] == [
        ("Tất cả", 3), ("Cần xử lý", 2), ("Đã nhận", 1), ("Đã xử lý", 0), ("Chờ đọc", 0), ("Bỏ qua", 0)
    ]  # fmt: skip
    unclear = office.get(reverse("mailbox:cases"), {"trang_thai": "can-xu-ly"}).context["page_obj"]
    assert {case.sender for case in unclear} == {"la2@x.example", "la3@x.example"}
    found = office.get(reverse("mailbox:cases"), {"q": "nop bai thu nhat"}).context["page_obj"]
    assert [case.state for case in found] == [CaseState.ACCEPTED]


def test_a_paper_that_came_by_mail_leads_to_the_mail_and_its_sender(scene, office) -> None:
    first = take(scene, mail((AN, pdf("an")), subject="Nộp bài thứ nhất"))
    code = SubmissionVersion.objects.get().deposit.code
    told = office.get(reverse("mailbox:of_deposit", args=[code]), headers={"HX-Request": "true"})
    assert f"Thư của Chi bộ 5 &lt;{SECRETARY}&gt;. Xem thư" in words(told)
    assert office.get(reverse("mailbox:of_deposit", args=[code])).url == reverse("mailbox:case", args=[first.pk])
    assert office.get(reverse("mailbox:of_deposit", args=["KHAC-KHAC"])).status_code == 404


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("QUEUED", "sẽ tự trả lời"),
        ("FAILED", "sẽ tự trả lời"),
        ("SENT", "đã tự trả lời"),
        ("DEAD", "không đến nơi"),
        ("CANCELLED", ""),
    ],
)
def test_the_list_says_what_became_of_the_answer(scene, office, state, said) -> None:
    case = take(scene, mail((AN, pdf("an")), subject="Nộp bài"))
    type(case.answer).objects.filter(pk=case.answer.pk).update(state=state, sent_at=at(25) if state == "SENT" else None)
    shown = office.get(reverse("mailbox:cases")).content.decode()
    words = [one for one in ("sẽ tự trả lời", "đã tự trả lời", "không đến nơi") if one in shown]
    assert words == ([said] if said else [])


def test_the_words_of_a_mail_are_shown_as_text_only(scene, office) -> None:
    raw = mail((AN, pdf("an")), subject="<script>alert(1)</script>", sender="la@x.example").replace(
        "Kính gửi".encode(), b'<img src="https://la.example/x.png">'
    )
    case = take(scene, raw)
    page = office.get(reverse("mailbox:case", args=[case.pk])).content.decode()
    assert "<script>alert" not in page
    assert "<img src=" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_original_comes_byte_for_byte_and_is_logged(scene, office) -> None:
    raw = mail((AN, pdf("an")))
    case = take(scene, raw)
    answer = office.get(reverse("mailbox:original", args=[case.pk]))
    assert b"".join(answer.streaming_content) == raw
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("message/rfc822", "nosniff")
    assert answer["Content-Disposition"] == f'attachment; filename="thu-den-{case.pk}.eml"'
    logged = AuditEntry.objects.get(action="mail.open")
    assert (logged.obj_id, logged.actor_id, logged.detail) == (
        str(case.pk), str(office.officer.pk), f'{{"sha256":"{case.sha256}"}}'
    )  # fmt: skip


def test_a_mail_that_was_not_kept_says_so_and_logs_nothing(scene, office) -> None:
    case = take(scene, mail(("TUYỆT MẬT - kế hoạch.pdf", pdf("x"))))
    answer = office.get(reverse("mailbox:original", args=[case.pk]), follow=True)
    assert "Thư này không còn ở trạng thái làm được việc đó" in words(answer)
    assert not AuditEntry.objects.filter(action="mail.open").exists()


def test_an_address_is_kept_as_a_units_and_the_mail_read_again(scene, office) -> None:
    case = take(scene, mail((AN, pdf("an")), sender=SCHOOL))
    page = office.get(reverse("mailbox:case", args=[case.pk]))
    assert list(page.context["unit_form"].fields["unit"].queryset) == [scene.cell]
    answer = post(office, "mailbox:remember", case.pk, unit=scene.cell.pk)
    assert "Đã ghi nhớ địa chỉ và xử lý lại: đã nhận." in words(answer)
    assert "Lúc viết thư này, địa chỉ gửi chưa có trong danh bạ; ghi nhớ là của" in words(answer)
    case.refresh_from_db()
    assert (case.state, case.unit, case.user) == (CaseState.ACCEPTED, scene.cell, None)
    again = take(scene, mail((AN, pdf("an 2")), sender=SCHOOL.upper(), number=2))
    assert again.state == CaseState.ACCEPTED
    assert "Lúc viết thư này" not in words(office.get(reverse("mailbox:case", args=[again.pk])))

    address = UnitAddress.objects.get()
    assert "Đã bỏ địa chỉ." in words(post(office, "mailbox:forget", address.pk))
    assert sender_of(SCHOOL, scene.ward, NOW) == Sender()
    assert list(AuditEntry.objects.filter(action="mail.address").order_by("seq").values_list("detail", flat=True)) == [
        f'{{"unit":{scene.cell.pk},"what":"remember"}}', f'{{"unit":{scene.cell.pk},"what":"forget"}}'
    ]  # fmt: skip


def test_earlier_mails_of_an_address_show_its_unit_whatever_became_of_them(scene, office) -> None:
    asked = take(scene, mail(sender=SCHOOL, number=1))
    ignored = take(scene, mail(sender=SCHOOL, number=2, Auto_Submitted="auto-replied"))
    waiting = take(scene, mail((AN, pdf("an")), sender=SCHOOL, number=3))
    forged = take(scene, mail(sender=SCHOOL, number=4, Authentication_Results="mx; dmarc=fail"))
    stranger = take(scene, mail(sender="la@x.example", number=5))
    case = take(scene, mail(("Trần Thị Bình.pdf", pdf("binh")), sender=SCHOOL, number=6))
    post(office, "mailbox:remember", case.pk, unit=scene.cell.pk)
    kept = {one.pk: (one.state, one.unit, one.reason) for one in MailCase.objects.select_related("unit")}
    known = "Địa chỉ này nay đã biết của đơn vị nào; bấm “Xử lý lại” để nhận tệp."
    assert kept[ignored.pk] == (CaseState.IGNORED, scene.cell, "Bỏ qua thư tự động.")
    assert kept[waiting.pk] == (CaseState.UNCLEAR, scene.cell, known)
    assert waiting.files.get().reason == known
    assert kept[asked.pk] == (asked.state, scene.cell, asked.reason)
    assert kept[forged.pk] == (forged.state, None, forged.reason)
    assert kept[stranger.pk] == (stranger.state, None, stranger.reason)
    post(office, "mailbox:again", waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (CaseState.ACCEPTED, "")


def test_an_address_of_a_unit_counts_in_its_ward_and_while_the_unit_is_there(scene, office) -> None:
    UnitAddress.objects.create(ward=scene.ward, unit=scene.cell, address=SCHOOL, added_by=office.officer, added_at=NOW)
    assert sender_of(SCHOOL, scene.ward, NOW) == Sender(scene.cell)
    assert sender_of(SCHOOL, make_ward(code="PHUONG-KHAC"), NOW) == Sender()
    scene.cell.closed_on = NOW.date() + timedelta(days=1)
    scene.cell.save()
    assert sender_of(SCHOOL, scene.ward, NOW) == Sender(scene.cell)
    assert sender_of(SCHOOL, scene.ward, NOW + timedelta(days=1)) == Sender()


def test_no_unit_of_another_ward_can_be_named(scene, office) -> None:
    case = take(scene, mail((AN, pdf("an")), sender=SCHOOL))
    foreign = make_unit(make_ward(code="PHUONG-KHAC"), name="Chi bộ lạ")
    assert "Đơn vị này không có trong phường." in words(post(office, "mailbox:remember", case.pk, unit=foreign.pk))
    assert "Chọn đơn vị đã gửi thư." in words(post(office, "mailbox:remember", case.pk))
    assert not UnitAddress.objects.exists()


def test_the_sender_of_a_known_unit_is_not_asked_about(scene, office) -> None:
    case = take(scene, mail((AN, pdf("an"))))
    assert "unit_form" not in office.get(reverse("mailbox:case", args=[case.pk])).context
    answer = post(office, "mailbox:remember", case.pk, unit=scene.cell.pk)
    assert "Thư này không còn ở trạng thái làm được việc đó" in words(answer)


def test_a_file_is_given_to_a_debt_by_search(scene, office) -> None:
    case = take(scene, mail(("scan0001.pdf", pdf("binh")), sender="la@x.example"))
    file = case.files.get()
    address = reverse("mailbox:attach", args=[case.pk, file.pk])
    assert [debt.pk for debt in office.get(address, {"q": "binh"}).context["debts"]] == [scene.binh.pk]
    answer = post(office, "mailbox:attach", case.pk, file.pk, obligation=scene.binh.pk)
    assert "Đã nhận scan0001.pdf cho Trần Thị Bình." in words(answer)
    file.refresh_from_db()
    assert (file.state, MailCase.objects.get().state) == (FileState.ACCEPTED, CaseState.ACCEPTED)


def test_without_an_account_reading_now_says_what_is_missing(office, settings) -> None:
    settings.MAILBOXES = ""
    answer = post(office, "mailbox:poll_now")
    assert answer.redirect_chain == [("/hop-thu/cai-dat/", 302)]
    assert "Chưa đặt hộp thư nào. Quản trị máy ghi địa chỉ vào MAILBOXES" in words(answer)
    settings.MAILBOXES = "imap://a@127.0.0.1:1/INBOX"
    assert "Đang đọc hộp thư." in words(post(office, "mailbox:poll_now"))


def test_the_first_day_is_written_as_people_write_days(scene, office) -> None:
    folder = MailFolder.objects.create(
        ward=scene.ward, account="bxdd@phucloi.example", folder="INBOX", waiting_mails=12
    )
    refused = office.post(reverse("mailbox:start", args=[folder.pk]), {"since": "31/4/2026"})
    assert refused.status_code == 422
    assert "Không có ngày này. Ghi ngày trước, tháng sau, ví dụ 21/4/2026." in words(refused)
    answer = post(office, "mailbox:start", folder.pk, since="2/4/2026")
    assert "Đã ghi. Thư từ ngày đó sẽ được đọc ở lượt sau, trong vài phút." in words(answer)
    folder.refresh_from_db()
    assert folder.since == datetime(2026, 4, 2, tzinfo=VIETNAM)

"""What is told later: a receipt given by hand, a mail swallowed by the hourly limit; one letter an address and hour.

Not here: the words of parts (`test_answering.py`), the first answer (`test_ingesting.py`).
"""

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from zeal import zeal_ignore

from mailbox.choices import CaseState, FileState
from mailbox.letters import write_answer
from mailbox.models import MailCase, MailFile
from mailbox.services.deciding import attach, not_ours, read_again
from mailbox.services.polling import poll_all
from mailbox.services.telling import tell_due
from outbox.models import OutgoingMail
from submissions.models import Deposit
from tests.factories.directives import at
from tests.factories.units import make_user
from tests.mailbox.scene import AN, SECRETARY, mail, make_scene, pdf
from tests.mailbox.test_ingesting import take
from units.choices import Role
from units.models import RoleGrant

pytestmark = pytest.mark.django_db
NINE = at(25, hour=9)
SOON = NINE + timedelta(minutes=10)
UNCLEAR = "scan0001.pdf"


@pytest.fixture
def scene():
    found = make_scene()
    found.office = make_user(Role.OFFICE, found.ward)
    return found


def give(scene, case, debt, *, when=NINE, name=UNCLEAR):
    with zeal_ignore():
        return attach(file=case.files.get(name=name), obligation=debt, by=scene.office, at=when)


def tell(when) -> int:
    with zeal_ignore():
        return tell_due(now=when)


def later_letters():
    return list(OutgoingMail.objects.filter(kind="mailbox.later").order_by("pk"))


def test_a_receipt_given_by_hand_is_told_in_the_thread_with_what_is_still_owed(scene) -> None:
    case = take(scene, mail((UNCLEAR, pdf("binh")), subject="Nộp bài", References="<a@x>", In_Reply_To="<a@x>"))
    file = give(scene, case, scene.binh)
    assert tell(SOON - timedelta(seconds=1)) == 0
    assert tell(SOON) == 1
    (letter,) = later_letters()
    assert (letter.to_address, letter.subject, letter.thread, letter.reply_to, letter.created_at) == (
        SECRETARY, "Trả lời: Nộp bài", "<a@x> <1@mail.chibo.example>", "bxdd@phucloi.example", SOON
    )  # fmt: skip
    assert (
        letter.text
        == f"""Kính gửi đồng chí {scene.secretary.full_name},

Ban Xây dựng Đảng đã xem tiếp thư đồng chí gửi lúc 09:00, 24/4/2026 và báo thêm kết quả.

Đã nhận:
- scan0001.pdf: mã phiếu tiếp nhận {file.receipt}

Hiện còn phải nộp:
- Bài thu hoạch Nghị quyết 02, nộp đến hết thứ\xa0Hai ngày\xa027/4/2026

Mở việc của tôi: {letter.text.partition("Mở việc của tôi: ")[2].splitlines()[0]}

Trân trọng,
Ban Xây dựng Đảng, Đảng ủy phường Phúc Lợi
Điện thoại: 024 3875 2468
"""
    )
    assert file.receipt in letter.html
    case.refresh_from_db()
    assert (case.tell_from, list(case.later.all()), case.files.get().told) == (None, [letter], FileState.ACCEPTED)
    assert tell(SOON + timedelta(days=1)) == 0


def test_the_round_of_the_poller_tells_what_is_due(scene) -> None:
    give(scene, take(scene, mail((UNCLEAR, pdf("binh")))), scene.binh)
    with zeal_ignore():
        poll_all(now=SOON)
    assert len(later_letters()) == 1


def test_a_letter_that_cannot_be_written_holds_up_neither_the_others_nor_the_mailbox(scene) -> None:
    make_user(Role.SECRETARY, scene.cell, email="hai@chibo.example")
    first = take(scene, mail((UNCLEAR, pdf("binh"))))
    second = take(scene, mail((UNCLEAR, pdf("an")), sender="hai@chibo.example", number=2))
    give(scene, first, scene.binh)
    give(scene, second, scene.an)

    def broken(**said):
        if said["case"].pk == second.pk:
            raise RuntimeError
        return write_answer(**said)

    with patch("mailbox.services.telling.write_answer", broken), zeal_ignore():
        assert poll_all(now=SOON).errors == []
    assert [letter.to_address for letter in later_letters()] == [SECRETARY]
    assert tell(SOON + timedelta(minutes=59)) == 0
    assert tell(SOON + timedelta(hours=1)) == 1


def test_files_given_one_after_the_other_are_one_letter(scene) -> None:
    case = take(scene, mail((UNCLEAR, pdf("binh")), ("scan0002.pdf", pdf("an")), ("scan0003.pdf", pdf("ai"))))
    give(scene, case, scene.binh)
    give(scene, case, scene.an, when=NINE + timedelta(minutes=6), name="scan0002.pdf")
    assert tell(SOON) == 0
    assert tell(NINE + timedelta(minutes=16)) == 1
    (letter,) = later_letters()
    receipts = dict(case.files.values_list("name", "receipt"))
    assert (
        f"""Đã nhận:
- scan0001.pdf: mã phiếu tiếp nhận {receipts["scan0001.pdf"]}
- scan0002.pdf: mã phiếu tiếp nhận {receipts["scan0002.pdf"]}

Hiện không còn việc nào phải nộp.
"""
        in letter.text
    )
    assert "scan0003.pdf" not in letter.text  # it waits as it did when it was told


def test_within_the_hour_of_another_letter_it_waits_and_is_not_lost(scene) -> None:
    case = take(scene, mail((UNCLEAR, pdf("binh"))), received=NINE, now=NINE + timedelta(minutes=2))
    give(scene, case, scene.binh, when=NINE + timedelta(minutes=5))
    assert tell(NINE + timedelta(minutes=20)) == 0
    case.refresh_from_db()
    assert case.tell_from == NINE + timedelta(minutes=62)
    assert tell(NINE + timedelta(minutes=61)) == 0
    assert tell(NINE + timedelta(minutes=62)) == 1


def test_a_mail_within_the_hour_is_told_later_of_all_its_files(scene) -> None:
    take(scene, mail((AN, pdf("an"))), received=NINE, now=NINE)
    second = take(
        scene, mail(("Danh sách.xlsx", b"PK\x03\x04"), (UNCLEAR, pdf("ai")), number=2), received=NINE,
        now=NINE + timedelta(minutes=30),
    )  # fmt: skip
    assert (second.answer, second.no_answer, second.tell_from) == (
        None, "Đã trả lời địa chỉ này trong vòng một giờ qua.", NINE + timedelta(hours=1)
    )  # fmt: skip
    assert tell(NINE + timedelta(hours=1)) == 1
    (letter,) = later_letters()
    assert letter.thread == "<2@mail.chibo.example>"
    assert "Chưa rõ, cán bộ sẽ xem:\n- scan0001.pdf: " in letter.text
    assert "Không nhận được:\n- Danh sách.xlsx: Không phải tệp PDF; xin quét thành PDF rồi gửi lại.\n" in letter.text


def test_several_mails_of_one_address_are_told_in_one_letter(scene) -> None:
    take(scene, mail((AN, pdf("an"))), received=NINE, now=NINE)
    for number in (2, 3):
        take(
            scene, mail((f"scan{number}.pdf", pdf(f"{number}")), number=number, sender=SECRETARY.upper()),
            received=NINE + timedelta(minutes=number), now=NINE + timedelta(minutes=10),
        )  # fmt: skip
    assert tell(NINE + timedelta(hours=1)) == 1
    (letter,) = later_letters()
    assert "đã xem tiếp 2 thư của đồng chí, gửi lúc 09:02, 25/4/2026; 09:03, 25/4/2026, và báo thêm" in letter.text
    assert letter.thread == "<3@mail.chibo.example>"
    assert [line for line in letter.text.splitlines() if line.startswith("- scan")] == [
        f"- scan{number}.pdf: {MailFile.objects.get(name=f'scan{number}.pdf').reason}" for number in (2, 3)
    ]
    assert [list(case.later.all()) for case in MailCase.objects.exclude(answer=None)] == [[]]
    assert [list(case.later.all()) for case in MailCase.objects.filter(answer=None)] == [[letter], [letter]]


def test_another_mail_right_after_a_later_letter_waits_its_hour(scene) -> None:
    give(scene, take(scene, mail((UNCLEAR, pdf("binh")))), scene.binh)
    assert tell(SOON) == 1
    third = take(scene, mail((AN, pdf("an")), number=3), received=SOON, now=SOON + timedelta(minutes=1))
    assert (third.answer, third.tell_from) == (None, SOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"Auto_Submitted": "auto-generated"}, "Không trả lời thư tự động."),
        ({"List_Id": "<ds.example>"}, "Không trả lời thư của danh sách gửi chung."),
        ({"Authentication_Results": "mx; dmarc=fail"}, "Máy chủ thư báo địa chỉ người gửi có thể bị giả."),
    ],
)
def test_machines_and_forged_senders_are_told_nothing_later_either(scene, headers, why) -> None:
    case = take(scene, mail((UNCLEAR, pdf("binh")), **headers))
    give(scene, case, scene.binh)
    assert tell(SOON) == 0
    case.refresh_from_db()
    assert (case.tell_from, case.no_answer, later_letters()) == (None, why, [])


def test_an_unknown_address_hears_of_its_receipt_but_of_no_debts(scene) -> None:
    case = take(scene, mail((UNCLEAR, pdf("binh")), sender="la@nowhere.example"))
    file = give(scene, case, scene.binh)
    assert tell(SOON) == 1
    (letter,) = later_letters()
    assert f"- scan0001.pdf: mã phiếu tiếp nhận {file.receipt}" in letter.text
    assert "Địa chỉ này chưa có trong danh bạ nên thư không kể việc còn phải nộp" in letter.text
    assert "Hiện còn phải nộp" not in letter.text
    assert "Nghị quyết 02" not in letter.text


def test_who_is_no_longer_secretary_hears_of_no_debts(scene) -> None:
    case = take(scene, mail((UNCLEAR, pdf("binh"))))
    give(scene, case, scene.binh)
    RoleGrant.objects.filter(user=scene.secretary).update(valid_to=NINE.date())
    assert tell(SOON) == 1
    assert "Hiện còn phải nộp" not in later_letters()[0].text


def test_reading_again_keeps_what_was_given_by_hand_and_tells_what_is_new(scene) -> None:
    case = take(scene, mail((UNCLEAR, pdf("binh")), (AN, pdf("an")), sender="moi@chibo.example"))
    receipt = give(scene, case, scene.binh).receipt
    make_user(Role.SECRETARY, scene.cell, email="moi@chibo.example")
    with zeal_ignore():
        case = read_again(case=case, by=scene.office, at=NINE + timedelta(minutes=1))
    assert (case.state, Deposit.objects.count()) == (CaseState.ACCEPTED, 2)
    first, second = case.files.all()
    assert (first.state, first.obligation, first.receipt) == (FileState.ACCEPTED, scene.binh, receipt)
    assert tell(NINE + timedelta(minutes=11)) == 1
    told = [line for line in later_letters()[0].text.splitlines() if line.startswith("- ")]
    assert told == [
        f"- scan0001.pdf: mã phiếu tiếp nhận {receipt}", f"- {AN}: mã phiếu tiếp nhận {second.receipt}"
    ]  # fmt: skip
    with zeal_ignore():
        case = read_again(case=case, by=scene.office, at=NINE + timedelta(minutes=20))
    assert (case.tell_from, Deposit.objects.count()) == (None, 2)


def test_what_is_not_ours_is_told_nothing(scene) -> None:
    take(scene, mail((AN, pdf("an"))), received=NINE, now=NINE)
    case = take(scene, mail((UNCLEAR, pdf("ai")), number=2), received=NINE, now=NINE + timedelta(minutes=2))
    assert case.tell_from == NINE + timedelta(hours=1)
    assert not_ours(case=case, by=scene.office, at=NINE).tell_from is None


def test_a_mail_whose_bytes_are_missing_waits_and_the_next_letter_goes(scene) -> None:
    first = take(scene, mail((UNCLEAR, pdf("binh")), sender="mot@chibo.example"))
    second = take(scene, mail((UNCLEAR, pdf("an")), number=2, sender="hai@chibo.example"))
    give(scene, first, scene.binh)
    give(scene, second, scene.an)
    stored = next(Path(settings.DATA_DIR, "vault").rglob(f"*{first.sha256}*"))
    moved = stored.rename(stored.with_suffix(".away"))
    assert tell(SOON) == 1
    assert [one.to_address for one in later_letters()] == ["hai@chibo.example"]
    first.refresh_from_db()
    assert first.tell_from == SOON + timedelta(hours=1)
    moved.rename(stored)
    assert tell(SOON + timedelta(hours=1)) == 1


def test_the_page_says_what_will_be_told_and_what_was(scene, client) -> None:
    with time_machine.travel(NINE, tick=False):
        case = take(scene, mail((UNCLEAR, pdf("binh"))))
        give(scene, case, scene.binh)
        client.force_login(scene.office)
        page = reverse("mailbox:case", args=[case.pk])
        assert "Sẽ báo thêm cho người gửi sau 09:10, thứ Bảy ngày 25/4/2026." in client.get(page).content.decode()
        tell(SOON)
        answer = client.get(page)
    assert "Sẽ báo thêm" not in answer.content.decode()
    assert [letter.kind for letter in answer.context["letters"]] == ["mailbox.answer", "mailbox.later"]

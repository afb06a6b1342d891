"""A mail without files: whose words are read by a person, and what needs nobody.

Not here: mails with files (`test_ingesting.py`).
"""

import pytest
from django.urls import reverse

from audit.models import AuditEntry
from mailbox.choices import CaseState
from mailbox.models import MailCase
from mailbox.questions import is_thanks, is_to, own_words, words_of_question
from mailbox.reading import read_mail
from mailbox.services.deciding import settle
from tests.factories.directives import at
from tests.factories.units import make_user
from tests.mailbox.scene import SECRETARY, make_scene
from tests.mailbox.test_ingesting import take
from tests.mailbox.test_pages import post, words
from units.choices import Role

ASKED = "Hạn nộp của chi bộ có được lùi không?"
QUOTED = "Vào 08:00, Th 3, 10 thg 11, 2026 Ban Xây dựng Đảng đã viết:\n> Đề nghị nộp bài trước ngày 12/11."


@pytest.mark.parametrize(
    ("text", "own"),
    [
        (ASKED, ASKED),
        (f"{ASKED}\n\n{QUOTED}", ASKED),
        (QUOTED, ""),
        (f"{ASKED}\n-- \nNguyễn Văn An\n0912 345 678", ASKED),
        (f"{ASKED}\n-----Original Message-----\nFrom: BXDĐ <bxdd@x.example>\nNội dung", ASKED),
        (f"{ASKED}\n________________________________\nTừ: BXDĐ", ASKED),
        (f"{ASKED}\nTừ: Ban Xây dựng Đảng <bxdd@phucloi.example>\nGửi: thứ Ba\nNội dung cũ", ASKED),
        (f"{ASKED}\nOn Tue, 10 Nov 2026 at 08:00, Ban Xây dựng Đảng <bxdd@x.example> wrote:\n> cũ", ASKED),
        (f"{ASKED}\nVào Th 3, 10 thg 11, 2026 lúc 08:00 Ban Xây dựng Đảng phường Phúc Lợi\n<bxdd@x.example> đã viết:\n> cũ", ASKED),
        ("> Đồng chí nộp chưa?\nTôi nộp bằng cách nào?", "Tôi nộp bằng cách nào?"),
        ("Ngày 5/5 chi bộ họp, xin gia hạn.", "Ngày 5/5 chi bộ họp, xin gia hạn."),
        ("Từ: hôm nay tôi vắng.", "Từ: hôm nay tôi vắng."),
        ("", ""),
    ],
)  # fmt: skip
def test_quotations_and_signatures_are_no_words_of_ones_own(text, own) -> None:
    assert own_words(text) == own


@pytest.mark.parametrize(
    ("said", "writer", "thanks"),
    [
        ("Cảm ơn.", "", True),
        ("Kính gửi Ban Xây dựng Đảng,\nChi bộ đã nhận được thư. Xin trân trọng cảm ơn!", "", True),
        ("Vâng ạ, em cảm ơn chị.", "", True),
        ("Xin cảm ơn.\nNguyễn Văn An\nBí thư Chi bộ Tổ dân phố số 5", "Nguyễn Văn An", True),
        ("Xin cảm ơn.\nLê Khắc Quýnh", "", False),
        ("Chi bộ đã nhận được chưa ạ", "", False),
        ("Cảm ơn, đã nhận?", "", False),
        ("Cảm ơn, chi bộ xin lùi hạn.", "", False),
        ("Chi bộ xin xác nhận", "", False),
        ("Kính gửi các đồng chí", "", False),
        ("đã nhận " * 13, "", False),
        ("", "", False),
    ],
)
def test_thanks_ask_nothing(said, writer, thanks) -> None:
    assert is_thanks(said, writer) is thanks


@pytest.mark.parametrize(
    ("text", "subject", "asked"),
    [
        ("", ASKED, ASKED),
        ("", f"Re: {ASKED}", ""),
        (QUOTED, f"Re: {ASKED}", ""),
        ("Tôi hỏi.", "Re: x", "Tôi hỏi."),
        ("", "  ", ""),
    ],
)
def test_an_empty_mail_asks_by_its_subject(text, subject, asked) -> None:
    assert words_of_question(text, subject) == asked


def test_ours_are_found_among_the_addresses_a_mail_names() -> None:
    mail = read_mail(b'To: "Ban, XD" <BXDD@phuong.example>, hai@x.example\r\nCc: ba@x.example\r\n\r\nx')
    assert mail.to == ("bxdd@phuong.example", "hai@x.example", "ba@x.example")
    assert is_to(mail.to, ["bxdd@Phuong.example"])
    assert not is_to(mail.to, ["", "bon@x.example"])
    assert read_mail(b"To: undisclosed-recipients:;\r\n\r\nx").to == ()


pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    found = make_scene()
    found.office = make_user(Role.OFFICE, found.ward)
    return found


def letter(text=ASKED, *, sender=SECRETARY, to="ai@khac.example", number=1, subject="Hỏi", **headers) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return (
        f"From: <{sender}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nMessage-ID: <{number}@m.example>\r\n{more}"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    ).encode()


STRANGER = "la@nowhere.example"


@pytest.mark.parametrize(
    ("raw", "state", "reason"),
    [
        (letter(), CaseState.QUESTION, "Thư không có tệp; xin đọc lời thư."),
        (letter(sender=STRANGER, to="bxdd@phuong.example"), CaseState.QUESTION, "Thư không có tệp; xin đọc lời thư."),
        (letter(sender=STRANGER, to="bxdd@phucloi.example"), CaseState.QUESTION, "Thư không có tệp; xin đọc lời thư."),
        (letter(sender=STRANGER), CaseState.IGNORED, "Thư không có tệp để nhận."),
        (letter(QUOTED, subject="Re: Nhắc"), CaseState.IGNORED, "Thư chỉ trích lại thư trước, không có tệp."),
        (letter("", subject=""), CaseState.IGNORED, "Thư không có tệp để nhận."),
        (letter("Xin cảm ơn."), CaseState.IGNORED, "Thư cảm ơn, không có tệp."),
        (letter(Auto_Submitted="auto-replied"), CaseState.IGNORED, "Bỏ qua thư tự động."),
        (letter(List_Id="<x>"), CaseState.IGNORED, "Bỏ qua thư của danh sách gửi chung."),
        (letter(Authentication_Results="mx; dmarc=fail", to="bxdd@phuong.example"), CaseState.IGNORED,
         "Thư không có tệp để nhận."),
        (letter(sender="bxdd@phuong.example", to="bxdd@phuong.example"), CaseState.IGNORED, "Thư không có tệp để nhận."),
    ],
)  # fmt: skip
def test_who_asks_us_waits_for_a_person(scene, raw, state, reason) -> None:
    case = take(scene, raw)
    assert (case.state, case.reason) == (state, reason)
    assert MailCase.objects.needing_a_person().exists() is (state == CaseState.QUESTION)


def test_the_answer_says_that_the_words_will_be_read(scene) -> None:
    case = take(scene, letter())
    assert (
        "Thư không có tệp đính kèm nào để nhận; cán bộ sẽ đọc lời thư. "
        "Nếu đồng chí định gửi bài, xin đính kèm tệp PDF rồi gửi lại."
    ) in case.answer.text
    stranger = take(scene, letter(sender=STRANGER, to="bxdd@phuong.example", number=2))
    assert "Địa chỉ này chưa có trong danh bạ" not in stranger.answer.text


def test_thanks_are_not_answered(scene) -> None:
    case = take(scene, letter("Xin cảm ơn."))
    assert (case.answer, case.no_answer) == (None, "Thư cảm ơn, không cần trả lời.")


def test_a_question_is_settled_once_and_logged(scene, client) -> None:
    case = take(scene, letter())
    client.force_login(scene.office)
    page = client.get(reverse("mailbox:case", args=[case.pk]))
    assert f"mailto:{SECRETARY}?subject=Tr%E1%BA%A3%20l%E1%BB%9Di%3A%20H%E1%BB%8Fi" in page.content.decode()
    answer = post(client, "mailbox:settle", case.pk)
    assert "Đã xử lý xong thư “Hỏi”." in words(answer)
    assert answer.redirect_chain == [("/hop-thu/?trang_thai=can-xu-ly", 302)]
    case.refresh_from_db()
    assert case.state == CaseState.SETTLED
    assert "Thư này không còn ở trạng thái làm được việc đó" in words(post(client, "mailbox:settle", case.pk))
    logged = AuditEntry.objects.filter(action="mail.decide")
    assert [(one.actor_id, one.detail) for one in logged] == [(str(scene.office.pk), '{"what":"settle"}')]


def test_a_mail_with_refused_files_can_be_settled_too(scene) -> None:
    raw = letter(Content_Disposition="attachment; filename=a.xlsx")
    assert settle(case=take(scene, raw), by=scene.office, at=at(25)).state == CaseState.SETTLED

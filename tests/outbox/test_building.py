"""The bytes of a mail, read back by the standard library's parser: the same words, no header but ours.

Not here: what a server makes of them (`test_draining.py`).
"""

import email
from datetime import datetime
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from outbox.delivery import Parcel, build
from outbox.headers import one_line
from vietnamese.dates import VIETNAM

AT = datetime(2026, 4, 24, 7, 0, tzinfo=VIETNAM)
HEADERS = {
    "Subject", "From", "To", "Reply-To", "Message-ID", "Date", "Auto-Submitted", "X-Auto-Response-Suppress",
    "MIME-Version", "Content-Type",
}  # fmt: skip
words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=300)


def write(**changes: str) -> bytes:
    fields = {
        "subject": "[Cần nộp trước 28/4] Bài thu hoạch", "from_name": "Ban Xây dựng Đảng, Đảng ủy phường Phúc Lợi",
        "to_name": "Trần Thị Bích Ngọc", "to_address": "a@x.vn", "reply_to": "hoidap@x.vn",
        "message_id": "<abc@x.vn>", "text": "Kính gửi đồng chí", "html": "<p>Kính gửi</p>",
    }  # fmt: skip
    return build(Parcel(**{**fields, **changes}), AT).message().as_bytes(linesep="\r\n")


def read(**changes: str) -> email.message.EmailMessage:
    return email.message_from_bytes(write(**changes), policy=default)


@trying(deadline=None)  # a busy machine is no fault of a mail
@given(subject=words.map(one_line), name=words, text=words, html=words)
def test_whatever_is_typed_comes_back_and_adds_no_header(subject, name, text, html):
    text, html = text or "Kính gửi", html or "<p></p>"
    message = read(subject=subject, to_name=name, text=text, html=html)
    assert set(message.keys()) == HEADERS
    assert message.defects == []
    assert " ".join(str(message["Subject"]).split()) == " ".join(subject.split())
    assert [one.addr_spec for one in message["To"].addresses] == ["a@x.vn"]
    plain, rich = message.iter_parts()
    for part, kind, typed in ((plain, "text/plain", text), (rich, "text/html", html)):
        assert part.get_content_type() == kind
        flat = typed.replace("\r\n", "\n").replace("\r", "\n")
        assert part.get_payload(decode=True).decode().replace("\r\n", "\n") == flat


def test_names_and_lines_of_the_head(settings):
    settings.DEFAULT_FROM_EMAIL = "Cổng <bxdd@x.vn>"
    raw = write()
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert not [line for line in head.split(b"\r\n") if line.endswith((b": ", b":"))]
    message = read()
    sender = '"Ban Xây dựng Đảng, Đảng ủy phường Phúc Lợi" <bxdd@x.vn>'
    assert " ".join(str(message["From"]).split()) == sender
    assert str(message["To"]) == "Trần Thị Bích Ngọc <a@x.vn>"
    assert (message["Reply-To"], message["Message-ID"]) == ("hoidap@x.vn", "<abc@x.vn>")
    assert message["Date"].datetime == AT


def test_a_line_too_long_for_the_way_is_broken_and_put_together_again():
    encodings = [part["Content-Transfer-Encoding"] for part in read(text="a", html="đ" * 499).iter_parts()]
    assert encodings == ["7bit", "8bit"]
    raw = write(text="đ" * 500, html="đ")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    longer = email.message_from_bytes(raw, policy=default).get_body(("plain",))
    assert longer["Content-Transfer-Encoding"] == "quoted-printable"
    assert longer.get_content() == "đ" * 500


def test_an_answer_names_what_it_answers():
    ids = " ".join(f"<{number:030}@x.vn>" for number in range(10))
    message = read(thread=ids)
    assert (message["In-Reply-To"], message["References"].split()) == (ids.split()[-1], ids.split())
    assert message["Auto-Submitted"] == "auto-replied"
    assert max(map(len, write(thread=ids).split(b"\r\n"))) <= 78


def test_without_html_it_is_one_text():
    message = read(html="", text="Kính gửi\r\nđồng chí")
    assert message.get_content_type() == "text/plain"
    assert message.get_content().splitlines() == ["Kính gửi", "đồng chí"]


@pytest.mark.parametrize(
    "changes",
    [
        {"reply_to": "x@y.vn\nBcc: z@y.vn"},
        {"reply_to": "x@y.vn, z@y.vn"},
        {"to_address": "đ@x.vn"},
        {"to_address": "a@x.vn>, <b@x.vn"},
        {"to_address": ""},
        {"message_id": "<a@x>\r\nBcc: z@y.vn"},
        {"text": "\ud800"},
    ],
)
def test_what_cannot_be_written_is_refused(changes):
    with pytest.raises(ValueError):
        write(**changes)


def test_a_domain_in_letters_of_its_own_is_written_for_the_way():
    assert [one.addr_spec for one in read(to_address="a@đảng.vn")["To"].addresses] == ["a@xn--ng-pma4931a.vn"]

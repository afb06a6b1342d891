"""Reading messages: 15 as secretaries send them with what is in them, 65 odd ones that must be read without a fault."""

import hashlib
import json
from pathlib import Path

import pytest

from mailbox.decoding import plain
from mailbox.reading import read_mail

CORPORA = next(
    (found for up in Path(__file__).resolve().parents if (found := up / "shared" / "corpora" / "mail-vn").is_dir()),
    None,
)
HERE = pytest.mark.skipif(CORPORA is None, reason="the corpora are not on this machine")


def _expected():
    return json.loads((CORPORA / "expected.json").read_text(encoding="utf-8")) if CORPORA else []


@HERE
@pytest.mark.parametrize("told", _expected(), ids=lambda told: told["file"])
def test_every_file_is_found_with_its_name_and_place(told) -> None:
    mail = read_mail((CORPORA / told["file"]).read_bytes())
    wanted = []
    for one in told["attachments"]:  # an archive stays whole here, winmail.dat is opened
        parts = one["inside"] if one["name"] == "winmail.dat" else [one]
        wanted += [(part["name"] or "", part["sha256"], part["where"]) for part in parts]
    assert [(one.name, hashlib.sha256(one.content).hexdigest(), one.where) for one in mail.files] == wanted
    assert (mail.subject, mail.message_id) == (told["subject"], told["message_id"] or "")
    assert mail.automatic == ""


@HERE
def test_no_odd_message_is_too_odd() -> None:
    odd = sorted((CORPORA.parent / "mail").glob("*.eml"))
    assert len(odd) == 65
    for path in odd:
        read = read_mail(path.read_bytes())
        assert "\x00" not in read.subject + read.text
        assert len(read.sender) <= 254


def html_mail(*parts: str) -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=x\n\n"
    return head + b"".join(b"--x\nContent-Type: text/html\n\n" + part.encode() + b"\n" for part in parts) + b"--x--\n"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Kính gửi <b>Ban</b></p><style>p {x}</style> a < b", ["Kính", "gửi", "Ban", "a", "<", "b"]),
        ("<SCRIPT src=x>if (a<b) c</script >Nộp bài<br/>", ["Nộp", "bài"]),
        ("<!-- <b>x</b> -->y <style>z", ["x", "-->y"]),
    ],
)
def test_words_of_html_stand_without_marks_styles_and_scripts(html, words) -> None:
    assert read_mail(html_mail(html)).text.split() == words


@pytest.mark.parametrize("mark", ["<", "<style ", "<script>", "</style"])
def test_no_html_holds_the_reader_up(mark) -> None:
    """Marks that are never closed took minutes a part, and the square of it for several."""
    read = read_mail(html_mail(*[mark * (80_000 // len(mark))] * 20))
    assert len(read.text) <= 20_000
    assert read.files == ()


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 50, b"From: \xff\xfe\r\n\r\n", b"Subject: =?utf-8?B?!!!?=\r\n\r\n"])
def test_any_bytes_are_read(raw) -> None:
    assert read_mail(raw).files == ()


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("Auto-Submitted: auto-replied", "thư tự động"),
        ("Auto-Submitted: no", ""),
        ("List-Id: <x.y>", "thư của danh sách gửi chung"),
        ("Precedence: bulk", "thư hàng loạt"),
        ("Return-Path: <>", "thư báo của máy chủ thư"),
        ("X-Mailer: Outlook", ""),
    ],
)
def test_machines_are_known(head, why) -> None:
    assert read_mail(f"From: a@b.example\r\n{head}\r\n\r\nx".encode()).automatic == why


def test_letters_torn_between_two_words_are_whole() -> None:
    assert plain("=?utf-8?Q?Nguy=E1=BB?= =?utf-8?Q?=85n?=") == "Nguyễn"


def test_only_the_topmost_verdict_of_the_server_counts() -> None:
    forged = (
        b"Authentication-Results: mx; dmarc=fail\r\nAuthentication-Results: mx; dmarc=pass\r\nFrom: a@b.example\r\n\r\n"
    )
    assert read_mail(forged).is_forged
    assert not read_mail(b"Authentication-Results: mx; dmarc=pass\r\nFrom: a@b.example\r\n\r\n").is_forged

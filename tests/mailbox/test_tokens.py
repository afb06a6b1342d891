"""Accounts that allow no password: the token a command prints is what the server is given; what fails says why.

Not here: reading the folder (`test_polling.py`).
"""

import shlex
import sys
import traceback

import pytest
from zeal import zeal_ignore

from mailbox import tokens
from mailbox.accounts import accounts_of
from mailbox.errors import BadSetting, Unreachable
from mailbox.models import MailFolder
from mailbox.services.polling import check_connections, poll_all
from mailbox.tokens import token_for
from tests.factories.directives import at
from tests.mailbox.imap_server import Mailbox, serving
from tests.mailbox.scene import AN, mail, make_scene, pdf

USER = "bxdd@phucloi.example"
BEARER = f"user={USER}\1auth=Bearer ya29.{USER}\1\1"


def python(code: str) -> str:
    """A command line that runs `code`."""
    return shlex.join([sys.executable, "-c", code, "{user}"])


PRINTS = python("import sys; print('ya29.' + sys.argv[1]); print('expires in 3600')")


def test_the_first_line_is_the_token_and_no_shell_reads_the_name() -> None:
    assert token_for(USER, PRINTS) == f"ya29.{USER}"
    assert token_for("a; echo b", PRINTS) == "ya29.a; echo b"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("", "chưa đặt MAILBOX_TOKEN_COMMAND"),
        ("'oama", "viết chưa đúng"),
        ("/no/such/command", "không chạy được"),
        (python("import sys; print('SECRET'); sys.exit(1)"), "không chạy được"),
        (python(""), "không in ra mã nào"),
        (python("print('mã')"), "không in ra mã nào"),
    ],
)
def test_a_command_that_gives_no_token_is_named_and_nothing_it_said_is(command, why) -> None:
    with pytest.raises(Unreachable, match=why) as refused:
        token_for(USER, command)
    assert "SECRET" not in "".join(traceback.format_exception(refused.value))


def test_a_command_that_hangs_is_ended(monkeypatch) -> None:
    monkeypatch.setattr(tokens, "_SECONDS", 0.2)
    with pytest.raises(Unreachable, match="không xong trong"):
        token_for(USER, python("import time; time.sleep(30)"))


def test_the_account_says_how_it_logs_in() -> None:
    by_token, by_password = accounts_of("imaps://a@x/INBOX?dang-nhap=oauth2 imaps://a:b@x/INBOX")
    assert (by_token.by_token, by_password.by_token) == (True, False)
    with pytest.raises(BadSetting):
        accounts_of("imaps://a@x/INBOX?dang-nhap=oauth3")


@pytest.mark.django_db
def test_a_mailbox_is_read_with_the_token(settings) -> None:
    make_scene()
    box = Mailbox(tokens={BEARER})
    box.add(mail((AN, pdf("an"))))
    settings.MAILBOX_TOKEN_COMMAND = PRINTS
    with serving(box) as port:
        settings.MAILBOXES = (
            f"imap://{USER.replace('@', '%40')}@127.0.0.1:{port}/INBOX?tu-ngay=2026-04-01&dang-nhap=oauth2"
        )
        with zeal_ignore():
            polled = poll_all(now=at(24, hour=12))
        assert (polled.accepted, polled.errors, set(box.logins)) == (1, [], {"AUTHENTICATE"})
        assert check_connections() == [(USER, "Nối được; thư mục INBOX có 1 thư.")]
        box.tokens = set()
        assert check_connections() == [
            (USER, ("Không dùng được hộp thư: máy chủ thư không nhận tên, mã truy cập hoặc thư mục. "
             "Xem lại máy chủ, tên và cách đăng nhập trong MAILBOXES."))
        ]  # fmt: skip
        settings.MAILBOX_TOKEN_COMMAND = ""
        poll_all(now=at(24, hour=13))
    assert "chưa đặt MAILBOX_TOKEN_COMMAND" in MailFolder.objects.get().error

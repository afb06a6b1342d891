"""The poller against a real IMAP server over TLS: what is read and where it goes, lines that break, a full disk.

Not here: the reading of messages (`test_reading.py`), a server that misbehaves by script (`test_polling.py`).
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from zeal import zeal_ignore

from mailbox.choices import CaseState
from mailbox.models import MailCase, MailFolder
from mailbox.services.polling import check_connections, poll_all, set_start
from submissions.models import Deposit, SubmissionVersion
from tests.factories.directives import at
from tests.factories.units import make_user
from tests.faults.databases import fresh_database
from tests.faults.running import REPOSITORY, manage, own_mounts
from tests.mailbox.dovecot import PROCESSED, UNCLEAR, USER, BadLine, Dovecot, bad_line, running
from tests.mailbox.scene import AN, mail, make_scene, pdf
from units.choices import Role

pytestmark = pytest.mark.dovecot
NOW = at(24, hour=12)


@pytest.fixture
def server(monkeypatch):
    with running() as dovecot:
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority))
        yield dovecot


def poll(settings, server: Dovecot, *, port: int | None = None, now=NOW, since: str = "2026-04-01"):
    settings.MAILBOXES = server.address(port=port, since=since)
    with zeal_ignore():
        return poll_all(now=now)


@pytest.mark.django_db
class TestOnePoller:
    @pytest.fixture(autouse=True)
    def scene(self):
        return make_scene()

    def test_mails_are_read_and_put_where_the_setting_says(self, server, settings) -> None:
        server.append(mail((AN, pdf("an"))))
        server.deliver(mail(("Quét 1.pdf", pdf("la")), sender="la@nowhere.example", number=2))
        polled = poll(settings, server, now=at(24, hour=12).replace(year=2100))
        assert (polled.fetched, polled.accepted, polled.unclear, polled.errors) == (2, 1, 1, [])
        assert (server.holds(), server.holds(PROCESSED), server.holds(UNCLEAR)) == (0, 1, 1)
        assert (server.holds(PROCESSED, "SEEN"), server.holds(UNCLEAR, "SEEN")) == (1, 1)
        assert SubmissionVersion.objects.get().received_at == at(24, hour=9)
        assert MailCase.objects.get(state=CaseState.ACCEPTED).account == USER

    def test_without_folders_mails_stay_and_are_marked_as_read(self, server, settings) -> None:
        server.append(mail((AN, pdf("an"))))
        settings.MAILBOXES = server.address().replace("da-xu-ly", "x").replace("can-xu-ly", "y")
        with zeal_ignore():
            assert poll_all(now=NOW).accepted == 1
            assert poll_all(now=NOW + timedelta(minutes=3)).fetched == 0
        assert (server.holds(), server.holds(criterion="SEEN")) == (1, 1)

    def test_what_is_wrong_with_the_connection_is_said_plainly(self, server, settings, monkeypatch) -> None:
        settings.MAILBOXES = server.address()
        assert check_connections() == [(USER, "Nối được; thư mục INBOX có 0 thư.")]
        settings.MAILBOXES = server.address(password="sai")
        assert "không nhận tên, mật khẩu hoặc thư mục" in check_connections()[0][1]
        settings.MAILBOXES = server.address().replace("/INBOX", "/Khong-co")
        assert "không nhận tên, mật khẩu hoặc thư mục" in check_connections()[0][1]
        monkeypatch.delenv("SSL_CERT_FILE")
        settings.MAILBOXES = server.address()
        assert "chứng thư TLS của máy chủ thư không hợp lệ" in check_connections()[0][1]
        assert "chứng thư TLS" in poll(settings, server).errors[0]
        server.process.terminate()
        server.process.wait(20)
        assert "không nối được" in check_connections()[0][1]

    def test_a_changed_uidvalidity_is_read_again_and_brings_nothing_twice(self, server, settings) -> None:
        settings.MAILBOXES = server.address().partition("?")[0] + "?tu-ngay=2026-04-01"
        server.append(mail((AN, pdf("an"))))
        with zeal_ignore():
            assert poll_all(now=NOW).accepted == 1
            server.change_uid_validity(4711)
            server.append(mail((AN, pdf("an 2")), number=2))
            polled = poll_all(now=NOW + timedelta(minutes=3))
        assert (polled.fetched, polled.accepted) == (1, 1)
        assert (MailCase.objects.count(), Deposit.objects.count()) == (2, 2)
        assert MailFolder.objects.get().uid_validity == 4711

    def test_an_old_mailbox_waits_for_a_day_and_is_read_from_it(self, server, settings) -> None:
        server.fill(10_000)
        polled = poll(settings, server, since="")
        folder = MailFolder.objects.get()
        assert (polled.fetched, folder.since, folder.waiting_mails) == (0, None, 10_000)
        server.append(mail((AN, pdf("an"))))
        set_start(folder=folder, since=at(20), by=make_user(Role.OFFICE, folder.ward), at=NOW)
        polled = poll(settings, server, since="", now=NOW + timedelta(minutes=3))
        assert (polled.fetched, polled.accepted, polled.errors) == (1, 1, [])
        assert (MailCase.objects.count(), server.holds(), server.holds(PROCESSED)) == (1, 10_000, 1)

    def test_a_mail_of_40_mb_comes_in(self, server, settings) -> None:
        other = "Trần Thị Bình - đảng viên, Chi bộ Tổ dân phố số 5.pdf"
        raw = mail(*((name, pdf(name).ljust(15 * 1024 * 1024, b"\n")) for name in (AN, other)))
        assert len(raw) > 40 * 1024 * 1024
        server.append(raw)
        polled = poll(settings, server)
        assert (polled.accepted, polled.errors) == (1, [])
        assert Deposit.objects.get().versions.count() == 2

    def test_fifty_lines_broken_at_random_lose_and_double_nothing(self, server, settings) -> None:
        line, mails, minute = BadLine(server.port, random.Random(8)), 0, 0
        with bad_line(line) as port:
            while line.broken < 50:
                if minute % 8 == 0:
                    name = "Quét 1.pdf" if mails % 5 == 4 else AN
                    server.append(mail((name, pdf(f"bản {mails}")), number=mails))
                    mails += 1
                poll(settings, server, port=port, now=NOW + timedelta(minutes=minute))
                minute += 1
            line.chance = None
            for more in range(2):
                polled = poll(settings, server, port=port, now=NOW + timedelta(hours=9, minutes=more))
        assert (polled.fetched, polled.errors) == (0, [])
        assert Counter(MailCase.objects.values_list("message_id", flat=True)) == {
            f"<{number}@mail.chibo.example>": 1 for number in range(mails)
        }
        unclear = mails // 5
        assert unclear > 0
        assert Counter(MailCase.objects.values_list("state", flat=True)) == {
            "ACCEPTED": mails - unclear, "UNCLEAR": unclear
        }  # fmt: skip
        assert Deposit.objects.count() == mails - unclear
        assert not MailCase.objects.filter(to_put_aside=True).exists()
        assert (server.holds(), server.holds(PROCESSED), server.holds(UNCLEAR)) == (0, mails - unclear, unclear)


SCENE = "from tests.mailbox.scene import make_scene\nmake_scene()\n"
COUNT = """
import json
from mailbox.models import MailCase
from submissions.models import Deposit
from outbox.models import OutgoingMail
print(json.dumps([MailCase.objects.count(), Deposit.objects.count(), OutgoingMail.objects.count()]))
"""
POLL = [sys.executable, "manage.py", "poll_mailbox", "--json"]


def in_shell(words: str, env: dict[str, str]) -> str:
    done = manage("shell", "--no-imports", "-c", words, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.faults
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.production)])
def test_two_pollers_at_once_bring_each_mail_once(engine: str, server, tmp_path) -> None:
    mails = 12
    for number in range(mails):
        server.append(mail((AN, pdf(f"bản {number}")), number=number))
    more = {"MAILBOXES": server.address(), "SSL_CERT_FILE": str(server.authority)}
    with fresh_database(engine, tmp_path, **more) as env:
        in_shell(SCENE, env)
        pollers = [
            subprocess.Popen(POLL, cwd=REPOSITORY, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        told = [poller.communicate(timeout=240) for poller in pollers]
        assert [poller.returncode for poller in pollers] == [0, 0], told
        assert sum(json.loads(out)["accepted"] for out, _ in told) == mails
        assert json.loads(in_shell(COUNT, env)) == [mails, mails, 1]
    assert (server.holds(), server.holds(PROCESSED)) == (0, mails)


FULL = """
mount -t tmpfs -o size=300k tmpfs "$VAULT" &&
"$0" manage.py poll_mailbox --json; first=$?
mount -o remount,size=8m "$VAULT" &&
"$0" manage.py poll_mailbox --json; echo "$first $?"
"""


@pytest.mark.faults
def test_a_full_disk_leaves_the_mail_on_the_server_until_there_is_room(server, tmp_path) -> None:
    server.append(mail((AN, pdf("nhỏ"))))
    server.append(mail((AN, pdf("lớn") + os.urandom(600 * 1024)), number=2))
    vault = tmp_path / "vault"
    vault.mkdir()
    more = {"MAILBOXES": server.address(), "SSL_CERT_FILE": str(server.authority), "VAULT": str(vault)}
    with fresh_database("sqlite", tmp_path, **more) as env:
        in_shell(SCENE, env)
        done = subprocess.run(
            [*own_mounts(), "sh", "-c", FULL, sys.executable],
            cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        first, second, codes = done.stdout.splitlines()
        assert codes == "1 0", done.stderr
        assert "đã đầy" in done.stderr
        assert [json.loads(one)["accepted"] for one in (first, second)] == [1, 1]
        assert json.loads(in_shell(COUNT, env)) == [2, 2, 1]
    assert (server.holds(), server.holds(PROCESSED)) == (0, 2)

"""Polling a server that drops in mid-message, changes UIDVALIDITY, holds old mail: nothing is lost, nothing doubled."""

import random
from datetime import timedelta

import pytest
from zeal import zeal_ignore

from mailbox.choices import CaseState
from mailbox.models import MailCase, MailFolder
from mailbox.services.polling import check_connections, poll_all, set_start
from submissions.models import Deposit
from tests.factories.directives import at
from tests.factories.units import make_user
from tests.mailbox.imap_server import Mailbox, serving
from tests.mailbox.scene import AN, mail, make_scene, pdf
from units.choices import Role

pytestmark = pytest.mark.django_db
NOW = at(24, hour=12)


@pytest.fixture
def scene():
    return make_scene()


def poll(settings, port, *, now=NOW, since="2026-04-01"):
    start = f"?tu-ngay={since}" if since else ""
    settings.MAILBOXES = f"imap://bxdd%40phucloi.example:secret@127.0.0.1:{port}/INBOX{start}"
    with zeal_ignore():
        return poll_all(now=now)


def test_fifty_random_drops_lose_and_double_nothing(scene, settings) -> None:
    chance = random.Random(8)
    box = Mailbox(drops=[chance.randrange(1, 9000) for _ in range(50)])
    for number in range(6):
        box.add(mail((AN, pdf(f"bản {number}")), number=number))
    with serving(box) as port:
        for minute in range(70):
            polled = poll(settings, port, now=NOW + timedelta(minutes=minute))
        assert box.drops == []
        assert (polled.fetched, polled.errors) == (0, [])
    assert MailCase.objects.count() == 6
    assert sorted(MailCase.objects.values_list("message_id", flat=True)) == [
        f"<{n}@mail.chibo.example>" for n in range(6)
    ]
    assert set(MailCase.objects.values_list("state", flat=True)) == {CaseState.ACCEPTED}
    assert Deposit.objects.count() == 6


def test_a_changed_uidvalidity_is_read_again_and_brings_nothing_twice(scene, settings) -> None:
    box = Mailbox()
    box.add(mail((AN, pdf("an"))))
    with serving(box) as port:
        assert poll(settings, port).accepted == 1
        box.uid_validity = 2
        box.messages = {7: box.messages[1], 9: mail(number=2)}
        assert poll(settings, port, now=NOW + timedelta(minutes=3)).fetched == 1
    assert (MailCase.objects.count(), Deposit.objects.count()) == (2, 1)
    assert MailFolder.objects.get().last_uid == 9


def test_an_old_mailbox_waits_for_a_day(scene, settings) -> None:
    box = Mailbox(messages=dict.fromkeys(range(1, 10001), b"Subject: old\r\n\r\n"))
    with serving(box) as port:
        assert poll(settings, port, since="").fetched == 0
        folder = MailFolder.objects.get()
        assert (folder.since, folder.waiting_mails, box.bodies_sent) == (None, 10_000, 0)
        box.messages = {10_001: mail((AN, pdf("an")))}
        set_start(folder=folder, since=at(20), by=make_user(Role.OFFICE, scene.ward), at=NOW)
        assert poll(settings, port, since="", now=NOW + timedelta(minutes=3)).accepted == 1


def test_a_message_that_is_too_long_is_told_and_passed(scene, settings) -> None:
    box = Mailbox(sizes={1: 70 * 1024 * 1024})
    box.add(b"x")
    box.add(mail((AN, pdf("an")), number=2))
    with serving(box) as port:
        polled = poll(settings, port)
    assert (polled.accepted, polled.unclear) == (1, 1)
    assert MailCase.objects.get(state=CaseState.QUARANTINED).reason.startswith("Thư nặng 70 MB")


def test_a_folder_in_other_hands_is_passed_over(scene, settings) -> None:
    box = Mailbox()
    box.add(mail((AN, pdf("an"))))
    with serving(box) as port:
        poll(settings, port)
        MailFolder.objects.update(lease_until=NOW + timedelta(hours=1))
        box.add(mail((AN, pdf("an 2")), number=2))
        assert poll(settings, port, now=NOW + timedelta(minutes=3)).fetched == 0
        assert poll(settings, port, now=NOW + timedelta(hours=2)).fetched == 1


def test_a_full_disk_keeps_the_cursor_where_it_was(scene, settings, monkeypatch) -> None:
    box = Mailbox()
    box.add(mail((AN, pdf("an"))))
    from mailbox.services import ingesting  # noqa: PLC0415 (the name that is replaced)
    from vault.errors import StoreFull  # noqa: PLC0415 (as above)

    real = ingesting.put

    def full(**asked):
        raise StoreFull

    with serving(box) as port:
        monkeypatch.setattr(ingesting, "put", full)
        assert "đã đầy" in poll(settings, port).errors[0]
        assert (MailFolder.objects.get().last_uid, MailCase.objects.count()) == (0, 0)
        monkeypatch.setattr(ingesting, "put", real)
        assert poll(settings, port, now=NOW + timedelta(minutes=3)).accepted == 1


def test_the_connection_is_tried(scene, settings) -> None:
    with serving(Mailbox()) as port:
        settings.MAILBOXES = f"imap://bxdd%40phucloi.example:secret@127.0.0.1:{port}/INBOX"
        assert check_connections() == [("bxdd@phucloi.example", "Nối được; thư mục INBOX có 0 thư.")]
    assert "không nối được" in check_connections()[0][1]

"""Sending 300 mails, against one SMTP connection and messages built beforehand.

The product also claims each mail, writes what became of it, and builds the message; every mail is committed by itself.
The mail server runs in its own process and answers at once. Not here: sending itself (`outbox.draining`).
"""

import multiprocessing
import smtplib
import socket
import time
from datetime import datetime
from multiprocessing.synchronize import Event

from benchmarks.harness import Comparison, compare, fresh_database, start_django
from vietnamese.dates import VIETNAM

TITLE = "send 300 mails"
TARGET = 2.2
MAILS = 300
NOW = datetime(2026, 4, 24, 7, 0, tzinfo=VIETNAM)
TEXT = "Kính gửi đồng chí, chi bộ còn hai việc cần hoàn thành.\n" * 30
HTML = f"<p>{TEXT}</p>" * 3


def run() -> Comparison:
    """Both against the same server."""
    start_django()
    from django.conf import settings  # noqa: PLC0415 (after start_django)

    from outbox.delivery import build  # noqa: PLC0415
    from outbox.draining import drain  # noqa: PLC0415
    from outbox.models import OutgoingMail, SendingMinute  # noqa: PLC0415
    from outbox.services import MailDraft, enqueue_mails  # noqa: PLC0415

    stop, port = multiprocessing.Event(), _free_port()
    server = multiprocessing.Process(target=_serve, args=(port, stop), daemon=True)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.OUTBOX_PER_MINUTE = "127.0.0.1", port, 0
    _wait_for(port)

    with fresh_database():
        drafts = [
            MailDraft(
                to=f"bithu{n}@phuong.example", to_name="Trần Thị Bích Ngọc", subject="[Cần nộp trước 28/4] Bài thu hoạch",
                text=TEXT, html=HTML, dedupe_key=f"k{n}", kind="benchmark",
            )
            for n in range(MAILS)
        ]  # fmt: skip
        enqueue_mails(drafts=drafts, at=NOW)
        built = [(mail.to_address, build(mail.parcel(), NOW)) for mail in OutgoingMail.objects.all()]
        messages = [(address, message.message().as_bytes(linesep="\r\n")) for address, message in built]

        def before() -> None:
            SendingMinute.objects.all().delete()
            OutgoingMail.objects.all().delete()
            enqueue_mails(drafts=drafts, at=NOW)

        def floor() -> None:
            with smtplib.SMTP("127.0.0.1", port) as connection:
                for address, message in messages:
                    connection.sendmail("bxdd@phucloi.example", [address], message)

        def product() -> None:
            assert drain(limit=MAILS, at=NOW).sent == MAILS

        try:
            return compare(floor=floor, product=product, before=before, rounds=5)
        finally:
            stop.set()
            server.join()


def _serve(port: int, stop: Event) -> None:
    from aiosmtpd.controller import Controller  # noqa: PLC0415 (only in the server's process)
    from aiosmtpd.handlers import Sink  # noqa: PLC0415

    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    stop.wait()
    controller.stop(no_assert=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the mail server did not start")

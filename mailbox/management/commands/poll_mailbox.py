"""`poll_mailbox [--once] [--json]`: read the office's mailboxes now.

Not here: what is done (`mailbox.services.polling`).
"""

import json
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mailbox.errors import MailboxError, NotConfigured
from mailbox.services.polling import poll_all

_PAUSE = 60  # seconds between rounds


class Command(BaseCommand):
    """JSON `{fetched, accepted, unclear, ignored}`."""

    help = "Đọc hộp thư của Ban Xây dựng Đảng ngay; không có --once thì đọc mỗi phút đến khi dừng."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Đọc một lượt rồi thôi")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.MAILBOXES.strip():
            raise CommandError(str(NotConfigured()), returncode=2)
        while True:
            try:
                polled = poll_all(now=timezone.now())
            except MailboxError as refusal:
                raise CommandError(str(refusal), returncode=2) from refusal
            told = {name: getattr(polled, name) for name in ("fetched", "accepted", "unclear", "ignored")}
            if options["json"]:
                self.stdout.write(json.dumps(told))
            else:
                self.stdout.write(
                    f"Đọc {polled.fetched} thư: {polled.accepted} đã nhận, {polled.unclear} cần xử lý, {polled.ignored} bỏ qua."
                )
            for error in polled.errors or []:
                self.stderr.write(error)
            if options["once"] or options["json"]:
                if polled.errors:
                    sys.exit(1)
                return
            time.sleep(_PAUSE)

"""`send_mail [--limit N] [--at ISO] [--json]`: sends what is due in the outbox.

Not here: how (`outbox.draining`).
"""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from outbox.draining import drain


class Command(BaseCommand):
    """Exit 0 when all attempts succeeded, 1 when one failed; JSON `{sent, failed, waiting}`."""

    help = "Gửi các thư đến lượt trong hàng đợi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=300, help="Số thư tối đa của lần chạy này.")
        parser.add_argument("--at", help="Thời điểm ISO 8601 thay cho hiện tại.")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        report = drain(limit=options["limit"], at=_instant(options["at"]))
        counts = {"sent": report.sent, "failed": report.failed, "waiting": report.waiting}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(f"Đã gửi {report.sent} thư, lỗi {report.failed}, còn chờ {report.waiting}.")
        if report.failed:
            raise SystemExit(1)


def _instant(text: str | None) -> datetime:
    """The instant asked for, in the portal's zone when it names none; now when not given."""
    if not text:
        return timezone.now()
    at = parse_datetime(text)
    if at is None:
        raise CommandError(f"Thời điểm “{text}” không đúng dạng ISO 8601.", returncode=2)
    return at if at.tzinfo else timezone.make_aware(at)

"""`send_mail [--limit N] [--at ISO] [--json]`: sends what is due in the outbox.

Not here: how (`outbox.draining`).
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from outbox.draining import drain
from vietnamese.dates import read_instant


class Command(BaseCommand):
    """Exit 0 when all attempts succeeded, 1 when one failed; JSON `{sent, failed, waiting}`."""

    help = "Gửi các thư đến lượt trong hàng đợi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=300, help="Số thư tối đa của lần chạy này.")
        parser.add_argument("--at", help="Thời điểm ISO 8601 thay cho hiện tại.")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = read_instant(options["at"]) if options["at"] else timezone.now()
        except ValueError as error:
            raise CommandError(f"Thời điểm “{options['at']}” không đúng dạng ISO 8601.", returncode=2) from error
        report = drain(limit=options["limit"], at=at)
        counts = {"sent": report.sent, "failed": report.failed, "waiting": report.waiting}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(f"Đã gửi {report.sent} thư, lỗi {report.failed}, còn chờ {report.waiting}.")
        if report.failed:
            raise SystemExit(1)

"""`plan_reminders [--at ISO] [--apply] [--json]`: who is reminded on a day, why, and who is not.

Not here: the plan (`reminders.planning`), the sending (`send_mail`).
"""

import json
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reminders.digests import SKIP_WORDS
from reminders.listing import as_rows
from reminders.planning import plan_wards
from reminders.services import plan_ward
from units.models import Unit
from vietnamese.dates import read_instant


class Command(BaseCommand):
    """Without `--apply` nothing is written. JSON `{planned:[…], skipped:{reason:count}}`."""

    help = "Lập danh sách nhắc việc của một ngày (mặc định hôm nay); --apply ghi vào hàng đợi thư."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", help="Thời điểm ISO 8601 thay cho hiện tại.")
        parser.add_argument("--apply", action="store_true", help="Ghi thư vào hàng đợi.")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = read_instant(options["at"]) if options["at"] else timezone.now()
        except ValueError as error:
            raise CommandError(f"Thời điểm “{options['at']}” không đúng dạng ISO 8601.", returncode=2) from error
        wards = list(Unit.objects.wards())
        rows: list[dict[str, Any]] = []
        skipped: Counter[str] = Counter()
        apply = (plan_ward(ward=ward, at=at) for ward in wards)
        for one in apply if options["apply"] else plan_wards(wards=wards, at=at):
            rows.extend(as_rows(one))
            skipped.update(one.skipped)
        if options["json"]:
            self.stdout.write(json.dumps({"planned": rows, "skipped": dict(skipped)}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row['to']}: {row['reason']}")
        for key, count in skipped.items():
            self.stdout.write(f"Bỏ qua {count} {SKIP_WORDS[key]}.")
        self.stdout.write(
            f"{len(rows)} thư" + (", đã ghi vào hàng đợi." if options["apply"] else " (chưa ghi, thêm --apply).")
        )

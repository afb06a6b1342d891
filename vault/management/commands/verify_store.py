"""`verify_store`: hash everything stored and name what is altered or missing.

Not here: the scrub itself (`vault.services`).
"""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from vault.services import scrub, scrub_and_mark


class Command(BaseCommand):
    """Prints `{checked, faults}`; exits 1 when there is a fault. `--apply` also sets altered bytes aside and marks missing ones."""

    help = "Kiểm tra từng tệp trong kho theo SHA-256; nêu tệp bị thay đổi hoặc bị mất."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--json`, `--apply`."""
        parser.add_argument("--json", action="store_true", help="In kết quả dạng JSON.")
        parser.add_argument("--apply", action="store_true", help="Cách ly các tệp bị thay đổi, ghi dấu các tệp bị mất.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Scrub, print, exit."""
        checked, faults = 0, []
        for checked, total, fault in scrub_and_mark(now=timezone.now()) if options["apply"] else scrub():
            if self.stderr.isatty():
                self.stderr.write(f"\rĐã kiểm tra {checked}/{total} tệp", ending="")
            if fault is None:
                continue
            faults.append(fault)
        if options["json"]:
            self.stdout.write(json.dumps({"checked": checked, "faults": [asdict(f) for f in faults]}))
        else:
            for fault in faults:
                self.stdout.write(fault.sentence())
            self.stdout.write(f"Đã kiểm tra {checked} tệp, {len(faults)} lỗi.")
        if faults:
            sys.exit(1)

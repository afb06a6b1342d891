"""`backup DIR`: rows and files of the portal into a folder; a second run copies only what is new.

Not here: the work (`phucloi_portal.keeping.backup`).
"""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from phucloi_portal.keeping.backup import RowsRefused, back_up


class Command(BaseCommand):
    """Prints `{rows, blobs, bytes}`; exits 1 when a stored file could not be kept."""

    help = "Sao lưu cơ sở dữ liệu và kho tệp vào một thư mục. Tệp .env (khóa bí mật) hãy giữ riêng."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument("--json", action="store_true", help="in một tài liệu JSON ra stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = back_up(options["dir"], at=timezone.now(), by="backup", progress=self._show)
        except RowsRefused as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
        else:
            self.stdout.write(f"Đã sao lưu {report.rows} dòng, {report.blobs} tệp, {report.bytes} byte.")
            for sha256 in report.faults:
                self.stdout.write(f"Tệp {sha256} hỏng hoặc mất trong kho nên không sao lưu được.")
        if report.faults:
            sys.exit(1)

    def _show(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\rĐã chép {done}/{total} tệp", ending="")

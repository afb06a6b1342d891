"""`restore DIR`: the newest backup of a folder into an empty portal; `--missing` brings single lost files back.

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

from phucloi_portal.keeping.backup import RowsRefused, put_back_damaged, restore


class Command(BaseCommand):
    """Prints `{rows, blobs, bytes}`; exits 1 when a stored file could not be brought back."""

    help = "Khôi phục bản sao lưu mới nhất vào một cổng mới, chưa có dữ liệu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument("--missing", action="store_true", help="chỉ lấy lại các tệp mất hoặc sai khác của cổng này")
        parser.add_argument("--json", action="store_true", help="in một tài liệu JSON ra stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            work = put_back_damaged if options["missing"] else restore
            report = work(options["dir"], at=timezone.now(), by="restore", progress=self._show)
        except RowsRefused as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
        else:
            self.stdout.write(f"Đã khôi phục {report.rows} dòng, {report.blobs} tệp, {report.bytes} byte.")
            for sha256 in report.faults:
                self.stdout.write(f"Tệp {sha256} hỏng hoặc mất trong bản sao lưu nên không khôi phục được.")
        if report.faults:
            sys.exit(1)

    def _show(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\rĐã chép {done}/{total} tệp", ending="")

"""`cold_copy DIR`: the papers as a folder tree with an index, readable without the portal.

Not here: the work (`phucloi_portal.keeping.cold_copy`).
"""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from phucloi_portal.keeping.backup import RowsRefused
from phucloi_portal.keeping.cold_copy import cold_copy


class Command(BaseCommand):
    """Prints `{files, written, removed, faults}`; exits 1 when a stored file could not be kept."""

    help = "Chép bài nộp và văn bản thành cây thư mục có mục lục, mở được khi cổng không chạy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument("--json", action="store_true", help="in một tài liệu JSON ra stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = cold_copy(options["dir"], at=timezone.now(), by="cold_copy", progress=self._show)
        except RowsRefused as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
        else:
            self.stdout.write(f"Bản lạnh có {report.files} tệp: chép mới {report.written}, bỏ {report.removed}.")
            for path in report.faults:
                self.stdout.write(f"Không đọc được: {path}")
        if report.faults:
            sys.exit(1)

    def _show(self, done: int, total: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\rĐã chép {done}/{total} tệp", ending="")

"""`compile_report --directive KEY [--at ISO] [--freeze] --out DIR [--json]`: the summary report as files.

Not here: the work (`reports.services.compiling`), reading keys (`directives.keys`).
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.errors import DirectivesError
from directives.keys import directive_of_key, moment_of
from reports.errors import ReportError
from reports.services.asking import new_report
from reports.services.compiling import compile_report
from reports.services.handing_out import save_documents


class Command(BaseCommand):
    """JSON `{pdf, docx, xlsx, figures}`: paths of what was written; null for a PDF that this machine cannot make."""

    help = "Lập báo cáo tổng hợp của một văn bản: PDF, Word, phụ lục Excel và số liệu; --freeze chốt số liệu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--directive", metavar="KEY", required=True, help="Số và ký hiệu (53-KH/ĐU) hoặc mã số")
        parser.add_argument("--at", metavar="ISO", help="Thời điểm lấy số liệu (mặc định: bây giờ)")
        parser.add_argument("--freeze", action="store_true", help="Chốt số liệu của báo cáo")
        parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="Thư mục ghi tệp")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = moment_of(options["at"], now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        try:
            paths, note = self._compile(options, at)
        except (DirectivesError, ReportError, OSError) as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        if note:
            self.stderr.write(note)
        if options["json"]:
            self.stdout.write(json.dumps(paths, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(path for path in paths.values() if path))

    def _compile(self, options: dict[str, Any], at: Any) -> tuple[dict[str, str | None], str]:
        now = max(timezone.now(), at)  # a day replayed may lie ahead
        directive = directive_of_key(options["directive"])
        report = new_report(directive=directive, at=at, by=None, now=now)
        documents = compile_report(
            report=report, freeze=options["freeze"], by=None, clock=lambda: now, advance=self._advance
        )
        report.refresh_from_db()
        return save_documents(report=report, folder=options["out"], by=None, now=now), documents.note

    def _advance(self, step: str, done: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{done:3d}% {step}")

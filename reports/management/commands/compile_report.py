"""`compile_report --directive KEY [--at ISO] [--freeze] --out DIR [--json]`: the summary report as files.

Or, with `--ward CODE --period 2026-Q2 [--oversight]`, the report about all that a ward was asked in that span.

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
from reports.choices import ReportKind
from reports.errors import ReportError, ReportRefused
from reports.services.asking import new_report, new_span_report
from reports.services.compiling import compile_report
from reports.services.handing_out import save_documents
from units.models import Unit


class Command(BaseCommand):
    """JSON `{pdf, docx, xlsx, figures}`: paths of what was written; null for a PDF that this machine cannot make."""

    help = "Lập báo cáo tổng hợp của một văn bản, hoặc của cả phường trong một kỳ: PDF, Word, phụ lục Excel và số liệu; --freeze chốt số liệu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        about = parser.add_mutually_exclusive_group(required=True)
        about.add_argument("--directive", metavar="KEY", help="Số và ký hiệu (53-KH/ĐU) hoặc mã số")
        about.add_argument("--ward", metavar="CODE", help="Mã của đảng bộ phường: báo cáo định kỳ của cả phường")
        parser.add_argument("--oversight", action="store_true", help="Với --ward: báo cáo kiểm tra, giám sát")
        parser.add_argument("--at", metavar="ISO", help="Thời điểm lấy số liệu (mặc định: bây giờ)")
        parser.add_argument("--period", metavar="KỲ", default="", help="Một kỳ: 2026-04, 2026-Q2, 2026-H1, 2026")
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
        asked = {"at": at, "by": None, "now": now, "period": options["period"]}
        if options["directive"]:
            report = new_report(directive=directive_of_key(options["directive"]), **asked)
        else:
            kind = ReportKind.OVERSIGHT if options["oversight"] else ReportKind.PERIODIC
            report = new_span_report(ward=_ward(options["ward"]), kind=kind, **asked)
        documents = compile_report(
            report=report, freeze=options["freeze"], by=None, clock=lambda: now, advance=self._advance
        )
        report.refresh_from_db()
        return save_documents(report=report, folder=options["out"], by=None, now=now), documents.note

    def _advance(self, step: str, done: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{done:3d}% {step}")


def _ward(code: str) -> Unit:
    ward = Unit.objects.wards().filter(code=code).first()
    if ward is None:
        raise ReportRefused(f"Không có đảng bộ phường nào mang mã “{code}”.")
    return ward

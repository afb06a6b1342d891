"""`chasing_letter --directive KEY [--requirement KEY#n] [--at ISO] [--until DAY] [--number N] --out DIR [--json]`.

Not here: the work (`reports.services.chasing`), reading keys (`directives.keys`).
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.errors import DirectivesError
from directives.keys import directive_of_key, moment_of, requirement_of_key
from reports.errors import ReportError
from reports.services.chasing import new_letter, write_letter
from reports.services.handing_papers import save_letter
from reports.services.numbers import given_back_on_failure


class Command(BaseCommand):
    """JSON `{pdf, docx, late_units, missing, number, previous}`; a PDF that this machine cannot make is null."""

    help = "Lập công văn đôn đốc theo số liệu của một thời điểm: PDF và Word; công văn sau dẫn công văn trước."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--directive", metavar="KEY", required=True, help="Số và ký hiệu (53-KH/ĐU) hoặc mã số")
        parser.add_argument("--requirement", metavar="KEY#n", help="Chỉ một yêu cầu (mặc định: cả văn bản)")
        parser.add_argument("--at", metavar="ISO", help="Thời điểm lấy số liệu (mặc định: bây giờ)")
        parser.add_argument("--until", metavar="DAY", type=date.fromisoformat, help="Hạn mới, nộp đến hết ngày")
        parser.add_argument("--number", metavar="N", type=int, help="Số công văn (mặc định: chừa chỗ ghi tay)")
        parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="Thư mục ghi tệp")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = moment_of(options["at"], now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        try:
            told = self._write(options, at)
        except (DirectivesError, ReportError, OSError) as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(path for path in (told["pdf"], told["docx"]) if path))

    def _write(self, options: dict[str, Any], at: Any) -> dict[str, Any]:
        now = max(timezone.now(), at)  # a day replayed may lie ahead
        directive = directive_of_key(options["directive"])
        key = options["requirement"]
        letter = new_letter(
            directive=directive,
            requirement=requirement_of_key(key) if key else None,
            at=at,
            new_last_day=options["until"],
            number=options["number"],
            by=None,
            now=now,
        )
        with given_back_on_failure(letter, at=now):
            letter = write_letter(letter=letter, by=None, clock=lambda: now, advance=lambda step, done: None)
        return {
            **save_letter(letter=letter, folder=options["out"], by=None, now=now),
            "late_units": letter.figures["late_units"],
            "missing": letter.figures["missing"],
            "number": letter.number,
            "previous": letter.previous_id,
        }

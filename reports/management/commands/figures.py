"""`figures --directive KEY [--at ISO] [--by unit|block|cluster|requirement] [--json]`: the figures of a directive.

Not here: the counting (`reports.figures`), reading keys (`directives.keys`).
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.errors import DirectivesError
from directives.keys import directive_of_key, moment_of
from reports.figures import collect
from reports.tallies import By, FigureSheet, Tally
from vietnamese.dates import format_moment
from vietnamese.numbers import format_number, format_percent


class Command(BaseCommand):
    """JSON `{at, total:{…}, rows:[{key, name, …}]}`; `rate` is per cent with one decimal, null when nobody owes."""

    help = "Số liệu của một văn bản tại một thời điểm; cùng nguồn với màn hình và báo cáo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--directive", metavar="KEY", required=True, help="Số và ký hiệu (53-KH/ĐU) hoặc mã số")
        parser.add_argument("--at", metavar="ISO", help="Thời điểm lấy số liệu (mặc định: bây giờ)")
        parser.add_argument("--by", choices=[one.value for one in By], default=By.UNIT.value, help="Dòng theo")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = moment_of(options["at"], now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        try:
            directive = directive_of_key(options["directive"])
        except DirectivesError as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        sheet = collect(at=at, by=By(options["by"]), directive=directive)
        if options["json"]:
            self.stdout.write(json.dumps(sheet.as_json(), ensure_ascii=False, indent=2))
        else:
            self._print(sheet)

    def _print(self, sheet: FigureSheet) -> None:
        self.stdout.write(f"Số liệu lúc {format_moment(sheet.at)}")
        for row in sheet.rows:
            self.stdout.write(f"{row.name}: {_words(row.tally)}")
        self.stdout.write(f"TỔNG CỘNG: {_words(sheet.total)}")


def _words(tally: Tally) -> str:
    return (
        f"phải nộp {format_number(tally.required)}, đã nộp {format_number(tally.submitted)}, "
        f"đạt {format_number(tally.accepted)} ({format_percent(tally.accepted, tally.required)}), "
        f"quá hạn {format_number(tally.overdue)}"
    )

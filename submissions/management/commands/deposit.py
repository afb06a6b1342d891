"""`deposit --requirement KEY [--unit CODE] [--at ISO] [--apply] PATH…`: hand in files, folders and ZIP archives,
photographs of one paper bound into one PDF.

Not here: matching and handing in (`submissions.services.batch`).
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.errors import DirectivesError
from directives.keys import moment_of, requirement_of_key
from directives.models import Requirement
from submissions.desk_access import DeskPlace, place_of
from submissions.errors import SubmissionError
from submissions.management.commands.check_names import find_unit
from submissions.services.batch import SUBMITTED, BatchItem, deposit_batch, files_in

_WORDS = {
    "matched": "khớp",
    "choose": "cần chọn",
    "unknown": "lạ",
    "duplicate": "trùng",
    "exempt": "tự nguyện",
    "accepted": "đã duyệt",
    "refused": "không nhận",
    SUBMITTED: "đã nộp",
}


class Command(BaseCommand):
    """JSON `[{path, sha256, verdict, member, unit_code, canonical, state, timeliness, receipt, reasons}]`."""

    help = "Nộp theo lô: tệp PDF, ảnh chụp (JPG, PNG; ảnh của một người thành một PDF), thư mục, gói ZIP; không có --apply thì chỉ xem."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="Tệp, ảnh, thư mục hoặc gói ZIP")
        parser.add_argument("--requirement", required=True, metavar="KEY", help="Yêu cầu, ví dụ 53-KH/ĐU#1")
        parser.add_argument("--unit", metavar="CODE", help="Đơn vị nộp, theo mã (mặc định: cả phường)")
        parser.add_argument(
            "--period", metavar="KỲ", help="Kỳ của việc lặp lại, ví dụ 2026-05 (mặc định: kỳ cũ nhất còn nợ)"
        )
        parser.add_argument("--at", metavar="ISO", help="Giờ nhận (mặc định: bây giờ)")
        parser.add_argument("--apply", action="store_true", help="Nộp thật")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        requirement, at = _asked(options)
        unit = find_unit(options["unit"], requirement.directive.ward) or requirement.directive.ward
        missing = [str(path) for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError(f"Không có tệp hoặc thư mục: {', '.join(missing)}.", returncode=2)
        place = place_of(requirement, unit, options["period"])
        if place is None:
            of_period = f", kỳ {options['period']}" if options["period"] else ""
            raise CommandError(f"{unit} không có việc nào của yêu cầu này{of_period}.", returncode=2)
        items = self._deposit(place, at, options)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(item) for item in items], ensure_ascii=False, indent=2))
        else:
            self._print(items, applied=options["apply"])
        if not all(item.is_settled for item in items):
            sys.exit(1)

    def _deposit(self, place: DeskPlace, at: datetime, options: dict[str, Any]) -> list[BatchItem]:
        files = list(files_in(options["paths"]))
        on_terminal = self.stderr.isatty()

        def progress(done: int) -> None:
            if on_terminal:
                self.stderr.write(f"\r{done} tệp (từ {len(files)})", ending="")

        try:
            return deposit_batch(place=place, files=files, at=at, apply=options["apply"], progress=progress)
        except SubmissionError as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        finally:
            if on_terminal:
                self.stderr.write("")

    def _print(self, items: list[BatchItem], *, applied: bool) -> None:
        for item in items:
            receipt = f" · phiếu {item.receipt}" if item.receipt else ""
            self.stdout.write(f"[{_WORDS[item.state]}] {item.path}{receipt}")
            if item.canonical and item.state != "refused":  # nothing of it will ever bear that name
                self.stdout.write(f"    → {item.canonical}")
            for reason in item.reasons:
                self.stdout.write(f"    {reason}")
        if not applied:
            self.stdout.write("Chưa nộp gì. Thêm --apply để nộp.")


def _asked(options: dict[str, Any]) -> tuple[Requirement, datetime]:
    try:
        return requirement_of_key(options["requirement"]), moment_of(options["at"], now=timezone.now())
    except (DirectivesError, ValueError) as error:
        raise CommandError(str(error), returncode=2) from error

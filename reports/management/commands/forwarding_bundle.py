"""`forwarding_bundle --directive KEY [--requirement KEY#n] [--at ISO] [--limit-mb N] --out DIR [--json]`.

Not here: the work (`reports.services.bundling`), reading keys (`directives.keys`).
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
from directives.keys import directive_of_key, moment_of, requirement_of_key
from reports.errors import ReportError
from reports.forms_papers import RECIPIENT
from reports.services.bundling import make_bundle, new_bundle
from reports.services.handing_papers import save_bundle
from reports.services.numbers import given_back_on_failure
from vault.errors import VaultError


class Command(BaseCommand):
    """JSON `{round, papers, units, pages, files:[path]}`; only papers that no earlier bundle of the duty holds."""

    help = "Lập gói chuyển tiếp các bài đã duyệt: ZIP theo đơn vị, danh mục, bản gộp PDF, mã SHA-256, công văn chuyển."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--directive", metavar="KEY", required=True, help="Số và ký hiệu (53-KH/ĐU) hoặc mã số")
        parser.add_argument("--requirement", metavar="KEY#n", help="Chỉ một yêu cầu (mặc định: cả văn bản)")
        parser.add_argument("--at", metavar="ISO", help="Bài duyệt đến lúc (mặc định: bây giờ)")
        parser.add_argument(
            "--limit-mb", metavar="N", type=int, default=0, help="Mỗi tệp không quá N MB (0: không chia)"
        )
        parser.add_argument("--recipient", metavar="NAME", default=RECIPIENT, help="Nơi nhận")
        parser.add_argument("--number", metavar="N", type=int, help="Số công văn chuyển (mặc định: chừa chỗ ghi tay)")
        parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="Thư mục ghi tệp")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = moment_of(options["at"], now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        try:
            told = self._make(options, at)
        except (DirectivesError, ReportError, VaultError, OSError) as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        self.stdout.write(json.dumps(told, ensure_ascii=False) if options["json"] else "\n".join(told["files"]))

    def _make(self, options: dict[str, Any], at: Any) -> dict[str, Any]:
        now = max(timezone.now(), at)  # a day replayed may lie ahead
        key = options["requirement"]
        bundle = new_bundle(
            directive=directive_of_key(options["directive"]),
            requirement=requirement_of_key(key) if key else None,
            recipient=options["recipient"],
            limit_mb=max(options["limit_mb"], 0),
            number=options["number"],
            at=at,
            by=None,
            now=now,
        )
        with given_back_on_failure(bundle, at=now):
            bundle = make_bundle(bundle=bundle, by=None, clock=lambda: now, advance=self._advance)
        items = list(bundle.items.values_list("folder", "pages"))
        return {
            "round": bundle.round,
            "papers": len(items),
            "units": len({folder for folder, _ in items}),
            "pages": sum(pages or 0 for _, pages in items),
            "files": save_bundle(bundle=bundle, folder=options["out"], by=None, now=now),
        }

    def _advance(self, step: str, done: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"{done:3d}% {step}")

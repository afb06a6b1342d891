"""`issue_directive KEY [--at ISO] [--apply]`: what issuing would write, and writing it.

Not here: what it does (`services.preview`, `services.issuing`), reading keys (`keys.py`).
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.errors import DirectivesError
from directives.keys import directive_of_key, moment_of
from directives.services.issuing import issue_directive
from directives.services.preview import IssuePreview, preview_issue


class Command(BaseCommand):
    """JSON `{obligations, by_kind:{}, by_unit:{}, uncovered_members, warnings:[]}`; exit 1 when it is refused."""

    help = "Ban hành một văn bản dự thảo: giao việc cho từng đơn vị, đảng viên. Không có --apply thì chỉ xem trước."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="Số và ký hiệu (53-KH/ĐU) hoặc mã số của văn bản")
        parser.add_argument("--at", metavar="ISO", help="Thời điểm ban hành (mặc định: bây giờ)")
        parser.add_argument("--apply", action="store_true", help="Ghi thật")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = moment_of(options["at"], now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        try:
            directive = directive_of_key(options["key"])
            preview = preview_issue(directive=directive, at=at)
            if options["apply"]:
                issue_directive(directive=directive, by=None, at=at)
        except DirectivesError as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        self._print(preview, options)

    def _print(self, preview: IssuePreview, options: dict[str, Any]) -> None:
        for sentence in preview.missing:
            self.stderr.write(sentence)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(preview), ensure_ascii=False, indent=2))
            return
        done = "Đã giao" if options["apply"] else "Sẽ giao"
        self.stdout.write(
            f"{done} {preview.obligations} việc ở {preview.units} đơn vị, trong đó {preview.waived} được miễn; "
            f"{preview.uncovered} đảng viên không được giao bài nào."
        )
        for warning in preview.warnings:
            self.stdout.write(f"Lưu ý: {warning.message}")
        if not options["apply"]:
            self.stdout.write("Chưa ghi gì (thêm --apply để ban hành).")


def as_json(preview: IssuePreview) -> dict[str, Any]:
    """The keys of the contract, counts with the waived ones among them."""
    return {
        "obligations": preview.obligations,
        "by_kind": preview.by_kind(),
        "by_unit": preview.by_unit(),
        "uncovered_members": preview.uncovered,
        "warnings": [{"code": warning.code, "message": warning.message} for warning in preview.warnings],
    }

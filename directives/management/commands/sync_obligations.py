"""`sync_obligations KEY [--apply]`: what a change of the roster means for a running directive, and writing it.

Not here: what it does (`services.sync_plan`, `services.syncing`), reading keys (`keys.py`).
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.deadlines import day_end
from directives.errors import DirectivesError
from directives.keys import directive_of_key, moment_of
from directives.services.sync_plan import Change, SyncPlan, plan_sync
from directives.services.syncing import sync_obligations
from interface.wording import last_day_in_words


class Command(BaseCommand):
    """JSON `{added, waived, moved, unchanged}`; exit 1 when it is refused."""

    help = "Cập nhật danh sách phải thực hiện theo danh bạ hôm nay. Không có --apply thì chỉ xem trước."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", help="Số và ký hiệu (53-KH/ĐU) hoặc mã số của văn bản")
        parser.add_argument("--at", metavar="ISO", help="Thời điểm cập nhật (mặc định: bây giờ)")
        parser.add_argument(
            "--late-until",
            metavar="NGÀY",
            type=date.fromisoformat,
            help="Ngày cuối cho người được giao sau khi hạn chung đã qua, dạng 2026-05-20 "
            "(mặc định: số ngày như những người khác, kể từ hôm nay)",
        )
        parser.add_argument("--skip-late", action="store_true", help="Không giao khi hạn chung đã qua")
        parser.add_argument("--apply", action="store_true", help="Ghi thật")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = moment_of(options["at"], now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        try:
            directive = directive_of_key(options["key"])
            plan = plan_sync(directive=directive, at=at)
            late = None if options["skip_late"] else _late_due_at(plan, options["late_until"])
            if options["apply"]:
                plan = sync_obligations(directive=directive, by=None, at=at, late_due_at=late)
        except DirectivesError as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        figures = plan.figures(with_late=late is not None or not plan.late)
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2))
            return
        done = "Đã" if options["apply"] else "Sẽ"
        self.stdout.write(
            f"{done} giao thêm {figures['added']}, cho miễn {figures['waived']}, chuyển đơn vị {figures['moved']}; "
            f"giữ nguyên {figures['unchanged']} (trong đó {len(plan.of(Change.KEPT))} đã nộp, không còn thuộc đối tượng)."
        )
        if plan.late:
            day = f"hạn đến hết {last_day_in_words(late)}" if late else "không giao"
            self.stdout.write(f"Hạn chung đã qua với {len(plan.late)} nơi, người được giao thêm: {day}.")
        if not options["apply"]:
            self.stdout.write("Chưa ghi gì (thêm --apply để ghi).")


def _late_due_at(plan: SyncPlan, until: date | None) -> Any:
    return day_end(until) if until is not None else plan.proposed_due_at()

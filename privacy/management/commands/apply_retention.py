"""`apply_retention [--at ISO] [--apply] [--json]`: what is past its term in every ward, and destroying it.

Not here: what a class holds (`retention_classes.py`), the record (`services.retention`).
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.keys import moment_of
from privacy.services.retention import destroy_due
from privacy.terms import terms_of
from units.models import Unit


class Command(BaseCommand):
    """JSON `[{ward, class, term_days, due, record}]`; without --apply nothing is destroyed and `record` is null."""

    help = "Hủy dữ liệu hết thời hạn lưu trữ, mỗi loại một biên bản. Không có --apply thì chỉ xem."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", metavar="ISO", help="Thời điểm xét (mặc định: bây giờ)")
        parser.add_argument("--apply", action="store_true", help="Hủy thật")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = moment_of(options["at"], now=timezone.now())
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        told = []
        for ward in Unit.objects.wards():
            for term in terms_of(ward):
                due = term.due(ward, at).count()
                record = None
                if options["apply"] and due:
                    record = destroy_due(ward=ward, key=term.kind.key, promised=None, by=None, at=at).number
                told.append(
                    {
                        "ward": ward.code,
                        "class": term.kind.key.value,
                        "term_days": term.days,
                        "due": due,
                        "record": record,
                    }
                )
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        for one in told:
            done = f", biên bản số {one['record']}" if one["record"] else ""
            self.stdout.write(f"{one['ward']} {one['class']}: {one['due']} mục hết hạn{done}")
        if not options["apply"]:
            self.stdout.write("Chưa hủy gì. Thêm --apply để hủy.")

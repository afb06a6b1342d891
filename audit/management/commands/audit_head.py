"""`audit_head [--json]`: the end of the log's chain, to be kept outside the portal.

`verify_audit --head SEQ:HASH` proves later that nothing up to that row was rewritten.
Not here: the daily mail of the same (`phucloi_portal.log_watch`).
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.services import head


class Command(BaseCommand):
    """Prints `SEQ:HASH` and the time of asking; JSON `{seq, hash, at}`."""

    help = "In số dòng cuối và mã băm của nhật ký, để giữ ở ngoài cổng."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        (seq, sealed), at = head(), timezone.localtime().isoformat(timespec="seconds")
        if options["json"]:
            self.stdout.write(json.dumps({"seq": seq, "hash": sealed, "at": at}))
        else:
            self.stdout.write(f"{seq}:{sealed} {at}")

"""`verify_audit [--json]`: proves that the log was not changed, or names the first bad row.

Not here: the rule of the chain (`audit.chain`).
"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from audit.services import verify


class Command(BaseCommand):
    """Exit 0 when the chain is whole, 1 when it is not; JSON `{checked, faults:[{seq, fault, message}]}`."""

    help = "Kiểm tra chuỗi băm của nhật ký; nêu dòng hỏng đầu tiên."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        checked, faults = verify()
        if options["json"]:
            document = {"checked": checked, "faults": [asdict(fault) for fault in faults]}
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        elif faults:
            self.stdout.write(f"Đã kiểm tra {checked} dòng. Dòng hỏng đầu tiên: {faults[0].seq}.")
        else:
            self.stdout.write(f"Đã kiểm tra {checked} dòng, chuỗi nguyên vẹn.")
        for fault in faults:
            self.stderr.write(fault.message)
        if faults:
            raise SystemExit(1)

"""`verify_audit [--head SEQ:HASH …] [--json]`: proves that the log was not changed, or names the first bad row.

With `--head` it also proves that the chain still contains a head that was kept outside (`audit_head`, the daily mail).
Not here: the rule of the chain (`audit.chain`).
"""

import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from audit.services import verify

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


def read_head(text: str) -> tuple[int, str]:
    """`SEQ:HASH` as printed by `audit_head`; ArgumentTypeError (exit 2) for anything else."""
    found = _HEAD.fullmatch(text.strip().lower())
    if found is None:
        raise ArgumentTypeError("Mã đầu sổ có dạng SỐ:MÃ, mã gồm 64 chữ số hệ 16.")
    return int(found[1]), found[2]


class Command(BaseCommand):
    """Exit 0 when the chain is whole, 1 when it is not; JSON `{checked, faults:[{seq, fault, message}]}`."""

    help = "Kiểm tra chuỗi băm của nhật ký; nêu dòng hỏng đầu tiên."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", action="append", type=read_head, default=[], metavar="SỐ:MÃ", help="Mã đầu sổ đã giữ ở ngoài."
        )
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        checked, faults = verify(witnessed=options["head"])
        if options["json"]:
            document = {"checked": checked, "faults": [asdict(fault) for fault in faults]}
            self.stdout.write(json.dumps(document, ensure_ascii=False))
        elif faults:
            self.stdout.write(f"Đã kiểm tra {checked} dòng. Dòng hỏng đầu tiên: {faults[0].seq}.")
        else:
            kept = f", còn đủ {len(options['head'])} mã đầu sổ đã giữ ở ngoài" if options["head"] else ""
            self.stdout.write(f"Đã kiểm tra {checked} dòng, chuỗi nguyên vẹn{kept}.")
        for fault in faults:
            self.stderr.write(fault.message)
        if faults:
            raise SystemExit(1)

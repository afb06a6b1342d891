"""`ingest_mail FILE.eml… [--ward CODE] [--at ISO] [--json]`: take in messages from files.

Not here: what is done (`mailbox.services.ingesting`).
"""

import hashlib
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.keys import moment_of
from mailbox.choices import CaseState
from mailbox.models import MailCase
from mailbox.services.ingesting import claim, keep_mail, read_case
from units.models import Unit

_STATES = {
    CaseState.NEW: "quarantined", CaseState.QUESTION: "unclear", CaseState.NOT_OURS: "ignored",
    CaseState.SETTLED: "ignored",
}  # fmt: skip


class Command(BaseCommand):
    """JSON `[{file, message_id, state, attachments: [{name, sha256, verdict, member, requirement}], reasons}]`."""

    help = "Nhận thư từ tệp .eml; nhận hai lần cũng như một."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE.eml")
        parser.add_argument("--ward", metavar="CODE", help="Phường nhận thư (mặc định: phường đầu tiên)")
        parser.add_argument("--at", metavar="ISO", help="Giờ máy chủ thư nhận (mặc định: bây giờ)")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        wards = Unit.objects.wards().order_by("path")
        ward = (wards.filter(code=options["ward"]) if options["ward"] else wards).first()
        missing = [str(path) for path in options["files"] if not path.is_file()]
        if ward is None or missing:
            raise CommandError(
                f"Không có tệp: {', '.join(missing)}." if missing else "Không có phường này.", returncode=2
            )
        try:
            at = moment_of(options["at"], now=timezone.now())
        except ValueError as fault:
            raise CommandError(str(fault), returncode=2) from fault
        told = [self._one(path, ward, at) for path in options["files"]]
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            for one in told:
                self.stdout.write(f"[{one['state']}] {one['file']} {' '.join(one['reasons'])}")
        if any(one["state"] in ("unclear", "quarantined") for one in told):
            sys.exit(1)

    def _one(self, path: Path, ward: Unit, at: Any) -> dict[str, Any]:
        raw, now = path.read_bytes(), timezone.now()
        name = f"{ward.pk}@file"
        case, _ = keep_mail(
            raw=raw, ward=ward, account=name, key=f"file/{ward.pk}/{path.name}/{hash_of(raw)}", received_at=at, now=now
        )
        claimed = claim(pk=case.pk, now=now)
        if claimed:
            case = read_case(case=claimed, now=now)
        return _told(path, MailCase.objects.get(pk=case.pk))


def hash_of(raw: bytes) -> str:
    """What tells two files of one name apart."""
    return hashlib.sha256(raw).hexdigest()[:16]


def _told(path: Path, case: MailCase) -> dict[str, Any]:
    files = case.files.select_related("obligation__member", "obligation__requirement__directive")
    return {
        "file": str(path),
        "message_id": case.message_id or None,
        "state": _STATES.get(CaseState(case.state), case.state.lower()),
        "attachments": [
            {
                "name": one.name or None,
                "sha256": one.sha256,
                "verdict": one.state.lower(),
                "member": one.obligation.member.full_name if one.obligation and one.obligation.member else None,
                "requirement": one.obligation.requirement.key if one.obligation else None,
            }
            for one in files
        ],
        "reasons": [case.reason] if case.reason else [],
    }

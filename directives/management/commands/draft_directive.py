"""`draft_directive FILE [--issued-on DAY] [--save]`: the paper read into a draft, and kept as a draft directive.

Not here: how it is read (`directives.reader`, `services.papers`), what keeping does (`services.proposals`).
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from directives.errors import DirectivesError, SecretMarked
from directives.management.commands.read_deadline import calendar_around, day_of_option
from directives.reader import DirectiveDraft, read_directive
from directives.services.papers import read_paper
from directives.services.proposals import save_draft
from directives.services.secret_papers import record_secret_refusal
from units.models import Unit


class Command(BaseCommand):
    """JSON of the draft (unknown is null); exit 1 when the file cannot be taken, 2 on wrong usage."""

    help = "Đọc văn bản (.txt .md .docx .pdf, ảnh chụp) thành dự thảo: phần đầu, căn cứ, yêu cầu, hạn, cảnh báo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="Tệp văn bản: .txt .md .docx .pdf .jpg .png")
        parser.add_argument("--issued-on", metavar="DAY", help="Ngày ban hành, 2026-04-21, khi văn bản chưa ghi")
        parser.add_argument("--save", action="store_true", help="Lưu thành văn bản dự thảo kèm các yêu cầu")
        parser.add_argument("--ward", help="Mã hoặc tên phường, khi cổng có nhiều phường")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        issued_on = day_of_option(options["issued_on"]) if options["issued_on"] else None
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"Không có tệp “{path.name}”.", returncode=2)
        try:
            with path.open("rb") as stream:
                text = read_paper(stream=stream, name=path.name).text
            draft = _read(text, today, issued_on)
            if options["save"]:
                directive = save_draft(ward=_ward(options["ward"]), draft=draft, text=text, by=None, at=timezone.now())
                self.stderr.write(f"Đã lưu dự thảo: {directive} (mã {directive.pk}).")
        except DirectivesError as refusal:
            if isinstance(refusal, SecretMarked):
                record_secret_refusal(reason=refusal.reason, by="draft_directive", ward=_only_ward(), at=timezone.now())
            raise CommandError(str(refusal), returncode=1) from refusal
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages), returncode=1) from refusal
        self._print(draft, options)

    def _print(self, draft: DirectiveDraft, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(draft.as_json(), ensure_ascii=False, indent=2))
            return
        self.stdout.write(
            f"{draft.head.kind or '–'} {draft.head.symbol or ''}: {draft.head.subject or 'chưa rõ trích yếu'}"
        )
        for number, requirement in enumerate(draft.requirements, start=1):
            phrase = requirement.deadline.phrase if requirement.deadline else "không ghi hạn"
            self.stdout.write(f"{number}. [{requirement.kind}] {requirement.who or '–'}: {requirement.what} ({phrase})")
        for warning in draft.warnings:
            self.stdout.write(f"Lưu ý: {warning.message}")


def _read(text: str, today: date, issued_on: date | None) -> DirectiveDraft:
    return read_directive(text, today=today, issued_on=issued_on, calendar=calendar_around(issued_on or today))


def _only_ward() -> Unit | None:
    """In whose log a refusal stands; with several wards a paper read at the terminal is nobody's yet."""
    wards = list(Unit.objects.wards()[:2])
    return wards[0] if len(wards) == 1 else None


def _ward(text: str | None) -> Unit:
    wards = list(Unit.objects.wards().named(text) if text else Unit.objects.wards())
    if len(wards) != 1:
        said = f"tên hoặc mã “{text}”" if text else "trên cổng; thêm --ward"
        raise CommandError(f"Có {len(wards)} phường {said}.", returncode=2)
    return wards[0]

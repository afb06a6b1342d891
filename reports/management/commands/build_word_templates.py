"""`build_word_templates`: makes the Word templates of all format profiles anew.

Not here: the building (`reports.word_template`).
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from reports.format_profiles import PROFILES
from reports.word import template_name
from reports.word_template import build_word_template


class Command(BaseCommand):
    """Writes one `.docx` a profile; the office edits copies under `PORTAL_DATA_DIR/word-templates`."""

    help = "Tạo lại các mẫu Word của báo cáo tổng hợp theo bộ thể thức."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--target", type=Path, default=settings.BASE_DIR / "templates" / "documents")

    def handle(self, *args: Any, **options: Any) -> None:
        options["target"].mkdir(parents=True, exist_ok=True)
        for key, profile in PROFILES.items():
            (options["target"] / template_name(key)).write_bytes(build_word_template(profile))
        self.stderr.write(f"Đã tạo {len(PROFILES)} mẫu Word trong {options['target']}.")

"""`build_fonts`: makes the fonts that documents embed, after the front-end packages are installed.

Not here: the joining (`reports.font_building`).
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.errors import ReportError
from reports.font_building import build_fonts


class Command(BaseCommand):
    """Reads the Tinos subsets of node_modules, writes four TTF files into `FONT_DIR`."""

    help = "Ghép bộ chữ Tinos (bản sinh đôi của Times New Roman) để nhúng vào văn bản PDF."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--source",
            type=Path,
            default=settings.NODE_MODULES_DIR / "@fontsource" / "tinos" / "files",
        )
        parser.add_argument("--target", type=Path, default=settings.FONT_DIR)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            paths = build_fonts(source=options["source"], target=options["target"])
        except ReportError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Đã ghép {len(paths)} bộ chữ vào {options['target']}.")

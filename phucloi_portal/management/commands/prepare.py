"""`prepare`: everything between a fresh checkout and a portal that can start.

Not here: the steps (`phucloi_portal.preparation`).
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from phucloi_portal import preparation


class Command(BaseCommand):
    """Bring schema, fonts and static files up to date; with --demo load the demo ward into an empty portal."""

    help = "Chuẩn bị cơ sở dữ liệu, phông chữ, tệp giao diện; --demo nạp phường minh họa nếu cổng còn trống."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--assets", action="store_true", help="chỉ phông chữ và tệp giao diện")
        parser.add_argument("--demo", action="store_true", help="nạp phường minh họa nếu chưa có tài khoản nào")

    def handle(self, *args: Any, **options: Any) -> None:
        steps = [preparation.prepare_catalogues, preparation.prepare_fonts, preparation.prepare_static]
        if not options["assets"]:
            steps.append(preparation.prepare_database)
        if options["demo"]:
            steps.append(preparation.prepare_demo)
        for step in steps:
            step(lambda sentence: self.stderr.write(f"→ {sentence}"))

"""`prepare`: everything between a fresh checkout and a portal that can start.

Not here: the steps (`phucloi_portal.preparation`).
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from phucloi_portal import preparation
from phucloi_portal.supervisor import StartRefused, refuse_busy_port


class Command(BaseCommand):
    """Bring schema, fonts and static files up to date; with --demo load the demo ward into an empty portal.

    With --address HOST:PORT the first, long preparation is refused at once (exit 1) where the portal could not start.
    """

    help = "Chuẩn bị cơ sở dữ liệu, phông chữ, tệp giao diện; --demo nạp phường minh họa nếu cổng còn trống."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--assets", action="store_true", help="chỉ phông chữ và tệp giao diện")
        parser.add_argument("--demo", action="store_true", help="nạp phường minh họa nếu chưa có tài khoản nào")
        parser.add_argument(
            "--address", default="", help="MÁY:CỔNG sẽ mở; đang bận thì báo ngay, trước lần chuẩn bị đầu"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["address"] and not preparation.is_prepared():
            host, _, port = options["address"].rpartition(":")
            try:
                refuse_busy_port(host, int(port))
            except StartRefused as refusal:
                raise CommandError(str(refusal), returncode=1) from None
        steps = [preparation.prepare_catalogues, preparation.prepare_fonts, preparation.prepare_static]
        if not options["assets"]:
            steps.append(preparation.prepare_database)
        if options["demo"]:
            steps.append(preparation.prepare_demo)
        for step in steps:
            step(lambda sentence: self.stderr.write(f"→ {sentence}"))

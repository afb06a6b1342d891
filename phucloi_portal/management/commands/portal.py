"""`portal`: web, worker and beat as one process that starts and stops as one.

Not here: supervision (`phucloi_portal.supervisor`), the command lines (`phucloi_portal.programs`).
"""

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from phucloi_portal.preparation import is_prepared
from phucloi_portal.programs import portal
from phucloi_portal.supervisor import StartRefused, Supervisor, listens, refuse_busy_port, single_instance
from units.models import User

_OF_EACH_ROLE = 2  # demo accounts printed


class Command(BaseCommand):
    """Start the portal and keep it running until Ctrl-C. Exit 0 when stopped, 1 when refused or a part died."""

    requires_system_checks = ()  # handle() checks the data too
    help = "Khởi động cổng: web, tiến trình nền và bộ hẹn giờ, như một chương trình."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        address = f"http://{host}:{port}"
        if host in ("127.0.0.1", "localhost"):
            os.environ.setdefault("PUBLIC_URL", address)  # links in mails and on receipts lead where it really listens
        os.umask(0o077)  # what the portal writes is nobody else's to read
        self.check(databases=["default"])
        if not is_prepared():
            raise CommandError("Cơ sở dữ liệu chưa được chuẩn bị. Chạy: python manage.py prepare", returncode=1)
        supervisor = Supervisor(portal(host=host, port=port, production=settings.PRODUCTION), say=self._say)
        try:
            with single_instance(Path(settings.DATA_DIR) / "portal.lock", address):
                refuse_busy_port(host, port)
                code = supervisor.run(ready=lambda: listens(host, port), on_ready=lambda: self._announce(address))
        except StartRefused as refusal:
            raise CommandError(str(refusal), returncode=1) from None
        sys.exit(code)

    def _say(self, sentence: str) -> None:
        self.stderr.write(sentence)
        self.stderr.flush()

    def _announce(self, address: str) -> None:
        """The demo accounts if there are any, a few of each role; last, where the eye rests, password and address."""
        accounts = list(
            User.objects.filter(is_demo=True, is_active=True).prefetch_related("role_grants").order_by("pk")
        )
        shown: Counter[str] = Counter()
        for account in accounts:
            roles = ", ".join(sorted({str(grant.get_role_display()) for grant in account.role_grants.all()}))
            shown[roles] += 1
            if shown[roles] <= _OF_EACH_ROLE:
                self.stdout.write(f"  {account.email:<32}{account.full_name:<24}{roles}")
        for roles, count in shown.items():
            if count > _OF_EACH_ROLE:
                self.stdout.write(f"  và {count - _OF_EACH_ROLE} tài khoản {roles} nữa (xem Danh bạ → Tài khoản)")
        if accounts:
            self.stdout.write(f"Tài khoản minh họa ở trên, mật khẩu chung: {settings.DEMO_PASSWORD}")
        self.stdout.write(f"Cổng đã sẵn sàng: {address}   (Ctrl-C để dừng)")
        self.stdout.flush()

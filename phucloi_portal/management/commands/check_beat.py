"""`check_beat`: exit 0 while beat rings and a worker answers, else 1; the health check of the beat container.

Not here: the mark (`phucloi_portal.health`).
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from phucloi_portal.health import BEAT_MAY_BE_LATE, last_beat


class Command(BaseCommand):
    """Says when the last tick was answered."""

    help = "Kiểm tra nhịp của bộ hẹn giờ và tiến trình nền."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        seen = last_beat()
        if seen is None or timezone.now() - seen > BEAT_MAY_BE_LATE:
            raise CommandError(f"Không thấy nhịp gần đây; lần cuối: {seen.isoformat() if seen else 'chưa từng'}.")
        self.stdout.write(f"Nhịp gần nhất: {seen.isoformat()}")

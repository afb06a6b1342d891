"""`load_demo [--members 400] [--seed 1] [--at ISO]`: a fictitious ward with a campaign under way.

Not here: what it holds (`phucloi_portal.demo`).
"""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from phucloi_portal.demo.ward import DemoRefused, load_demo_ward
from units.models import Member, Unit


class Command(BaseCommand):
    """A door of `load_demo_ward`."""

    help = "Nạp phường minh họa: danh bạ, tài khoản mỗi vai trò, một đợt thu bài đang chạy. Chạy lại không đổi gì."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=400, help="số đảng viên (mỗi chi bộ ít nhất 4)")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--at", help="lúc phường đang đứng, ISO 8601 (mặc định: bây giờ)")
        parser.add_argument("--json", action="store_true", help="in một tài liệu JSON ra stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        at = parse_datetime(options["at"]) if options["at"] else timezone.now()
        if at is None:
            raise CommandError(f"“{options['at']}” không phải thời điểm dạng 2026-04-24T14:20:00+07:00.", returncode=2)
        at = at if timezone.is_aware(at) else timezone.make_aware(at)
        try:
            demo = load_demo_ward(members=options["members"], seed=options["seed"], at=at.astimezone())
        except DemoRefused as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        units, members = Unit.objects.filter(ward=demo.ward).count(), Member.objects.filter(ward=demo.ward).count()
        if options["json"]:
            report = {"units": units, "members": members, "accounts": [user.email for user in demo.accounts]}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{demo.ward}: {units} đơn vị, {members} đảng viên." + ("" if demo.is_new else " Đã có sẵn."))
        self.stdout.write(f"Mật khẩu chung: {settings.DEMO_PASSWORD}")
        for user in demo.accounts:
            self.stdout.write(f"  {user.email:<34}{user.full_name}")

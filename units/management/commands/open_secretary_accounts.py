"""`open_secretary_accounts [--apply]`: accounts for the secretaries and deputies whom the roster names.

Not here: the rule (`units.services.secretaries`).
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from units.models import Unit
from units.services.secretaries import open_secretary_accounts


class Command(BaseCommand):
    """A door of `open_secretary_accounts` for every ward; a dry run is the same work, rolled back."""

    help = (
        "Mở tài khoản cho bí thư, phó bí thư có thư điện tử trong danh bạ và gửi thư mời; không có --apply thì chỉ đếm."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="Ghi")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON ra stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with transaction.atomic():
            done = [
                open_secretary_accounts(ward=w, now=now, by="open_secretary_accounts") for w in Unit.objects.wards()
            ]
            transaction.set_rollback(not options["apply"])
        missing = [post for ward in done for post in ward.without_address]
        accounts, grants = sum(w.accounts for w in done), sum(w.grants for w in done)
        if options["json"]:
            names = [
                {"unit_code": p.unit.code, "post": p.position.title, "member": p.member.full_name} for p in missing
            ]
            report = {"accounts": accounts, "grants": grants, "without_address": names}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"Tài khoản mới: {accounts}. Vai trò mới: {grants}. Chưa có thư điện tử: {len(missing)}.")
        for post in missing:
            self.stdout.write(f"  {post.unit}: {post.position} {post.member}")
        if not options["apply"]:
            self.stdout.write("Chưa ghi gì (thêm --apply để mở và gửi thư mời đặt mật khẩu).")
        elif accounts:
            self.stdout.write(f"Đã ghi. {accounts} thư mời đặt mật khẩu đang gửi, mỗi tài khoản mới một thư.")
        else:
            self.stdout.write("Đã ghi.")

"""`open_account EMAIL --name … --role … [--unit CODE | --cluster NAME]`: one account with one role, for the first people of a ward.

Not here: what an account and a grant are (`units.services`), accounts of all secretaries (`open_secretary_accounts`).
"""

from __future__ import annotations

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from units.choices import SECOND_FACTOR_ROLES, Role, UnitKind
from units.errors import UnitsError
from units.models import Cluster, Unit
from units.services.accounts import create_account
from units.services.roles import grant_role


class Command(BaseCommand):
    """A door of `create_account` and `grant_role`."""

    help = (
        "Mở một tài khoản và giao một vai trò. Mật khẩu (ít nhất 12 ký tự, không dễ đoán) được hỏi, hoặc đọc từ stdin "
        "với --password-stdin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="Họ và tên")
        parser.add_argument("--role", required=True, choices=[r.value for r in Role])
        parser.add_argument("--unit", help="Mã đơn vị; mặc định là cả phường")
        parser.add_argument("--cluster", help="Tên cụm, bắt buộc với vai trò CLUSTER_LEAD")
        parser.add_argument("--password-stdin", action="store_true", help="Đọc mật khẩu từ dòng đầu của stdin")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = _unit(options["unit"])
        cluster = _cluster(options["cluster"], options["role"], unit)
        password = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else _asked_password()
        try:
            with transaction.atomic():
                user = create_account(
                    email=options["email"], full_name=options["name"], by="open_account", password=password
                )
                today = timezone.localdate()
                grant_role(user=user, role=options["role"], unit=unit, cluster=cluster, since=today, by="open_account")
        except UnitsError as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        self.stdout.write(f"Đã mở tài khoản {user.email}: {Role(options['role']).label}, {cluster or unit}.")
        self.stdout.write(f"Đăng nhập ở {_login_place()} bằng địa chỉ này và mật khẩu vừa đặt.")
        if options["role"] in SECOND_FACTOR_ROLES:
            self.stdout.write(
                "Vai trò này bắt buộc xác thực hai lớp: lần đầu vào, cổng hướng dẫn bật ứng dụng trên điện thoại hoặc khóa."
            )


def _asked_password() -> str:
    """The password as typed at the terminal, which shows nothing of it. Raises CommandError without a terminal."""
    if not sys.stdin.isatty():
        raise CommandError("Không có màn hình để hỏi mật khẩu. Thêm --password-stdin và đưa mật khẩu vào stdin.")
    try:
        return getpass.getpass("Mật khẩu (ít nhất 12 ký tự): ")
    except (EOFError, KeyboardInterrupt):
        raise CommandError("Chưa nhập mật khẩu, chưa mở tài khoản nào.") from None


def _login_place() -> str:
    """The page of the login: its full address where the office named one, else where `portal` says it listens."""
    if "PUBLIC_URL" in os.environ:
        return f"{settings.PUBLIC_URL}{reverse('account_login')}"
    return f"trang {reverse('account_login')} của cổng (lệnh portal in địa chỉ)"


def _cluster(name: str | None, role: str, unit: Unit) -> Cluster | None:
    if not name:
        if role == Role.CLUSTER_LEAD:
            raise CommandError("Phụ trách cụm phải có cụm: ghi --cluster “TÊN CỤM”.", returncode=2)
        return None
    clusters = {one.name: one for one in Cluster.objects.filter(ward_id=unit.ward_id).order_by("order", "name")}
    if name not in clusters:
        known = ", ".join(f"“{one}”" for one in clusters) or "chưa có cụm nào"
        raise CommandError(f"Không có cụm “{name}”. Các cụm của phường: {known}.", returncode=2)
    return clusters[name]


def _unit(code: str | None) -> Unit:
    found = list(Unit.objects.filter(code=code) if code else Unit.objects.filter(kind=UnitKind.WARD))
    if len(found) != 1:
        what = f"mã “{code}”" if code else "phường nào"
        raise CommandError(f"Có {len(found)} đơn vị {what}. Nhập danh bạ trước, hoặc ghi --unit MÃ.", returncode=2)
    return found[0]

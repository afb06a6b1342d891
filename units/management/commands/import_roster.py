"""`import_roster FILE [--apply]`: what a roster would change, and changing it.

Not here: what it does (`units.services.roster`).
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from units.errors import RosterHasProblems, UnitsError
from units.models import Unit
from units.roster.records import Problem
from units.services.import_record import ImportPlan
from units.services.roster import import_roster, plan_import
from vault.errors import VaultError

_PARTS = (
    ("units", "Đơn vị"),
    ("members", "Đảng viên"),
    ("appointments", "Chức vụ"),
    ("exemptions", "Miễn sinh hoạt"),
)
_NOT_IN_JSON = ("about", "kind", "proposal", "whose")  # commands.md names the keys
_WORDS = {
    "new": "mới",
    "changed": "thay đổi",
    "moved": "chuyển đến",
    "left": "ra khỏi danh sách",
    "closed": "giải thể",
    "ended": "kết thúc",
    "unchanged": "giữ nguyên",
}


class Command(BaseCommand):
    """A door of `plan_import` (default) and `import_roster` (`--apply`)."""

    help = "Nhập danh sách tổ chức đảng và đảng viên từ Excel, ODS hoặc CSV; không có --apply thì chỉ xem thay đổi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Tệp .xlsx, .xls, .ods hoặc .csv")
        parser.add_argument("--apply", action="store_true", help="Ghi thay đổi (toàn bộ hoặc không gì cả)")
        parser.add_argument("--accept-fixes", action="store_true", help="Nhận mọi cách sửa được đề nghị")
        parser.add_argument("--skip-faulty", action="store_true", help="Bỏ qua các dòng đảng viên còn lỗi")
        parser.add_argument("--ward", help="Mã hoặc tên phường, khi cổng có nhiều phường")
        parser.add_argument("--at", help="Ngày nhập, ISO 8601 (mặc định: hôm nay)")
        parser.add_argument("--json", action="store_true", help="In một tài liệu JSON ra stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        decisions = {
            "path": options["file"],
            "on": _day(options["at"]),
            "ward": _ward(options["ward"]),
            "accept_fixes": options["accept_fixes"],
            "skip_faulty": options["skip_faulty"],
        }
        try:
            plan = import_roster(**decisions, by="import_roster") if options["apply"] else plan_import(**decisions)
        except RosterHasProblems as refusal:
            plan = refusal.plan
        except (UnitsError, VaultError) as error:
            raise CommandError(str(error), returncode=1) from error
        self._print(plan, options)
        if plan.in_the_way:
            self.stderr.write(f"Còn {len(plan.in_the_way)} lỗi cần xử lý; chưa nhập gì.")
            sys.exit(1)

    def _print(self, plan: ImportPlan, options: dict[str, Any]) -> None:
        counts = plan.difference.counts()
        if options["json"]:
            problems = [_as_json(problem) for problem in plan.roster.problems]
            self.stdout.write(json.dumps({**counts, "problems": problems}, ensure_ascii=False, indent=2))
            return
        for problem in plan.roster.problems:
            self.stdout.write(_as_line(problem))
        for part, title in _PARTS:
            numbers = ", ".join(f"{_WORDS[what]} {number}" for what, number in counts[part].items())
            self.stdout.write(f"{title}: {numbers}")
        done = options["apply"] and not plan.in_the_way
        self.stdout.write("Đã nhập." if done else "Chưa ghi gì (thêm --apply để nhập).")


def _as_json(problem: Problem) -> dict[str, Any]:
    return {name: value for name, value in asdict(problem).items() if name not in _NOT_IN_JSON}


def _as_line(problem: Problem) -> str:
    place = ", ".join(filter(None, (problem.sheet, f"dòng {problem.row}" if problem.row else "", problem.column)))
    return f"{place}: {problem.message}"


def _day(text: str | None) -> Any:
    """The day of `--at`, in Hà Nội."""
    if not text:
        return timezone.localdate()
    try:
        day, moment = parse_date(text[:10]), parse_datetime(text)
    except ValueError as error:
        raise CommandError(f"Không có ngày “{text}”.", returncode=2) from error
    if moment is not None and timezone.is_aware(moment):
        return timezone.localdate(moment)
    if day is None:
        raise CommandError(f"“{text}” không phải ngày dạng 2026-04-24.", returncode=2)
    return day


def _ward(text: str | None) -> Unit | None:
    if not text:
        return None
    wards = list(Unit.objects.wards().named(text))
    if len(wards) != 1:
        raise CommandError(f"Có {len(wards)} phường tên hoặc mã “{text}”.", returncode=2)
    return wards[0]

"""What `manage.py check` says about the machine and, with `--database`, about the data.

Not here: refusals that need no look at the machine (`settings.py`).
"""

import ctypes
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.utils import OperationalError, ProgrammingError

from units.models import User

PANGO_FILES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PANGO_LINE = "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@register(Tags.compatibility)
def pango_is_installed(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn when documents cannot be laid out as PDF on this machine, with the line that mends it."""
    if not (missing := missing_pango_files()):
        return []
    return [
        Warning(
            f"Máy thiếu thư viện Pango ({', '.join(missing)}): mọi phần đều chạy, trừ xuất PDF.",
            hint=f"Chạy: {PANGO_LINE}",
            id="portal.W002",
        )
    ]


@register(Tags.database)
def no_demo_accounts(
    app_configs: Sequence[AppConfig] | None = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """In production, refuse a database that holds accounts whose passwords are printed in the README."""
    if not settings.PRODUCTION or "default" not in (databases or ()):
        return []
    try:
        if User._meta.db_table not in connections["default"].introspection.table_names():
            return []
        count = User.objects.filter(is_demo=True, is_active=True).count()
    except (OperationalError, ProgrammingError):
        return []  # an unreachable or older database is named by the migration step, in its own words
    if not count:
        return []
    return [Error(f"Cơ sở dữ liệu có {count} tài khoản minh họa; không chạy thật với chúng.", id="portal.E001")]


def missing_pango_files() -> list[str]:
    """Names of the shared libraries that WeasyPrint needs and this machine lacks."""
    return [file for file in PANGO_FILES if not _loads(file)]


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True

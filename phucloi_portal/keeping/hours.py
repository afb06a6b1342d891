"""When copies are due: a backup every so many minutes, the cold copy once a night, each only where a folder is set.

What was done stands in the log; a missed night is caught up at the next tick. Not here: the copies themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings

from audit.models import AuditEntry
from phucloi_portal.keeping.backup import Busy, back_up
from phucloi_portal.keeping.cold_copy import cold_copy
from vietnamese.dates import VIETNAM, local_day

log = structlog.get_logger(__name__)
FIRST_HOUR: Final = 1


def keep_copies(*, at: datetime) -> list[str]:
    """Make what is due; the names of what was made. One that is being made by another worker is left to it."""
    made = []
    for name, folder, due, make in (
        ("backup", settings.BACKUP_DIR, _backup_is_due(at), back_up),
        ("cold_copy", settings.COLD_COPY_DIR, _cold_copy_is_due(at), cold_copy),
    ):
        if not folder or not due:
            continue
        try:
            report = make(Path(folder), at=at, by="beat")
        except Busy:
            continue
        made.append(name)
        if report.faults:
            log.error("store.copy_faults", copy=name, faults=report.faults[:20])
    return made


def _backup_is_due(at: datetime) -> bool:
    last = AuditEntry.objects.latest("store.backup")
    return last is None or at - last.at >= timedelta(minutes=settings.BACKUP_EVERY_MINUTES)


def _cold_copy_is_due(at: datetime) -> bool:
    last = AuditEntry.objects.latest("store.cold_copy")
    if last is None:
        return True
    return at.astimezone(VIETNAM).hour >= FIRST_HOUR and local_day(last.at) < local_day(at)

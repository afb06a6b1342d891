"""Is the portal well: disk, database, the last tick of the clock, how long work has been waiting.

All figures are read at the moment of the question; nothing is stored but the mark of the last tick.
Not here: pages (`views.py`), the proof of the log (`log_watch.py`), faults of stored files (`verify_store`).
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Max, Min, QuerySet

from audit.models import AuditEntry
from outbox.choices import MailState
from outbox.models import OutgoingMail
from phucloi_portal.log_watch import NEVER_PROVED, LastCheck, last_check
from reminders.choices import RunState
from reminders.models import PlanningRun
from reports.choices import JobState
from reports.models import Job
from submissions.choices import InspectionState
from submissions.inspection.verdicts import SCANNER
from submissions.models import Inspection
from units.models import Unit
from vault.models import Blob
from vietnamese.dates import VIETNAM, format_moment, local_day

BEAT_KEY: Final = "portal-last-beat"
BEAT_MAY_BE_LATE: Final = timedelta(minutes=3)
PLANNED_BY: Final = time(7, 30)
"""By this hour, Asia/Ho_Chi_Minh, the day's reminders of every ward are planned (each from 7:00 on)."""

WORK_MAY_WAIT: Final = timedelta(minutes=15)
LEAST_FREE_BYTES: Final = 2 * 1024**3  # one evening of uploads
NAMES: Final = {"inspection": "kiểm tra tệp", "mail": "thư chờ gửi", "documents": "văn bản chờ lập"}

COPIES: Final = {
    "store.backup": "Sao lưu",
    "store.cold_copy": "Bản lạnh",
    "store.restore": "Khôi phục",
}
_UNINSPECTED: Final = (InspectionState.RECEIVED, InspectionState.INSPECTING)
_UNSENT: Final = (MailState.QUEUED, MailState.FAILED)
_UNFINISHED: Final = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True)
class LastCopy:
    """The last backup, cold copy or restore: its word, when, how many files and faults; `at` None = never."""

    words: str
    at: datetime | None
    files: int = 0
    faults: int = 0


@dataclass(frozen=True)
class LastRecount:
    """The last recount: when, of how many wards, in how many places figures differed, the code of the first such ward."""

    at: datetime
    wards: int
    faults: int
    first: str


@dataclass(frozen=True)
class Health:
    """What was found at `at`. Ages are in seconds, sizes in bytes; None = nothing waits, or never seen."""

    at: datetime
    disk_free: int
    disk_total: int
    last_beat: datetime | None
    waiting: dict[str, float | None]
    rings: int
    blobs: int
    quarantined: int
    missing: int = 0
    unscanned: int = 0
    log: LastCheck = NEVER_PROVED
    mailboxes: tuple[str, ...] = ()
    """What is wrong with a mailbox, one sentence each."""
    copies: tuple[LastCopy, ...] = ()
    last_plan: datetime | None = None
    """When a ward's reminders of a day were planned last; None = never."""
    recounted: LastRecount | None = None
    """The last recount of the counts kept ahead; None = never, or none are kept here."""
    unplanned: int = 0
    """Wards whose reminders of today should have been planned by now and are not."""

    def problems(self) -> list[str]:
        """One Vietnamese sentence for each thing somebody should look at; empty when all is well."""
        return list(self._problems())

    def _problems(self) -> Iterator[str]:
        if self.disk_free < LEAST_FREE_BYTES:
            yield f"Ổ đĩa chỉ còn {self.disk_free / 1024**3:.1f} GB trống.".replace(".", ",", 1)
        if self.last_beat is None:
            yield "Chưa thấy nhịp của bộ hẹn giờ (beat) và tiến trình nền (worker)."
        elif self.at - self.last_beat > BEAT_MAY_BE_LATE:
            minutes = int((self.at - self.last_beat).total_seconds() // 60)
            yield f"Bộ hẹn giờ hoặc tiến trình nền đã im {minutes} phút."
        if self.unplanned:
            yield f"Thư nhắc hôm nay của {self.unplanned} đảng bộ phường chưa được lập (phải xong trước 7:30)."
        for name, age in self.waiting.items():
            if age is not None and age > WORK_MAY_WAIT.total_seconds():
                yield f"Việc '{NAMES[name]}' cũ nhất đã chờ {int(age // 60)} phút."
        if self.quarantined:
            yield f"Có {self.quarantined} tệp lưu bị phát hiện sai khác và đã cách ly."
        if self.missing:
            yield f"Có {self.missing} tệp không còn trong kho. Lấy lại từ bản sao lưu, xem ở dưới."
        if self.unscanned:
            yield f"Có {self.unscanned} tệp chờ chương trình quét vi-rút (clamd) không trả lời. Xem lại dịch vụ clamd."
        for copy in self.copies:
            if copy.faults:
                yield f"{copy.words} gần nhất có {copy.faults} tệp không đọc được."
        if self.recounted and self.recounted.faults:
            yield (
                f"Đếm lại lúc {format_moment(self.recounted.at)} thấy số đếm sẵn lệch ở {self.recounted.faults} chỗ "
                f"(trước hết ở {self.recounted.first}); số đã được đặt lại theo từng việc. Hãy báo người quản trị kỹ thuật."
            )
        yield from self.mailboxes
        if self.log.faults:
            yield f"Nhật ký bị sửa ở {self.log.faults} chỗ. {self.log.message}"
        elif self.log.is_due:
            yield "Nhật ký chưa được kiểm tra trong 36 giờ qua."


def remember_beat(*, at: datetime) -> None:
    """Note that a tick was rung by beat and answered by a worker at `at`."""
    cache.set(BEAT_KEY, at.isoformat(), timeout=None)


def last_beat() -> datetime | None:
    """The instant of the last tick that a worker answered; None = none seen yet."""
    mark = cache.get(BEAT_KEY)
    return datetime.fromisoformat(mark) if mark else None


def database_answers() -> bool:
    """Whether the database answers a trivial question."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return False
    return True


def collect_health(*, at: datetime) -> Health:
    """Read all figures as of `at`. Raises DatabaseError when the database is away."""
    disk = shutil.disk_usage(settings.DATA_DIR)
    return Health(
        at=at,
        disk_free=disk.free,
        disk_total=disk.total,
        last_beat=last_beat(),
        waiting={
            "inspection": _age(at, Inspection.objects.filter(state__in=_UNINSPECTED), "created_at"),
            "mail": _age(at, OutgoingMail.objects.filter(state__in=_UNSENT, next_try_at__lte=at), "next_try_at"),
            "documents": _age(at, Job.objects.filter(state__in=_UNFINISHED), "asked_at"),
        },
        rings=_rings(),
        blobs=Blob.objects.count(),
        quarantined=Blob.objects.exclude(quarantined_at=None).count(),
        missing=Blob.objects.exclude(missing_since=None).filter(destroyed_at=None).count(),
        unscanned=Inspection.objects.filter(state=InspectionState.RECEIVED, reason=SCANNER).count(),
        log=last_check(at=at),
        copies=tuple(_last_copy(words, action) for action, words in COPIES.items()),
        recounted=_last_recount(),
        last_plan=PlanningRun.objects.aggregate(last=Max("finished_at"))["last"],
        unplanned=_unplanned(at),
    )


def _unplanned(at: datetime) -> int:
    if at.astimezone(VIETNAM).time() < PLANNED_BY:
        return 0
    done = PlanningRun.objects.filter(day=local_day(at), state=RunState.DONE)
    return Unit.objects.wards().exclude(pk__in=done.values("ward")).count()


def _last_recount() -> LastRecount | None:
    entry = AuditEntry.objects.latest("report.recount")
    return (
        LastRecount(entry.at, entry.data["wards"], entry.data["differences"], entry.data["first_ward"])
        if entry
        else None
    )


def _last_copy(words: str, action: str) -> LastCopy:
    entry = AuditEntry.objects.latest(action)
    return LastCopy(words, entry.at, entry.data["files"], entry.data["faults"]) if entry else LastCopy(words, None)


def _age(at: datetime, waiting: QuerySet[Any], since: str) -> float | None:
    """Seconds the oldest of `waiting` has been waiting since its instant in the field `since`; None = nothing waits."""
    oldest = waiting.aggregate(oldest=Min(since))["oldest"]
    return None if oldest is None else max(0.0, (at - oldest).total_seconds())


def _rings() -> int:
    """Messages in the folder of the embedded broker; 0 with Redis, where they are seen in Redis itself."""
    folder = Path(settings.BROKER_DIR) / "queue"
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() and not settings.REDIS_URL else 0

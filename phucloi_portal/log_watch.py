"""The nightly proof of the log, and its head sent outside: what makes a rewritten log be noticed.

Once a day after three in the morning: the whole chain is walked (`audit.services.check` writes the outcome into the log,
where the health page reads it), a fault is mailed to the administrators, and the head's hash goes to
`AUDIT_WITNESS_EMAIL`. An address outside the ward's own machines is what an attacker with all passwords cannot reach.
Not here: the rule of the chain (`audit.chain`), sending (`outbox`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from audit import services as audit
from audit.chain import Fault
from audit.models import AuditEntry
from outbox.services import MailDraft, enqueue_mail
from units.choices import Role
from units.models import RoleGrant
from vietnamese.dates import VIETNAM, format_moment, local_day

FIRST_HOUR: Final = 3
MAY_BE_OLD: Final = timedelta(hours=36)


@dataclass(frozen=True)
class LastCheck:
    """The last proof: when, how many rows, how many faults and the sentence of the first; `at` None = never proved."""

    at: datetime | None
    checked: int = 0
    faults: int = 0
    message: str = ""
    is_due: bool = False
    """The log is older than a night and a half and nothing proved it since."""


NEVER_PROVED: Final = LastCheck(None)


def last_check(*, at: datetime) -> LastCheck:
    """What the last `audit.check` of the log says, as of `at`."""
    entry = AuditEntry.objects.latest("audit.check")
    since = entry or AuditEntry.objects.order_by("seq").first()
    is_due = since is not None and at - since.recorded_at > MAY_BE_OLD
    if entry is None:
        return LastCheck(None, is_due=is_due)
    said = entry.data
    first = said.get("first") or {}
    return LastCheck(entry.at, said["checked"], said["faults"], first.get("message", ""), is_due)


def watch_log(*, at: datetime) -> bool:
    """Prove the log and send its head, what of it is not done today; before three nothing. True when it did something."""
    if at.astimezone(VIETNAM).hour < FIRST_HOUR:
        return False
    proves, sends = _is_due("audit.check", at), bool(settings.AUDIT_WITNESS_EMAIL) and _is_due("audit.witness", at)
    if proves and (faults := audit.check(actor="beat", at=at)):
        warn(faults=faults, at=at)
    if sends:
        send_head(to=settings.AUDIT_WITNESS_EMAIL, at=at)
    return proves or sends


def _is_due(action: str, at: datetime) -> bool:
    done = AuditEntry.objects.latest(action)
    return done is None or local_day(done.at) < local_day(at)


@transaction.atomic
def warn(*, faults: list[Fault], at: datetime) -> int:
    """Mail every administrator of a ward or above, and the witness; returns the number of mails."""
    held = RoleGrant.objects.active(local_day(at)).filter(role=Role.ADMIN, user__is_active=True)
    addresses = {grant.user.email for grant in held.select_related("user")} | {settings.AUDIT_WITNESS_EMAIL}
    text = (
        f"Kiểm tra nhật ký lúc {format_moment(at)} thấy {len(faults)} chỗ hỏng.\n\n"
        f"Chỗ đầu tiên: {faults[0].message}\n\n"
        "Nhật ký chỉ được ghi thêm, nên chỗ hỏng nghĩa là có người đã sửa thẳng vào cơ sở dữ liệu. "
        "Hãy giữ nguyên máy chủ, báo người quản trị kỹ thuật và chạy: python manage.py verify_audit\n"
    )
    for address in sorted(addresses - {""}):
        draft = MailDraft(
            to=address,
            subject="Nhật ký của cổng bị sửa",
            text=text,
            kind="audit.fault",
            dedupe_key=f"audit-fault:{local_day(at)}:{address}",
        )
        enqueue_mail(draft=draft, at=at)
    return len(addresses - {""})


@transaction.atomic
def send_head(*, to: str, at: datetime) -> tuple[int, str]:
    """Queue the mail that carries the head out of the house; recorded as `audit.witness`, which is the next row."""
    seq, sealed = audit.head()
    text = (
        f"{seq}:{sealed}\n\n"
        f"Đây là số dòng cuối và mã băm của nhật ký, lúc {format_moment(at)}. Hãy giữ thư này ở ngoài cổng.\n"
        "Khi cần chứng minh nhật ký chưa bị viết lại, chạy trên máy chủ:\n"
        f"python manage.py verify_audit --head {seq}:{sealed}\n"
    )
    draft = MailDraft(
        to=to, subject=f"Mã đầu sổ nhật ký: dòng {seq}", text=text, kind="audit.head", dedupe_key=f"audit-head:{local_day(at)}"
    )  # fmt: skip
    enqueue_mail(draft=draft, at=at)
    audit.record(action="audit.witness", actor="beat", detail={"seq": seq, "hash": sealed, "to": to}, at=at)
    return seq, sealed

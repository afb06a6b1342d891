"""All that the portal keeps of one person, gathered as tables that anybody can read.

Of mails to the person only subject, day and state are given: a letter to a secretary names others. Who opened the
person's papers is named, because that is what the list is for. Nobody else's data is in it.
Not here: the ZIP (`own_archive.py`), who may ask (`rules.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from audit.models import AuditEntry
from directives.models import Obligation
from interface.wording import last_day_in_words
from outbox.models import OutgoingMail
from privacy.models import CorrectionRequest
from submissions.models import SubmittedFile
from units.models import (
    Appointment,
    Exemption,
    Member,
    Membership,
    NoticeAcceptance,
    PersonalLink,
    RoleGrant,
    User,
)
from vietnamese.dates import VIETNAM, format_date

_OPENED = ("submission.view", "submission.download")


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of data: its title, what is said above it, its columns and rows as text."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything of one person as of `at`; `files` are the papers that go with it."""

    name: str
    ward: str
    at: datetime
    tables: tuple[Table, ...]
    files: tuple[SubmittedFile, ...]

    def as_json(self) -> dict[str, Any]:
        """Each table as a list of objects keyed by its columns."""
        tables = {one.key: [dict(zip(one.columns, row, strict=True)) for row in one.rows] for one in self.tables}
        return {"name": self.name, "ward": self.ward, "at": self.at.isoformat(), **tables}


def collect_of_member(member: Member, *, at: datetime) -> OwnData:
    """All of a member, with the accounts that are his."""
    files = tuple(_files_of(member))
    tables = (*_of_roster(member), *_of_work(member, files), *_of_accounts(list(member.accounts.all()), member))
    return OwnData(member.full_name, member.ward.name, at, tables, files)


def collect_of_account(user: User, *, ward: str, at: datetime) -> OwnData:
    """All of an account that is nobody's of the roster."""
    return OwnData(user.full_name, ward, at, tuple(_of_accounts([user], None)), ())


def _of_roster(member: Member) -> Iterable[Table]:
    person = (
        ("Họ và tên", member.full_name), ("Năm sinh", str(member.birth_year or "")), ("Thư điện tử", member.email),
        ("Điện thoại", member.phone), ("Tình trạng", member.get_status_display()), ("Từ ngày", _day(member.status_since)),
    )  # fmt: skip
    yield Table("person", "Thông tin trong danh bạ", ("Thông tin", "Đang ghi"), person)
    dated = ("Từ ngày", "Đến hết ngày")
    yield Table(
        "memberships", "Nơi sinh hoạt", ("Đơn vị", "Hình thức", *dated),
        tuple((m.unit.name, m.get_kind_display(), _day(m.valid_from), _last(m)) for m in member.memberships.select_related("unit").order_by("pk")),
    )  # fmt: skip
    yield Table(
        "appointments", "Chức vụ", ("Chức vụ", "Đơn vị", *dated),
        tuple((a.position.title, a.unit.name, _day(a.valid_from), _last(a)) for a in member.appointments.select_related("position", "unit").order_by("pk")),
    )  # fmt: skip
    yield Table(
        "exemptions", "Miễn công tác và sinh hoạt đảng", ("Số văn bản", "Lý do", *dated),
        tuple((e.decision, e.get_reason_display(), _day(e.valid_from), _last(e)) for e in member.exemptions.order_by("pk")),
    )  # fmt: skip


def _files_of(member: Member) -> Iterable[SubmittedFile]:
    """Files handed in for the member's own obligations, oldest first."""
    return SubmittedFile.objects.filter(version__submission__obligation__member=member).select_related(
        "blob", "receipt", "version__decision", "version__submission__obligation__requirement__directive"
    ).order_by("version__received_at", "pk")  # fmt: skip


def _of_work(member: Member, files: tuple[SubmittedFile, ...]) -> Iterable[Table]:
    owed = Obligation.objects.filter(member=member).select_related("requirement__directive", "unit").order_by("pk")
    yield Table(
        "obligations", "Việc được giao", ("Văn bản", "Việc", "Đơn vị", "Hạn", "Trạng thái", "Nộp lúc"),
        tuple((o.requirement.directive.reference, o.title, o.unit.name, _deadline(o.due_at), o.get_state_display(), _moment(o.first_submitted_at)) for o in owed),
    )  # fmt: skip
    yield Table(
        "papers", "Bài đã nộp và phiếu tiếp nhận",
        ("Văn bản", "Lần", "Nhận lúc", "Tên tệp gốc", "Tên chuẩn", "Mã phiếu", "SHA-256", "Ý kiến duyệt", "Lý do"),
        tuple(_paper(file) for file in files),
    )  # fmt: skip
    opened = AuditEntry.objects.filter(
        obj_type="submissions.submission", action__in=_OPENED,
        obj_id__in=[str(pk) for pk in {file.version.submission_id for file in files}],
    ).order_by("seq")  # fmt: skip
    yield Table(
        "opened_by", "Ai đã mở bài của tôi", ("Lúc", "Người mở", "Việc"),
        tuple((_moment(entry.at), entry.actor_label, entry.action_label) for entry in opened),
    )  # fmt: skip
    asked = CorrectionRequest.objects.filter(member=member).order_by("pk")
    yield Table(
        "corrections", "Đề nghị sửa thông tin", ("Đề nghị lúc", "Thông tin", "Sửa thành", "Trả lời", "Lý do trả lời"),
        tuple((_moment(c.asked_at), c.get_fact_display(), c.proposed, c.get_state_display(), c.answer) for c in asked),
    )  # fmt: skip
    links = PersonalLink.objects.filter(member=member).order_by("pk")
    yield Table(
        "links", "Liên kết riêng", ("Tạo lúc", "Hết hạn", "Thu hồi", "Dùng lần cuối", "Số lần mở"),
        tuple((_moment(k.created_at), _moment(k.expires_at), _moment(k.revoked_at), _moment(k.last_used_at), str(k.use_count)) for k in links),
    )  # fmt: skip


def _deadline(due_at: datetime | None) -> str:
    """The last day as every page says it: `due_at` is exclusive, and its bare hour would name the day after."""
    return f"đến {last_day_in_words(due_at)}" if due_at else ""


def _paper(file: SubmittedFile) -> tuple[str, ...]:
    version = file.version
    receipt, decision = getattr(file, "receipt", None), getattr(version, "decision", None)
    return (
        version.submission.obligation.requirement.directive.reference,
        str(version.number),
        _moment(version.received_at),
        file.original_name,
        file.canonical_name,
        receipt.code if receipt else "",
        receipt.sha256 if receipt else file.blob.sha256,
        decision.get_verdict_display() if decision else "",
        decision.reason if decision else "",
    )


def _of_accounts(accounts: list[User], member: Member | None) -> Iterable[Table]:
    yield Table(
        "accounts", "Tài khoản", ("Thư điện tử", "Họ và tên", "Mở lúc", "Đăng nhập gần nhất"),
        tuple((a.email, a.full_name, _moment(a.created_at), _moment(a.last_login)) for a in accounts),
    )  # fmt: skip
    roles = [grant for a in accounts for grant in a.role_grants.select_related("unit", "cluster").order_by("pk")]
    yield Table(
        "roles", "Vai trò", ("Vai trò", "Ở", "Từ ngày", "Đến hết ngày"),
        tuple((g.get_role_display(), str(g.cluster or g.unit), _day(g.valid_from), _last(g)) for g in roles),
    )  # fmt: skip
    read = NoticeAcceptance.objects.filter(user__in=accounts).order_by("pk")
    yield Table(
        "notices",
        "Thông báo dữ liệu cá nhân đã đọc",
        ("Lúc", "Bản"),
        tuple((_moment(n.accepted_at), str(n.version or "bản có sẵn của cổng")) for n in read),
    )
    logins = AuditEntry.objects.filter(action="account.login", actor_id__in=[str(a.pk) for a in accounts]).order_by(
        "seq"
    )
    yield Table("logins", "Lần đăng nhập", ("Lúc", "Từ địa chỉ"), tuple((_moment(e.at), e.ip) for e in logins))
    # The address of an account is its owner's alone, but a digest to it may be another's duties.
    to_own = Q(to_address__in=[a.email for a in accounts], digest=None) if accounts else Q(pk__in=[])
    if member and _is_his_alone(member):
        to_own |= Q(to_address__iexact=member.email)
    mails = OutgoingMail.objects.filter(to_own | (Q(digest__member=member) if member else Q(pk__in=[]))).order_by("pk")
    yield Table(
        "mails", "Thư cổng đã gửi", ("Lúc", "Tới", "Tiêu đề", "Trạng thái"),
        tuple((_moment(m.sent_at or m.created_at), m.to_address, m.subject, m.get_state_display()) for m in mails),
        note="Nội dung thư không kèm theo, vì thư gửi bí thư có nêu tên người khác.",
    )  # fmt: skip


def _is_his_alone(member: Member) -> bool:
    """Nobody else has the member's address in the roster: one address may serve a whole unit."""
    others = Member.objects.filter(email__iexact=member.email).exclude(pk=member.pk)
    others_accounts = User.objects.filter(email__iexact=member.email).exclude(member=member)
    return bool(member.email) and not others.exists() and not others_accounts.exists()


def _day(day: date | None) -> str:
    return format_date(day) if day else ""


def _last(span: Membership | Appointment | Exemption | RoleGrant) -> str:
    """The last day of a span whose stored end is the first day without; one that ended before it began was never."""
    if span.valid_to and span.valid_from and span.valid_to <= span.valid_from:
        return "đã bỏ, chưa có hiệu lực ngày nào"
    return format_date(span.valid_to - timedelta(days=1)) if span.valid_to else ""


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M} {format_date(at.astimezone(VIETNAM).date())}" if at else ""

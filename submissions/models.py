"""Submissions: what came in for an obligation, version by version, with receipts and decisions.

Not here: bytes (app vault), the name rule (`filenames.py`), verdict rules (`inspection/`), changes (`services.py`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.choices import ObligationState, Timeliness
from directives.deadlines.periods import title_of_period
from directives.models import Obligation, Requirement
from submissions.choices import VIEWABLE_STATES, WAITING_STATES, Door, InspectionState, MatchState, Verdict
from submissions.inspection.verdicts import SCANNER, SCANNER_SENTENCE, sentence_of
from submissions.page_models import PhotoPage, StagedPhoto
from submissions.querysets import (
    DepositQuerySet,
    ReceiptQuerySet,
    StagedFileQuerySet,
    SubmissionQuerySet,
    SubmissionVersionQuerySet,
    SubmittedFileQuerySet,
)
from submissions.review_models import BatchedVersion, PageTrace, ReviewBatch, TakenBackAcceptance
from submissions.scan_models import LongScan, ScanPage
from submissions.upload_models import PendingUpload
from submissions.who import person_of, who_handed_in
from submissions.written_models import ReportDraft, ReportText
from units.models import Member, Unit
from vault.models import Blob

__all__ = [
    "BatchedVersion", "Decision", "Deposit", "Inspection", "LongScan", "PageImage", "PageTrace", "PendingUpload",
    "PhotoPage", "Receipt", "ReportDraft", "ReportText", "ReviewBatch", "ScanPage", "StagedFile", "StagedPhoto",
    "Submission", "SubmissionVersion", "SubmittedFile", "TakenBackAcceptance",
]  # fmt: skip


class Inspection(models.Model):
    """The check of one content: the same bytes are looked at once. This table is the work queue."""

    blob = models.OneToOneField(Blob, models.PROTECT, related_name="inspection")
    state = models.CharField(max_length=12, choices=InspectionState, default=InspectionState.RECEIVED)
    verdict_class = models.CharField(max_length=20, blank=True, default="")
    reason = models.CharField(max_length=20, blank=True, default="")
    pages = models.PositiveIntegerField(null=True, blank=True)
    signature_fields = models.PositiveIntegerField(default=0)
    hints = models.JSONField(default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    inspected_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = "kiểm tra tệp"
        indexes = [
            models.Index(
                fields=["lease_until", "id"],
                condition=Q(state__in=["RECEIVED", "INSPECTING"]),
                name="inspection_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.blob_id}: {self.get_state_display()}"

    @property
    def is_viewable(self) -> bool:
        """Whether anybody may open the content."""
        return self.state in VIEWABLE_STATES

    @property
    def is_settled(self) -> bool:
        """Whether the check has ended, well or badly."""
        return self.state not in WAITING_STATES

    @property
    def sentence(self) -> str:
        """What the sender reads about it."""
        if not self.is_settled:
            return SCANNER_SENTENCE if self.reason == SCANNER else "Đang kiểm tra tệp."
        return sentence_of(self.verdict_class, self.reason, pages=self.pages, size=self.blob.size)


class StagedFile(models.Model):
    """A file on the deposit desk: uploaded, kept, not handed in (CHƯA NỘP)."""

    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", help_text="Đơn vị đang đứng nộp.")
    period = models.CharField("kỳ", max_length=10, blank=True, default="", help_text="Kỳ của bàn nộp.")
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    original_name = models.CharField("tên tệp gốc", max_length=600)
    size = models.BigIntegerField()
    match_state = models.CharField(max_length=10, choices=MatchState)
    obligation = models.ForeignKey(Obligation, models.PROTECT, null=True, blank=True, related_name="+")
    candidates = models.JSONField(default=list, blank=True, help_text="Mã các việc có thể ứng với tệp.")
    canonical_name = models.CharField("tên chuẩn", max_length=255, blank=True, default="")
    message = models.CharField(max_length=400, blank=True, default="")
    slot = models.CharField("loại tệp", max_length=80, blank=True, default="")
    origin = models.JSONField(
        default=dict,
        blank=True,
        help_text="Từ đâu mà có: nhóm ảnh (photos), trang của bản quét dài (scan, first, last).",
    )
    uploaded_at = models.DateTimeField()

    objects = StagedFileQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp chờ nộp"
        ordering = ("pk",)
        indexes = [models.Index(fields=["uploaded_by", "requirement", "unit"])]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_of_photos(self) -> bool:
        """Bound from photographs, which may still be put in order."""
        return "photos" in self.origin

    @property
    def provenance(self) -> str:
        """Where its pages come from: "trang 4–7 của scan.pdf", "3 ảnh chụp"; "" for a file as it came."""
        if "scan" in self.origin:
            first, last = self.origin["first"], self.origin["last"]
            pages = f"trang {first}" if first == last else f"trang {first}–{last}"
            return f"{pages} của {self.origin['scan']}"
        return f"{self.origin.get('count', 0)} ảnh chụp ghép lại" if self.is_of_photos else ""


class Deposit(models.Model):
    """One confirm on the desk: what a unit (or member) handed in together, with one code."""

    code = models.CharField("mã phiếu", max_length=16, unique=True)
    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="deposits")
    unit_name = models.CharField("tên đơn vị khi nộp", max_length=255, blank=True, default="")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="deposits")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_by_member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", help_text="Người nộp qua liên kết riêng."
    )
    door = models.CharField(max_length=8, choices=Door)
    received_at = models.DateTimeField("giờ máy chủ nhận")
    idempotency_key = models.CharField(max_length=80, unique=True)

    objects = DepositQuerySet.as_manager()

    class Meta:
        verbose_name = "lần nộp"
        ordering = ("-received_at", "-pk")
        indexes = [models.Index(fields=["unit", "-received_at"])]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """What was answered, with its period; of deposits that come from `with_papers`."""
        return title_of_period(self.requirement.title, getattr(self, "period", ""))

    @property
    def person(self) -> str:
        """Who confirmed, by name; the office for what came in by command."""
        return person_of(self)


class Submission(models.Model):
    """Bài nộp of one obligation; it has versions and exists once the first is received."""

    obligation = models.OneToOneField(Obligation, models.PROTECT, related_name="submission")
    is_voluntary = models.BooleanField("tự nguyện", default=False)
    current = models.ForeignKey(
        "SubmissionVersion", models.PROTECT, null=True, blank=True, related_name="+", help_text="Lần nộp mới nhất."
    )
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    claimed_until = models.DateTimeField(null=True, blank=True)
    flagged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người đánh dấu",
    )
    flagged_at = models.DateTimeField(
        "đánh dấu lúc", null=True, blank=True, help_text="Để xem lại sau; không phải quyết định."
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "bài nộp"

    def __str__(self) -> str:
        return f"Bài nộp {self.obligation}"

    @property
    def stands_voluntary(self) -> bool:
        """Handed in voluntarily and still waived; once the waiver is lifted it is the answer that is owed."""
        return self.is_voluntary and self.obligation.state == ObligationState.WAIVED


class SubmissionVersion(models.Model):
    """Lần nộp: numbered from 1 within its submission; a decision names the version it judged."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("lần")
    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="versions")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    on_behalf = models.BooleanField("nộp thay", default=False)
    received_at = models.DateTimeField("giờ máy chủ nhận")
    timeliness = models.CharField(max_length=12, choices=Timeliness)
    due_at = models.DateTimeField(null=True, blank=True, help_text="Hạn hiệu lực lúc nhận.")
    restarts_clock = models.BooleanField(
        "sửa quá hạn", default=False, help_text="Bản sửa nộp sau hạn sửa: đúng hạn hay muộn tính theo lần này."
    )

    forwarded_at = models.DateTimeField("chi bộ chuyển lúc", null=True, blank=True)
    forwarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người chuyển"
    )
    forwarded_instead = models.CharField(
        "lý do chuyển thay", max_length=300, blank=True, default="", help_text="Ban Xây dựng Đảng chuyển thay chi bộ."
    )

    objects = SubmissionVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "lần nộp của một việc"
        ordering = ("submission", "number")
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="version_number_once")]
        indexes = [models.Index(fields=["received_at"])]

    def __str__(self) -> str:
        return f"{self.submission} lần {self.number}"

    @property
    def handed_in_by(self) -> str:
        """Who handed it in, and for whom when it was another: the words of every page and paper."""
        return who_handed_in(self)


class SubmittedFile(models.Model):
    """Tệp: bytes in the vault under the canonical name; the original name is kept as data."""

    version = models.ForeignKey(SubmissionVersion, models.PROTECT, related_name="files")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    original_name = models.CharField("tên tệp gốc", max_length=600)
    canonical_name = models.CharField("tên chuẩn", max_length=255)
    order = models.PositiveSmallIntegerField(default=0)
    slot = models.CharField("loại tệp", max_length=80, blank=True, default="")

    objects = SubmittedFileQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp"
        ordering = ("version", "order")

    def __str__(self) -> str:
        return self.canonical_name


class Receipt(models.Model):
    """Phiếu tiếp nhận of one file: written with the submission row, never changed, never lost."""

    code = models.CharField("mã phiếu", max_length=16, unique=True)
    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="receipts")
    file = models.OneToOneField(SubmittedFile, models.PROTECT, related_name="receipt")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField("số byte")
    pages = models.PositiveIntegerField("số trang", null=True, blank=True)
    received_at = models.DateTimeField("giờ máy chủ nhận")
    timeliness = models.CharField(max_length=12, choices=Timeliness)
    unit_name = models.CharField("tên đơn vị khi nộp", max_length=255, blank=True, default="")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu tiếp nhận"

    def __str__(self) -> str:
        return self.code


class Decision(models.Model):
    """Duyệt hoặc trả lại: names the version it judged; one per version."""

    version = models.OneToOneField(SubmissionVersion, models.PROTECT, related_name="decision")
    verdict = models.CharField(max_length=20, choices=Verdict)
    reason = models.TextField("lý do", blank=True)
    fix_by = models.DateTimeField("sửa trước", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = "quyết định duyệt"
        indexes = [models.Index(fields=["decided_at"])]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_verdict_display()}"


class PageImage(models.Model):
    """A page as an image, made by a worker and kept in the vault; one per content and page."""

    source = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    page = models.PositiveIntegerField(help_text="Từ 1.")
    width = models.PositiveIntegerField(help_text="Điểm ảnh; cỡ chữ ký là dải ảnh thấp nhất có chữ của trang.")
    height = models.PositiveIntegerField(default=0, help_text="Điểm ảnh.")
    image = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    trace = models.CharField(
        "dấu trang",
        max_length=64,
        blank=True,
        default="",
        help_text="Chỉ ảnh lớn; trống khi trang gần như không có gì.",
    )

    class Meta:
        verbose_name = "ảnh trang"
        constraints = [models.UniqueConstraint(fields=["source", "page", "width"], name="page_image_once")]

    def __str__(self) -> str:
        return f"{self.source_id} trang {self.page}"

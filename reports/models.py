"""Summary reports, frozen figures, letters, bundles and the jobs that make documents.

Not here: the figures (`figures.py`), documents (`rendering` modules), bytes (app vault).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.models import Directive, Requirement
from reports.choices import OPEN_JOB_STATES, JobKind, JobState, PartKind, ReportState
from reports.querysets import (
    ChasingLetterQuerySet,
    ForwardingBundleQuerySet,
    JobQuerySet,
    SummaryReportQuerySet,
)
from submissions.models import SubmittedFile
from units.models import Unit
from vault.models import Blob


class SummaryReport(models.Model):
    """Báo cáo tổng hợp of one directive at one instant."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    directive = models.ForeignKey(Directive, models.PROTECT, related_name="summary_reports")
    at = models.DateTimeField("số liệu lúc")
    state = models.CharField(max_length=8, choices=ReportState, default=ReportState.DRAFT)
    number = models.PositiveIntegerField("số báo cáo", null=True, blank=True)
    texts = models.JSONField("lời của cơ quan", default=dict, blank=True, help_text="Theo mục, xem narrative.Section.")
    format_profile = models.CharField(max_length=20)
    pdf = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    docx = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    xlsx = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    compiled_at = models.DateTimeField(null=True, blank=True, help_text="Lúc có đủ tệp; ba tệp luôn cùng một lần lập.")
    frozen_at = models.DateTimeField(null=True, blank=True)

    objects = SummaryReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo tổng hợp"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(compiled_at=None) | Q(docx__isnull=False, xlsx__isnull=False), name="compiled_has_files"
            ),
            models.CheckConstraint(condition=~Q(state="FROZEN") | Q(frozen_at__isnull=False), name="frozen_has_time"),
        ]

    def __str__(self) -> str:
        return f"Báo cáo {self.directive} lúc {self.at}"


class FiguresSnapshot(models.Model):
    """Số liệu chốt: the one derived fact that is stored, because it was printed."""

    report = models.OneToOneField(SummaryReport, models.PROTECT, related_name="figures")
    figures = models.JSONField()

    class Meta:
        verbose_name = "số liệu chốt"

    def __str__(self) -> str:
        return f"Số liệu của {self.report}"


class ChasingLetter(models.Model):
    """Công văn đôn đốc: its figures stand at `at` for good; a later one of the same duty cites it."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    directive = models.ForeignKey(Directive, models.PROTECT, related_name="chasing_letters")
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, null=True, blank=True, related_name="+", help_text="Trống: mọi việc của văn bản."
    )
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    at = models.DateTimeField("số liệu lúc")
    number = models.PositiveIntegerField("số công văn", null=True, blank=True)
    new_last_day = models.DateField("hạn mới, nộp đến hết ngày", null=True, blank=True)
    figures = models.JSONField("số liệu lúc lập", default=dict)
    format_profile = models.CharField(max_length=20)
    pdf = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    docx = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True, help_text="Lúc có đủ tệp; từ đó không đổi nữa.")

    objects = ChasingLetterQuerySet.as_manager()

    class Meta:
        verbose_name = "công văn đôn đốc"
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(made_at=None) | Q(docx__isnull=False), name="made_letter_has_word")
        ]

    def __str__(self) -> str:
        return f"Công văn đôn đốc {self.directive} lúc {self.at}"


class ForwardingBundle(models.Model):
    """Gói chuyển tiếp: the accepted papers of a duty for the superior; each later round holds only what is new."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    directive = models.ForeignKey(Directive, models.PROTECT, related_name="bundles")
    requirement = models.ForeignKey(Requirement, models.PROTECT, null=True, blank=True, related_name="+")
    round = models.PositiveSmallIntegerField("đợt")
    at = models.DateTimeField("bài duyệt đến lúc")
    recipient = models.CharField("nơi nhận", max_length=255)
    limit_mb = models.PositiveIntegerField("mỗi tệp không quá (MB)", default=0, help_text="0: không chia.")
    number = models.PositiveIntegerField("số công văn", null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True, help_text="Lúc có đủ tệp.")

    objects = ForwardingBundleQuerySet.as_manager()

    class Meta:
        verbose_name = "gói chuyển tiếp"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"Gói chuyển tiếp {self.directive} đợt {self.round}"


class BundleItem(models.Model):
    """A paper in a bundle, under the folder and name it was given out with."""

    bundle = models.ForeignKey(ForwardingBundle, models.CASCADE, related_name="items")
    file = models.ForeignKey(SubmittedFile, models.PROTECT, related_name="+")
    folder = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(null=True)
    order = models.PositiveIntegerField()

    class Meta:
        verbose_name = "bài trong gói"
        ordering = ("order",)
        constraints = [models.UniqueConstraint(fields=["bundle", "file"], name="file_once_in_bundle")]

    def __str__(self) -> str:
        return f"{self.folder}/{self.name}"


class BundlePart(models.Model):
    """A file of a bundle to take away."""

    bundle = models.ForeignKey(ForwardingBundle, models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=12, choices=PartKind)
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "tệp của gói"
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """Long work as a row: the table is the queue, a broker message only rings the bell."""

    kind = models.CharField(max_length=20, choices=JobKind)
    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    directive = models.ForeignKey(Directive, models.PROTECT, null=True, related_name="+")
    report = models.ForeignKey(SummaryReport, models.PROTECT, null=True, blank=True, related_name="jobs")
    letter = models.ForeignKey(ChasingLetter, models.PROTECT, null=True, blank=True, related_name="jobs")
    bundle = models.ForeignKey(ForwardingBundle, models.PROTECT, null=True, blank=True, related_name="jobs")
    params = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    step = models.CharField("đang làm", max_length=120, blank=True, default="")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=400, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "việc chạy nền"
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"], condition=Q(state__in=["WAITING", "RUNNING"]), name="one_open_job_per_ask"
            )
        ]
        indexes = [
            models.Index(
                fields=["lease_until", "id"], condition=Q(state__in=["WAITING", "RUNNING"]), name="job_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def is_open(self) -> bool:
        """Waiting or running."""
        return self.state in OPEN_JOB_STATES


class FormatCorrection(models.Model):
    """One value of a format profile as the ward's văn thư found it; the rest of the profile is the product's."""

    ward = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    profile = models.CharField("bộ thể thức", max_length=20)
    path = models.CharField("giá trị", max_length=60, help_text="Như `reports.format_profiles.corrected` đọc.")
    value = models.JSONField()

    class Meta:
        verbose_name = "giá trị thể thức của phường"
        constraints = [models.UniqueConstraint(fields=["ward", "profile", "path"], name="format_value_once")]

    def __str__(self) -> str:
        return f"{self.profile} {self.path}"

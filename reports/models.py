"""Summary reports, frozen figures, letters, bundles and the jobs that make documents.

Not here: the figures (`figures.py`), documents (`rendering` modules), bytes (app vault).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.choices import Certainty
from directives.deadlines.periods import period_words
from directives.models import Directive, OutgoingNumber, Requirement
from reports.choices import OPEN_JOB_STATES, SPAN_KINDS, JobKind, JobState, PartKind, ReportKind, ReportState
from reports.querysets import (
    ChasingLetterQuerySet,
    ForwardingBundleQuerySet,
    JobQuerySet,
    SummaryReportQuerySet,
)
from submissions.models import ReportText, SubmittedFile
from units.models import Unit
from vault.models import Blob
from vietnamese.dates import format_moment


class Numbered(models.Model):
    """A paper that bears a number of the register of outgoing papers, or has room for one written by hand."""

    outgoing = models.OneToOneField(
        OutgoingNumber, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="số văn bản đi"
    )

    class Meta:
        abstract = True

    @property
    def number(self) -> int | None:
        """Its number; one query, unless `outgoing` was fetched with it."""
        return self.outgoing.number if self.outgoing is not None else None


class SummaryReport(Numbered):
    """Báo cáo tổng hợp at one instant: of one directive, or of all that a ward was asked in a span of the calendar."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField("loại báo cáo", max_length=10, choices=ReportKind, default=ReportKind.RESULT)
    directive = models.ForeignKey(
        Directive, models.PROTECT, null=True, blank=True, related_name="summary_reports", help_text="Trống: cả phường."
    )
    at = models.DateTimeField("số liệu lúc")
    state = models.CharField(max_length=8, choices=ReportState, default=ReportState.DRAFT)
    period = models.CharField("kỳ", max_length=10, blank=True, default="", help_text="Trống: cả văn bản.")
    outline = models.JSONField("đề cương riêng", default=list, blank=True, help_text="Trống: đề cương chuẩn.")
    texts = models.JSONField("lời của cơ quan", default=dict, blank=True, help_text="Theo mục, xem narrative.Section.")
    format_profile = models.CharField(max_length=20)
    pdf = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    docx = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    xlsx = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    compiled_at = models.DateTimeField(null=True, blank=True, help_text="Lúc có đủ tệp; ba tệp luôn cùng một lần lập.")
    frozen_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField("sửa lời văn lúc", null=True, blank=True)
    signed = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="bản đã ký")
    signed_at = models.DateTimeField("gắn bản đã ký lúc", null=True, blank=True)

    objects = SummaryReportQuerySet.as_manager()

    class Meta:
        verbose_name = "báo cáo tổng hợp"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ReportKind.RESULT, directive__isnull=False)
                | Q(kind__in=SPAN_KINDS, directive=None) & ~Q(period=""),
                name="report_of_paper_or_span",
            ),
            models.CheckConstraint(
                condition=Q(compiled_at=None) | Q(docx__isnull=False, xlsx__isnull=False), name="compiled_has_files"
            ),
            models.CheckConstraint(condition=~Q(state="FROZEN") | Q(frozen_at__isnull=False), name="frozen_has_time"),
            models.CheckConstraint(
                condition=Q(signed=None) | Q(state="FROZEN", signed_at__isnull=False), name="signed_is_frozen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} lúc {format_moment(self.at)}"

    @property
    def title(self) -> str:
        """ "Báo cáo tháng 4/2026 về 05-CV/ĐU", "Báo cáo định kỳ quý II/2026"."""
        if self.directive is None:
            return f"{self.get_kind_display()} {self.period_words}"
        return " ".join(filter(None, ("Báo cáo", self.period_words, "về", self.directive.reference)))

    @property
    def period_words(self) -> str:
        """The period in words; "" for the whole paper."""
        return period_words(self.period)


class GatheredParagraph(models.Model):
    """Đoạn lấy từ báo cáo của đơn vị: under a heading of the report, in its order; the words may be edited."""

    report = models.ForeignKey(SummaryReport, models.CASCADE, related_name="gathered")
    key = models.CharField("mục", max_length=20)
    order = models.PositiveIntegerField("thứ tự")
    text = models.TextField("lời văn", max_length=4000)
    source = models.ForeignKey(ReportText, models.PROTECT, related_name="+", verbose_name="báo cáo của đơn vị")
    heading = models.CharField("mục trong báo cáo của đơn vị", max_length=255)

    class Meta:
        verbose_name = "đoạn lấy từ báo cáo của đơn vị"
        ordering = ("order", "pk")
        constraints = [
            models.UniqueConstraint(fields=["report", "source", "heading"], name="gathered_once_per_heading")
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.heading}"


class ReplacedSentence(models.Model):
    """Câu thay: the office's words printed in place of a sentence that the portal writes itself.

    `stood_for` is that sentence as it read when it was replaced: when it reads otherwise now, its figures changed since.
    """

    report = models.ForeignKey(SummaryReport, models.CASCADE, related_name="replaced")
    sentence = models.CharField("câu của cổng", max_length=80, help_text="Như `narrative` đặt tên.")
    text = models.TextField("câu của cơ quan", max_length=4000)
    stood_for = models.TextField("câu của cổng lúc thay")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người thay"
    )
    at = models.DateTimeField("thay lúc")

    class Meta:
        verbose_name = "câu thay"
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["report", "sentence"], name="sentence_replaced_once")]

    def __str__(self) -> str:
        return f"{self.report}: {self.sentence}"


class FiguresSnapshot(models.Model):
    """Số liệu chốt: the one derived fact that is stored, because it was printed."""

    report = models.OneToOneField(SummaryReport, models.PROTECT, related_name="figures")
    figures = models.JSONField()

    class Meta:
        verbose_name = "số liệu chốt"

    def __str__(self) -> str:
        return f"Số liệu của {self.report}"


class ChasingLetter(Numbered):
    """Công văn đôn đốc: its figures stand at `at` for good; a later one of the same duty cites it."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    directive = models.ForeignKey(Directive, models.PROTECT, related_name="chasing_letters")
    requirement = models.ForeignKey(
        Requirement, models.PROTECT, null=True, blank=True, related_name="+", help_text="Trống: mọi việc của văn bản."
    )
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    at = models.DateTimeField("số liệu lúc")
    new_last_day = models.DateField("hạn mới, nộp đến hết ngày", null=True, blank=True)
    figures = models.JSONField("số liệu lúc lập", default=dict)
    format_profile = models.CharField(max_length=20)
    pdf = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    docx = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True, help_text="Lúc có đủ tệp; từ đó không đổi nữa.")
    extended_at = models.DateTimeField(
        null=True, blank=True, help_text="Lúc gia hạn trên cổng theo hạn mới của công văn, lần gần nhất."
    )

    objects = ChasingLetterQuerySet.as_manager()

    class Meta:
        verbose_name = "công văn đôn đốc"
        ordering = ("-at", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(made_at=None) | Q(docx__isnull=False), name="made_letter_has_word")
        ]

    def __str__(self) -> str:
        return f"Công văn đôn đốc {self.directive} lúc {format_moment(self.at)}"

    @property
    def number_by_hand(self) -> bool:
        """Its number was entered after the letter was made: no file bears it. Needs `outgoing`."""
        return self.outgoing is not None and self.made_at is not None and self.outgoing.at > self.made_at


class ForwardingBundle(Numbered):
    """Gói chuyển tiếp: the accepted papers of a duty for the superior; each later round holds only what is new."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    directive = models.ForeignKey(Directive, models.PROTECT, related_name="bundles")
    requirement = models.ForeignKey(Requirement, models.PROTECT, null=True, blank=True, related_name="+")
    round = models.PositiveSmallIntegerField("đợt")
    at = models.DateTimeField("bài duyệt đến lúc")
    recipient = models.CharField("nơi nhận", max_length=255)
    limit_mb = models.PositiveIntegerField("mỗi tệp không quá (MB)", default=0, help_text="0: không chia.")
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


class CountedWork(models.Model):
    """Số đếm sẵn: how many obligations of a unit, requirement, period and deadline stand how; rows of one key add up.

    Written by the database itself with every change of obligations (`counted_sql.py`), on PostgreSQL only, so without
    foreign keys of its own. `awaiting` counts those not handed in whose event has no day yet; `newest` is the last
    instant at which one of them was given out or changed.
    """

    ward = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    unit = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, related_name="+")
    requirement = models.ForeignKey(
        Requirement, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    period = models.CharField("kỳ", max_length=10, blank=True)
    due_at = models.DateTimeField("hạn hiệu lực", null=True)
    certainty = models.CharField(max_length=10, choices=Certainty)
    assigned = models.IntegerField()
    waived = models.IntegerField()
    submitted = models.IntegerField()
    accepted = models.IntegerField()
    returned = models.IntegerField()
    on_time = models.IntegerField()
    late = models.IntegerField()
    awaiting = models.IntegerField()
    newest = models.DateTimeField()
    folded = models.BooleanField()

    class Meta:
        verbose_name = "số đếm sẵn"
        indexes = [
            models.Index(fields=["ward", "requirement"], name="counted_ward"),
            models.Index(fields=["requirement", "unit"], name="counted_pair"),
            models.Index(fields=["id"], condition=Q(folded=False), name="counted_to_fold"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement_id}/{self.unit_id} {self.period}: {self.assigned}"


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

"""Requests for a correction, terms of keeping, directives whose papers are held, records of destruction.

Not here: selections (`querysets.py`), what a class of data holds (`retention_classes.py`), changes (`services`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.models import Directive
from privacy.choices import DataClass, Fact, RequestState
from privacy.querysets import CorrectionRequestQuerySet, DeletionRecordQuerySet, RetentionProposalQuerySet
from units.models import Member, Unit


class CorrectionRequest(models.Model):
    """Đề nghị sửa thông tin: which fact of a member, what it should say, why; and the office's answer."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, related_name="correction_requests")
    fact = models.CharField("thông tin cần sửa", max_length=12, choices=Fact)
    current = models.CharField("đang ghi", max_length=300, blank=True)
    proposed = models.CharField("đề nghị sửa thành", max_length=300)
    reason = models.CharField("lý do", max_length=600, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("đề nghị lúc")
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.OPEN)
    answer = models.CharField("trả lời", max_length=600, blank=True)
    is_applied = models.BooleanField("đã sửa vào danh bạ", default=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("trả lời lúc", null=True, blank=True)

    objects = CorrectionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị sửa thông tin"
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="OPEN") | Q(decided_at__isnull=False), name="decided_correction_has_time"
            )
        ]
        indexes = [models.Index(fields=["ward", "state", "asked_at"], name="correction_waiting")]

    def __str__(self) -> str:
        return f"{self.get_fact_display()} của {self.member}"


class RetentionTerm(models.Model):
    """Thời hạn lưu trữ of one class of data in one ward; without a row the product's own term holds."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    data_class = models.CharField("loại dữ liệu", max_length=14, choices=DataClass)
    days = models.PositiveIntegerField("số ngày", null=True, blank=True, help_text="Trống: không hủy.")
    decided_on = models.CharField("theo quyết định", max_length=160, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "thời hạn lưu trữ"
        constraints = [models.UniqueConstraint(fields=["ward", "data_class"], name="one_term_per_ward_and_class")]

    def __str__(self) -> str:
        return f"{self.get_data_class_display()}: {self.days}"


class RetentionProposal(models.Model):
    """Đề nghị hủy: what the portal found past its term on a day, for a person to look at."""

    ward = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    day = models.DateField("ngày")
    counts = models.JSONField(
        "số mục", default=dict, help_text="Class → how many; those destroyed since are taken out."
    )

    objects = RetentionProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị hủy"
        constraints = [models.UniqueConstraint(fields=["ward", "day"], name="one_retention_proposal_a_day")]

    def __str__(self) -> str:
        return f"{self.ward}: {self.total}"

    @property
    def total(self) -> int:
        """Things past their term, of all classes."""
        return sum(self.counts.values())


class Hold(models.Model):
    """Không hủy: the papers of a directive are kept whatever the term says (an inspection, a dispute)."""

    directive = models.OneToOneField(Directive, models.CASCADE, related_name="hold")
    reason = models.CharField("lý do", max_length=300)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    placed_at = models.DateTimeField("đặt lúc")

    class Meta:
        verbose_name = "lệnh không hủy"

    def __str__(self) -> str:
        return f"Không hủy {self.directive}"


class DeletionRecord(models.Model):
    """Biên bản hủy: what was destroyed, by which rule, by whom, when. Written once, never changed."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("số")
    data_class = models.CharField("loại dữ liệu", max_length=14, choices=DataClass)
    term_days = models.PositiveIntegerField("thời hạn", help_text="Số ngày.")
    decided_on = models.CharField("theo quyết định", max_length=160, blank=True)
    due_before = models.DateTimeField("hết hạn trước lúc")
    count = models.PositiveIntegerField("số lượng")
    items = models.JSONField("danh mục", default=list, help_text="Nhãn từng mục; tệp có mã phiếu và SHA-256.")
    destroyed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    destroyed_at = models.DateTimeField("hủy lúc")

    objects = DeletionRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "biên bản hủy"
        ordering = ("-destroyed_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["ward", "number"], name="deletion_record_number_once")]

    def __str__(self) -> str:
        return f"Biên bản hủy số {self.number}"

"""Long scans waiting to be cut.

Not here: where they are cut (`scan_slips.py`), the papers that come out of them (`models.StagedFile`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from directives.models import Requirement
from submissions.querysets import LongScanQuerySet
from units.models import Unit
from vault.models import Blob


class LongScan(models.Model):
    """Bản quét dài: many papers in one PDF, separated by printed sheets. Gone once it is cut or dropped."""

    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    requirement = models.ForeignKey(Requirement, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", help_text="Đơn vị đang đứng nộp.")
    period = models.CharField("kỳ", max_length=10, blank=True, default="", help_text="Kỳ của bàn nộp.")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    original_name = models.CharField("tên tệp gốc", max_length=600)
    pages = models.PositiveIntegerField("số trang", null=True, blank=True)
    pages_read = models.PositiveIntegerField("số trang đã đọc", default=0)
    codes = models.JSONField(default=list, blank=True, help_text="[[trang, mã trên trang]].")
    blank = models.JSONField(default=list, blank=True, help_text="Các trang trống.")
    failure = models.CharField(max_length=300, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    uploaded_at = models.DateTimeField()

    objects = LongScanQuerySet.as_manager()

    class Meta:
        verbose_name = "bản quét dài"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_read(self) -> bool:
        """Every page was looked at."""
        return self.pages is not None and self.pages_read >= self.pages


class ScanPage(models.Model):
    """A page of a long scan as an image: drawn once, so that a bucket is not asked for the whole scan again."""

    scan = models.ForeignKey(LongScan, models.CASCADE, related_name="drawn")
    page = models.PositiveIntegerField(help_text="Từ 1.")
    width = models.PositiveIntegerField(help_text="Điểm ảnh.")
    image = models.ForeignKey(Blob, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "ảnh trang bản quét dài"
        constraints = [models.UniqueConstraint(fields=["scan", "page", "width"], name="scan_page_once")]

    def __str__(self) -> str:
        return f"{self.scan_id} trang {self.page}"

"""A unit's report as written on the portal: the draft that is kept while one writes, the words of each version.

Not here: which sections and numbers are asked for (`directives.report_fields`), changes (`services.writing`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from directives.models import Obligation
from submissions.report_words import short_code


class ReportDraft(models.Model):
    """What has been written for one obligation and not handed in (CHƯA NỘP); shared by all who answer for the unit.

    `revision` counts the savings: whoever saves names the one he began from, so that nobody overwrites unseen.
    """

    obligation = models.OneToOneField(Obligation, models.CASCADE, related_name="report_draft")
    texts = models.JSONField("các mục", default=list, help_text="Theo thứ tự các mục của đề cương.")
    numbers = models.JSONField("số liệu", default=list, help_text="Theo thứ tự các số liệu; null là chưa ghi.")
    attended_on = models.DateField("ngày dự", null=True, blank=True, help_text="Của phiếu dự sinh hoạt.")
    begun_with = models.JSONField(
        "lời kỳ trước", default=list, help_text="Các mục lấy từ kỳ trước, để biết mục nào chưa sửa."
    )
    revision = models.PositiveIntegerField("lần lưu", default=0)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    printed_digest = models.CharField("mã bản in gần nhất", max_length=64, blank=True, default="")
    printed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "báo cáo đang viết"

    def __str__(self) -> str:
        return f"Báo cáo đang viết: {self.obligation}"


class ReportText(models.Model):
    """The words of one version, never changed: what the signed scan beside them signs."""

    version = models.OneToOneField("submissions.SubmissionVersion", models.PROTECT, related_name="report")
    is_nil = models.BooleanField("không phát sinh", default=False)
    parts = models.JSONField("các mục", default=list, help_text="[{heading, text, unchanged}]")
    numbers = models.JSONField("số liệu", default=list, help_text="[{label, value, is_sum}]")
    attended_on = models.DateField("ngày dự", null=True, blank=True, help_text="Của phiếu dự sinh hoạt.")
    digest = models.CharField("mã nội dung", max_length=64, help_text="SHA-256 của các mục và số liệu.")
    is_as_printed = models.BooleanField(
        "đúng bản đã in", default=False, help_text="Nội dung không đổi từ lần in gần nhất."
    )

    class Meta:
        verbose_name = "nội dung báo cáo"

    def __str__(self) -> str:
        return f"Nội dung {self.version}"

    @property
    def code(self) -> str:
        """The short form that stands on the printed paper."""
        return short_code(self.digest)

    @property
    def unchanged_count(self) -> int:
        """Sections that say word for word what the last period said."""
        return sum(bool(part.get("unchanged")) for part in self.parts)

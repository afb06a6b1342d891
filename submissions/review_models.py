"""What the review keeps beside the papers: traces of pages, batches accepted on a sample, acceptances taken back.

Not here: papers and decisions (`models.py`), what a trace is (`inspection.likeness`), the rule of the sample
(`sampling.py`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from submissions.choices import BatchState


class PageTrace(models.Model):
    """A quarter of a drawn page's trace, to find pages that look like it. Goes with its image."""

    image = models.ForeignKey("submissions.PageImage", models.CASCADE, related_name="traces")
    band = models.PositiveSmallIntegerField(help_text="Từ 0.")
    digits = models.CharField(max_length=16)

    class Meta:
        verbose_name = "dấu trang"
        constraints = [models.UniqueConstraint(fields=["image", "band"], name="page_trace_once")]
        indexes = [models.Index(fields=["digits", "band"])]

    def __str__(self) -> str:
        return f"{self.image_id}/{self.band}: {self.digits}"


class ReviewBatch(models.Model):
    """Lô duyệt: clean papers accepted together after a drawn sample of them was looked at.

    Who drew it, when, from how many, by which seed: anybody can draw the same sample again.
    """

    ward = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.DRAWN)
    seed = models.CharField("số gieo", max_length=32)
    filters = models.CharField("điều kiện lọc", max_length=400, blank=True, default="")
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "lô duyệt"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Lô duyệt {self.pk}"


class BatchedVersion(models.Model):
    """One paper of a batch, in the order the sample was drawn from."""

    batch = models.ForeignKey(ReviewBatch, models.CASCADE, related_name="items")
    version = models.ForeignKey("submissions.SubmissionVersion", models.PROTECT, related_name="+")
    order = models.PositiveIntegerField()
    is_sample = models.BooleanField("trong mẫu", default=False)
    is_accepted = models.BooleanField("được duyệt theo lô", default=False)

    class Meta:
        verbose_name = "bài trong lô duyệt"
        ordering = ("batch", "order")
        constraints = [models.UniqueConstraint(fields=["batch", "version"], name="batched_version_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.order}"


class TakenBackAcceptance(models.Model):
    """An acceptance that does not stand any more: who accepted which version when, who took it back and why.

    Its `Decision` is gone, so that the version can be decided on again.
    """

    version = models.ForeignKey("submissions.SubmissionVersion", models.PROTECT, related_name="taken_back")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField("tiếp nhận lúc")
    reason = models.CharField("lý do", max_length=300)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField("thu hồi lúc")

    class Meta:
        verbose_name = "tiếp nhận đã thu hồi"
        ordering = ("taken_back_at", "pk")

    def __str__(self) -> str:
        return f"{self.version_id}, thu hồi {self.taken_back_at}"

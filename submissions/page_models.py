"""Pages photographed for a duty and not handed in yet: behind a personal link, and on the deposit desk.

Not here: how a photograph becomes a page (`photos.py`), files on the deposit desk (`models.StagedFile`).
"""

from __future__ import annotations

from django.db import models

from directives.models import Obligation
from submissions.photo_looks import look_in_words
from vault.models import Blob


class PhotoPage(models.Model):
    """Trang đã chụp: CHƯA NỘP. An upright JPEG with its thumbnail, or a whole PDF (then without thumbnail, alone)."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="photo_pages")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    thumb = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    original_name = models.CharField("tên tệp gốc", max_length=600)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    width = models.PositiveIntegerField(default=0, help_text="Điểm ảnh.")
    height = models.PositiveIntegerField(default=0, help_text="Điểm ảnh.")
    light = models.PositiveSmallIntegerField(default=255, help_text="Độ sáng trung bình, 0 đến 255.")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = "trang đã chụp"
        ordering = ("order", "pk")
        indexes = [models.Index(fields=["obligation", "order"])]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_pdf(self) -> bool:
        """A whole PDF instead of a photographed page."""
        return self.thumb_id is None

    @property
    def hint(self) -> str:
        """What is wrong with how it looks; "" when nothing is seen."""
        return "" if self.is_pdf else look_in_words(width=self.width, height=self.height, light=self.light)


class StagedPhoto(models.Model):
    """Ảnh một trang trên bàn nộp: the pages of one staged file, whose PDF is bound anew whenever they change."""

    staged = models.ForeignKey("submissions.StagedFile", models.CASCADE, related_name="photos")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    thumb = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    original_name = models.CharField("tên tệp gốc", max_length=600)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    taken_at = models.CharField("chụp lúc", max_length=19, blank=True, default="", help_text="Theo máy chụp.")
    width = models.PositiveIntegerField(default=0, help_text="Điểm ảnh.")
    height = models.PositiveIntegerField(default=0, help_text="Điểm ảnh.")
    light = models.PositiveSmallIntegerField(default=255, help_text="Độ sáng trung bình, 0 đến 255.")

    class Meta:
        verbose_name = "ảnh trên bàn nộp"
        ordering = ("order", "pk")
        indexes = [models.Index(fields=["staged", "order"])]

    def __str__(self) -> str:
        return self.original_name

    @property
    def hint(self) -> str:
        """What is wrong with how it looks; "" when nothing is seen."""
        return look_in_words(width=self.width, height=self.height, light=self.light)

"""Files on their way to the deposit desk, to a slot of a written report, or to be cut as a long scan, piece by piece.

Not here: the pieces (`vault.parts`), the protocol (`views.resuming`), files that lie on the desk (`models.StagedFile`).
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from directives.models import Obligation, Requirement
from submissions.querysets import PendingUploadQuerySet
from units.models import Unit
from vault.parts import Part
from vietnamese.numbers import format_number
from vietnamese.paths import last_path_part


class PendingUpload(models.Model):
    """Tệp tải dở: how much of it is here. Its id is what the browser keeps across a reload or a lost signal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    requirement = models.ForeignKey(Requirement, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", help_text="Đơn vị đang đứng nộp.")
    period = models.CharField("kỳ", max_length=10, blank=True, default="", help_text="Kỳ của bàn nộp.")
    original_name = models.CharField("tên tệp gốc", max_length=600, help_text="Có thể kèm thư mục.")
    batch = models.CharField(max_length=40, blank=True, default="", help_text="Các tệp thả cùng một lần.")
    is_scan = models.BooleanField(
        "bản quét dài", default=False, help_text="Để tách theo phiếu ngăn, không lên bàn nộp."
    )
    obligation = models.ForeignKey(
        Obligation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Việc viết trên cổng có ô tệp ấy.",
    )
    slot = models.CharField("loại tệp", max_length=80, blank=True, default="", help_text="Ô tệp của việc ấy.")
    length = models.BigIntegerField("số byte cả tệp")
    offset = models.BigIntegerField("số byte đã nhận", default=0)
    parts = models.JSONField(default=list, blank=True, help_text="[[tên phần, số byte]], theo thứ tự.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    finishing_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField("đã lên bàn nộp lúc", null=True, blank=True)

    objects = PendingUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp tải dở"
        ordering = ("created_at", "pk")
        indexes = [models.Index(fields=["uploaded_by", "requirement", "unit"]), models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return self.original_name

    @property
    def pieces(self) -> list[Part]:
        """What counts, in order."""
        return [Part(name, size) for name, size in self.parts]

    @property
    def is_whole(self) -> bool:
        """Every byte is here."""
        return self.offset == self.length

    @property
    def last_name(self) -> str:
        """Without the folders it came in."""
        return last_path_part(self.original_name)

    @property
    def percent(self) -> str:
        """How much is here: "60%"."""
        return f"{format_number(self.offset * 100 // max(self.length, 1))}%"

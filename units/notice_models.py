"""The notice on personal data and who has read which version of it, when.

Not here: the text that every ward begins with (`notice_text.py`), who still has to read it (`notices.py`), publishing and
accepting (`services/notices.py`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models


class NoticeText(models.Model):
    """One published version of a ward's notice; never changed, only followed by the next."""

    ward = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField("lần", help_text="Từ 1; 0 là bản có sẵn của phần mềm.")
    text = models.TextField("nội dung")
    sha256 = models.CharField(max_length=64, editable=False)
    published_at = models.DateTimeField("công bố lúc")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "thông báo về dữ liệu cá nhân"
        ordering = ("-version",)
        constraints = [models.UniqueConstraint(fields=["ward", "version"], name="notice_version_once_per_ward")]

    def __str__(self) -> str:
        return f"Thông báo lần {self.version}"


class NoticeAcceptance(models.Model):
    """An account has read one version: which (with the hash of its words), when. Rows are never changed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_acceptances")
    ward = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField("lần")
    sha256 = models.CharField(max_length=64, editable=False)
    accepted_at = models.DateTimeField("xác nhận lúc")

    class Meta:
        verbose_name = "xác nhận đã đọc thông báo"
        ordering = ("-accepted_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["user", "ward", "sha256"], name="notice_accepted_once")]

    def __str__(self) -> str:
        return f"{self.user}: lần {self.version}"

"""The personal link of a member without account: a key to his own duties, and to nothing else.

Not here: the code behind it (`link_codes.py`), who may hand it out (`rules.py`), what it opens (app submissions).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from units.link_querysets import PersonalLinkQuerySet


class PersonalLink(models.Model):
    """Liên kết riêng: known by the digest of its code; of one member at most one stands at a time."""

    member = models.ForeignKey("units.Member", models.CASCADE, related_name="personal_links")
    code_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    note = models.CharField("ghi chú", max_length=80, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("tạo lúc")
    expires_at = models.DateTimeField("hết hạn lúc", help_text="Từ lúc này không dùng được nữa.")
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    last_used_at = models.DateTimeField("dùng lần cuối", null=True, blank=True)
    use_count = models.PositiveIntegerField("số lần mở", default=0)
    sheet = models.CharField(
        "tờ phiếu", max_length=36, blank=True, default="", help_text="Mã của lần tạo: một lần bấm tạo đúng một lần."
    )

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "liên kết riêng"
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(revoked_at=None), name="one_unrevoked_link_per_member"
            ),
        ]
        indexes = [models.Index(fields=["sheet"], condition=~Q(sheet=""), name="personal_link_by_sheet")]

    def __str__(self) -> str:
        return f"Liên kết riêng của {self.member}"

    @property
    def ward_id(self) -> int:
        """The ward of its member: where its entries in the log belong."""
        return self.member.ward_id

    def is_live(self, at: datetime) -> bool:
        """Neither revoked nor expired at `at`; the same as `live()` for one row."""
        return self.revoked_at is None and at < self.expires_at

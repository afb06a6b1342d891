"""Rows beside an account: its invitations, and the browsers it was seen in.

Not here: the account itself (`models.py`), second factors and open logins (django-allauth's tables), making and using
an invitation (`services.invitations`).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models


class Invitation(models.Model):
    """Lời mời: a link by mail that sets the first password; single use, expiring, hashed at rest."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(
        max_length=64, unique=True, editable=False, help_text="SHA-256 của mã trong liên kết."
    )
    created_at = models.DateTimeField("mời lúc")
    expires_at = models.DateTimeField("hết hạn", help_text="Từ lúc này liên kết không dùng được.")
    used_at = models.DateTimeField("dùng lúc", null=True, blank=True)
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)

    class Meta:
        verbose_name = "lời mời"
        indexes = [models.Index(fields=["user", "-created_at"])]

    def __str__(self) -> str:
        return f"Lời mời {self.user}"

    def is_open(self, now: datetime) -> bool:
        """The link still works at `now`."""
        return self.used_at is None and self.revoked_at is None and now < self.expires_at


class KnownBrowser(models.Model):
    """A kind of browser and system the account has logged in with; a first one is told to the owner by mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="known_browsers")
    words = models.CharField("trình duyệt", max_length=80)
    first_seen_at = models.DateTimeField()

    class Meta:
        verbose_name = "trình duyệt đã gặp"
        constraints = [models.UniqueConstraint(fields=["user", "words"], name="known_browser_once")]

    def __str__(self) -> str:
        return self.words

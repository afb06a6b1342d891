"""One row per distinct content the portal holds.

The row names bytes; what they are an answer to hangs on other apps' foreign keys to it. A row without any such key
is an orphan and is swept after a day.

Not here: writing and reading bytes (`services.py`), where they lie (`local.py`, `s3.py`).
"""

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from vault.errors import BlobDestroyed
from vault.querysets import BlobQuerySet


class Blob(models.Model):
    """Bytes that the store keeps under their SHA-256."""

    sha256 = models.CharField(
        "SHA-256",
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"\A[0-9a-f]{64}\Z")],
        help_text="Lower-case hexadecimal digest of the whole content; also its name in the store.",
    )
    size = models.BigIntegerField("số byte")
    media_type = models.CharField("loại", max_length=100, help_text="Decided by the server, never by the sender.")
    created_at = models.DateTimeField("lưu lần đầu")
    last_put_at = models.DateTimeField(
        "lưu lần cuối", default=timezone.now, help_text="The sweep counts its day from here."
    )
    quarantined_at = models.DateTimeField(
        "cách ly lúc", null=True, blank=True, help_text="When the stored bytes were found altered; never served since."
    )
    missing_since = models.DateTimeField(
        "mất từ",
        null=True,
        blank=True,
        help_text="When a scrub first found no bytes under this name; null while it is whole.",
    )
    destroyed_at = models.DateTimeField(
        "hủy lúc", null=True, blank=True, help_text="When its bytes were destroyed by term; the row bears witness."
    )

    objects = BlobQuerySet.as_manager()

    is_new = False
    """Made by the `vault.services.place` that returned it, so that nothing else points to it yet; not stored."""

    class Meta:
        verbose_name = "nội dung tệp"
        verbose_name_plural = "nội dung tệp"
        constraints = [models.CheckConstraint(condition=models.Q(size__gte=0), name="vault_blob_size_not_negative")]
        indexes = [models.Index(fields=["last_put_at"], name="vault_blob_by_last_put")]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def destruction_sentence(self) -> str:
        """That the bytes were destroyed by term, and on which day; "" while they are kept."""
        return str(BlobDestroyed(self.destroyed_at)) if self.destroyed_at else ""

    @property
    def is_quarantined(self) -> bool:
        """Whether the stored bytes were found altered and not replaced since."""
        return self.quarantined_at is not None

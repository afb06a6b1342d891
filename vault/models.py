"""The register of stored contents.

Not here: the bytes themselves (`store` modules).
"""

from django.db import models


class Blob(models.Model):
    """One content, known by its SHA-256; the row exists only after the bytes are fsynced."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField("số byte")
    media_type = models.CharField(max_length=100, default="application/octet-stream")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "tệp trong kho"

    def __str__(self) -> str:
        return self.sha256

"""Outgoing mail as rows.

Not here: sending (`services.py`).
"""

from django.db import models


class OutgoingMail(models.Model):
    """One mail to one address."""

    address = models.EmailField("gửi tới")
    subject = models.CharField("tiêu đề", max_length=255)
    text = models.TextField("nội dung")
    html = models.TextField(blank=True)

    class Meta:
        verbose_name = "thư đi"

    def __str__(self) -> str:
        return f"{self.address}: {self.subject}"

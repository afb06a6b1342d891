"""Acknowledgement: whether a unit that a paper gives work to has opened it and says it received it.

Not here: the paper and its duties (`models.py`), writing (`services.acknowledging`), selection
(`acknowledgement_querysets.py`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.acknowledgement_querysets import AcknowledgementQuerySet


class Acknowledgement(models.Model):
    """Đã xem, đã nhận: one row per paper and unit that answers for work of it, written when the paper is issued."""

    directive = models.ForeignKey("directives.Directive", models.CASCADE, related_name="acknowledgements")
    unit = models.ForeignKey("units.Unit", models.PROTECT, related_name="acknowledgements")
    asked_at = models.DateTimeField("giao lúc")
    seen_at = models.DateTimeField("xem lần đầu lúc", null=True, blank=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField("xác nhận lúc", null=True, blank=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        verbose_name = "xác nhận đã nhận văn bản"
        constraints = [
            models.UniqueConstraint(fields=["directive", "unit"], name="acknowledged_once"),
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(seen_at__isnull=False, received_at__gte=models.F("seen_at")),
                name="received_after_seen",
            ),
        ]
        indexes = [models.Index(fields=["unit"], condition=Q(received_at=None), name="acknowledgement_waiting")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.directive}"

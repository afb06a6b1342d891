"""Spans of the past that the present state of a row no longer tells; who owed at a past instant is rebuilt with them.

Held by `models.py`. Spans of waivers that were lifted: `models_amending.LiftedWaiver`. Not here: the question (`querysets.py`).
"""

from django.db import models
from django.db.models import F, Q


class SpanKind(models.TextChoices):
    """What the span was."""

    RETURNED = "RETURNED", "đã trả lại, chờ nộp lại"
    HANDED_IN = "HANDED_IN", "đã nộp, sau đó rút hoặc không qua kiểm tra"
    ACCEPTED = "ACCEPTED", "đã tiếp nhận, sau đó thu hồi"


class ObligationSpan(models.Model):
    """An obligation was in `kind` from `since` (inclusive) until `until` (exclusive)."""

    obligation = models.ForeignKey("directives.Obligation", models.CASCADE, related_name="spans")
    kind = models.CharField(max_length=10, choices=SpanKind)
    since = models.DateTimeField("từ")
    until = models.DateTimeField("đến trước")
    fix_by = models.DateTimeField("sửa trước", null=True, blank=True)

    class Meta:
        verbose_name = "khoảng thời gian của việc"
        ordering = ("since", "pk")
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="obligation_span_runs_forward")]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.get_kind_display()}, {self.since} – {self.until}"


class ClosedSpan(models.Model):
    """A directive was closed from `since` (inclusive) until it was opened again at `until` (exclusive)."""

    directive = models.ForeignKey("directives.Directive", models.CASCADE, related_name="closed_spans")
    since = models.DateTimeField("kết thúc lúc")
    until = models.DateTimeField("mở lại lúc")

    class Meta:
        verbose_name = "khoảng thời gian văn bản kết thúc"
        ordering = ("since", "pk")
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="closed_span_runs_forward")]

    def __str__(self) -> str:
        return f"{self.directive}: {self.since} – {self.until}"

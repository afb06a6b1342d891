"""What a committee keeps as dated or ordered rows: its terms, who signs, the catalogues of reasons.

`units.models` takes these in, so that Django finds them there. Not here: the identity itself (`models.CommitteeProfile`),
changes (`services.committee`, `services.catalogues`).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from units.choices import ReasonKind
from units.querysets import DatedQuerySet

DEFAULT_AUTHORITY = "T/M BAN THƯỜNG VỤ"
DEFAULT_POST = "PHÓ BÍ THƯ THƯỜNG TRỰC"


class Term(models.Model):
    """Nhiệm kỳ: from its first day numbers of papers run from 01 again, per kind; it lasts until the next begins."""

    ward = models.ForeignKey("units.Unit", models.CASCADE, related_name="terms")
    name = models.CharField("nhiệm kỳ", max_length=20)
    starts_on = models.DateField("bắt đầu ngày")

    class Meta:
        verbose_name = "nhiệm kỳ"
        ordering = ("-starts_on",)
        constraints = [models.UniqueConstraint(fields=["ward", "starts_on"], name="term_starts_once")]

    def __str__(self) -> str:
        return self.name


class Signer(models.Model):
    """Người ký of new papers from `valid_from` (inclusive) to `valid_to` (exclusive); of several the first signs."""

    ward = models.ForeignKey("units.Unit", models.CASCADE, related_name="signers")
    name = models.CharField("họ và tên", max_length=120, blank=True)
    post = models.CharField("chức vụ khi ký", max_length=120, default=DEFAULT_POST)
    authority = models.CharField("quyền hạn ký", max_length=80, default=DEFAULT_AUTHORITY)
    valid_from = models.DateField("ký từ ngày", null=True, blank=True)
    valid_to = models.DateField("thôi ký từ ngày", null=True, blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "người ký"
        ordering = ("order", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from")),
                name="signer_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.post


class Reason(models.Model):
    """A reason of one of the ward's catalogues, in its own polite words; retired ones stay for what they explained."""

    ward = models.ForeignKey("units.Unit", models.CASCADE, related_name="+")
    kind = models.CharField("dùng khi", max_length=8, choices=ReasonKind)
    text = models.CharField("lý do", max_length=300)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField("đang dùng", default=True)

    class Meta:
        verbose_name = "lý do"
        ordering = ("order", "pk")
        constraints = [models.UniqueConstraint(fields=["ward", "kind", "text"], name="reason_once")]

    def __str__(self) -> str:
        return self.text

"""What a secretary asks the office for about one obligation, and the answer.

Held by `models.py`, which knows the other models. Not here: asking and answering (`services.petitions`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.choices import PetitionKind, PetitionState
from directives.querysets import PetitionQuerySet


class Petition(models.Model):
    """Đề nghị: a later day or an exemption, with its reason; `*_due_at` are exclusive."""

    obligation = models.ForeignKey("directives.Obligation", models.CASCADE, related_name="petitions")
    kind = models.CharField("đề nghị", max_length=8, choices=PetitionKind)
    proposed_due_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("lý do", max_length=255)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField("trạng thái", max_length=8, choices=PetitionState, default=PetitionState.OPEN)
    answer = models.CharField("trả lời", max_length=255, blank=True, default="")
    granted_due_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = PetitionQuerySet.as_manager()

    class Meta:
        verbose_name = "đề nghị"
        ordering = ("asked_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["obligation", "kind"], condition=Q(state="OPEN"), name="one_open_petition"),
            models.CheckConstraint(
                condition=Q(kind="WAIVE", proposed_due_at=None) | Q(kind="EXTEND", proposed_due_at__isnull=False),
                name="petition_says_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.obligation}"

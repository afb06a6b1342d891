"""What a later directive does to requirements of an earlier one.

Held by `models.py`, which knows the other models. Not here: whose deadline moves (`touching.py`), applying (`services.amending`).
"""

from django.db import models
from django.db.models import Q

from directives.choices import AmendAction, Certainty


class Amendment(models.Model):
    """Điều chỉnh: one requirement of an earlier directive, with a new deadline or withdrawn; applied when issued.

    `deadline_*`, `certainty`, `due_at` (exclusive) are the new deadline; `old_*` what stood before, known once applied.
    """

    directive = models.ForeignKey("directives.Directive", models.CASCADE, related_name="amendments")
    requirement = models.ForeignKey("directives.Requirement", models.PROTECT, related_name="amendments")
    action = models.CharField("điều chỉnh", max_length=10, choices=AmendAction)
    deadline_phrase = models.CharField("hạn mới (như văn bản ghi)", max_length=255, blank=True)
    deadline_rule = models.CharField(max_length=12, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.NONE)
    due_at = models.DateTimeField(null=True, blank=True)
    old_phrase = models.CharField(max_length=255, blank=True)
    old_certainty = models.CharField(max_length=10, choices=Certainty, blank=True)
    old_due_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "điều chỉnh"
        ordering = ("requirement__directive", "requirement__order")
        constraints = [
            models.UniqueConstraint(fields=["directive", "requirement"], name="amended_once_by_a_directive"),
            models.CheckConstraint(
                condition=Q(action="WITHDRAW", deadline_phrase="") | (Q(action="RESCHEDULE") & ~Q(deadline_phrase="")),
                name="amendment_says_its_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.requirement}"

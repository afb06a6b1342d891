"""What a later directive does to requirements of an earlier one.

Held by `models.py`, which knows the other models. Not here: whose deadline moves (`touching.py`), applying (`services.amending`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.choices import AmendAction, Certainty


class Amendment(models.Model):
    """Điều chỉnh: one requirement of an earlier directive, with a new deadline or withdrawn; applied when issued.

    `deadline_*`, `certainty`, `due_at` (exclusive) are the new deadline; `old_*` what stood before, known once applied; `undone_at`: put back when the paper was revoked. Of a series, `due_at` is the end of the first period under the new rule.
    """

    directive = models.ForeignKey("directives.Directive", models.CASCADE, related_name="amendments")
    requirement = models.ForeignKey("directives.Requirement", models.PROTECT, related_name="amendments")
    action = models.CharField("điều chỉnh", max_length=10, choices=AmendAction)
    deadline_phrase = models.CharField("hạn mới (như văn bản ghi)", max_length=255, blank=True)
    deadline_rule = models.CharField(max_length=12, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.NONE)
    due_at = models.DateTimeField(null=True, blank=True)
    moves_open = models.BooleanField(
        "đổi cả kỳ đã mở", default=False, help_text="Chỉ với việc định kỳ: kỳ đã mở mà còn nợ cũng theo hạn mới."
    )
    old_phrase = models.CharField(max_length=255, blank=True)
    old_certainty = models.CharField(max_length=10, choices=Certainty, blank=True)
    old_due_at = models.DateTimeField(null=True, blank=True)
    old_anchor = models.ForeignKey("directives.Requirement", models.SET_NULL, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(
        null=True, blank=True, help_text="Lúc đặt lại như trước, khi văn bản điều chỉnh bị thu hồi."
    )

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


class LiftedWaiver(models.Model):
    """A waiver that was taken back, by the office or because the roster says otherwise: figures of an instant between still count the obligation as waived."""

    obligation = models.ForeignKey("directives.Obligation", models.CASCADE, related_name="lifted_waivers")
    waived_at = models.DateTimeField()
    lifted_at = models.DateTimeField(db_index=True)
    note = models.CharField("lý do miễn trước đó", max_length=255, blank=True)
    reason = models.CharField("lý do bỏ miễn", max_length=255)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "miễn đã bỏ"
        ordering = ("lifted_at", "pk")

    def __str__(self) -> str:
        return f"{self.obligation}: {self.waived_at} – {self.lifted_at}"

"""A change of running work of which those affected are to be told: a row with a state, drained by app reminders.

Held by `models.py`, which knows the other models. Not here: who is told and how (app reminders).
"""

from django.db import models
from django.db.models import Q

from directives.choices import NoticeKind


class ChangeNotice(models.Model):
    """One obligation changed; `told_at` None waits for the letters of the day. Deadlines are exclusive."""

    obligation = models.ForeignKey("directives.Obligation", models.CASCADE, related_name="change_notices")
    kind = models.CharField(max_length=8, choices=NoticeKind)
    old_due_at = models.DateTimeField(null=True)
    new_due_at = models.DateTimeField(null=True)
    words = models.CharField("vì", max_length=255)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True, help_text="On the bells since; None: still to be shown.")

    class Meta:
        verbose_name = "thay đổi cần báo"
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["at"], condition=Q(told_at=None), name="change_untold")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.obligation}"

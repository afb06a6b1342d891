"""Reminders as rows: one per obligation × stage × deadline, gathered in one digest per person per day.

Not here: stages (`stages.py`), who owes (directives' querysets), mails (app outbox).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from directives.models import Obligation
from outbox.models import OutgoingMail
from reminders.choices import DigestState, ReminderState, Stage
from units.models import Member, Unit


class Digest(models.Model):
    """Thư tổng hợp: everything one address is told on one day, as one mail."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", help_text="Đơn vị của người nhận.")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    address = models.EmailField("gửi tới")
    day = models.DateField("ngày")
    state = models.CharField(max_length=10, choices=DigestState, default=DigestState.PLANNED)
    mail = models.OneToOneField(OutgoingMail, models.PROTECT, null=True, blank=True, related_name="+")
    planned_at = models.DateTimeField()

    class Meta:
        verbose_name = "thư tổng hợp"
        constraints = [models.UniqueConstraint(fields=["ward", "address", "day"], name="one_digest_per_person_per_day")]

    def __str__(self) -> str:
        return f"{self.address} {self.day}"


class Reminder(models.Model):
    """Nhắc việc: unique per obligation × stage × deadline × address, so planning twice changes nothing."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="reminders")
    stage = models.CharField("nấc nhắc", max_length=10, choices=Stage)
    due_at = models.DateTimeField(help_text="Hạn hiệu lực khi lập.")
    digest = models.ForeignKey(Digest, models.PROTECT, related_name="reminders")
    address = models.EmailField()
    state = models.CharField(max_length=10, choices=ReminderState, default=ReminderState.PLANNED)
    reason = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        verbose_name = "nhắc việc"
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "stage", "due_at", "address"], name="one_reminder_per_stage_and_deadline"
            )
        ]
        indexes = [models.Index(fields=["digest"], condition=Q(state="PLANNED"), name="reminder_planned")]

    def __str__(self) -> str:
        return f"{self.obligation} {self.get_stage_display()}"

"""Reminders as rows: one per obligation × stage × deadline × address, gathered in one digest per person per day.

What became of a digest is its mail's state; it is not stored twice.

Not here: stages (`stages.py`), who owes (directives' querysets), mails (app outbox).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from directives.models import Obligation
from outbox.models import OutgoingMail
from reminders.choices import RulingKind, RunState
from reminders.models_settings import CalendarEntry, CalendarLink, LadderSetting, LetterText, MailChoice
from reminders.querysets import DigestQuerySet, PlanningRunQuerySet, ReminderQuerySet, RulingQuerySet
from reminders.stages import stage_words
from units.models import Member, Unit

__all__ = [
    "CalendarEntry", "CalendarLink", "Digest", "LadderSetting", "LetterText", "MailChoice", "PlanningRun", "Promise",
    "Reminder", "Ruling",
]  # fmt: skip


class PlanningRun(models.Model):
    """One ward's planning of one day: the row is the job, so two schedulers or a killed worker plan it once."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField("ngày")
    state = models.CharField("trạng thái", max_length=8, choices=RunState, default=RunState.QUEUED)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    lease_until = models.DateTimeField("giữ đến", null=True, blank=True)
    finished_at = models.DateTimeField("xong lúc", null=True, blank=True)
    letters = models.PositiveIntegerField("số thư", default=0)
    skipped = models.JSONField("bỏ qua", default=dict, blank=True, help_text="Reason → count.")

    objects = PlanningRunQuerySet.as_manager()

    class Meta:
        verbose_name = "lần lập thư nhắc"
        constraints = [models.UniqueConstraint(fields=["ward", "day"], name="one_planning_run_per_ward_and_day")]

    def __str__(self) -> str:
        return f"{self.ward_id} {self.day}: {self.get_state_display()}"


class Digest(models.Model):
    """Thư tổng hợp: everything one person is told on one day, as one mail."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    address = models.EmailField("gửi tới", help_text="Chữ thường.")
    name = models.CharField("người nhận", max_length=160)
    post = models.CharField("chức danh người nhận", max_length=300, blank=True)
    day = models.DateField("ngày")
    mail = models.OneToOneField(OutgoingMail, models.PROTECT, null=True, blank=True, related_name="digest")
    planned_at = models.DateTimeField("lập lúc")

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = "thư tổng hợp"
        constraints = [models.UniqueConstraint(fields=["ward", "address", "day"], name="one_digest_per_person_per_day")]
        indexes = [models.Index(fields=["ward", "-day"], name="digest_by_day")]

    def __str__(self) -> str:
        return f"{self.address} {self.day}"


class Reminder(models.Model):
    """Nhắc việc: unique per obligation × stage × deadline × address, so planning twice changes nothing.

    A reminder that was no longer owed when its mail was about to go carries when and why it was dropped.
    """

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="reminders")
    stage = models.CharField("nấc nhắc", max_length=10, help_text="Xem stages.py.")
    due_at = models.DateTimeField("hạn", help_text="Hạn hiệu lực khi lập.")
    digest = models.ForeignKey(Digest, models.PROTECT, related_name="reminders")
    address = models.EmailField("gửi tới")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", help_text="Trống: nhắc chính người phải làm."
    )
    dropped_at = models.DateTimeField("bỏ lúc", null=True, blank=True)
    reason = models.CharField("lý do bỏ", max_length=255, blank=True, default="")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "nhắc việc"
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "stage", "due_at", "address"], name="one_reminder_per_stage_and_deadline"
            ),
            models.CheckConstraint(condition=Q(dropped_at=None) | ~Q(reason=""), name="dropped_reminder_has_reason"),
        ]
        indexes = [models.Index(fields=["digest"], condition=Q(dropped_at=None), name="reminder_standing")]

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.stage_words}"

    @property
    def stage_words(self) -> str:
        """The stage as the office reads it."""
        return stage_words(self.stage)


class Promise(models.Model):
    """Hứa nộp: who was called promised a day. The ladder is silent until then; the next soft step follows it."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="promises")
    day = models.DateField("hứa nộp ngày")
    note = models.CharField("ghi chú", max_length=255, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "hẹn nộp"
        indexes = [models.Index(fields=["day"], name="promise_by_day")]

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.day}"


class Ruling(models.Model):
    """What the office decided about somebody's letters: struck for one day, or held until a day (inclusive)."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    address = models.EmailField("gửi tới", help_text="Chữ thường.")
    name = models.CharField("người nhận", max_length=160, blank=True)
    kind = models.CharField("quyết định", max_length=6, choices=RulingKind)
    first_day = models.DateField("từ ngày")
    last_day = models.DateField("đến hết ngày")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("ghi lúc")

    objects = RulingQuerySet.as_manager()

    class Meta:
        verbose_name = "quyết định về thư nhắc"
        constraints = [
            models.UniqueConstraint(fields=["ward", "address", "kind", "first_day"], name="one_ruling_per_day"),
            models.CheckConstraint(condition=Q(last_day__gte=models.F("first_day")), name="ruling_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.get_kind_display()}"

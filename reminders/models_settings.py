"""What the office and the readers chose about reminders: ladders, letters in the office's words, quiet, calendar feeds.

Not here: planned reminders (`models.py`), what a ladder means (`stages.py`).
"""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from directives.models import Requirement
from reminders.choices import Quiet
from reminders.stages import Ladder
from units.models import Unit


class LadderSetting(models.Model):
    """Các nấc nhắc of a ward (without `requirement`), or of one requirement; where there is none, the standard holds."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    requirement = models.OneToOneField(
        Requirement, models.CASCADE, null=True, blank=True, related_name="ladder_setting", verbose_name="yêu cầu"
    )
    before = models.JSONField("trước hạn (ngày)", default=list, blank=True)
    on_last_day = models.BooleanField("trong ngày cuối", default=True)
    after = models.JSONField("quá hạn (ngày)", default=list, blank=True)
    weeks = models.PositiveSmallIntegerField(
        "sau đó mỗi tuần, nhiều nhất (lần)", default=4, validators=[MaxValueValidator(12)]
    )
    ask_after = models.PositiveSmallIntegerField("nhắc xác nhận sau (ngày làm việc)", default=2)
    unit_from = models.SmallIntegerField("báo bí thư từ", null=True, blank=True)
    cluster_from = models.SmallIntegerField("báo phụ trách cụm từ", null=True, blank=True)
    call_from = models.SmallIntegerField("đưa vào phiếu gọi từ", null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField("đổi lúc")

    class Meta:
        verbose_name = "các nấc nhắc"
        constraints = [
            models.UniqueConstraint(fields=["ward"], condition=Q(requirement=None), name="one_ladder_per_ward")
        ]

    def __str__(self) -> str:
        return str(self.requirement or self.ward)

    @property
    def ladder(self) -> Ladder:
        """The ladder as a value."""
        return Ladder(
            before=tuple(self.before),
            on_last_day=self.on_last_day,
            after=tuple(self.after),
            weeks=self.weeks,
            ask_after=self.ask_after,
            unit_from=self.unit_from,
            cluster_from=self.cluster_from,
            call_from=self.call_from,
        )


class LetterText(models.Model):
    """Lời thư of a ward: one passage of the letters in the office's own words; see `letter_texts.py` for the passages."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    key = models.CharField("đoạn", max_length=20)
    words = models.TextField("lời", blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField("đổi lúc")

    class Meta:
        verbose_name = "lời thư"
        constraints = [models.UniqueConstraint(fields=["ward", "key"], name="one_text_per_ward_and_key")]

    def __str__(self) -> str:
        return f"{self.ward_id} {self.key}"


class MailChoice(models.Model):
    """How much, and at what hour, an account wants to be written to."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_choice")
    quiet = models.CharField("thư nhắc", max_length=5, choices=Quiet, default=Quiet.ALL)
    hour = models.PositiveSmallIntegerField("giờ nhận thư", default=7)

    class Meta:
        verbose_name = "cách nhận thư nhắc"

    def __str__(self) -> str:
        return f"{self.user_id}: {self.get_quiet_display()}"


class CalendarLink(models.Model):
    """The secret address of an account's calendar feed; only the hash of the secret is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_links")
    secret_hash = models.CharField("mã băm", max_length=64, unique=True)
    created_at = models.DateTimeField("tạo lúc")
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    read_at = models.DateTimeField("đọc gần nhất lúc", null=True, blank=True)

    class Meta:
        verbose_name = "lịch hạn nộp"
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(revoked_at=None), name="one_calendar_link_in_use")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at}"


class CalendarEntry(models.Model):
    """What a feed said of a duty when it was read last: its SEQUENCE grows when the deadline or the state moves."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    uid = models.CharField(max_length=120)
    due_at = models.DateTimeField("hạn đã báo")
    summary = models.CharField("tên việc", max_length=300)
    is_over = models.BooleanField("đã xong", default=False)
    sequence = models.PositiveIntegerField("lần sửa", default=0)
    changed_at = models.DateTimeField("đổi lúc")

    class Meta:
        verbose_name = "dòng của lịch hạn nộp"
        constraints = [models.UniqueConstraint(fields=["user", "uid"], name="one_calendar_entry_per_duty")]

    def __str__(self) -> str:
        return f"{self.uid} {self.sequence}"

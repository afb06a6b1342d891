"""Who came to a session that was held: numbers and a note beside the declared day.

Held by `models.py`. Not here: declaring the day and writing the numbers (`services.deadlines`, `services.attendance`).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class SessionRecord(models.Model):
    """Số dự: `total` is the roster's number of members on the day; present and absent add up to it."""

    obligation = models.OneToOneField("directives.Obligation", models.CASCADE, related_name="session")
    total = models.PositiveIntegerField("tổng số đảng viên")
    present = models.PositiveIntegerField("có mặt")
    excused = models.PositiveIntegerField("vắng có lý do", default=0)
    unexcused = models.PositiveIntegerField("vắng không lý do", default=0)
    guests = models.PositiveIntegerField("quần chúng dự", default=0)
    opinions = models.PositiveIntegerField("số ý kiến", null=True, blank=True, help_text="Trống: không ghi.")
    note = models.TextField("ghi chú", blank=True, default="", max_length=2000)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = "số dự sinh hoạt"
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("present") + F("excused") + F("unexcused")), name="attendance_adds_up"
            )
        ]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.present}/{self.total}"

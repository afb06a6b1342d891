"""Closed lists of reminders.

Not here: when a stage falls (`stages.py`).
"""

from django.db import models


class Stage(models.TextChoices):
    """Nấc nhắc, counted in calendar days from the last allowed day."""

    T_MINUS_7 = "T-7", "Trước hạn 7 ngày"
    T_MINUS_3 = "T-3", "Trước hạn 3 ngày"
    T_MINUS_1 = "T-1", "Trước hạn 1 ngày"
    DUE_DAY = "T0", "Ngày cuối"
    PLUS_1 = "T+1", "Quá hạn 1 ngày"
    PLUS_3 = "T+3", "Quá hạn 3 ngày"


class ReminderState(models.TextChoices):
    """State of a reminder."""

    PLANNED = "PLANNED", "Sẽ nhắc"
    SENT = "SENT", "Đã nhắc"
    DROPPED = "DROPPED", "Không còn nợ"


class DigestState(models.TextChoices):
    """State of a digest."""

    PLANNED = "PLANNED", "Sẽ gửi"
    QUEUED = "QUEUED", "Đang gửi"
    SENT = "SENT", "Đã gửi"
    CANCELLED = "CANCELLED", "Đã bỏ"
    FAILED = "FAILED", "Không gửi được"

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


class RunState(models.TextChoices):
    """State of one ward's planning of one day."""

    QUEUED = "QUEUED", "Chờ lập"
    RUNNING = "RUNNING", "Đang lập"
    DONE = "DONE", "Đã lập"

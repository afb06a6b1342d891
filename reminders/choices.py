"""Closed lists of reminders.

Not here: when a stage falls (`stages.py`).
"""

from django.db import models


class Quiet(models.TextChoices):
    """How much of the ladder a person wants by mail; notices in the portal stay in any case."""

    ALL = "ALL", "Mọi nấc nhắc"
    LATE = "LATE", "Chỉ từ trước hạn 1 ngày trở đi"
    NONE = "NONE", "Không gửi thư, chỉ báo trên cổng"


class RulingKind(models.TextChoices):
    """What the office decided about the letters of one person."""

    STRIKE = "STRIKE", "Bỏ thư của ngày"
    HOLD = "HOLD", "Tạm giữ"


class RunState(models.TextChoices):
    """State of one ward's planning of one day."""

    QUEUED = "QUEUED", "Chờ lập"
    RUNNING = "RUNNING", "Đang lập"
    DONE = "DONE", "Đã lập"

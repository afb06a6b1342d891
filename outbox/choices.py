"""The states of an outgoing mail.

Not here: which state may follow which (`lifecycle.py`).
"""

from django.db.models import TextChoices


class MailState(TextChoices):
    """QUEUED and FAILED wait for `next_try_at`, and while a worker has claimed them, for their turn until `lease_until`;
    SENDING is being handed over by a worker, until `lease_until`."""

    QUEUED = "QUEUED", "Chờ gửi"
    SENDING = "SENDING", "Đang gửi"
    SENT = "SENT", "Đã gửi"
    FAILED = "FAILED", "Lỗi, sẽ gửi lại"
    DEAD = "DEAD", "Không gửi được"
    CANCELLED = "CANCELLED", "Đã hủy"
    BOUNCED = "BOUNCED", "Bị trả về"

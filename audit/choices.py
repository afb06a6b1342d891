"""The closed vocabularies of an audit entry.

Not here: the names of actions (`actions.py`).
"""

from django.db.models import TextChoices


class AuditResult(TextChoices):
    """How the act ended."""

    OK = "ok", "Thành công"
    REFUSED = "refused", "Bị từ chối"
    FAILED = "failed", "Lỗi"

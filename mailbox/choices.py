"""Closed lists of the mailbox.

Not here: why a mail is in a state (`services/ingesting.py`).
"""

from django.db import models


class CaseState(models.TextChoices):
    """How one mail stands. NEW is kept and waits to be read; all others are ends until a person acts.

    QUESTION has no file, but words for a person. SETTLED: a person saw to it.
    """

    NEW = "NEW", "Chờ đọc"
    ACCEPTED = "ACCEPTED", "Đã nhận"
    UNCLEAR = "UNCLEAR", "Cần xử lý"
    QUESTION = "QUESTION", "Câu hỏi"
    IGNORED = "IGNORED", "Bỏ qua"
    QUARANTINED = "QUARANTINED", "Không đọc được"
    NOT_OURS = "NOT_OURS", "Không phải của ta"
    SETTLED = "SETTLED", "Đã xử lý"


NEEDS_A_PERSON = (CaseState.UNCLEAR, CaseState.QUESTION, CaseState.QUARANTINED)


class FileState(models.TextChoices):
    """What became of one file of a mail."""

    ACCEPTED = "ACCEPTED", "Đã nhận"
    UNCLEAR = "UNCLEAR", "Chưa rõ"
    REFUSED = "REFUSED", "Không nhận"
    PASSED_OVER = "PASSED_OVER", "Ảnh trong thư"

"""Closed lists of reports and jobs.

Not here: how they are made (`services.py`, `tasks.py`).
"""

from django.db import models

from directives.choices import DirectiveState


class JobKind(models.TextChoices):
    """Kinds of long work."""

    SUMMARY_REPORT = "SUMMARY_REPORT", "Lập báo cáo tổng hợp"
    CHASING_LETTER = "CHASING_LETTER", "Lập công văn đôn đốc"
    FORWARDING_BUNDLE = "FORWARDING_BUNDLE", "Lập gói chuyển tiếp"


class JobState(models.TextChoices):
    """State of a job."""

    WAITING = "WAITING", "Đang chờ"
    RUNNING = "RUNNING", "Đang chạy"
    DONE = "DONE", "Xong"
    FAILED = "FAILED", "Không làm được"
    CANCELLED = "CANCELLED", "Đã dừng"


OPEN_JOB_STATES = (JobState.WAITING, JobState.RUNNING)

# Directives that laid duties on somebody, so that there is something to report.
REPORTABLE = (DirectiveState.ISSUED, DirectiveState.CLOSED)


class ReportKind(models.TextChoices):
    """What a summary report is about."""

    RESULT = "RESULT", "Báo cáo kết quả thực hiện văn bản"
    PERIODIC = "PERIODIC", "Báo cáo định kỳ"
    OVERSIGHT = "OVERSIGHT", "Báo cáo kiểm tra, giám sát"


# Reports about all that a ward was asked in a span of the calendar.
SPAN_KINDS = (ReportKind.PERIODIC, ReportKind.OVERSIGHT)


class ReportState(models.TextChoices):
    """State of a summary report."""

    DRAFT = "DRAFT", "Bản thảo"
    FROZEN = "FROZEN", "Đã chốt số liệu"


class PartKind(models.TextChoices):
    """What a file of a forwarding bundle is."""

    ARCHIVE = "ARCHIVE", "Gói ZIP"
    MERGED = "MERGED", "Bản gộp PDF"
    INDEX = "INDEX", "Danh mục Excel"
    LIST = "LIST", "Danh mục in"
    COVER = "COVER", "Công văn chuyển"
    COVER_WORD = "COVER_WORD", "Công văn chuyển (Word)"
    MANIFEST = "MANIFEST", "Bảng mã SHA-256"

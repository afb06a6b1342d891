"""Closed lists of submissions, files, inspection and review.

Not here: legal transitions of an obligation (directives), verdict rules (`inspection/`).
"""

from django.db import models


class Door(models.TextChoices):
    """How the files came in."""

    BROWSER = "BROWSER", "Trên cổng"
    COMMAND = "COMMAND", "Nộp theo lô"
    MAIL = "MAIL", "Qua thư điện tử"
    LINK = "LINK", "Qua liên kết riêng"


class InspectionState(models.TextChoices):
    """State of the inspection of one content (`quality.md` §3)."""

    RECEIVED = "RECEIVED", "Chờ kiểm tra"
    INSPECTING = "INSPECTING", "Đang kiểm tra"
    CLEAN = "CLEAN", "Mở được"
    FLAGGED = "FLAGGED", "Mở được, có lưu ý"
    REJECTED = "REJECTED", "Không nhận"
    DEAD = "DEAD", "Không kiểm tra được"


# Staff see and open files only in these states.
VIEWABLE_STATES = (InspectionState.CLEAN, InspectionState.FLAGGED)
# Work of the inspection queue.
WAITING_STATES = (InspectionState.RECEIVED, InspectionState.INSPECTING)

# Widths of page images in pixels; the strip shows the lowest written part of a page (the signature).
THUMB_WIDTH, STRIP_WIDTH, PAGE_WIDTH = 160, 672, 1240


class MatchState(models.TextChoices):
    """What the deposit desk will do with a staged file."""

    MATCHED = "MATCHED", "Khớp"
    CHOOSE = "CHOOSE", "Cần chọn"
    UNKNOWN = "UNKNOWN", "Lạ"
    DUPLICATE = "DUPLICATE", "Trùng"
    EXEMPT = "EXEMPT", "Miễn"
    ACCEPTED = "ACCEPTED", "Đã duyệt"
    REFUSED = "REFUSED", "Không nhận"


class BatchState(models.TextChoices):
    """How a batch of the review stands."""

    DRAWN = "DRAWN", "Đang xem mẫu"
    ACCEPTED = "ACCEPTED", "Đã duyệt cả lô"
    STOPPED = "STOPPED", "Đã dừng"


class Verdict(models.TextChoices):
    """Decision of a review round."""

    ACCEPT = "ACCEPT", "Duyệt"
    RETURN = "RETURN", "Trả lại"
    REJECTED_BY_CHECK = "REJECTED_BY_CHECK", "Máy kiểm tra không nhận"
    WITHDRAWN = "WITHDRAWN", "Người nộp đã rút"


NOT_STANDING = (Verdict.REJECTED_BY_CHECK, Verdict.WITHDRAWN)
"""Verdicts after which a version counts as never handed in; its receipt stays readable."""

"""Closed lists of directives, requirements and obligations (`domain.md` §3–§6).

Not here: legal transitions (`lifecycle.py`), deadline rules (`deadlines`).
"""

from django.db import models


class DirectiveKind(models.TextChoices):
    """Thể loại văn bản; the code is the one written in the symbol (`document-format.md` §4)."""

    KH = "KH", "Kế hoạch"
    CV = "CV", "Công văn"
    HD = "HD", "Hướng dẫn"
    TB = "TB", "Thông báo"
    CTR = "CTr", "Chương trình"
    NQ = "NQ", "Nghị quyết"
    CT = "CT", "Chỉ thị"
    KL = "KL", "Kết luận"
    QD = "QĐ", "Quyết định"
    QC = "QC", "Quy chế"
    BC = "BC", "Báo cáo"
    TTR = "TTr", "Tờ trình"
    OTHER = "OTHER", "Loại khác"


class OutgoingState(models.TextChoices):
    """What became of a number of the register of outgoing papers."""

    TAKEN = "TAKEN", "Văn bản lập trên cổng"
    OUTSIDE = "OUTSIDE", "Văn bản ngoài cổng"
    VOID = "VOID", "Bỏ số"
    FREE = "FREE", "Còn trống"


class DirectiveState(models.TextChoices):
    """Lifecycle of a directive."""

    DRAFT = "DRAFT", "Dự thảo"
    ISSUED = "ISSUED", "Đã ban hành"
    CLOSED = "CLOSED", "Đã kết thúc"
    REVOKED = "REVOKED", "Đã thu hồi"


class Urgency(models.TextChoices):
    """Độ khẩn."""

    NORMAL = "NORMAL", "Thường"
    URGENT = "URGENT", "Khẩn"
    VERY_URGENT = "VERY_URGENT", "Thượng khẩn"
    EXPRESS = "EXPRESS", "Hỏa tốc"


class RequirementKind(models.TextChoices):
    """What is asked."""

    ESSAY = "ESSAY", "Bài thu hoạch"
    REPORT = "REPORT", "Báo cáo kết quả"
    ACTION_PLAN = "ACTION_PLAN", "Chương trình, kế hoạch hành động"
    ACTIVITY = "ACTIVITY", "Sinh hoạt chuyên đề, hội nghị"
    OVERSIGHT = "OVERSIGHT", "Dự, theo dõi cụm"
    STANDING = "STANDING", "Thường xuyên, không hạn"


# Kinds owed by a single member; all others are owed by a unit.
MEMBER_KINDS = (RequirementKind.ESSAY,)


# Kinds that a unit may answer by filling in an outline, and with several kinds of files.
WRITTEN_KINDS = (RequirementKind.REPORT, RequirementKind.ACTION_PLAN, RequirementKind.OVERSIGHT)


# Kinds about a unit that the lead of its cluster answers for, not the unit.
LEAD_KINDS = (RequirementKind.OVERSIGHT,)


class Route(models.TextChoices):
    """Where it is handed in."""

    OFFICE = "OFFICE", "Nộp thẳng Ban Xây dựng Đảng"
    UNIT = "UNIT", "Nộp về chi bộ của đảng viên"


class Certainty(models.TextChoices):
    """How sure a deadline is; only CERTAIN and CHECK ones are reminded."""

    CERTAIN = "CERTAIN", "Rõ"
    CHECK = "CHECK", "Rõ, nên xem lại"
    EVENT = "EVENT", "Theo ngày tổ chức"
    TENTATIVE = "TENTATIVE", "Dự kiến"
    NONE = "NONE", "Không có hạn"


class ObligationState(models.TextChoices):
    """Workflow state, changed only by verbs. Timeliness is computed, never stored."""

    PENDING = "PENDING", "Chưa nộp"
    SUBMITTED = "SUBMITTED", "Chờ duyệt"
    FORWARDED = "FORWARDED", "Đã chuyển"
    RETURNED = "RETURNED", "Trả lại"
    ACCEPTED = "ACCEPTED", "Đạt"
    WAIVED = "WAIVED", "Miễn"


# Handed in and waiting for a decision: by the unit first where the route says so, else (or then) by the office.
HANDED_IN_STATES = (ObligationState.SUBMITTED, ObligationState.FORWARDED)


class Timeliness(models.TextChoices):
    """Computed from the first submission's receipt time and the effective deadline."""

    NOT_DUE = "NOT_DUE", "Chưa đến hạn"
    DUE_SOON = "DUE_SOON", "Sắp hạn"
    OVERDUE = "OVERDUE", "Quá hạn"
    ON_TIME = "ON_TIME", "Đúng hạn"
    LATE = "LATE", "Nộp muộn"
    NO_DEADLINE = "NO_DEADLINE", "Không có hạn"
    WAIVED = "WAIVED", "Miễn"


class WaiverReason(models.TextChoices):
    """Why an obligation is waived."""

    EXEMPT = "EXEMPT", "Được miễn công tác và sinh hoạt đảng"
    LEFT = "LEFT", "Không còn sinh hoạt tại đơn vị"
    OUTSIDE = "OUTSIDE", "Không còn thuộc đối tượng"
    CLOSED = "CLOSED", "Đơn vị đã giải thể"
    WITHDRAWN = "WITHDRAWN", "Yêu cầu đã rút"
    DECIDED = "DECIDED", "Ban Xây dựng Đảng cho miễn"


class MoveReason(models.TextChoices):
    """Why an obligation went from one unit to another: its member did."""

    TRANSFER = "TRANSFER", "Chuyển sinh hoạt"
    TEMPORARY = "TEMPORARY", "Sinh hoạt tạm thời"
    BACK = "BACK", "Hết sinh hoạt tạm thời"


class AmendAction(models.TextChoices):
    """What a later directive does to a requirement of an earlier one; what it does not name stays."""

    RESCHEDULE = "RESCHEDULE", "Đổi hạn"
    WITHDRAW = "WITHDRAW", "Rút yêu cầu"


class ChangeCause(models.TextChoices):
    """Why the deadline of an obligation that runs became another one."""

    EXTENDED = "EXTENDED", "Gia hạn"
    AMENDED = "AMENDED", "Điều chỉnh hạn"
    CONFIRMED = "CONFIRMED", "Xác nhận hạn"
    EVENT = "EVENT", "Hạn tính theo ngày tổ chức"
    RESTORED = "RESTORED", "Đặt lại hạn"


class PetitionKind(models.TextChoices):
    """What a secretary asks the office for."""

    EXTEND = "EXTEND", "Xin gia hạn"
    WAIVE = "WAIVE", "Xin miễn"


class PetitionState(models.TextChoices):
    """An open request waits for the office; it is dropped when the work was handed in meanwhile."""

    OPEN = "OPEN", "Chờ trả lời"
    GRANTED = "GRANTED", "Đồng ý"
    REFUSED = "REFUSED", "Không đồng ý"
    DROPPED = "DROPPED", "Không cần nữa"


class IssueProposalState(models.TextChoices):
    """What became of an officer's proposal that a draft be issued."""

    WAITING = "WAITING", "Chờ ban hành"
    SENT_BACK = "SENT_BACK", "Gửi lại để sửa"
    ISSUED = "ISSUED", "Đã ban hành"
    TAKEN_BACK = "TAKEN_BACK", "Đã rút"


class NoticeKind(models.TextChoices):
    """What somebody is told about work that was given to him before."""

    MOVED = "MOVED", "Hạn đã đổi"
    RELEASED = "RELEASED", "Không phải thực hiện nữa"
    REFUSED = "REFUSED", "Đề nghị không được đồng ý"
    OWED = "OWED", "Lại phải thực hiện"


class DayOffKind(models.TextChoices):
    """Kinds of days in the working calendar."""

    HOLIDAY = "HOLIDAY", "Ngày lễ"
    IN_LIEU = "IN_LIEU", "Nghỉ bù, nghỉ hoán đổi"
    WORKING = "WORKING", "Ngày nghỉ phải làm bù"

"""Closed lists of the roster and of roles, with their Vietnamese labels (`domain.md` §2, §7).

Not here: who holds what and when (`models.py`).
"""

from django.db import models


class UnitKind(models.TextChoices):
    """Kind of a unit; with `parent` it tells the two meanings of "chi bộ trực thuộc" apart."""

    CITY = "CITY", "Đảng bộ thành phố"
    WARD = "WARD", "Đảng bộ phường"
    OFFICE = "OFFICE", "Cơ quan"
    GRASSROOTS_COMMITTEE = "GRASSROOTS_COMMITTEE", "Đảng bộ cơ sở"
    DEPARTMENT_COMMITTEE = "DEPARTMENT_COMMITTEE", "Đảng bộ bộ phận"
    GRASSROOTS_CELL = "GRASSROOTS_CELL", "Chi bộ cơ sở"
    SUB_CELL = "SUB_CELL", "Chi bộ trực thuộc"
    PARTY_GROUP = "PARTY_GROUP", "Tổ đảng"


# Units that are Party cells: they hold members and thematic meetings ("chi bộ").
CELL_KINDS = (UnitKind.GRASSROOTS_CELL, UnitKind.SUB_CELL)
# TCCSĐ: what stands directly under the ward's committee.
GRASSROOTS_KINDS = (UnitKind.GRASSROOTS_COMMITTEE, UnitKind.GRASSROOTS_CELL)


class Block(models.TextChoices):
    """Khối: duties are often addressed by it."""

    RESIDENTIAL = "RESIDENTIAL", "Dân cư"
    PARTY_OFFICES = "PARTY_OFFICES", "Cơ quan Đảng, MTTQ, đoàn thể"
    ADMINISTRATION = "ADMINISTRATION", "Hành chính sự nghiệp"
    SCHOOL = "SCHOOL", "Trường học"
    ENTERPRISE = "ENTERPRISE", "Doanh nghiệp"
    POLICE = "POLICE", "Công an"
    MILITARY = "MILITARY", "Quân sự"
    HEALTH = "HEALTH", "Y tế"


class PositionGroup(models.TextChoices):
    """Groups of positions that audiences name; a position belongs to exactly one."""

    STANDING_COMMITTEE = "STANDING_COMMITTEE", "Ủy viên Ban Thường vụ"
    EXECUTIVE_COMMITTEE = "EXECUTIVE_COMMITTEE", "Ủy viên Ban Chấp hành"
    OFFICE_HEAD = "OFFICE_HEAD", "Trưởng, phó phòng, ban, đơn vị"
    CELL_SECRETARY = "CELL_SECRETARY", "Bí thư, phó bí thư chi bộ, đảng bộ cơ sở"
    CELL_COMMITTEE = "CELL_COMMITTEE", "Chi ủy viên, đảng ủy viên cơ sở"
    MEMBER = "MEMBER", "Đảng viên"


class MemberStatus(models.TextChoices):
    """Standing of a member in the Party; those in `LEFT_STATUSES` are counted nowhere."""

    FULL = "FULL", "Chính thức"
    PROBATIONARY = "PROBATIONARY", "Dự bị"
    SUSPENDED = "SUSPENDED", "Đình chỉ"
    REMOVED = "REMOVED", "Xóa tên"
    EXPELLED = "EXPELLED", "Khai trừ"
    DECEASED = "DECEASED", "Từ trần"


LEFT_STATUSES = (
    MemberStatus.SUSPENDED,
    MemberStatus.REMOVED,
    MemberStatus.EXPELLED,
    MemberStatus.DECEASED,
)


class MembershipKind(models.TextChoices):
    """How a member belongs to a unit; only `REGULAR` and `TEMPORARY` count there."""

    REGULAR = "REGULAR", "Chính thức"
    TEMPORARY = "TEMPORARY", "Sinh hoạt tạm thời"
    RESIDENCE_213 = "RESIDENCE_213", "Đảng viên 213 (nơi cư trú)"


class ExemptionReason(models.TextChoices):
    """Reason class of a "miễn công tác và sinh hoạt đảng"; never shown outside the office."""

    AGE = "AGE", "Tuổi cao"
    HEALTH = "HEALTH", "Sức khỏe yếu"
    OTHER = "OTHER", "Lý do khác"
    UNKNOWN = "UNKNOWN", "Không ghi"


class Role(models.TextChoices):
    """Roles of `domain.md` §7: dated grants on a unit that reach its subtree."""

    ADMIN = "ADMIN", "Quản trị"
    OFFICE = "OFFICE", "Cán bộ Ban Xây dựng Đảng"
    LEADER = "LEADER", "Lãnh đạo"
    CLUSTER_LEAD = "CLUSTER_LEAD", "Phụ trách cụm"
    SECRETARY = "SECRETARY", "Bí thư, phó bí thư"
    MEMBER = "MEMBER", "Đảng viên"


STAFF_ROLES = (Role.ADMIN, Role.OFFICE)
READ_ALL_ROLES = (Role.ADMIN, Role.OFFICE, Role.LEADER)
# Roles that may be held only with a second factor (`quality.md` §6).
SECOND_FACTOR_ROLES = frozenset({Role.ADMIN, Role.OFFICE, Role.LEADER, Role.CLUSTER_LEAD})


class ImportState(models.TextChoices):
    """Where a roster import stands: uploaded → (columns asked) → read → shown → applied | discarded; applied → undone."""

    UPLOADED = "UPLOADED", "Đã tải lên"
    COLUMNS = "COLUMNS", "Chờ khớp cột"
    READ = "READ", "Đã đọc"
    SHOWN = "SHOWN", "Chờ quyết định"
    APPLIED = "APPLIED", "Đã nhập"
    DISCARDED = "DISCARDED", "Đã bỏ"
    UNDONE = "UNDONE", "Đã hoàn tác"
    REFUSED = "REFUSED", "Không đọc được"


OPEN_IMPORT_STATES = (ImportState.UPLOADED, ImportState.COLUMNS, ImportState.READ, ImportState.SHOWN)


class ImportWork(models.TextChoices):
    """What a roster import waits for a worker to do."""

    NONE = "", "Không"
    READ = "READ", "Đọc và so sánh"
    APPLY = "APPLY", "Nhập"
    UNDO = "UNDO", "Hoàn tác"


class ProblemDecision(models.TextChoices):
    """What a person decided about a problem of the file."""

    OPEN = "", "Chưa quyết định"
    ACCEPTED = "ACCEPTED", "Nhận cách sửa"
    PASSED = "PASSED", "Bỏ qua dòng"
    ANOTHER = "ANOTHER", "Là người khác, đơn vị khác"  # of a question; its other answer is ACCEPTED
    ALONG = "ALONG", "Theo dòng bị bỏ qua"  # not decided itself: its row is left out for another problem


class ReasonKind(models.TextChoices):
    """What a catalogue of reasons is for."""

    RETURN = "RETURN", "Trả lại bài"
    EXTEND = "EXTEND", "Gia hạn"
    WAIVE = "WAIVE", "Cho miễn"

"""Roster, accounts and roles as dated rows.

Dates are inclusive `valid_from` and exclusive `valid_to` (None = open), in Asia/Ho_Chi_Minh.
Not here: selection (`querysets.py`), who may see what (`rules.py`), changes (`services.py`).
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from treebeard.mp_tree import MP_Node

from outbox.usual import IsUnusual
from units.account_models import Invitation, KnownBrowser
from units.choices import (
    Block,
    ExemptionReason,
    MembershipKind,
    MemberStatus,
    PositionGroup,
    Role,
    UnitKind,
)
from units.committee_models import Reason, Signer, Term
from units.import_models import ColumnName, ImportLine, ImportProblem, RosterImport
from units.link_models import PersonalLink
from units.notice_models import NoticeAcceptance, NoticeText
from units.querysets import (
    AppointmentQuerySet,
    ClusterQuerySet,
    CommitteeProfileQuerySet,
    ExemptionQuerySet,
    MemberQuerySet,
    MembershipQuerySet,
    RoleGrantQuerySet,
    UnitManager,
    UserManager,
)

__all__ = [
    "Appointment", "Cluster", "ColumnName", "CommitteeProfile", "DatedRow", "Exemption", "ImportLine",
    "ImportProblem", "Invitation", "KnownBrowser", "Member", "Membership", "NoticeAcceptance", "NoticeText",
    "PersonalLink", "Position", "Reason", "RoleGrant", "RosterImport", "Signer", "Term", "Unit", "UnitAlias",
    "User",
]  # fmt: skip


class Cluster(models.Model):
    """Cụm cơ sở đảng: a grouping of units for supervision inside one ward."""

    ward = models.ForeignKey("units.Unit", models.PROTECT, related_name="+")
    name = models.CharField("tên cụm", max_length=120)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        verbose_name = "cụm"
        ordering = ("order", "name")
        constraints = [models.UniqueConstraint(fields=["ward", "name"], name="cluster_name_once_per_ward")]

    def __str__(self) -> str:
        return self.name


class Unit(MP_Node):
    """Đơn vị: a Party organisation or an office that acts and owes."""

    ward = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="phường")
    code = models.CharField("mã", max_length=40)
    name = models.CharField("tên đơn vị", max_length=255)
    kind = models.CharField("loại", max_length=24, choices=UnitKind)
    block = models.CharField("khối", max_length=24, choices=Block, blank=True)
    cluster = models.ForeignKey(
        Cluster, models.SET_NULL, null=True, blank=True, related_name="units", verbose_name="cụm"
    )
    opened_on = models.DateField("lập ngày", null=True, blank=True)
    closed_on = models.DateField("giải thể ngày", null=True, blank=True, help_text="Từ ngày này không còn tính.")
    folded = models.CharField(max_length=600, editable=False, help_text="Tên và mã bỏ dấu, để tìm.")
    sort_key = models.CharField(max_length=600, editable=False)

    objects = UnitManager()

    class Meta:
        verbose_name = "đơn vị"
        constraints = [models.UniqueConstraint(fields=["ward", "code"], name="unit_code_once_per_ward")]
        indexes = [models.Index(fields=["ward", "kind"]), models.Index(fields=["ward", "block"])]

    def __str__(self) -> str:
        return self.name

    def above(self) -> Unit | None:
        """The unit it hangs under; None for the top. One query."""
        return Unit.objects.filter(path=self.path[: -Unit.steplen]).first() if self.depth > 1 else None


class UnitAlias(models.Model):
    """Another name people use for the unit ("Chi bộ TDP 5")."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases")
    name = models.CharField("tên gọi khác", max_length=255)

    class Meta:
        verbose_name = "tên gọi khác"
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="alias_once_per_unit")]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Đảng viên. Data minimisation: no ID numbers, card numbers, home town, ethnicity, religion."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    full_name = models.CharField("họ và tên", max_length=160, help_text="Cách viết của chính người đó, dạng NFC.")
    tone_key = models.CharField(max_length=200, editable=False, help_text="Tên theo vị trí dấu chuẩn, để so.")
    folded = models.CharField(max_length=200, editable=False, help_text="Tên bỏ dấu, để tìm.")
    sort_key = models.CharField(max_length=400, editable=False, help_text="Thứ tự tiếng Việt: tên, họ, đệm.")
    birth_year = models.PositiveSmallIntegerField("năm sinh", null=True, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    status = models.CharField("tình trạng", max_length=16, choices=MemberStatus, default=MemberStatus.FULL)
    status_since = models.DateField("từ ngày", null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "đảng viên"
        indexes = [
            # No index on the search and comparison keys: names are compared in memory, and a search inside the word
            # ("%an%") could not use one.
            models.Index(fields=["ward", "sort_key"]),
            # Reminders look at these few in Python; the many usual ones never leave the database.
            models.Index(fields=["ward"], condition=Q(IsUnusual("email")), name="member_unusual_address"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def units_on(self, day: date) -> list[Unit]:
        """Units that count this member on `day`; empty for one who left the Party. One query."""
        return [m.unit for m in self.memberships.counted(day).select_related("unit")]


class DatedRow(models.Model):
    """A fact true from `valid_from` (inclusive) to `valid_to` (exclusive)."""

    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến trước ngày", null=True, blank=True)

    class Meta:
        abstract = True


class Membership(DatedRow):
    """Sinh hoạt đảng tại đơn vị: where a member belongs, and so who answers for the debt."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", db_index=False)
    kind = models.CharField("hình thức", max_length=16, choices=MembershipKind, default=MembershipKind.REGULAR)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "nơi sinh hoạt"
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(valid_to=None, kind=MembershipKind.REGULAR),
                name="one_open_regular_membership",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="membership_dates_in_order",
            ),
        ]
        indexes = [models.Index(fields=["unit", "valid_to"])]

    def __str__(self) -> str:
        return f"{self.member} — {self.unit}"


class Position(models.Model):
    """Chức vụ: a title within one ward and the group audiences know it by.

    One title may stand in two groups: "Giám đốc" of a ward's centre is a head of an office, of a company he is not;
    "Bí thư" of the ward sits in the Standing Committee, of a cell he is a cell secretary.
    """

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField("chức vụ", max_length=160)
    tone_key = models.CharField(max_length=200, editable=False)
    group = models.CharField("nhóm", max_length=24, choices=PositionGroup, default=PositionGroup.MEMBER)
    order = models.PositiveSmallIntegerField("thứ tự nêu tên", default=100, help_text="Chức vụ Đảng trước.")

    class Meta:
        verbose_name = "chức vụ"
        ordering = ("order", "title")
        constraints = [
            models.UniqueConstraint(fields=["ward", "title", "group"], name="position_once_per_title_and_group")
        ]

    def __str__(self) -> str:
        return self.title


class Appointment(DatedRow):
    """Bổ nhiệm: a member holds a position in a unit; several at once are normal (kiêm nhiệm)."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="appointments")
    position = models.ForeignKey(Position, models.PROTECT, related_name="appointments", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appointments")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "bổ nhiệm"
        constraints = [
            models.UniqueConstraint(
                fields=["member", "position", "unit"], condition=Q(valid_to=None), name="appointment_open_once"
            ),
        ]
        indexes = [models.Index(fields=["position", "unit"])]

    def __str__(self) -> str:
        return f"{self.position}, {self.unit}"


class Exemption(DatedRow):
    """Miễn công tác và sinh hoạt đảng, with its decision; `valid_to` exclusive."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="exemptions", db_index=False)
    decision = models.CharField("số văn bản", max_length=60)
    reason = models.CharField("lý do", max_length=12, choices=ExemptionReason, default=ExemptionReason.UNKNOWN)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = "miễn sinh hoạt"
        indexes = [models.Index(fields=["member", "valid_to"])]

    def __str__(self) -> str:
        return f"{self.member}: {self.decision}"


class CommitteeProfile(models.Model):
    """Thông tin đảng ủy: the identity printed on papers and mails, one per ward root unit."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="profile")
    name = models.CharField("tên", max_length=160, help_text="Đảng ủy phường Phúc Lợi")
    former_names = models.JSONField(
        "tên trước đây",
        default=list,
        blank=True,
        help_text="Tên cũ trước, mới sau; văn bản ký dưới tên này vẫn là của mình.",
    )
    superior_name = models.CharField("cấp trên", max_length=160, help_text="Đảng bộ Thành phố Hà Nội")
    place_name = models.CharField("địa danh", max_length=80)
    office_name = models.CharField("cơ quan tham mưu", max_length=120, default="Ban Xây dựng Đảng")
    mailbox = models.EmailField("hộp thư", blank=True)
    phone = models.CharField("điện thoại", max_length=40, blank=True)
    contact_name = models.CharField("người liên hệ", max_length=120, blank=True)
    issuer_code = models.CharField("mã cơ quan", max_length=20, default="ĐU")
    format_profile = models.CharField("bộ thể thức", max_length=20, default="hd05_2026")
    grace_working_days = models.PositiveSmallIntegerField("số ngày làm việc được sửa", default=3)
    form_of_address = models.CharField(
        "xưng hô với đảng viên", max_length=20, default="đồng chí", help_text="Trên trang mở bằng liên kết riêng."
    )
    link_days = models.PositiveSmallIntegerField(
        "liên kết riêng dùng được", default=90, help_text="Số ngày kể từ ngày tạo."
    )
    before_includes_day = models.BooleanField(
        "“trước ngày X” tính cả ngày X", default=False, help_text="Theo luật (BLDS 2015) thì ngày X không tính."
    )

    shows_board = models.BooleanField(
        "công khai tiến độ", default=False, help_text="Mọi tài khoản của phường xem tiến độ các đơn vị, chỉ số đếm."
    )

    objects = CommitteeProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "thông tin đảng ủy"

    def __str__(self) -> str:
        return self.name

    @property
    def names(self) -> list[str]:
        """Every name its own papers bear: the present one first."""
        return [self.name, *self.former_names]


class User(AbstractBaseUser, PermissionsMixin):
    """Tài khoản: logs in by e-mail; what it may do comes from its dated role grants."""

    email = models.EmailField("thư điện tử", unique=True)
    full_name = models.CharField("họ và tên", max_length=160)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="accounts")
    is_active = models.BooleanField("đang dùng", default=True)
    is_staff = models.BooleanField("vào trang sửa chữa", default=False)
    is_demo = models.BooleanField(
        default=False, editable=False, help_text="Tài khoản minh họa, bị từ chối khi chạy thật."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ("full_name",)

    objects = UserManager()

    class Meta:
        verbose_name = "tài khoản"
        indexes = [models.Index(fields=["member"], condition=Q(IsUnusual("email")), name="account_unusual_address")]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def ward_id(self) -> int | None:
        """The ward whose log its acts stand in: its member's, else that of all its roles; None for none or several."""
        if self.member is not None:
            return self.member.ward_id
        wards = set(RoleGrant.objects.filter(user=self.pk).values_list("unit__ward_id", flat=True))
        return wards.pop() if len(wards) == 1 else None

    def get_full_name(self) -> str:
        return self.full_name


class RoleGrant(DatedRow):
    """A role held on a unit (reaching its subtree) or, for CLUSTER_LEAD, on a cluster."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_grants")
    role = models.CharField("vai trò", max_length=16, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="role_grants")
    cluster = models.ForeignKey(Cluster, models.PROTECT, null=True, blank=True, related_name="role_grants")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "vai trò được giao"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "unit"],
                condition=Q(valid_to=None, cluster=None),
                name="role_grant_open_once",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "unit", "cluster"],
                condition=Q(valid_to=None, cluster__isnull=False),
                name="cluster_grant_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.CLUSTER_LEAD) | Q(cluster__isnull=False), name="cluster_lead_names_cluster"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} — {self.cluster or self.unit}"

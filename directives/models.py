"""Directives, requirements and obligations: one row per requirement × party × period.

Instants are aware; `due_at` and `closes_at` are exclusive (the first instant that is late or shut).
Not here: selection (`querysets.py`), rules (`rules.py`), changes (`services.py`), files (app submissions).
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from directives.acknowledgement_models import Acknowledgement
from directives.choices import (
    LEAD_KINDS,
    MEMBER_KINDS,
    WRITTEN_KINDS,
    Certainty,
    ChangeCause,
    DayOffKind,
    DirectiveKind,
    DirectiveState,
    MoveReason,
    ObligationState,
    RequirementKind,
    Route,
    Urgency,
    WaiverReason,
)
from directives.deadlines.periods import desk_query, period_query, period_words, title_of_period
from directives.models_amending import Amendment, LiftedWaiver
from directives.models_issue_proposals import IssueProposal
from directives.models_notices import ChangeNotice
from directives.models_onward import OnwardDuty
from directives.models_outgoing import OutgoingNumber
from directives.models_petitions import Petition
from directives.models_searches import SavedSearch
from directives.models_sessions import SessionRecord
from directives.models_spans import ClosedSpan, ObligationSpan, SpanKind
from directives.querysets import (
    OPEN_STATES,
    DirectiveQuerySet,
    ObligationMoveQuerySet,
    ObligationQuerySet,
    RequirementQuerySet,
)
from units.models import Member, Unit
from vault.models import Blob
from vietnamese.dates import local_day

__all__ = [
    "Acknowledgement",
    "Amendment",
    "ChangeNotice",
    "ClosedSpan",
    "DayOff",
    "Directive",
    "DirectiveAttachment",
    "Extension",
    "IssueProposal",
    "LegalBasis",
    "LiftedWaiver",
    "Obligation",
    "ObligationMove",
    "ObligationSpan",
    "OnwardDuty",
    "OutgoingNumber",
    "Petition",
    "Requirement",
    "SavedSearch",
    "SessionRecord",
    "SpanKind",
]


class Directive(models.Model):
    """Văn bản chỉ đạo. Identity is (issuer, number, symbol, date); KEY is `53-KH/ĐU` or the id."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField("loại văn bản", max_length=8, choices=DirectiveKind)
    number = models.PositiveIntegerField("số", null=True, blank=True)
    symbol = models.CharField("ký hiệu", max_length=40, help_text="Phần sau số, ví dụ CV/ĐU")
    issuer = models.CharField("cơ quan ban hành", max_length=200)
    superior = models.CharField("cơ quan cấp trên", max_length=200, blank=True)
    place = models.CharField("địa danh", max_length=80, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    subject = models.CharField("trích yếu", max_length=600)
    signing_authority = models.CharField("quyền hạn ký", max_length=80, blank=True)
    signer = models.CharField("người ký", max_length=120, blank=True)
    signer_post = models.CharField("chức vụ người ký", max_length=120, blank=True)
    urgency = models.CharField("độ khẩn", max_length=12, choices=Urgency, default=Urgency.NORMAL)
    addressees = models.TextField("kính gửi", blank=True, help_text="Mỗi dòng một nơi.")
    recipients = models.TextField("nơi nhận", blank=True, help_text="Mỗi dòng một nơi.")
    full_text = models.TextField("toàn văn", blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=DirectiveState, default=DirectiveState.DRAFT)
    issued_at = models.DateTimeField(null=True, blank=True, help_text="Lúc giao việc trên cổng.")
    ended_at = models.DateTimeField("kết thúc lúc", null=True, blank=True, help_text="Lúc kết thúc hoặc thu hồi.")
    end_reason = models.CharField("lý do kết thúc", max_length=255, blank=True, default="")
    revoked_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="revokes")
    revoking_paper = models.CharField(
        "văn bản thu hồi", max_length=255, blank=True, default="", help_text="Khi văn bản ấy không có trong sổ."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    folded = models.CharField(max_length=900, editable=False, default="")

    objects = DirectiveQuerySet.as_manager()

    class Meta:
        verbose_name = "văn bản"
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "issuer", "number", "symbol", "issued_on"],
                condition=Q(number__isnull=False),
                name="directive_identity",
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT") | Q(number__isnull=False, issued_on__isnull=False),
                name="issued_directive_has_number_and_date",
            ),
        ]
        indexes = [models.Index(fields=["ward", "state", "issued_on"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"

    @property
    def reference(self) -> str:
        """Số, ký hiệu as written: `53-KH/ĐU`; `05-…` keeps its leading zero; `…-CV/ĐU` without a number."""
        return f"{self.number:02d}-{self.symbol}" if self.number is not None else f"…-{self.symbol}"


class LegalBasis(models.Model):
    """Căn cứ: a citation, linked to a registered directive when there is one."""

    directive = models.ForeignKey(Directive, models.CASCADE, related_name="legal_bases")
    citation = models.CharField("căn cứ", max_length=600)
    cited = models.ForeignKey(Directive, models.SET_NULL, null=True, blank=True, related_name="cited_by")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "căn cứ"
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.citation


class DirectiveAttachment(models.Model):
    """A file that goes with the directive (the scan, the material)."""

    directive = models.ForeignKey(Directive, models.CASCADE, related_name="attachments")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    name = models.CharField("tên tệp", max_length=255)
    media_type = models.CharField(max_length=100)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "tệp kèm theo"
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class Requirement(models.Model):
    """Yêu cầu: kind × audience × deadline × form × route; KEY is `DIRECTIVE#n`."""

    directive = models.ForeignKey(Directive, models.CASCADE, related_name="requirements")
    order = models.PositiveSmallIntegerField("thứ tự")
    kind = models.CharField("loại", max_length=12, choices=RequirementKind)
    title = models.CharField("tên việc", max_length=255)
    description = models.TextField("nội dung, hình thức", blank=True)
    outline = models.JSONField("đề cương", default=list, blank=True, help_text="Danh sách các mục của báo cáo.")
    numbers = models.JSONField(
        "số liệu", default=list, blank=True, help_text="Mỗi dòng một số liệu, xem directives/report_fields.py."
    )
    slots = models.JSONField(
        "các loại tệp", default=list, blank=True, help_text="Mỗi dòng một loại tệp phải nộp; trống là một tệp."
    )
    audience = models.JSONField(default=dict, help_text="Quy tắc đối tượng, xem directives/audiences.py.")
    route = models.CharField("nơi nộp", max_length=8, choices=Route, default=Route.OFFICE)
    deadline_phrase = models.CharField("hạn (như văn bản ghi)", max_length=255, blank=True)
    deadline_rule = models.CharField(max_length=12, blank=True, help_text="R1…R12")
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.NONE)
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="Thời điểm đầu tiên bị coi là muộn.")
    closes_at = models.DateTimeField("đóng nhận lúc", null=True, blank=True)
    anchor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="anchored",
        help_text="Yêu cầu sinh hoạt mà ngày tổ chức làm mốc tính hạn.",
    )
    event_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Số ngày sau ngày tổ chức.")
    event_working_days = models.BooleanField(default=False)
    recurrence = models.JSONField(
        "kỳ lặp", default=dict, blank=True, help_text="Quy tắc của chuỗi kỳ, xem directives/deadlines/periods.py."
    )
    source_sentence = models.TextField("câu giao việc", blank=True)
    withdrawn_at = models.DateTimeField("rút lúc", null=True, blank=True)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = "yêu cầu"
        ordering = ("directive", "order")
        constraints = [models.UniqueConstraint(fields=["directive", "order"], name="requirement_order_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_written(self) -> bool:
        """It is answered on its own page: an outline to fill in, numbers, several kinds of files, or an observer's form."""
        return self.is_of_leads or (self.kind in WRITTEN_KINDS and bool(self.outline or self.numbers or self.slots))

    @property
    def goes_by_unit(self) -> bool:
        """The two-step route: members hand in to their unit, whose secretary passes it on. What units owe has one step."""
        return self.route == Route.UNIT and self.kind in MEMBER_KINDS

    @property
    def is_of_leads(self) -> bool:
        """The lead of the cluster answers for it: it is about the unit, and not the unit's own debt."""
        return self.kind in LEAD_KINDS

    @property
    def deadline_verb(self) -> str:
        """The verb that stands before the last day: an activity is held, everything else is handed in."""
        return "Tổ chức" if self.kind == RequirementKind.ACTIVITY else "Nộp"

    @property
    def key(self) -> str:
        """KEY for commands: `53-KH/ĐU#2`."""
        return f"{self.directive.reference}#{self.order}"


_MISSING = ~Q(state=ObligationState.WAIVED) & Q(first_submitted_at__isnull=True)


class Obligation(models.Model):
    """Việc phải làm của một bên: the one row every list, reminder and report asks."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="obligations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="obligations", help_text="Đơn vị chịu trách nhiệm.")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="obligations")
    period = models.CharField("kỳ", max_length=10, blank=True, default="")
    state = models.CharField("trạng thái", max_length=10, choices=ObligationState, default=ObligationState.PENDING)
    due_at = models.DateTimeField("hạn hiệu lực", null=True, blank=True, help_text="Đã tính gia hạn và ngày tổ chức.")
    certainty = models.CharField(max_length=10, choices=Certainty, default=Certainty.CERTAIN)
    waiver_reason = models.CharField(max_length=10, choices=WaiverReason, blank=True, default="")
    waiver_note = models.CharField(max_length=255, blank=True, default="")
    held_on = models.DateField("ngày tổ chức", null=True, blank=True)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True, help_text="Lần nộp mới nhất.")
    decided_at = models.DateTimeField(null=True, blank=True, help_text="Lần duyệt hoặc trả lại mới nhất.")
    fix_by = models.DateTimeField(
        null=True, blank=True, help_text="Hạn sửa sau khi trả lại (không tính thời điểm này)."
    )
    created_at = models.DateTimeField()
    waived_at = models.DateTimeField(null=True, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = "việc phải làm"
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "member", "period"], condition=Q(member__isnull=False), name="one_per_member"
            ),
            models.UniqueConstraint(
                fields=["requirement", "unit", "period"], condition=Q(member=None), name="one_per_unit"
            ),
            models.CheckConstraint(condition=~Q(state="WAIVED") | ~Q(waiver_reason=""), name="waived_has_reason"),
            models.CheckConstraint(
                condition=Q(first_submitted_at=None) | Q(submitted_at__gte=F("first_submitted_at")),
                name="submissions_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["ward", "unit", "requirement", "state"], name="obligation_matrix"),
            models.Index(
                fields=["ward", "due_at", "id"],
                condition=Q(state__in=["PENDING", "RETURNED"]),
                name="obligation_ward_open",
            ),
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=["PENDING", "RETURNED"]), name="obligation_open"
            ),
            # What the figures call missing: their condition, word for word.
            models.Index(fields=["ward", "due_at", "id"], condition=_MISSING, name="obligation_ward_missing"),
            models.Index(fields=["due_at", "id"], condition=_MISSING, name="obligation_missing"),
            models.Index(fields=["requirement", "state"], name="obligation_requirement"),
            *(
                models.Index(fields=[what], condition=Q(**{f"{what}__isnull": False}), name=f"obligation_{what}")
                for what in ("submitted_at", "decided_at", "waived_at")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} — {self.member or self.unit}"

    @property
    def deadline_phrase(self) -> str:
        """The requirement's words for its deadline; "" where a later paper moved that and this row kept its earlier day.

        What was answered or waived keeps its day when the deadline is put off: the new words would contradict it.
        """
        asked = self.requirement
        plain = not asked.recurrence and self.certainty != Certainty.EVENT
        put_off = self.due_at is not None and asked.due_at is not None and self.due_at < asked.due_at
        return "" if plain and put_off and self.state not in OPEN_STATES else asked.deadline_phrase

    @property
    def owed_until(self) -> datetime | None:
        """The exclusive instant until which it is owed in time: a returned one until its fix-by instant or its own
        deadline, whichever is later (in SQL: `directives.querysets.owed_until`). Every page and letter says this day."""
        if self.state != ObligationState.RETURNED:
            return self.due_at
        return max(filter(None, (self.due_at, self.fix_by)), default=None)

    @property
    def party_words(self) -> str:
        """Who answers for it, in a list beside the unit: a member's name, "cả đơn vị", or "phụ trách Cụm 1" for the form
        of a cluster's lead about the unit.
        """
        if self.member is not None:
            return self.member.full_name
        if self.requirement.is_of_leads:
            return f"phụ trách {self.unit.cluster.name}" if self.unit.cluster else "phụ trách cụm"
        return "cả đơn vị"

    @property
    def goes_by_unit(self) -> bool:
        """On the two-step route: a member hands in to his unit, whose secretary passes it on."""
        return self.member_id is not None and self.requirement.goes_by_unit

    @property
    def is_open(self) -> bool:
        """Nothing was handed in, or it came back: somebody owes it as long as the directive and the unit are there."""
        return self.state in OPEN_STATES

    def unit_gone_on(self, at: datetime) -> date | None:
        """The day from which the unit that answers for it is dissolved, when that day has come at `at`; else None."""
        gone_on = self.unit.closed_on
        return gone_on if gone_on is not None and gone_on <= local_day(at) else None

    @property
    def period_name(self) -> str:
        """The period in words ("tháng 5/2026"); "" for a duty asked once."""
        return period_words(self.period)

    @property
    def period_query(self) -> str:
        """The end of the address of a page that stays with this period."""
        return period_query(self.period)

    @property
    def desk_query(self) -> str:
        """The end of the address of its desk, for whoever comes to answer this one."""
        return desk_query(self.period, self.pk)

    @property
    def title(self) -> str:
        """What is owed, with its period: "Báo cáo công tác đảng, tháng 5/2026"."""
        return title_of_period(self.requirement.title, self.period)


class Extension(models.Model):
    """A deadline that became another one while it ran (gia hạn, điều chỉnh, xác nhận): the old one stays in history.

    `old_certainty` is "" when the certainty stayed as it was.
    """

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="extensions")
    old_due_at = models.DateTimeField(null=True)
    new_due_at = models.DateTimeField()
    old_certainty = models.CharField(max_length=10, choices=Certainty, blank=True, default="")
    cause = models.CharField("vì", max_length=10, choices=ChangeCause, default=ChangeCause.EXTENDED)
    amendment = models.ForeignKey(Amendment, models.PROTECT, null=True, related_name="moved_deadlines")
    reason = models.CharField("lý do", max_length=255)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField()
    old_fix_by = models.DateTimeField(null=True, help_text="The fix-by day (exclusive) that it moved to the new day.")
    taken_back_at = models.DateTimeField(
        null=True, help_text="An extension the office took back then; it grants nothing."
    )

    class Meta:
        verbose_name = "gia hạn"
        ordering = ("granted_at", "pk")
        indexes = [models.Index(fields=["granted_at"], name="extension_granted")]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.new_due_at}"


class ObligationMove(models.Model):
    """The debt followed its member to another unit: which day, from where to where, written when."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="moves")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="từ đơn vị")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="đến đơn vị")
    on = models.DateField("từ ngày", help_text="Ngày đảng viên sinh hoạt ở nơi mới.")
    reason = models.CharField("lý do", max_length=12, choices=MoveReason)
    moved_at = models.DateTimeField(db_index=True)

    objects = ObligationMoveQuerySet.as_manager()

    class Meta:
        verbose_name = "việc đi theo đảng viên"
        ordering = ("moved_at", "pk")
        indexes = [
            models.Index(fields=["from_unit", "moved_at"], name="move_from_unit"),
            models.Index(fields=["to_unit", "moved_at"], name="move_to_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.from_unit} → {self.to_unit}"


class DayOff(models.Model):
    """Working calendar: public holidays, days off in lieu and swap days, as a ward's office entered them.

    Rows without a ward hold for every ward of the deployment; a ward's own row of the same day goes before them.
    """

    ward = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="phường")
    day = models.DateField("ngày")
    kind = models.CharField("loại", max_length=10, choices=DayOffKind)
    name = models.CharField("tên", max_length=120)

    class Meta:
        verbose_name = "ngày nghỉ"
        ordering = ("day", "pk")
        constraints = [
            models.UniqueConstraint(fields=["ward", "day"], name="day_off_once_per_ward"),
            models.UniqueConstraint(fields=["day"], condition=Q(ward=None), name="day_off_once_for_all"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"

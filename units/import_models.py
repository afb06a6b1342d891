"""A roster import as a row: the file, where it stands, what was decided, what it would change, how to take it back.

Lines and problems are a picture of one reading; they are made anew whenever the file is read again.
Not here: what an import does (`services.imports`, `services.import_work`), the roster itself (`models.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db import models

from units.choices import OPEN_IMPORT_STATES, ImportState, ImportWork, ProblemDecision
from units.import_querysets import ImportLineQuerySet, ImportProblemQuerySet, RosterImportQuerySet
from units.roster.records import ANOTHER, QUESTIONS, SAME


class RosterImport(models.Model):
    """One file on its way into the roster. The table is the queue: `work` says what waits, a message only rings."""

    ward = models.ForeignKey("units.Unit", models.PROTECT, related_name="+", verbose_name="phường")
    blob = models.ForeignKey("vault.Blob", models.PROTECT, related_name="+")
    file_name = models.CharField("tên tệp", max_length=200)
    on = models.DateField("ngày nhập", help_text="Facts the file does not date begin or end on it.")
    state = models.CharField("trạng thái", max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    is_part = models.BooleanField(
        "tệp chỉ là một phần",
        null=True,
        blank=True,
        help_text="None: nobody was asked yet, and nobody may leave unasked.",
    )
    keeps_spelling = models.BooleanField("giữ cách bỏ dấu đang lưu", default=False)
    layouts = models.JSONField(
        default=dict, blank=True, help_text="Sheet → [units?, header's row, {field: column}]; see Guidance."
    )
    corrections = models.JSONField(default=dict, blank=True, help_text="Row → {field: what the cell should say}.")
    passed = models.JSONField(default=list, blank=True, help_text="Rows of members that are left out.")
    digest = models.CharField(max_length=64, blank=True, default="", help_text="Of the difference that was shown.")
    remark = models.CharField("ghi chú", max_length=400, blank=True, default="")
    reverse = models.ForeignKey(
        "vault.Blob", models.PROTECT, null=True, blank=True, related_name="+", help_text="How to take it back."
    )
    record = models.ForeignKey(
        "vault.Blob", models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Its lines as a pack, where nobody looked at them beforehand; else they are rows.",
    )  # fmt: skip
    counts = models.JSONField(default=dict, blank=True, help_text="What was applied, as `import_roster` counts.")
    conflicts = models.JSONField(
        default=list, blank=True, help_text="What stood in the way of taking it back, one line each."
    )
    work = models.CharField(max_length=8, choices=ImportWork, default=ImportWork.READ, blank=True)
    step = models.CharField("đang làm", max_length=120, blank=True, default="")
    done = models.PositiveSmallIntegerField(default=0, help_text="Per cent of the work.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="At the work that waits now.")
    turn = models.PositiveIntegerField(default=0, help_text="Counts askings and claims: an overtaken worker sees it.")
    lease_until = models.DateTimeField(null=True, blank=True)
    waits_since = models.DateTimeField(null=True, blank=True, help_text="When `work` was asked for; kept when it ends.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField("tải lên lúc")
    worked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who asked for `work`.",
    )
    applied_at = models.DateTimeField("nhập lúc", null=True, blank=True)
    closed_at = models.DateTimeField("bỏ hoặc hoàn tác lúc", null=True, blank=True)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = "lần nhập danh sách"
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "blob"],
                condition=models.Q(state__in=OPEN_IMPORT_STATES),
                name="one_open_import_per_file",
            )
        ]
        indexes = [models.Index(fields=["lease_until"], condition=~models.Q(work=""), name="import_waiting")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        """Neither applied nor discarded nor refused."""
        return self.state in OPEN_IMPORT_STATES


class ImportLine(models.Model):
    """One unit or member of the difference; `changes` is a list of [what, old, new]."""

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="lines", db_index=False)
    part = models.CharField(max_length=8)
    change = models.CharField(max_length=12)
    row = models.PositiveIntegerField(help_text="As the spreadsheet shows it; 0 = not in the file.")
    name = models.CharField(max_length=255)
    unit = models.CharField(max_length=255)
    folded = models.CharField(max_length=600)
    stored_id = models.BigIntegerField(null=True)
    changes = models.JSONField(default=list, blank=True)

    objects = ImportLineQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng thay đổi"
        indexes = [models.Index(fields=["roster_import", "part", "change", "id"], name="import_line_shown")]

    def __str__(self) -> str:
        return f"{self.name}: {self.change}"


class ImportProblem(models.Model):
    """One fault of the file, beside its cell, and what a person decided about it."""

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="problems", db_index=False)
    sheet = models.CharField(max_length=255)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=255)
    value = models.CharField(max_length=255)
    message = models.TextField()
    severity = models.CharField(max_length=8)
    about = models.CharField(max_length=8)
    kind = models.CharField(max_length=16, blank=True)
    proposal = models.CharField(max_length=255, blank=True)
    whose = models.BigIntegerField(default=0, help_text="Key of the member a question is about; 0 = none.")
    decision = models.CharField(max_length=10, choices=ProblemDecision, default=ProblemDecision.OPEN, blank=True)

    objects = ImportProblemQuerySet.as_manager()

    class Meta:
        verbose_name = "lỗi trong tệp"
        indexes = [models.Index(fields=["roster_import", "decision", "id"], name="import_problem_shown")]

    def __str__(self) -> str:
        return self.message

    @property
    def answers(self) -> Mapping[str, str]:
        """The answers this takes when it is a question, as the page sends them → their word."""
        return QUESTIONS[self.kind].answers if self.kind in QUESTIONS else {}

    @property
    def answer_told(self) -> str:
        """The word of the answer given to a question; "" for what is none or has none."""
        given = {ProblemDecision.ACCEPTED: SAME, ProblemDecision.ANOTHER: ANOTHER}.get(self.decision)
        return self.answers.get(given, "") if given else ""


class ColumnName(models.Model):
    """What a ward calls a column of its lists: accepted once on the mapping page, recognised ever after."""

    ward = models.ForeignKey("units.Unit", models.CASCADE, related_name="+")
    is_units = models.BooleanField("của danh sách đơn vị")
    key = models.CharField("tiêu đề cột", max_length=120, help_text="Without marks, case and punctuation.")
    field = models.CharField("là cột", max_length=16, blank=True, help_text="Blank: not to be read.")

    class Meta:
        verbose_name = "tên cột"
        constraints = [models.UniqueConstraint(fields=["ward", "is_units", "key"], name="column_name_once_per_ward")]

    def __str__(self) -> str:
        return f"{self.key} → {self.field}"

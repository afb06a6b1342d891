"""The stored log: entries that only grow, and the head of their chain.

Entries carry values, not foreign keys: what they name may be renamed or removed without touching the chain.

Not here: appending (`services.record`), the rule of the chain (`chain.py`), the database's own guard (`triggers.py`).
"""

import json
from typing import Any, NoReturn

from django.db import models

from audit.actions import label_of
from audit.chain import GENESIS, Content, Link
from audit.choices import AuditResult
from audit.errors import AppendOnly
from audit.querysets import AuditEntryQuerySet


class AuditEntry(models.Model):
    """One act: who, what, on which object, when, from where, with what result."""

    seq = models.PositiveBigIntegerField("số thứ tự", primary_key=True)
    at = models.DateTimeField("thời điểm", help_text="Instant of the act, as the verb saw it.")
    recorded_at = models.DateTimeField("ghi lúc", help_text="The server's clock when the row was written.")
    action = models.CharField("hành động", max_length=64)
    result = models.CharField("kết quả", max_length=16, choices=AuditResult)
    actor_id = models.CharField("mã người thực hiện", max_length=64, blank=True)
    actor_label = models.CharField("người thực hiện", max_length=200, blank=True)
    obj_type = models.CharField("loại đối tượng", max_length=100, blank=True)
    obj_id = models.CharField("mã đối tượng", max_length=64, blank=True)
    obj_label = models.CharField("đối tượng", max_length=300, blank=True)
    ward_id = models.BigIntegerField("đảng bộ phường", null=True, blank=True)
    detail = models.TextField("chi tiết", default="{}", help_text="Canonical JSON: text, so that its hash is stable.")
    request_id = models.CharField("mã yêu cầu", max_length=64, blank=True)
    ip = models.CharField("địa chỉ", max_length=45, blank=True)
    search = models.CharField(
        max_length=600,
        editable=False,
        default="",
        help_text="Người và đối tượng bỏ dấu, để tìm; made from the row itself, so no part of the hash.",
    )
    previous_hash = models.CharField("mã băm trước", max_length=64)
    entry_hash = models.CharField("mã băm", max_length=64, unique=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "dòng nhật ký"
        verbose_name_plural = "nhật ký"
        ordering = ["-seq"]
        indexes = [
            models.Index(fields=["obj_type", "obj_id", "seq"], name="audit_by_object"),
            models.Index(fields=["ward_id", "-seq"], name="audit_by_ward"),
            models.Index(fields=["actor_id", "-seq"], name="audit_by_actor"),
            models.Index(fields=["action", "-seq"], name="audit_by_action"),
            models.Index(fields=["recorded_at"], name="audit_by_time"),
            models.Index(fields=["result", "-seq"], name="audit_by_result"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.action_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a second save of the same entry raises `AppendOnly`."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    @property
    def action_label(self) -> str:
        """The Vietnamese label of the action."""
        return label_of(self.action)

    @property
    def data(self) -> Any:
        """The detail as Python values."""
        return json.loads(self.detail)

    def link(self) -> Link:
        """The row as the pure chain sees it."""
        content = Content(**{name: getattr(self, name) for name in Content.__dataclass_fields__})
        return Link(content, self.previous_hash, self.entry_hash)


class AuditHead(models.Model):
    """The end of the chain, one row: whoever appends holds its lock until commit, so appends are serial."""

    THE_ROW = 1

    seq = models.PositiveBigIntegerField("số thứ tự cuối", default=0)
    entry_hash = models.CharField("mã băm cuối", max_length=64, default=GENESIS)

    class Meta:
        verbose_name = "đầu chuỗi nhật ký"
        verbose_name_plural = "đầu chuỗi nhật ký"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.seq}:{self.entry_hash[:12]}"

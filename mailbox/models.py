"""Mails that came to the office's address, what became of their files, and how far each folder is read.

The message as received lies in the vault; these rows say what it was taken for. Not here: what was handed in
(app submissions), the answers as mails (app outbox).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from directives.models import Obligation
from mailbox.choices import CaseState, FileState
from mailbox.querysets import MailCaseQuerySet, MailFolderQuerySet, UnitAddressQuerySet
from outbox.models import OutgoingMail
from units.models import Member, Unit
from vault.models import Blob


class MailFolder(models.Model):
    """How far one folder of one account is read. The cursor moves only with the row of the message it passes."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.CharField("hộp thư", max_length=254)
    folder = models.CharField("thư mục", max_length=200)
    uid_validity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0)
    since = models.DateTimeField("đọc thư từ", null=True, blank=True, help_text="Trống: chờ người chọn ngày.")
    waiting_mails = models.PositiveIntegerField("thư có sẵn", default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    polled_at = models.DateTimeField("đọc lúc", null=True, blank=True)
    error = models.CharField("lỗi", max_length=400, blank=True, default="")

    objects = MailFolderQuerySet.as_manager()

    class Meta:
        verbose_name = "thư mục thư"
        constraints = [models.UniqueConstraint(fields=["account", "folder"], name="one_row_per_mail_folder")]

    def __str__(self) -> str:
        return f"{self.account} {self.folder}"


class MailCase(models.Model):
    """One mail. `key` is account, folder, UIDVALIDITY and UID, or "file" and the hash for one from the terminal."""

    ward = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    account = models.CharField("hộp thư", max_length=254)
    key = models.CharField(max_length=600, unique=True)
    message_id = models.CharField(max_length=320, blank=True, default="")
    sha256 = models.CharField(max_length=64, help_text="Của thư nguyên văn.")
    raw = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="+")
    sender = models.CharField("người gửi", max_length=254, blank=True, default="")
    sender_name = models.CharField("tên người gửi", max_length=200, blank=True, default="")
    subject = models.CharField("tiêu đề", max_length=400, blank=True, default="")
    text = models.TextField("lời thư", blank=True, default="")
    folded = models.TextField(blank=True, default="", help_text="Người gửi, tiêu đề, tên tệp bỏ dấu, để tìm.")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", help_text="Đơn vị của người gửi; trống: lạ."
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField("trạng thái", max_length=12, choices=CaseState, default=CaseState.NEW)
    reason = models.CharField("lý do", max_length=400, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField("máy chủ thư nhận lúc")
    kept_at = models.DateTimeField("cổng giữ lúc")
    to_put_aside = models.BooleanField(
        "chưa dọn trên máy chủ thư", default=False, help_text="Còn phải đánh dấu đã đọc, chuyển thư mục."
    )
    answer = models.ForeignKey(OutgoingMail, models.PROTECT, null=True, blank=True, related_name="+")
    no_answer = models.CharField("vì sao không trả lời", max_length=200, blank=True, default="")
    tell_from = models.DateTimeField(
        "báo thêm từ lúc", null=True, blank=True, help_text="Có kết quả chưa báo người gửi; trống: không còn gì."
    )
    later = models.ManyToManyField(OutgoingMail, related_name="+", help_text="Thư báo thêm sau thư trả lời đầu.")

    objects = MailCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "thư đến"
        ordering = ("-received_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["account", "sha256"], name="one_case_per_message")]
        indexes = [models.Index(fields=["ward", "state", "-received_at"]), models.Index(fields=["message_id"])]

    def __str__(self) -> str:
        return self.subject or "(không tiêu đề)"


class UnitAddress(models.Model):
    """An address a unit writes from, as the office says: mails from it are the unit's."""

    ward = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    address = models.EmailField("địa chỉ", max_length=254, help_text="Chữ thường.")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField("ghi lúc")

    objects = UnitAddressQuerySet.as_manager()

    class Meta:
        verbose_name = "địa chỉ thư của đơn vị"
        ordering = ("address",)
        constraints = [models.UniqueConstraint(fields=["ward", "address"], name="one_unit_per_address")]

    def __str__(self) -> str:
        return self.address


class MailFile(models.Model):
    """One file of a mail and what became of it."""

    case = models.ForeignKey(MailCase, models.CASCADE, related_name="files")
    order = models.PositiveSmallIntegerField()
    name = models.CharField("tên tệp", max_length=600)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    source_sha256 = models.CharField(max_length=64, help_text="Của phần đính kèm chứa tệp (chính nó, hoặc gói ZIP).")
    state = models.CharField(max_length=12, choices=FileState)
    verdict = models.CharField(max_length=10, blank=True, default="")
    obligation = models.ForeignKey(Obligation, models.PROTECT, null=True, blank=True, related_name="+")
    canonical = models.CharField("tên chuẩn", max_length=255, blank=True, default="")
    receipt = models.CharField("mã phiếu", max_length=16, blank=True, default="")
    reason = models.CharField("lý do", max_length=600, blank=True, default="")
    told = models.CharField(
        "đã báo người gửi là", max_length=12, choices=FileState, blank=True, default="", help_text="Trống: chưa báo."
    )

    class Meta:
        verbose_name = "tệp trong thư"
        ordering = ("order",)
        constraints = [models.UniqueConstraint(fields=["case", "order"], name="mail_file_order_once")]

    def __str__(self) -> str:
        return self.name

"""Outgoing mails, notices in the portal, addresses that do not work, and the count of what went in each minute.

The ward is a value, not a foreign key: this app knows no units.

Not here: writing rows (`services.py`), sending them (`draining.py`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from outbox.choices import MailState
from outbox.delivery import Parcel
from outbox.querysets import NoticeQuerySet, OutgoingMailQuerySet


class OutgoingMail(models.Model):
    """One mail to one address."""

    ward_id = models.BigIntegerField("đảng bộ phường", null=True, blank=True)
    kind = models.CharField("loại", max_length=40, help_text="What it is, e.g. reminders.digest; for lists and counts.")
    is_bulk = models.BooleanField("thư hàng loạt", default=False, help_text="Goes after every mail that is not.")
    dedupe_key = models.CharField("khóa chống trùng", max_length=200, unique=True)
    message_id = models.CharField("Message-ID", max_length=320, unique=True)
    to_address = models.EmailField("địa chỉ nhận", max_length=254)
    to_name = models.CharField("người nhận", max_length=200, blank=True)
    from_name = models.CharField("tên người gửi", max_length=200, blank=True)
    reply_to = models.EmailField("địa chỉ trả lời", max_length=254, blank=True)
    subject = models.CharField("tiêu đề", max_length=250)
    text = models.TextField("nội dung")
    html = models.TextField("nội dung HTML", blank=True)
    thread = models.TextField("trả lời cho", blank=True, default="", help_text="Message-IDs, the answered one last.")
    secret_body = models.BooleanField(
        "nội dung bí mật",
        default=False,
        help_text="What it says is good for its reader alone: wiped when it has ended.",
    )
    check_name = models.CharField("phép kiểm tra trước khi gửi", max_length=60, blank=True)
    payload = models.JSONField("dữ liệu của phép kiểm tra", default=dict, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField("số lần thử", default=0)
    next_try_at = models.DateTimeField("gửi từ lúc", help_text="Not before this instant.")
    lease_until = models.DateTimeField("giữ đến", null=True, blank=True)
    error = models.CharField("lỗi gần nhất", max_length=500, blank=True)
    created_at = models.DateTimeField("tạo lúc")
    sent_at = models.DateTimeField("gửi lúc", null=True, blank=True)
    bounced_at = models.DateTimeField("bị trả về lúc", null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = "thư gửi đi"
        verbose_name_plural = "thư gửi đi"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=MailState.SENDING) | Q(lease_until__isnull=False), name="outbox_sending_has_lease"
            ),
            models.CheckConstraint(
                condition=~Q(state=MailState.SENT) | Q(sent_at__isnull=False), name="outbox_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=MailState.BOUNCED) | Q(bounced_at__isnull=False), name="outbox_bounced_has_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["is_bulk", "next_try_at", "id"],
                name="outbox_waiting",
                condition=Q(state__in=[MailState.QUEUED, MailState.FAILED, MailState.SENDING]),
            ),
            models.Index(fields=["ward_id", "-id"], name="outbox_by_ward"),
        ]

    def __str__(self) -> str:
        return f"{self.to_address}: {self.subject}"

    def end_in(self, state: MailState) -> list[str]:
        """Set the state in which it goes no more; a secret body is wiped with it. Returns the fields to save."""
        self.state, self.lease_until = state, None
        if not self.secret_body:
            return ["state", "lease_until"]
        self.text = self.html = ""
        return ["state", "lease_until", "text", "html"]

    def parcel(self) -> Parcel:
        """The mail as the postman needs it."""
        return Parcel(**{name: getattr(self, name) for name in Parcel.__dataclass_fields__})


class Notice(models.Model):
    """Thông báo trên cổng: one sentence to one account, with the page it is about; the same key is the same notice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField("loại", max_length=40, help_text="What it is, e.g. reminders.digest.")
    title = models.CharField("nội dung", max_length=250)
    text = models.CharField("chi tiết", max_length=500, blank=True)
    url = models.CharField("trang", max_length=300, blank=True, help_text="Path inside the portal.")
    payload = models.JSONField("dữ liệu", default=list, blank=True, help_text="What the writer asks again when shown.")
    dedupe_key = models.CharField("khóa chống trùng", max_length=200)
    created_at = models.DateTimeField("lúc")
    read_at = models.DateTimeField("đã đọc lúc", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "dedupe_key"], name="one_notice_per_key")]
        indexes = [models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.title}"


class BadAddress(models.Model):
    """An address a mail server called wrong or closed: nothing more goes there until the office says otherwise."""

    address = models.EmailField("địa chỉ", max_length=254, unique=True, help_text="Chữ thường.")
    reason = models.CharField("lời của máy chủ thư", max_length=500)
    since = models.DateTimeField("từ lúc")
    mail = models.ForeignKey(OutgoingMail, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "địa chỉ hỏng"
        verbose_name_plural = "địa chỉ hỏng"

    def __str__(self) -> str:
        return self.address


class SendingMinute(models.Model):
    """How many hand-overs were begun in one minute, over all workers; the brake of `OUTBOX_PER_MINUTE`."""

    minute = models.DateTimeField("phút", unique=True)
    begun = models.PositiveIntegerField("số thư", default=0)

    class Meta:
        verbose_name = "phút gửi thư"
        verbose_name_plural = "phút gửi thư"

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M}: {self.begun}"

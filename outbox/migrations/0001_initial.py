"""Outgoing mails with their states, and the count of each minute."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SendingMinute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minute", models.DateTimeField(unique=True, verbose_name="phút")),
                ("begun", models.PositiveIntegerField(default=0, verbose_name="số thư")),
            ],
            options={
                "verbose_name": "phút gửi thư",
                "verbose_name_plural": "phút gửi thư",
            },
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ward_id", models.BigIntegerField(blank=True, null=True, verbose_name="đảng bộ phường")),
                (
                    "kind",
                    models.CharField(
                        help_text="What it is, e.g. reminders.digest; for lists and counts.",
                        max_length=40,
                        verbose_name="loại",
                    ),
                ),
                ("dedupe_key", models.CharField(max_length=200, unique=True, verbose_name="khóa chống trùng")),
                ("message_id", models.CharField(max_length=320, unique=True, verbose_name="Message-ID")),
                ("to_address", models.EmailField(max_length=254, verbose_name="địa chỉ nhận")),
                ("to_name", models.CharField(blank=True, max_length=200, verbose_name="người nhận")),
                ("from_name", models.CharField(blank=True, max_length=200, verbose_name="tên người gửi")),
                ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="địa chỉ trả lời")),
                ("subject", models.CharField(max_length=250, verbose_name="tiêu đề")),
                ("text", models.TextField(verbose_name="nội dung")),
                ("html", models.TextField(blank=True, verbose_name="nội dung HTML")),
                ("check_name", models.CharField(blank=True, max_length=60, verbose_name="phép kiểm tra trước khi gửi")),
                ("payload", models.JSONField(blank=True, default=dict, verbose_name="dữ liệu của phép kiểm tra")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("QUEUED", "Chờ gửi"),
                            ("SENDING", "Đang gửi"),
                            ("SENT", "Đã gửi"),
                            ("FAILED", "Lỗi, sẽ gửi lại"),
                            ("DEAD", "Không gửi được"),
                            ("CANCELLED", "Đã hủy"),
                        ],
                        default="QUEUED",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="số lần thử")),
                ("next_try_at", models.DateTimeField(help_text="Not before this instant.", verbose_name="gửi từ lúc")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="giữ đến")),
                ("error", models.CharField(blank=True, max_length=500, verbose_name="lỗi gần nhất")),
                ("created_at", models.DateTimeField(verbose_name="tạo lúc")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="gửi lúc")),
            ],
            options={
                "verbose_name": "thư gửi đi",
                "verbose_name_plural": "thư gửi đi",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["QUEUED", "FAILED", "SENDING"])),
                        fields=["next_try_at", "id"],
                        name="outbox_waiting",
                    ),
                    models.Index(fields=["ward_id", "-id"], name="outbox_by_ward"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "SENDING"), _negated=True),
                            ("lease_until__isnull", False),
                            _connector="OR",
                        ),
                        name="outbox_sending_has_lease",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "SENT"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="outbox_sent_has_time",
                    ),
                ],
            },
        ),
    ]

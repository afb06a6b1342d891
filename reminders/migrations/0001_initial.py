"""Planning jobs, digests and reminders."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directives", "0001_initial"),
        ("outbox", "0001_initial"),
        ("units", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(help_text="Chữ thường.", max_length=254, verbose_name="gửi tới")),
                ("name", models.CharField(max_length=160, verbose_name="người nhận")),
                ("post", models.CharField(blank=True, max_length=300, verbose_name="chức danh người nhận")),
                ("day", models.DateField(verbose_name="ngày")),
                ("planned_at", models.DateTimeField(verbose_name="lập lúc")),
                (
                    "mail",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="digest",
                        to="outbox.outgoingmail",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.member",
                    ),
                ),
                (
                    "ward",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
            ],
            options={
                "verbose_name": "thư tổng hợp",
            },
        ),
        migrations.CreateModel(
            name="PlanningRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="ngày")),
                (
                    "state",
                    models.CharField(
                        choices=[("QUEUED", "Chờ lập"), ("RUNNING", "Đang lập"), ("DONE", "Đã lập")],
                        default="QUEUED",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="số lần thử")),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="giữ đến")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="xong lúc")),
                ("letters", models.PositiveIntegerField(default=0, verbose_name="số thư")),
                (
                    "skipped",
                    models.JSONField(blank=True, default=dict, help_text="Reason → count.", verbose_name="bỏ qua"),
                ),
                (
                    "ward",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"),
                ),
            ],
            options={
                "verbose_name": "lần lập thư nhắc",
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("T-7", "Trước hạn 7 ngày"),
                            ("T-3", "Trước hạn 3 ngày"),
                            ("T-1", "Trước hạn 1 ngày"),
                            ("T0", "Ngày cuối"),
                            ("T+1", "Quá hạn 1 ngày"),
                            ("T+3", "Quá hạn 3 ngày"),
                        ],
                        max_length=10,
                        verbose_name="nấc nhắc",
                    ),
                ),
                ("due_at", models.DateTimeField(help_text="Hạn hiệu lực khi lập.", verbose_name="hạn")),
                ("address", models.EmailField(max_length=254, verbose_name="gửi tới")),
                ("dropped_at", models.DateTimeField(blank=True, null=True, verbose_name="bỏ lúc")),
                ("reason", models.CharField(blank=True, default="", max_length=255, verbose_name="lý do bỏ")),
                (
                    "digest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="reminders.digest"
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="directives.obligation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        help_text="Trống: nhắc chính người phải làm.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="units.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "nhắc việc",
            },
        ),
        migrations.AddIndex(
            model_name="digest",
            index=models.Index(fields=["ward", "-day"], name="digest_by_day"),
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.UniqueConstraint(fields=("ward", "address", "day"), name="one_digest_per_person_per_day"),
        ),
        migrations.AddConstraint(
            model_name="planningrun",
            constraint=models.UniqueConstraint(fields=("ward", "day"), name="one_planning_run_per_ward_and_day"),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(condition=models.Q(("dropped_at", None)), fields=["digest"], name="reminder_standing"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("obligation", "stage", "due_at", "address"), name="one_reminder_per_stage_and_deadline"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("dropped_at", None), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="dropped_reminder_has_reason",
            ),
        ),
    ]

"""Terms, signers and reasons as rows of a ward.

Not here: filling them with what the profile and the review kept (the next migrations of both apps).
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Empty tables."""

    dependencies = [("units", "0008_before_includes_day")]

    operations = [
        migrations.CreateModel(
            name="Reason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("RETURN", "Trả lại bài"), ("EXTEND", "Gia hạn"), ("WAIVE", "Cho miễn")],
                        max_length=8,
                        verbose_name="dùng khi",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="lý do")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True, verbose_name="đang dùng")),
                ("ward", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="units.unit")),
            ],
            options={
                "verbose_name": "lý do",
                "ordering": ("order", "pk"),
                "constraints": [models.UniqueConstraint(fields=("ward", "kind", "text"), name="reason_once")],
            },
        ),
        migrations.CreateModel(
            name="Signer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="họ và tên")),
                ("post", models.CharField(default="PHÓ BÍ THƯ THƯỜNG TRỰC", max_length=120, verbose_name="chức vụ khi ký")),
                ("authority", models.CharField(default="T/M BAN THƯỜNG VỤ", max_length=80, verbose_name="quyền hạn ký")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="ký từ ngày")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="thôi ký từ ngày")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="thứ tự")),
                ("ward", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="signers", to="units.unit")),
            ],
            options={
                "verbose_name": "người ký",
                "ordering": ("order", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_from", None),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="signer_dates_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, verbose_name="nhiệm kỳ")),
                ("starts_on", models.DateField(verbose_name="bắt đầu ngày")),
                ("ward", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="terms", to="units.unit")),
            ],
            options={
                "verbose_name": "nhiệm kỳ",
                "ordering": ("-starts_on",),
                "constraints": [models.UniqueConstraint(fields=("ward", "starts_on"), name="term_starts_once")],
            },
        ),
    ]

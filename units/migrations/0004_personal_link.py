"""Personal links of members without account.

Not here: what a link opens (app submissions).
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = [("units", "0003_profile_address_and_link_days")]

    operations = [
        migrations.CreateModel(
            name="PersonalLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_sha256", models.CharField(editable=False, max_length=64, unique=True)),
                ("note", models.CharField(blank=True, default="", max_length=80, verbose_name="ghi chú")),
                ("created_at", models.DateTimeField(verbose_name="tạo lúc")),
                (
                    "expires_at",
                    models.DateTimeField(help_text="Từ lúc này không dùng được nữa.", verbose_name="hết hạn lúc"),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="thu hồi lúc")),
                ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="dùng lần cuối")),
                ("use_count", models.PositiveIntegerField(default=0, verbose_name="số lần mở")),
                (
                    "sheet",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="Mã của lần tạo: một lần bấm tạo đúng một lần.",
                        max_length=36,
                        verbose_name="tờ phiếu",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="personal_links", to="units.member"
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "liên kết riêng",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("member",),
                        name="one_unrevoked_link_per_member",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("sheet", ""), _negated=True), fields=["sheet"], name="personal_link_by_sheet"
                    )
                ],
            },
        ),
    ]

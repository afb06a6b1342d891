"""Pages photographed for a duty and not handed in yet.

Not here: what was handed in (`0001_initial`).
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = [
        ("submissions", "0003_deposit_by_member"),
        ("directives", "0001_initial"),
        ("vault", "0002_quarantine"),
    ]

    operations = [
        migrations.CreateModel(
            name="PhotoPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("original_name", models.CharField(max_length=600, verbose_name="tên tệp gốc")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="thứ tự")),
                ("width", models.PositiveIntegerField(default=0, help_text="Điểm ảnh.")),
                ("height", models.PositiveIntegerField(default=0, help_text="Điểm ảnh.")),
                ("light", models.PositiveSmallIntegerField(default=255, help_text="Độ sáng trung bình, 0 đến 255.")),
                ("uploaded_at", models.DateTimeField()),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.blob"
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photo_pages",
                        to="directives.obligation",
                    ),
                ),
                (
                    "thumb",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.blob",
                    ),
                ),
            ],
            options={
                "verbose_name": "trang đã chụp",
                "ordering": ("order", "pk"),
                "indexes": [models.Index(fields=["obligation", "order"], name="submissions_obligat_f795d1_idx")],
            },
        ),
    ]

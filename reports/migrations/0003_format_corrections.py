"""Single values of the layout of papers as a ward's văn thư found them, over those of the product.

Not here: the values of the product (`reports.format_profiles`).
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """No corrections yet."""

    dependencies = [("reports", "0002_report_texts"), ("units", "0009_terms_signers_reasons")]

    operations = [
        migrations.CreateModel(
            name="FormatCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("profile", models.CharField(max_length=20, verbose_name="bộ thể thức")),
                (
                    "path",
                    models.CharField(
                        help_text="Như `reports.format_profiles.corrected` đọc.",
                        max_length=60,
                        verbose_name="giá trị",
                    ),
                ),
                ("value", models.JSONField()),
                (
                    "ward",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="units.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "giá trị thể thức của phường",
                "constraints": [
                    models.UniqueConstraint(fields=("ward", "profile", "path"), name="format_value_once")
                ],
            },
        ),
    ]

"""Days off of a ward's own over those that hold for the whole deployment.

Not here: which of two rows of a day counts (`directives.working_days`).
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Rows entered before hold for every ward, as they did."""

    dependencies = [("directives", "0001_initial"), ("units", "0009_terms_signers_reasons")]

    operations = [
        migrations.AlterModelOptions(
            name="dayoff", options={"ordering": ("day", "pk"), "verbose_name": "ngày nghỉ"}
        ),
        migrations.AddField(
            model_name="dayoff",
            name="ward",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="units.unit",
                verbose_name="phường",
            ),
        ),
        migrations.AlterField(model_name="dayoff", name="day", field=models.DateField(verbose_name="ngày")),
        migrations.AddConstraint(
            model_name="dayoff",
            constraint=models.UniqueConstraint(fields=("ward", "day"), name="day_off_once_per_ward"),
        ),
        migrations.AddConstraint(
            model_name="dayoff",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ward", None)), fields=("day",), name="day_off_once_for_all"
            ),
        ),
    ]

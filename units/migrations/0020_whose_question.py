"""A question says whom it is about, so that its answer holds for no namesake of the same year.

What was answered before is asked once more: those rows do not say it.
Not here: the question (`units.roster.doubts`).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; no row changes."""

    dependencies = [("units", "0019_problem_another")]

    operations = [
        migrations.AddField(
            model_name="importproblem",
            name="whose",
            field=models.BigIntegerField(default=0, help_text="Key of the member a question is about; 0 = none."),
        ),
    ]

"""An import from the terminal keeps its lines in one pack instead of a row each.

Not here: the pack (`units.line_packs`).
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Imports of before keep their rows."""

    dependencies = [("units", "0016_problem_along"), ("vault", "0004_missing")]

    operations = [
        migrations.AddField(
            "rosterimport",
            "record",
            models.ForeignKey(
                blank=True, help_text="Its lines as a pack, where nobody looked at them beforehand; else they are rows.",
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.blob",
            ),
        ),
    ]

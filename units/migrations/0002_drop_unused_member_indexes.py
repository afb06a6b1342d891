"""Drop two indexes of members that no query uses; each cost a third of the time of a big import.

Not here: what is searched how (`units.querysets`).
"""

from django.db import migrations


class Migration(migrations.Migration):
    """Keeps the index of the order of lists."""

    dependencies = [("units", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="member", name="units_membe_ward_id_8652e7_idx"),
        migrations.RemoveIndex(model_name="member", name="units_membe_ward_id_28f002_idx"),
    ]

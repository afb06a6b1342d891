"""A problem of a row that is left out for another problem says so, so that it is asked again when that one is gone.

Not here: the verb that says it (`services.imports`).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more answer; no row changes."""

    dependencies = [("units", "0015_former_names")]

    operations = [
        migrations.AlterField(
            "importproblem",
            "decision",
            models.CharField(
                blank=True, choices=[("", "Chưa quyết định"), ("ACCEPTED", "Nhận cách sửa"), ("PASSED", "Bỏ qua dòng"), ("ALONG", "Theo dòng bị bỏ qua")], default="", max_length=10,
            ),
        ),
    ]

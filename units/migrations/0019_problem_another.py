"""A problem may be a question, whether a person or unit is the same, and be answered with: another one.

Not here: the verb that says it (`services.imports`).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One more answer; no row changes."""

    dependencies = [("units", "0018_unusual_addresses")]

    operations = [
        migrations.AlterField(
            "importproblem",
            "decision",
            models.CharField(
                blank=True, choices=[("", "Chưa quyết định"), ("ACCEPTED", "Nhận cách sửa"), ("PASSED", "Bỏ qua dòng"), ("ANOTHER", "Là người khác, đơn vị khác"), ("ALONG", "Theo dòng bị bỏ qua")], default="", max_length=10,
            ),
        ),
    ]

"""Refused acts are one row in hundreds: found by index, not by reading the log from its end."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_search_and_time")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["result", "-seq"], name="audit_by_result"),
        ),
    ]

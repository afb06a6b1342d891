"""Bulk mail lets all other mail pass."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="outgoingmail",
            name="outbox_waiting",
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="is_bulk",
            field=models.BooleanField(
                default=False, help_text="Goes after every mail that is not.", verbose_name="thư hàng loạt"
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("state__in", ["QUEUED", "FAILED", "SENDING"])),
                fields=["is_bulk", "next_try_at", "id"],
                name="outbox_waiting",
            ),
        ),
    ]

"""Mails whose words are wiped when they have ended; those of accounts that ended before are wiped now."""

from django.db import migrations, models


def wipe(apps, schema_editor):
    mails = apps.get_model("outbox", "OutgoingMail").objects.filter(kind__startswith="account.")
    mails.update(secret_body=True)
    mails.filter(state__in=["SENT", "DEAD", "CANCELLED"]).update(text="", html="")


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0002_bulk_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="secret_body",
            field=models.BooleanField(
                default=False,
                help_text="What it says is good for its reader alone: wiped when it has ended.",
                verbose_name="nội dung bí mật",
            ),
        ),
        migrations.RunPython(wipe, migrations.RunPython.noop, elidable=True),
    ]

"""When the work of a roster import was asked for: what takes long tells its end by mail.

Not here: the mail (`import_mails`).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("units", "0010_move_term_and_signer")]

    operations = [
        migrations.AddField(
            model_name="rosterimport",
            name="waits_since",
            field=models.DateTimeField(
                blank=True, help_text="When `work` was asked for; kept when it ends.", null=True
            ),
        ),
    ]

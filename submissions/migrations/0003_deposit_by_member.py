"""Who confirmed without account: the member himself, through his personal link.

Not here: the link (app units).
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Earlier deposits came from accounts or by command: nobody."""

    dependencies = [("submissions", "0002_review_marks"), ("units", "0002_drop_unused_member_indexes")]

    operations = [
        migrations.AddField(
            model_name="deposit",
            name="submitted_by_member",
            field=models.ForeignKey(
                blank=True,
                help_text="Người nộp qua liên kết riêng.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.member",
            ),
        ),
    ]

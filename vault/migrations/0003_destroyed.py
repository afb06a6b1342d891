"""When the bytes of a content were destroyed by term.

Not here: who decides (app privacy).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = [
        ('vault', '0002_quarantine'),
    ]

    operations = [
        migrations.AddField(
            model_name='blob',
            name='destroyed_at',
            field=models.DateTimeField(blank=True, help_text='When its bytes were destroyed by term; the row bears witness.', null=True, verbose_name='hủy lúc'),
        ),
    ]

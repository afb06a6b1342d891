"""Drop six indexes of foreign keys whose column another index begins with; a big import wrote each of them in vain.

Not here: what is searched how (`units.querysets`).
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The foreign keys themselves stay."""

    dependencies = [
        ('units', '0012_neutral_address'),
    ]

    operations = [
        migrations.AlterField(
            model_name='appointment',
            name='position',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='units.position'),
        ),
        migrations.AlterField(
            model_name='exemption',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='exemptions', to='units.member'),
        ),
        migrations.AlterField(
            model_name='importline',
            name='roster_import',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='units.rosterimport'),
        ),
        migrations.AlterField(
            model_name='importproblem',
            name='roster_import',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='units.rosterimport'),
        ),
        migrations.AlterField(
            model_name='member',
            name='ward',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit'),
        ),
        migrations.AlterField(
            model_name='membership',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='units.unit'),
        ),
    ]

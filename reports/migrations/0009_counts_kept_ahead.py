"""The table of counts kept ahead; on PostgreSQL the triggers that write it, and a first count of what there is."""

import django.db.models.deletion
from django.db import migrations, models

from reports.counted_sql import INSTALL, RECOUNT_ALL, REMOVE


def keep_counts(apps, schema_editor):
    """Making a trigger holds writers back until the migration ends, so the first count misses nothing."""
    if schema_editor.connection.vendor == "postgresql":
        for statement in (*INSTALL, RECOUNT_ALL):
            schema_editor.execute(statement)


def keep_no_counts(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in REMOVE:
            schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('directives', '0024_numbers_by_day'),
        ('reports', '0008_replaced_sentences'),
        ('units', '0015_former_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='CountedWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(blank=True, max_length=10, verbose_name='kỳ')),
                ('due_at', models.DateTimeField(null=True, verbose_name='hạn hiệu lực')),
                ('certainty', models.CharField(choices=[('CERTAIN', 'Rõ'), ('CHECK', 'Rõ, nên xem lại'), ('EVENT', 'Theo ngày tổ chức'), ('TENTATIVE', 'Dự kiến'), ('NONE', 'Không có hạn')], max_length=10)),
                ('assigned', models.IntegerField()),
                ('waived', models.IntegerField()),
                ('submitted', models.IntegerField()),
                ('accepted', models.IntegerField()),
                ('returned', models.IntegerField()),
                ('on_time', models.IntegerField()),
                ('late', models.IntegerField()),
                ('awaiting', models.IntegerField()),
                ('newest', models.DateTimeField()),
                ('folded', models.BooleanField()),
                ('requirement', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='directives.requirement')),
                ('unit', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit')),
                ('ward', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'số đếm sẵn',
                'indexes': [models.Index(fields=['ward', 'requirement'], name='counted_ward'), models.Index(fields=['requirement', 'unit'], name='counted_pair'), models.Index(condition=models.Q(('folded', False)), fields=['id'], name='counted_to_fold')],
            },
        ),
        migrations.RunPython(keep_counts, keep_no_counts),
    ]

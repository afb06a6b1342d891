"""The list of what is overdue is read by an index of its own: in a ward and in a whole city."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directives', '0025_issue_proposals'),
        ('units', '0015_former_names'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(condition=models.Q(models.Q(('state', 'WAIVED'), _negated=True), ('first_submitted_at__isnull', True)), fields=['ward', 'due_at', 'id'], name='obligation_ward_missing'),
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(condition=models.Q(models.Q(('state', 'WAIVED'), _negated=True), ('first_submitted_at__isnull', True)), fields=['due_at', 'id'], name='obligation_missing'),
        ),
    ]

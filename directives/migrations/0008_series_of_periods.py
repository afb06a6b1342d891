from django.db import migrations, models


class Migration(migrations.Migration):
    """A requirement keeps the rule of its series; what was issued before is asked once."""

    dependencies = [
        ('directives', '0007_leave_the_audience'),
    ]

    operations = [
        migrations.AddField(
            model_name='requirement',
            name='recurrence',
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text='Quy tắc của chuỗi kỳ, xem directives/deadlines/periods.py.',
                verbose_name='kỳ lặp',
            ),
        ),
    ]

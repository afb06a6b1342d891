"""The number of opinions may be unsaid. A 0 of before stays a 0: whether somebody wrote it cannot be told any more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directives', '0028_index_when_extended'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sessionrecord',
            name='opinions',
            field=models.PositiveIntegerField(blank=True, help_text='Trống: không ghi.', null=True, verbose_name='số ý kiến'),
        ),
    ]

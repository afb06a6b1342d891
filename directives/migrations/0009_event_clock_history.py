from django.db import migrations, models


class Migration(migrations.Migration):
    """A clock set going by its event leaves the deadline before it in the history, as an extension does."""

    dependencies = [
        ('directives', '0008_series_of_periods'),
    ]

    operations = [
        migrations.AlterField(
            model_name='extension',
            name='cause',
            field=models.CharField(
                choices=[
                    ('EXTENDED', 'Gia hạn'),
                    ('AMENDED', 'Điều chỉnh hạn'),
                    ('CONFIRMED', 'Xác nhận hạn'),
                    ('EVENT', 'Hạn tính theo ngày tổ chức'),
                ],
                default='EXTENDED',
                max_length=10,
                verbose_name='vì',
            ),
        ),
    ]

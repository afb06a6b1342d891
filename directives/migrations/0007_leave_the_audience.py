from django.db import migrations, models


class Migration(migrations.Migration):
    """Two more reasons why an obligation is waived: its party is not addressed any more, its unit is closed."""

    dependencies = [
        ('directives', '0006_ending'),
    ]

    operations = [
        migrations.AlterField(
            model_name='obligation',
            name='waiver_reason',
            field=models.CharField(
                blank=True,
                choices=[
                    ('EXEMPT', 'Được miễn công tác và sinh hoạt đảng'),
                    ('LEFT', 'Không còn sinh hoạt tại đơn vị'),
                    ('OUTSIDE', 'Không còn thuộc đối tượng'),
                    ('CLOSED', 'Đơn vị đã giải thể'),
                    ('WITHDRAWN', 'Yêu cầu đã rút'),
                    ('DECIDED', 'Ban Xây dựng Đảng cho miễn'),
                ],
                default='',
                max_length=10,
            ),
        ),
    ]

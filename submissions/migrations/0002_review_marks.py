"""Marks of the review: a file set aside to look at again; the height of a page image.

Not here: the first tables (0001).
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('submissions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='pageimage',
            name='height',
            field=models.PositiveIntegerField(default=0, help_text='Điểm ảnh.'),
        ),
        migrations.AddField(
            model_name='submission',
            name='flagged_at',
            field=models.DateTimeField(blank=True, help_text='Để xem lại sau; không phải quyết định.', null=True, verbose_name='đánh dấu lúc'),
        ),
        migrations.AddField(
            model_name='submission',
            name='flagged_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đánh dấu'),
        ),
        migrations.AlterField(
            model_name='pageimage',
            name='width',
            field=models.PositiveIntegerField(help_text='Điểm ảnh; cỡ chữ ký là dải ảnh thấp nhất có chữ của trang.'),
        ),
    ]

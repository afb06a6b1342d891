"""Notices in the portal, to one account each."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0004_bounces'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='What it is, e.g. reminders.digest.', max_length=40, verbose_name='loại')),
                ('title', models.CharField(max_length=250, verbose_name='nội dung')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='chi tiết')),
                ('url', models.CharField(blank=True, help_text='Path inside the portal.', max_length=300, verbose_name='trang')),
                ('payload', models.JSONField(blank=True, default=list, help_text='What the writer asks again when shown.', verbose_name='dữ liệu')),
                ('dedupe_key', models.CharField(max_length=200, verbose_name='khóa chống trùng')),
                ('created_at', models.DateTimeField(verbose_name='lúc')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='đã đọc lúc')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'thông báo',
                'verbose_name_plural': 'thông báo',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('read_at', None)), fields=['user'], name='notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('user', 'dedupe_key'), name='one_notice_per_key')],
            },
        ),
    ]

"""The notice on personal data, version by version, and who has read which.

Not here: the words every ward begins with (`units.notice_text`).
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two tables."""

    dependencies = [
        ('units', '0005_invitations_and_known_browsers'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(verbose_name='lần')),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('accepted_at', models.DateTimeField(verbose_name='xác nhận lúc')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_acceptances', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'xác nhận đã đọc thông báo',
                'ordering': ('-accepted_at', '-pk'),
                'constraints': [models.UniqueConstraint(fields=('user', 'ward', 'sha256'), name='notice_accepted_once')],
            },
        ),
        migrations.CreateModel(
            name='NoticeText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(help_text='Từ 1; 0 là bản có sẵn của phần mềm.', verbose_name='lần')),
                ('text', models.TextField(verbose_name='nội dung')),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('published_at', models.DateTimeField(verbose_name='công bố lúc')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'thông báo về dữ liệu cá nhân',
                'ordering': ('-version',),
                'constraints': [models.UniqueConstraint(fields=('ward', 'version'), name='notice_version_once_per_ward')],
            },
        ),
    ]

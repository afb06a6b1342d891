"""Chasing letters, forwarding bundles with their papers and files, and the jobs that make them.

Not here: what they hold (`reports.models`).
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """New tables only; nothing that stands is touched."""

    dependencies = [
        ('directives', '0015_numbers_and_slots'),
        ('reports', '0003_format_corrections'),
        ('submissions', '0009_written_reports'),
        ('units', '0012_neutral_address'),
        ('vault', '0003_destroyed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='job',
            name='kind',
            field=models.CharField(choices=[('SUMMARY_REPORT', 'Lập báo cáo tổng hợp'), ('CHASING_LETTER', 'Lập công văn đôn đốc'), ('FORWARDING_BUNDLE', 'Lập gói chuyển tiếp')], max_length=20),
        ),
        migrations.CreateModel(
            name='ChasingLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='số liệu lúc')),
                ('number', models.PositiveIntegerField(blank=True, null=True, verbose_name='số công văn')),
                ('new_last_day', models.DateField(blank=True, null=True, verbose_name='hạn mới, nộp đến hết ngày')),
                ('figures', models.JSONField(default=dict, verbose_name='số liệu lúc lập')),
                ('format_profile', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField()),
                ('made_at', models.DateTimeField(blank=True, help_text='Lúc có đủ tệp; từ đó không đổi nữa.', null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('directive', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='chasing_letters', to='directives.directive')),
                ('docx', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.blob')),
                ('pdf', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.blob')),
                ('previous', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='reports.chasingletter')),
                ('requirement', models.ForeignKey(blank=True, help_text='Trống: mọi việc của văn bản.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directives.requirement')),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'công văn đôn đốc',
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.AddField(
            model_name='job',
            name='letter',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='reports.chasingletter'),
        ),
        migrations.CreateModel(
            name='ForwardingBundle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(verbose_name='đợt')),
                ('at', models.DateTimeField(verbose_name='bài duyệt đến lúc')),
                ('recipient', models.CharField(max_length=255, verbose_name='nơi nhận')),
                ('limit_mb', models.PositiveIntegerField(default=0, help_text='0: không chia.', verbose_name='mỗi tệp không quá (MB)')),
                ('number', models.PositiveIntegerField(blank=True, null=True, verbose_name='số công văn')),
                ('created_at', models.DateTimeField()),
                ('made_at', models.DateTimeField(blank=True, help_text='Lúc có đủ tệp.', null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('directive', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bundles', to='directives.directive')),
                ('requirement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directives.requirement')),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'gói chuyển tiếp',
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='BundlePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ARCHIVE', 'Gói ZIP'), ('MERGED', 'Bản gộp PDF'), ('INDEX', 'Danh mục Excel'), ('LIST', 'Danh mục in'), ('COVER', 'Công văn chuyển'), ('COVER_WORD', 'Công văn chuyển (Word)'), ('MANIFEST', 'Bảng mã SHA-256')], max_length=12)),
                ('order', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=255)),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.blob')),
                ('bundle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='reports.forwardingbundle')),
            ],
            options={
                'verbose_name': 'tệp của gói',
                'ordering': ('order', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='BundleItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('folder', models.CharField(max_length=255)),
                ('name', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('pages', models.PositiveIntegerField(null=True)),
                ('order', models.PositiveIntegerField()),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='submissions.submittedfile')),
                ('bundle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='reports.forwardingbundle')),
            ],
            options={
                'verbose_name': 'bài trong gói',
                'ordering': ('order',),
            },
        ),
        migrations.AddField(
            model_name='job',
            name='bundle',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='reports.forwardingbundle'),
        ),
        migrations.AddConstraint(
            model_name='chasingletter',
            constraint=models.CheckConstraint(condition=models.Q(('made_at', None), ('docx__isnull', False), _connector='OR'), name='made_letter_has_word'),
        ),
        migrations.AddConstraint(
            model_name='bundleitem',
            constraint=models.UniqueConstraint(fields=('bundle', 'file'), name='file_once_in_bundle'),
        ),
    ]

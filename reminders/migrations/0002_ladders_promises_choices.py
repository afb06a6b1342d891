"""Ladders of wards and requirements, promises, decisions about letters, texts, quiet choices, calendar feeds."""


import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('directives', '0014_ask_running_papers'),
        ('reminders', '0001_initial'),
        ('units', '0011_import_waits_since'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='reminder',
            name='stage',
            field=models.CharField(help_text='Xem stages.py.', max_length=10, verbose_name='nấc nhắc'),
        ),
        migrations.CreateModel(
            name='MailChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quiet', models.CharField(choices=[('ALL', 'Mọi nấc nhắc'), ('LATE', 'Chỉ từ trước hạn 1 ngày trở đi'), ('NONE', 'Không gửi thư, chỉ báo trên cổng')], default='ALL', max_length=5, verbose_name='thư nhắc')),
                ('hour', models.PositiveSmallIntegerField(default=7, verbose_name='giờ nhận thư')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail_choice', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'cách nhận thư nhắc',
            },
        ),
        migrations.CreateModel(
            name='CalendarEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(max_length=120)),
                ('due_at', models.DateTimeField(verbose_name='hạn đã báo')),
                ('summary', models.CharField(max_length=300, verbose_name='tên việc')),
                ('is_over', models.BooleanField(default=False, verbose_name='đã xong')),
                ('sequence', models.PositiveIntegerField(default=0, verbose_name='lần sửa')),
                ('changed_at', models.DateTimeField(verbose_name='đổi lúc')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'dòng của lịch hạn nộp',
                'constraints': [models.UniqueConstraint(fields=('user', 'uid'), name='one_calendar_entry_per_duty')],
            },
        ),
        migrations.CreateModel(
            name='CalendarLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret_hash', models.CharField(max_length=64, unique=True, verbose_name='mã băm')),
                ('created_at', models.DateTimeField(verbose_name='tạo lúc')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='thu hồi lúc')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='đọc gần nhất lúc')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_links', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'lịch hạn nộp',
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('user',), name='one_calendar_link_in_use')],
            },
        ),
        migrations.CreateModel(
            name='LadderSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField(blank=True, default=list, verbose_name='trước hạn (ngày)')),
                ('on_last_day', models.BooleanField(default=True, verbose_name='trong ngày cuối')),
                ('after', models.JSONField(blank=True, default=list, verbose_name='quá hạn (ngày)')),
                ('weeks', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MaxValueValidator(12)], verbose_name='sau đó mỗi tuần, nhiều nhất (lần)')),
                ('ask_after', models.PositiveSmallIntegerField(default=2, verbose_name='nhắc xác nhận sau (ngày làm việc)')),
                ('unit_from', models.SmallIntegerField(blank=True, null=True, verbose_name='báo bí thư từ')),
                ('cluster_from', models.SmallIntegerField(blank=True, null=True, verbose_name='báo phụ trách cụm từ')),
                ('call_from', models.SmallIntegerField(blank=True, null=True, verbose_name='đưa vào phiếu gọi từ')),
                ('changed_at', models.DateTimeField(verbose_name='đổi lúc')),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requirement', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='ladder_setting', to='directives.requirement', verbose_name='yêu cầu')),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'các nấc nhắc',
                'constraints': [models.UniqueConstraint(condition=models.Q(('requirement', None)), fields=('ward',), name='one_ladder_per_ward')],
            },
        ),
        migrations.CreateModel(
            name='LetterText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=20, verbose_name='đoạn')),
                ('words', models.TextField(blank=True, verbose_name='lời')),
                ('changed_at', models.DateTimeField(verbose_name='đổi lúc')),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'lời thư',
                'constraints': [models.UniqueConstraint(fields=('ward', 'key'), name='one_text_per_ward_and_key')],
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='hứa nộp ngày')),
                ('note', models.CharField(blank=True, max_length=255, verbose_name='ghi chú')),
                ('at', models.DateTimeField(verbose_name='ghi lúc')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('obligation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='directives.obligation')),
            ],
            options={
                'verbose_name': 'hẹn nộp',
                'indexes': [models.Index(fields=['day'], name='promise_by_day')],
            },
        ),
        migrations.CreateModel(
            name='Ruling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(help_text='Chữ thường.', max_length=254, verbose_name='gửi tới')),
                ('name', models.CharField(blank=True, max_length=160, verbose_name='người nhận')),
                ('kind', models.CharField(choices=[('STRIKE', 'Bỏ thư của ngày'), ('HOLD', 'Tạm giữ')], max_length=6, verbose_name='quyết định')),
                ('first_day', models.DateField(verbose_name='từ ngày')),
                ('last_day', models.DateField(verbose_name='đến hết ngày')),
                ('at', models.DateTimeField(verbose_name='ghi lúc')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'quyết định về thư nhắc',
                'constraints': [models.UniqueConstraint(fields=('ward', 'address', 'kind', 'first_day'), name='one_ruling_per_day'), models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='ruling_ends_after_start')],
            },
        ),
    ]

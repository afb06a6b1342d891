"""Requests for a correction, terms of keeping, holds, records of destruction.

Not here: what a class of data holds (`privacy.retention_classes`).
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The first tables."""

    initial = True

    dependencies = [
        ('directives', '0001_initial'),
        ('units', '0006_privacy_notice'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='lý do')),
                ('placed_at', models.DateTimeField(verbose_name='đặt lúc')),
                ('directive', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='hold', to='directives.directive')),
                ('placed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'lệnh không hủy',
            },
        ),
        migrations.CreateModel(
            name='CorrectionRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact', models.CharField(choices=[('FULL_NAME', 'Họ và tên (cách viết)'), ('BIRTH_YEAR', 'Năm sinh'), ('EMAIL', 'Thư điện tử'), ('PHONE', 'Số điện thoại'), ('UNIT', 'Nơi sinh hoạt'), ('POSITION', 'Chức vụ'), ('STATUS', 'Tình trạng đảng viên'), ('EXEMPTION', 'Miễn sinh hoạt'), ('OTHER', 'Thông tin khác')], max_length=12, verbose_name='thông tin cần sửa')),
                ('current', models.CharField(blank=True, max_length=300, verbose_name='đang ghi')),
                ('proposed', models.CharField(max_length=300, verbose_name='đề nghị sửa thành')),
                ('reason', models.CharField(blank=True, max_length=600, verbose_name='lý do')),
                ('asked_at', models.DateTimeField(verbose_name='đề nghị lúc')),
                ('state', models.CharField(choices=[('OPEN', 'Chờ trả lời'), ('ACCEPTED', 'Đã đồng ý'), ('REFUSED', 'Không đồng ý')], default='OPEN', max_length=8)),
                ('answer', models.CharField(blank=True, max_length=600, verbose_name='trả lời')),
                ('is_applied', models.BooleanField(default=False, verbose_name='đã sửa vào danh bạ')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='trả lời lúc')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='correction_requests', to='units.member')),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'đề nghị sửa thông tin',
                'ordering': ('-asked_at', '-pk'),
                'indexes': [models.Index(fields=['ward', 'state', 'asked_at'], name='correction_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state', 'OPEN'), ('decided_at__isnull', False), _connector='OR'), name='decided_correction_has_time')],
            },
        ),
        migrations.CreateModel(
            name='DeletionRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='số')),
                ('data_class', models.CharField(choices=[('PAPERS', 'Tệp bài nộp của văn bản đã kết thúc'), ('STAGED', 'Tệp tải lên mà chưa nộp'), ('PAGE_IMAGES', 'Ảnh trang để duyệt bài'), ('MAILS', 'Nội dung thư đã gửi'), ('SESSIONS', 'Phiên đăng nhập đã kết thúc'), ('CONTACTS', 'Liên hệ của người đã ra khỏi danh sách'), ('LINKS', 'Liên kết riêng đã hết hạn hoặc thu hồi'), ('REPORT_DRAFTS', 'Bản nháp báo cáo tổng hợp')], max_length=14, verbose_name='loại dữ liệu')),
                ('term_days', models.PositiveIntegerField(help_text='Số ngày.', verbose_name='thời hạn')),
                ('decided_on', models.CharField(blank=True, max_length=160, verbose_name='theo quyết định')),
                ('due_before', models.DateTimeField(verbose_name='hết hạn trước lúc')),
                ('count', models.PositiveIntegerField(verbose_name='số lượng')),
                ('items', models.JSONField(default=list, help_text='Nhãn từng mục; tệp có mã phiếu và SHA-256.', verbose_name='danh mục')),
                ('destroyed_at', models.DateTimeField(verbose_name='hủy lúc')),
                ('destroyed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'biên bản hủy',
                'ordering': ('-destroyed_at', '-pk'),
                'constraints': [models.UniqueConstraint(fields=('ward', 'number'), name='deletion_record_number_once')],
            },
        ),
        migrations.CreateModel(
            name='RetentionTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data_class', models.CharField(choices=[('PAPERS', 'Tệp bài nộp của văn bản đã kết thúc'), ('STAGED', 'Tệp tải lên mà chưa nộp'), ('PAGE_IMAGES', 'Ảnh trang để duyệt bài'), ('MAILS', 'Nội dung thư đã gửi'), ('SESSIONS', 'Phiên đăng nhập đã kết thúc'), ('CONTACTS', 'Liên hệ của người đã ra khỏi danh sách'), ('LINKS', 'Liên kết riêng đã hết hạn hoặc thu hồi'), ('REPORT_DRAFTS', 'Bản nháp báo cáo tổng hợp')], max_length=14, verbose_name='loại dữ liệu')),
                ('days', models.PositiveIntegerField(blank=True, help_text='Trống: không hủy.', null=True, verbose_name='số ngày')),
                ('decided_on', models.CharField(blank=True, max_length=160, verbose_name='theo quyết định')),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'thời hạn lưu trữ',
                'constraints': [models.UniqueConstraint(fields=('ward', 'data_class'), name='one_term_per_ward_and_class')],
            },
        ),
    ]

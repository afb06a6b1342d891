"""Roster files get a term of keeping; what is past its term is proposed once a day and ward.

Not here: the terms (`privacy.retention_classes`).
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table, one class more."""

    dependencies = [
        ('privacy', '0002_photographs_never_handed_in'),
        ('units', '0012_neutral_address'),
    ]

    operations = [
        migrations.AlterField(
            model_name='deletionrecord',
            name='data_class',
            field=models.CharField(choices=[('PAPERS', 'Tệp bài nộp của văn bản đã kết thúc'), ('STAGED', 'Tệp tải lên mà chưa nộp'), ('PHOTOS', 'Ảnh chụp qua liên kết riêng mà chưa nộp'), ('PAGE_IMAGES', 'Ảnh trang để duyệt bài'), ('MAILS', 'Nội dung thư đã gửi'), ('SESSIONS', 'Phiên đăng nhập đã kết thúc'), ('CONTACTS', 'Liên hệ của người đã ra khỏi danh sách'), ('LINKS', 'Liên kết riêng đã hết hạn hoặc thu hồi'), ('IMPORTS', 'Tệp danh sách đã nhập hoặc đã bỏ, và đường hoàn tác'), ('REPORT_DRAFTS', 'Bản nháp báo cáo tổng hợp')], max_length=14, verbose_name='loại dữ liệu'),
        ),
        migrations.AlterField(
            model_name='retentionterm',
            name='data_class',
            field=models.CharField(choices=[('PAPERS', 'Tệp bài nộp của văn bản đã kết thúc'), ('STAGED', 'Tệp tải lên mà chưa nộp'), ('PHOTOS', 'Ảnh chụp qua liên kết riêng mà chưa nộp'), ('PAGE_IMAGES', 'Ảnh trang để duyệt bài'), ('MAILS', 'Nội dung thư đã gửi'), ('SESSIONS', 'Phiên đăng nhập đã kết thúc'), ('CONTACTS', 'Liên hệ của người đã ra khỏi danh sách'), ('LINKS', 'Liên kết riêng đã hết hạn hoặc thu hồi'), ('IMPORTS', 'Tệp danh sách đã nhập hoặc đã bỏ, và đường hoàn tác'), ('REPORT_DRAFTS', 'Bản nháp báo cáo tổng hợp')], max_length=14, verbose_name='loại dữ liệu'),
        ),
        migrations.CreateModel(
            name='RetentionProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='ngày')),
                ('counts', models.JSONField(default=dict, help_text='Class → how many; those destroyed since are taken out.', verbose_name='số mục')),
                ('ward', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='units.unit')),
            ],
            options={
                'verbose_name': 'đề nghị hủy',
                'constraints': [models.UniqueConstraint(fields=('ward', 'day'), name='one_retention_proposal_a_day')],
            },
        ),
    ]

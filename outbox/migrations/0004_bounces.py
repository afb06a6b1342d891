"""Returned mails, and addresses nothing should go to."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0003_secret_bodies'),
    ]

    operations = [
        migrations.CreateModel(
            name='BadAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(help_text='Chữ thường.', max_length=254, unique=True, verbose_name='địa chỉ')),
                ('reason', models.CharField(max_length=500, verbose_name='lời của máy chủ thư')),
                ('since', models.DateTimeField(verbose_name='từ lúc')),
            ],
            options={
                'verbose_name': 'địa chỉ hỏng',
                'verbose_name_plural': 'địa chỉ hỏng',
            },
        ),
        migrations.AddField(
            model_name='outgoingmail',
            name='bounced_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='bị trả về lúc'),
        ),
        migrations.AlterField(
            model_name='outgoingmail',
            name='state',
            field=models.CharField(choices=[('QUEUED', 'Chờ gửi'), ('SENDING', 'Đang gửi'), ('SENT', 'Đã gửi'), ('FAILED', 'Lỗi, sẽ gửi lại'), ('DEAD', 'Không gửi được'), ('CANCELLED', 'Đã hủy'), ('BOUNCED', 'Bị trả về')], default='QUEUED', max_length=10, verbose_name='trạng thái'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'BOUNCED'), _negated=True), ('bounced_at__isnull', False), _connector='OR'), name='outbox_bounced_has_time'),
        ),
        migrations.AddField(
            model_name='badaddress',
            name='mail',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='outbox.outgoingmail'),
        ),
    ]

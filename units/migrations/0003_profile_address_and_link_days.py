"""How the ward addresses its members, and how many days a personal link lasts.

Not here: the links (`0004_personal_link`).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Defaults are those of the product."""

    dependencies = [("units", "0002_drop_unused_member_indexes")]

    operations = [
        migrations.AddField(
            model_name="committeeprofile",
            name="form_of_address",
            field=models.CharField(
                default="bác",
                help_text="Trên trang mở bằng liên kết riêng.",
                max_length=20,
                verbose_name="xưng hô với đảng viên",
            ),
        ),
        migrations.AddField(
            model_name="committeeprofile",
            name="link_days",
            field=models.PositiveSmallIntegerField(
                default=90, help_text="Số ngày kể từ ngày tạo.", verbose_name="liên kết riêng dùng được"
            ),
        ),
    ]

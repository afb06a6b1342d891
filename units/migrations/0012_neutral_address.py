"""A new ward addresses its members as comrades, not as elders; a ward that has its own word keeps it.

Not here: changing the word (the page of the committee's identity).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The default alone."""

    dependencies = [("units", "0011_import_waits_since")]

    operations = [
        migrations.AlterField(
            model_name="committeeprofile",
            name="form_of_address",
            field=models.CharField(
                default="đồng chí",
                help_text="Trên trang mở bằng liên kết riêng.",
                max_length=20,
                verbose_name="xưng hô với đảng viên",
            ),
        ),
    ]

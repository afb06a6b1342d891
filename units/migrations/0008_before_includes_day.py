"""How a ward counts "trước ngày X": the law leaves X out, a committee may take it in.

Not here: reading phrases (app directives).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Every ward keeps to the law until its office says otherwise."""

    dependencies = [("units", "0007_roster_imports")]

    operations = [
        migrations.AddField(
            model_name="committeeprofile",
            name="before_includes_day",
            field=models.BooleanField(
                default=False,
                help_text="Theo luật (BLDS 2015) thì ngày X không tính.",
                verbose_name="“trước ngày X” tính cả ngày X",
            ),
        ),
    ]

"""Where one ward runs the portal, the days off entered so far become its own, so that its office can change them.

Not here: deployments of several wards: there the rows go on holding for all.
"""

from typing import Any

from django.db import migrations


def hand_over(apps: Any, schema_editor: Any) -> None:
    """A deployment without a ward, or with two, is left alone."""
    wards = list(apps.get_model("units", "CommitteeProfile").objects.values_list("unit_id", flat=True)[:2])
    if len(wards) == 1:
        apps.get_model("directives", "DayOff").objects.filter(ward=None).update(ward=wards[0])


class Migration(migrations.Migration):
    """Changes no date: the same days are off."""

    dependencies = [("directives", "0002_days_off_of_wards")]

    operations = [migrations.RunPython(hand_over, migrations.RunPython.noop)]

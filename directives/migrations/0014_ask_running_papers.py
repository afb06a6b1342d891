"""Units that already answer for work of an issued paper are asked to confirm it, from the day it was issued.

Not here: the table (0013).
"""

from django.db import migrations


def ask(apps, schema_editor):
    obligation = apps.get_model("directives", "Obligation")
    acknowledgement = apps.get_model("directives", "Acknowledgement")
    pairs = (
        obligation.objects.exclude(requirement__directive__issued_at=None)
        .order_by()
        .values_list("requirement__directive", "unit", "requirement__directive__issued_at")
        .distinct()
    )
    rows = [acknowledgement(directive_id=paper, unit_id=unit, asked_at=issued) for paper, unit, issued in pairs]
    acknowledgement.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("directives", "0013_acknowledgements")]
    operations = [migrations.RunPython(ask, migrations.RunPython.noop)]

"""The reasons for sending back move to the ward's catalogues, where those of other decisions stand too.

Not here: the catalogue's table (app units).
"""

from typing import Any

from django.db import migrations


def move(apps: Any, schema_editor: Any) -> None:
    """Same words, same order, same state."""
    reasons = apps.get_model("units", "Reason").objects
    for row in apps.get_model("submissions", "ReturnReason").objects.all():
        reasons.create(ward_id=row.ward_id, kind="RETURN", text=row.text, order=row.order, is_active=row.is_active)


class Migration(migrations.Migration):
    """Rows first, then the old table goes."""

    dependencies = [("submissions", "0004_photo_page"), ("units", "0009_terms_signers_reasons")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name="ReturnReason"),
    ]

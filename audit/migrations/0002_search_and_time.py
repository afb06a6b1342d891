"""What the log is searched by: labels without accents, and the time of writing.

Existing rows get their text once, with the triggers off; it is made from the row and is no part of its hash. On SQLite
adding a column makes the table anew, so the triggers are put on again at the end on either engine.
"""

from django.db import migrations, models

import audit.triggers
from audit.chain import search_text


def take_triggers_off(apps, schema_editor):
    audit.triggers.remove(schema_editor.connection)


def put_triggers_on(apps, schema_editor):
    audit.triggers.remove(schema_editor.connection)
    audit.triggers.install(schema_editor.connection)


def fill(apps, schema_editor):
    entries = apps.get_model("audit", "AuditEntry").objects
    batch = []
    for entry in entries.only("seq", "actor_label", "obj_label").iterator(chunk_size=2000):
        entry.search = search_text(entry.actor_label, entry.obj_label)
        batch.append(entry)
        if len(batch) == 2000:
            entries.bulk_update(batch, ["search"], batch_size=500)
            batch = []
    entries.bulk_update(batch, ["search"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_audit_log")]

    operations = [
        migrations.RunPython(take_triggers_off, put_triggers_on),
        migrations.AddField(
            model_name="auditentry",
            name="search",
            field=models.CharField(
                default="",
                editable=False,
                help_text="Người và đối tượng bỏ dấu, để tìm; made from the row itself, so no part of the hash.",
                max_length=600,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["recorded_at"], name="audit_by_time"),
        ),
        migrations.RunPython(put_triggers_on, take_triggers_off),
    ]

"""The key by which persons are sorted is ASCII made to be compared byte by byte (`vietnamese.collation`).

PostgreSQL compares a column by the database's locale unless told otherwise, which takes several times as long in the index
of a hundred thousand names; the order is the same. SQLite compares bytes anyway.
"""

from django.db import migrations

_BYTES = 'ALTER TABLE units_member ALTER COLUMN sort_key TYPE varchar(400) COLLATE "C"'
_LOCALE = 'ALTER TABLE units_member ALTER COLUMN sort_key TYPE varchar(400) COLLATE "default"'


def _on_postgresql(statement):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("units", "0020_whose_question")]
    operations = [migrations.RunPython(_on_postgresql(_BYTES), _on_postgresql(_LOCALE), elidable=False)]

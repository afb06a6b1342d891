"""A row inserted by a statement that is written once for its model.

Not here: rows in bulk (Django's `bulk_create` is as good there), rows whose columns the database itself computes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery


class _Written(NamedTuple):
    fields: tuple[Any, ...]
    sql: str
    given: tuple[Any, ...]
    """Columns that the database gives, in their order."""


_written: dict[tuple[Any, ...], _Written] = {}


def insert(row: models.Model, *, unless_there: bool = False) -> bool:
    """As `row.save(force_insert=True)`, without signals (there are none between our apps) and the model's own `save`.

    A key that the database gives is on the row afterwards. `unless_there`: False, and nothing is done, when another row
    has its unique values (one that is being written is waited for); only for rows without a key of their own.
    Raises TypeError for a value that the database is to compute.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    kind = (type(row), connection.vendor, row.pk is None, unless_there)
    written = _written.get(kind) or _written.setdefault(kind, _write(row, unless_there=unless_there))
    values = [one.get_db_prep_save(one.pre_save(row, add=True), connection) for one in written.fields]
    if any(hasattr(value, "resolve_expression") for value in values):
        raise TypeError("a value that the database is to compute")
    with connection.cursor() as cursor:
        cursor.execute(written.sql, values)
        given = cursor.fetchone() if written.given else ()
    if given is None:
        return False
    for one, value in zip(written.given, given, strict=True):
        setattr(row, one.attname, value)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return True


def _write(row: models.Model, *, unless_there: bool) -> _Written:
    meta = row._meta
    is_keyless = row.pk is None
    fields = tuple(one for one in meta.local_concrete_fields if not (is_keyless and one is meta.auto_field))
    query = InsertQuery(type(row), on_conflict=OnConflict.IGNORE if unless_there else None)
    query.insert_values(fields, [row])
    compiler = query.get_compiler(using=DEFAULT_DB_ALIAS)
    compiler.returning_fields = given = tuple(meta.db_returning_fields) if is_keyless else ()
    ((sql, _),) = compiler.as_sql()
    return _Written(fields, sql, given)

"""Inserting many plain rows at once: the database's own quick way, without a model object per row.

Both engines have their branch. What a model would do (defaults, keys, validation) is the caller's business;
constraints of the database hold as always.
Not here: what is inserted (`roster_writing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection, models
from psycopg2.extras import execute_values

PAGE = 2000  # rows in one statement on PostgreSQL


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """`count` new primary keys that nobody else will get; call it inside the transaction that inserts them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(sequence, [table, model._meta.pk.column, count])
            return [row[0] for row in cursor.fetchall()]
        # SQLite lets one transaction write at a time, and AUTOINCREMENT never gives a number twice.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return list(range(last + 1, last + 1 + count))


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert `rows`, values in the order of `fields` (names of the model's fields).

    Days may be `date`: they are turned into what the engine stores. Raises IntegrityError.
    """
    columns = [str(cast(models.Field, model._meta.get_field(name)).column) for name in fields]
    quote = connection.ops.quote_name
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES "  # noqa: S608 (names of our own columns, quoted)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors:
                execute_values(cursor.cursor, f"{into}%s", rows, page_size=PAGE)
        else:
            cursor.executemany(f"{into}({', '.join(['%s'] * len(columns))})", rows)

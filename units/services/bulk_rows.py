"""Inserting many plain rows at once: the database's own quick way, without a model object per row.

Both engines have their branch: COPY on PostgreSQL, one prepared statement on SQLite. What a model would do (defaults,
keys, validation) is the caller's business; constraints of the database hold as always.
Not here: what is inserted (`roster_writing`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, cast

from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


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

    Values are texts, numbers, days as `connection.ops.adapt_datefield_value` gives them, or None.
    Raises IntegrityError.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    names = [str(cast(models.Field, model._meta.get_field(name)).column) for name in fields]
    table, columns = quote(model._meta.db_table), ", ".join(map(quote, names))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors:
                cursor.cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", _copy_text(rows))
        else:
            marks = ", ".join(["%s"] * len(names))
            # The names are those of our own models, quoted; values travel as parameters.
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Tell the planner of PostgreSQL what a big import has put into the tables; SQLite plans without."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in tables:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _copy_text(rows: Sequence[Sequence[Any]]) -> io.StringIO:
    """Rows in the text format of COPY: tabs between columns, \\N for nothing, control characters escaped."""
    return io.StringIO("".join("\t".join(map(_copied, row)) + "\n" for row in rows))


def _copied(value: Any) -> str:
    return "\\N" if value is None else str(value).translate(_ESCAPES)

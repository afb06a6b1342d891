"""Inserting many plain rows at once: the database's own quick way, without a model object per row.

Both engines have their branch: COPY on PostgreSQL, one prepared statement on SQLite. What a model would do (defaults,
keys, validation) is the caller's business; constraints of the database hold as always.
Not here: what is inserted (`roster_writing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, cast

from django.db import connection, models

_BATCH = 1000  # rows made and handed over at a time
_PAGES_AT_HAND = 16 * 2**10  # KiB
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@contextmanager
def many_rows_to_come() -> Iterator[None]:
    """In the block SQLite keeps 16 MiB of pages at hand instead of 2: else the indexes of a hundred thousand rows are
    written out and read back again and again. PostgreSQL has memory of its own.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        [usual] = cursor.fetchone()
        cursor.execute(f"PRAGMA cache_size = -{_PAGES_AT_HAND}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {usual}")


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


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert `rows`, values in the order of `fields` (names of the model's fields).

    Values are texts, numbers, days as `connection.ops.adapt_datefield_value` gives them, or None. The rows may be made
    while they are inserted (the server takes some in while the next are made); making them must not ask the database.
    Raises IntegrityError.
    """
    quote = connection.ops.quote_name
    names = [str(cast(models.Field, model._meta.get_field(name)).column) for name in fields]
    table, columns = quote(model._meta.db_table), ", ".join(map(quote, names))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors:
                cursor.cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", _CopyText(rows))
        else:
            marks = ", ".join(["%s"] * len(names))
            for batch in batches(rows, _BATCH):
                # The names are those of our own models, quoted; values travel as parameters.
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", batch)  # noqa: S608


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Tell the planner of PostgreSQL what a big import has put into the tables; SQLite plans without."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for model in tables:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most `size` items."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


class _CopyText:
    """Rows as a file in the text format of COPY, a batch at every reading: tabs between columns, \\N for nothing."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._batches = batches(rows, _BATCH)

    def read(self, _size: int) -> str:
        return _copied(next(self._batches, []))


def _copied(rows: Sequence[tuple[Any, ...]]) -> str:
    """Looking at every character would take longer than all the rest, so they are counted: only a batch with a control
    character or a backslash in some value is escaped.
    """
    if not rows:
        return ""
    pattern = "\t".join(["%s"] * len(rows[0])) + "\n"
    missing = sum(row.count(None) for row in rows)
    filled = [tuple("\\N" if value is None else value for value in row) for row in rows] if missing else rows
    text = "".join([pattern % row for row in filled])
    separators = (text.count("\t"), text.count("\n"), text.count("\r"), text.count("\\"))
    if separators == (len(rows) * (len(rows[0]) - 1), len(rows), 0, missing):
        return text
    return "".join("\t".join(map(_escaped, row)) + "\n" for row in rows)


def _escaped(value: Any) -> str:
    return "\\N" if value is None else str(value).translate(_ESCAPES)

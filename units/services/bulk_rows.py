"""Inserting many plain rows at once: the database's own quick way, without a model object per row.

Both engines have their branch: COPY on PostgreSQL, prepared statements of many rows on SQLite. What a model would do (defaults,
keys, validation) is the caller's business; constraints of the database hold as always.
Not here: what is inserted (`roster_writing`), inserting beside the work that makes the rows (`side_writer`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, cast

from django.db import connection, models

_BATCH = 1000  # rows made and handed over at a time
_PAGES_AT_HAND = 16 * 2**10  # KiB
_NOTHING = str(None)  # as None is written when a row is put into a pattern
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


def take_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """`count` new primary keys that nobody else will get, ascending; call it inside the transaction that inserts them.

    SQLite counts by what is inserted: there they must be used before more of the same table are taken.
    """
    with connection.cursor() as cursor:
        return ids_taken(cursor, model, count)


def ids_taken(cursor: Any, model: type[models.Model], count: int) -> Sequence[int]:
    """As `take_ids`, by this cursor, Django's or the driver's."""
    if not count:
        return ()
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        # Asked by name first: within the other statement the server would look the sequence up for every number.
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, model._meta.pk.column])
        [sequence] = cursor.fetchone()
        # Mostly nobody takes one in between: then the first and the last say it all, and a hundred thousand numbers
        # need not travel.
        cursor.execute(
            "WITH taken AS MATERIALIZED (SELECT nextval(%s::regclass) AS id FROM generate_series(1, %s)) "
            "SELECT min(id), max(id), CASE WHEN max(id) - min(id) >= count(*) THEN array_agg(id ORDER BY id) END "
            "FROM taken",
            [sequence, count],
        )
        first, last, one_by_one = cursor.fetchone()
        return one_by_one or range(first, last + 1)
    # SQLite lets one transaction write at a time, and AUTOINCREMENT never gives a number twice.
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    last = (cursor.fetchone() or (0,))[0]
    return range(last + 1, last + 1 + count)


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Insert `rows`, values in the order of `fields` (names of the model's fields).

    Values are texts, numbers, days as `connection.ops.adapt_datefield_value` gives them, or None. The rows may be made
    while they are inserted (the server takes some in while the next are made); making them must not ask the database.
    Raises IntegrityError.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.wrap_database_errors:
                cursor.cursor.copy_expert(copy_statement(model, fields), _CopyText(rows))
            return
        table, columns = _names(model, fields)
        # A statement of one row looks up and writes down the last key anew for each; a statement of many, once for all.
        together = max(1, connection.features.max_query_params // len(fields))
        one = f"({', '.join(['%s'] * len(fields))})"
        # The names are those of our own models, quoted; values travel as parameters.
        insert = f"INSERT INTO {table} ({columns}) VALUES "  # noqa: S608
        rest: list[tuple[Any, ...]] = []
        # One call a batch: executemany() of Django keeps every row it was given until the last is written.
        many = insert + ", ".join([one] * together)
        for batch in batches(rows, together):
            if len(batch) < together:
                rest.extend(batch)
            else:
                cursor.execute(many, list(chain.from_iterable(batch)))
        cursor.executemany(insert + one, rest)


def copy_statement(model: type[models.Model], fields: Sequence[str]) -> str:
    """PostgreSQL's statement that takes rows in as `copied` writes them."""
    table, columns = _names(model, fields)
    return f"COPY {table} ({columns}) FROM STDIN WITH (NULL '{_NOTHING}')"


def copied(rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    """Rows in the text format of COPY, a batch at a time: tabs between columns, `_NOTHING` for nothing."""
    return map(_copied, batches(rows, _BATCH))


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Tell the planner of PostgreSQL what a big import has put into the tables; SQLite plans without."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(analyze_statement(tables))


def analyze_statement(tables: Iterable[type[models.Model]]) -> str:
    """PostgreSQL's statement that looks at `tables`, as closely as the server does by itself: a rougher look at a table of
    which less than a tenth is new would stand, and columns left out would count as wide as they may become. A table that
    another import has just looked at is passed over: waiting for its end could be waiting in a circle, for the log.
    """
    return f"ANALYZE (SKIP_LOCKED) {', '.join(connection.ops.quote_name(model._meta.db_table) for model in tables)}"


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most `size` items."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _names(model: type[models.Model], fields: Sequence[str]) -> tuple[str, str]:
    """Table and columns, quoted."""
    quote = connection.ops.quote_name
    columns = [str(cast(models.Field, model._meta.get_field(name)).column) for name in fields]
    return quote(model._meta.db_table), ", ".join(map(quote, columns))


class _CopyText:
    """The text of `copied` as a file, a batch at every reading."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._texts = copied(rows)

    def read(self, _size: int) -> str:
        return next(self._texts, "")


def _copied(rows: Sequence[tuple[Any, ...]]) -> str:
    """Looking at every character would take longer than all the rest, so they are counted: only a batch is escaped that
    has a control character, a backslash or the word for nothing in some value.
    """
    if not rows:
        return ""
    pattern = "\t".join(["%s"] * len(rows[0])) + "\n"
    text = "".join(map(pattern.__mod__, rows))
    missing = sum(row.count(None) for row in rows)
    found = text.count("\t"), text.count("\n"), text.count("\r"), text.count("\\"), text.count(_NOTHING)
    if found == (len(rows) * (len(rows[0]) - 1), len(rows), 0, 0, missing):
        return text
    return "".join("\t".join(map(_escaped, row)) + "\n" for row in rows)


def _escaped(value: Any) -> str:
    if value is None:
        return _NOTHING
    # COPY looks for the word before it undoes the escapes.
    return "\\x4eone" if value == _NOTHING else str(value).translate(_ESCAPES)

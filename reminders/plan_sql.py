"""Statements of a plan's rows, as both databases take them: tables of the connection, lists in one parameter, instants, order.

Not here: the rows themselves (`plan_rows.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models


def run(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of the statement; none of one that has none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params or None)
        return cursor.fetchall() if cursor.description else []


def make_table(table: str, sql: str, params: Sequence[Any], *, looked_up: str = "") -> None:
    """The rows of the statement as a table of this connection alone, in place of the one before. Two queries.

    `looked_up`: the columns by which rows are found, if PostgreSQL need not look at all of them.
    """
    run(f"DROP TABLE IF EXISTS {table}")
    # else PostgreSQL takes the table for nearly empty and compares every row of it with every other
    columns = f" ({looked_up})" if looked_up else ""
    counted = f"; ANALYZE {table}{columns}" if connection.vendor == "postgresql" else ""
    run(f"CREATE TEMPORARY TABLE {table} AS {sql}{counted}", params)


def instant_type() -> str:
    """The type of an instant."""
    return "timestamptz" if connection.vendor == "postgresql" else "text"


def in_order(column: str) -> str:
    """Texts as Python orders them."""
    return f'{column} COLLATE "C"' if connection.vendor == "postgresql" else column


@lru_cache(maxsize=1024)  # thousands of debts share a few deadlines
def instant_of(value: datetime | str) -> datetime:
    """An instant as the database gives it: as it is (PostgreSQL), or text in UTC without an offset (SQLite)."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def table_of(model: type[models.Model]) -> str:
    """The name of its table."""
    return connection.ops.quote_name(model._meta.db_table)


def listed_rows(**columns: str) -> str:
    """What stands behind SELECT to read rows out of one parameter (`as_list`), whatever their number: names and types."""
    if connection.vendor == "postgresql":
        read = ", ".join(f"(value->>{n})::{kind} AS {name}" for n, (name, kind) in enumerate(columns.items()))
        return f"{read} FROM jsonb_array_elements(%s::jsonb) AS listed(value)"
    read = ", ".join(f"json_extract(value, '$[{n}]') AS {name}" for n, name in enumerate(columns))
    return f"{read} FROM json_each(%s)"


def as_list(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as the parameter that `listed_rows` reads."""
    return json.dumps(list(rows), separators=(",", ":"))

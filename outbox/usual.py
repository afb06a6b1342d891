"""The kind of address nearly everybody has, told by the database: of such no row has to be looked at in Python.

Indexes hold the rows of the other kind (`IsUnusual` as their condition), so that finding them does not grow with the rest:
whoever changes a pattern here builds them anew in a migration, else they are no longer used.
Not here: whether mail can be sent to an address (`services.is_address`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BooleanField, Func

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

LONGEST = 64
"""So that no part of a domain can be longer than the 63 letters that names of the Internet may have."""

_SQLITE = " AND ".join(
    (
        "({0} GLOB '[a-z0-9_+-]*@[a-z0-9]*.[a-z][a-z]' OR {0} GLOB '[a-z0-9_+-]*@[a-z0-9]*.[a-z][a-z][a-z]')",
        "{0} NOT GLOB '*[^a-z0-9._+@-]*'",
        "{0} NOT GLOB '*@*[^a-z0-9.]*'",
        "{0} NOT GLOB '*..*'",
        "{0} NOT GLOB '*.@*'",
    )
)
"""The patterns of file names: SQLite has no others of its own."""

_POSTGRESQL = r"{0} ~ '^[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@[a-z0-9]+(\.[a-z0-9]+)*\.[a-z]{{2,3}}$'"


def is_usual(column: str) -> str:
    """Condition in SQL: the address in `column` is in lower case and of letters, digits and few marks, so that `is_address`
    holds of it. Of what is not, `is_address` is to be asked.
    """
    return _usual(column, connection.vendor)


def is_unusual(column: str) -> str:
    """Condition in SQL: there is an address in `column`, and it is not of the usual kind. Word for word that of the index:
    only so does the database see that the index answers it."""
    return _unusual(column, connection.vendor)


def _usual(column: str, vendor: str) -> str:
    pattern = _POSTGRESQL if vendor == "postgresql" else _SQLITE
    return f"({pattern.format(column)} AND LENGTH({column}) <= {LONGEST})"


def _unusual(column: str, vendor: str) -> str:
    return f"({column} <> '' AND NOT {_usual(column, vendor)})"


class IsUnusual(Func):
    """`is_unusual` of a field, as the condition of an index: `Q(IsUnusual("email"))`."""

    arity = 1
    conditional = True
    output_field = BooleanField()

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **kwargs: Any) -> tuple[str, list[Any]]:
        [column] = self.get_source_expressions()
        sql, _ = compiler.compile(column)  # a column: its text, which is repeated, has no parameters
        return _unusual(sql, connection.vendor), []

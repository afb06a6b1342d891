"""The kind of address nearly everybody has, told by the database: of such no row has to be looked at in Python.

Not here: whether mail can be sent to an address (`services.is_address`).
"""

from django.db import connection

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
    pattern = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    return f"({pattern.format(column)} AND LENGTH({column}) <= {LONGEST})"

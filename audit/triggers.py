"""The database's own refusal to change the log: triggers for SQLite and PostgreSQL, and their removal.

They hold against every client of the database, not only against this code. The test harness takes them off for the
moment in which it empties all tables between transactional tests; nothing else does.

Not here: the ORM's refusal (`models.py`, `querysets.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

_TABLE = "audit_auditentry"

_SQLITE_TRIGGER = (
    f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_no_{{0}} BEFORE {{0}} ON {_TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'audit log is append-only'); END"
)
_POSTGRESQL_REFUSAL = (
    f"CREATE OR REPLACE FUNCTION {_TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'audit log is append-only' USING ERRCODE = 'restrict_violation'; END $$"
)
_POSTGRESQL_TRIGGER = (
    f"CREATE TRIGGER {_TABLE}_{{0}} BEFORE {{1}} ON {_TABLE} FOR EACH {{2}} EXECUTE FUNCTION {_TABLE}_refuse()"
)

_INSTALL = {
    "sqlite": [_SQLITE_TRIGGER.format("update"), _SQLITE_TRIGGER.format("delete")],
    "postgresql": [
        _POSTGRESQL_REFUSAL,
        _POSTGRESQL_TRIGGER.format("no_change", "UPDATE OR DELETE", "ROW"),
        _POSTGRESQL_TRIGGER.format("no_truncate", "TRUNCATE", "STATEMENT"),
    ],
}
_REMOVE = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {_TABLE}_no_update", f"DROP TRIGGER IF EXISTS {_TABLE}_no_delete"],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS {_TABLE}_no_change ON {_TABLE}",
        f"DROP TRIGGER IF EXISTS {_TABLE}_no_truncate ON {_TABLE}",
    ],
}


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    """Run the statements of this connection's engine; an engine without triggers here is a KeyError, on purpose."""
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on (once)."""
    _run(connection, _INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off; harmless when they are not there."""
    _run(connection, _REMOVE)


@contextmanager
def suspended(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the triggers off for the block. For the test harness's flush only."""
    remove(connection)
    try:
        yield
    finally:
        install(connection)

"""Fresh databases for tests that start real processes: a SQLite file, or a scratch PostgreSQL database.

Not here: the processes (`running.py`).
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from tests.faults.running import environment, manage


@contextmanager
def fresh_database(engine: str, data_dir: Path, **more: str) -> Iterator[dict[str, str]]:
    """Environment of a migrated, empty portal on "sqlite" or "postgresql"; the database is removed afterwards."""
    if engine == "sqlite":
        env = environment(data_dir, **more)
        _migrate(env)
        yield env
        return
    name = f"portal_fault_{uuid.uuid4().hex[:12]}"
    _server(f"CREATE DATABASE {name}")
    try:
        env = environment(data_dir, DATABASE_URL=f"postgres://root@127.0.0.1:5432/{name}", **more)
        _migrate(env)
        yield env
    finally:
        _server(f"DROP DATABASE {name} WITH (FORCE)")


def _migrate(env: dict[str, str]) -> None:
    done = manage("migrate", "--verbosity", "0", env=env)
    assert done.returncode == 0, done.stderr


def _server(statement: str) -> None:
    connection = psycopg2.connect(host="127.0.0.1", user="root", dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()

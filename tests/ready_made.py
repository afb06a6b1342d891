"""Migrated, empty databases made once for a state of the migrations and copied for every test run and process.

To migrate an empty database takes ten seconds and more; a copy takes none. Django migrates a copy again, which finds
nothing to do, so a copy can never be behind. What is kept lies in a folder of this account under the system's
temporary one (SQLite), and as databases called `portal_ready_…` (PostgreSQL): removing any of them is harmless.
Not here: whether the migrations are right (`architecture/test_migrations.py` runs them from nothing).
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import run
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg2
from django.db import connection

REPOSITORY = Path(__file__).resolve().parent.parent
KEPT = Path(tempfile.gettempdir()) / f"portal-ready-{os.getuid()}"
OLD_ONES = 6
# what a migrated database is made of: the migrations, what they import, and the models whose permissions are rows
SOURCES = (
    "*/migrations/*.py",
    "*/models.py",
    "*/models/*.py",
    "audit/triggers.py",
    "audit/chain.py",
    "requirements.txt",
)


def fingerprint() -> str:
    """Twelve hex digits that change with anything a migrated database depends on."""
    digest = hashlib.sha256(django.__version__.encode())
    for path in sorted(path for pattern in SOURCES for path in REPOSITORY.glob(pattern)):
        digest.update(f"{path.relative_to(REPOSITORY)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def sqlite_file() -> Path:
    """A closed SQLite file of a migrated portal; copy it, never open it for writing."""
    ready = KEPT / f"{fingerprint()}.sqlite3"
    with _alone():
        if not ready.exists():
            with tempfile.TemporaryDirectory(dir=KEPT) as folder:
                _migrate(PORTAL_DATA_DIR=folder)
                made = Path(folder) / "portal.sqlite3"
                with closing(sqlite3.connect(made)) as database:
                    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                made.rename(ready)
            for old in sorted(KEPT.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-OLD_ONES]:
                old.unlink()
    return ready


def postgres_template(server: str) -> str:
    """Name of a migrated database on the PostgreSQL of the URL `server`, to be given as TEMPLATE."""
    name = f"portal_ready_{fingerprint()}"
    making = f"{name}_{os.getpid()}"
    with _alone(), closing(psycopg2.connect(_on(server, "postgres"))) as database:
        database.autocommit = True
        with database.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE \"{making}\" ENCODING 'UTF8' TEMPLATE template0")
                with tempfile.TemporaryDirectory() as folder:
                    _migrate(PORTAL_DATA_DIR=folder, DATABASE_URL=_on(server, making))
                cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
                cursor.execute(
                    "SELECT datname FROM pg_database WHERE datname ~ '^portal_ready_.{12}$' ORDER BY oid DESC"
                )
                for (old,) in cursor.fetchall()[OLD_ONES:]:
                    cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
    return name


@contextmanager
def as_start_of_the_test_database() -> Iterator[None]:
    """While this is open, the database Django makes for the tests begins as a copy."""
    if connection.vendor == "postgresql":
        settings = connection.settings_dict
        server = f"postgres://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT'] or 5432}/"
        settings["TEST"]["TEMPLATE"] = postgres_template(server)
        yield
        return
    create: Callable[..., str] = connection.creation._create_test_db

    def create_and_fill(*arguments: object, **options: object) -> str:
        name = create(*arguments, **options)
        # the database in memory lasts as long as one connection to it is open: this one until Django has its own
        kept.append(target := sqlite3.connect(name, uri=True))
        with closing(sqlite3.connect(f"file:{sqlite_file()}?immutable=1", uri=True)) as source:
            source.backup(target)
        return name

    kept: list[sqlite3.Connection] = []
    connection.creation._create_test_db = create_and_fill  # type: ignore[method-assign]
    try:
        yield
    finally:
        connection.creation._create_test_db = create  # type: ignore[method-assign]
        for held in kept:
            held.close()


def copy_to(data_dir: Path) -> None:
    """Put a migrated SQLite database into the data folder of a portal."""
    data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sqlite_file(), data_dir / "portal.sqlite3")


def _migrate(**env: str) -> None:
    base = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR", "PGPASSFILE")
    }
    secret = "only-to-make-an-empty-database-for-tests-0123456789-0123456789-0123456789"
    done = run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=REPOSITORY, env={**base, "SECRET_KEY": secret, "PORTAL_ENV_FILE": os.devnull, **env},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def _on(server: str, database: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))


@contextmanager
def _alone() -> Iterator[None]:
    """One process of this account at a time: the second finds what the first has made."""
    KEPT.mkdir(mode=0o700, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

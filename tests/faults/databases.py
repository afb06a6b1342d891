"""Fresh databases for tests that start real processes: a SQLite file, or a scratch PostgreSQL database.

Not here: the processes (`running.py`), where PostgreSQL is (`tests/services.py`).
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import services
from tests.faults.running import environment, manage


@contextmanager
def fresh_database(engine: str, data_dir: Path, **more: str) -> Iterator[dict[str, str]]:
    """Environment of a migrated, empty portal on "sqlite" or "postgresql"; the database is removed afterwards."""
    if engine == "sqlite":
        yield _migrated(environment(data_dir, **more))
        return
    with services.fresh_database(f"portal_fault_{uuid.uuid4().hex[:12]}") as url:
        yield _migrated(environment(data_dir, DATABASE_URL=url, **more))


def _migrated(env: dict[str, str]) -> dict[str, str]:
    done = manage("migrate", "--verbosity", "0", env=env)
    assert done.returncode == 0, done.stderr
    return env

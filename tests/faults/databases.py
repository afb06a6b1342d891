"""Fresh databases for tests that start real processes: a SQLite file, or a scratch PostgreSQL database.

Not here: the processes (`running.py`), where PostgreSQL is (`tests/services.py`).
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import ready_made, services
from tests.faults.running import environment


@contextmanager
def fresh_database(engine: str, data_dir: Path, **more: str) -> Iterator[dict[str, str]]:
    """Environment of a migrated, empty portal on "sqlite" or "postgresql"; the database is removed afterwards."""
    if engine == "sqlite":
        ready_made.copy_to(data_dir)
        yield environment(data_dir, **more)
        return
    template = ready_made.postgres_template(services.POSTGRES)
    with services.fresh_database(f"portal_fault_{uuid.uuid4().hex[:12]}", template=template) as url:
        yield environment(data_dir, DATABASE_URL=url, **more)

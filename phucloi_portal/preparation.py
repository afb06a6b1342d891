"""Bring the data folder to where the portal can start: schema, cache table, fonts, static files, demo ward.

Every step looks first and does nothing when it is done; what a file step last ran with is kept in
`prepared.json` of the data folder, so that a start costs a second, not a minute.
Not here: the environment and the packages (`bootstrap.py`), the demo ward itself (`load_demo`).
"""

import hashlib
import io
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from phucloi_portal import assets
from phucloi_portal.catalogues import build_catalogues
from reports import font_building
from units.models import User

Say = Callable[[str], None]
PATIENCE = 10.0
"""Seconds a step may be silent before it says that it still goes on."""


@contextmanager
def underway(say: Say, step: str, *, hint: str = "", so_far: Callable[[], str] = str) -> Iterator[None]:
    """Say the step (with `hint`, how long it takes), and every PATIENCE seconds that it goes on, and how far it is."""
    say(f"{step} ({hint})" if hint else step)
    ended, begun = threading.Event(), time.monotonic()

    def tell() -> None:
        while not ended.wait(PATIENCE):
            done = so_far()
            say(f"{step}: vẫn đang làm, đã {time.monotonic() - begun:.0f} giây{f', {done}' if done else ''}")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


class _Applied(io.StringIO):
    """What `migrate` prints, read for how many migrations it has begun."""

    count = 0

    def write(self, text: str) -> int:
        self.count += text.count("Applying ")
        return len(text)


def is_prepared() -> bool:
    """Whether the schema of the database is the one of this code."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def prepare_database(say: Say) -> None:
    """Apply what is missing of the schema, and make the table of the database cache if that is in use."""
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        hint = "" if executor.loader.applied_migrations else "lần đầu mất một, hai phút"
        applied = _Applied()
        with underway(say, "Cập nhật cơ sở dữ liệu", hint=hint, so_far=lambda: f"bước {applied.count} trong {missing}"):
            call_command("migrate", interactive=False, verbosity=1, stdout=applied)
    if not settings.REDIS_URL and settings.CACHES["default"]["LOCATION"] not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)


def prepare_fonts(say: Say) -> None:
    """Join the fonts that documents embed."""
    source = Path(settings.NODE_MODULES_DIR) / "@fontsource" / "tinos" / "files"
    state = _digest([Path(font_building.__file__), *sorted(source.glob("*.woff2"))])
    mark = Path(settings.FONT_DIR) / "made-from"
    if mark.exists() and mark.read_text() == state:
        return
    with underway(say, "Ghép phông chữ cho văn bản PDF"):
        call_command("build_fonts", source=source, target=Path(settings.FONT_DIR), verbosity=0)
    mark.write_text(state)


def prepare_catalogues(say: Say) -> None:
    """Build the Vietnamese catalogues that are missing or older than their text."""
    for folder in settings.LOCALE_PATHS:
        if build_catalogues(Path(folder)):
            say("Dịch giao diện")


def prepare_static(say: Say) -> None:
    """Collect, hash and compress the static files."""
    if settings.DEBUG:
        return
    files = [Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])]
    state = _digest([Path(assets.__file__), *sorted(files)])
    if _remembered("static") == state and (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return
    with underway(say, "Gom tệp giao diện"):
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    _remember("static", state)


def prepare_demo(say: Say) -> None:
    """Load the fictitious ward into a portal without a single account. A portal in use is never touched."""
    if User.objects.exists():
        return
    with underway(say, "Nạp phường minh họa: danh bạ, hai văn bản, bài nộp và thư", hint="khoảng một phút"):
        call_command("load_demo", verbosity=0, stdout=io.StringIO())  # `portal` prints the accounts at every start


def _digest(files: Iterable[Path]) -> str:
    """One value that changes when any of `files` is changed, added or taken away."""
    total = hashlib.sha256()
    for file in files:
        status = file.stat()
        total.update(f"{file}|{status.st_size}|{status.st_mtime_ns}\n".encode())
    return total.hexdigest()


def _stamps() -> Path:
    return Path(settings.DATA_DIR) / "prepared.json"


def _read() -> dict[str, Any]:
    return json.loads(_stamps().read_text()) if _stamps().exists() else {}


def _remembered(step: str) -> str | None:
    return _read().get(step)


def _remember(step: str, state: str) -> None:
    _stamps().write_text(json.dumps({**_read(), step: state}))

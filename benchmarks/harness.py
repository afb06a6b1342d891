"""How a job and its floor are measured: in turn, in one run, each in its own child process for its memory.

A benchmark is a module with `TITLE`, `TARGET` (the largest allowed product/floor ratio) and `run()`, which
builds its own data and returns `compare(...)`. The floor is the least work that could give the same result.
Not here: which jobs (`benchmarks/*.py`), the last table (`docs/benchmarks.md`).
"""

import os
import pickle
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SECRET = "only-for-benchmarks-and-long-enough-to-pass-every-check-0123456789-abcdef"


@dataclass(frozen=True)
class Comparison:
    """Medians in seconds, spread as half the range between the quartiles, peak memory in MiB."""

    floor: float
    floor_spread: float
    product: float
    product_spread: float
    peak: float
    rounds: int
    note: str = ""
    floor_cpu: float = 0.0
    """Medians of this process's own processor time: what holds on a busy machine. Work of a database server is not in it."""
    product_cpu: float = 0.0

    @property
    def ratio(self) -> float:
        """Product over floor."""
        return self.product / self.floor


def start_django() -> Path:
    """Set Django up on a temporary data folder with an empty migrated database; returns the folder.

    `DATABASE_URL` chooses the database, else SQLite in that folder. An existing PostgreSQL database is never
    used: a test database beside it is made and dropped at the end of the process.
    """
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    os.environ.update(
        PORTAL_DATA_DIR=str(folder),
        PORTAL_ENV_FILE=os.devnull,
        SECRET_KEY=SECRET,
        DJANGO_SETTINGS_MODULE="phucloi_portal.settings",
    )
    import django  # noqa: PLC0415 (the environment above must stand first)

    django.setup()
    return folder


@contextmanager
def fresh_database() -> Iterator[None]:
    """An empty migrated database for the block, dropped afterwards."""
    from django.conf import settings  # noqa: PLC0415 (after start_django)
    from django.db import connection  # noqa: PLC0415

    if connection.vendor == "sqlite":  # on disk, where a real one lies
        connection.settings_dict["TEST"]["NAME"] = str(settings.DATA_DIR / "benchmark.sqlite3")
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def compare(
    *,
    floor: Callable[[], object],
    product: Callable[[], object],
    before: Callable[[], object] = lambda: None,
    rounds: int = 7,
    warm_up: int = 1,
    note: str = "",
) -> Comparison:
    """Run floor and product in turn `rounds` times, so that a busy machine hurts both alike.

    `before` is called untimed before each of them, to take back what the last one wrote.
    """
    floors: list[tuple[float, float]] = []
    products: list[tuple[float, float]] = []
    for number in range(warm_up + rounds):
        for work, times in ((floor, floors), (product, products)):
            before()
            spent = _timed(work)
            if number >= warm_up:
                times.append(spent)
    before()
    floor_clock, floor_cpu = zip(*floors, strict=True)
    product_clock, product_cpu = zip(*products, strict=True)
    return Comparison(
        floor=statistics.median(floor_clock),
        floor_spread=_spread(floor_clock),
        product=statistics.median(product_clock),
        product_spread=_spread(product_clock),
        peak=peak_memory(product),
        rounds=rounds,
        note=note,
        floor_cpu=statistics.median(floor_cpu),
        product_cpu=statistics.median(product_cpu),
    )


def peak_memory(work: Callable[[], object]) -> float:
    """Largest resident size in MiB of a child process that does `work` once (the parent's pages it touches count)."""
    if "django.db" in sys.modules:
        sys.modules["django.db"].connections.close_all()  # a connection must not be shared with the child
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"the job failed in its child process: {status}")
    return usage.ru_maxrss / 1024


def in_child(work: Callable[[], Comparison]) -> Comparison:
    """The result of `work` done in a child process, so that benchmarks cannot disturb each other."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reader)
            with os.fdopen(writer, "wb") as out:
                pickle.dump(work(), out)
            code = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as result:
        data = result.read()
    _, status = os.waitpid(child, 0)
    if status or not data:
        raise RuntimeError("the benchmark failed; see above")
    return pickle.loads(data)  # noqa: S301 (written by our own child)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of this process's processor time."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def _spread(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    low, _, high = statistics.quantiles(values, n=4)
    return (high - low) / 2

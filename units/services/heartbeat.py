"""A lease that is kept while its worker works: a thread says every now and then that he is still there.

So a slow machine does not lose its work to a second worker, and a dead one is still noticed within a lease.
Not here: what is leased (`import_work.py`, `reports.jobs`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog
from django.db import DatabaseError, connection

log = structlog.get_logger(__name__)


@contextmanager
def beating(beat: Callable[[], bool], *, every: float) -> Iterator[None]:
    """Call `beat` every `every` seconds, first after that time, while the block runs; it answers False to end it.

    A beat that the database refuses is left out: the next one makes up for it.
    """
    over = Event()

    def run() -> None:
        try:
            while not over.wait(every):
                try:
                    if not beat():
                        return
                except DatabaseError:
                    log.warning("heartbeat_missed", exc_info=True)
        finally:
            connection.close()  # this thread's own

    thread = Thread(target=run, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()

"""How a verb's row is announced to the workers: by a ring that may be lost without harm.

Who sent a request is not kept waiting for it: rings of requests go out one after the other in a thread of the process, so
that a broker that hangs keeps nobody's page either. Outside requests (workers, beat, the terminal) it rings at once.
Not here: the rows that are the real queue, and the sweepers that ring again (each app's `tasks.py`).
"""

import atexit
import os
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any

import structlog
from celery.app.task import Task
from django.db import transaction
from kombu.exceptions import KombuError

from audit import context

log = structlog.get_logger(__name__)

MOST_WAITING = 1000
"""Rings that may wait for a slow broker; more are left to the sweepers."""
PARTING_SECONDS = 2.0
"""So long the end of a process waits for rings on their way."""


class _Ringer(threading.Thread):
    """Sends the rings of this process's requests, in their order."""

    def __init__(self) -> None:
        super().__init__(name="ringing", daemon=True)
        self.waiting: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self.start()

    def run(self) -> None:
        while (ring := self.waiting.get()) is not None:
            try:
                ring()
            except Exception:  # the thread lives on: the next ring may be heard
                log.exception("ring.failed")

    def end(self) -> None:
        """Send what waits, as far as there is time."""
        self.waiting.put(None)
        self.join(PARTING_SECONDS)


_lock = threading.Lock()
_current: _Ringer | None = None


def _ringer() -> _Ringer:
    """This process's."""
    global _current  # noqa: PLW0603 (one thread per process is the point)
    with _lock:
        if _current is None:
            _current = _Ringer()
        return _current


def finish_ringing() -> None:
    """Send what waits, and end the thread; the next ring begins another."""
    global _current
    with _lock:
        ringer, _current = _current, None
    if ringer is not None:
        ringer.end()


def _begin_anew() -> None:
    """A fork takes no thread along."""
    global _lock, _current
    _lock, _current = threading.Lock(), None


atexit.register(finish_ringing)
os.register_at_fork(after_in_child=_begin_anew)


class RingingTask(Task):
    """A task whose `delay_on_commit` never fails the request that committed the row, and never delays its answer."""

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Ring after the commit; when the broker is away, log it and leave the row to the sweeper."""
        transaction.on_commit(partial(self._ring_with, (args, kwargs), {}))

    def apply_async_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """As `delay_on_commit`, with the options of `apply_async`."""
        transaction.on_commit(partial(self._ring_with, args, kwargs))

    def _ring_with(self, args: tuple[Any, ...], options: dict[str, Any]) -> None:
        if not context.current().request_id or self.app.conf.task_always_eager:
            self._ring(args, options)
        elif (ringer := _ringer()).waiting.qsize() < MOST_WAITING:
            ringer.waiting.put(partial(self._ring, args, options))
        else:
            log.warning("broker.slow", task=self.name)

    def _ring(self, args: tuple[Any, ...], options: dict[str, Any]) -> None:
        try:
            self.apply_async(*args, **options)
        except (KombuError, OSError) as error:
            log.warning("broker.away", task=self.name, error=type(error).__name__)

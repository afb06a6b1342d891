"""How a verb's row is announced to the workers: by a ring that may be lost without harm.

Not here: the rows that are the real queue, and the sweepers that ring again (each app's `tasks.py`).
"""

from functools import partial
from typing import Any

import structlog
from celery.app.task import Task
from django.db import transaction
from kombu.exceptions import KombuError

log = structlog.get_logger(__name__)


class RingingTask(Task):
    """A task whose `delay_on_commit` never fails the request that committed the row."""

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Ring after the commit; when the broker is away, log it and leave the row to the sweeper."""
        transaction.on_commit(partial(self._ring, args, kwargs))

    def apply_async_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """As `delay_on_commit`, with the options of `apply_async`."""
        transaction.on_commit(partial(self._ring_with, args, kwargs))

    def _ring(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._ring_with((args, kwargs), {})

    def _ring_with(self, args: tuple[Any, ...], options: dict[str, Any]) -> None:
        try:
            self.apply_async(*args, **options)
        except (KombuError, OSError) as error:
            log.warning("broker.away", task=self.name, error=type(error).__name__)

"""Commits that are not flushed to the disk one by one, for marks that only have to outlive their process.

Such a commit is seen by everybody at once and stands when this process is killed; a power cut, or the death of the
database itself, may take back those since the last flushed one.

Not here: which marks these are (`draining.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from django.db import connection


class FewFlushes:
    """A block whose commits are not flushed, but those under `flushed()`; the connection is as before afterwards.

    Inside an outer transaction it changes nothing: there the outer commit decides.
    """

    def __init__(self) -> None:
        self._on, self._off = _switches() if not connection.in_atomic_block else ("", "")

    def __enter__(self) -> Self:
        _run(self._off)
        return self

    def __exit__(self, *error: object) -> None:
        _run(self._on)

    @contextmanager
    def flushed(self) -> Iterator[None]:
        """The commit of this block is flushed, and with it all before."""
        _run(self._on)
        yield
        _run(self._off)


def _switches() -> tuple[str, str]:
    """(statement that restores flushing, statement that leaves it out)."""
    if connection.vendor == "postgresql":
        return "RESET synchronous_commit", "SET synchronous_commit TO off"
    with connection.cursor() as cursor:
        level = int(cursor.execute("PRAGMA synchronous").fetchone()[0])
    return f"PRAGMA synchronous={level}", "PRAGMA synchronous=NORMAL"


def _run(statement: str) -> None:
    if statement:
        with connection.cursor() as cursor:
            cursor.execute(statement)

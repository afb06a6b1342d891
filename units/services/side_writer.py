"""Writing many rows beside the work that makes them: on PostgreSQL the server takes a piece in while the next is made.

One connection, one thread of its own that runs the statements, in the order in which they were handed over. Whoever asks
the database something meanwhile waits until all of that stands (`wait_first`), so the block reads as if every row were
written at once. The thread uses the driver's connection, which is made to be shared; Django's wrapper of it stays with the
thread that opened it. What the server refuses is raised in the importing thread, at its next step or at the end of the
block; however the block ends, the thread has ended before it, so the transaction is the caller's again.
Foreign keys of the tables written to are checked piece by piece instead of at the commit, when nothing else is left to do.
SQLite works inside this process: there everything is written at once, by the same calls.
Not here: how rows become text, single statements (`bulk_rows`), what is written (`roster_writing`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import chain, repeat
from queue import Empty, Queue, SimpleQueue
from threading import Thread
from typing import Any

from django.db import connection, models
from django.db.transaction import TransactionManagementError

from units.services.bulk_rows import (
    analyze_statement,
    copied,
    copy_statement,
    ids_taken,
    insert_rows,
    refresh_statistics,
    take_ids,
)

PIECE = 20_000  # rows
FIRST = (1_000, 5_000, 5_000, 5_000)  # rows: the sooner the first ones are made, the sooner the server begins
_WAITING = 8  # pieces made before the server takes them, two megabytes each: it is the slower of the two
_LOOK_UP = 0.1  # seconds between looks whether what is waited for was refused
_TURN = 0.0005  # seconds: the writing thread needs the interpreter for a moment only, ten times as long it would wait for it
_CHECKED_LATE = (
    "SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f' AND condeferred"
)
_Statement = Callable[[Any], None]


class SideWriter:
    """As it is where nothing can be done beside: every call has written when it returns."""

    def pieces(self, items: Sequence[Any]) -> Iterator[Sequence[Any]]:
        """`items` in the pieces that are best handed over. Here as one: keys follow from what is written already."""
        if items:
            yield items

    def take_ids(self, model: type[models.Model], count: int) -> Iterator[int]:
        """As `bulk_rows.take_ids`; whoever wants the first one waits until they are there."""
        return iter(take_ids(model, count))

    def insert(self, model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """As `bulk_rows.insert_rows`; the rows are made before this returns, and stand when the database is next asked."""
        insert_rows(model, fields, rows)

    def refresh_statistics(self, *tables: type[models.Model]) -> None:
        """As `bulk_rows.refresh_statistics`."""
        refresh_statistics(*tables)


@contextmanager
def writing_beside() -> Iterator[SideWriter]:
    """The writer for the block, which must lie within a transaction. Raises what the server refused."""
    if connection.vendor != "postgresql":
        yield SideWriter()
        return
    if not connection.in_atomic_block:
        raise TransactionManagementError("Rows are written beside only within a transaction.")
    writer, usual = _Beside(), sys.getswitchinterval()
    writer.start()
    sys.setswitchinterval(_TURN)
    try:
        with connection.execute_wrapper(writer.wait_first):
            yield writer
            writer.finish()
    finally:
        sys.setswitchinterval(usual)
        writer.stop()


class _Beside(SideWriter):
    def __init__(self) -> None:
        self._raw = connection.connection
        self._waiting: Queue[_Statement | None] = Queue(_WAITING)
        self._refused: BaseException | None = None
        self._is_over = False
        self._checked: dict[str, list[str]] = {}  # table → its keys that are checked at once
        self._thread = Thread(target=self._run, name="roster-writer", daemon=True)

    def pieces(self, items: Sequence[Any]) -> Iterator[Sequence[Any]]:
        begin = 0
        for size in chain(FIRST, repeat(PIECE)):
            if begin >= len(items):
                return
            yield items[begin : begin + size]
            begin += size

    def take_ids(self, model: type[models.Model], count: int) -> Iterator[int]:
        taken: SimpleQueue[Sequence[int]] = SimpleQueue()
        self._hand_over(lambda cursor: taken.put(ids_taken(cursor, model, count)))
        return self._given(taken)

    def _given(self, taken: SimpleQueue[Sequence[int]]) -> Iterator[int]:
        while True:
            try:
                yield from taken.get(timeout=_LOOK_UP)
                return
            except Empty:
                self._raise_refusal()  # what was refused leaves nothing to wait for

    def insert(self, model: type[models.Model], fields: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        table, copy = connection.ops.quote_name(model._meta.db_table), copy_statement(model, fields)
        text = b"".join(map(str.encode, copied(rows)))

        def write(cursor: Any) -> None:
            self._check_at_once(table, cursor)
            cursor.copy_expert(copy, BytesIO(text), len(text) + 1)

        if text:
            self._hand_over(write)

    def refresh_statistics(self, *tables: type[models.Model]) -> None:
        analyze = analyze_statement(tables)
        self._hand_over(lambda cursor: cursor.execute(analyze))

    # ---- the importing thread ------------------------------------------------------------------------

    def start(self) -> None:
        self._thread.start()

    def wait_first(self, execute: Callable[..., Any], *asked: Any) -> Any:
        """Wrapper of every statement of the block's own."""
        self._settle()
        return execute(*asked)

    def finish(self) -> None:
        """Wait until all stands, and let the checks come late again for whatever follows in the transaction."""
        self._hand_over(self._check_late)
        self._settle()

    def stop(self) -> None:
        """End the thread; what it has not begun is dropped."""
        self._is_over = True
        self._waiting.put(None)
        self._thread.join()

    def _hand_over(self, statement: _Statement) -> None:
        self._raise_refusal()
        self._waiting.put(statement)

    def _settle(self) -> None:
        self._waiting.join()
        self._raise_refusal()

    def _raise_refusal(self) -> None:
        if self._refused is not None:
            with connection.wrap_database_errors:
                raise self._refused

    # ---- the writing thread --------------------------------------------------------------------------

    def _run(self) -> None:
        while (statement := self._waiting.get()) is not None:
            try:
                if self._refused is None and not self._is_over:
                    with self._raw.cursor() as cursor:
                        statement(cursor)
            except BaseException as refusal:
                self._refused = refusal
            finally:
                self._waiting.task_done()

    def _check_at_once(self, table: str, cursor: Any) -> None:
        if table not in self._checked:
            cursor.execute(_CHECKED_LATE, [table])
            self._checked[table] = [name for [name] in cursor.fetchall()]
            self._set_checks(self._checked[table], "IMMEDIATE", cursor)

    def _check_late(self, cursor: Any) -> None:
        self._set_checks([name for names in self._checked.values() for name in names], "DEFERRED", cursor)

    def _set_checks(self, names: list[str], when: str, cursor: Any) -> None:
        if names:
            cursor.execute(f"SET CONSTRAINTS {', '.join(names)} {when}")

"""A queryset whose statement is written at its first use; later uses give the values of its `Given`s alone.

    _ACCOUNT = Prepared(lambda: User.objects.with_notice_read().filter(pk=Given("pk", BigIntegerField())))
    user = _ACCOUNT.one(pk=7)

What comes back is what the queryset would give: model instances with their related ones, tuples, single values.
Not here: making instances of rows (`making.py`); conditions whose number depends on the values (`in`, one `OR` more): those are other statements.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Expression, Field, QuerySet
from django.db.models.query import ModelIterable

from statements.making import row_reader

Row = TypeVar("Row")


class Given(Expression):
    """Stands in a queryset for a value of `field`'s kind that is given when it is asked."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """One parameter: itself, replaced by its value before the database sees it."""
        return "%s", [self]


class _Written:
    """What Django's iterables ask of a queryset and of its query, answered from one statement of one connection."""

    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, queryset: Any) -> None:
        self.model, self.db, self._fields = queryset.model, DEFAULT_DB_ALIAS, queryset._fields
        self.query, self._rows = queryset.query.chain(), queryset._iterable_class
        self.connection = connections[DEFAULT_DB_ALIAS]
        compiler: Any = self.query.get_compiler(using=DEFAULT_DB_ALIAS)
        try:
            self._sql, self._params = compiler.as_sql()
        except EmptyResultSet:
            self._sql, self._params = "", ()
            return
        if self._rows is ModelIterable:
            read = row_reader(compiler, DEFAULT_DB_ALIAS)
            self._rows = lambda asked: map(read, compiler.results_iter(compiler.execute_sql()))
        converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
        compiler.as_sql = self._filled
        compiler.get_converters = lambda expressions: converters
        self.query.get_compiler = lambda *args, **kwargs: compiler

    def ask(self, values: dict[str, Any]) -> list[Any]:
        """All rows for these values."""
        if not self._sql:
            return []
        self._values = values
        return list(self._rows(self))

    def _filled(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        return self._sql, tuple(
            one.output_field.get_db_prep_value(self._values[one.name], self.connection) if type(one) is Given else one
            for one in self._params
        )


class Prepared(Generic[Row]):
    """The statement of a queryset that `write` puts together; written once a thread, for it holds its connection."""

    def __init__(self, write: Callable[[], QuerySet]) -> None:
        self._write = write
        self._of_thread = threading.local()

    def all(self, **values: Any) -> list[Row]:
        """All rows, with a value for every `Given`."""
        written: _Written | None = getattr(self._of_thread, "written", None)
        if written is None or written.connection is not connections[DEFAULT_DB_ALIAS]:
            written = self._of_thread.written = _Written(self._write())
        return written.ask(values)

    def one(self, **values: Any) -> Row | None:
        """The first row, None when there is none. The queryset limits itself where there may be many."""
        return next(iter(self.all(**values)), None)

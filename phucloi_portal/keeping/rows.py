"""Every row of the database as lines of JSON, the same from SQLite and PostgreSQL, and back into either.

First line: format, instant, migrations. Then per table a line that names model and fields, a line per row, and a last
line with the count: a file that was cut off has none. Sessions are left out: nobody stays logged in by a restore; so are counts kept ahead.
Not here: bytes of files (`backup.py`), where lines are kept.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor

FORMAT = 1
LEFT_OUT = {"sessions.Session", "reports.CountedWork"}  # counts are written anew by the rows they count
_BATCH = 500


class RowsRefused(Exception):
    """The rows cannot be taken; `str(error)` is the sentence to show."""


def dump(*, at: datetime) -> Iterator[str]:
    """All rows as of one instant, one JSON line after the other."""
    with _snapshot():
        applied = sorted(MigrationExecutor(connection).loader.applied_migrations)
        yield json.dumps({"format": FORMAT, "at": at.isoformat(), "migrations": applied})
        count = 0
        for model in _kept(apps.get_models(include_auto_created=True)):
            names = [field.attname for field in model._meta.local_concrete_fields]
            yield json.dumps({"model": model._meta.label, "fields": names})
            rows = model._base_manager.order_by("pk").values_list(*names)
            for row in rows.iterator(chunk_size=2000):
                count += 1
                yield json.dumps(row, default=_plain, ensure_ascii=False)
        yield json.dumps({"rows": count})


def load(lines: Iterable[str]) -> int:
    """Put rows into an empty database, brought to the schema they were written under and then to today's.

    Returns how many. Raises RowsRefused: not empty, another format, written by a newer portal, cut off.
    """
    given = (json.loads(line) for line in lines)
    head = next(given, {})
    if head.get("format") != FORMAT:
        raise RowsRefused("Bản sao lưu không đúng dạng. Hãy chọn thư mục do lệnh backup tạo ra.")
    targets = _schema_of({(app, name) for app, name in head["migrations"]})
    with transaction.atomic():
        count = _insert(given, targets)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    return count


def _kept(found: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    return [one for one in found if one._meta.managed and not one._meta.proxy and one._meta.label not in LEFT_OUT]


@contextmanager
def _snapshot() -> Iterator[None]:
    """One instant of the whole database; on SQLite without keeping writers out."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield


def _schema_of(applied: set[tuple[str, str]]) -> Any:
    """Bring the empty database to that state of the schema; the models as they were then."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    unknown = applied - set(graph.nodes)
    if unknown:
        raise RowsRefused("Bản sao lưu do phiên bản mới hơn tạo ra. Hãy cài phiên bản đó rồi khôi phục.")
    targets = [node for node in applied if not {child.key for child in graph.node_map[node].children} & applied]
    if not _is_empty():
        raise RowsRefused("Cơ sở dữ liệu đã có dữ liệu. Chỉ khôi phục vào một cổng mới, chưa có gì.")
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


def _is_empty() -> bool:
    tables = set(connection.introspection.table_names())
    for label in ("units.User", "units.Unit", "vault.Blob", "audit.AuditEntry"):
        model = apps.get_model(label)
        if model._meta.db_table in tables and model._base_manager.exists():
            return False
    return True


def _insert(given: Iterator[Any], then: Any) -> int:
    """What a fresh schema brings along makes room for what was kept. Constraints are checked at the end."""
    known = {model._meta.label: model for model in _kept(then.get_models(include_auto_created=True))}
    for model in known.values():
        model._base_manager.all()._raw_delete("default")
    count, expected = 0, None
    model, fields, waiting = None, [], []
    for line in given:
        if isinstance(line, list):
            waiting.append(line)
            if len(waiting) < _BATCH:
                continue
        count += _write(model, fields, waiting)
        waiting = []
        if isinstance(line, dict) and "model" in line:
            model = known[line["model"]]
            fields = [model._meta.get_field(name) for name in _names(model, line["fields"])]
        elif isinstance(line, dict):
            expected = line["rows"]
    if expected != count:
        raise RowsRefused("Bản sao lưu bị cắt cụt. Hãy chọn bản sao lưu khác.")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(known.values())):
            cursor.execute(statement)
    return count


def _names(model: Any, attnames: list[str]) -> list[str]:
    by_attname = {field.attname: field.name for field in model._meta.local_concrete_fields}
    return [by_attname[name] for name in attnames]


def _write(model: Any, fields: list[Any], rows: list[list[Any]]) -> int:
    """Rows as they were, without anything a save would change."""
    if not rows:
        return 0
    made = [
        model(**{field.attname: _value(field, value) for field, value in zip(fields, row, strict=True)}) for row in rows
    ]
    step = max(1, min(_BATCH, connection.ops.bulk_batch_size(fields, made)))
    for start in range(0, len(made), step):
        model._base_manager._insert(made[start : start + step], fields=fields, using="default", raw=True)
    return len(rows)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, timedelta):
        return value / timedelta(microseconds=1)
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(type(value))


def _value(field: Any, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value)
    if isinstance(field, models.DurationField):
        return timedelta(microseconds=value)
    return getattr(field, "target_field", field).to_python(value)

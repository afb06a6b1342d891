"""Marks on mails while they are being sent, as plain statements that are built once.

Building them anew for every mail would take longer than a mail server takes for the mail. Not here: which marks, and
when (`draining.py`).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from outbox.models import OutgoingMail
from outbox.querysets import WAITING

Values = Mapping[str, Any]


def mark(mail: OutgoingMail, values: Values) -> None:
    """Write these fields of the mail."""
    _execute(_statement(tuple(values)), [*_prepared(values), mail.pk])


def mark_held(mail: OutgoingMail, values: Values, *, held_until: datetime) -> bool:
    """Write these fields only while the mail waits and this lease is on it, which is one with the writing: what another
    worker took or a person cancelled is left alone. Whether it was written."""
    return bool(_execute(_statement(tuple(values), is_held=True), [*_prepared(values), *_held(mail, held_until)]))


def mark_two(
    before: OutgoingMail, values_before: Values, mail: OutgoingMail, values: Values, *, held_until: datetime
) -> bool:
    """`mark` the mail before and `mark_held` the next one, in one statement. Whether the next one was written."""
    prepared = dict(zip(values_before, _prepared(values_before), strict=True))
    next_ones = dict(zip(values, _prepared(values), strict=True))
    parameters: list[Any] = []
    for name in _names_of_both(tuple(values_before), tuple(values)):
        for pk, some in ((before.pk, prepared), (mail.pk, next_ones)):
            parameters += [pk, some[name]] if name in some else []
    sql = _statement_for_two(tuple(values_before), tuple(values))
    return _execute(sql, [*parameters, before.pk, *_held(mail, held_until)]) == 2


def _execute(sql: str, parameters: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def _prepared(values: Values) -> list[Any]:
    field = OutgoingMail._meta.get_field
    return [field(name).get_db_prep_save(value, connection) for name, value in values.items()]


def _held(mail: OutgoingMail, held_until: datetime) -> list[Any]:
    return [mail.pk, *WAITING, *_prepared({"lease_until": held_until})]


def _names_of_both(some: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys([*some, *others]))


def _columns() -> dict[str, str]:
    return {field.name: connection.ops.quote_name(field.column) for field in OutgoingMail._meta.concrete_fields}


def _condition(columns: Mapping[str, str], *, is_held: bool) -> str:
    it = f"{columns['id']} = %s"
    states = ", ".join(["%s"] * len(WAITING))
    return f"{it} AND {columns['state']} IN ({states}) AND {columns['lease_until']} = %s" if is_held else it


@lru_cache(maxsize=32)
def _statement(names: tuple[str, ...], *, is_held: bool = False) -> str:
    columns = _columns()
    changed = ", ".join(f"{columns[name]} = %s" for name in names)
    table = connection.ops.quote_name(OutgoingMail._meta.db_table)
    return f"UPDATE {table} SET {changed} WHERE {_condition(columns, is_held=is_held)}"  # noqa: S608 (own names)


@lru_cache(maxsize=32)
def _statement_for_two(some: tuple[str, ...], others: tuple[str, ...]) -> str:
    columns = _columns()
    changed = []
    for name in _names_of_both(some, others):
        cases = f" WHEN {columns['id']} = %s THEN %s" * ((name in some) + (name in others))
        changed.append(f"{columns[name]} = CASE{cases} ELSE {columns[name]} END")
    table = connection.ops.quote_name(OutgoingMail._meta.db_table)
    where = f"{_condition(columns, is_held=False)} OR ({_condition(columns, is_held=True)})"
    return f"UPDATE {table} SET {', '.join(changed)} WHERE {where}"  # noqa: S608 (own names)

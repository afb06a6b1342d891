"""The facts of a report as JSON and back: what a `FiguresSnapshot` keeps, so that a frozen report never changes.

Not here: the facts (`report_facts.py`), the row that holds them (`models.py`).
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from reports.report_facts import ReportFacts


def facts_to_json(facts: ReportFacts) -> dict[str, Any]:
    """Plain JSON values; instants and days as ISO 8601."""
    return _plain(facts)


def facts_from_json(stored: dict[str, Any]) -> ReportFacts:
    """The facts again; `facts_from_json(facts_to_json(facts)) == facts`. Raises KeyError, TypeError on other data."""
    return _made(ReportFacts, stored)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _made(kind: Any, value: Any) -> Any:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _made(hints[name], one) for name, one in value.items()})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], one) for one in value)
    if get_origin(kind) is UnionType:
        (inner,) = [one for one in get_args(kind) if one is not NoneType]
        return None if value is None else _made(inner, value)
    return kind.fromisoformat(value) if kind in (date, datetime) else value

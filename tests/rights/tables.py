"""The whole database as it stands, to say what one request changed. Sessions, the log and counts kept ahead are left out.

Not here: who sends what (`test_forms.py`).
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

LEFT_OUT = {"sessions", "usersessions", "audit", "contenttypes", "auth"}
State = dict[str, dict[Any, dict[str, Any]]]
Changes = dict[tuple[str, str, str], Any]


def state() -> State:
    """Table → number of the row → column → value."""
    return {
        model._meta.label: {row["pk"]: row for row in model._base_manager.order_by("pk").values("pk", *_columns(model))}
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in LEFT_OUT and model._meta.managed and model._meta.label != "reports.CountedWork"
    }


def changes(before: State, after: State) -> Changes:
    """(table, row, column) → new value. New rows are counted in their order; a number given just now reads "new"."""
    found: Changes = {}
    fresh = {label: [pk for pk in rows if pk not in before[label]] for label, rows in after.items()}
    for label, rows in after.items():
        pointed = _pointed_to(label)
        for pk, row in rows.items():
            old = before[label].get(pk)
            name = f"new {fresh[label].index(pk)}" if old is None else str(pk)
            for column, value in row.items():
                if old is None:
                    is_new = column == "pk" or value in fresh.get(pointed.get(column, ""), ())
                    found[label, name, column] = "new" if is_new else value
                elif old[column] != value:
                    found[label, name, column] = value
        for pk in before[label].keys() - rows.keys():
            found[label, str(pk), "gone"] = True
    return found


def _pointed_to(label: str) -> dict[str, str]:
    """Column → table whose numbers it holds; a number given just now in another table may be the same by chance."""
    fields = apps.get_model(label)._meta.concrete_fields
    return {field.attname: field.related_model._meta.label for field in fields if field.is_relation}


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if not field.primary_key]

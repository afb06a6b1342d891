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
    given = {pk for pks in fresh.values() for pk in pks}
    for label, rows in after.items():
        for pk, row in rows.items():
            old = before[label].get(pk)
            name = f"new {fresh[label].index(pk)}" if old is None else str(pk)
            for column, value in row.items():
                if old is None:
                    found[label, name, column] = (
                        "new" if column == "pk" or (column.endswith("_id") and value in given) else value
                    )
                elif old[column] != value:
                    found[label, name, column] = value
        for pk in before[label].keys() - rows.keys():
            found[label, str(pk), "gone"] = True
    return found


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if not field.primary_key]

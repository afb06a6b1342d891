"""What the codes of this room mean in the detail of the log's entries.

Rooms above make theirs known (`register_labels`), as far as they write on members and units.
Not here: telling a detail (`audit.telling`), numbers by name (the portal's pages of the log).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from audit.telling import Meaning
from units.choices import Block, ExemptionReason, Role

if TYPE_CHECKING:
    from django.db.models import TextChoices

    from audit.models import AuditEntry

_LABELS: dict[str, type[TextChoices]] = {"role": Role, "block": Block, "reason": ExemptionReason}


def register_labels(key: str, choices: type[TextChoices]) -> None:
    """Make known what the codes under `key` are called, for rooms above whose entries stand on members and units."""
    _LABELS[key] = choices


@dataclass(frozen=True)
class UnitsMeaning(Meaning):
    """Roles, khối, reasons of exemptions, names of fields."""

    def of_text(self, entry: AuditEntry, key: str, text: str) -> str | None:
        """The label of a code; the Vietnamese name of a changed field."""
        if key == "changed":
            return _field_word(entry.obj_type, text)
        choices = _LABELS.get(key)
        return str(choices(text).label) if choices and text in choices.values else None


def _field_word(obj_type: str, name: str) -> str | None:
    """The Vietnamese name of a model's field; None when there is no such field any more."""
    try:
        return str(apps.get_model(obj_type)._meta.get_field(name).verbose_name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None

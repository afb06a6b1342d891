"""Who changed a ward's settings, when, from what to what: read from the log.

Not here: writing (`services`; each verb records one entry on the `Subject` of its area).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Max

from audit.models import AuditEntry
from audit.services import Subject
from units.models import Unit
from units.settings_areas import AREAS, Change

_TYPE: Final = "setting"
SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act on one area."""

    at: datetime
    who: str
    changes: tuple[Change, ...]


def subject_of(ward: Unit, area: str) -> Subject:
    """What an entry of the area is about."""
    return Subject(_TYPE, f"{ward.pk}:{area}", AREAS[area])


def history_of(ward: Unit, area: str) -> list[HistoryLine]:
    """The latest changes of one area, newest first; one query."""
    subject = subject_of(ward, area)
    entries = AuditEntry.objects.of_object(subject.type, subject.id).order_by("-seq")[:SHOWN]
    return [_line(entry) for entry in entries]


def last_changes(ward: Unit, areas: Iterable[str] = tuple(AREAS)) -> dict[str, HistoryLine]:
    """The latest change of each area that was ever changed; one query."""
    ids = {subject_of(ward, area).id: area for area in areas}
    latest = (
        AuditEntry.objects.filter(obj_type=_TYPE, obj_id__in=list(ids))
        .order_by()
        .values("obj_id")
        .annotate(last=Max("seq"))
        .values("last")
    )
    return {ids[entry.obj_id]: _line(entry) for entry in AuditEntry.objects.filter(seq__in=latest)}


def _line(entry: AuditEntry) -> HistoryLine:
    return HistoryLine(entry.at, entry.actor_label or "Hệ thống", tuple(entry.data.get("changes", ())))

"""Who may read which entries of the log.

| Page                     | Who                                                                              |
|--------------------------|----------------------------------------------------------------------------------|
| search, entry, export    | ADMIN of a ward or above: entries of the wards under it                          |
| entries without a ward   | only who is ADMIN of every tree of this portal (one ward alone: its own ADMIN)   |
| history of one object    | ADMIN and OFFICE of its ward, if they see the object; others who see it: 403     |

So what the log says of exemptions and their reasons stays in the office. Foreign → 404.
Not here: the objects (`objects.py`), what an entry shows (`words.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404

from audit.models import AuditEntry
from units.models import Unit
from units.scopes import scope_of

if TYPE_CHECKING:
    from audit.querysets import AuditEntryQuerySet
    from units.models import User


def access_log(user: User) -> AuditEntryQuerySet:
    """Entries the account may search; Http404 for whoever administers no ward."""
    found = _within(scope_of(user).admin_paths)
    if found is None:
        raise Http404
    return found


def access_entry(user: User, seq: int) -> AuditEntry:
    """One of them; Http404 for all others."""
    return get_object_or_404(access_log(user), pk=seq)


def worked_for(user: User) -> AuditEntryQuerySet:
    """Entries of the wards the account works for (ADMIN or OFFICE): the reach of an object's history."""
    found = _within(scope_of(user).staff_paths)
    return AuditEntry.objects.none() if found is None else found


def _within(paths: tuple[str, ...]) -> AuditEntryQuerySet | None:
    """Entries of the wards under `paths`, of everything when these are the roots of all trees; None = of no ward."""
    if not paths:
        return None
    if all(root.path.startswith(paths) for root in Unit.objects.filter(depth=1).only("path")):
        return AuditEntry.objects.all()
    wards = [ward.pk for ward in Unit.objects.wards().only("path") if ward.path.startswith(paths)]
    if not wards:
        return None
    return AuditEntry.objects.in_ward(wards[0]) if len(wards) == 1 else AuditEntry.objects.filter(ward_id__in=wards)

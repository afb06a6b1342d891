"""Roster files that were taken in: the file itself, its lines and faults, and the way back of the import.

What was changed stays known: the import's row with its counts, and the log. Without its way back an import can no
longer be taken back.
Not here: the other classes and the terms (`retention_classes.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from units.choices import OPEN_IMPORT_STATES, ImportWork
from units.models import ImportLine, ImportProblem, RosterImport, Unit
from vault.models import Blob
from vault.services import ORPHAN_AGE, forget_unneeded, mark_destroyed


def imports_due(ward: Unit, before: datetime) -> QuerySet[RosterImport]:
    """Imports that ended before and still hold something; a file that a later import still needs waits for that one."""
    ended = RosterImport.objects.exclude(state__in=OPEN_IMPORT_STATES).filter(work=ImportWork.NONE)
    old = ended.annotate(ended_at=Coalesce("closed_at", "applied_at", "asked_at")).filter(ended_at__lt=before)
    needed = RosterImport.objects.exclude(pk__in=old.values("pk")).values("blob")
    holding = old.filter(Q(blob__destroyed_at=None) | Q(reverse__isnull=False) | Q(record__isnull=False), ward=ward)
    return holding.exclude(blob__in=needed).select_related("blob", "reverse", "record").order_by("pk")


def hold_imports(due: QuerySet[RosterImport], at: datetime) -> list[RosterImport]:
    """Those of `due` that still are when their contents are locked; whoever uploads the same bytes waits, or came before."""
    contents = Blob.objects.filter(pk__in=due.order_by().values("blob")).last_put_before(at - ORPHAN_AGE)
    locked = {blob.pk for blob in contents.select_for_update().order_by("sha256")}
    return [one for one in due.all() if one.blob_id in locked]


def destroy_imports(imports: Sequence[RosterImport], at: datetime) -> list[str]:
    """Bytes, lines, faults, corrections and ways back go; the rows stay."""
    ids = [one.pk for one in imports]
    own = [blob for one in imports for blob in (one.reverse, one.record) if blob is not None]
    ImportLine.objects.filter(roster_import__in=ids).delete()
    ImportProblem.objects.filter(roster_import__in=ids).delete()
    RosterImport.objects.filter(pk__in=ids).update(reverse=None, record=None, corrections={}, conflicts=[])
    files = {one.blob_id: one.blob for one in imports}
    return forget_unneeded(blobs=own) + mark_destroyed(blobs=files.values(), at=at)


def import_label(imported: RosterImport) -> dict[str, str]:
    """How the record names it: the file's name may tell of people, its hash does not."""
    return {"label": f"Tệp danh sách số {imported.pk}", "sha256": imported.blob.sha256}

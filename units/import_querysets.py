"""Selections over roster imports, their lines and their problems.

Not here: who may import (`rules.py`), what an import does (`services.imports`, `services.import_work`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q

from units.choices import OPEN_IMPORT_STATES, ImportWork, ProblemDecision
from units.querysets import found_by
from units.roster.lines import UNCHANGED
from units.roster.records import ABOUT_MEMBER, NOTICE
from units.scopes import NOTHING, scope_of

if TYPE_CHECKING:
    from units.models import User


class RosterImportQuerySet(models.QuerySet):
    """Imports that read like sentences."""

    def visible_to(self, user: User) -> Self:
        """Imports into wards this account administers; twin of the permission `units.view_rosterimport`."""
        paths = scope_of(user).admin_paths
        return self.filter(reduce(or_, (Q(ward__path__startswith=path) for path in paths), NOTHING))

    def undecided(self) -> Self:
        """Neither applied nor discarded nor refused."""
        return self.filter(state__in=OPEN_IMPORT_STATES)

    def claimable(self, at: datetime) -> Self:
        """With work that nobody holds at `at`: never begun, or its worker's lease ran out."""
        return self.exclude(work=ImportWork.NONE).filter(Q(lease_until=None) | Q(lease_until__lte=at))


class ImportLineQuerySet(models.QuerySet):
    """Lines of a difference."""

    def found_by(self, text: str) -> Self:
        """Accent-insensitive search over name and unit: every word stands in them."""
        return self.filter(found_by(text, "folded"))

    def of(self, part: str, change: str) -> Self:
        """Those of one count."""
        return self.filter(part=part, change=change)

    def named_at(self, rows: Iterable[int]) -> dict[tuple[str, int], tuple[str, str]]:
        """(part, row of the file) → name and unit of whom that row tells; one query."""
        found = self.order_by().filter(row__in=set(rows) - {0}).values_list("part", "row", "name", "unit")
        return {(part, row): (name, unit) for part, row, name, unit in found}

    def changing(self) -> Self:
        """Without what stays as it is."""
        return self.exclude(change=UNCHANGED)

    def counts(self) -> dict[tuple[str, str], int]:
        """(part, change) → number; one query."""
        return {(part, change): number for part, change, number in self._grouped("part", "change")}

    def _grouped(self, *fields: str) -> list[tuple]:
        return list(self.order_by().values_list(*fields).annotate(Count("pk")))


class ImportProblemQuerySet(models.QuerySet):
    """Problems of a file."""

    def in_the_way(self) -> Self:
        """Neither settled by a person nor only worth a look."""
        return self.exclude(severity=NOTICE).filter(decision=ProblemDecision.OPEN)

    def kinds(self) -> list[tuple[str, str, int, int]]:
        """(kind, severity, number, rows of members with them) of the problems still open, most first; one query."""
        rows = Count("row", distinct=True, filter=Q(about=ABOUT_MEMBER))
        found = self.in_the_way().order_by().values_list("kind", "severity").annotate(number=Count("pk"), rows=rows)
        return sorted(found, key=lambda one: -one[2])

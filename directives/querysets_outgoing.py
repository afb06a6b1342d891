"""Selections over the numbers of outgoing papers.

Not here: the run of numbers (`numbering.py`), changes (`services.numbering`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from directives.choices import OutgoingState
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from datetime import date

    from units.models import User


class OutgoingNumberQuerySet(models.QuerySet):
    """Numbers that letters, bundles and reports took, and those a văn thư explained."""

    def visible_to(self, user: User) -> Self:
        """Of the wards the account works for; twin of `directives.view_outgoingnumber`."""
        return self.filter(under_any(scope_of(user).staff_paths, "ward__"))

    def between(self, first: date, end: date | None) -> Self:
        """Those of the days from `first` (inclusive) to `end` (exclusive; None: without end)."""
        since = self.filter(day__gte=first)
        return since.filter(day__lt=end) if end else since

    def used(self) -> Self:
        """Those nothing else may take: all but what was given back."""
        return self.exclude(state=OutgoingState.FREE)

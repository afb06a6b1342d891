"""Selections over saved searches.

Not here: what a saved search selects (`query_conditions.py`), permission predicates (`rules.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from units.models import User


class SavedSearchQuerySet(models.QuerySet):
    """Saved searches."""

    def visible_to(self, user: User) -> Self:
        """One's own, and the shared ones of the wards one reads; twin of `directives.view_savedsearch`."""
        scope = scope_of(user)
        shared = Q(is_shared=True) & under_any(scope.read_paths, "ward__")
        return self.filter(Q(owner=scope.user_id, owner__isnull=False) | shared)

    def on_home_of(self, user: User) -> Self:
        """Those drawn as tiles on the account's first page."""
        return self.visible_to(user).filter(on_home=True)

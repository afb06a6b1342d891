"""Verbs on saved searches: keep one, change it, drop it.

Not here: who may (`rules.py`), what a search selects (`query_conditions.py`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

import audit.services as audit
from directives.errors import NameTaken
from directives.models import SavedSearch
from units.models import Unit, User


@transaction.atomic
def keep_search(
    *, name: str, line: str, ward: Unit, is_shared: bool, on_home: bool, by: User, at: datetime
) -> SavedSearch:
    """A new saved search of the account. Recorded as `search.save`. Raises NameTaken when it has one of that name."""
    if SavedSearch.objects.filter(owner=by, name=name).exists():
        raise NameTaken(name)
    search = SavedSearch.objects.create(
        ward=ward, owner=by, name=name, line=line, is_shared=is_shared, on_home=on_home, saved_at=at
    )
    _record("search.save", search, by, at)
    return search


@transaction.atomic
def change_search(
    *, search: SavedSearch, name: str, line: str, is_shared: bool, on_home: bool, by: User, at: datetime
) -> SavedSearch:
    """Another name, line or reach. Recorded as `search.save`. Raises NameTaken."""
    search = SavedSearch.objects.select_for_update(of=("self",)).select_related("ward").get(pk=search.pk)
    if SavedSearch.objects.filter(owner=search.owner_id, name=name).exclude(pk=search.pk).exists():
        raise NameTaken(name)
    search.name, search.line, search.is_shared, search.on_home, search.saved_at = name, line, is_shared, on_home, at
    search.save()
    _record("search.save", search, by, at)
    return search


@transaction.atomic
def drop_search(*, search: SavedSearch, by: User, at: datetime) -> None:
    """It is gone, for whoever used it. Recorded as `search.drop`."""
    _record("search.drop", search, by, at)
    search.delete()


def _record(action: str, search: SavedSearch, by: User, at: datetime) -> None:
    detail = {"line": search.line, "shared": search.is_shared}
    if action == "search.save":
        audit.record(action="search.save", actor=by, obj=search, ward_id=search.ward_id, detail=detail, at=at)
    else:
        audit.record(action="search.drop", actor=by, obj=search, ward_id=search.ward_id, detail=detail, at=at)

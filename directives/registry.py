"""Rows of the register: a paper with how much it asks, its next last day and what still waits for the reader's units.

Not here: the paper's own page (`paper.py`), filters as input (`forms.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from directives.choices import DirectiveState
from directives.models import Obligation, Requirement
from directives.querysets import DirectiveQuerySet
from units.models import User


def register_rows(
    visible: DirectiveQuerySet, wanted: Mapping[str, Any], *, user: User, at: datetime
) -> DirectiveQuerySet:
    """The papers wanted, drafts first, then by issue date, latest first.

    Adds `asks` (requirements), `next_due_at` (the nearest deadline still to come) and `owing` (what is still owed by
    those the reader may see). `wanted`: q, loai, trang_thai, nam; empty values do not narrow.
    """
    found = visible.search(wanted["q"]) if wanted.get("q") else visible
    if wanted.get("loai"):
        found = found.filter(kind=wanted["loai"])
    if wanted.get("trang_thai"):
        found = found.filter(state=wanted["trang_thai"])
    if wanted.get("nam"):
        found = found.filter(issued_on__year=wanted["nam"])
    requirements = Requirement.objects.filter(directive=OuterRef("pk")).order_by().values("directive")
    owing = (
        Obligation.objects.visible_to(user)
        .owing(at)
        .filter(requirement__directive=OuterRef("pk"))
        .order_by()
        .values("requirement__directive")
    )
    first = Case(When(state=DirectiveState.DRAFT, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.annotate(
        asks=_counted(requirements.annotate(n=Count("pk"))),
        next_due_at=Subquery(requirements.filter(Q(due_at__gt=at)).annotate(n=Min("due_at")).values("n")),
        owing=_counted(owing.annotate(n=Count("pk"))),
    ).order_by(first, "-issued_on", "-number", "-pk")


def _counted(rows: Any) -> Coalesce:
    return Coalesce(Subquery(rows.values("n"), output_field=IntegerField()), 0)

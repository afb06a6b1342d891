"""Selections over what the ward owes its superior.

Not here: permission predicates (`rules.py`), changes (`services.onward`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.functions import Coalesce

from directives.choices import DirectiveState
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from units.models import User


class OnwardDutyQuerySet(models.QuerySet):
    """Duties of the ward towards its superior."""

    def visible_to(self, user: User) -> Self:
        """Of the wards this account reads; drafts only for those who work there. Twin of `directives.view_onwardduty`."""
        scope = scope_of(user)
        issued = ~models.Q(directive__state=DirectiveState.DRAFT)
        return self.filter(under_any(scope.staff_paths, "ward__") | (issued & under_any(scope.read_paths, "ward__")))

    def owed(self) -> Self:
        """Not sent yet, of a directive that was issued and not revoked; a closed one does not end it."""
        return self.filter(done_at=None, directive__state__in=(DirectiveState.ISSUED, DirectiveState.CLOSED))

    def counted(self, at: datetime) -> dict[str, Any]:
        """How many are owed, and how many of them are late, in one query; `ward` is the key of a ward that owes, of one that
        is late where any is.
        """
        late = models.Q(due_at__lte=at)
        return (
            self.owed()
            .order_by()
            .aggregate(
                owed=models.Count("pk"),
                overdue=models.Count("pk", filter=late),
                ward=Coalesce(models.Min("ward", filter=late), models.Min("ward")),
            )
        )

    def sent(self) -> Self:
        """Sent, the latest first."""
        return self.filter(done_at__isnull=False).order_by("-sent_on", "-pk")

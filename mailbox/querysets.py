"""Questions to the mails that came in.

Not here: what is owed (app directives), reading mail (`reading.py`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from mailbox.choices import NEEDS_A_PERSON, CaseState
from units.querysets import under_any
from units.scopes import scope_of
from vietnamese.text import fold

if TYPE_CHECKING:
    from units.models import User


class MailCaseQuerySet(models.QuerySet):
    """Mails as cases."""

    def visible_to(self, user: User) -> Self:
        """Mails to wards this account works for (ADMIN, OFFICE); twin of the permission `mailbox.view_mailcase`."""
        return self.filter(under_any(scope_of(user).staff_paths, "ward__"))

    def needing_a_person(self) -> Self:
        """Unclear, or not readable."""
        return self.filter(state__in=NEEDS_A_PERSON)

    def waiting(self, at: datetime) -> Self:
        """Kept, not read yet, and held by nobody at `at`; oldest first."""
        free = Q(lease_until=None) | Q(lease_until__lte=at)
        return self.filter(free, state=CaseState.NEW).order_by("pk")

    def search(self, text: str) -> Self:
        """Every word in sender, subject or a file's name, accents aside."""
        found = self
        for word in fold(text).split()[:8]:
            found = found.filter(folded__contains=word)
        return found


class MailFolderQuerySet(models.QuerySet):
    """Folders that are read."""

    def visible_to(self, user: User) -> Self:
        """Folders of wards this account works for; twin of `mailbox.view_mailfolder`."""
        return self.filter(under_any(scope_of(user).staff_paths, "ward__"))

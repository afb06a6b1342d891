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
        """Unclear, a question, or not readable."""
        return self.filter(state__in=NEEDS_A_PERSON)

    def waiting(self, at: datetime) -> Self:
        """Kept, not read yet, and held by nobody at `at`; oldest first."""
        free = Q(lease_until=None) | Q(lease_until__lte=at)
        return self.filter(free, state=CaseState.NEW).order_by("pk")

    def to_put_aside(self, folder_key: str) -> Self:
        """Read, and still lying where it was found; `folder_key`: how the keys of one folder's mails begin."""
        left = self.filter(to_put_aside=True, key__startswith=folder_key)
        return left.exclude(state=CaseState.NEW).order_by("pk")

    def to_tell(self, at: datetime) -> Self:
        """Whose senders are to hear more by `at`, inclusive; the latest mail first. One being read waits."""
        return self.filter(tell_from__lte=at).exclude(state=CaseState.NEW).order_by("-received_at", "-pk")

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


class UnitAddressQuerySet(models.QuerySet):
    """Addresses of units."""

    def visible_to(self, user: User) -> Self:
        """Those of wards this account works for; twin of `mailbox.view_unitaddress`."""
        return self.filter(under_any(scope_of(user).staff_paths, "ward__"))

"""Questions to the outgoing mail and to notices.

Not here: claiming a mail (`draining.py`).
"""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from outbox.choices import MailState

WAITING = (MailState.QUEUED, MailState.FAILED, MailState.SENDING)
"""States of what is still to go, now or later."""


class OutgoingMailQuerySet(models.QuerySet):
    """Mails by what is to be done with them."""

    def claimable(self, at: datetime) -> Self:
        """What a worker may take at `at`: due, or held by a worker whose lease has run out.

        Bulk mail comes after all other, so that nobody waits for a new password behind five thousand reminders; then
        the longest waiting first.
        """
        due = Q(state__in=[MailState.QUEUED, MailState.FAILED], next_try_at__lte=at)
        free = Q(lease_until=None) | Q(lease_until__lte=at)
        abandoned = Q(state=MailState.SENDING, lease_until__lte=at)
        return self.filter((due & free) | abandoned).order_by("is_bulk", "next_try_at", "pk")

    def waiting(self) -> Self:
        """Everything that is still to go, now or later."""
        return self.filter(state__in=WAITING)

    def undelivered(self) -> Self:
        """What was given up, or came back."""
        return self.filter(state__in=[MailState.DEAD, MailState.BOUNCED])

    def in_ward(self, ward_id: int) -> Self:
        """Mails of one ward."""
        return self.filter(ward_id=ward_id)


class NoticeQuerySet(models.QuerySet):
    """Notices in the portal; a notice belongs to its reader alone."""

    def visible_to(self, user: Any) -> Self:
        """One's own; nobody else's, whatever the role."""
        return self.filter(user=user.pk)

    def unread(self) -> Self:
        """Not marked read."""
        return self.filter(read_at=None)

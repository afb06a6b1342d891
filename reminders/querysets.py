"""Questions to planned reminders.

Not here: who owes (directives' querysets), what becomes of mails (outbox).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q

from reminders.choices import RunState
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from units.models import Unit, User


class PlanningRunQuerySet(models.QuerySet):
    """Planning jobs."""

    def claimable(self, at: datetime) -> Self:
        """Not done yet, and not held by a worker at `at`; oldest day first."""
        free = Q(lease_until=None) | Q(lease_until__lte=at)
        return self.filter(free).exclude(state=RunState.DONE).order_by("day", "pk")

    def last_day_done(self, ward: Unit, before: date) -> date | None:
        """The latest day before `before` that was planned for this ward; None when there is none."""
        done = self.filter(ward=ward, state=RunState.DONE, day__lt=before)
        return done.order_by("-day").values_list("day", flat=True).first()


class DigestQuerySet(models.QuerySet):
    """Digests."""

    def visible_to(self, user: User) -> Self:
        """Digests of the wards this account works for; twin of the permission `reminders.view_digest`."""
        return self.filter(under_any(scope_of(user).staff_paths, "ward__"))

    def with_counts(self) -> Self:
        """Adds `standing` and `dropped`: how many obligations the letter speaks of, and how many fell away."""
        obligations = Count("reminders__obligation", distinct=True, filter=Q(reminders__dropped_at=None))
        dropped = Count("reminders__obligation", distinct=True, filter=Q(reminders__dropped_at__isnull=False))
        return self.annotate(standing=obligations, dropped=dropped)


class ReminderQuerySet(models.QuerySet):
    """Reminders."""

    def standing(self) -> Self:
        """Those not dropped."""
        return self.filter(dropped_at=None)


class RulingQuerySet(models.QuerySet):
    """What the office decided about letters."""

    def visible_to(self, user: User) -> Self:
        """Of the wards this account works for; twin of the permission `reminders.view_ruling`."""
        return self.filter(under_any(scope_of(user).staff_paths, "ward__"))

    def in_force(self, ward: Unit, day: date) -> Self:
        """Of the ward, about the letters of `day`."""
        return self.filter(ward=ward, first_day__lte=day, last_day__gte=day).order_by("first_day", "name", "pk")

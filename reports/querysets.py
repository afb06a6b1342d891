"""Selections over summary reports and jobs that read like sentences.

Not here: permission predicates (`rules.py`), changes (`services`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from reports.choices import OPEN_JOB_STATES, JobState
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from units.models import User


class SummaryReportQuerySet(models.QuerySet):
    """Summary reports."""

    def visible_to(self, user: User) -> Self:
        """Reports of the wards this account reads as a whole today; twin of `reports.view_summaryreport`."""
        return self.filter(under_any(scope_of(user).read_paths, "ward__"))

    def compiled(self) -> Self:
        """Those whose files are there."""
        return self.filter(compiled_at__isnull=False)


class ChasingLetterQuerySet(models.QuerySet):
    """Chasing letters."""

    def visible_to(self, user: User) -> Self:
        """Letters of the wards this account reads as a whole today; twin of `reports.view_chasingletter`."""
        return self.filter(under_any(scope_of(user).read_paths, "ward__"))

    def made(self) -> Self:
        """Those whose papers are there."""
        return self.filter(made_at__isnull=False)


class ForwardingBundleQuerySet(models.QuerySet):
    """Forwarding bundles: they hold essays, so only whoever may read all essays of the ward has them."""

    def visible_to(self, user: User) -> Self:
        """Bundles of the wards this account works for today; twin of `reports.view_forwardingbundle`."""
        return self.filter(under_any(scope_of(user).staff_paths, "ward__"))

    def made(self) -> Self:
        """Those whose files are there."""
        return self.filter(made_at__isnull=False)


class JobQuerySet(models.QuerySet):
    """Jobs; the table is the queue."""

    def visible_to(self, user: User) -> Self:
        """Jobs of the wards this account reads as a whole today; twin of `reports.view_job`."""
        return self.filter(under_any(scope_of(user).read_paths, "ward__"))

    def unfinished(self) -> Self:
        """Waiting or running."""
        return self.filter(state__in=OPEN_JOB_STATES)

    def claimable(self, at: datetime) -> Self:
        """Waiting ones, and running ones whose worker has let its lease run out, longest waiting first."""
        return self.filter(
            Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, lease_until__lte=at),
        ).order_by("asked_at", "pk")

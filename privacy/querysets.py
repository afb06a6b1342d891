"""Selections over requests and records of personal data.

Not here: permission predicates (`rules.py`), changes (`services`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Prefetch, Q

from privacy.choices import RequestState
from units.models import Membership
from units.querysets import under_any
from units.scopes import scope_of

if TYPE_CHECKING:
    from datetime import date

    from units.models import User


class CorrectionRequestQuerySet(models.QuerySet):
    """Requests for a correction."""

    def visible_to(self, user: User) -> Self:
        """What the account asked, what is about its own person, and all of the wards it works for; twin of
        `privacy.view_correctionrequest`."""
        scope = scope_of(user)
        own = Q(asked_by_id=scope.user_id) | Q(member_id__isnull=False, member_id=scope.member_id)
        return self.filter(own | under_any(scope.staff_paths, "ward__")) if scope.user_id else self.none()

    def decidable_by(self, user: User) -> Self:
        """Those of the wards the account works for; twin of `privacy.decide_correction`."""
        return self.filter(under_any(scope_of(user).staff_paths, "ward__"))

    def with_places(self, day: date) -> Self:
        """With the membership that counts each member on `day`, as `member.places` (none, or one)."""
        counted = Membership.objects.counted(day, of_many=True).select_related("unit").order_by("pk")
        return self.prefetch_related(Prefetch("member__memberships", counted, to_attr="places"))

    def waiting(self) -> Self:
        """Not answered yet, the oldest first."""
        return self.filter(state=RequestState.OPEN).order_by("asked_at", "pk")


class DeletionRecordQuerySet(models.QuerySet):
    """Records of destruction."""

    def visible_to(self, user: User) -> Self:
        """Of the wards where the account is ADMIN; twin of `privacy.view_deletionrecord`."""
        return self.filter(under_any(scope_of(user).admin_paths, "ward__"))


class RetentionProposalQuerySet(models.QuerySet):
    """Proposals of what may be destroyed."""

    def visible_to(self, user: User) -> Self:
        """Of the wards where the account is ADMIN; twin of `privacy.view_retentionproposal`."""
        return self.filter(under_any(scope_of(user).admin_paths, "ward__"))

    def standing(self) -> Self:
        """With something left in them, the newest first."""
        return self.exclude(counts={}).order_by("-day", "pk")

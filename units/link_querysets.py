"""Selections over personal links.

Not here: permission predicates (`rules.py`), changes (`services.links`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef

from units.querysets import under_any
from units.scopes import scope_of
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from units.models import Member, Unit, User


class PersonalLinkQuerySet(models.QuerySet):
    """Personal links."""

    def visible_to(self, user: User) -> Self:
        """Links of members this account hands them to; twin of `units.view_personallink`.

        The office those of its ward; a secretary those of the members counted in his units today.
        """
        scope = scope_of(user)
        membership = apps.get_model("units", "Membership")
        here = membership.objects.counted(scope.day).filter(
            under_any(scope.secretary_paths, "unit__"), member=OuterRef("member")
        )
        return self.filter(under_any(scope.staff_paths, "member__ward__") | Exists(here))

    def live(self, at: datetime) -> Self:
        """Neither revoked nor expired at `at` (exclusive end)."""
        return self.filter(revoked_at=None, expires_at__gt=at)

    def ran_out(self, at: datetime) -> Self:
        """Expired at `at` and neither revoked nor replaced since."""
        return self.filter(revoked_at=None, expires_at__lte=at)

    def within(self, unit: Unit, at: datetime) -> Self:
        """Of members counted in the unit or below it on the day of `at`."""
        membership = apps.get_model("units", "Membership")
        counted = membership.objects.counted(local_day(at))
        here = counted.filter(unit__path__startswith=unit.path, member=OuterRef("member"))
        return self.filter(Exists(here))

    def of_member(self, member: Member) -> Self:
        """All of one member, newest first."""
        return self.filter(member=member).order_by("-created_at", "-pk")

"""Selections over the roster that read like sentences.

Not here: permissions tables (`rules.py`), changes (`services.py`).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q
from treebeard.mp_tree import MP_NodeManager, MP_NodeQuerySet

from units.choices import LEFT_STATUSES, Role

if TYPE_CHECKING:
    from units.models import Unit, User


def active_on(day: date, prefix: str = "") -> Q:
    """Condition for a dated row true on `day`: `valid_from` inclusive, `valid_to` exclusive."""
    return (Q(**{f"{prefix}valid_from": None}) | Q(**{f"{prefix}valid_from__lte": day})) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    )


class DatedQuerySet(models.QuerySet):
    """Rows with `valid_from` and `valid_to`."""

    def active(self, day: date) -> Self:
        """Rows true on `day`."""
        return self.filter(active_on(day))


class UnitQuerySet(MP_NodeQuerySet):
    """Units; `day` decides which are open."""

    def open_on(self, day: date) -> Self:
        """Units that exist on `day`: opened on or before it, not closed by it."""
        return self.filter(
            Q(opened_on=None) | Q(opened_on__lte=day),
            Q(closed_on=None) | Q(closed_on__gt=day),
        )

    def within(self, unit: Unit) -> Self:
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)


class UnitManager(MP_NodeManager.from_queryset(UnitQuerySet)):
    """Tree manager with the unit sentences."""

    def get_queryset(self) -> UnitQuerySet:
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class MemberQuerySet(models.QuerySet):
    """Members."""

    def in_the_party(self) -> Self:
        """Members who have not left (suspended, removed, expelled or deceased ones have)."""
        return self.exclude(status__in=LEFT_STATUSES)


class MembershipQuerySet(DatedQuerySet):
    """Memberships."""


class AppointmentQuerySet(DatedQuerySet):
    """Appointments."""


class ExemptionQuerySet(DatedQuerySet):
    """Exemptions."""


class RoleGrantQuerySet(DatedQuerySet):
    """Role grants."""

    def of_role(self, *roles: Role) -> Self:
        """Grants of one of the roles."""
        return self.filter(role__in=roles)


class UserManager(BaseUserManager):
    """Accounts, created by e-mail."""

    def get_by_natural_key(self, username: str) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """One account; the e-mail is stored in lower case, an empty password is unusable."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An account for repair in the Django admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

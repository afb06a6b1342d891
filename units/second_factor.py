"""Who must log in with a second factor, and who has one.

Superusers and whoever holds one of `choices.SECOND_FACTOR_ROLES` today must (`quality.md` §6); everybody may. Demo
accounts need none: they are refused in production.
Not here: the gate that sends people to set one up (`gates.py`), codes and keys (django-allauth), resetting a lost one
(`services.second_factor`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator

from units.choices import SECOND_FACTOR_ROLES
from units.scopes import scope_of

if TYPE_CHECKING:
    from units.models import User

# What proves a second possession; recovery codes alone are a spare, not a factor.
FACTOR_TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def must_have_second_factor(user: User) -> bool:
    """Repairs the portal, or holds a role today that asks for it."""
    if user.is_demo:
        return False
    return user.is_superuser or not scope_of(user).roles.isdisjoint(SECOND_FACTOR_ROLES)


def has_second_factor(user: User) -> bool:
    """An authenticator app or a key is set up; read with the account itself when it comes from a session."""
    known = getattr(user, "with_factor", None)  # see `querysets.UserQuerySet.with_second_factor`
    if known is None:
        return Authenticator.objects.filter(user_id=user.pk, type__in=FACTOR_TYPES).exists()
    return known


def lacks_second_factor(user: User) -> bool:
    """Must have one and has none."""
    return not has_second_factor(user) and must_have_second_factor(user)

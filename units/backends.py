"""Logging in by e-mail, and reading the account of a session with all that every page asks of it in one query.

Not here: what the login library checks (`allauth.account.auth_backends`), permissions (`rules.py`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from allauth.account.auth_backends import AuthenticationBackend

from units.models import User

if TYPE_CHECKING:
    from units.querysets import UserQuerySet


class AccountBackend(AuthenticationBackend):
    """The login library's backend; the account comes with `with_factor` and `notice_read`, so that the gates cost no query of their own."""

    def get_user(self, user_id: int) -> User | None:
        """The active account of a session."""
        user = _accounts().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


@cache
def _accounts() -> UserQuerySet:
    """All accounts with what the gates ask, put together once: it is asked on every page, and holds no row."""
    return User.objects.with_second_factor().with_notice_read()

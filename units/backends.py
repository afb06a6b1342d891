"""Logging in by e-mail, and reading the account of a session with all that every page asks of it in one query.

Not here: what the login library checks (`allauth.account.auth_backends`), permissions (`rules.py`).
"""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import BigIntegerField

from statements.asking import Given, Prepared
from units.models import User

_ACCOUNT: Prepared[User] = Prepared(
    lambda: User.objects.with_second_factor().with_notice_read().filter(pk=Given("pk", BigIntegerField()))
)


class AccountBackend(AuthenticationBackend):
    """The login library's backend; the account comes with `with_factor` and `notice_read`, so that the gates cost no query of their own."""

    def get_user(self, user_id: int) -> User | None:
        """The active account of a session."""
        user = _ACCOUNT.one(pk=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

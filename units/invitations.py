"""Mailing an account the link by which its owner sets the password, through the login library's own flow.

Not here: opening the account (`services.accounts`), the mail's way out (`adapters.py`).
"""

from __future__ import annotations

from django.http import HttpRequest

from units.login_forms import ResetPasswordForm
from units.models import User


def mail_password_link(request: HttpRequest, user: User) -> bool:
    """Queue the mail; False when the account cannot get one (locked)."""
    form = ResetPasswordForm({"email": user.email})
    if not form.is_valid():
        return False
    form.save(request)
    return user.is_active

"""Ending logins: one's own, or by the administrator those of an account under him. They end at once.

Not here: ending by itself (`phucloi_portal.session_clock`), locking the account (`accounts.py`).
"""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db import transaction

from audit import services as audit
from units.models import User


@transaction.atomic
def end_sessions(*, user: User, by: User | str | None, only: int | None = None, but_key: str = "") -> int:
    """End the logins of `user`: the one with the id `only`, else all but the one with the session key `but_key`.

    Whoever may is the caller's to check. Returns how many were ended; recorded once as `account.end_session` with the
    count when there was any.
    """
    found = UserSession.objects.filter(user=user).exclude(session_key=but_key)
    if only is not None:
        found = found.filter(pk=only)
    ended = list(found)
    for session in ended:
        session.end()
    if ended:
        audit.record(action="account.end_session", actor=by, obj=user, detail={"count": len(ended)})
    return len(ended)

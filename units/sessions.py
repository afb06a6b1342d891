"""The logins of an account that are open now, as people read them.

Not here: ending them (`services.sessions`), when they end by themselves (`session_rules.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from units.models import User


def open_sessions(user: User, *, now: datetime) -> list[UserSession]:
    """Latest used first; two queries however many there are."""
    return open_sessions_by_account([user], now=now)[user.pk]


def open_sessions_by_account(users: Iterable[User], *, now: datetime) -> dict[int, list[UserSession]]:
    """The same for several accounts; an account without any has an empty list."""
    rows = list(UserSession.objects.filter(user__in=list(users)).order_by("-last_seen_at", "-pk"))
    keys = [row.session_key for row in rows]
    alive = set(Session.objects.filter(session_key__in=keys, expire_date__gt=now).values_list("session_key", flat=True))
    found: dict[int, list[UserSession]] = defaultdict(list)
    for row in rows:
        if row.session_key in alive:
            found[row.user_id].append(row)
    return found

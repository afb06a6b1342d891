"""Django's sessions in the database, found by a statement that is written once.

Not here: how long a login lasts (`session_clock.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db.models import CharField, DateTimeField
from django.utils import timezone

from statements.asking import Given, Prepared

if TYPE_CHECKING:
    from django.contrib.sessions.models import Session

_SESSION: Prepared[Session] = Prepared(
    lambda: DatabaseSessions.get_model_class().objects.filter(
        session_key=Given("key", CharField()), expire_date__gt=Given("now", DateTimeField())
    )
)


class SessionStore(DatabaseSessions):
    """The library's; every page opens one."""

    def _get_session_from_db(self) -> Session | None:
        found = _SESSION.one(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found

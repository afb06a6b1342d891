"""A world that stands for a whole test module: built once, inside one transaction that is rolled back at the end.

The module's tests bear `pytest.mark.django_db`: what one of them changed is rolled back after it. `keep_data_folder` takes the place of the
fixture that empties the store after each test; the module empties it when it ends.
Not here: what stands in the world (`world.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client

from units.models import User
from vietnamese.dates import VIETNAM

NOW = datetime(2026, 4, 25, 9, 30, tzinfo=VIETNAM)
Built = TypeVar("Built")


@contextmanager
def standing_world(blocker: Any, build: Callable[[datetime], Built]) -> Iterator[Built]:
    """What `build(NOW)` made, with the clock standing at NOW and the database open, until the module ends."""
    with time_machine.travel(NOW, tick=False), blocker.unblock(), transaction.atomic():
        yield build(NOW)
        transaction.set_rollback(True)
    for name in ("vault", "mail", "media", "staging"):
        shutil.rmtree(Path(settings.DATA_DIR) / name, ignore_errors=True)


@pytest.fixture(autouse=True)
def keep_data_folder() -> None:
    """Leave the store as it is: the standing world's files are in it."""


def log_in(user: User | None) -> str:
    """The cookie of a new session of the account; "" for nobody. The session lasts as long as the world."""
    if user is None:
        return ""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    user.__dict__.pop("_scope", None)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def browser_of(cookie: str) -> Client:
    """A browser that nothing has happened in yet, in the session of `cookie`."""
    client = Client()
    if cookie:
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return client

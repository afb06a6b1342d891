"""What the tests of the log share: a browser of an account, and the one entry that an act must write.

Not here: the acts (`test_events.py`, `test_events_of_people.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client

from audit import services as audit
from audit.models import AuditEntry

NOBODY = ""


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@contextmanager
def wrote(
    action: str, *, by: Any, on: Any = None, ward: Any, keys: str = "", result: str = "ok", web: bool = False
) -> Iterator[None]:
    """Exactly one entry is appended in the block, with exactly this in it. `by`: an account or a program's name."""
    before = audit.head()[0]
    yield
    entries = list(AuditEntry.objects.filter(seq__gt=before).order_by("seq"))
    assert [entry.action for entry in entries] == [action]
    (entry,) = entries
    who = ("", by) if isinstance(by, str) else (str(by.pk), str(by))
    assert (entry.actor_id, entry.actor_label) == who, action
    what = ("", "") if on is None else on if isinstance(on, tuple) else (on._meta.label_lower, str(on.pk))
    assert (entry.obj_type, entry.obj_id) == what, action
    assert entry.ward_id == (ward.pk if ward is not None else None), action
    assert (entry.result, set(entry.data)) == (result, set(keys.split())), action
    assert bool(re.fullmatch("[0-9a-f]{32}", entry.request_id)) is web, action
    assert entry.ip == ("127.0.0.1" if web else ""), action

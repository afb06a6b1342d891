"""Writing notices: what a letter says, in one sentence, on the bell of the reader's account.

Part of the verbs that plan; records nothing by itself. Not here: what the bell shows (`bell.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse

from outbox.services import NoticeDraft, notify
from reminders.digests import Person
from units.models import User

OF_DEBTS: Final = "reminders.debts"
OF_CHANGES: Final = "reminders.changes"
_BATCH = 500


@dataclass(frozen=True)
class Told:
    """One sentence to one person; `payload`: ids of the debts it speaks of."""

    person: Person
    title: str
    text: str
    payload: tuple[int, ...]


def accounts_of(people: Sequence[Person]) -> dict[str, int]:
    """Address of the person → his active account, found by the member or by the address. Queries by the five hundred."""
    members = {person.member_id: person.address for person in people if person.member_id}
    addresses = {person.address for person in people}
    found: dict[str, int] = {}
    ids = list(members)
    for start in range(0, len(ids), _BATCH):
        rows = User.objects.filter(is_active=True, member__in=ids[start : start + _BATCH]).order_by("-pk")
        found |= {members[member_id]: pk for member_id, pk in rows.values_list("member_id", "pk")}
    rest = sorted(addresses - set(found))
    for start in range(0, len(rest), _BATCH):
        rows = User.objects.filter(is_active=True, email__in=rest[start : start + _BATCH])
        found |= {email.lower(): pk for email, pk in rows.values_list("email", "pk")}
    return found


def tell_accounts(told: Iterable[Told], *, kind: str, key: str, at: datetime) -> int:
    """Notices for those of the people who have an account; the same `key` is told once. Returns how many."""
    told = list(told)
    accounts = accounts_of([one.person for one in told])
    url = reverse("directives:my_work")
    drafts = [
        NoticeDraft(accounts[one.person.address], kind, one.title, key, one.text, url, one.payload)
        for one in told
        if one.person.address in accounts
    ]
    return notify(drafts=drafts, at=at)

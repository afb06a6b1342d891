"""What was sent to one address of a ward, and which addresses of the ward sent mail back.

Reads only. Not here: trusting an address again (`services.addresses`), HTTP (`views/addresses.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.db.models.functions import Lower

from outbox.models import BadAddress, OutgoingMail
from reminders.tokens import token_of
from units.models import Member, Unit, User

KIND_WORDS: Final[dict[str, str]] = {
    "reminders.digest": "Thư nhắc",
    "reminders.change": "Báo thay đổi",
    "mailbox.answer": "Trả lời thư nộp bài",
    "mailbox.later": "Báo thêm về thư nộp bài",
}
"""The mails a ward's office sees; mails of accounts (passwords, invitations) belong to their readers."""


def mails_of(ward: Unit) -> QuerySet[OutgoingMail]:
    """The ward's mails the office may see."""
    return OutgoingMail.objects.in_ward(ward.pk).filter(kind__in=KIND_WORDS)


def mails_to(ward: Unit, token: str) -> tuple[str, QuerySet[OutgoingMail]] | None:
    """The address behind a token and all that was written to it, latest first; None when nothing was. Two queries."""
    addresses = mails_of(ward).order_by().values_list("to_address", flat=True).distinct()
    found = next((one for one in addresses if token_of(one) == token), None)
    if found is None:
        return None
    return found, mails_of(ward).filter(to_address=found).select_related("digest").order_by("-created_at", "-pk")


@dataclass(frozen=True)
class ReturnedAddress:
    """An address a mail server called wrong or closed, and whose it is here."""

    bad: BadAddress
    names: tuple[str, ...]
    token: str
    """Of what was written to it; "" when the ward wrote nothing there."""


def returned_addresses(ward: Unit) -> list[ReturnedAddress]:
    """Those of the ward's members, of their accounts, and those its letters went to; latest first. Four queries."""
    rows = {bad.address: bad for bad in BadAddress.objects.order_by("-since", "-pk")}
    if not rows:
        return []
    names: dict[str, dict[str, None]] = {}
    people = [
        Member.objects.filter(ward=ward).annotate(low=Lower("email")).filter(low__in=rows),
        User.objects.filter(member__ward=ward).annotate(low=Lower("email")).filter(low__in=rows),
    ]
    for found in people:
        for address, name in found.order_by("pk").values_list("low", "full_name"):
            names.setdefault(address, {})[name] = None
    written = {}
    mails = mails_of(ward).filter(to_address__in=rows).order_by("pk")
    for address, name in mails.values_list("to_address", "to_name"):
        written[address] = token_of(address)
        names.setdefault(address, {}).setdefault(name, None)
    return [
        ReturnedAddress(bad, tuple(filter(None, names[address])), written.get(address, ""))
        for address, bad in rows.items()
        if address in names
    ]

"""Who owes and cannot be written to: members without address, units without a contact.

Reads only. Not here: how addresses are found (`recipients.py`), HTTP (`views.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from directives.models import Obligation
from outbox.services import bad_addresses
from reminders.recipients import account_addresses, contacts_of, units_of, usable
from units.models import Member, Unit
from units.querysets import found_by
from vietnamese.collation import collation_key
from vietnamese.dates import local_day


@dataclass(frozen=True)
class SilentPerson:
    """A member who owes and cannot be written to, with who is told instead (None: nobody)."""

    member: Member
    unit: str
    debts: int
    told: str
    phone: str


def count_without_address(ward: Unit, at: datetime) -> int:
    """The length of `people_without_address`, in three queries."""
    debts = Obligation.objects.filter(ward=ward, member__isnull=False).owing(at).with_binding_deadline()
    accounts = account_addresses([ward])
    bad = bad_addresses()
    rows = debts.order_by().values_list("member", "unit", "member__email").distinct()
    return sum(1 for member_id, _, email in rows if not usable(email, accounts.get(member_id), bad=bad))


def people_without_address(ward: Unit, at: datetime, text: str = "") -> list[SilentPerson]:
    """Members who owe something with a binding date and have neither address nor account, in the Vietnamese order."""
    debts = Obligation.objects.filter(ward=ward, member__isnull=False).owing(at).with_binding_deadline()
    if text:
        debts = debts.filter(found_by(text, "member__folded", "unit__folded"))
    owed = list(debts.order_by().values_list("member", "unit").annotate(Count("pk")))
    accounts = account_addresses([ward])
    members = Member.objects.filter(pk__in={row[0] for row in owed}).in_bulk()
    units = units_of([ward])
    silent, bad = [], bad_addresses()
    contacts = contacts_of([ward], local_day(at), units, accounts=accounts, bad=bad)
    for member_id, unit_id, count in owed:
        member = members[member_id]
        if not usable(member.email, accounts.get(member_id), bad=bad):
            told = contacts.get(unit_id, ())
            name, phone = (told[0].name, told[0].phone) if told else ("", "")
            silent.append(SilentPerson(member, units[unit_id].name, count, name, phone))
    return sorted(silent, key=lambda person: (person.member.sort_key, person.member.pk, person.unit))


def units_without_contact(ward: Unit, at: datetime) -> list[str]:
    """Names of units that owe something and for which nobody can be written to."""
    owing = Obligation.objects.filter(ward=ward).of_those_below().owing(at).with_binding_deadline()
    asked = set(owing.order_by().values_list("unit", flat=True).distinct())
    units = units_of([ward])
    reached = contacts_of([ward], local_day(at), units, bad=bad_addresses())
    return sorted((units[pk].name for pk in asked if pk not in reached), key=collation_key)

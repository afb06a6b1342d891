"""Who wrote a mail, by its address alone: an account, a unit, a member of the roster, or nobody we know.

An address proves nothing, so a mail never does more than hand in. Not here: reading the header (`reading.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbox.models import UnitAddress
from units.choices import Role
from units.models import Member, Membership, RoleGrant, Unit, User
from vietnamese.dates import local_day


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom an address belongs to within one ward; all None = unknown."""

    unit: Unit | None = None
    """What the sender may answer for, with everything below it."""
    user: User | None = None
    member: Member | None = None
    own_only: bool = False
    """A member without office: only his own debts."""

    @property
    def is_known(self) -> bool:
        """Whether files can be taken from this sender."""
        return self.unit is not None


def sender_of(address: str, ward: Unit, at: datetime) -> Sender:
    """The sender behind an address. An address that several members share tells of none of them."""
    day = local_day(at)
    user = (
        User.objects.filter(email__iexact=address, is_active=True).select_related("member").first() if address else None
    )
    if user:
        grants = RoleGrant.objects.active(day).filter(user=user, unit__path__startswith=ward.path)
        roles = [Role.SECRETARY, Role.ADMIN, Role.OFFICE]
        held = grants.filter(role__in=roles).select_related("unit").order_by("unit__depth", "pk").first()
        if held:
            return Sender(held.unit, user)
        if user.member:
            return _as_member(user.member, user, ward, at)
    of_unit = UnitAddress.objects.filter(ward=ward, address=address.lower()).select_related("unit").first()
    if of_unit and Unit.objects.open_on(day).filter(pk=of_unit.unit_id).exists():
        return Sender(of_unit.unit)
    members = list(Member.objects.filter(ward=ward, email__iexact=address)[:2]) if address else []
    return _as_member(members[0], None, ward, at) if len(members) == 1 else Sender()


def _as_member(member: Member, user: User | None, ward: Unit, at: datetime) -> Sender:
    counted = Membership.objects.counted(local_day(at)).filter(member=member, unit__path__startswith=ward.path)
    found = counted.select_related("unit").first()
    return Sender(found.unit, user, None if user else member, own_only=True) if found else Sender()

"""The office's verb on an address that sent mail back: trust it again.

Not here: which addresses those are (`reminders.addresses`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

import audit.services as audit
from outbox.models import BadAddress
from outbox.services import trust_again
from units.models import Unit, User


@transaction.atomic
def trust_address(*, ward: Unit, bad: BadAddress, by: User, at: datetime) -> None:
    """Mail may go there again, from the next step of the ladder on. Recorded as `mail.trust_address`."""
    trust_again(address=bad.address)
    detail = {"address": bad.address, "reason": bad.reason, "since": bad.since}
    audit.record(action="mail.trust_address", actor=by, obj=ward, ward_id=ward.pk, detail=detail, at=at)

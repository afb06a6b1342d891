"""Who is left in peace by choice.

Reads only. Not here: choosing (`forms.py`), strikes and holds (`plan_rows.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reminders.choices import Quiet
from reminders.digests import Person
from reminders.models import MailChoice
from reminders.stages import OPENS, offset_of

if TYPE_CHECKING:
    from units.models import User

LATE_FROM = -1
"""Who wants late steps only is written to from this step on."""


@dataclass(frozen=True)
class Choices:
    """Quiet and hour by member and by address of the account."""

    by_member: dict[int, tuple[str, int]]
    by_address: dict[str, tuple[str, int]]

    def _of(self, person: Person) -> tuple[str, int]:
        found = self.by_member.get(person.member_id) if person.member_id else None
        return found or self.by_address.get(person.address) or (Quiet.ALL, OPENS.hour)

    def is_quiet(self, person: Person, stage: str) -> bool:
        """Whether the person wants no mail at this stage."""
        quiet = self._of(person)[0]
        return quiet == Quiet.NONE or (quiet == Quiet.LATE and offset_of(stage) < LATE_FROM)

    def hour(self, person: Person) -> int:
        """The hour from which the person wants his mail."""
        return self._of(person)[1]


def choices_of() -> Choices | None:
    """The choices of active accounts; None when nobody chose anything. One query.

    Accounts hang on no ward; a choice is met by the address or the member, whichever ward writes.
    """
    rows = MailChoice.objects.filter(user__is_active=True).values_list(
        "user__member_id", "user__email", "quiet", "hour"
    )
    by_member, by_address = {}, {}
    for member_id, email, quiet, hour in rows:
        if member_id:
            by_member[member_id] = (quiet, hour)
        by_address[email.lower()] = (quiet, hour)
    return Choices(by_member, by_address) if by_address else None


def choice_of(user: User) -> dict[str, Any]:
    """What the account chose, as its form shows it. One query."""
    row = MailChoice.objects.filter(user=user.pk).first() or MailChoice()
    return {"quiet": row.quiet, "hour": row.hour}

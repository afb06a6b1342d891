"""Who is told of changes: by the same rule as reminders, the member who owes and the contacts of the unit that answers.

Reads only. Not here: the bell (`change_bell.py`), the letters (`changes.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from directives.models import ChangeNotice
from outbox.services import bad_addresses
from reminders.digests import Duty, Gathering, gather
from reminders.quiet import Choices
from reminders.recipients import account_addresses, contacts_of, leads_of, members_by_id, with_those_above
from units.models import Unit
from vietnamese.dates import local_day


def gather_changes(
    ward: Unit,
    notices: Sequence[ChangeNotice],
    choices: Choices | None,
    at: datetime,
    *,
    by_mail: bool = True,
    elsewhere: Collection[int] = (),
) -> Gathering:
    """Who is told of these changes; `quiet` holds those who want no mail. At most ten queries.

    By mail, nobody at an address that sends mail back. `elsewhere`: obligations of which the member alone is told.
    """
    bad = bad_addresses() if by_mail else frozenset()
    members = {one.member.pk: one.member for n in notices if (one := n.obligation).member is not None}
    units, day = with_those_above({notice.obligation.unit_id for notice in notices}), local_day(at)
    of_leads = any(notice.obligation.requirement.is_of_leads for notice in notices)
    return gather(
        [_duty(notice, tells_unit=notice.obligation_id not in elsewhere) for notice in notices],
        members=members_by_id(
            [(m.pk, m.full_name, m.email) for m in members.values()], account_addresses([ward], members.keys()), bad
        ),
        contacts=contacts_of([ward], day, units, only_these=True, bad=bad),
        leads=leads_of([ward], day, units, bad) if of_leads else None,
        is_quiet=choices.is_quiet if choices else None,
    )


def _duty(notice: ChangeNotice, *, tells_unit: bool) -> Duty:
    """The obligation as `gather` takes it; the stage of the last day counts as one nobody who wants some mail mutes."""
    one, member = notice.obligation, notice.obligation.member
    return Duty(
        one.pk,
        one.requirement_id,
        one.unit_id,
        one.member_id,
        notice.at,
        "T0",
        member_name=member.full_name if member else "",
        member_sort_key=member.sort_key if member else "",
        tells_unit=tells_unit,
        is_of_leads=one.requirement.is_of_leads,
    )

"""Who is told of changes: by the same rule as reminders, the member who owes and the contacts of the unit that answers.

The roster is asked anew, whatever of the work has not followed it yet. Reads only. Not here: the bell
(`change_bell.py`), the letters (`changes.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from directives.choices import NoticeKind
from directives.models import ChangeNotice
from outbox.services import bad_addresses
from reminders.digests import Duty, Gathering, gather
from reminders.quiet import Choices
from reminders.recipients import account_addresses, contacts_of, leads_of, members_by_id, with_those_above
from units.models import Exemption, Membership, Unit
from vietnamese.dates import local_day


def asked_at(found: QuerySet[ChangeNotice], at: datetime) -> QuerySet[ChangeNotice]:
    """These notices, earliest first, with their work and what the roster says at `at`: `is_exempt`, and `counted_in`, the
    unit that counts the member (None: he left; the job that releases his debts comes minutes later)."""
    here = {"member": OuterRef("obligation__member")}
    counted = Membership.objects.counted(local_day(at)).filter(**here).order_by()
    told = found.annotate(
        is_exempt=Exists(Exemption.objects.active(local_day(at)).filter(**here)),
        counted_in=Subquery(counted.values("unit")[:1]),
    )
    work = "obligation__requirement__directive", "obligation__member", "obligation__unit"
    return told.select_related(*work).order_by("at", "pk")


def concerns_somebody(notice: ChangeNotice, at: datetime) -> bool:
    """Of one of `asked_at`: its member is counted in some unit; and, unless it says that nothing is owed, he is not exempt
    and the unit exists."""
    obligation = notice.obligation
    if obligation.member_id is not None and notice.counted_in is None:
        return False
    if notice.kind == NoticeKind.RELEASED:
        return True
    closed_on = obligation.unit.closed_on
    is_exempt = obligation.member_id is not None and notice.is_exempt
    return not is_exempt and (closed_on is None or closed_on > local_day(at))


def gather_changes(
    ward: Unit,
    notices: Sequence[ChangeNotice],
    choices: Choices | None,
    at: datetime,
    *,
    by_mail: bool = True,
) -> Gathering:
    """Who is told of these changes (of `asked_at`); `quiet` holds those who want no mail. At most ten queries.

    By mail, nobody at an address that sends mail back. Of a member whom another unit counts by now, he alone.
    """
    bad = bad_addresses() if by_mail else frozenset()
    members = {one.member.pk: one.member for n in notices if (one := n.obligation).member is not None}
    units, day = with_those_above({notice.obligation.unit_id for notice in notices}), local_day(at)
    of_leads = any(notice.obligation.requirement.is_of_leads for notice in notices)
    return gather(
        [_duty(notice) for notice in notices],
        members=members_by_id(
            [(m.pk, m.full_name, m.email) for m in members.values()], account_addresses([ward], members.keys()), bad
        ),
        contacts=contacts_of([ward], day, units, only_these=True, bad=bad),
        leads=leads_of([ward], day, units, bad) if of_leads else None,
        is_quiet=choices.is_quiet if choices else None,
    )


def _duty(notice: ChangeNotice) -> Duty:
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
        tells_unit=notice.counted_in in (None, one.unit_id),
        is_of_leads=one.requirement.is_of_leads,
    )

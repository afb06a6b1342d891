"""Miễn công tác và sinh hoạt đảng: recording a decision, ending it.

The class of the reason is kept for the office alone and goes into no log.
Not here: who may read the reason (`units.rules`), duties given out before (app directives).
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from audit import services as audit
from units.choices import ExemptionReason
from units.errors import RosterRefused
from units.models import Exemption, Member, User
from vietnamese.dates import format_date
from vietnamese.text import clean


@transaction.atomic
def grant_exemption(
    *, member: Member, decision: str, reason: str, first_day: date, last_day: date | None, by: User | None
) -> Exemption:
    """The member is exempt from `first_day` to `last_day`, both inclusive (None = until ended).

    Recorded as `exemption.grant` without the reason. Raises RosterRefused: no decision, an end before the beginning,
    another exemption at the time.
    """
    member = Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    decision = clean(decision)
    if not decision:
        raise RosterRefused("Chưa ghi số văn bản cho miễn.", "decision")
    if last_day is not None and last_day < first_day:
        raise RosterRefused(
            f"Ngày cuối {format_date(last_day)} trước ngày bắt đầu {format_date(first_day)}. Xem lại hai ngày.",
            "last_day",
        )
    until = last_day + timedelta(days=1) if last_day else None
    clash = member.exemptions.filter(Q(valid_to=None) | Q(valid_to__gt=first_day))
    if until is not None:
        clash = clash.filter(Q(valid_from=None) | Q(valid_from__lt=until))
    other = clash.order_by("pk").first()
    if other is not None:
        raise RosterRefused(
            f"Thời gian này đã được miễn theo {other.decision}. Kết thúc lần miễn ấy trước, hoặc chọn ngày khác.",
            "first_day",
        )
    exemption = Exemption.objects.create(
        member=member, decision=decision, reason=ExemptionReason(reason), valid_from=first_day, valid_to=until
    )
    audit.record(
        action="exemption.grant",
        actor=by,
        obj=member,
        ward_id=member.ward_id,
        detail={"decision": decision, "on": first_day, "to": last_day},
    )
    return exemption


@transaction.atomic
def end_exemption(*, exemption: Exemption, on: date, by: User | None) -> Exemption:
    """`on` is the first day on which the member is not exempt any more. Recorded as `exemption.end`.

    Raises RosterRefused when it has ended by then or begins later.
    """
    exemption = Exemption.objects.select_for_update(of=("self",)).select_related("member").get(pk=exemption.pk)
    if exemption.valid_to is not None and exemption.valid_to <= on:
        raise RosterRefused(f"Lần miễn này đã kết thúc ngày {format_date(exemption.valid_to)}.", "on")
    if exemption.valid_from is not None and on < exemption.valid_from:
        raise RosterRefused(f"Lần miễn này bắt đầu ngày {format_date(exemption.valid_from)}, sau ngày kết thúc.", "on")
    exemption.valid_to = on
    exemption.save(update_fields=["valid_to"])
    audit.record(
        action="exemption.end",
        actor=by,
        obj=exemption.member,
        ward_id=exemption.member.ward_id,
        detail={"decision": exemption.decision, "on": on},
    )
    return exemption

"""The plan of a day reckoned debt by debt in Python, as a measure of the one the database makes by sets.

It reads rows and hands them to the pure `digests.gather`; nothing of `plan_rows`, `plan_steps` or `plan_letters` is in it.
Not here: assertions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from directives.choices import LEAD_KINDS, ObligationState
from directives.models import Obligation
from directives.querysets import SURE
from outbox.services import bad_addresses
from reminders.confirming import asks_to_confirm, unconfirmed
from reminders.digests import EXEMPT, HELD, LEFT, PROMISED, STRUCK, TENTATIVE, Duty, Gathering, Person, gather
from reminders.ladders import day_rungs, promises_of
from reminders.models import Digest, Reminder, Ruling
from reminders.quiet import choices_of
from reminders.recipients import account_addresses, contacts_of, leads_of, units_of, usable
from reminders.stages import asked_key
from units.models import Exemption, Membership, Unit
from vietnamese.dates import local_day


@dataclass(frozen=True)
class Gathered:
    """The letters of one ward, and who is left out."""

    gathering: Gathering
    skipped: Counter[str]


def gathered(ward: Unit, at: datetime, *, after: date | None = None, asked: set[int] | None = None) -> Gathered:
    """The plan of `ward` at `at`, which is not past; duties in the order of units, then of numbers."""
    day, bad = local_day(at), bad_addresses()
    rungs = day_rungs([ward], day, after)
    promised = promises_of([ward], rungs, at)
    accounts, exempt = account_addresses([ward]), set(Exemption.objects.active(day).values_list("member", flat=True))
    counted = set(Membership.objects.counted(day).values_list("member", flat=True))
    owing = Obligation.objects.filter(ward=ward).owing(at)
    skipped: Counter[str] = Counter()
    members: dict[int, Person] = {}
    duties: list[Duty] = []
    for debt in (
        owing.filter(owed_due_at__isnull=False).annotate(due=F("owed_due_at")).select_related("member", "requirement")
    ):
        own, member = rungs.of(ward.pk, debt.requirement_id), debt.member
        stage = own.stage_of(debt.due) if asked is None else asked_key(day) if debt.pk in asked else None
        if asked is None:
            stage = promised.due.get(debt.pk, stage)
        if stage is None:
            continue
        if debt.certainty not in SURE:
            skipped[TENTATIVE] += 1
        elif debt.member_id in exempt:
            skipped[EXEMPT] += 1
        elif member is not None and member.pk not in counted:
            skipped[LEFT] += 1
        elif debt.pk in promised.silent:
            skipped[PROMISED] += 1
        else:
            if member is not None and (address := usable(member.email, accounts.get(member.pk), bad=bad)):
                members[member.pk] = Person(address, member.full_name, "", member.pk, "", member.pk in accounts)
            duties.append(_duty(debt, stage, *own.tells(stage)))
    if asked is None:
        there = {duty.obligation_id for duty in duties}
        duties += [
            one for _, one in asks_to_confirm(unconfirmed([ward], at, rungs), owing) if one.obligation_id not in there
        ]
    units = units_of([ward])
    choices = choices_of()
    found = gather(
        sorted(duties, key=lambda duty: (duty.unit_id, duty.obligation_id)),
        members=members,
        contacts=contacts_of([ward], day, units, accounts=accounts, bad=bad),
        leads=leads_of([ward], day, units, bad),
        told=set(Reminder.objects.filter(digest__ward=ward).values_list("obligation_id", "stage", "due_at", "address")),
        mailed_today=set(Digest.objects.filter(ward=ward, day=day).values_list("address", flat=True)),
        left_out=_left_out(ward, day),
        is_quiet=choices.is_quiet if choices else None,
    )
    return Gathered(found, skipped + found.skipped)


def _left_out(ward: Unit, day: date) -> dict[str, str]:
    """Address → why nothing goes there on `day`: struck goes before held."""
    rows = Ruling.objects.filter(ward=ward, first_day__lte=day, last_day__gte=day).order_by("kind")
    return {one.address: {"STRIKE": STRUCK, "HOLD": HELD}[one.kind] for one in rows}


def _duty(debt: Obligation, stage: str, tells_unit: bool, tells_cluster: bool) -> Duty:
    member = debt.member
    return Duty(
        debt.pk,
        debt.requirement_id,
        debt.unit_id,
        debt.member_id,
        debt.due,
        stage,
        debt.state == ObligationState.RETURNED,
        member.full_name if member else "",
        member.sort_key if member else "",
        member.birth_year if member else None,
        tells_unit,
        tells_cluster,
        debt.period,
        debt.requirement.kind in LEAD_KINDS,
    )

"""The call sheet: those still owing unit by unit, with whom to ring, words to paste into Zalo or an SMS, and promises.

Reads only. Not here: noting a promise (`services.promising`), HTTP (`views.calling`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from directives.models import Obligation
from directives.querysets import ObligationQuerySet
from interface.wording import last_day_in_words
from outbox.services import bad_addresses
from reminders.ladders import day_rungs
from reminders.letter_texts import filled, texts_of
from reminders.models import Promise
from reminders.recipients import account_addresses, contacts_of, posts_of, usable, with_those_above
from reminders.stages import last_day_of
from reminders.wording import verb_of
from units.models import CommitteeProfile, Unit
from vietnamese.dates import format_date, local_day

NAMES_IN_A_MESSAGE = 15
"""More names make a message nobody reads to the end."""


@dataclass(frozen=True)
class Call:
    """One debt on the sheet."""

    debt: Obligation
    promised: date | None
    note: str


@dataclass(frozen=True)
class UnitCalls:
    """What to say to one unit: whom to ring ("" = nobody known), what to paste, who owes."""

    unit: Unit
    contact: str
    post: str
    phone: str
    message: str
    calls: tuple[Call, ...]


def to_be_called(ward: Unit, debts: ObligationQuerySet, at: datetime) -> list[Obligation]:
    """Of these debts: those that reached the step from which one calls, and those no letter can go out for (a member
    without an address, a unit nobody can be written to for), from the day on which the first letter would have gone."""
    day = local_day(at)
    rungs, bad, accounts = day_rungs([ward], day), bad_addresses(), account_addresses([ward])
    found, owed = [], list(debts.of_those_below().select_related("member", "unit", "requirement__directive"))
    reached = _reached(ward, {debt.unit_id for debt in owed if debt.member is None}, day, bad)
    for debt in owed:
        ladder = rungs.of(ward.pk, debt.requirement_id).ladder
        from_step, late = ladder.call_from, (day - last_day_of(debt.owed_due_at)).days
        begun = bool(ladder.offsets) and late >= ladder.offsets[0]
        if debt.member is None:
            silent = debt.unit_id not in reached
        else:
            silent = not usable(debt.member.email, accounts.get(debt.member.pk), bad=bad)
        if (begun and silent) or (from_step is not None and late >= from_step):
            found.append(debt)
    return found


def _reached(ward: Unit, unit_ids: Collection[int], day: date, bad: frozenset[str]) -> Collection[int]:
    """Of these units those somebody can be written to for, as the plan finds its readers. At most six queries."""
    if not unit_ids:
        return ()
    return contacts_of([ward], day, with_those_above(unit_ids), only_these=True, bad=bad)


def sheet(ward: Unit, debts: Collection[Obligation], at: datetime) -> list[UnitCalls]:
    """The sheet of these debts (with `owed_due_at`), the units in the order of the tree. Four queries."""
    by_unit: dict[int, list[Obligation]] = defaultdict(list)
    for debt in debts:
        by_unit[debt.unit_id].append(debt)
    promises = {
        row.obligation_id: row
        for row in Promise.objects.filter(obligation__in=[debt.pk for debt in debts]).order_by("at", "pk")
    }
    contacts = posts_of(by_unit, local_day(at))
    profile = CommitteeProfile.objects.filter(unit=ward).first() or CommitteeProfile(name=ward.name)
    words = texts_of(ward)["call"]
    found = []
    for unit_id, owed in by_unit.items():
        name, post, phone = contacts.get(unit_id, ("", "", ""))
        ordered = sorted(
            owed, key=lambda debt: (debt.owed_due_at, debt.member.sort_key if debt.member else "", debt.pk)
        )
        message = _message(words, ordered, name, profile)
        calls = tuple(_call(debt, promises.get(debt.pk)) for debt in ordered)
        found.append(UnitCalls(ordered[0].unit, name, post, phone, message, calls))
    return sorted(found, key=lambda one: one.unit.path)


def _call(debt: Obligation, promise: Promise | None) -> Call:
    return Call(debt, promise.day if promise else None, promise.note if promise else "")


def _message(words: str, owed: list[Obligation], contact: str, profile: CommitteeProfile) -> str:
    """The words of the office with what this unit owes, in plain text."""
    lines = []
    by_requirement: dict[tuple[int, datetime], list[Obligation]] = defaultdict(list)
    for debt in owed:
        by_requirement[debt.requirement_id, debt.owed_due_at].append(debt)
    for (_, due_at), debts in by_requirement.items():
        lead = debts[0]
        names = [debt.member.full_name for debt in debts if debt.member]
        line = f"- {lead.title} ({lead.requirement.directive.reference}), {verb_of(lead.requirement.kind)} đến {last_day_in_words(due_at)}"
        if names:
            more = f" và {len(names) - NAMES_IN_A_MESSAGE} đồng chí khác" if len(names) > NAMES_IN_A_MESSAGE else ""
            line += f": {len(names)} đồng chí ({', '.join(names[:NAMES_IN_A_MESSAGE])}{more})"
        lines.append(line)
    return filled(
        words,
        {
            "ten": contact or "bí thư",
            "don_vi": owed[0].unit.name,
            "viec": "\n".join(lines).replace("\N{NO-BREAK SPACE}", " "),
            "so_viec": str(len(by_requirement)),
            "han": format_date(last_day_of(owed[0].owed_due_at)),
            "co_quan": profile.office_name,
            "dien_thoai": profile.phone,
        },
    )

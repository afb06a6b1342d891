"""A plan as plain rows: for the command, and for the office's list of tomorrow's letters.

Not here: the plan (`planning.py`), the page (`views.py`).
"""

from __future__ import annotations

from typing import Any

from reminders.digests import Duty
from reminders.letters import LetterWriter
from reminders.planning import Plan
from reminders.stages import last_day_of


def writer_of(plan: Plan) -> LetterWriter:
    """The writer of this plan's letters."""
    return LetterWriter(ward=plan.ward, requirements=plan.requirements.values(), units=plan.units)


def as_rows(plan: Plan) -> list[dict[str, Any]]:
    """One row a letter: to whom, as what, at which stage of the ladder, for which obligations, why.

    `member` is the recipient's name as a member (null for an account that is no member), `unit_code` the unit of the
    lead duty, `stage` that of the lead duty; each obligation has its own.
    """
    if not plan.letters:
        return []
    writer = writer_of(plan)
    rows = []
    for letter in plan.letters:
        rows.append(
            {
                "to": letter.person.address,
                "member": letter.person.name if letter.person.member_id else None,
                "unit_code": plan.units[letter.lead.unit_id].code,
                "stage": letter.stage,
                "obligations": [_obligation(plan, duty) for duty, _ in letter.told()],
                "reason": writer.heading(letter, plan.at)[1],
            }
        )
    return rows


def _obligation(plan: Plan, duty: Duty) -> dict[str, Any]:
    return {
        "id": duty.obligation_id,
        "requirement": plan.requirements[duty.requirement_id].key,
        "member": duty.member_name or None,
        "unit_code": plan.units[duty.unit_id].code,
        "stage": duty.stage,
        "last_day": last_day_of(duty.due_at).isoformat(),
    }

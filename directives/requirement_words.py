"""Words that stand beside a requirement's deadline: what replaces the date while a clock waits.

Not here: the deadline itself (`interface.wording`), readings of phrases (`deadlines.words`).
"""

from __future__ import annotations

from directives.attendance import Attendance, attendance_words
from directives.choices import Certainty, RequirementKind
from directives.deadlines import EventClock
from directives.deadlines.words import back_stop_words, event_words
from directives.models import Obligation, Requirement


def waiting_words(requirement: Requirement) -> str:
    """For a clock started by an event: "chậm nhất 3 ngày sau ngày tổ chức. Muộn nhất thứ Tư ngày 03/6/2026"."""
    if requirement.certainty != Certainty.EVENT:
        return ""
    clock = EventClock(days=requirement.event_days or 0, working_days=requirement.event_working_days)
    words = event_words(clock)
    said = words[:1].upper() + words[1:]
    return f"{said}. {back_stop_words(requirement.due_at)}" if requirement.due_at else said


def waits_for_its_day(requirement: Requirement) -> bool:
    """The deadline does not bind yet: tentative, or none was fixed. A standing duty waits for nothing."""
    return requirement.kind != RequirementKind.STANDING and requirement.certainty in (
        Certainty.TENTATIVE,
        Certainty.NONE,
    )


def told_attendance(obligation: Obligation) -> str:
    """Who came to the declared session, in words; "" when nobody wrote it."""
    record = getattr(obligation, "session", None)
    if record is None:
        return ""
    told = Attendance(record.present, record.excused, record.unexcused, record.guests, record.opinions)
    return attendance_words(told, record.total)

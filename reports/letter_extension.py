"""The new last day of a chasing letter and the deadlines on the portal: whom the office may extend to that day.

A letter only asks; deadlines move when somebody says so. Reads only. Not here: moving them (`services.extending`), the
letter's words (`letter_words.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from directives.choices import ObligationState
from directives.deadlines import day_end
from directives.models import Extension, Obligation
from directives.querysets import ObligationQuerySet
from reports.models import ChasingLetter


@dataclass(frozen=True, slots=True)
class LetterExtension:
    """What extending by the letter would do: `rows` get its day, by unit and name; `later` owe too, by a later day of
    their own, and keep it. `new_due_at` is exclusive."""

    letter: ChasingLetter
    new_due_at: datetime
    rows: ObligationQuerySet
    later: int


def extension_of(letter: ChasingLetter, *, now: datetime) -> LetterExtension | None:
    """For a letter that was made with a new day; None for one without.

    What it chased and is owed still, by the units it names: what was overdue at its minute or, when nothing was, all that
    was missing. Whoever handed in meanwhile is judged by the deadline he had.
    """
    if letter.made_at is None or letter.new_last_day is None:
        return None
    new_due_at = day_end(letter.new_last_day)
    named = [one["code"] for one in letter.figures.get("late", ())]
    owed = Obligation.objects.owing(now).of_those_below().filter(
        requirement__directive=letter.directive_id, unit__code__in=named, unit__ward=letter.ward_id,
        state=ObligationState.PENDING, first_submitted_at=None, created_at__lte=letter.at,
    )  # fmt: skip
    if letter.requirement_id is not None:
        owed = owed.filter(requirement=letter.requirement_id)
    if letter.figures.get("is_overdue"):
        since = Extension.objects.filter(obligation=OuterRef("pk"), granted_at__gt=letter.at, old_due_at__lte=letter.at)
        owed = owed.filter(Q(due_at__lte=letter.at) | Q(due_at__gte=new_due_at) | Exists(since))
    rows = owed.filter(due_at__lt=new_due_at).select_related("unit", "member", "requirement")
    later = owed.filter(due_at__gte=new_due_at).count()
    return LetterExtension(
        letter, new_due_at, rows.order_by("unit__path", "requirement__order", "member__sort_key", "pk"), later
    )

"""The numbers of a term as the register shows them: next free ones, gaps and doubles, for the office.

Not here: counting them (`numbering.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from directives.numbering import NumberRun, TermSpan, number_runs, terms_of
from units.models import CommitteeProfile, Unit, User
from units.scopes import scope_of

GAPS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ShownRun:
    """One kind with its gaps in words, the first dozen of them."""

    run: NumberRun
    gaps: str
    doubles: str


@dataclass(frozen=True, slots=True)
class TermNumbers:
    """The numbers of one term of one ward."""

    term: str
    term_pk: int
    runs: tuple[ShownRun, ...]


def numbers_of(user: User, span: TermSpan | None, day: date) -> TermNumbers | None:
    """Of the term chosen, else of the one of `day` in the first ward the account works for; None without a term."""
    if span is None:
        wards = [ward for ward in Unit.objects.wards() if scope_of(user).works_for(ward)]
        span = next((one for one in (terms_of(wards[0]) if wards else ()) if one.first <= day), None)
    profile = CommitteeProfile.objects.select_related("unit").filter(unit=span.term.ward_id).first() if span else None
    if span is None or profile is None or not scope_of(user).works_for(profile.unit):
        return None
    runs = number_runs(profile, first=span.first, end=span.end)
    return TermNumbers(
        span.term.name, span.term.pk, tuple(ShownRun(run, _words(run.gaps), _words(run.doubles)) for run in runs)
    )


def _words(numbers: tuple[int, ...]) -> str:
    shown = ", ".join(f"{number:02d}" for number in numbers[:GAPS_SHOWN])
    return f"{shown} và {len(numbers) - GAPS_SHOWN} số khác" if len(numbers) > GAPS_SHOWN else shown

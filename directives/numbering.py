"""Numbers of the committee's own papers: they run from 01 again with every term, for each kind.

Not here: terms (app units), giving a number (`services.numbering`). Nothing here refuses: a văn thư may leave gaps.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from directives.choices import DirectiveKind
from directives.models import Directive
from units.models import CommitteeProfile, Term, Unit
from units.signing import term_on


@dataclass(frozen=True, slots=True)
class TermSpan:
    """A term with its days: from `first` (inclusive) to `end` (exclusive; None: it runs)."""

    term: Term
    first: date
    end: date | None


@dataclass(frozen=True, slots=True)
class NumberRun:
    """The numbers one kind of paper has in a term."""

    kind: str
    count: int
    highest: int
    gaps: tuple[int, ...]
    """Numbers below the highest that no paper has, least first."""
    doubles: tuple[int, ...]
    """Numbers that several papers have."""

    @property
    def label(self) -> str:
        """The kind in words."""
        return DirectiveKind(self.kind).label

    @property
    def following(self) -> int:
        """The next free number."""
        return self.highest + 1


def terms_of(ward: Unit) -> list[TermSpan]:
    """The ward's terms, the latest first. One query."""
    spans, end = [], None
    for term in Term.objects.filter(ward=ward).order_by("-starts_on"):
        spans.append(TermSpan(term, term.starts_on, end))
        end = term.starts_on
    return spans


def number_runs(profile: CommitteeProfile, *, first: date, end: date | None = None) -> list[NumberRun]:
    """The committee's own numbered papers issued from `first` to before `end`, by kind in the order of kinds. One query.

    Drafts that hold a number count: it is taken.
    """
    numbers: dict[str, Counter[int]] = defaultdict(Counter)
    for kind, number in _own(profile, first, end).values_list("kind", "number"):
        numbers[kind][number] += 1
    return [_run(kind, numbers[kind]) for kind in DirectiveKind.values if kind in numbers]


def next_number(profile: CommitteeProfile, *, kind: str, day: date) -> int | None:
    """The number the next paper of this kind gets on `day`: one above the highest of the term; None without a term."""
    term = term_on(profile.unit, day)
    if term is None:
        return None
    taken = _own(profile, term.starts_on, None).filter(kind=kind).order_by("-number").values_list("number", flat=True)
    return (taken.first() or 0) + 1


def next_numbers_words(profile: CommitteeProfile, day: date) -> str:
    """ "Nhiệm kỳ 2025-2030, số tiếp theo: Công văn 54, Kế hoạch 03.": kinds the committee numbered in the term of `day`.

    Empty without a term, or when nothing was numbered in it yet. Two queries.
    """
    term = term_on(profile.unit, day)
    if term is None:
        return ""
    runs = sorted(number_runs(profile, first=term.starts_on), key=lambda run: run.kind)
    numbers = ", ".join(f"{run.label} {run.following:02d}" for run in runs)
    return f"Nhiệm kỳ {term.name}, số tiếp theo: {numbers}." if numbers else ""


def _own(profile: CommitteeProfile, first: date, end: date | None) -> QuerySet[Directive]:
    own = Directive.objects.filter(ward=profile.unit, issuer=profile.name, issued_on__gte=first).exclude(number=None)
    return (own.filter(issued_on__lt=end) if end else own).order_by()


def _run(kind: str, numbers: Counter[int]) -> NumberRun:
    highest = max(numbers)
    return NumberRun(
        kind=kind,
        count=numbers.total(),
        highest=highest,
        gaps=tuple(number for number in range(1, highest) if number not in numbers),
        doubles=tuple(sorted(number for number, times in numbers.items() if times > 1)),
    )

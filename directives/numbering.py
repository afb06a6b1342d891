"""The register of outgoing numbers: they run from 01 again with every term, for each kind, whatever made the paper.

Directives carry their own number; letters, bundles and reports of the portal, and what a văn thư explained, are rows
of `OutgoingNumber`. Not here: terms (app units), giving a number (`services.numbering`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from directives.choices import DirectiveKind, OutgoingState
from directives.models import Directive, OutgoingNumber
from units.models import CommitteeProfile, Term, Unit
from vietnamese.dates import format_date


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
    explained: Mapping[int, str] = field(default_factory=dict)
    """Numbers without a paper here, and why; those given back are among the gaps, too."""

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
    for term in Term.objects.filter(ward=ward).select_related("ward__profile").order_by("-starts_on"):
        spans.append(TermSpan(term, term.starts_on, end))
        end = term.starts_on
    return spans


def number_runs(profile: CommitteeProfile, *, first: date, end: date | None = None) -> list[NumberRun]:
    """The committee's own numbers from `first` to before `end`, by kind in the order of kinds. Two queries.

    Drafts that hold a number count: it is taken.
    """
    papers: dict[str, Counter[int]] = defaultdict(Counter)
    for kind, number in own_numbered(profile, first, end).values_list("kind", "number"):
        papers[kind][number] += 1
    others: dict[str, list[OutgoingNumber]] = defaultdict(list)
    for row in OutgoingNumber.objects.filter(ward=profile.unit).between(first, end):
        others[row.kind].append(row)
    return [
        run for kind in DirectiveKind.values if kind in papers or kind in others
        if (run := _run(kind, papers[kind], others[kind])).highest
    ]  # fmt: skip


def next_number(profile: CommitteeProfile, *, kind: str, day: date) -> int | None:
    """The number the next paper of this kind gets on `day`: one above the highest of the term; None without a term."""
    span = term_span(profile.unit, day)
    if span is None:
        return None
    return max(taken_numbers(profile, kind=kind, span=span), default=0) + 1


def term_span(ward: Unit, day: date) -> TermSpan | None:
    """The term `day` lies in, with its end; None before the first."""
    return next((span for span in terms_of(ward) if span.first <= day), None)


def taken_numbers(
    profile: CommitteeProfile,
    *,
    kind: str,
    span: TermSpan,
    but: Directive | None = None,
    past: Collection[str] = (),
) -> Mapping[int, str]:
    """Every number of the kind that is used up in the term, with what used it. Two queries.

    The paper `but` does not count, nor what was only explained as one of the states `past`.
    """
    own = own_numbered(profile, span.first, span.end).filter(kind=kind)
    if but is not None:
        own = own.exclude(pk=but.pk)
    found = {
        number: f"văn bản ngày {format_date(day)}, “{subject[:80]}”"
        for number, day, subject in own.values_list("number", "issued_on", "subject")
    }
    rows = OutgoingNumber.objects.used().filter(ward=profile.unit, kind=kind).between(span.first, span.end)
    for row in rows.exclude(state__in=past):
        found.setdefault(row.number, row.about or f"{row.get_state_display().lower()}: {row.note}")
    return found


def days_of_numbers(profile: CommitteeProfile, *, kind: str, span: TermSpan) -> dict[int, date]:
    """The day of every number of the kind that is used up in the term. Two queries."""
    rows = OutgoingNumber.objects.used().filter(ward=profile.unit, kind=kind).between(span.first, span.end)
    own = own_numbered(profile, span.first, span.end).filter(kind=kind)
    return dict([*rows.values_list("number", "day"), *own.values_list("number", "issued_on")])


def out_of_order(directive: Directive) -> list[str]:
    """Sentences: a smaller number of its kind and term stands on a later day, or a larger one on an earlier day.

    Of each the nearest number. Empty without number or date, for another body's paper, or outside the terms.
    """
    number, day = directive.number, directive.issued_on
    if number is None or day is None:
        return []
    profile = CommitteeProfile.objects.filter(unit=directive.ward_id).select_related("unit").first()
    span = term_span(directive.ward, day)
    if profile is None or span is None or directive.issuer not in profile.names:
        return []
    days = days_of_numbers(profile, kind=directive.kind, span=span)
    smaller = max((other for other, its in days.items() if other < number and its > day), default=None)
    larger = min((other for other, its in days.items() if other > number and its < day), default=None)
    own = f"Số {number:02d} ngày {format_date(day)}"
    said = []
    if smaller is not None:
        said.append(f"{own} đứng sau số {smaller:02d} ngày {format_date(days[smaller])} mà đề ngày sớm hơn.")
    if larger is not None:
        said.append(f"{own} đứng trước số {larger:02d} ngày {format_date(days[larger])} mà đề ngày muộn hơn.")
    return [f"{words} Xem lại số và ngày ban hành." for words in said]


def why_term_stays(term: Term) -> str:
    """The sentence that keeps a term in which numbers were taken; empty when it may go. Two queries at most."""
    span = next((one for one in terms_of(term.ward) if one.term == term), None)
    rows = OutgoingNumber.objects.filter(ward=term.ward)
    if span is None or not rows.between(span.first, span.end).exists():
        return ""
    return f"Nhiệm kỳ {term.name} đã có văn bản lấy số, không bỏ được. Nếu ghi sai tên hoặc ngày bắt đầu, bấm Sửa."


def next_numbers_words(profile: CommitteeProfile, day: date) -> str:
    """ "Nhiệm kỳ 2025-2030, số tiếp theo: Công văn 54, Kế hoạch 03.": kinds the committee numbered in the term of `day`.

    Empty without a term, or when nothing was numbered in it yet. Three queries.
    """
    span = term_span(profile.unit, day)
    if span is None:
        return ""
    runs = sorted(number_runs(profile, first=span.first, end=span.end), key=lambda run: run.kind)
    numbers = ", ".join(f"{run.label} {run.following:02d}" for run in runs)
    return f"Nhiệm kỳ {span.term.name}, số tiếp theo: {numbers}." if numbers else ""


def own_numbered(profile: CommitteeProfile, first: date, end: date | None) -> QuerySet[Directive]:
    """The committee's own papers with a number, under whatever name it had, dated from `first` (inclusive) to `end`
    (exclusive), in no order.
    """
    own = Directive.objects.filter(ward=profile.unit, issuer__in=profile.names, issued_on__gte=first)
    own = own.exclude(number=None)
    return (own.filter(issued_on__lt=end) if end else own).order_by()


def unborne(rows: Iterable[OutgoingNumber]) -> dict[int, OutgoingNumber]:
    """By number the rows that say why nothing bears it; of several, one that shuts it."""
    said = sorted((row for row in rows if row.state != OutgoingState.TAKEN), key=_shuts)
    return {row.number: row for row in said}


def _run(kind: str, papers: Counter[int], others: Collection[OutgoingNumber]) -> NumberRun:
    numbers = papers + Counter(row.number for row in others if row.state == OutgoingState.TAKEN)
    explained = {number: row.note for number, row in unborne(others).items() if number not in numbers}
    shut = {row.number for row in others if _shuts(row)}
    highest = max([*numbers, *shut], default=0)
    return NumberRun(
        kind=kind,
        count=numbers.total(),
        highest=highest,
        gaps=tuple(number for number in range(1, highest) if number not in numbers and number not in shut),
        doubles=tuple(sorted(number for number, times in numbers.items() if times > 1)),
        explained={number: note for number, note in sorted(explained.items()) if number < highest},
    )


def _shuts(row: OutgoingNumber) -> bool:
    return row.state != OutgoingState.FREE

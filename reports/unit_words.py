"""What units wrote in their reports, as known at an instant: newest standing words, who wrote none.

Not here: into which heading they go (`outlines.py`), taking them into a report (`services/narratives.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from directives.choices import ObligationState
from directives.deadlines.periods import title_of_period
from directives.models import Obligation
from reports.choices import ReportKind
from reports.figures import as_known_at
from reports.report_scope import work_of
from submissions.choices import NOT_STANDING, Verdict
from submissions.models import Decision, ReportText, SubmissionVersion
from vietnamese.text import fold

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet
    from reports.models import SummaryReport

_NOTHING = (
    "khong",
    "khong co",
    "khong co gi",
    "khong co y kien",
    "khong co y kien gi",
    "khong phat sinh",
    "khong co de xuat",
)


@dataclass(frozen=True, slots=True)
class UnitReport:
    """The words of one unit: where they stand (`text` row, obligation, number of the version) and its parts."""

    text: int
    obligation: int
    unit: str
    title: str
    version: int
    parts: tuple[tuple[str, str], ...]
    """(heading, words), those that say nothing left out."""


def unit_reports(work: QuerySet[Obligation], at: datetime) -> list[UnitReport]:
    """One for each unit that reported on `work` by `at` and was not asked to write again, in the order of the tree. Two queries."""
    refused = Decision.objects.filter(version=OuterRef("pk"), verdict__in=NOT_STANDING, decided_at__lte=at)
    standing = SubmissionVersion.objects.filter(
        ~Exists(refused), submission__obligation=OuterRef("version__submission__obligation"), received_at__lte=at
    )
    returned = Decision.objects.filter(version=OuterRef("version"), verdict=Verdict.RETURN, decided_at__lte=at)
    found = ReportText.objects.filter(
        ~Exists(returned),
        version=Subquery(standing.order_by("-number").values("pk")[:1]),
        is_nil=False,
        version__submission__obligation__in=work.order_by(),
    )
    obligation = "version__submission__obligation"
    rows = found.order_by(f"{obligation}__unit__path", f"{obligation}__requirement__order", "pk").values_list(
        "pk", obligation, f"{obligation}__unit__name", f"{obligation}__requirement__title", f"{obligation}__period",
        "version__number", "parts",
    )  # fmt: skip
    return [
        UnitReport(pk, debt, unit, title_of_period(title, of), number, tuple(_parts(parts)))
        for pk, debt, unit, title, of, number, parts in rows
    ]


def units_without_report(work: QuerySet[Obligation], at: datetime) -> list[tuple[str, str, int]]:
    """(unit, what it owes, obligation) for every report of `work` that was not handed in by `at`, in the order of the tree."""
    asked = work.filter(Q(requirement__kind="REPORT") | ~Q(requirement__outline=[]))
    owed = as_known_at(asked.filter(member=None), at).filter(first_then=None).exclude(state_then=ObligationState.WAIVED)
    rows = owed.order_by("unit__path", "requirement__order", "pk").values_list(
        "unit__name", "requirement__title", "period", "pk"
    )
    return [(unit, title_of_period(title, of), pk) for unit, title, of, pk in rows]


def written_work(report: SummaryReport) -> ObligationQuerySet:
    """The duties whose words go into the report; what the leads of clusters write about a unit are not its words, and
    go into an oversight report alone."""
    work = work_of(report)
    return work if report.kind == ReportKind.OVERSIGHT else work.of_those_below()


def _parts(parts: list[dict]) -> list[tuple[str, str]]:
    return [(part["heading"], part["text"]) for part in parts if not says_nothing(part["text"])]


def says_nothing(text: str) -> bool:
    """ "Không có.", "Không phát sinh" and the like."""
    return fold(text).strip(" .;,-") in ("", *_NOTHING)


def authority_in(text: str) -> str:
    """Of whom the words ask: Trung ương, Thành ủy or the ward, the highest named; "" when they name nobody."""
    folded = fold(text)
    for words, authority in (("trung uong", "Trung ương"), ("thanh uy", "Thành ủy"), ("phuong", "Đảng ủy phường")):
        if words in folded:
            return authority
    return ""

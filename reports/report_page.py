"""What the page of a summary report shows beside its sheet: outline, figures that open, what came in since.

Not here: the sheet's words (`narrative.py`), the page (`views/summaries.py`, `templates/reports/summary.html`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from directives.models import Directive, Obligation
from reports.drill import FIGURE_WORDS
from reports.figures import collect, obligations_behind
from reports.rendering import set_text
from reports.report_content import Level, ReportContent, RowKind
from reports.services.compiling import content_of, facts_of
from reports.tallies import By, Figure, Tally
from vietnamese.dates import VIETNAM
from vietnamese.paths import safe_file_name

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from reports.models import SummaryReport
    from reports.report_facts import ReportFacts

DIRECTIVES_SHOWN: Final = 20
_SHOWN: Final = (
    Figure.REQUIRED,
    Figure.SUBMITTED,
    Figure.ON_TIME,
    Figure.LATE,
    Figure.ACCEPTED,
    Figure.WAITING,
    Figure.RETURNED,
    Figure.MISSING,
    Figure.WAIVED,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the outline; `anchor` is the place on the sheet."""

    level: Level
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the sheet: its pieces as markup, each with the query of the names behind it ("" = none)."""

    level: Level
    anchor: str
    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure with its words and the query of the names behind it."""

    words: str
    count: int
    opens: str


@dataclass(frozen=True, slots=True)
class AnnexLine:
    """An annex with its length; one too long for paper goes with the workbook only."""

    number: int
    title: str
    rows: int
    on_paper: bool


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything the page shows; `later` counts what was handed in after the report's instant."""

    content: ReportContent
    subject: str
    lines: tuple[Line, ...]
    outline: tuple[Heading, ...]
    counted: tuple[Counted, ...]
    tally: Tally
    annexes: tuple[AnnexLine, ...]
    later: int


@dataclass(frozen=True, slots=True)
class RunningDirective:
    """A line of the list: a directive with its figures at now."""

    directive: Directive
    tally: Tally


def running_directives(directives: QuerySet[Directive], now: datetime) -> list[RunningDirective]:
    """The latest DIRECTIVES_SHOWN of the directives with what was done about them, in two more queries or so."""
    shown = list(directives[:DIRECTIVES_SHOWN])
    obligations = Obligation.objects.filter(requirement__directive__in=[directive.pk for directive in shown])
    tallies = {row.key: row.tally for row in collect(at=now, by=By.DIRECTIVE, obligations=obligations).rows}
    return [RunningDirective(directive, tallies.get(str(directive.pk), Tally())) for directive in shown]


def report_page(report: SummaryReport, now: datetime) -> ReportPage:
    """The page of `report` at `now`. Raises ReportError when it cannot be composed."""
    facts = facts_of(report)
    content = content_of(report, facts)
    return ReportPage(
        content=content,
        subject=set_text(content.letterhead.subject),
        lines=tuple(
            Line(paragraph.level, f"p{index}", tuple((set_text(run.text), run.opens) for run in paragraph.runs))
            for index, paragraph in enumerate(content.paragraphs)
        ),
        outline=tuple(
            Heading(paragraph.level, paragraph.text, f"p{index}")
            for index, paragraph in enumerate(content.paragraphs)
            if paragraph.level in (Level.PART, Level.SECTION)
        ),
        counted=tuple(
            Counted(FIGURE_WORDS[figure], count, f"so={figure}{_kind(facts)}")
            for figure in _SHOWN
            if (count := getattr(facts.counted, figure.value)) or figure in (Figure.REQUIRED, Figure.SUBMITTED)
        ),
        tally=facts.counted,
        annexes=tuple(
            AnnexLine(
                annex.number,
                annex.title,
                sum(1 for row in annex.rows if row.kind is RowKind.DATA),
                annex.is_printed,
            )
            for annex in content.annexes
        ),
        later=handed_in_since(report, facts, now),
    )


def handed_in_since(report: SummaryReport, facts: ReportFacts, now: datetime) -> int:
    """How many of what the report counts came in after its instant ("bổ sung sau chốt")."""
    counted = Obligation.objects.filter(requirement__directive=report.directive_id, first_submitted_at__gt=report.at)
    if facts.counted_kind:
        counted = counted.filter(requirement__kind=facts.counted_kind)
    return obligations_behind(Figure.SUBMITTED, at=now, obligations=counted).count()


def document_name(report: SummaryReport, extension: str) -> str:
    """File name of a document: "Báo cáo 05-CV-ĐU 27-4-2026.pdf", safe on every system."""
    day = report.at.astimezone(VIETNAM)
    what = {"xlsx": "Phụ lục báo cáo", "json": "Số liệu báo cáo"}.get(extension, "Báo cáo")
    stem = f"{what} {report.directive.reference.replace('/', '-')} {day.day}-{day.month}-{day.year}"
    return safe_file_name(stem, f".{extension}")


def _kind(facts: ReportFacts) -> str:
    return f"&loai={facts.counted_kind}" if facts.counted_kind else ""

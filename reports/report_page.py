"""What the page of a summary report shows beside its sheet: outline, figures that open, what came in since.

Not here: the sheet's words (`narrative.py`), the page (`views/summaries.py`, `templates/reports/summary.html`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Max
from django.utils.html import strip_tags

from directives.models import Directive, Obligation
from reports.choices import ReportKind
from reports.drill import FIGURE_WORDS
from reports.figures import collect, obligations_behind
from reports.narrative import OWN
from reports.rendering import set_text
from reports.report_content import Level, ReportContent, RowKind
from reports.report_scope import work_of
from reports.services.compiling import content_of, facts_of, origin_of
from reports.services.sentences import sentences_of
from reports.tallies import By, Figure, Tally
from reports.unit_words import units_without_report, written_work
from submissions.models import SubmissionVersion
from vietnamese.dates import VIETNAM
from vietnamese.numbers import format_number
from vietnamese.paths import safe_file_name

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from reports.models import ReplacedSentence, SummaryReport
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
    source: int | None = None
    """The number of the source in the margin."""
    sentence: str = ""
    """The portal's own sentence that stands here, or stood."""
    is_own: bool = False
    """The office's words stand for it."""

    @property
    def text(self) -> str:
        """Its words, for whoever hears the page."""
        return strip_tags("".join(piece for piece, _ in self.pieces))


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
class SourceLine:
    """Where a paragraph was taken from: the unit's own words, the version and the duty they answer."""

    number: int
    unit: str
    heading: str
    quote: str
    obligation: int
    version: int
    is_edited: bool
    has_newer: bool


@dataclass(frozen=True, slots=True)
class Replaced:
    """A sentence in the office's words: what the portal says there, with its figures, and what it said then.

    `pieces` is empty when the portal no longer says anything there: then nothing is printed either.
    """

    row: ReplacedSentence
    pieces: tuple[tuple[str, str], ...]
    has_changed: bool


@dataclass(frozen=True, slots=True)
class Delta:
    """A figure as it was kept and as it is now ("bổ sung sau chốt")."""

    words: str
    kept: int
    now: int

    @property
    def change(self) -> str:
        """ "+6", "−2"."""
        return f"{'+' if self.now > self.kept else '−'}{format_number(abs(self.now - self.kept))}"


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything the page shows; `later` counts what was handed in after the report's instant, `deltas` what that changed."""

    content: ReportContent
    subject: str
    lines: tuple[Line, ...]
    outline: tuple[Heading, ...]
    counted: tuple[Counted, ...]
    tally: Tally
    annexes: tuple[AnnexLine, ...]
    later: int
    deltas: tuple[Delta, ...]
    sources: tuple[SourceLine, ...]
    without_report: tuple[tuple[str, str, int], ...]
    is_stale: bool
    """The words were changed after the files were made."""
    replaced: tuple[Replaced, ...] = ()

    @property
    def replaced_changed(self) -> int:
        """Sentences in the office's words whose figures are others by now."""
        return sum(1 for one in self.replaced if one.has_changed)


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
    sources = _sources(report)
    return ReportPage(
        content=content,
        subject=set_text(content.letterhead.subject),
        lines=tuple(
            Line(
                paragraph.level,
                f"p{index}",
                tuple((set_text(run.text), run.opens) for run in paragraph.runs),
                sources[paragraph.origin].number if paragraph.origin in sources else None,
                paragraph.sentence,
                paragraph.origin == OWN,
            )
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
        deltas=_deltas(report, facts, now),
        sources=tuple(sources.values()),
        without_report=tuple(units_without_report(written_work(report), report.at)),
        is_stale=bool(report.edited_at and report.compiled_at and report.compiled_at < report.edited_at),
        replaced=tuple(_replaced(report, facts)),
    )


def _replaced(report: SummaryReport, facts: ReportFacts) -> Iterator[Replaced]:
    """One query; the portal's sentences are composed only when some are replaced."""
    rows = list(report.replaced.select_related("by"))
    machine = {one.sentence: one for block in sentences_of(report, facts).values() for one in block} if rows else {}
    for row in rows:
        now = machine.get(row.sentence)
        pieces = tuple((set_text(run.text), run.opens) for run in now.runs) if now else ()
        yield Replaced(row, pieces, now is None or now.text != row.stood_for)


def handed_in_since(report: SummaryReport, facts: ReportFacts, now: datetime) -> int:
    """How many of what the report counts came in after its instant ("bổ sung sau chốt")."""
    counted = _counted(report, facts).filter(first_submitted_at__gt=report.at)
    return obligations_behind(Figure.SUBMITTED, at=now, obligations=counted).count()


def _deltas(report: SummaryReport, facts: ReportFacts, now: datetime) -> tuple[Delta, ...]:
    """Figures of the report that are others now; nothing of it is written into the report."""
    today = collect(at=now, by=By.UNIT, obligations=_counted(report, facts)).total
    both = [(figure, getattr(facts.counted, figure.value), getattr(today, figure.value)) for figure in _SHOWN]
    return tuple(Delta(FIGURE_WORDS[figure], kept, new) for figure, kept, new in both if kept != new)


def _counted(report: SummaryReport, facts: ReportFacts) -> QuerySet[Obligation]:
    """What `gather` counted: without the forms of cluster leads, but in an oversight report."""
    counted = work_of(report)
    if report.kind != ReportKind.OVERSIGHT:
        counted = counted.of_those_below()
    return counted.filter(requirement__kind=facts.counted_kind) if facts.counted_kind else counted


def _sources(report: SummaryReport) -> dict[str, SourceLine]:
    """Origin of a paragraph → where it came from, numbered in the order of the report. Two queries."""
    rows = report.gathered.select_related("source__version__submission__obligation__unit")
    versions = [row.source.version for row in rows]
    newest = dict(
        SubmissionVersion.objects.standing()
        .filter(submission__in=[version.submission_id for version in versions])
        .order_by()
        .values_list("submission")
        .annotate(Max("number"))
    )
    found = {}
    for number, row in enumerate(rows, start=1):
        version = row.source.version
        obligation = version.submission.obligation
        quote = next((part["text"] for part in row.source.parts if part["heading"][:255] == row.heading), "")
        found[origin_of(row.pk)] = SourceLine(
            number=number,
            unit=obligation.unit.name,
            heading=row.heading,
            quote=quote,
            obligation=obligation.pk,
            version=version.number,
            is_edited=quote.strip() not in row.text,
            has_newer=newest.get(version.submission_id, version.number) > version.number,
        )
    return found


def document_name(report: SummaryReport, extension: str) -> str:
    """File name of a document: "Báo cáo 05-CV-ĐU 27-4-2026.pdf", safe on every system."""
    day = report.at.astimezone(VIETNAM)
    what = {"xlsx": "Phụ lục báo cáo", "json": "Số liệu báo cáo"}.get(extension, "Báo cáo")
    kind = {ReportKind.PERIODIC: " định kỳ", ReportKind.OVERSIGHT: " kiểm tra, giám sát"}.get(
        ReportKind(report.kind), ""
    )
    about = report.directive.reference.replace("/", "-") if report.directive else ""
    named = " ".join(filter(None, (f"{what}{kind}", report.period, about)))
    stem = f"{named} {day.day}-{day.month}-{day.year}"
    if extension == "signed":
        return safe_file_name(f"{stem} đã ký", ".pdf")
    return safe_file_name(stem, f".{extension}")


def _kind(facts: ReportFacts) -> str:
    return f"&loai={facts.counted_kind}" if facts.counted_kind else ""

"""What the page of a report's paragraphs shows: each heading with what was taken, what could be, and who wrote nothing.

Not here: the verbs (`services/narratives.py`), the report's own page (`report_page.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.outlines import headings
from reports.services.narratives import to_gather
from reports.unit_words import units_without_report, written_work

if TYPE_CHECKING:
    from reports.models import GatheredParagraph, SummaryReport


@dataclass(frozen=True, slots=True)
class HeadingLine:
    """A heading; `available` units wrote about it and are not in the report yet."""

    key: str
    title: str
    paragraphs: tuple[GatheredParagraph, ...]
    available: int


@dataclass(frozen=True, slots=True)
class NarrativePage:
    """The page; `without_report`: (unit, duty, obligation)."""

    headings: tuple[HeadingLine, ...]
    without_report: tuple[tuple[str, str, int], ...]

    @property
    def silent(self) -> list[str]:
        """Headings about which no unit wrote anything."""
        return [one.title for one in self.headings if not one.paragraphs and not one.available]


def narrative_page(report: SummaryReport) -> NarrativePage:
    """The page of `report`."""
    found = list(report.gathered.select_related("source__version__submission__obligation__unit"))
    available = to_gather(report)
    return NarrativePage(
        tuple(
            HeadingLine(key, title, tuple(one for one in found if one.key == key), available.get(key, 0))
            for key, title in headings(report.outline).items()
        ),
        tuple(units_without_report(written_work(report), report.at)),
    )

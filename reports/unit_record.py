"""Hồ sơ kết quả of one unit over the years: punctuality by year for the annual assessment, by kind of work, what is open,
what was extended.

Counted are running and ended directives, of the unit and everything below it, by the unit that answers today. Drafts and
revoked papers count nowhere. Not here: the counting (`figures.py`), the page, the workbook (`unit_record_workbook.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet

from directives.choices import RequirementKind
from directives.models import Extension, Obligation
from reports.drill import in_roster_order
from reports.figures import collect, obligations_behind
from reports.groupings import with_year
from reports.tallies import By, Figure, FigureSheet
from vietnamese.dates import local_day

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet
    from units.models import Unit

FIGURES: Final[Mapping[Figure, str]] = {
    Figure.MISSING: "Chưa nộp",
    Figure.OVERDUE: "Quá hạn",
    Figure.WAITING: "Chờ duyệt",
    Figure.RETURNED: "Trả lại",
    Figure.ON_TIME: "Nộp đúng hạn",
    Figure.LATE: "Nộp muộn",
    Figure.ACCEPTED: "Đạt",
    Figure.WAIVED: "Được miễn",
    Figure.ASSIGNED: "Mọi việc",
}


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which of the unit's duties are listed; None = of all years, of all kinds."""

    figure: Figure = Figure.MISSING
    year: int | None = None
    kind: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str]) -> RecordFilter:
        """From `so`, `nam`, `loai`; what is not known falls back to "all"."""
        figure, year, kind = params.get("so", ""), params.get("nam", ""), params.get("loai", "")
        return cls(
            Figure(figure) if figure in {one.value for one in FIGURES} else Figure.MISSING,
            int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
            kind if kind in RequirementKind.values else "",
        )


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """The two tables of the page: by year, the latest first, and by kind of work (of one year, if one is chosen)."""

    years: FigureSheet
    kinds: FigureSheet


def record_of(obligations: ObligationQuerySet, wanted: RecordFilter, at: datetime) -> UnitRecord:
    """Both tables; they add up to each other when no year is chosen."""
    return UnitRecord(
        years=collect(at=at, by=By.YEAR, obligations=obligations),
        kinds=collect(at=at, by=By.KIND, obligations=of_year(obligations, wanted.year, at)),
    )


def of_year(obligations: ObligationQuerySet, year: int | None, at: datetime) -> ObligationQuerySet:
    """Those that fall into a year (`groupings.with_year`); all for None."""
    return obligations if year is None else with_year(obligations, at).filter(year=year)


def duties_behind(obligations: ObligationQuerySet, wanted: RecordFilter, at: datetime) -> QuerySet[Obligation]:
    """The duties behind one number of the page, with what a list says of each."""
    some = of_year(obligations, wanted.year, at)
    if wanted.kind:
        some = some.filter(requirement__kind=wanted.kind)
    return in_roster_order(obligations_behind(wanted.figure, at=at, obligations=some))


def is_dissolved(unit: Unit, at: datetime) -> bool:
    """The unit no longer exists on the day of `at`: then its figures are empty, and its past is `ever_given`."""
    return unit.closed_on is not None and unit.closed_on <= local_day(at)


def ever_given(obligations: ObligationQuerySet) -> QuerySet[Obligation]:
    """All that a dissolved unit was given to do, as it stands, with what a list says of each; nothing of it is counted.

    Figures leave a closed unit out of every denominator (`domain.md`); what it did stays to be looked up.
    """
    return in_roster_order(obligations.exclude(requirement__kind=RequirementKind.STANDING))


def extensions_of(obligations: ObligationQuerySet) -> QuerySet[Extension]:
    """Deadlines that became others, the latest first, with what a line says of each."""
    told = Extension.objects.filter(obligation__in=obligations.order_by().values("pk")).select_related(
        "obligation__member", "obligation__unit", "obligation__requirement__directive", "granted_by"
    )
    return told.order_by("-granted_at", "-pk")

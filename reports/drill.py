"""The names behind a number: which obligations a link of the dashboards opens, filtered, searched and ordered.

Not here: the counting (`figures.py` gives the conditions of each figure), the page and the workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from directives.models import Obligation, Requirement
from reports.figures import obligations_behind
from reports.groupings import OF_UNITS, with_position_group
from reports.tallies import Figure
from units.choices import Block, PositionGroup
from units.querysets import found_by

if TYPE_CHECKING:
    from directives.querysets import ObligationQuerySet

FIGURE_WORDS: Final[Mapping[Figure, str]] = {
    Figure.ASSIGNED: "Được giao",
    Figure.REQUIRED: "Phải nộp",
    Figure.MISSING: "Chưa nộp",
    Figure.OVERDUE: "Quá hạn",
    Figure.SOON: "Sắp hạn",
    Figure.SUBMITTED: "Đã nộp",
    Figure.WAITING: "Chờ duyệt",
    Figure.RETURNED: "Trả lại",
    Figure.ACCEPTED: "Đạt",
    Figure.ON_TIME: "Nộp đúng hạn",
    Figure.LATE: "Nộp muộn",
    Figure.WAIVED: "Được miễn",
}
NONE: Final = "-"  # in a link: of no khối, of no period
GROUP_WORDS: Final[Mapping[str, str]] = {one.value: one.label for one in PositionGroup} | {OF_UNITS: "Việc của đơn vị"}
# Offered as chips above the list; the others are reached from a number.
CHIPS: Final = (
    Figure.REQUIRED,
    Figure.MISSING,
    Figure.OVERDUE,
    Figure.SOON,
    Figure.WAITING,
    Figure.RETURNED,
    Figure.ACCEPTED,
    Figure.WAIVED,
)


class DrillOrder(StrEnum):
    """Order of the list."""

    NAME = "ten"
    UNIT = "don-vi"
    DUE = "han"


@dataclass(frozen=True, slots=True)
class DrillFilter:
    """What a link asks for; None or "" = everything. Ids that are not numbers are taken as 0: nothing is found."""

    figure: Figure = Figure.REQUIRED
    directive: int | None = None
    requirement: int | None = None
    unit: int | None = None
    block: str | None = None
    cluster: int | None = None
    position: str | None = None
    period: str | None = None
    text: str = ""
    order: DrillOrder = DrillOrder.UNIT

    @classmethod
    def read(cls, params: Mapping[str, str]) -> DrillFilter:
        """From the parameters of a page."""
        figure, order = params.get("so", ""), params.get("xep", "")
        return cls(
            figure=Figure(figure) if figure in set(Figure) else Figure.REQUIRED,
            directive=_number(params.get("van_ban")),
            requirement=_number(params.get("yeu_cau")),
            unit=_number(params.get("don_vi")),
            block=params.get("khoi") or None,
            cluster=_number(params.get("cum")),
            position=params.get("nhom") or None,
            period=params.get("ky") or None,
            text=params.get("q", "").strip(),
            order=DrillOrder(order) if order in set(DrillOrder) else DrillOrder.UNIT,
        )

    def of(self, figure: Figure) -> DrillFilter:
        """The same list for another figure."""
        return replace(self, figure=figure)


@dataclass(frozen=True, slots=True)
class About:
    """What the list is about: the objects named by the filter, as far as the account sees them."""

    requirement: Requirement | None = None
    unit: str = ""
    directive: str = ""
    group: str = ""

    @property
    def title(self) -> str:
        """ "Bài thu hoạch, Chi bộ 5": for heads of lists."""
        return ", ".join(
            filter(None, (self.requirement.title if self.requirement else self.directive, self.unit, self.group))
        )


def describe(obligations: ObligationQuerySet, wanted: DrillFilter, at: datetime) -> About:
    """Names for the head of the list, taken from the obligations themselves: what the account does not see has no name."""
    inside = narrow(obligations, wanted, at).order_by()
    first = inside.select_related("requirement__directive", "unit__cluster").first()
    if first is None:
        return About()
    groups = [
        Block(wanted.block).label if wanted.block in set(Block) else "",
        first.unit.cluster.name if wanted.cluster and first.unit.cluster else "",
        GROUP_WORDS.get(wanted.position or "", ""),
        first.period_name if wanted.period else "",
    ]
    return About(
        requirement=first.requirement if wanted.requirement else None,
        unit=first.unit.name if wanted.unit else "",
        directive=str(first.requirement.directive) if wanted.directive else "",
        group=", ".join(filter(None, groups)),
    )


def narrow(obligations: ObligationQuerySet, wanted: DrillFilter, at: datetime) -> ObligationQuerySet:
    """The obligations of the directive, requirement, unit, khối, cụm, position group (of the day of `at`) and period
    asked for, whatever their state; "-" is the khối of those in none, and the period of what is asked once."""
    if wanted.position is not None:
        obligations = with_position_group(obligations, at).filter(position_group=wanted.position)
    fields = {
        "requirement__directive": wanted.directive,
        "requirement": wanted.requirement,
        "unit": wanted.unit,
        "unit__block": "" if wanted.block == NONE else wanted.block,
        "period": "" if wanted.period == NONE else wanted.period,
        "unit__cluster": wanted.cluster,
    }
    return obligations.filter(**{name: value for name, value in fields.items() if value is not None})


def names_behind(obligations: ObligationQuerySet, wanted: DrillFilter, *, at: datetime) -> QuerySet[Obligation]:
    """The rows of the list: member names the Vietnamese way (given name first), units in the order of the roster."""
    found = obligations_behind(wanted.figure, at=at, obligations=narrow(obligations, wanted, at))
    if wanted.text:
        found = found.filter(found_by(wanted.text, "member__folded", "unit__folded"))
    name = Coalesce("member__sort_key", "unit__sort_key")
    orders = {
        DrillOrder.NAME: (name, "unit__path"),
        DrillOrder.UNIT: ("unit__path", "requirement__directive__issued_on", "requirement__order", name),
        DrillOrder.DUE: (F("due_at").asc(nulls_last=True), "unit__path", name),
    }
    return found.select_related("member", "unit", "requirement__directive").order_by(*orders[wanted.order], "pk")


def _number(value: str | None) -> int | None:
    if not value:
        return None
    # at most nine digits: a longer one overflows the database's integer
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else 0

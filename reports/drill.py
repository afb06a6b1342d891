"""The names behind a number: which obligations a link of the dashboards opens, filtered, searched and ordered.

Not here: the counting (`figures.py` gives the conditions of each figure), the page and the workbook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import Coalesce

from directives.models import Obligation, Requirement
from reports.figures import obligations_behind
from reports.groupings import OF_UNITS, with_position_group
from reports.tallies import Figure
from units.choices import Block, PositionGroup

if TYPE_CHECKING:
    from directives.query_conditions import Search
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


PAGE: Final = 50
LONG: Final = 500
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS: Final = 17  # digits of an instant up to the year 5138
_NAME: Final = Coalesce("member__sort_key", "unit__sort_key")


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
    after: tuple[datetime, int] | None = None
    """In the order of deadlines: the deadline and id of the last row before the page, so that a late page costs what the
    first does; None = from the start."""

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
            after=_key(params.get("sau")) if order == DrillOrder.DUE else None,
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
    return obligations.plainly(**{name: value for name, value in fields.items() if value is not None})


def names_behind(
    obligations: ObligationQuerySet,
    wanted: DrillFilter,
    *,
    at: datetime,
    search: Search | None = None,
    live: bool = False,
) -> QuerySet[Obligation]:
    """The rows of the list: member names the Vietnamese way (given name first), units in the order of the roster.

    `search` is the line of the query bar (`wanted.text`) as it was read; `live` as for the figures.
    """
    found = obligations_behind(wanted.figure, at=at, obligations=narrow(obligations, wanted, at), live=live)
    if search is not None:
        found = search.among(found)
    name = _NAME
    orders = {
        DrillOrder.NAME: (name, "unit__path"),
        DrillOrder.UNIT: ("unit__path", "requirement__directive__issued_on", "requirement__order", name),
        DrillOrder.DUE: (F("due_at").asc(nulls_last=True), "unit__path", name),
    }
    return found.select_related("member", "unit__cluster", "requirement__directive").order_by(
        *orders[wanted.order], "pk"
    )


def page_behind(
    obligations: ObligationQuerySet,
    wanted: DrillFilter,
    *,
    at: datetime,
    number: str | None,
    total: int,
    search: Search,
) -> Page:
    """Page `number` of the list of now, as `names_behind` gives it. `total` is the figure that was opened.

    A list by deadline longer than `LONG` goes on from the last row of the page before (`wanted.after`), within one
    deadline in the order in which work was given out: page 1.000 then costs what page 1 does.
    """
    names = names_behind(obligations, wanted, at=at, search=search, live=True)
    pages = Paginator(names, PAGE)
    if wanted.text:
        return pages.get_page(number)
    pages.count = total
    if wanted.order != DrillOrder.DUE or total <= LONG:
        return pages.get_page(number)
    pages.object_list = names = names.order_by(F("due_at").asc(nulls_last=True), "pk")
    if wanted.after is None:
        page = pages.get_page(number)
    else:
        later = TupleGreaterThan(Tuple(F("due_at"), F("pk")), wanted.after)
        rest = names.filter(later)[:PAGE]
        page = Page(list(rest), min(max(_number(number) or 1, 1), pages.num_pages), pages)
    page.key = key_of(page[-1]) if len(page) else ""
    return page


def in_roster_order(obligations: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """With what a list says of each, units in the order of the roster."""
    told = obligations.select_related("member", "unit__cluster", "requirement__directive")
    return told.order_by("unit__path", "requirement__directive__issued_on", "requirement__order", _NAME, "pk")


def key_of(obligation: Obligation) -> str:
    """What `sau` says of a row, for the page after it; "" where no page can go on from (no deadline)."""
    if obligation.due_at is None:
        return ""
    return f"{(obligation.due_at - _EPOCH) // timedelta(microseconds=1)}-{obligation.pk}"


def _key(value: str | None) -> tuple[datetime, int] | None:
    """Of a link made by `key_of`; None for anything else."""
    due_at, _, pk = (value or "").partition("-")
    if not (_number(due_at[:9]) and due_at.isdigit() and len(due_at) <= _MICROSECONDS and _number(pk)):
        return None
    return _EPOCH + timedelta(microseconds=int(due_at)), int(pk)


def _number(value: str | None) -> int | None:
    if not value:
        return None
    # at most nine digits: a longer one overflows the database's integer
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else 0

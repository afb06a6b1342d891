"""The figures of a campaign as values: what is counted, how parts add up, what a rate is.

    assigned   obligations laid on parties, as known at the instant of the question
    waived     of these: exempt, joined later, left before, requirement withdrawn
    required   assigned − waived: the honest denominator (`domain.md` §6)
    submitted  of the required: handed in, whatever was decided since;  on_time + late
    accepted   of the submitted: accepted;  returned: sent back and not corrected yet
    overdue    of the required: not handed in although the last day is over
    soon       of the required: not handed in, last day today or within seven days
    rate       accepted / required in per cent, one decimal; None when nobody owes
    judged     on_time + late + overdue: those whose time has come;  on_time_rate  on_time / judged

Not here: where the numbers come from (`figures.py`), how they are printed (`narrative.py`, `annexes.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from operator import attrgetter
from urllib.parse import quote

from vietnamese.dates import VIETNAM

_ALL = Decimal(100)
_STEP = Decimal("0.1")


class By(StrEnum):
    """What the rows of a sheet of figures stand for."""

    UNIT = "unit"
    BLOCK = "block"
    CLUSTER = "cluster"
    REQUIREMENT = "requirement"
    DIRECTIVE = "directive"
    POSITION = "position"
    PERIOD = "period"
    KIND = "kind"
    YEAR = "year"


def rate_of(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in per cent with one decimal, half up; None when `whole` is 0.

    Less than everything never reads 100 and more than nothing never reads 0: 3.999 of 4.000 is
    99,9, not 100.
    """
    if whole == 0:
        return None
    rate = (Decimal(part) * 100 / whole).quantize(_STEP, ROUND_HALF_UP)
    if part < whole:
        rate = min(rate, _ALL - _STEP)
    if part > 0:
        rate = max(rate, _STEP)
    return rate


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one group of obligations; all in obligations, not in files."""

    assigned: int = 0
    waived: int = 0
    submitted: int = 0
    accepted: int = 0
    returned: int = 0
    on_time: int = 0
    late: int = 0
    overdue: int = 0
    soon: int = 0

    @property
    def required(self) -> int:
        return self.assigned - self.waived

    @property
    def missing(self) -> int:
        """Not handed in, whether or not the last day is over."""
        return self.required - self.submitted

    @property
    def owing(self) -> int:
        """Still owed: never handed in, or returned and not corrected yet."""
        return self.missing + self.returned

    @property
    def waiting(self) -> int:
        """Handed in and not decided yet."""
        return self.submitted - self.accepted - self.returned

    @property
    def rate(self) -> Decimal | None:
        return rate_of(self.accepted, self.required)

    @property
    def judged(self) -> int:
        """Whose punctuality is settled: handed in, or not handed in though the last day is over."""
        return self.on_time + self.late + self.overdue

    @property
    def on_time_rate(self) -> Decimal | None:
        return rate_of(self.on_time, self.judged)

    @property
    def is_complete(self) -> bool:
        return self.required > 0 and self.accepted == self.required

    def __add__(self, other: Tally) -> Tally:
        return total_of((self, other))

    def as_json(self) -> dict[str, int | float | None]:
        """The keys of the command `figures`, in the order of `commands.md`."""
        return {
            "assigned": self.assigned,
            "waived": self.waived,
            "required": self.required,
            "submitted": self.submitted,
            "accepted": self.accepted,
            "on_time": self.on_time,
            "late": self.late,
            "overdue": self.overdue,
            "rate": None if self.rate is None else float(self.rate),
        }


def total_of(tallies: Iterable[Tally]) -> Tally:
    """The sum of disjoint groups."""
    return Tally(*map(sum, zip(*map(_counts_of, tallies), strict=True)))


def bar_counts(tally: Tally) -> dict[str, int]:
    """A tally as the parts of a stacked bar (`interface.bars`)."""
    return {
        "accepted": tally.accepted,
        "submitted": tally.waiting,
        "returned": tally.returned,
        "overdue": tally.overdue,
        "soon": tally.soon,
        "pending": tally.missing - tally.overdue - tally.soon,
    }


_counts_of = attrgetter(*(field.name for field in fields(Tally)))


@dataclass(frozen=True, slots=True)
class TallyRow:
    """One group and its `key`: unit code, block, cluster id, requirement KEY, directive id, position group,
    period, kind of requirement or year.

    The key "" stands for what belongs to no block or cluster.
    """

    key: str
    name: str
    tally: Tally
    pk: int | None = None
    """Of a requirement: two bodies may have given out the same number, so its KEY may stand twice."""


@dataclass(frozen=True, slots=True)
class FigureSheet:
    """Figures at one instant: the total and one row a group, in the order people know the groups."""

    at: datetime
    by: By
    total: Tally
    rows: tuple[TallyRow, ...]

    def as_json(self) -> dict[str, object]:
        """The document of the command `figures`."""
        return {
            "at": self.at.astimezone(VIETNAM).isoformat(),
            "total": self.total.as_json(),
            "rows": [{"key": row.key, "name": row.name, **row.tally.as_json()} for row in self.rows],
        }


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """State at the end of `day` (or now, for today): `accepted` of `required`."""

    day: date
    accepted: int
    required: int


class Figure(StrEnum):
    """A figure that can be opened to the obligations behind it."""

    ASSIGNED = "assigned"
    WAIVED = "waived"
    REQUIRED = "required"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WAITING = "waiting"
    MISSING = "missing"
    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class MatrixUnit:
    """A row of the compliance matrix."""

    pk: int
    code: str
    name: str
    kind: str
    block: str
    cluster_id: int | None


ColumnKey = int | tuple[int, str]
"""A requirement asked once, or one period of a series."""


@dataclass(frozen=True, slots=True)
class MatrixRequirement:
    """A column of the compliance matrix, a requirement or one period of a series; `due_at` is the first late instant, None = none fixed."""

    pk: int
    directive_id: int
    directive: str
    """Kind and number, as people name the paper: "Kế hoạch 53-KH/ĐU"."""
    number: int
    title: str
    kind: str
    due_at: datetime | None
    period: str = ""
    """Of a series, the period the column stands for; its words are part of `title`."""
    withdrawn: bool = False
    """A later directive had withdrawn it by the instant of the sheet."""

    @property
    def key(self) -> ColumnKey:
        """The second half of the keys of its cells."""
        return (self.pk, self.period) if self.period else self.pk

    @property
    def query(self) -> str:
        """What a link to the names behind the column asks for."""
        period = f"&ky={quote(self.period, safe='')}" if self.period else ""
        return f"yeu_cau={self.pk}{period}"

    @property
    def choice(self) -> str:
        """The column as one value of a form: "12", "12/2026-05"."""
        return f"{self.pk}/{self.period}" if self.period else str(self.pk)


@dataclass(frozen=True, slots=True)
class MatrixSheet:
    """Units × requirements at one instant.

    `cells[(unit pk, key of the column)]` exists only where something is assigned ("·" elsewhere). A cell
    is a `Tally`, so that a cell, its row, its column and the dashboards can be added up and compared.
    """

    at: datetime
    units: tuple[MatrixUnit, ...]
    requirements: tuple[MatrixRequirement, ...]
    cells: dict[tuple[int, ColumnKey], Tally]


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One group with how many were handed in for the first time in each of the weeks."""

    key: str
    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """Handed in by week: `weeks` are Mondays, the last one the week of `at`; groups without anything have no row."""

    at: datetime
    weeks: tuple[date, ...]
    rows: tuple[WeekRow, ...]

    @property
    def most(self) -> int:
        """The largest cell; 0 for an empty sheet."""
        return max((count for row in self.rows for count in row.counts), default=0)

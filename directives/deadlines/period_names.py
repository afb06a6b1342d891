"""The period that a file name or a mail speaks of: "tháng 4/2026", "T4.2026", "quý II", "6 tháng đầu năm", "năm 2026".

Only a lone period is an answer; a text that names two is unclear. A title often names the year or the month of its own
directive, so this is a hint to compare with, never a rule by itself.
Not here: the periods themselves (`periods.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from directives.deadlines.periods import first_day_of
from vietnamese.text import fold

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_YEAR = r"(?:\W{0,3}(?:nam)?\W{0,2}(20[0-9]{2}))?"
_MONTH = re.compile(r"(?<![a-z0-9])(?:thang\W{0,2}|t)(1[0-2]|0?[1-9])(?![0-9a-z])" + _YEAR)
_QUARTER = re.compile(r"(?<![a-z0-9])(?:quy\W{1,2}|q)(iv|iii|ii|i|[1-4])(?![0-9a-z])" + _YEAR)
_SHORT = re.compile(
    r"(?:(20[0-9]{2})-(?:([0-9]{1,2})|q([1-4])|h([12]))|([0-9]{1,2})/(20[0-9]{2})|(?:nam )?(20[0-9]{2}))"
)
_DAY = re.compile(r"ngay\W{1,2}[0-3]?[0-9]\W{1,2}thang\W{1,2}[0-9]{1,2}")
_HALF = re.compile(r"(?<![a-z0-9])(?:6|06|sau) thang (dau|cuoi)(?: nam)?" + _YEAR)


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A month, quarter or half-year as written; `year` None when none stands beside it."""

    kind: str
    """M, Q or H; Y for a whole year that somebody asks for."""
    number: int
    year: int | None

    @property
    def words(self) -> str:
        """As it is told back: "tháng 4/2026", "quý II"."""
        year = f"/{self.year}" if self.year else ""
        if self.kind == "Y":
            return f"năm {self.year}"
        if self.kind == "H":
            return f"6 tháng {'đầu' if self.number == 1 else 'cuối'} năm{f' {self.year}' if self.year else ''}"
        name = str(self.number) if self.kind == "M" else ("I", "II", "III", "IV")[self.number - 1]
        return f"{'tháng' if self.kind == 'M' else 'quý'} {name}{year}"

    @property
    def pattern(self) -> str:
        """A regular expression over whole periods as they are stored: of several in a month each fits its month."""
        year = str(self.year) if self.year else "[0-9]{4}"
        ends = {"M": f"-{self.number:02d}(/[0-9]+)?", "Q": f"-Q{self.number}", "H": f"-H{self.number}", "Y": ""}
        return f"^{year}{ends[self.kind]}$"

    def fits(self, period: str) -> bool:
        """The period may be meant; one of another length is never contradicted by it."""
        kind = _kind(period)
        if kind != self.kind:
            return True
        first = first_day_of(period)
        number = {"M": first.month, "Q": (first.month + 2) // 3, "H": (first.month + 5) // 6}[kind]
        return number == self.number and self.year in (None, first.year)


def wanted_period(text: str) -> NamedPeriod | None:
    """A period as somebody asks for it: its name ("tháng 5/2026", "quý II", "6 tháng đầu năm 2026", "năm 2026"), or as
    it is written short ("5/2026", "2026-05", "2026-Q2", "Q2/2026", "2026"); None for anything else.
    """
    short = _SHORT.fullmatch(fold(text).strip())
    if short is None:
        return period_in(text)
    year, month, quarter, half, month_first, year_last, only = short.groups()
    if only:
        return NamedPeriod("Y", int(only), int(only))
    if month or month_first:
        number = int(month or month_first)
        return NamedPeriod("M", number, int(year or year_last)) if 1 <= number <= 12 else None
    return NamedPeriod("Q", int(quarter), int(year)) if quarter else NamedPeriod("H", int(half), int(year))


def period_in(text: str) -> NamedPeriod | None:
    """The one period that is named; None when there is none, or more than one."""
    folded = _DAY.sub(" ", fold(text).replace("_", " "))
    halves = [NamedPeriod("H", 1 if half == "dau" else 2, _year(year)) for half, year in _HALF.findall(folded)]
    rest = _HALF.sub(" ", folded)
    quarters = [NamedPeriod("Q", _ROMAN.get(q) or int(q), _year(year)) for q, year in _QUARTER.findall(rest)]
    months = [NamedPeriod("M", int(month), _year(year)) for month, year in _MONTH.findall(rest)]
    found = dict.fromkeys([*halves, *quarters, *months])
    return next(iter(found)) if len(found) == 1 else None


def _year(written: str) -> int | None:
    return int(written) if written else None


def _kind(period: str) -> str:
    part = period.partition("-")[2]
    if part.startswith(("Q", "H")):
        return part[0]
    return "M" if part.partition("/")[0].isdigit() else ""

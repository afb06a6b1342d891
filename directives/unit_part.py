"""What one unit owes of one requirement, as its page shows it: of a series every period, or one alone.

Not here: who may see it (`access.py`), the page (`views/work.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from directives.deadlines.periods import first_day_of, period_query, period_words, title_of_period
from directives.models import Obligation, Requirement


@dataclass(frozen=True, slots=True)
class PeriodLink:
    """One choice of the page: all periods, or one."""

    name: str
    query: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class UnitPart:
    """The rows to show, in their order. `period` is the one shown; "" for all, and for a duty asked once."""

    requirement: Requirement
    rows: tuple[Obligation, ...]
    period: str = ""
    periods: tuple[PeriodLink, ...] = ()

    @property
    def title(self) -> str:
        """What is owed, with the period shown."""
        return title_of_period(self.requirement.title, self.period)

    @property
    def query(self) -> str:
        """The end of the address of a page that stays with this period."""
        return period_query(self.period)

    @property
    def shows_deadline(self) -> bool:
        """One deadline holds for all that is shown; else each row says its own."""
        return not self.requirement.recurrence or self.due_at is not None

    @property
    def due_at(self) -> datetime | None:
        """Of a duty asked once the requirement's own; of one period its end, unless several hold (an extension)."""
        if not self.requirement.recurrence:
            return self.requirement.due_at
        found = {one.due_at for one in self.rows} if self.period or len({one.period for one in self.rows}) == 1 else ()
        return next(iter(found)) if len(found) == 1 else None


def unit_part_of(requirement: Requirement, obligations: Sequence[Obligation], period: str) -> UnitPart | None:
    """The page for `period` ("": all, the newest first); None when that period was never given out here."""
    if not requirement.recurrence:
        return UnitPart(requirement, tuple(obligations))
    given = sorted({one.period for one in obligations}, key=lambda one: (first_day_of(one), one), reverse=True)
    rows = [one for one in obligations if period in ("", one.period)]
    if not rows:
        return None
    links = [PeriodLink("mọi kỳ", "", not period)]
    links += [PeriodLink(period_words(one), period_query(one), one == period) for one in given]
    rows.sort(key=lambda one: given.index(one.period))
    return UnitPart(requirement, tuple(rows), period, tuple(links) if len(given) > 1 else ())

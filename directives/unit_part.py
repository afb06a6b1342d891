"""What one unit owes of one requirement, as its page shows it: of a series every period, or one alone; who came with
his debt from another unit, and whose debt went with him elsewhere.

Not here: who may see it (`access.py`), the page (`views/work.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from directives.choices import MoveReason
from directives.deadlines.periods import first_day_of, period_query, period_words, title_of_period
from directives.models import Obligation, ObligationMove, Requirement
from units.models import Membership, Unit
from vietnamese.dates import format_date

_ONE_DAY = timedelta(days=1)


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
    if not requirement.recurrence or not (obligations or period):
        return UnitPart(requirement, tuple(obligations))
    given = sorted({one.period for one in obligations}, key=lambda one: (first_day_of(one), one), reverse=True)
    rows = [one for one in obligations if period in ("", one.period)]
    if not rows:
        return None
    links = [PeriodLink("mọi kỳ", "", not period)]
    links += [PeriodLink(period_words(one), period_query(one), one == period) for one in given]
    rows.sort(key=lambda one: given.index(one.period))
    return UnitPart(requirement, tuple(rows), period, tuple(links) if len(given) > 1 else ())


@dataclass(frozen=True, slots=True)
class Travel:
    """A debt that came to the unit with its member, or went with him. `until`: the last day of a stay, inclusive."""

    move: ObligationMove
    until: date | None

    @property
    def came(self) -> str:
        """Beside the name, in the unit it came to: "Chuyển từ Chi bộ 1, từ ngày 30/11/2026"."""
        since = f"từ ngày {format_date(self.move.on)}{self._end}"
        return f"{_CAME[MoveReason(self.move.reason)]} {self.move.from_unit}, {since}"

    @property
    def went(self) -> str:
        """Beside the name, in the unit it left."""
        since = f"từ ngày {format_date(self.move.on)}{self._end}"
        return f"{_WENT[MoveReason(self.move.reason)]} {self.move.to_unit}, {since}"

    @property
    def counts(self) -> str:
        """Where it counts now. Where it went on to is not the business of the unit it left first."""
        if self.move.obligation.unit_id == self.move.to_unit_id:
            return "Nay tính và nộp ở đó."
        return "Từ đó đã đi tiếp, không tính và nộp ở đây nữa."

    @property
    def _end(self) -> str:
        return f" đến hết ngày {format_date(self.until)}" if self.until else ""


_CAME = {
    MoveReason.TRANSFER: "Chuyển từ",
    MoveReason.TEMPORARY: "Sinh hoạt tạm thời, từ",
    MoveReason.BACK: "Trở về sau sinh hoạt tạm thời tại",
}
_WENT = {
    MoveReason.TRANSFER: "Chuyển sang",
    MoveReason.TEMPORARY: "Sinh hoạt tạm thời tại",
    MoveReason.BACK: "Hết sinh hoạt tạm thời, về",
}


def travels_of(
    part: UnitPart, unit: Unit, moves: Iterable[ObligationMove], stays: Iterable[Membership]
) -> tuple[dict[int, Travel], list[Travel]]:
    """(obligation → how it came here, for those that are here; those that are elsewhere now), by `moves` newest first.

    `stays`: the temporary memberships of today, for the last day of each. A debt that went several ways is told once,
    by its last move into the unit or out of it.
    """
    ends = {(stay.member_id, stay.unit_id): stay.valid_to - _ONE_DAY for stay in stays if stay.valid_to is not None}
    last: dict[int, ObligationMove] = {}
    for move in moves:
        if part.period in ("", move.obligation.period):
            last.setdefault(move.obligation_id, move)
    told = {pk: Travel(move, ends.get((move.obligation.member_id or 0, move.to_unit_id))) for pk, move in last.items()}
    came = {pk: one for pk, one in told.items() if one.move.to_unit_id == unit.pk}
    return came, [one for pk, one in told.items() if pk not in came and one.move.obligation.unit_id != unit.pk]

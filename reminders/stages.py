"""The ladder of reminders: which step falls on which day. Pure.

A step is counted in calendar days from the last allowed day (issue of reminders; `domain.md` §5 for the last day).
`due_at` is exclusive: the last day is the day of the instant just before it. Nobody is written to on a day off: a step
up to the last day goes on the working day before, a later one on the working day after. Steps that meet on one day are
one; it bears the name of the step that belongs there, else of the latest.

Not here: who owes (`directives.querysets`), whom to write to (`recipients.py`), where ladders are kept (`ladders.py`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from directives.deadlines import WorkCalendar
from vietnamese.dates import VIETNAM, format_date, local_day

ACKNOWLEDGE: Final = "ACK"
"""The step that asks a unit to confirm that it received the paper; it hangs on the day of issue, not on a deadline."""

_PROMISED: Final = "H"
ASKED: Final = "N"
"""How the stages of reminders begin that the office asked for by hand."""

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
WEEK: Final = 7
FARTHEST: Final = 90
"""No step lies further from the last day, so that a day's plan looks at a bounded stretch of deadlines."""


@dataclass(frozen=True)
class Ladder:
    """When is nudged and who is told. `before` and `after`: days before and after the last day; then every week, at
    most `weeks` times. `ask_after`: working days after issue at which a unit is asked to confirm (0: never).

    `unit_from`, `cluster_from`, `call_from`: the step (days after the last day) from which the unit's secretary is told
    of its members, the lead of its cluster is told, and the office is to call. None: never.
    """

    before: tuple[int, ...] = (7, 3, 1)
    on_last_day: bool = True
    after: tuple[int, ...] = (1, 3)
    weeks: int = 4
    ask_after: int = 2
    unit_from: int | None = -7
    cluster_from: int | None = 3
    call_from: int | None = 7

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """All steps, ascending, in days after the last day."""
        last = max(self.after, default=0)
        weekly = (last + WEEK * week for week in range(1, self.weeks + 1))
        found = {-days for days in self.before} | {0 for _ in range(self.on_last_day)} | {*self.after, *weekly}
        return tuple(sorted(days for days in found if -FARTHEST <= days <= FARTHEST))

    def tells_unit(self, stage: str) -> bool:
        """Whether the unit's contacts are told of a member's debt at this step."""
        return self.unit_from is not None and offset_of(stage) >= self.unit_from

    def tells_cluster(self, stage: str) -> bool:
        """Whether the lead of the unit's cluster is told."""
        return self.cluster_from is not None and offset_of(stage) >= self.cluster_from


STANDARD: Final = Ladder()


def stage_key(offset: int) -> str:
    """T-7, T0, T+10."""
    return f"T{offset:+d}" if offset else "T0"


def promised_key(day: date) -> str:
    """The soft step after a day promised: H260430."""
    return f"{_PROMISED}{day:%y%m%d}"


def asked_key(day: date) -> str:
    """A reminder the office asked for by hand on a day, apart from the ladder: N260430."""
    return f"{ASKED}{day:%y%m%d}"


def offset_of(stage: str) -> int:
    """Days after the last day; asking to confirm counts as before all, a promise that ran out as the first day late,
    what the office asked for by hand as the last day."""
    if stage == ACKNOWLEDGE:
        return -FARTHEST - 1
    if stage.startswith(ASKED):
        return 0
    return 1 if stage.startswith(_PROMISED) else int(stage[1:])


def stage_words(stage: str) -> str:
    """As the office reads it."""
    if stage == ACKNOWLEDGE:
        return "Xác nhận đã nhận văn bản"
    if stage.startswith(_PROMISED):
        return f"Sau ngày hẹn {format_date(datetime.strptime(stage[1:], '%y%m%d').date())}"  # noqa: DTZ007
    if stage.startswith(ASKED):
        return f"Nhắc thêm ngày {format_date(datetime.strptime(stage[1:], '%y%m%d').date())}"  # noqa: DTZ007
    days = offset_of(stage)
    if days == 0:
        return "Ngày cuối"
    return f"Quá hạn {days} ngày" if days > 0 else f"Trước hạn {-days} ngày"


def last_day_of(due_at: datetime) -> date:
    """The last day, in Vietnam, on which handing in is still on time."""
    return local_day(due_at - _INSTANT)


def start_of(day: date) -> datetime:
    """00:00 of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def worked_day(day: date, *, back: bool, calendar: WorkCalendar) -> date:
    """`day` itself when worked, else the working day before (`back`) or after it."""
    while calendar.is_off(day):
        day += -_DAY if back else _DAY
    return day


def schedule(last_day: date, ladder: Ladder, calendar: WorkCalendar) -> dict[date, str]:
    """Working day → stage, ascending: every day on which this deadline is spoken of."""
    days: dict[date, int] = {}
    for offset in ladder.offsets:
        wanted = last_day + timedelta(days=offset)
        day = worked_day(wanted, back=offset <= 0, calendar=calendar)
        if day not in days or days[day] != (day - last_day).days:
            days[day] = offset
    return {day: stage_key(days[day]) for day in sorted(days)}


@dataclass(frozen=True)
class Rungs:
    """A ladder under a calendar, asked for one day's plan; `after` makes up missed days: (after, day]."""

    ladder: Ladder
    calendar: WorkCalendar
    day: date
    after: date | None = None
    _stages: dict[datetime, str | None] = field(default_factory=dict, compare=False)
    _tells: dict[str, tuple[bool, bool]] = field(default_factory=dict, compare=False)
    _staged: list[tuple[datetime, datetime, str]] = field(default_factory=list, compare=False)

    @property
    def first_day(self) -> date:
        """The first of the days planned for."""
        return (self.after or self.day - _DAY) + _DAY

    def of_last_day(self, last_day: date) -> str | None:
        """The latest stage of this last day in the days planned for; None when there is none."""
        days = schedule(last_day, self.ladder, self.calendar)
        found = [stage for day, stage in days.items() if self.first_day <= day <= self.day]
        return found[-1] if found else None

    def stage_of(self, due_at: datetime) -> str | None:
        """The stage of this deadline; remembered, because thousands of debts share a few deadlines."""
        if due_at not in self._stages:
            self._stages[due_at] = self.of_last_day(last_day_of(due_at))
        return self._stages[due_at]

    def tells(self, stage: str) -> tuple[bool, bool]:
        """Whether the unit, and whether the lead of its cluster, is told at this stage."""
        if stage not in self._tells:
            self._tells[stage] = self.ladder.tells_unit(stage), self.ladder.tells_cluster(stage)
        return self._tells[stage]

    def staged(self) -> list[tuple[datetime, datetime, str]]:
        """The half-open windows (start, end] of `due_at` with the stage they are at; ascending, neighbours of one stage
        merged; remembered.

        A deadline lies in the window of its last day L when L 00:00 < due_at ≤ (L + 1) 00:00.
        """
        if self._staged:
            return self._staged
        found = self._staged
        reach = FARTHEST + 2 * WEEK  # a step may be moved over the longest holiday
        for distance in range(-reach, reach + 1):
            last_day = self.day + timedelta(days=distance)
            if (stage := self.of_last_day(last_day)) is None:
                continue
            start, end = start_of(last_day), start_of(last_day + _DAY)
            if found and found[-1][1:] == (start, stage):
                start = found.pop()[0]
            found.append((start, end, stage))
        return found


OPENS: Final = time(7, 0)
CLOSES: Final = time(18, 0)
"""Mail goes from `OPENS` until before `CLOSES`, Asia/Ho_Chi_Minh, on working days."""


def next_open(at: datetime, calendar: WorkCalendar) -> datetime:
    """`at` itself when mail may go then, else the next instant from which it may."""
    local = at.astimezone(VIETNAM)
    if not calendar.is_off(local.date()) and OPENS <= local.time() < CLOSES:
        return at
    day = local.date() if local.time() < OPENS else local.date() + _DAY
    return datetime.combine(worked_day(day, back=False, calendar=calendar), OPENS, VIETNAM)

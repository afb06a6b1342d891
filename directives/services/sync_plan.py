"""The difference between whom a running directive addresses today and who has its duties; nothing is changed by looking.

The audience rule is resolved anew on the roster of the day and laid beside the rows, party by party. What the roster
alone moves (transfers, leaving) is asked of `following.py`, so that both agree. A period of a series is compared only
while its deadline is to come; a past one stays as its own day decided.

Not here: writing it (`syncing.py`), whom an audience covers (`coverage.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import takewhile

from django.db.models import Q

from directives.choices import DirectiveState, ObligationState, WaiverReason
from directives.coverage import addressed_memberships, addressed_units, is_owed_by_members
from directives.deadlines import day_end, last_day_of
from directives.deadlines.periods import first_day_of, kept_deadlines, occurrences, series_from_json
from directives.errors import IllegalMove
from directives.models import Directive, Obligation, Requirement
from directives.querysets import OPEN_STATES
from directives.services.following import astray, places_on
from units.models import Exemption, Unit
from vietnamese.dates import format_date, local_day

ROSTER_REASONS = (WaiverReason.EXEMPT, WaiverReason.LEFT, WaiverReason.OUTSIDE, WaiverReason.CLOSED)
"""Waivers that the roster explains; what the office decided or a paper withdrew is never given back by it."""


class Change(Enum):
    """What the synchronisation does with one party; the value is the word shown."""

    ADDED = "Giao mới"
    AGAIN = "Phải thực hiện lại"
    WAIVED = "Cho miễn"
    MOVED = "Chuyển đơn vị"
    KEPT = "Đã nộp, giữ nguyên"


@dataclass(frozen=True, slots=True)
class Line:
    """One party whose row is written, changed or named; `late`: its deadline has passed before it was given out.

    `unit_id` answers after the change, `from_unit_id` before it; `obligation_id` is None for a row to be written.
    """

    change: Change
    requirement_id: int
    period: str
    due_at: datetime | None
    unit_id: int
    member_id: int | None = None
    obligation_id: int | None = None
    from_unit_id: int | None = None
    reason: str = ""
    note: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """The whole difference of one directive on one day; `unchanged` counts rows, those KEPT among them."""

    directive: Directive
    day: date
    requirements: tuple[Requirement, ...]
    lines: tuple[Line, ...]
    unchanged: int

    def of(self, *changes: Change) -> list[Line]:
        """The lines of these changes."""
        return [line for line in self.lines if line.change in changes]

    @property
    def late(self) -> list[Line]:
        """New parties of a deadline that has passed: they get a day of their own, or are left out."""
        return [line for line in self.lines if line.late]

    @property
    def differences(self) -> int:
        """Changes that wait for nobody's choice of a day: what the hint counts."""
        return sum(line.change != Change.KEPT and not line.late for line in self.lines)

    def figures(self, *, with_late: bool = True) -> dict[str, int]:
        """The four numbers of the terminal contract; each party of the roster and each row is in exactly one.

        `added`: rows written (also at once waived, for exempt members) and waived ones owed again.
        """
        counts = Counter(line.change for line in self.lines if with_late or not line.late)
        return {
            "added": counts[Change.ADDED] + counts[Change.AGAIN],
            "waived": counts[Change.WAIVED],
            "moved": counts[Change.MOVED],
            "unchanged": self.unchanged + (0 if with_late else sum(line.change == Change.AGAIN for line in self.late)),
        }

    def proposed_due_at(self) -> datetime | None:
        """For late parties: as many days from today as the others had, exclusive; None when nobody is late."""
        dues = [line.due_at for line in self.late if line.due_at is not None]
        if not dues:
            return None
        given = max((last_day_of(max(dues)) - (self.directive.issued_on or self.day)).days, 1)
        return day_end(self.day + timedelta(days=given))


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    unit_id: int
    state: str
    reason: str


def plan_sync(*, directive: Directive, at: datetime) -> SyncPlan:
    """The difference at `at`. Raises IllegalMove unless the directive runs; a fixed number of queries a requirement."""
    if directive.state != DirectiveState.ISSUED:
        raise IllegalMove(
            f"Văn bản đang “{directive.get_state_display()}”, không cập nhật danh sách phải thực hiện nữa."
        )
    day = local_day(at)
    everyone = tuple(directive.requirements.order_by("order"))
    requirements = tuple(one for one in everyone if one.withdrawn_at is None)
    wanders = set(
        astray(Obligation.objects.filter(requirement__directive=directive), day).order_by().values_list("pk", flat=True)
    )
    lines: list[Line] = []
    unchanged = 0
    for requirement in requirements:
        parties = _addressed(requirement, everyone, directive.ward, day)
        for period, due_at in _periods(requirement, at):
            found, same = _compare(requirement, period, due_at, parties, wanders, at)
            lines += found
            unchanged += same
    return SyncPlan(directive, day, requirements, tuple(_with_reasons(lines, day)), unchanged)


def _periods(requirement: Requirement, at: datetime) -> list[tuple[str, datetime | None]]:
    """The periods to compare with the deadline new parties get: the one without name, or those of a series not over."""
    if not requirement.recurrence:
        return [("", requirement.due_at)]
    given = set(Obligation.objects.filter(requirement=requirement).order_by().values_list("period", flat=True))
    series, since = series_from_json(requirement.recurrence)
    latest = max(map(first_day_of, given), default=date.min)
    known = takewhile(lambda one: first_day_of(one.period) <= latest, occurrences(series, since))
    ends = {one.period: one.due_at for one in known} | kept_deadlines(requirement.recurrence)
    return sorted((period, end) for period, end in ends.items() if period in given and end > at)


def _addressed(
    requirement: Requirement, everyone: Sequence[Requirement], ward: Unit, day: date
) -> dict[int, tuple[int, bool]]:
    """Party (member or unit) → the unit that answers for it, and whether it is exempt."""
    if not is_owed_by_members(requirement):
        units = addressed_units(requirement, ward=ward, day=day).order_by()
        return {pk: (pk, False) for pk in units.values_list("pk", flat=True)}
    found = addressed_memberships(requirement, everyone, ward=ward, day=day).order_by("pk")
    exempt = set(Exemption.objects.active(day).filter(member__ward=ward).order_by().values_list("member", flat=True))
    return {member: (unit, member in exempt) for member, unit in found.values_list("member_id", "unit_id")}


def _compare(
    requirement: Requirement,
    period: str,
    due_at: datetime | None,
    parties: dict[int, tuple[int, bool]],
    wanders: set[int],
    at: datetime,
) -> tuple[list[Line], int]:
    by_members = is_owed_by_members(requirement)
    rows = {
        (member if by_members else unit): _Row(pk, unit, state, reason)
        for pk, member, unit, state, reason in Obligation.objects.filter(requirement=requirement, period=period)
        .order_by()
        .values_list("pk", "member_id", "unit_id", "state", "waiver_reason")
    }
    is_past = due_at is not None and due_at <= at
    lines, unchanged = [], 0
    for party, row in rows.items():
        change, reason = _change(row, parties.get(party), row.pk in wanders)
        if change in (None, Change.KEPT):
            unchanged += 1
        if change is None:
            continue
        lines.append(
            Line(
                change,
                requirement.pk,
                period,
                due_at,
                parties[party][0] if party in parties else row.unit_id,
                party if by_members else None,
                row.pk,
                row.unit_id,
                reason,
                late=change is Change.AGAIN and is_past,
            )
        )
    for party, (unit, is_exempt) in parties.items():
        if party not in rows:
            reason = WaiverReason.EXEMPT if is_exempt else ""
            late = is_past and not is_exempt
            member = party if by_members else None
            lines.append(Line(Change.ADDED, requirement.pk, period, due_at, unit, member, reason=reason, late=late))
    return lines, unchanged


def _change(row: _Row, place: tuple[int, bool] | None, wanders: bool) -> tuple[Change | None, str]:
    """What becomes of a row whose party is addressed in `place` = (unit, exempt), or not at all (None).

    Handed in is never waived away: it stays, and is named when its party is not addressed any more.
    """
    if row.state == ObligationState.WAIVED:
        owes_again = place is not None and not place[1] and row.reason in ROSTER_REASONS
        return (Change.AGAIN if owes_again else None), ""
    is_open = row.state in OPEN_STATES
    if place is None:
        # Why exactly is asked once for all of them (`_with_reasons`).
        return (Change.WAIVED, WaiverReason.OUTSIDE) if is_open else (Change.KEPT, "")
    if place[1] and is_open:
        return Change.WAIVED, WaiverReason.EXEMPT
    return (Change.MOVED if wanders else None), ""


def _with_reasons(lines: Iterable[Line], day: date) -> list[Line]:
    """Those not addressed any more with the reason: their unit is closed, they left, or the rule passes over them."""
    lines = list(lines)
    gone = [line for line in lines if line.reason == WaiverReason.OUTSIDE]
    places = places_on({line.member_id for line in gone if line.member_id}, day)
    closed = dict(
        Unit.objects.filter(Q(pk__in={line.unit_id for line in gone}) | Q(pk__in={p.unit_id for p in places.values()}))
        .filter(closed_on__lte=day)
        .values_list("pk", "closed_on")
    )
    return [_with_reason(line, places, closed) if line.reason == WaiverReason.OUTSIDE else line for line in lines]


def _with_reason(line: Line, places: dict, closed: dict[int, date]) -> Line:
    place = places.get(line.member_id or 0)
    if line.member_id and place is None:
        reason, note = WaiverReason.LEFT, ""
    else:
        unit = place.unit_id if place is not None else line.unit_id
        is_closed = unit in closed
        reason = WaiverReason.CLOSED if is_closed else WaiverReason.OUTSIDE
        note = f"Từ ngày {format_date(closed[unit])}" if is_closed else ""
    return Line(
        line.change, line.requirement_id, line.period, line.due_at, line.unit_id, line.member_id,
        line.obligation_id, line.from_unit_id, reason, note,
    )  # fmt: skip

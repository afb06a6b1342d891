"""The inner day: until when the units' work has to be in so that the ward can send its own in time.

Not here: what the ward owes (`models_onward.py`), moving a deadline of the units (`services.amending`, `services.deadlines`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from directives.deadlines import WorkCalendar, last_day_of
from directives.deadlines.calendar import ONE_DAY
from directives.models import Directive, OnwardDuty, Requirement
from directives.working_days import work_calendar
from units.models import Unit, User
from vietnamese.dates import format_date


def inner_last_day(due_at: datetime, *, slack_days: int, calendar: WorkCalendar) -> date:
    """The last day for the units: after it, up to the ward's own last day inclusive, lie `slack_days` worked days.

    `due_at` is the exclusive instant of the ward's own deadline; without slack the two days are one.
    """
    day, left = last_day_of(due_at), slack_days
    while left > 0:
        left -= not calendar.is_off(day)
        day -= ONE_DAY
    return day


@dataclass(frozen=True, slots=True)
class OnwardLine:
    """One duty as shown: its inner day, and the requirements of the same directive that end after it."""

    duty: OnwardDuty
    inner_day: date
    too_late: tuple[Requirement, ...]

    @property
    def has_no_slack(self) -> bool:
        """Some unit may hand in after the day the office needs it by."""
        return bool(self.too_late)


def lines_of_directive(directive: Directive, *, user: User) -> list[OnwardLine]:
    """What the ward owes its superior under one directive, as far as the account may see it."""
    found = OnwardDuty.objects.visible_to(user).filter(directive=directive)
    told = found.select_related("directive", "requirement", "done_by").prefetch_related("directive__requirements")
    return onward_lines(told, ward=directive.ward)


def slack_warnings(directive: Directive, requirements: Iterable[Requirement]) -> list[str]:
    """One sentence for each duty of a draft that leaves the office no days to compile, with the inner day it proposes.

    `requirements` carry the deadlines as they read now, saved or not.
    """
    by_pk = {one.pk: one for one in requirements}
    duties = list(directive.onward_duties.filter(done_at=None, series=None))
    if not duties:
        return []
    said = []
    calendar = work_calendar(_years_of(duties), ward=directive.ward)
    for duty in duties:
        inner = inner_last_day(duty.due_at, slack_days=duty.slack_days, calendar=calendar)
        feeding = by_pk.values() if duty.requirement_id is None else filter(None, [by_pk.get(duty.requirement_id)])
        late = [str(one.order) for one in feeding if _ends_after(one, inner)]
        if late:
            said.append(
                f"Yêu cầu {', '.join(late)}: Đảng ủy phải gửi {duty.superior} đến hết {format_date(last_day_of(duty.due_at))} và "
                f"cần {duty.slack_days} ngày làm việc để tổng hợp. Đề xuất hạn trong cho các đơn vị: hết {format_date(inner)}."
            )
    return said


def onward_lines(duties: Iterable[OnwardDuty], *, ward: Unit) -> list[OnwardLine]:
    """The lines of duties that came with `directive__requirements` prefetched; the ward's calendar in one query."""
    duties = list(duties)
    if not duties:
        return []
    calendar = work_calendar(_years_of(duties), ward=ward)
    lines = []
    for duty in duties:
        inner = inner_last_day(duty.due_at, slack_days=duty.slack_days, calendar=calendar)
        fed_by = [
            requirement
            for requirement in duty.directive.requirements.all()
            if requirement.withdrawn_at is None and (duty.requirement_id in (None, requirement.pk))
        ]
        late = [one for one in fed_by if _ends_after(one, inner)]
        lines.append(OnwardLine(duty, inner, tuple(late) if duty.done_at is None else ()))
    return lines


def _ends_after(requirement: Requirement, day: date) -> bool:
    """Its own last day lies behind `day`; a series or a clock started by events has no such day."""
    return requirement.due_at is not None and not requirement.recurrence and last_day_of(requirement.due_at) > day


def _years_of(duties: list[OnwardDuty]) -> range:
    """The years their inner days can fall in."""
    days = [last_day_of(duty.due_at) for duty in duties]
    return range(min(days).year - 1, max(days).year + 1)

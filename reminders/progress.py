"""How far the work of a letter is: "đã nộp 31/41 bài", "đã viết 4/6 mục". Reads only, when a letter is written.

Not here: the sentences around it (`letters.py`), the same figures on the card of the work (`directives.work`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, Q
from django.utils.module_loading import import_string

from directives.choices import HANDED_IN_STATES, ObligationState
from directives.models import Obligation
from directives.querysets import OPEN_STATES
from reminders.models import Promise
from reminders.wording import Group
from vietnamese.dates import format_date, local_day


@dataclass(frozen=True, slots=True)
class Progress:
    """Of what members of a unit owe: (handed in, asked for) by requirement, unit and period, and the debts that are
    silent until a day promised. Of reports that were begun on the portal: (written, asked for) by obligation."""

    handed_in: Mapping[tuple[int, int, str], tuple[int, int]] = field(default_factory=dict)
    promised: Mapping[tuple[int, int, str], Mapping[int, date]] = field(default_factory=dict)
    written: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def so_far(self, group: Group, groups: Sequence[Group]) -> str:
        """What stands before "còn 10 đồng chí" in a list of names: "đã nộp 31/41 bài, có 1 đồng chí hẹn nộp ngày
        3/12/2026, "; "" before anybody handed in or promised.

        `groups`: of the whole letter, for what the reader owes himself is told apart from the list.
        """
        done, asked = self._figures(group)
        said = [f"đã nộp {done}/{asked} bài"] if done else []
        days = Counter(self._promised(group).values())
        said += [f"có {count} đồng chí hẹn nộp ngày {format_date(day)}" for day, count in sorted(days.items())]
        if not (group.is_list and said):
            return ""
        besides = "ngoài đồng chí " if done and self._of_reader(group, groups) else ""
        return f"{', '.join(said)}, {besides}"

    def is_whole(self, group: Group, groups: Sequence[Group]) -> bool:
        """Whether the names of the list, the reader and those who promised are all who have not handed in (others may
        have a day of their own)."""
        done, asked = self._figures(group)
        return done + len(group.duties) + self._of_reader(group, groups) + len(self._promised(group)) == asked

    def _promised(self, group: Group) -> Mapping[int, date]:
        """Debt → day promised, of those that are not in the list."""
        key = (group.ask.requirement_id, group.unit_id or 0, group.lead.period)
        listed = {duty.obligation_id for duty in group.duties}
        return {pk: day for pk, day in self.promised.get(key, {}).items() if pk not in listed}

    def _figures(self, group: Group) -> tuple[int, int]:
        return self.handed_in.get((group.ask.requirement_id, group.unit_id or 0, group.lead.period), (0, 0))

    @staticmethod
    def _of_reader(group: Group, groups: Sequence[Group]) -> int:
        """How many of the reader's own duties are of the same asking and unit."""
        same = (group.ask.requirement_id, group.unit_id, group.lead.period)
        own = [duty for one in groups if one.unit_id is None for duty in one.duties]
        return sum((duty.requirement_id, duty.unit_id, duty.period) == same for duty in own)

    def begun(self, group: Group) -> str:
        """Of a report that was begun and not handed in, a sentence: "Đơn vị đã viết 4/6 mục, chưa nộp."; else ""."""
        done, asked = self.written.get(group.lead.obligation_id, (0, 0))
        who = "Đồng chí" if group.unit_id is None else "Đơn vị"
        return f"{who} đã viết {done}/{asked} mục, chưa nộp." if done else ""


def progress_of(groups: Sequence[Group], at: datetime) -> Progress:
    """The figures as they stand at `at`. Three queries at most: one where members are named, another where the names are
    not all who owe, one where something is written on the portal."""
    lists = [group for group in groups if group.is_list]
    single = [group.lead.obligation_id for group in groups if group.ask.is_written and not group.asks_to_confirm]
    found = Progress(
        handed_in=_handed_in(lists) if lists else {},
        written=import_string(settings.WRITTEN_PROGRESS)(single) if single else {},
    )
    if all(found.is_whole(group, groups) for group in lists):
        return found
    return replace(found, promised=_promised(lists, local_day(at)))


def _handed_in(lists: Sequence[Group]) -> dict[tuple[int, int, str], tuple[int, int]]:
    asked = Obligation.objects.filter(
        requirement__in={group.ask.requirement_id for group in lists},
        unit__in={group.unit_id for group in lists},
        member__isnull=False,
    ).exclude(state=ObligationState.WAIVED)
    rows = (
        asked.order_by()
        .values_list("requirement_id", "unit_id", "period")
        .annotate(
            done=Count("pk", filter=Q(state__in=(*HANDED_IN_STATES, ObligationState.ACCEPTED))), asked=Count("pk")
        )
    )
    return {(requirement, unit, period): (done, all_) for requirement, unit, period, done, all_ in rows}


def _promised(lists: Sequence[Group], day: date) -> dict[tuple[int, int, str], dict[int, date]]:
    """The latest promise of each debt that still runs on `day`, as the plan keeps silent for it."""
    rows = (
        Promise.objects.filter(
            obligation__requirement__in={group.ask.requirement_id for group in lists},
            obligation__unit__in={group.unit_id for group in lists},
            obligation__member__isnull=False,
            obligation__state__in=OPEN_STATES,
        )
        .order_by("at", "pk")
        .values_list("obligation__requirement_id", "obligation__unit_id", "obligation__period", "obligation_id", "day")
    )
    latest = {pk: ((requirement, unit, period), promised) for requirement, unit, period, pk, promised in rows}
    found: dict[tuple[int, int, str], dict[int, date]] = {}
    for pk, (key, promised) in latest.items():
        if promised >= day:
            found.setdefault(key, {})[pk] = promised
    return found

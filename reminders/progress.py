"""How far the work of a letter is: "đã nộp 31/41 bài", "đã viết 4/6 mục". Reads only, when a letter is written.

Not here: the sentences around it (`letters.py`), the same figures on the card of the work (`directives.work`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count, Q
from django.utils.module_loading import import_string

from directives.choices import HANDED_IN_STATES, ObligationState
from directives.models import Obligation
from reminders.wording import Group


@dataclass(frozen=True, slots=True)
class Progress:
    """Of what members of a unit owe: (handed in, asked for) by requirement, unit and period. Of reports that were begun
    on the portal: (written, asked for) by obligation."""

    handed_in: Mapping[tuple[int, int, str], tuple[int, int]] = field(default_factory=dict)
    written: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def so_far(self, group: Group, groups: Sequence[Group]) -> str:
        """What stands before "còn 10 đồng chí" in a list of names: "đã nộp 31/41 bài, "; "" before anybody handed in.

        `groups`: of the whole letter, for what the reader owes himself is told apart from the list.
        """
        done, asked = self._figures(group)
        besides = "ngoài đồng chí " if self._of_reader(group, groups) else ""
        return f"đã nộp {done}/{asked} bài, {besides}" if group.is_list and done else ""

    def is_whole(self, group: Group, groups: Sequence[Group]) -> bool:
        """Whether the names of the list, and the reader, are all who have not handed in (others may have a day of their
        own)."""
        done, asked = self._figures(group)
        return done + len(group.duties) + self._of_reader(group, groups) == asked

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


def progress_of(groups: Sequence[Group]) -> Progress:
    """The figures as they stand. Two queries at most: one where members are named, one where something is written on
    the portal."""
    lists = [group for group in groups if group.is_list]
    single = [group.lead.obligation_id for group in groups if group.ask.is_written and not group.asks_to_confirm]
    return Progress(
        _handed_in(lists) if lists else {},
        import_string(settings.WRITTEN_PROGRESS)(single) if single else {},
    )


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

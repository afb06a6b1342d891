"""The bell at the moment of a change: who is concerned finds it in the portal when the change is written, not at 16:00.

Listens to `directives.change_listeners`, inside the transaction of the change: both stand or neither. A bell disturbs
nobody, so it asks no quiet choice. Part of the verb that changes; records nothing by itself. Not here: the letters of
the day (`changes.py`), the words (`change_letters.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from directives.models import ChangeNotice
from reminders.change_letters import ChangeWriter
from reminders.change_readers import asked_at, concerns_somebody, gather_changes
from reminders.noticing import OF_CHANGES, Told, tell_accounts
from units.models import Unit

_BATCH = 500


def show_changes(notices: Sequence[ChangeNotice], at: datetime) -> None:
    """Put changes just written on the bells of the member who owes and of the contacts of his unit.

    A fixed number of queries a ward, one more for each five hundred changes. Roster and exemptions are asked as the
    letters do: nobody is told of who left, of a member another unit counts he alone.
    """
    by_ward: defaultdict[int, list[ChangeNotice]] = defaultdict(list)
    pks = [notice.pk for notice in notices]
    for start in range(0, len(pks), _BATCH):
        for row in asked_at(ChangeNotice.objects.filter(pk__in=pks[start : start + _BATCH]), at):
            if concerns_somebody(row, at):
                by_ward[row.obligation.ward_id].append(row)
        ChangeNotice.objects.filter(pk__in=pks[start : start + _BATCH]).update(shown_at=at)
    for ward in Unit.objects.filter(pk__in=by_ward):
        show_to_ward(ward, by_ward[ward.pk], at)


def show_to_ward(ward: Unit, notices: Sequence[ChangeNotice], at: datetime) -> int:
    """Notices on the bells of the ward about these changes (of `asked_at`); returns how many."""
    writer = ChangeWriter(ward, notices)
    told = []
    for letter in gather_changes(ward, notices, None, at, by_mail=False).letters:
        subject, detail = writer.heading(letter)
        told.append(Told(letter.person, subject, detail, ()))
    latest = max(notice.pk for notice in notices)
    return tell_accounts(told, kind=OF_CHANGES, key=f"change:{ward.pk}:{latest}", at=at)

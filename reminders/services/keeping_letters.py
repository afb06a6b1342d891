"""A letter that was written is history: it stays when a roster import is taken back, and does not stop it.

The letter keeps its words, name and address; only what ties it to rows that are about to be gone is let go.
Not here: the undo (`units.services.roster_reverse`), what of the work goes (`directives.services.unopening`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from directives.models import ObligationMove
from outbox.choices import MailState
from outbox.querysets import WAITING
from reminders.models import Digest, Reminder
from units.models import Unit, User
from units.services.roster_journal import spans
from units.undo_consequences import AddedRows, Told

_CHUNK = 200  # rows in one statement
_WENT = (MailState.SENT, MailState.BOUNCED)


def keep_letters(ward: Unit, added: AddedRows, at: datetime, by: User | None) -> Told:
    """Letters to the added members stay, by name and address alone; what was said to an added unit of a debt that came
    there counts for the unit it came from, where it goes back to. A registered withdrawal of `units.undo_consequences`.
    """
    sent = waiting = 0
    for chosen in spans("member_id", added.members):
        letters = Digest.objects.filter(chosen, ward=ward)
        waiting += letters.filter(mail__state__in=WAITING).count()
        sent += letters.filter(mail__state__in=_WENT).count()
        letters.update(member=None)
    for chosen in spans("unit_id", added.units):
        _to_where_they_came_from(list(Reminder.objects.filter(chosen).order_by("pk")), set(added.units))
    stays = (
        (sent, "thư nhắc đã gửi, chỉ còn ghi tên và địa chỉ người nhận"),
        (waiting, "thư nhắc chưa tới lượt gửi, tới lượt sẽ được kiểm lại và không nhắc việc đã rút"),
    )
    return Told(stays=tuple(f"{number} {what}" for number, what in stays if number))


def forget_reminders(obligations: Sequence[int]) -> None:
    """These obligations are about to be gone: no letter is tied to them any more. A letter that went keeps its words;
    one that waits will not speak of them.
    """
    for start in range(0, len(obligations), _CHUNK):
        Reminder.objects.filter(obligation__in=obligations[start : start + _CHUNK]).delete()


def _to_where_they_came_from(reminders: Sequence[Reminder], added: set[int]) -> None:
    for start in range(0, len(reminders), _CHUNK):
        chunk = reminders[start : start + _CHUNK]
        moves = ObligationMove.objects.filter(obligation__in={one.obligation_id for one in chunk}, to_unit__in=added)
        came = moves.exclude(from_unit__in=added).order_by("moved_at", "pk")
        origin = dict(came.values_list("obligation", "from_unit"))  # the last time it came
        changed = [one for one in chunk if one.obligation_id in origin]
        for one in changed:
            one.unit_id = origin[one.obligation_id]
        Reminder.objects.bulk_update(changed, ["unit"])

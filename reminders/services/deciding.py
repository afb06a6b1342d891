"""The office's verbs on letters to come: strike them for a day, hold them, let them go again, send them now.

Not here: the plan (`reminders.planning`), the daily run (`reminders.services`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

import audit.services as audit
from directives.models import Obligation
from outbox.services import let_go
from reminders.choices import RulingKind
from reminders.digests import Letter
from reminders.errors import NumberChanged, TooEarly
from reminders.models import Ruling
from reminders.planning import plan
from reminders.services import PLANNING_TIME, one_planner_at_a_time
from reminders.services.writing import write_down
from reminders.stages import start_of
from reminders.tokens import token_of
from units.models import Unit, User
from vietnamese.dates import VIETNAM, local_day

_DAY = timedelta(days=1)


def chosen_letters(*, ward: Unit, instant: datetime, tokens: frozenset[str], after: date | None = None) -> list[Letter]:
    """The letters of the planning hour `instant` (making up the days after `after`) whose tokens were chosen. Only reads."""
    letters = plan(ward=ward, at=instant, after=after).letters
    return letters.of([address for address in letters.addresses() if token_of(address) in tokens])


@transaction.atomic
def strike_letters(*, ward: Unit, letters: Sequence[Letter], day: date, by: User, at: datetime) -> int:
    """Nothing goes to these people on `day`; what they owe is told again at the next step. A letter of an earlier day that
    still waits is for the day after. Recorded as `reminder.strike`."""
    count = _rule(ward, letters, RulingKind.STRIKE, day, day, by, at)
    detail = {"letters": count, "day": day}
    audit.record(action="reminder.strike", actor=by, obj=ward, ward_id=ward.pk, detail=detail, at=at)
    return count


@transaction.atomic
def hold_letters(*, ward: Unit, letters: Sequence[Letter], day: date, until: date, by: User, at: datetime) -> int:
    """Nothing goes to these people from `day` to `until` (inclusive). Recorded as `reminder.hold`."""
    count = _rule(ward, letters, RulingKind.HOLD, day, max(day, until), by, at)
    detail = {"letters": count, "day": day, "last_day": until}
    audit.record(action="reminder.hold", actor=by, obj=ward, ward_id=ward.pk, detail=detail, at=at)
    return count


def _rule(
    ward: Unit, letters: Sequence[Letter], kind: RulingKind, first: date, last: date, by: User, at: datetime
) -> int:
    rows = [
        Ruling(
            ward=ward, address=one.person.address, name=one.person.name[:160], kind=kind,
            first_day=first, last_day=last, by=by, at=at,
        )
        for one in letters
    ]  # fmt: skip
    Ruling.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def release_ruling(*, ruling: Ruling, by: User, at: datetime) -> None:
    """A strike or hold is taken back; letters of days that passed do not come again. What was written before and waits for
    the end of it goes now, as far as it still holds. Recorded as `reminder.release`.
    """
    detail = {"day": ruling.first_day, "last_day": ruling.last_day}
    ward = ruling.ward
    if ruling.last_day >= local_day(at):
        let_go(ward_id=ward.pk, address=ruling.address, waiting_until=start_of(ruling.last_day + _DAY), at=at)
    ruling.delete()
    audit.record(action="reminder.release", actor=by, obj=ward, ward_id=ward.pk, detail=detail, at=at)


@transaction.atomic
def send_now(
    *,
    ward: Unit,
    instant: datetime,
    tokens: frozenset[str],
    expected: int,
    by: User,
    at: datetime,
    after: date | None = None,
) -> int:
    """The chosen letters of the planning hour `instant` go into the queue now; they are that day's letters, so the
    daily run does not write them again. `expected` is the number the person confirmed, `after` as in `plan`.

    Each is checked again as it goes, and goes in working hours. Recorded as `reminder.send_now`. Raises NumberChanged,
    also when a colleague sent some of them a moment ago.
    """
    one_planner_at_a_time(ward)
    planned = plan(ward=ward, at=instant, after=after)
    chosen = [address for address in planned.letters.addresses() if token_of(address) in tokens]
    if len(chosen) != expected:
        raise NumberChanged(len(chosen))
    write_down(planned=planned.only(chosen), at=at)
    detail = {"letters": len(chosen), "day": local_day(instant)}
    audit.record(action="reminder.send_now", actor=by, obj=ward, ward_id=ward.pk, detail=detail, at=at)
    return len(chosen)


@transaction.atomic
def ask_now(*, ward: Unit, obligations: QuerySet[Obligation], line: str, expected: int, by: User, at: datetime) -> int:
    """Everybody who still owes one of these obligations is written to now, apart from the ladder; nobody twice a day.

    `line` is the line of the query bar that found them, `expected` the number of letters the person confirmed. Each is
    checked again as it goes, and goes in working hours. Recorded as `reminder.ask`. Raises NumberChanged, TooEarly.
    """
    if at.astimezone(VIETNAM).time() < PLANNING_TIME:
        raise TooEarly
    one_planner_at_a_time(ward)
    planned = plan(ward=ward, at=at, asked=obligations)
    if len(planned.letters) != expected:
        raise NumberChanged(len(planned.letters))
    write_down(planned=planned, at=at)
    detail = {"letters": len(planned.letters), "day": local_day(at), "line": line}
    audit.record(action="reminder.ask", actor=by, obj=ward, ward_id=ward.pk, detail=detail, at=at)
    return len(planned.letters)

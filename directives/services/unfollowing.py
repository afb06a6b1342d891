"""Debts that followed their members into units which an import made go back when the import is taken back.

Only what the clock did by itself: a debt handed in, decided or waived since it moved, a paper seen or confirmed by the new
unit are a person's doing, stay, and stop the undo.
Not here: following the roster (`following.py`), the undo (`units.services.roster_reverse`).
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from audit import services as audit
from directives import change_listeners
from directives.choices import MoveReason
from directives.models import Acknowledgement, Obligation, ObligationMove
from units.models import Unit, User
from units.undo_consequences import AddedRows, Told
from vietnamese.dates import local_day

_CHUNK = 200  # rows in one UPDATE


def withdraw_from_units(ward: Unit, rows: AddedRows, at: datetime, by: User | None) -> Told:
    """Send the untouched debts that came to the added units back where they came from; nobody of these units is asked
    any more for a paper of which nothing is left there and which nobody opened. Whoever was told that they went is told
    that they are back.

    The moves go too: the unit they name is about to be gone. Recorded once as `obligation.follow` when a debt goes
    back. A registered withdrawal of `units.undo_consequences`.
    """
    added = set(rows.units)
    if not added:
        return Told()
    there = Obligation.objects.filter(ward=ward, unit__in=added).of_members()
    debts = {
        one.pk: one for one in there.select_for_update(of=("self",)).select_related("unit", "member").order_by("pk")
    }
    moves = ObligationMove.objects.filter(to_unit__in=added, obligation__unit__in=added).select_related(
        "from_unit", "to_unit"
    )
    told: list[list[object]] = []
    gone: list[int] = []
    back: dict[int, ObligationMove] = {}
    for move in moves.order_by("-moved_at", "-pk"):
        debt = debts.get(move.obligation_id)
        if debt is not None and debt.unit_id == move.to_unit_id and not _touched_since(debt, move.moved_at):
            told.append([debt.pk, debt.unit.code, move.from_unit.code])
            debt.unit = move.from_unit
            gone.append(move.pk)
            back.setdefault(debt.pk, _back_from(move.to_unit, debt, at)).to_unit = move.from_unit
    if gone:
        Obligation.objects.bulk_update([debts[pk] for pk in sorted(back)], ["unit"], batch_size=_CHUNK)
        for start in range(0, len(gone), _CHUNK):
            ObligationMove.objects.filter(pk__in=gone[start : start + _CHUNK]).delete()
        change_listeners.tell_moves(ward, list(back.values()), at)
        audit.record(
            action="obligation.follow", actor=by, obj=ward, ward_id=ward.pk, detail={"moved": told}, at=at,
        )  # fmt: skip
    left = Obligation.objects.filter(unit=OuterRef("unit"), requirement__directive=OuterRef("directive"))
    unopened = Acknowledgement.objects.filter(unit__in=added, seen_at=None, received_at=None)
    unopened.filter(~Exists(left)).delete()
    return Told(gone=(f"{len(back)} việc đang nợ trở về đơn vị cũ",)) if back else Told()


def _back_from(unit: Unit, debt: Obligation, at: datetime) -> ObligationMove:
    """What those are told who were told that the debt went: never written, for the unit is about to be gone."""
    return ObligationMove(obligation=debt, from_unit=unit, on=local_day(at), reason=MoveReason.TRANSFER, moved_at=at)


def _touched_since(debt: Obligation, moved_at: datetime) -> bool:
    """Whether it was handed in, decided or waived after it had moved."""
    acts = (debt.submitted_at, debt.decided_at, debt.waived_at)
    return any(acted is not None and acted >= moved_at for acted in acts)

"""The bell when a debt followed its member to another unit: both secretaries find it in the portal when it is written.

Who hands in for a unit must know at once whose paper he no longer waits for, and whose is his from now on (product.md:
a transfer moves the open obligations with it, visibly). Listens to `directives.change_listeners`, inside the
transaction of the move. Part of the verb that moves; records nothing by itself. Not here: the page the notice opens
(`directives.views.work`), moving (`directives.services.following`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Final

from django.db.models import prefetch_related_objects
from django.urls import reverse

from directives.choices import MoveReason
from directives.models import ObligationMove
from directives.querysets import OPEN_STATES
from interface.wording import last_day_in_words
from outbox.services import NoticeDraft, notify
from units.choices import LEFT_STATUSES, Role
from units.models import RoleGrant, Unit
from vietnamese.dates import format_date, local_day

OF_MOVES: Final = "reminders.moves"
LISTED_AT: Final = "viec-di-theo"
"""Where the page of one's work lists them (`templates/directives/my_work.html`)."""


class _Side(Enum):
    """From where the reader sees the moves; he may answer for both units."""

    IN = "in"
    OUT = "out"
    WITHIN = "within"


_VERBS: Final = {
    (_Side.IN, MoveReason.TRANSFER): "chuyển đến",
    (_Side.IN, MoveReason.TEMPORARY): "đến sinh hoạt tạm thời",
    (_Side.IN, MoveReason.BACK): "trở về sau sinh hoạt tạm thời",
    (_Side.OUT, MoveReason.TRANSFER): "chuyển đi",
    (_Side.OUT, MoveReason.TEMPORARY): "đi sinh hoạt tạm thời",
    (_Side.OUT, MoveReason.BACK): "hết sinh hoạt tạm thời ở đây",
    (_Side.WITHIN, MoveReason.TRANSFER): "đổi nơi sinh hoạt",
    (_Side.WITHIN, MoveReason.TEMPORARY): "đi sinh hoạt tạm thời",
    (_Side.WITHIN, MoveReason.BACK): "hết sinh hoạt tạm thời",
}
_OF_SEVERAL: Final = {_Side.IN: "đến", _Side.OUT: "đi", _Side.WITHIN: "đổi nơi sinh hoạt"}


def show_moves(ward: Unit, moves: Sequence[ObligationMove], at: datetime) -> None:
    """Put moves just written in the ward on the bells of those who answer for the units on either side.

    Four queries, one more for each five hundred people told; one when nobody there has an account. Nobody is told that
    he himself moved.
    """
    answering = _answering(ward, {unit.path for move in moves for unit in (move.from_unit, move.to_unit)}, at)
    told: defaultdict[_Side, defaultdict[int, list[ObligationMove]]] = defaultdict(lambda: defaultdict(list))
    for move in moves:
        here, there = answering[move.to_unit.path], answering[move.from_unit.path]
        for user, member in (here | there).items():
            if member is None or member != move.obligation.member_id:
                side = _Side.WITHIN if user in here and user in there else _Side.IN if user in here else _Side.OUT
                told[side][user].append(move)
    if not told:
        return
    prefetch_related_objects([move.obligation for move in moves], "requirement")
    url = f"{reverse('directives:my_work')}#{LISTED_AT}"
    latest = max(move.pk or 0 for move in moves) or f"back-{int(at.timestamp())}"  # those of an undoing are not written
    notify(
        drafts=[
            NoticeDraft(user, OF_MOVES, title, f"move:{ward.pk}:{latest}:{side.value}", text, url)
            for side, people in told.items()
            for user, own in people.items()
            for title, text in (_words(own, side),)
        ],
        at=at,
    )


def _answering(ward: Unit, paths: Collection[str], at: datetime) -> dict[str, dict[int, int | None]]:
    """Path of a unit → accounts (with their members) that hold the secretary's role there, else in the nearest unit
    above it where somebody does; not in the ward itself. One query."""
    above = {path[:end] for path in paths for end in _ends(ward, path)}
    held = RoleGrant.objects.active(local_day(at)).filter(role=Role.SECRETARY, unit__path__in=above)
    held = held.filter(user__is_active=True).exclude(user__member__status__in=LEFT_STATUSES)
    found: defaultdict[str, dict[int, int | None]] = defaultdict(dict)
    for path, user, member in held.order_by("pk").values_list("unit__path", "user_id", "user__member_id"):
        found[path][user] = member
    return {path: next((found[path[:end]] for end in _ends(ward, path) if path[:end] in found), {}) for path in paths}


def _ends(ward: Unit, path: str) -> range:
    """Where the paths of the unit and of those above it end, from below, down to the ward's own (exclusive)."""
    return range(len(path), len(ward.path), -Unit.steplen)


def _words(moves: Sequence[ObligationMove], side: _Side) -> tuple[str, str]:
    """(who moved, with how much; from where to where, what) for whoever reads from that side."""
    people: defaultdict[int | None, list[ObligationMove]] = defaultdict(list)
    for move in sorted(moves, key=_by_name):
        people[move.obligation.member_id].append(move)
    first, number = moves[0], f"{len(moves)} việc"
    along = f"mang theo {number}" if side is _Side.IN else f"{number} đi theo"
    if len(people) > 1:
        return f"{len(people)} đảng viên {_OF_SEVERAL[side]}, {along}", _each(people.values(), side)
    verb = _VERBS[side, MoveReason(first.reason)]
    where, debts = _where(first, side), "; ".join(map(_debt, moves))
    text = f"{where[0].upper()}{where[1:]}, từ ngày {format_date(first.on)}. Gồm: {debts}."
    return f"{first.obligation.member} {verb}, {along}", text


def _by_name(move: ObligationMove) -> tuple[str, int, int]:
    member = move.obligation.member
    return (member.sort_key if member else "", move.obligation.member_id or 0, move.pk)


def _each(people: Iterable[list[ObligationMove]], side: _Side) -> str:
    """ "Nguyễn Văn An (từ Chi bộ 1, 2 việc), Lê Thị Bình (từ Chi bộ 3, 1 việc)." """
    said = [f"{own[0].obligation.member} ({_where(own[0], side)}, {len(own)} việc)" for own in people]
    return f"{', '.join(said)}."


def _where(move: ObligationMove, side: _Side) -> str:
    came, gone = f"từ {move.from_unit}", f"sang {move.to_unit}"
    return {_Side.IN: came, _Side.OUT: gone, _Side.WITHIN: f"{came} {gone}"}[side]


def _debt(move: ObligationMove) -> str:
    """What went along: still owed by when, or handed in and waiting for its decision."""
    one = move.obligation
    if one.state not in OPEN_STATES:
        return f"{one.title}, đã nộp, chờ duyệt"
    return f"{one.title}, hạn {last_day_in_words(one.due_at)}" if one.due_at else one.title

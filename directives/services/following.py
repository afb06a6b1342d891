"""A member's debts go where the member goes: to the unit that counts him today, or out when he has left.

The roster says where somebody belongs on a day; here his undecided obligations of running directives are brought into
line with it; an exemption releases while it stands. Comparing states and not events makes it catch up by itself: a transfer dated ahead is followed on its
day, a missed run by the next one, a move that came with a roster file like one made by hand; a second run does nothing.

    follow_roster     one ward, a few members of it or one directive: moves, releases, exempts, takes back
    astray, places_on the rule itself, for whoever only looks (`sync_plan.py`)
    wards_to_follow   the wards in which something is out of line
    debts_of          what goes along when a member is transferred (the preview)

Not here: moving the member (`units.services.places`), exemptions (`exempting.py`), duties of those who joined later
(`syncing.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from audit import services as audit
from directives import change_listeners
from directives.choices import MoveReason, ObligationState, WaiverReason
from directives.lifecycle import OBLIGATION_MOVES, assert_can_move
from directives.models import Directive, LiftedWaiver, Obligation, ObligationMove
from directives.owed_again import states_when_owed_again
from directives.querysets import OPEN_STATES, ObligationQuerySet
from directives.services.acknowledging import ask_new_units
from directives.services.exempting import exempt_again_owing, exempt_owing, waive_exempt
from units.choices import LEFT_STATUSES, MembershipKind, MemberStatus
from units.models import Member, Membership, Unit, User
from vietnamese.dates import format_date, local_day

_CHUNK = 200  # rows in one UPDATE


@dataclass(frozen=True, slots=True)
class Followed:
    """What one run wrote: debts moved, released because their member left, exempted; released ones taken back."""

    moved: tuple[ObligationMove, ...] = ()
    released: tuple[int, ...] = ()
    taken_back: tuple[int, ...] = ()
    exempted: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Everything was in line."""
        return not (self.moved or self.released or self.taken_back or self.exempted)


def debts_of(member: Member) -> ObligationQuerySet:
    """Undecided obligations of the member in running directives: they go along when he goes."""
    return Obligation.objects.filter(member=member).undecided_of_running()


def wards_to_follow(at: datetime) -> list[Unit]:
    """Wards in which some debt is out of line with the roster on the day of `at`; five queries at most.

    Each kind is asked for by itself: together in one condition PostgreSQL compares every debt with every membership as
    long as the tables were never analysed (after a great import): minutes for 20,000 members, not a fifth of a second.
    """
    day, everything = local_day(at), Obligation.objects.of_members()
    found: set[int] = set()
    for out_of_line in (
        astray(everything, day),
        _wrongly_released(everything, day),
        exempt_owing(everything, day),
        exempt_again_owing(everything, at),
    ):
        found.update(out_of_line.order_by().values_list("ward", flat=True).distinct())
    return list(Unit.objects.wards().filter(pk__in=found)) if found else []


def astray(found: ObligationQuerySet, day: date) -> ObligationQuerySet:
    """Of `found`: undecided debts whose unit does not count their member on `day`."""
    counted = Membership.objects.counted(day, of_many=True).order_by()
    here = counted.filter(member=OuterRef("member"), unit=OuterRef("unit"))
    elsewhere = Q(state__in=OPEN_STATES) | Q(member__in=counted.values("member"))
    return found.of_members().undecided_of_running().filter(~Exists(here)).filter(elsewhere)


@transaction.atomic
def follow_roster(
    *,
    ward: Unit,
    at: datetime,
    by: User | str | None,
    members: Collection[int] | None = None,
    directive: Directive | None = None,
) -> Followed:
    """Bring the ward's debts (only those of `members`, of `directive`) into line with its roster on the day of `at`.

    Undecided ones of a member counted in another unit go there with an ObligationMove; of one whom no unit counts any
    more those still owed are waived as LEFT, what was handed in waits for its decision where it is; what was waived as
    LEFT although the roster now says the member never left is owed again. Set-based, idempotent.
    Recorded once as `obligation.follow` when anything changed.
    """
    day = local_day(at)
    found = Obligation.objects.filter(ward=ward).of_members()
    if members is not None:
        found = found.filter(member__in=members)
    if directive is not None:
        found = found.filter(requirement__directive=directive)
    returned = "Danh bạ ghi lại là vẫn sinh hoạt"
    taken_back = take_back(_wrongly_released(found, day), reason=returned, at=at)
    taken_back += take_back(exempt_again_owing(found, at), reason="Không còn được miễn công tác", at=at)
    exempted = waive_exempt(found, at)
    strayed = _locked_astray(found, day)
    places = places_on({one.member_id for one in strayed}, day)
    moved = _move([one for one in strayed if one.member_id in places], places, day, at)
    released = _release([one for one in strayed if one.member_id not in places and one.state in OPEN_STATES], day, at)
    if moved:
        ask_new_units([move.obligation_id for move in moved], at=at)
        change_listeners.tell_moves(ward, moved, at)
    followed = Followed(tuple(moved), tuple(released), tuple(sorted(taken_back)), tuple(exempted))
    if not followed.is_empty:
        audit.record(
            action="obligation.follow",
            actor=by,
            obj=ward,
            ward_id=ward.pk,
            detail={
                "moved": [[move.obligation_id, move.from_unit.code, move.to_unit.code] for move in moved],
                "released": released,
                "taken_back": followed.taken_back,
                "exempted": exempted,
            },
            at=at,
        )
    return followed


def _locked_astray(found: ObligationQuerySet, day: date) -> list[Obligation]:
    """Those astray, locked; asked once more under the lock, because one may have been decided while it was waited for."""
    waited = list(astray(found, day).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    still = astray(found.filter(pk__in=waited), day) if waited else found.none()
    return list(still.select_related("member", "unit").order_by("pk"))


def places_on(member_ids: Iterable[int | None], day: date) -> dict[int, Membership]:
    """Member → the membership that counts him on `day`."""
    counted = Membership.objects.counted(day, of_many=True).filter(member__in=set(member_ids)).select_related("unit")
    return {place.member_id: place for place in counted.order_by("pk")}


def _ended_before(obligations: Iterable[Obligation], day: date) -> dict[tuple[int, int], Membership]:
    """(member, unit) → the membership there that ended last, by `day` (its first day elsewhere is its end)."""
    members = {one.member_id for one in obligations}
    units = {one.unit_id for one in obligations}
    ended = Membership.objects.filter(member__in=members, unit__in=units, valid_to__lte=day).order_by("valid_to", "pk")
    return {(place.member_id, place.unit_id): place for place in ended}


def _move(
    obligations: list[Obligation], places: dict[int, Membership], day: date, at: datetime
) -> list[ObligationMove]:
    ended = _ended_before(obligations, day)
    moves = []
    for one in obligations:
        place, before = places[one.member_id or 0], ended.get((one.member_id or 0, one.unit_id))
        moves.append(
            ObligationMove(
                obligation=one,
                from_unit=one.unit,
                to_unit=place.unit,
                on=max(filter(None, (place.valid_from, before and before.valid_to)), default=day),
                reason=_reason(place, before),
                moved_at=at,
            )
        )
        one.unit = place.unit
    Obligation.objects.bulk_update(obligations, ["unit"], batch_size=_CHUNK)
    return ObligationMove.objects.bulk_create(moves)


def _reason(place: Membership, before: Membership | None) -> MoveReason:
    if place.kind == MembershipKind.TEMPORARY:
        return MoveReason.TEMPORARY
    returns = before is not None and before.kind == MembershipKind.TEMPORARY
    return MoveReason.BACK if returns else MoveReason.TRANSFER


def _release(obligations: list[Obligation], day: date, at: datetime) -> list[int]:
    ended = _ended_before(obligations, day)
    for one in obligations:
        assert_can_move(OBLIGATION_MOVES, one.state, ObligationState.WAIVED)
        note = _why_gone(one, ended.get((one.member_id or 0, one.unit_id)), day)
        one.state, one.waiver_reason, one.waiver_note, one.waived_at = (
            ObligationState.WAIVED, WaiverReason.LEFT, note, at
        )  # fmt: skip
    written = ["state", "waiver_reason", "waiver_note", "waived_at"]
    Obligation.objects.bulk_update(obligations, written, batch_size=_CHUNK)
    return sorted(one.pk for one in obligations)


def _why_gone(obligation: Obligation, ended: Membership | None, day: date) -> str:
    """The words beside the waiver: which status or which end of membership, from which day."""
    member = obligation.member
    if member is not None and member.status in LEFT_STATUSES:
        return f"{MemberStatus(member.status).label} từ ngày {format_date(member.status_since or day)}"
    since = ended.valid_to if ended is not None and ended.valid_to is not None else day
    return f"Thôi sinh hoạt tại {obligation.unit.name} từ ngày {format_date(since)}"[:255]


def _wrongly_released(found: ObligationQuerySet, day: date) -> ObligationQuerySet:
    """Waived as LEFT in running directives, though by today's roster the member counted on the day of the waiver.

    So it is after an import was undone or a wrong status corrected. Whoever left and came back later is not meant:
    whether he owes again is decided by the office.
    """
    counting = Membership.objects.counted(day, of_many=True).filter(
        Q(valid_from=None) | Q(valid_from__lte=OuterRef("waived_at__date")), member=OuterRef("member")
    )
    status_stood = Q(member__status_since=None) | Q(member__status_since__lte=F("waived_at__date"))
    return found.running_only().filter(
        status_stood, Exists(counting), state=ObligationState.WAIVED, waiver_reason=WaiverReason.LEFT
    )


def take_back(wrongly: ObligationQuerySet, *, reason: str, at: datetime) -> list[int]:
    """Waived ones stand as they stood before, or as a voluntary paper answers them by now. Returns the ids.

    That they were waived until `at` stays known to the figures and to the history.
    """
    rows = list(wrongly.select_for_update(of=("self",)).order_by("pk"))
    stood: dict[str, list[int]] = defaultdict(list)
    states = states_when_owed_again(rows)
    for one in rows:
        state = states[one.pk]
        assert_can_move(OBLIGATION_MOVES, one.state, state)
        stood[state].append(one.pk)
    LiftedWaiver.objects.bulk_create(
        LiftedWaiver(
            obligation=one,
            waived_at=one.waived_at or at,
            lifted_at=at,
            note=". ".join(filter(None, (one.get_waiver_reason_display(), one.waiver_note)))[:255],
            reason=reason,
        )
        for one in rows
    )
    for state, pks in stood.items():
        Obligation.objects.filter(pk__in=pks).update(state=state, waiver_reason="", waiver_note="", waived_at=None)
    return sorted(one.pk for one in rows)

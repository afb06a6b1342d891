"""Where a member belongs: transfers, temporary stays, đảng viên 213, leaving the ward. Dated, also ahead.

Days are the first at the new place (inclusive); a fact's end is exclusive.
Not here: what the move does to open duties (app directives, `services.following`), leaving the Party (`members.py`).
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from audit import services as audit
from units.choices import LEFT_STATUSES, MembershipKind
from units.errors import RosterRefused
from units.models import Appointment, Member, Membership, RoleGrant, Unit, User
from units.querysets import active_on
from units.services.roles import end_roles
from units.services.turns import hold_member, hold_members, hold_rights, hold_tops, hold_unit
from units.services.unit_changes import people_in
from vietnamese.dates import format_date


@transaction.atomic
def transfer_member(*, member: Member, to: Unit, on: date, by: User | None, end_posts: bool = True) -> Membership:
    """Chuyển sinh hoạt chính thức: from `on` the member belongs to `to`; `on` may lie ahead or behind.

    With `end_posts` the posts in the unit left end on that day, and the secretary's role that goes with them.
    Recorded as `member.transfer`. Raises RosterRefused: left the Party, the same unit, another ward, a unit not there
    on that day or about to close, a day not after the last move, a move already arranged for later.
    """
    hold_tops(roles_in_ward(member))
    to, member = hold_unit(to), hold_member(member)
    _refuse_left(member)
    _refuse_ward(member, to, "to")
    refuse_unit_on(to, on, "on")
    refuse_closing(to, "to")
    last = _last_regular(member)
    if last is not None:
        _refuse_move(member, last, to, on)
        if last.valid_to is None or last.valid_to > on:
            last.valid_to = on
            last.save(update_fields=["valid_to"])
    place = Membership.objects.create(member=member, unit=to, kind=MembershipKind.REGULAR, valid_from=on)
    posts = end_posts_in(member, last.unit, on=on, by=by) if last is not None and end_posts else []
    audit.record(
        action="member.transfer",
        actor=by,
        obj=member,
        ward_id=member.ward_id,
        detail={
            "from": last.unit.name if last else "",
            "to": to.name,
            "on": on,
            "appointments": [post.position.title for post in posts],
        },
    )
    return place


@transaction.atomic
def transfer_all(*, unit: Unit, to: Unit, on: date, by: User | None) -> list[Member]:
    """Everybody whose home `unit` is on `on` is transferred to `to` from that day, all or nobody; returns who.

    Recorded as `transfer_member` does, one entry a member. Raises RosterRefused as it does, naming whom it stops at, and
    when nobody is there. Who is in the unit for a time (tạm thời, 213) keeps his home, and who is suspended stays: neither is moved.
    """
    there = home_of(unit, on)
    hold_tops(RoleGrant.objects.filter(unit=unit, user__member__in=there.order_by().values("member")))
    to = hold_unit(to)
    hold_members(there.order_by().values("member"))
    members = [place.member for place in home_of(unit, on).select_related("member")]
    if not members:
        raise RosterRefused(f"Từ ngày {format_date(on)} không còn đảng viên nào ở “{unit.name}” để chuyển.", "on")
    held = RoleGrant.objects.filter(unit=unit, user__member__in=[member.pk for member in members])
    hold_rights(accounts=User.objects.none(), grants=held)
    for member in members:
        transfer_member(member=member, to=to, on=on, by=by)
    return members


def home_of(unit: Unit, day: date) -> QuerySet[Membership]:
    """Of `people_in`: those who can be transferred from `day`, by given name."""
    return people_in(unit, day).filter(kind=MembershipKind.REGULAR).exclude(member__status__in=LEFT_STATUSES)


@transaction.atomic
def cancel_transfer(*, place: Membership, today: date, by: User | None) -> Membership | None:
    """A transfer arranged for a day to come does not take place; the member stays. Returns where.

    Recorded as `member.transfer` with a note. Raises RosterRefused when its day has come, or the unit he would stay in
    closes. Posts that were to end with
    it are not given back.
    """
    if (before := _place_before(place)) is not None:
        hold_unit(before.unit)
    hold_member(place.member)
    place = Membership.objects.select_for_update(of=("self",)).select_related("member", "unit").get(pk=place.pk)
    if place.valid_from is None or place.valid_from <= today:
        raise RosterRefused("Việc chuyển này đã có hiệu lực. Muốn đưa về nơi cũ, ghi một lần chuyển sinh hoạt mới.")
    member, unit, on = place.member, place.unit, place.valid_from
    if (before := _place_before(place)) is not None:
        refuse_closing(before.unit, "", "Hủy việc giải thể ấy trước, hoặc ghi chuyển đến đơn vị khác.")
    place.delete()
    if before is not None:
        before.valid_to = None
        before.save(update_fields=["valid_to"])
    audit.record(
        action="member.transfer",
        actor=by,
        obj=member,
        ward_id=member.ward_id,
        detail={"to": unit.name, "on": on, "note": "Hủy chuyển sinh hoạt"},
    )
    return before


def _place_before(place: Membership) -> Membership | None:
    """Where the member belongs until the day on which `place` begins."""
    ends_then = Membership.objects.filter(
        member=place.member_id, kind=MembershipKind.REGULAR, valid_to=place.valid_from, valid_to__isnull=False
    )
    return ends_then.exclude(pk=place.pk).select_related("unit").first()


@transaction.atomic
def start_stay(
    *, member: Member, unit: Unit, kind: str, since: date, until: date | None, by: User | None
) -> Membership:
    """Sinh hoạt tạm thời (counted there and not at home) or đảng viên 213 at the residence (never counted there).

    From `since` to `until` (exclusive, None = open). Recorded as `member.transfer`. Raises RosterRefused: left the
    Party, the home unit, another ward, an end before the beginning, another stay of that kind at the time.
    """
    unit, member, kind = hold_unit(unit), hold_member(member), MembershipKind(kind)
    _refuse_left(member)
    _refuse_ward(member, unit, "unit")
    refuse_unit_on(unit, since, "since")
    if until is not None and until <= since:
        raise RosterRefused("Ngày cuối không được trước ngày bắt đầu.", "last_day")
    if until is None or (unit.closed_on is not None and until > unit.closed_on):
        refuse_closing(unit, "last_day", "Ghi ngày cuối trước ngày ấy, chọn đơn vị khác, hoặc hủy việc giải thể trước.")
    home = member.memberships.filter(active_on(since), kind=MembershipKind.REGULAR).select_related("unit").first()
    if home is not None and home.unit_id == unit.pk:
        raise RosterRefused(f"{member.full_name} đang sinh hoạt chính thức tại “{unit.name}”. Chọn nơi khác.", "unit")
    same = member.memberships.filter(Q(valid_to=None) | Q(valid_to__gt=since), kind=kind)
    if until is not None:
        same = same.filter(Q(valid_from=None) | Q(valid_from__lt=until))
    clash = same.select_related("unit").first()
    if clash is not None:
        raise RosterRefused(
            f"Đã ghi “{kind.label}” tại “{clash.unit.name}” trong thời gian này. Kết thúc trước.", "since"
        )
    stay = Membership.objects.create(member=member, unit=unit, kind=kind, valid_from=since, valid_to=until)
    audit.record(
        action="member.transfer",
        actor=by,
        obj=member,
        ward_id=member.ward_id,
        detail={"to": unit.name, "kind": kind.label, "on": since, "until": until},
    )
    return stay


@transaction.atomic
def end_stay(*, place: Membership, on: date, by: User | None) -> Membership:
    """A temporary stay or a 213 membership ends: `on` is the first day without it. Recorded as `member.transfer`.

    Raises RosterRefused for the home unit, a stay already over by then, a day before it began.
    """
    place = Membership.objects.select_for_update(of=("self",)).select_related("member", "unit").get(pk=place.pk)
    if place.kind == MembershipKind.REGULAR:
        raise RosterRefused("Nơi sinh hoạt chính thức kết thúc bằng chuyển sinh hoạt, hoặc chuyển ra ngoài phường.")
    if place.valid_to is not None and place.valid_to <= on:
        raise RosterRefused(f"Đã kết thúc ngày {format_date(place.valid_to)}.", "on")
    if place.valid_from is not None and on < place.valid_from:
        raise RosterRefused(f"Ngày kết thúc trước ngày bắt đầu ({format_date(place.valid_from)}).", "on")
    place.valid_to = on
    place.save(update_fields=["valid_to"])
    audit.record(
        action="member.transfer",
        actor=by,
        obj=place.member,
        ward_id=place.member.ward_id,
        detail={"from": place.unit.name, "kind": place.get_kind_display(), "on": on},
    )
    return place


@transaction.atomic
def leave_ward(*, member: Member, on: date, where: str, by: User | None) -> Member:
    """Chuyển sinh hoạt ra ngoài phường: from `on` no unit of the ward counts the member; posts and roles end.

    Recorded as `member.leave`. Raises RosterRefused: belongs nowhere, a day not after the last move.
    """
    grants = roles_in_ward(member)
    hold_tops(grants)
    member = hold_member(member)
    hold_rights(accounts=User.objects.none(), grants=grants)
    last = _last_regular(member)
    if last is None or (last.valid_to is not None and last.valid_to <= on):
        raise RosterRefused(f"{member.full_name} không còn sinh hoạt tại đơn vị nào của phường.")
    if last.valid_from is not None and on <= last.valid_from:
        raise RosterRefused(f"Ngày chuyển đi phải sau ngày về đơn vị ({format_date(last.valid_from)}).", "on")
    later = Q(valid_to=None) | Q(valid_to__gt=on)
    for rows in (Membership.objects.filter(later, member=member), Appointment.objects.filter(later, member=member)):
        rows.filter(valid_from__gt=on).delete()
        rows.update(valid_to=on)
    end_roles(grants=grants, on=on, by=by)
    detail = {"from": last.unit.name, "to": where.strip(), "on": on}
    audit.record(action="member.leave", actor=by, obj=member, ward_id=member.ward_id, detail=detail)
    return member


def end_posts_in(member: Member, unit: Unit, *, on: date, by: User | None) -> list[Appointment]:
    """End what the member holds in the unit from `on`, and the roles his accounts hold there with it.

    A post that would begin later in the unit he has left by then is taken away, as the role arranged with it.
    """
    held = Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), member=member, unit=unit)
    posts = list(held.select_related("position").order_by("pk"))
    held.filter(valid_from__gt=on).delete()
    held.update(valid_to=on)
    if posts:
        end_roles(grants=RoleGrant.objects.filter(user__member=member, unit=unit), on=on, by=by)
    return posts


def roles_in_ward(member: Member) -> QuerySet[RoleGrant]:
    """Roles the member's accounts hold in his ward, now or ever; those in another ward or above are not its to end."""
    return RoleGrant.objects.filter(user__member=member, unit__path__startswith=member.ward.path)


def refuse_unit_on(unit: Unit, day: date, field: str) -> None:
    """Raises RosterRefused unless the unit exists on `day`."""
    if unit.opened_on is not None and day < unit.opened_on:
        raise RosterRefused(f"“{unit.name}” lập ngày {format_date(unit.opened_on)}; ghi từ ngày ấy trở đi.", field)
    if unit.closed_on is not None and day >= unit.closed_on:
        raise RosterRefused(f"“{unit.name}” đã giải thể ngày {format_date(unit.closed_on)}. Chọn đơn vị khác.", field)


def refuse_closing(unit: Unit, field: str, advice: str = "Chọn đơn vị khác, hoặc hủy việc giải thể trước.") -> None:
    """Raises RosterRefused when a day is arranged from which the unit is no more: nobody would belong anywhere then."""
    if unit.closed_on is not None:
        day = format_date(unit.closed_on)
        raise RosterRefused(
            f"“{unit.name}” giải thể ngày {day}, từ ngày ấy không ai sinh hoạt ở đó được. {advice}", field
        )


def _last_regular(member: Member) -> Membership | None:
    """The open home membership, also one that begins later; else the one that ended last."""
    rows = list(member.memberships.filter(kind=MembershipKind.REGULAR).select_related("unit"))
    return max(rows, key=lambda row: (row.valid_to is None, row.valid_to or date.min, row.pk), default=None)


def _refuse_left(member: Member) -> None:
    if member.status in LEFT_STATUSES:
        raise RosterRefused(
            f"{member.full_name} đang “{member.get_status_display()}”. Đổi tình trạng trước, rồi ghi nơi sinh hoạt."
        )


def _refuse_ward(member: Member, unit: Unit, field: str) -> None:
    if unit.ward_id != member.ward_id:
        raise RosterRefused(f"“{unit.name}” thuộc phường khác. Ghi chuyển ra ngoài phường.", field)


def _refuse_move(member: Member, last: Membership, to: Unit, on: date) -> None:
    is_there = last.valid_to is None or last.valid_to > on
    if last.unit_id == to.pk and is_there:
        raise RosterRefused(f"{member.full_name} đang sinh hoạt tại “{to.name}” rồi. Chọn đơn vị khác.", "to")
    if last.valid_from is not None and on <= last.valid_from:
        raise RosterRefused(
            f"{member.full_name} về “{last.unit.name}” từ ngày {format_date(last.valid_from)}; ngày chuyển phải sau đó. "
            "Nếu việc chuyển ấy chưa tới ngày, hủy nó trước.",
            "on",
        )
    if not is_there and last.valid_to is not None and on < last.valid_to:
        raise RosterRefused(f"Ngày chuyển phải từ {format_date(last.valid_to)} trở đi.", "on")

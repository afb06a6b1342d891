"""A closing that was arranged for a day to come and does not take place.

Not here: closing (`unit_changes.py`), a single transfer that does not take place (`places.cancel_transfer`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from audit import services as audit
from units.choices import LEFT_STATUSES, MembershipKind
from units.errors import RosterRefused
from units.models import Appointment, Membership, RoleGrant, Unit, User
from units.services.places import cancel_transfer
from units.services.roles import reopen_role
from units.services.turns import hold_members
from vietnamese.dates import format_date


@dataclass(frozen=True, slots=True)
class EndsThatDay:
    """What ends in the unit on the day of its closing: those transferred away (their new place), posts, roles."""

    transfers: tuple[Membership, ...]
    posts: tuple[Appointment, ...]
    roles: tuple[RoleGrant, ...]

    def without_moved(self) -> EndsThatDay:
        """As it is when those transferred away go all the same: what they hold here ends with their transfer."""
        moved = {place.member_id for place in self.transfers}
        posts = tuple(post for post in self.posts if post.member_id not in moved)
        return EndsThatDay((), posts, tuple(role for role in self.roles if role.user.member_id not in moved))


def ends_with_closing(unit: Unit) -> EndsThatDay:
    """What a called-off closing would give back; of people the Party still has. Nothing without an arranged closing."""
    if unit.closed_on is None:
        return EndsThatDay((), (), ())
    on, staying = unit.closed_on, {"member__status__in": LEFT_STATUSES}
    leaving = Membership.objects.filter(unit=unit, kind=MembershipKind.REGULAR, valid_to=on).values("member")
    transfers = Membership.objects.filter(member__in=leaving, kind=MembershipKind.REGULAR, valid_from=on)
    posts = Appointment.objects.filter(unit=unit, valid_to=on).exclude(**staying).exclude(valid_from__gte=on)
    roles = RoleGrant.objects.filter(unit=unit, valid_to=on, user__is_active=True).exclude(valid_from__gte=on)
    return EndsThatDay(
        tuple(transfers.exclude(**staying).select_related("member", "unit").order_by("member__sort_key", "pk")),
        tuple(posts.select_related("member", "position").order_by("position__order", "pk")),
        tuple(roles.exclude(user__member__status__in=LEFT_STATUSES).select_related("user", "cluster").order_by("pk")),
    )


def why_closing_stands(unit: Unit, today: date) -> str:
    """Why no closing of the unit can be called off, and what to do instead; "" when one can."""
    on = unit.closed_on
    if on is None:
        return (
            f"“{unit.name}” đang hoạt động, không có ngày giải thể nào được định nên không có gì để hủy. Có thể ai đó vừa hủy "
            "rồi: xem lịch sử đơn vị."
        )
    if on <= today:
        return (
            f"“{unit.name}” đã giải thể từ ngày {format_date(on)}, không hủy được nữa. Nếu đơn vị hoạt động lại, "
            "lập đơn vị mới hoặc nhập danh sách có đơn vị này."
        )
    above = unit.above()
    if above is not None and above.closed_on is not None:
        return (
            f"Đơn vị cấp trên “{above.name}” giải thể ngày {format_date(above.closed_on)}. Hủy việc giải thể ấy trước, "
            "hoặc chuyển đơn vị này sang cấp trên khác."
        )
    return ""


@transaction.atomic
def call_off_closing(*, unit: Unit, people_stay: bool, today: date, at: datetime, by: User | None) -> Unit:
    """The unit goes on; posts and roles that would have ended there with it go on, too.

    With `people_stay` the transfers away from it of that very day do not take place either; without, whoever goes leaves
    what he holds here. What was to begin in the unit after that day was taken away by the closing and is not given back.
    Recorded as `unit.keep`, and by the verbs used as `member.transfer` and `role.grant`. Raises RosterRefused when no
    closing is arranged, or its day has come; when the unit above closes by then.
    """
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if said := why_closing_stands(unit, today):
        raise RosterRefused(said)
    on = unit.closed_on
    ends = ends_with_closing(unit) if people_stay else ends_with_closing(unit).without_moved()
    hold_members(place.member_id for place in ends.transfers)
    unit.closed_on = None
    unit.save(update_fields=["closed_on"])
    for place in ends.transfers:
        cancel_transfer(place=place, today=today, by=by)
    Appointment.objects.filter(pk__in=[post.pk for post in ends.posts]).update(valid_to=None)
    for role in ends.roles:
        role.unit = unit
        reopen_role(grant=role, until=None, at=at, by=by)
    detail = {"on": on, "appointments": len(ends.posts)}
    audit.record(action="unit.keep", actor=by, obj=unit, ward_id=unit.ward_id, detail=detail, at=at)
    return unit

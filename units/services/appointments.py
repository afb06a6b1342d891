"""Posts: giving one and ending one. Several at once are normal (kiêm nhiệm), two secretaries of one unit are not.

Not here: the change of secretary in one go (`change_of_secretary.py`), roles of accounts (`roles.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q

from audit import services as audit
from units.choices import LEFT_STATUSES, Block, MemberStatus, PositionGroup, Role, UnitKind
from units.errors import RosterRefused, SecretaryInOffice
from units.keys import position_keys
from units.models import Appointment, Member, Position, RoleGrant, Unit, User
from units.roster.posts import Groups, is_committee_post, naming_order, position_group
from units.roster.secretary import is_secretary
from units.services.places import refuse_unit_on
from units.services.roles import end_role
from units.services.turns import hold_member, hold_unit
from vietnamese.dates import format_date
from vietnamese.text import clean

GROUPS = Groups(
    standing_committee=PositionGroup.STANDING_COMMITTEE,
    executive_committee=PositionGroup.EXECUTIVE_COMMITTEE,
    office_head=PositionGroup.OFFICE_HEAD,
    cell_secretary=PositionGroup.CELL_SECRETARY,
    cell_committee=PositionGroup.CELL_COMMITTEE,
    member=PositionGroup.MEMBER,
)


NOT_ON_PROBATION = (
    "{name} là đảng viên dự bị, chưa được ứng cử và bầu vào cấp ủy (Điều 3 Điều lệ Đảng). Chọn đảng viên chính thức, "
    "hoặc ghi công nhận chính thức trước."
)


@transaction.atomic
def appoint(
    *, member: Member, title: str, unit: Unit, since: date, by: User | None, replaces: bool = False
) -> Appointment:
    """`member` holds the post called `title` in `unit` from `since`; the position's group follows from the title.

    In a unit whose end is arranged no longer than to that day. With `replaces` a secretary in office holds the post until the day before. Recorded as `appointment.change`.
    Raises RosterRefused (blank title, another ward, unit not there, left the Party, on probation and a post in a committee,
    the same post held already) and SecretaryInOffice.
    """
    unit, member = hold_unit(unit), hold_member(member)
    title = clean(title)
    _refuse_post(member, title, unit, since)
    in_office = (
        [post for post in secretaries_of(unit, since) if post.member_id != member.pk] if is_secretary(title) else []
    )
    if in_office and not replaces:
        said = ", ".join(f"{post.member.full_name} ({post.position.title})" for post in in_office)
        raise SecretaryInOffice(
            f"“{unit.name}” đang có bí thư: {said}. Mỗi đơn vị một bí thư; đánh dấu “Thay người đang giữ chức” "
            "để người ấy thôi chức từ ngày này.",
            "replaces",
        )
    for post in in_office:
        end_appointment(appointment=post, on=since, by=by)
    position = position_for(unit, title)
    appointment = Appointment.objects.create(
        member=member, position=position, unit=unit, valid_from=since, valid_to=unit.closed_on
    )
    _record(appointment, by, {"new": title, "unit": unit.name, "on": since})
    return appointment


@transaction.atomic
def end_appointment(*, appointment: Appointment, on: date, by: User | None) -> Appointment:
    """The post is held until the day before `on`; the role SECRETARY in the unit ends with the last post that carries it.

    Recorded as `appointment.change`, the role as `role.revoke`. Raises RosterRefused when it has ended by then or begins later.
    """
    appointment = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("member", "position", "unit")
        .get(pk=appointment.pk)
    )
    if appointment.valid_to is not None and appointment.valid_to <= on:
        raise RosterRefused(f"Đã thôi giữ chức vụ này ngày {format_date(appointment.valid_to)}.", "on")
    if appointment.valid_from is not None and appointment.valid_from > on:
        raise RosterRefused(f"Chức vụ này bắt đầu ngày {format_date(appointment.valid_from)}, sau ngày kết thúc.", "on")
    appointment.valid_to = on
    appointment.save(update_fields=["valid_to"])
    if appointment.position.group == PositionGroup.CELL_SECRETARY:
        _end_role_without_post(appointment, on, by)
    _record(appointment, by, {"old": appointment.position.title, "unit": appointment.unit.name, "on": on})
    return appointment


def secretaries_of(unit: Unit, day: date) -> list[Appointment]:
    """Who holds or will hold the secretary's post of the unit on `day` or later (deputies are none)."""
    posts = Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), unit=unit)
    found = posts.select_related("member", "position", "unit").order_by("valid_from", "pk")
    return [post for post in found if is_secretary(post.position.title)]


def position_for(unit: Unit, title: str) -> Position:
    """The ward's position of that title and of the group it has in such a unit; made when it is first held."""
    group = position_group(
        title, at_ward=unit.kind == UnitKind.WARD, is_enterprise=unit.block == Block.ENTERPRISE, groups=GROUPS
    )
    position, _ = Position.objects.get_or_create(
        ward_id=unit.ward_id,
        title=title,
        group=group,
        defaults={"tone_key": position_keys(title)["tone_key"], "order": naming_order(title)},
    )
    return position


def titles_in(ward: Unit) -> Iterable[str]:
    """Titles of the ward, the highest first, each once: what is proposed while one types."""
    return Position.objects.filter(ward=ward).order_by("order", "title").values_list("title", flat=True).distinct()


def _refuse_post(member: Member, title: str, unit: Unit, since: date) -> None:
    if not title:
        raise RosterRefused("Chưa ghi chức vụ.", "title")
    if member.ward_id != unit.ward_id:
        raise RosterRefused(f"“{unit.name}” thuộc phường khác.", "unit")
    if member.status in LEFT_STATUSES:
        raise RosterRefused(f"{member.full_name} đang “{member.get_status_display()}”, không giữ chức vụ được.")
    if member.status == MemberStatus.PROBATIONARY and is_committee_post(title):
        raise RosterRefused(NOT_ON_PROBATION.format(name=member.full_name), "title")
    refuse_unit_on(unit, since, "since")
    held = Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=since), member=member, unit=unit)
    if held.filter(position__tone_key=position_keys(title)["tone_key"]).exists():
        raise RosterRefused(f"{member.full_name} đang giữ chức {title} tại “{unit.name}” rồi.", "title")


def _end_role_without_post(ended: Appointment, on: date, by: User | None) -> None:
    """Whoever is neither secretary nor deputy of the unit any more reads its essays no longer."""
    posts = Appointment.objects.active(on).filter(unit=ended.unit, position__group=PositionGroup.CELL_SECRETARY)
    if not posts.filter(member=ended.member_id).exists():
        held = RoleGrant.objects.active(on).of_role(Role.SECRETARY)
        for grant in held.filter(unit=ended.unit, user__member=ended.member_id).order_by("pk"):
            end_role(grant=grant, on=on, by=by)


def _record(appointment: Appointment, by: User | None, detail: dict[str, object]) -> None:
    audit.record(
        action="appointment.change", actor=by, obj=appointment.member, ward_id=appointment.unit.ward_id, detail=detail
    )

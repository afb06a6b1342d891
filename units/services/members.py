"""Adding a member, mending what is known of one, and the standing in the Party.

Not here: where a member belongs (`places.py`), posts (`appointments.py`), exemptions (`exemptions.py`).
"""

from __future__ import annotations

from copy import copy
from datetime import date

from django.db import transaction
from django.db.models import Q

from audit import services as audit
from units.choices import LEFT_STATUSES, MembershipKind, MemberStatus
from units.errors import HomonymInUnit, RosterRefused
from units.keys import member_keys, name_key
from units.models import Appointment, Member, Membership, RoleGrant, Unit, User
from units.services.accounts import deactivate_account
from units.services.committee_seats import seats_of
from units.services.places import refuse_closing, refuse_unit_on, roles_in_ward
from units.services.roles import end_roles
from units.services.turns import hold_member, hold_rights, hold_tops, hold_unit
from units.services.unit_changes import GONE
from vietnamese.dates import format_date
from vietnamese.text import clean

_YOUNGEST, _OLDEST = 17, 110  # years; a probationary member is at least 18


@transaction.atomic
def add_member(
    *,
    unit: Unit,
    full_name: str,
    birth_year: int | None,
    email: str,
    phone: str,
    status: str,
    since: date,
    by: User | None,
    is_another: bool = False,
) -> Member:
    """A member who belongs to `unit` from `since`; the name keeps its owner's spelling, in NFC.

    Recorded as `member.create`. Raises RosterRefused (blank name, impossible year, address of somebody else, unit not
    there on that day) and HomonymInUnit unless `is_another` says it is another person of the same name.
    """
    ward = Unit.objects.select_for_update().get(pk=unit.ward_id)
    unit = hold_unit(unit)
    name = _name(full_name)
    _refuse_year(birth_year, since)
    _refuse_address(ward, email, other_than=None)
    refuse_unit_on(unit, since, "since")
    refuse_closing(unit, "since")
    if not is_another:
        _refuse_homonym(unit, name, birth_year, since)
    member = Member(
        **member_keys(name), ward=ward, birth_year=birth_year, email=email.strip(), phone=phone.strip(), status=status
    )
    if status != MemberStatus.FULL:
        member.status_since = since
    member.full_clean()
    member.save()
    Membership.objects.create(member=member, unit=unit, kind=MembershipKind.REGULAR, valid_from=since)
    audit.record(action="member.create", actor=by, obj=member, ward_id=ward.pk, detail={"unit": unit.name, "on": since})
    return member


@transaction.atomic
def change_member(
    *,
    member: Member,
    full_name: str,
    birth_year: int | None,
    email: str,
    phone: str,
    on: date,
    by: User | None,
    is_another: bool = False,
) -> Member:
    """Another spelling, year of birth, address or number, as known on `on`.

    Recorded as `member.change`: names and years with old and new, of contacts only that they changed.
    Raises RosterRefused as `add_member`, and HomonymInUnit for a name that somebody else of his unit bears, unless
    `is_another` says that these are two persons.
    """
    old = Member.objects.select_for_update(of=("self",)).select_related("ward").get(pk=member.pk)
    if not is_another and name_key(_name(full_name)) != old.tone_key:
        for unit in old.units_on(on):
            _refuse_homonym(unit, _name(full_name), birth_year, on)
    member = with_values(old, full_name=full_name, birth_year=birth_year, email=email, phone=phone, on=on)
    changed: dict[str, list[str]] = {}
    for label, before, after in (
        ("Họ và tên", old.full_name, member.full_name),
        ("Năm sinh", str(old.birth_year or ""), str(member.birth_year or "")),
    ):
        if before != after:
            changed[label] = [before, after]
    if (old.email, old.phone) != (member.email, member.phone):
        changed["Thư điện tử, điện thoại"] = []
    member.save()
    if changed:
        audit.record(action="member.change", actor=by, obj=member, ward_id=member.ward_id, detail={"changed": changed})
    return member


def with_values(member: Member, *, full_name: str, birth_year: int | None, email: str, phone: str, on: date) -> Member:
    """A copy of the member as `change_member` would store it, checked and not saved. Raises RosterRefused,
    ValidationError."""
    changed = copy(member)
    name = _name(full_name)
    _refuse_year(birth_year, on)
    _refuse_address(member.ward, email, other_than=member)
    for field, value in member_keys(name).items():
        setattr(changed, field, value)
    changed.birth_year, changed.email, changed.phone = birth_year, email.strip(), phone.strip()
    changed.full_clean()
    return changed


@transaction.atomic
def change_status(*, member: Member, status: str, on: date, today: date, by: User | None) -> Member:
    """Another standing in the Party from `on`, which has come: dự bị → chính thức, đình chỉ, xóa tên, từ trần…

    Whoever is out from that day holds no role any more; whoever is gone for good (not suspended) also leaves units and
    posts, and the account is locked, unless it has a role outside the ward. Recorded as `member.leave` for those out, else as `member.change`.
    Raises RosterRefused: the same standing, a day to come or before the present one, probation of somebody who holds a
    post or role of a committee; RoleGrantRefused for the last administrator's own role.
    """
    grants = roles_in_ward(member)
    hold_tops(grants)
    member = hold_member(member)
    old = MemberStatus(member.status)
    new = MemberStatus(status)
    if new == old:
        raise RosterRefused(f"{member.full_name} đang là “{old.label}” rồi.", "status")
    if on > today:
        raise RosterRefused(f"Ngày {format_date(on)} chưa tới. Ghi khi quyết định đã có hiệu lực.", "on")
    if member.status_since is not None and on < member.status_since:
        raise RosterRefused(f"“{old.label}” từ ngày {format_date(member.status_since)}; ngày mới phải sau đó.", "on")
    if new == MemberStatus.PROBATIONARY:
        refuse_probation(member, today)
    if new in LEFT_STATUSES:
        hold_rights(accounts=member.accounts.all(), grants=grants)
    member.status, member.status_since = new, on
    member.full_clean()
    member.save(update_fields=["status", "status_since"])
    if new in LEFT_STATUSES:
        end_roles_of(member, on=on, by=by)
    if new in GONE:
        _leave_everything(member, on, by)
    detail = {"changed": {"Tình trạng": [old.label, new.label]}, "on": on}
    audit.record(
        action="member.leave" if new in LEFT_STATUSES else "member.change",
        actor=by,
        obj=member,
        ward_id=member.ward_id,
        detail=detail,
    )
    return member


def refuse_probation(member: Member, today: date) -> None:
    """Raises RosterRefused while the member holds, now or later, what only an elected member of a committee holds."""
    if seats := seats_of([member.pk], today):
        raise RosterRefused(
            f"{member.full_name} đang giữ: {seats}. Đảng viên dự bị chưa được bầu vào cấp ủy (Điều 3 Điều lệ Đảng). "
            "Ghi thôi giữ các chức vụ, vai trò ấy trước, rồi ghi dự bị; nếu chọn nhầm thì chọn lại tình trạng.",
            "status",
        )


def end_roles_of(member: Member, *, on: date, by: User | None, unit: Unit | None = None) -> int:
    """End the roles in the ward that the member's accounts hold from `on`, also those arranged (only in `unit`, when given);
    how many."""
    grants = roles_in_ward(member)
    if unit is not None:
        grants = grants.filter(unit=unit)
    return len(end_roles(grants=grants, on=on, by=by))


def lock_accounts_of(member: Member, *, on: date, by: User | str | None) -> list[User]:
    """Lock the open accounts of a member who is gone for good, but those with a role outside the ward on `on`; which."""
    elsewhere = RoleGrant.objects.active(on).exclude(unit__path__startswith=member.ward.path)
    accounts = list(member.accounts.filter(is_active=True).exclude(role_grants__in=elsewhere).order_by("pk"))
    return [deactivate_account(user=account, by=by) for account in accounts]


def _leave_everything(member: Member, on: date, by: User | None) -> None:
    later = Q(valid_to=None) | Q(valid_to__gt=on)
    for rows in (Membership.objects.filter(later, member=member), Appointment.objects.filter(later, member=member)):
        rows.filter(valid_from__gt=on).delete()
        rows.update(valid_to=on)
    lock_accounts_of(member, on=on, by=by)


def _name(full_name: str) -> str:
    name = clean(full_name)
    if not name:
        raise RosterRefused("Chưa ghi họ và tên.", "full_name")
    if any(char.isdecimal() for char in name):
        raise RosterRefused("Họ và tên có chữ số. Chỉ ghi tên, không ghi số thẻ hay ngày sinh.", "full_name")
    return name


def _refuse_year(birth_year: int | None, on: date) -> None:
    if birth_year is not None and not on.year - _OLDEST <= birth_year <= on.year - _YOUNGEST:
        raise RosterRefused(
            f"Năm sinh {birth_year} không hợp lý. Ghi bốn chữ số, từ {on.year - _OLDEST} đến {on.year - _YOUNGEST}.",
            "birth_year",
        )


def _refuse_address(ward: Unit, email: str, *, other_than: Member | None) -> None:
    if not email.strip():
        return
    others = Member.objects.filter(ward=ward, email__iexact=email.strip())
    owner = others.exclude(pk=other_than.pk if other_than else None).first()
    if owner is not None:
        raise RosterRefused(
            f"Địa chỉ “{email.strip()}” đã ghi cho {owner.full_name}; mỗi người một địa chỉ, hoặc để trống.", "email"
        )


def _refuse_homonym(unit: Unit, name: str, birth_year: int | None, day: date) -> None:
    namesakes = Member.objects.of_unit(unit, day).filter(tone_key=name_key(name)).order_by("birth_year", "pk")
    found = [f"sinh năm {one.birth_year}" if one.birth_year else "không ghi năm sinh" for one in namesakes]
    if not found:
        return
    same = birth_year is not None and any(one.birth_year == birth_year for one in namesakes)
    advice = "Cùng năm sinh: rất có thể là một người đã có trong danh sách." if same else "Ghi năm sinh để phân biệt."
    raise HomonymInUnit(
        f"“{unit.name}” đã có {name}, {', '.join(found)}. {advice} "
        "Nếu đúng là người khác cùng tên, đánh dấu “Là người khác cùng tên” rồi ghi lại.",
        "full_name",
    )
